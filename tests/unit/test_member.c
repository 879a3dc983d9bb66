/*
 * Members, where it goes wrong: what they type about themselves, mails
 * without end, links that come too late, who is shut out, and a round of
 * mails about events.
 */
#include "people.h"

#include "account/promote.h"
#include "base/token.h"
#include "store/limit.h"

static const struct viewer root = {.role = ROLE_ADMIN, .browser = ""};

/* So many mails of a kind wait, to one address or (NULL) to all. */
static int64_t count_mails(const char *kind, const char *recipient)
{
	struct mail_list list;
	int64_t count = 0;

	must(outbox_store_list(site.shop.db, &site.arena, 1000, &list));
	for (size_t i = 0; i < list.count; i++)
		count += text_equal(list.items[i].kind, kind) &&
		    (!recipient ||
			text_equal(list.items[i].recipient, recipient));
	return count;
}

/* ---- what they type ---- */

static void test_details(void)
{
	const char *long_name = arena_format(&site.arena, "%0101d", 0);
	const char *name = arena_format(&site.arena, "%0100d", 0);
	const struct {
		struct account_details details;
		const char *field;
	} rows[] = {
	    {{"A\xff", "B", "ann", "a@example.org", false}, "first_name"},
	    {{"A\x07", "B", "ann", "a@example.org", false}, "first_name"},
	    {{"A\tA", "B", "ann", "a@example.org", false}, "first_name"},
	    {{"A", long_name, "ann", "a@example.org", false}, "last_name"},
	    {{"A", "B", "a?n", "a@example.org", false}, "username"},
	    {{"A", "B", NULL, "a@example.org", false}, "username"},
	    {{"A", "B", "ann", NULL, false}, "email"},
	};
	const struct account_details most = {
	    name, NULL, "a.n_n-2", "ann@example.org", false};
	struct viewer ann = join("ann");
	bool is_mailed;

	for (size_t i = 0; i < COUNT_OF(rows); i++)
		is_refused(account_change(&site.shop, ann.user_id,
			       &rows[i].details, &is_mailed),
		    rows[i].field, "the field is named");
	is_text(find("ann").email, "ann@example.org", "and nothing changes");
	must(account_change(&site.shop, ann.user_id, &most, &is_mailed));
	is_text(find("a.n_n-2").first_name, name, "the longest name is taken");
	is_text(find("a.n_n-2").last_name, "", "none, too");
}

static void test_nothing_typed(void)
{
	struct registration registration = {.first_name = "A",
	    .last_name = "B\nC",
	    .username = "bea",
	    .email = "bea@example.org",
	    .password = PASSWORD};
	struct viewer ben = join("ben");
	struct user user;

	is_refused(account_register(&site.shop, &registration), "last_name",
	    "R2 control characters");
	ok(find("bea").id == 0, "R2 nothing is kept");
	ok(error_is(account_log_in(&site.shop, NULL, NULL, NULL, &user),
	       ACCESS_ERROR),
	    "R3 nothing typed signs nobody in");
	ok(error_is(account_log_in(&site.shop, "ben", NULL, NULL, &user),
	       ACCESS_ERROR),
	    "R3 nor a name alone");
	is_refused(account_delete(&site.shop, &ben, NULL), "current",
	    "leaving takes the password");
	is_refused(
	    account_change_password(&site.shop, &ben, PASSWORD, NULL, false),
	    "password", "and a new one is to be typed");
	must(account_forgot(&site.shop, NULL));
	ok(error_is(account_verify(&site.shop, NULL), STATE_ERROR),
	    "no secret proves nothing");
	must(account_forgot(&site.shop, "ben@example.org"));
	is_refused(
	    account_reset(&site.shop, secret_to("ben@example.org"), NULL),
	    "password", "a reset takes one, too");
	must(account_log_in(&site.shop, "ben", PASSWORD, "192.0.2.1", &user));
}

/* ---- mails and their links ---- */

