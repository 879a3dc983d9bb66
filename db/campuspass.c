/*
 * campuspass: the operator's command. One table of verbs; the manual is
 * campuspass(1).
 */
#include "base/clock.h"
#include "base/keys.h"
#include "base/log.h"
#include "base/text.h"
#include "booking/payment_setup.h"
#include "store/db.h"
#include "verbs.h"
#include <errno.h>
#include <grp.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#ifndef CAMPUSPASS_VERSION
#error "the build defines CAMPUSPASS_VERSION as a string"
#endif

enum exit_code {
	EXIT_GOOD,
	EXIT_FAILED, /* it could not be done; standard error says why */
	EXIT_USAGE,  /* the call's words are off */
};

struct verb {
	const char *name;      /* one word, or two */
	const char *arguments; /* for the help; "" none */
	int least, most;       /* how many words may stand behind it */
	enum need need;
	struct error *(*run)(struct call *call);
	const char *help;
};

/* ---- the verbs ---- */

static struct error *version(struct call *call)
{
	(void)call;
	printf("CampusPass %s, schema %d\n", CAMPUSPASS_VERSION,
	    DB_SCHEMA_VERSION);
	return NULL;
}

static struct error *help(struct call *call);

static const struct verb verbs[] = {
    {"init", "", 0, 0, NEEDS_NOTHING, verb_init,
	"create the data directory, its keys and the database"},
    {"backup", "FILE", 1, 3, NEEDS_DB, verb_backup,
	"copy the database into a file [--force] [--with-keys]"},
    {"restore", "FILE", 1, 3, NEEDS_ANY_DB, verb_restore,
	"put such a copy in its place [--force] [--with-keys]"},
    {"migrate", "", 0, 0, NEEDS_ANY_DB, verb_migrate,
	"bring the database to this program's schema"},
    {"demo", "", 0, 2, NEEDS_DB, verb_demo,
	"add events to look around with [--again [--yes]]"},
    {"import", "FILE.csv", 1, 1, NEEDS_DB, verb_import,
	"add events from a CSV file, all or none (- reads standard input)"},
    {"export", "", 0, 0, NEEDS_DB, verb_export,
	"print the events as such a file"},
    {"event export", "SLUG [FILE]", 1, 2, NEEDS_DB, verb_event_export,
	"one event as a file, for another site"},
    {"event import", "FILE", 1, 1, NEEDS_DB, verb_event_import,
	"take such an event, as a draft"},
    {"erase", "OPTIONS", 2, 2, NEEDS_DB, verb_erase,
	"--older-than DAYS: forget the people of events over so long"},
    {"sweep", "", 0, 0, NEEDS_DB, verb_sweep,
	"end lapsed holds, settle open payments, send mail (for cron)"},
    {"reconcile", "", 0, 0, NEEDS_DB, verb_reconcile,
	"ask the gateways about everything unclear, and settle it"},
    {"paid", "REFERENCE", 1, 1, NEEDS_DB, verb_paid,
	"a booking that pays later has paid: confirm it"},
    {"user add", "OPTIONS", 7, 7, NEEDS_DB, verb_user_add,
	"--role ROLE --username U --email E --password-stdin"},
    {"user list", "", 0, 0, NEEDS_DB, verb_user_list, "print the accounts"},
    {"user role", "USERNAME ROLE", 2, 2, NEEDS_DB, verb_user_role,
	"make somebody user, door, organiser or admin"},
    {"user disable", "USERNAME", 1, 1, NEEDS_DB, verb_user_disable,
	"let somebody sign in no more"},
    {"user enable", "USERNAME", 1, 1, NEEDS_DB, verb_user_enable, "and again"},
    {"late", "", 0, 0, NEEDS_DB, verb_late,
	"list money that came too late, and what became of it"},
    {"mail list", "", 0, 0, NEEDS_DB, verb_mail_list,
	"the outbox: state, recipient, attempts and error of each mail"},
    {"mail show", "ID", 1, 1, NEEDS_DB, verb_mail_show,
	"print a mail as it is sent"},
    {"mail send", "", 0, 0, NEEDS_DB, verb_mail_send, "send what is due"},
    {"mail retry", "ID", 1, 1, NEEDS_DB, verb_mail_retry,
	"a mail that failed is to be sent again"},
    {"rotate-keys", "", 0, 0, NEEDS_DB, verb_rotate_keys,
	"seal saved cards and second factors with a new key"},
    {"check", "", 0, 0, NEEDS_DB, verb_check,
	"prove that the database is sound and nothing is oversold"},
    {"doctor", "", 0, 0, NEEDS_NOTHING, verb_doctor,
	"look at the installation: what is wrong, and what to do"},
    {"version", "", 0, 0, NEEDS_NOTHING, version, "print the version"},
    {"help", "", 0, 0, NEEDS_NOTHING, help, "print this"},
};

