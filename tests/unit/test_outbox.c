/*
 * The outbox where a letter cannot be written, or should not be sent: what
 * waits, what has failed and why, and what the message says.
 */
#include "account/account.h"
#include "mail/letter.h"
#include "mail/outbox.h"
#include "site.h"
#include "store/outbox_store.h"
#include "store/user_store.h"
#include <sodium.h>
#include <sys/stat.h>

static struct site site;

/* A program that keeps what it is given, in message.N. */
static void make_mailer(void)
{
	const char *path = arena_format(&site.arena, "%s/mailer", site.data);
	FILE *file = fopen(path, "we");

	if (!file) {
		must(fail(STORAGE_ERROR, "no mailer"));
		return;
	}
	fprintf(file, "#!/bin/sh\ncat >'%s/message'\n", site.data);
	fclose(file);
	chmod(path, 0700);
	site.config.sendmail = path;
}

/* The last message; "" none. It is gone then. */
static const char *take_message(void)
{
	static char text[65536];
	const char *path = arena_format(&site.arena, "%s/message", site.data);
	FILE *file = fopen(path, "re");
	size_t got = file ? fread(text, 1, sizeof(text) - 1, file) : 0;

	text[got] = '\0';
	if (file)
		fclose(file);
	unlink(path);
	return text;
}

static bool has_line(const char *message, const char *line)
{
	return strstr(message, arena_format(&site.arena, "\n%s\n", line)) ||
	    text_starts_with(message, arena_format(&site.arena, "%s\n", line));
}

static void add(const char *kind, const char *recipient, const char *snapshot)
{
	const struct mail mail = {.kind = kind,
	    .recipient = recipient,
	    .snapshot = snapshot,
	    .created_at = clock_now()};

	must(TRANSACTION(
	    site.shop.db, outbox_store_add(site.shop.db, &site.arena, &mail)));
}

/* The newest mail. */
static struct mail newest(void)
{
	struct mail_list list;

	must(outbox_store_list(site.shop.db, &site.arena, 1, &list));
	return list.items[0];
}

static struct outbox_report run(int64_t most)
{
	struct outbox_report report;

	must(outbox_send_due(&site.shop, most, &report));
	return report;
}

static void is_state(enum mail_state state, const char *error, const char *name)
{
	struct mail mail = newest();

	is_number(mail.state, state, name);
	is_text(mail.error, error, "why");
}

#define SEATS                                                                  \
	"{\"reference\":\"R1\",\"currency\":\"USD\",\"event\":{\"title\":"     \
	"\"Show\",\"timezone\":\"UTC\"}}"

/* What never can be sent has failed at once, and says so. */
static void test_never(void)
{
	static const struct {
		const char *kind, *recipient, *snapshot, *error;
	} rows[] = {
	    {"poem", "a@b.org", "{}", "There is no letter \"poem\""},
	    {"confirmed", "a@b.org", "[]", "The snapshot is damaged"},
	    {"confirmed", "a@b.org", "{", "The snapshot is damaged"},
	    {"confirmed", "nobody", SEATS, "The address must contain @"},
	};

	for (size_t i = 0; i < COUNT_OF(rows); i++) {
		const char *title, *text;
		struct mail mail;

		add(rows[i].kind, rows[i].recipient, rows[i].snapshot);
		is_number(run(10).failed, 1, rows[i].error);
		is_state(MAIL_FAILED, rows[i].error, "it has failed");
		is_text(take_message(), "", "nothing is sent");
		mail = newest();
		if (i < COUNT_OF(rows) - 1)
			ok(error_is(
			       letter_read(&site.shop, &mail, &title, &text),
			       VALIDATION_ERROR),
			    "nor can it be shown");
	}
}

/* A letter whose event is not known goes without files. */
static void test_no_event(void)
{
	const char *message;

	add("confirmed", "a@b.org", SEATS);
	is_number(run(10).sent, 1, "it is sent");
	message = take_message();
	ok(has_line(message, "To: <a@b.org>"), "to its reader");
	ok(has_line(message, "Subject: Your tickets: Show"), "its subject");
	ok(!strstr(message, "application/pdf") &&
		!strstr(message, "text/calendar"),
	    "without files");
}

/* Whoever has passed on all their tickets has no visit to move. */
static void test_nothing_to_move(void)
{
	const char *message;

	add("event_changed", "a@b.org",
	    "{\"is_moved\":true,\"tickets\":[],\"currency\":\"USD\","
	    "\"event\":{\"id\":7,\"title\":\"Show\",\"timezone\":\"UTC\"}}");
	is_number(run(10).sent, 1, "they hear of the change");
	message = take_message();
	ok(!strstr(message, "text/calendar"), "without a calendar entry");
}

/* The calendar that comes with a message; "" none. */
static const char *calendar_of(const char *message)
{
	const char *at = strstr(message, "Content-Type: text/calendar");
	char *text = arena_alloc(&site.arena, 65536);
	size_t length = 0;

	at = at ? strstr(at, "\n\n") : NULL;
	if (at)
		sodium_base642bin((unsigned char *)text, 65535, at, strlen(at),
		    "\r\n", &length, NULL, sodium_base64_VARIANT_ORIGINAL);
	text[length] = '\0';
	return text;
}