/* Four at once to an address, then one in 15 minutes. */
static void test_mails_end(void)
{
	const struct account_details details = {
	    "", "", "cem", "flood@example.org", false, PASSWORD};
	struct viewer cem = join("cem");
	bool is_mailed;

	for (int i = 0; i < 6; i++)
		must(account_change(
		    &site.shop, cem.user_id, &details, &is_mailed));
	ok(is_mailed, "each looks the same");
	is_number(count_mails("verify_email", "flood@example.org"), 4,
	    "but mails to an address are limited");

	must(create("dan", ROLE_USER, false));
	for (int i = 0; i < 6; i++)
		must(account_send_verification(&site.shop, find("dan").id));
	is_number(count_mails("verify_email", "dan@example.org"), 4,
	    "also when they are asked for again");
	CHANGE("UPDATE user SET email = NULL WHERE username = 'dan'"
	       " /* scan: */");
	must(create("dan2", ROLE_USER, false));
	CHANGE("UPDATE user SET email = 'dan@example.org'"
	       " WHERE username = 'dan' /* scan: */");
	for (int i = 0; i < 2; i++) {
		const struct registration again = {
		    .username = i ? "dan4" : "dan3",
		    .email = "dan@example.org",
		    .password = PASSWORD};

		must(account_register(&site.shop, &again));
	}
	ok(find("dan4").id != 0, "who registers meanwhile has an account");
	is_number(count_mails("verify_email", "dan@example.org"), 4,
	    "without a mail");
}

static void test_program_mails_end(void)
{
	static const struct limit_rate mails = {
	    .name = "account-mail", .burst = 4, .seconds = 15 * MINUTE};

	while (
	    !limit_take(&site.config, &mails, "eli@example.org", clock_now()))
		continue;
	must(create("eli", ROLE_USER, false));
	ok(find("eli").id != 0, "a program's account is made");
	is_number(count_mails("verify_email", "eli@example.org"), 0,
	    "its mail waits until it is asked for");
}

static void test_links_too_late(void)
{
	const struct account_details details = {
	    "", "", "fay", "gus@example.org", false, PASSWORD};
	struct viewer fay = join("fay");
	const char *secret;
	struct user user;
	bool is_mailed;

	must(account_change(&site.shop, fay.user_id, &details, &is_mailed));
	secret = secret_to("gus@example.org");
	must(account_check_verify(&site.shop, secret, &user));
	join("gus");
	ok(error_is(
	       account_check_verify(&site.shop, secret, &user), STATE_ERROR),
	    "an address that somebody else has proved meanwhile");
	ok(error_is(account_verify(&site.shop, secret), STATE_ERROR),
	    "is not taken from them");
	is_text(find("gus").email, "gus@example.org", "it stays theirs");
	must(account_send_verification(&site.shop, find("gus").id));
	is_number(count_mails("verify_email", "gus@example.org"), 1,
	    "who is verified gets no other link");
}

static void test_not_signed_in(void)
{
	ok(error_is(account_send_verification(&site.shop, 0), ACCESS_ERROR),
	    "who is not signed in is sent to do so");
}

static void test_disabled(void)
{
	struct viewer hal = join("hal");
	const char *secret;

	must(account_forgot(&site.shop, "hal@example.org"));
	secret = secret_to("hal@example.org");
	must(account_set_disabled(&site.shop, &root, hal.user_id, true));
	ok(error_is(account_send_verification(&site.shop, hal.user_id),
	       ACCESS_ERROR),
	    "who is shut out is not served");
	ok(error_is(account_check_reset(&site.shop, secret), STATE_ERROR),
	    "nor lets a mailed link in");
	must(account_forgot(&site.shop, "hal@example.org"));
	is_number(count_mails("reset_password", "hal@example.org"), 1,
	    "nor is another one mailed");
}

/* An admin who is shut out counts for nothing; the last who is not stays. */
static void test_admins(void)
{
	must(create("ida", ROLE_ADMIN, true));
	must(create("jim", ROLE_ADMIN, true));
	must(account_set_disabled(&site.shop, &root, find("ida").id, true));
	must(account_set_role(&site.shop, &root, find("ida").id, ROLE_USER));
	ok(error_is(
	       account_set_role(&site.shop, &root, find("jim").id, ROLE_USER),
	       STATE_ERROR),
	    "the last admin stays one");
	ok(find("jim").role == ROLE_ADMIN && find("ida").role == ROLE_USER,
	    "one who was shut out does not");
}