static struct error *help(struct call *call)
{
	(void)call;
	printf("usage: campuspass [--data DIR] VERB\n\n");
	for (size_t i = 0; i < COUNT_OF(verbs); i++)
		printf("  %-12s %-14s %s\n", verbs[i].name, verbs[i].arguments,
		    verbs[i].help);
	printf("\nDIR is the data directory; without --data it is "
	       "$CAMPUSPASS_DATA, or what the\nfile data-directory beside "
	       "the program names. More in campuspass(1).\n");
	return NULL;
}

/* ---- what verbs use ---- */

bool call_takes_option(struct call *call, const char *name)
{
	for (int i = 0; i < call->argument_count; i++) {
		if (!text_equal(call->arguments[i], name))
			continue;
		call->argument_count--;
		for (; i < call->argument_count; i++)
			call->arguments[i] = call->arguments[i + 1];
		return true;
	}
	return false;
}

struct error *call_expects(struct call *call, int least, int most)
{
	for (int i = 0; i < call->argument_count; i++)
		if (text_starts_with(call->arguments[i], "--"))
			return fail(REQUEST_ERROR, "%s is not understood here",
			    call->arguments[i]);
	if (call->argument_count < least || call->argument_count > most)
		return fail(REQUEST_ERROR,
		    "Too few or too many words: campuspass help shows them");
	return NULL;
}

struct error *call_confirm(const char *question)
{
	char answer[8] = "";

	if (!isatty(STDIN_FILENO))
		return fail(STATE_ERROR,
		    "%s Nobody is there to ask: --yes says so", question);
	fprintf(stderr, "%s Type yes to go on: ", question);
	if (fgets(answer, sizeof(answer), stdin) && text_equal(answer, "yes\n"))
		return NULL;
	return fail(STATE_ERROR, "Nothing was changed");
}

struct error *call_read_file(
    struct call *call, const char *path, struct out *text)
{
	enum {
		CHUNK = 64 * 1024,
		LARGEST = 16 * 1024 * 1024
	};
	bool is_input = text_equal(path, "-");
	FILE *file = is_input ? stdin : fopen(path, "re");
	size_t got;
	int failed;

	*text = (struct out){.arena = call->shop.arena};
	if (!file)
		return fail(VALIDATION_ERROR, "%s: %s", path, strerror(errno));
	do {
		got = fread(out_reserve(text, CHUNK), 1, CHUNK, file);
		text->length += got;
	} while (got > 0 && text->length <= LARGEST);
	failed = ferror(file) ? errno : 0;
	if (!is_input)
		fclose(file);
	if (failed)
		return fail(VALIDATION_ERROR, "%s: %s", path, strerror(failed));
	if (text->length > LARGEST)
		return fail(VALIDATION_ERROR, "%s is larger than 16 MB", path);
	return NULL;
}

/* ---- running one ---- */

struct error *call_become_owner(struct call *call, const char *data)
{
	struct stat status;

