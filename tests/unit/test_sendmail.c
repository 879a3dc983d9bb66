/* A program that takes mail, well or not: small scripts play it. */
#include "base/out.h"
#include "mail/sendmail.h"
#include "site.h"
#include "tap.h"
#include <fcntl.h>
#include <poll.h>
#include <sys/stat.h>
#include <time.h>

static struct site site;

/* Run a script as the mail program; it finds the data directory in $D. */
static struct delivery with(const char *script, int limit)
{
	const char *path = arena_format(&site.arena, "%s/mailer", site.data);
	FILE *file = fopen(path, "w");

	if (!file)
		die("%s cannot be written", path);
	fprintf(file, "#!/bin/sh\nD='%s'\n%s\n", site.data, script);
	fclose(file);
	chmod(path, 0700);
	site.config.sendmail =
	    arena_format(&site.arena, "%s  --one two ", path);
	return sendmail_deliver(
	    &site.arena, &site.config, "To: a\n\n.\nbody\n", limit);
}

/* What a script wrote. */
static const char *wrote(const char *name)
{
	static char text[4096];
	FILE *file =
	    fopen(arena_format(&site.arena, "%s/%s", site.data, name), "r");
	size_t got = file ? fread(text, 1, sizeof(text) - 1, file) : 0;

	text[got] = '\0';
	if (file)
		fclose(file);
	return text;
}

static void test_taken(void)
{
	struct delivery delivery =
	    with("echo \"$@\" >$D/words; cat >$D/stdin; echo chatter", 60);

	is_number(delivery.outcome, DELIVERY_TAKEN, "taken");
	is_text(delivery.reason, "", "without a reason");
	is_text(wrote("words"), "--one two -t -i\n", "its arguments");
	is_text(wrote("stdin"), "To: a\n\n.\nbody\n", "the message, whole");
	site.config.envelope_from = "back@example.org";
	delivery = with("echo \"$@\" >$D/words", 60);
	is_text(wrote("words"), "--one two -t -i -f back@example.org\n",
	    "where bounces go");
	is_number(delivery.outcome, DELIVERY_TAKEN,
	    "taken by one that did not read it");
	site.config.envelope_from = "";
}

static void test_files(void)
{
	int leak = dup(STDERR_FILENO);

	/* The shell reads its script through a file of its own. */
	with("ls /proc/self/fd | tr '\\n' ' ' >$D/files", 60);
	ok(leak > 2 &&
		!strstr(
		    wrote("files"), arena_format(&site.arena, " %d ", leak)),
	    "it has none of our files");
	close(leak);
	signal(SIGPIPE, SIG_IGN);
	with("sed -n 's/^SigIgn://p' /proc/self/status >$D/ignored", 60);
	/* The highest two of 32 are the C library's own. */
	is_number(strtoll(wrote("ignored"), NULL, 16) & 0x7fffffff, 0,
	    "and ignores no signal");
}

static void test_refusals(void)
{
	static const struct {
		const char *script;
		enum delivery_outcome outcome;
		const char *reason;
	} rows[] = {
	    {"exit 64", DELIVERY_REFUSED, "The mail program ended with 64"},
	    {"exit 65", DELIVERY_REFUSED, "The mail program ended with 65"},
	    {"echo nobody >&2; exit 67", DELIVERY_REFUSED,
		"The mail program ended with 67: nobody"},
	    {"exit 1", DELIVERY_LATER, "The mail program ended with 1"},
	    {"printf 'one\\ntwo\\033\\n' >&2; exit 75", DELIVERY_LATER,
		"The mail program ended with 75: one two "},
	    {"exit 78", DELIVERY_LATER, "The mail program ended with 78"},
	    {"kill -9 $$", DELIVERY_LATER, "The mail program died of signal 9"},
	};

	for (size_t i = 0; i < COUNT_OF(rows); i++) {
		struct delivery delivery = with(rows[i].script, 60);

		is_number(delivery.outcome, rows[i].outcome, rows[i].script);
		is_text(delivery.reason, rows[i].reason, "its reason");
	}
	ok(strlen(with("yes | head -c 1000000 >&2; exit 1", 60).reason) < 400,
	    "a flood of complaints is cut");
	site.config.sendmail = "/nowhere/sendmail";
	is_text(sendmail_deliver(&site.arena, &site.config, "", 60).reason,
	    "/nowhere/sendmail: No such file or directory",
	    "a program that is not there");
}