static void test_first_admin(void)
{
	struct user admin;

	site.config.admin_email = "kim@example.org";
	must(account_make_first_admin(&site.shop, &admin));
	is_number(admin.id, 0, "R6 an email alone makes nobody");
	site.config.admin_email = "";
}

/* Their network has failed so often that all of it waits. */
static void test_network(void)
{
	static const struct limit_wait network = {
	    .name = "login-address", .free = 300, .most = MINUTE};
	struct user user;

	join("leo");
	for (int i = 0; i < 302; i++)
		limit_failed(
		    &site.config, &network, "198.51.100.7", clock_now());
	ok(error_is(account_log_in(
			&site.shop, "leo", PASSWORD, "198.51.100.7", &user),
	       RATE_LIMIT_ERROR),
	    "R3 an address that guesses without end waits");
	must(account_log_in(&site.shop, "leo", PASSWORD, "203.0.113.9", &user));
}

/* ---- mails about events ---- */

static void test_unsubscribe(void)
{
	struct viewer max = join("max");
	const char *key = account_unsubscribe_key(&site.shop, max.user_id);
	const char *named = arena_format(&site.arena, "max-%s",
	    token_sign(
		&site.arena, site.config.cookie_key, "unsubscribe", "max"));

	ok(error_is(account_unsubscribe(&site.shop, named), STATE_ERROR),
	    "a key is somebody's number");
	must(account_delete(&site.shop, &max, PASSWORD));
	must(account_unsubscribe(&site.shop, key));
	ok(find("max").id == 0, "who has left stays away");
}

static struct error *add_many_in(int count)
{
	for (int i = 0; i < count; i++) {
		struct user user = {
		    .username = arena_format(&site.arena, "many%d", i),
		    .email = arena_format(&site.arena, "many%d@x.org", i),
		    .first_name = "",
		    .last_name = "",
		    .password_hash = "",
		    .role = ROLE_USER,
		    .verified_at = 1,
		    .promotions_at = 1,
		    .created_at = 1,
		};

		TRY(user_store_add(site.shop.db, &site.arena, &user));
	}
	return NULL;
}

/* A Monday at ten; one mail a week to who wants them, in runs that end. */
static void test_promote(void)
{
	const int64_t monday = 2000 * 7 * DAY + 4 * DAY + 10 * HOUR;
	const int people = PROMOTE_RUN + 7;

	site_set_clock(&site, monday);
	site.config.promotion_weekday = 1;
	CHANGE("UPDATE user SET promotions_at = NULL /* scan: */");
	must(TRANSACTION(site.shop.db, add_many_in(people)));
	CHANGE("UPDATE user SET verified_at = 1, promotions_at = 1"
	       " WHERE username LIKE 'many%' /* scan: */");
	must(promote_sweep(&site.shop));
	is_number(count_mails("promotion", NULL), 0, "nothing can be booked");
	for (int i = 0; i < PROMOTE_EVENTS + 2; i++)
		add_event(event_of(arena_format(&site.arena, "show-%d", i)));
	must(promote_sweep(&site.shop));
	is_number(count_mails("promotion", NULL), PROMOTE_RUN, "a run ends");
	must(promote_sweep(&site.shop));
	is_number(count_mails("promotion", NULL), people, "the next goes on");
	must(promote_sweep(&site.shop));
	is_number(count_mails("promotion", NULL), people, "nobody twice");
	ok(!strstr(last_mail("many3@x.org").snapshot, "show-5") &&
		strstr(last_mail("many3@x.org").snapshot, "show-4"),
	    "only so many events stand in a mail");
}

int main(void)
{
	site_open(&site);
	test_details();
	test_nothing_typed();
	test_mails_end();
	test_program_mails_end();
	test_links_too_late();
	test_not_signed_in();
	test_disabled();
	test_first_admin();
	test_admins();
	test_network();
	test_unsubscribe();
	test_promote();
	site_close(&site);
	return done_testing();
}