	if (geteuid() != 0 || stat(data, &status) != 0 || status.st_uid == 0)
		return NULL;
	if (setgroups(1, &status.st_gid) != 0 || setgid(status.st_gid) != 0 ||
	    setuid(status.st_uid) != 0)
		return fail(CONFIGURATION_ERROR,
		    "%s belongs to user %d: run campuspass as that user", data,
		    (int)status.st_uid);
	call->is_owner = true;
	return NULL;
}

struct error *call_open(struct call *call, enum need need)
{
	const char *data;

	if (need == NEEDS_NOTHING)
		return NULL;
	TRY(config_find_data(call->shop.arena, &data));
	TRY(call_become_owner(call, data));
	clock_set_directory(data);
	if (need == NEEDS_ANY_DB)
		TRY(keys_add(call->shop.arena, data));
	TRY(config_load(call->shop.arena, data, &call->config));
	TRY(payment_check_setup(call->shop.arena, &call->config));
	call->shop.config = &call->config;
	if (need == NEEDS_ANY_DB)
		return db_open_any(
		    call->shop.arena, &call->config, &call->shop.db);
	if (need == NEEDS_DB)
		return db_open(call->shop.arena, &call->config, &call->shop.db);
	return NULL;
}

/* How many of the words are the verb's name; 0: it is another. */
static int match(const struct verb *verb, int count, char **words)
{
	size_t first = strcspn(verb->name, " ");

	if (strlen(words[0]) != first ||
	    strncmp(words[0], verb->name, first) != 0)
		return 0;
	if (verb->name[first] == '\0')
		return 1;
	return count >= 2 && text_equal(words[1], verb->name + first + 1) ? 2
									  : 0;
}

/* Takes its name off the front of the words. */
static const struct verb *find_verb(int *count, char ***words)
{
	for (size_t i = 0; i < COUNT_OF(verbs); i++) {
		int matched = match(&verbs[i], *count, *words);

		*count -= matched;
		*words += matched;
		if (matched)
			return &verbs[i];
	}
	return NULL;
}

static void print_error(const struct error *error)
{
	for (; error; error = error->cause)
		fprintf(stderr, "campuspass: %s\n", error->message);
}

static enum exit_code run(const struct verb *verb, struct call *call)
{
	struct error *error = call_open(call, verb->need);

	if (call->shop.db)
		db_keep_log_short(call->shop.db);
	if (!error)
		error = verb->run(call);
	if (call->shop.db)
		db_close(call->shop.db);
	print_error(error);
	if (error && call->is_owner)
		fprintf(stderr,
		    "campuspass: this ran as user %d, who owns the data\n",
		    (int)geteuid());
	if (error_is(error, REQUEST_ERROR))
		return EXIT_USAGE;
	return error ? EXIT_FAILED : EXIT_GOOD;
}

/* Take --data DIR off the front. */
static bool read_options(struct call *call, int *count, char ***words)
{
	if (*count >= 1 && text_equal((*words)[0], "--data")) {
		if (*count < 2)
			return false;
		call->data = (*words)[1];
		setenv("CAMPUSPASS_DATA", call->data, true);
		*count -= 2;
		*words += 2;
	}
	return *count >= 1;
}

int main(int count, char **words)
{
	struct arena arena = ARENA_EMPTY;
	struct call call = {.shop = {.arena = &arena}};
	const struct verb *verb;
	enum exit_code code;

	umask(077);
	signal(SIGXFSZ, SIG_IGN);
	log_open("campuspass", NULL);
	count--;
	words++;
	if (!read_options(&call, &count, &words) ||
	    !(verb = find_verb(&count, &words)) || count < verb->least ||
	    count > verb->most) {
		fprintf(stderr,
		    "usage: campuspass [--data DIR] VERB; "
		    "campuspass help lists the verbs\n");
		return EXIT_USAGE;
	}
	call.argument_count = count;
	call.arguments = words;
	code = run(verb, &call);
	if (fflush(stdout) != 0 || ferror(stdout)) {
		fprintf(stderr, "campuspass: what it prints is not taken\n");
		code = EXIT_FAILED;
	}
	arena_close(&arena);
	return (int)code;
}