/* What it complains of is cut to a line that can be shown. */
static void test_complaints(void)
{
	const struct delivery cut =
	    with("printf '%0299d\\303\\251 and more' 0 >&2; exit 1", 60);
	const char *words = "The mail program ended with 1: ";

	ok(text_starts_with(cut.reason, words) &&
		strlen(cut.reason) == strlen(words) + 299,
	    "no character is cut in two");
	is_text(with("printf 'a\\177b' >&2; exit 1", 60).reason,
	    "The mail program ended with 1: a b", "no controls");
}

static void test_command(void)
{
	struct out command = {.arena = &site.arena};
	const char *mailer = arena_format(&site.arena, "%s/mailer", site.data);

	with("echo $# >$D/count", 60);
	out_format(&command, "%s", mailer);
	for (int i = 0; i < 40; i++)
		out_format(&command, " -w%d", i);
	site.config.sendmail = out_string(&command);
	is_number(sendmail_deliver(&site.arena, &site.config, "", 60).outcome,
	    DELIVERY_TAKEN, "a command of many words");
	is_text(wrote("count"), "21\n", "is cut; ours are there");
	ok(sendmail_is_there(&site.arena, &site.config), "it is there");
	site.config.sendmail = "/nowhere/sendmail -x";
	ok(!sendmail_is_there(&site.arena, &site.config), "another is not");
	site.config.sendmail = "";
	ok(!sendmail_is_there(&site.arena, &site.config), "nor none");
}

/* Deliver where the process may not have more of something. */
static struct delivery scarce(__rlimit_resource_t what, rlim_t most)
{
	char *message = arena_alloc(&site.arena, 10001);
	struct rlimit before, less;
	struct delivery delivery;

	memset(message, 'x', 10000);
	message[10000] = '\0';
	getrlimit(what, &before);
	less = before;
	less.rlim_cur = most;
	setrlimit(what, &less);
	delivery = sendmail_deliver(&site.arena, &site.config, message, 60);
	setrlimit(what, &before);
	return delivery;
}

/* The message is whole, or nobody gets it; it waits. */
static void test_scarce(void)
{
	int next = dup(STDERR_FILENO);
	const struct delivery rows[] = {
	    scarce(RLIMIT_NOFILE, (rlim_t)next),
	    scarce(RLIMIT_NOFILE, (rlim_t)next + 1),
	    scarce(RLIMIT_FSIZE, 0),
	    scarce(RLIMIT_FSIZE, 4096),
	};

	close(next);
	for (size_t i = 0; i < COUNT_OF(rows); i++) {
		is_number(rows[i].outcome, DELIVERY_LATER, "another time");
		is_text(rows[i].reason, "There is no memory for the message",
		    "why");
	}
	is_text(wrote("stdin"), "", "nobody got a part of it");
}

/* Its end of the pipe tells that it is there, and that nobody is any more. */
static void test_hang(void)
{
	enum {
		PATIENCE = 60 /* seconds */
	};
	const char *path = arena_format(&site.arena, "%s/alive", site.data);
	struct pollfd alive = {.events = POLLIN};
	struct delivery delivery;
	time_t start;
	int limit = 1;
	char byte;

	if (mkfifo(path, 0600) != 0)
		must(fail(STORAGE_ERROR, "no pipe"));
	alive.fd = open(path, O_RDONLY | O_NONBLOCK | O_CLOEXEC);
	/* A busy machine may not have started it within a second. */
	do {
		start = time(NULL);
		delivery = with("exec 9>$D/alive; echo >&9; "
				"sleep 600 & sleep 600",
		    limit++);
	} while (read(alive.fd, &byte, 1) < 1 && limit < PATIENCE);
	is_number(delivery.outcome, DELIVERY_LATER, "one that hangs");
	is_text(delivery.reason,
	    arena_format(&site.arena,
		"The mail program did not end within %d seconds", limit - 1),
	    "its reason");
	ok(time(NULL) - start <= PATIENCE, "in time");
	ok(waitpid(-1, NULL, WNOHANG) < 0, "no zombie is left");
	while (poll(&alive, 1, PATIENCE * 1000) == 1 &&
	    read(alive.fd, &byte, 1) == 1)
		continue;
	ok(alive.revents & POLLHUP, "it is gone, with its children");
	close(alive.fd);
}

int main(void)
{
	site_open(&site);
	signal(SIGXFSZ, SIG_IGN);
	test_taken();
	test_files();
	test_refusals();
	test_complaints();
	test_command();
	with("cat >$D/stdin", 60);
	unlink(arena_format(&site.arena, "%s/stdin", site.data));
	test_scarce();
	test_hang();
	site_close(&site);
	return done_testing();
}