/* An event that is off: the calendar forgets the visit. */
static void test_event_off(void)
{
	const char *message;

	add("cancelled", "a@b.org",
	    "{\"reference\":\"R1\",\"currency\":\"USD\",\"is_all\":true,"
	    "\"ended\":[{\"id\":3,\"code\":\"C\",\"tier\":\"VIP\"}],"
	    "\"event\":{\"id\":7,\"title\":\"Show\",\"slug\":\"show\","
	    "\"timezone\":\"UTC\",\"status\":\"cancelled\",\"starts_at\":1,"
	    "\"ends_at\":2}}");
	is_number(run(10).sent, 1, "the buyer hears of it");
	message = take_message();
	ok(strstr(calendar_of(message), "STATUS:CANCELLED"), "that says so");
}

/* From mail_from, else contact, else noreply@ the host. */
static void test_sender(void)
{
	const struct {
		const char *from, *contact, *url, *line, *domain;
	} rows[] = {
	    {"box@x.org", "help@y.org", "", "<box@x.org>", "@x.org>"},
	    {"", "help@y.org", "", "<help@y.org>", "@y.org>"},
	    {"", "", "https://t.example.org:8443/shop",
		"<noreply@t.example.org>", "@t.example.org>"},
	    {"", "", "", "<noreply@localhost>", "@localhost>"},
	    {"box@b\xc3\xbc.example", "", "", "<box@b\xc3\xbc.example>",
		"@localhost>"},
	};

	for (size_t i = 0; i < COUNT_OF(rows); i++) {
		const char *message;
		const char *id;

		site.config.mail_from = rows[i].from;
		site.config.contact = rows[i].contact;
		site.config.base_url = rows[i].url;
		add("confirmed", "a@b.org", SEATS);
		is_number(run(10).sent, 1, "it is sent");
		message = take_message();
		ok(strstr(message, rows[i].line) == strchr(message, '<'),
		    "from %s", rows[i].line);
		id = strstr(message, "Message-ID: <");
		ok(id && strstr(id, rows[i].domain) &&
			strstr(id, rows[i].domain) < strchr(id, '\n'),
		    "its number ends with %s", rows[i].domain);
	}
	site.config.mail_from = "box office";
	add("confirmed", "a@b.org", SEATS);
	is_number(run(10).failed, 1, "a sender that is no address");
	is_state(MAIL_FAILED, "The address must contain @", "stops it");
	site.config.mail_from = "box@x.org";
	site.config.contact = "help";
	add("confirmed", "a@b.org", SEATS);
	is_number(run(10).failed, 1, "so does whoever is to be answered");
	site.config.contact = "";
}

/* A mail about events: not to who has another address by now, or left. */
static void test_wishes(void)
{
	const struct registration registration = {.username = "ada",
	    .email = "ada@b.org",
	    .password = "vital kangaroo mops",
	    .wants_promotions = true};
	const char *snapshot;
	struct user user;

	must(account_create(&site.shop, &registration, ROLE_USER, true, &user));
	snapshot = arena_format(&site.arena,
	    "{\"name\":\"ada\",\"events\":[],\"user_id\":%lld,\"stop\":\"/x\"}",
	    (long long)user.id);
	add("promotion", "ada@b.org", snapshot);
	is_number(run(10).sent, 1, "who wants them gets them");
	ok(strstr(take_message(), "List-Unsubscribe:"), "with a way to stop");
	add("promotion", "old@b.org", snapshot);
	is_number(run(10).failed, 1, "at an address that is theirs no more");
	is_state(MAIL_FAILED, "Not sent: they want no such mails", "not");
	user.promotions_at = 0;
	must(TRANSACTION(
	    site.shop.db, user_store_change(site.shop.db, &site.arena, &user)));
	add("promotion", "ada@b.org", snapshot);
	is_number(run(10).failed, 1, "nor to who wants none any more");
	is_text(take_message(), "", "nothing is sent");
}

/* At most so many in a run, and in an hour; the rest waits. */
static void test_some(void)
{
	struct outbox_report report;

	add("confirmed", "a@b.org", SEATS);
	add("confirmed", "b@b.org", SEATS);
	report = run(1);
	ok(report.sent == 1 && report.failed == 0, "one, as asked");
	is_state(MAIL_WAITING, "", "the other waits");
	site.config.mail_per_hour = 1;
	is_number(run(10).sent, 0, "while the hour's are used up");
	ok(!outbox_has_work(&site.shop), "there is nothing to do");
	is_state(MAIL_WAITING, "", "it waits");
	site.config.mail_per_hour = 0;
	is_number(run(10).sent, 1, "then it goes");
}

/* Where the lock cannot be had nobody sends, and nothing is lost. */
static void test_no_lock(void)
{
	const char *path =
	    config_path(&site.arena, &site.config, "locks/mail.lock");
	struct outbox_report report;

	add("confirmed", "a@b.org", SEATS);
	unlink(path);
	mkdir(path, 0700);
	report = run(10);
	ok(report.is_busy && report.sent == 0, "nobody sends");
	ok(!outbox_has_work(&site.shop), "nor is anybody asked to");
	is_state(MAIL_WAITING, "", "it waits");
	rmdir(path);
	is_number(run(10).sent, 1, "then it goes");
	site.config.sendmail = "";
	add("confirmed", "a@b.org", SEATS);
	ok(!outbox_has_work(&site.shop) && run(10).sent == 0,
	    "without a mail program everything waits");
}

int main(void)
{
	site_open(&site);
	clock_tick();
	make_mailer();
	test_never();
	test_no_event();
	test_nothing_to_move();
	test_event_off();
	test_sender();
	test_wishes();
	test_some();
	test_no_lock();
	site_close(&site);
	return done_testing();
}
