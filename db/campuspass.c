/*
 * campuspass: the operator's command. One table of verbs; the manual is
 * campuspass(1).
 */
#include "account/card.h"
#include "account/two_factor.h"
#include "base/clock.h"
#include "base/config.h"
#include "base/keys.h"
#include "base/log.h"
#include "base/text.h"
#include "base/token.h"
#include "booking/checkout.h"
#include "booking/import.h"
#include "booking/refund.h"
#include "demo.h"
#include "mail.h"
#include "schema.h"
#include "store/db.h"
#include "store/proof_store.h"
#include "store/refund_store.h"
#include "store/stock_store.h"
#include "store/user_store.h"
#include "users.h"
#include "web/chores.h"
#include <errno.h>
#include <limits.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#ifndef CAMPUSPASS_VERSION
#error "the build defines CAMPUSPASS_VERSION as a string"
#endif

enum exit_code {
	EXIT_GOOD,
	EXIT_FAILED, /* it could not be done; standard error says why */
	EXIT_USAGE,  /* the call's words are off */
};

/* What a verb works with. */
struct call {
	struct shop shop; /* db is open where the verb needs it */
	struct config config;
	const char *data; /* the data directory, as named */
	int argument_count;
	char **arguments; /* behind the verb */
};

/* What a verb needs before it runs. */
enum need {
	NEEDS_NOTHING,
	NEEDS_DATA,   /* a configuration */
	NEEDS_ANY_DB, /* a database of any schema; created */
	NEEDS_DB,     /* a database of this program's schema */
};

struct verb {
	const char *name;      /* one word, or two */
	const char *arguments; /* for the help; "" none */
	int argument_count;    /* how many it takes */
	enum need need;
	struct error *(*run)(struct call *call);
	const char *help;
};

static struct error *open_data(struct call *call, enum need need);

/* ---- the verbs ---- */

static struct error *migrate(struct call *call)
{
	size_t count;
	const struct db_schema *files = schema_files(&count);
	int version;

	TRY(db_migrate(call->shop.db, files, count, &version));
	printf("schema %d\n", version);
	return users_make_first_admin(&call->shop);
}

static struct error *init(struct call *call)
{
	char path[PATH_MAX];

	if (!call->data)
		call->data = getenv("CAMPUSPASS_DATA");
	if (text_is_empty(call->data))
		return fail(CONFIGURATION_ERROR,
		    "Name the directory to create: campuspass --data DIR init");
	TRY(config_create(call->shop.arena, call->data));
	if (!realpath(call->data, path))
		return fail(CONFIGURATION_ERROR, "%s is gone", call->data);
	setenv("CAMPUSPASS_DATA", path, true);
	TRY(open_data(call, NEEDS_ANY_DB));
	TRY(migrate(call));
	printf("%s is ready\n", path);
	return NULL;
}

static struct error *demo(struct call *call)
{
	TRY(demo_load(&call->shop));
	printf("demo events loaded\n");
	return NULL;
}

/* A whole file, or what there is of standard input for "-". */
static struct error *read_file(
    struct arena *arena, const char *path, struct out *text)
{
	enum {
		CHUNK = 64 * 1024,
		LARGEST = 16 * 1024 * 1024
	};
	FILE *file = text_equal(path, "-") ? stdin : fopen(path, "re");
	size_t got;

	*text = (struct out){.arena = arena};
	if (!file)
		return fail(VALIDATION_ERROR, "%s: %s", path, strerror(errno));
	do {
		got = fread(out_reserve(text, CHUNK), 1, CHUNK, file);
		text->length += got;
	} while (got > 0 && text->length <= LARGEST);
	if (ferror(file))
		return fail(VALIDATION_ERROR, "%s: %s", path, strerror(errno));
	if (file != stdin)
		fclose(file);
	if (text->length > LARGEST)
		return fail(VALIDATION_ERROR, "%s is larger than 16 MB", path);
	return NULL;
}

static void print_problem(
    const char *path, const struct import_problem *problem)
{
	fprintf(stderr, "%s: line %lld%s%s: %s\n", path,
	    (long long)problem->line, *problem->column ? ", column " : "",
	    problem->column, problem->message);
}

static struct error *import(struct call *call)
{
	const char *path = call->arguments[0];
	struct import_report report;
	struct error *error;
	struct out text;

	TRY(read_file(call->shop.arena, path, &text));
	error =
	    import_events(&call->shop, out_string(&text), text.length, &report);
	for (size_t i = 0; i < report.problem_count; i++)
		print_problem(path, &report.problems[i]);
	if (report.has_more)
		fprintf(stderr, "%s: there are more mistakes\n", path);
	if (!error)
		printf("%zu events with %zu ticket types imported\n",
		    report.events, report.tiers);
	return error;
}

static struct error *export(struct call *call)
{
	struct out out = {.arena = call->shop.arena};

	TRY(export_events(&call->shop, &out));
	fputs(out_string(&out), stdout);
	return NULL;
}

static struct error *sweep(struct call *call)
{
	return chores_run_all(&call->shop);
}

static struct error *reconcile(struct call *call)
{
	TRY(payment_settle_open(&call->shop));
	return refund_settle_open(&call->shop);
}

static struct error *paid(struct call *call)
{
	const char *reference =
	    token_read_reference(call->shop.arena, call->arguments[0]);

	if (!reference)
		return fail(
		    VALIDATION_ERROR, "%s is no reference", call->arguments[0]);
	TRY(checkout_mark_paid(&call->shop, reference));
	printf("%s is paid and confirmed\n", reference);
	return NULL;
}

static struct error *add_user(struct call *call)
{
	return users_add(&call->shop, call->argument_count, call->arguments);
}

static struct error *list_users(struct call *call)
{
	return users_list(&call->shop);
}

static struct error *set_role(struct call *call)
{
	return users_set_role(
	    &call->shop, call->arguments[0], call->arguments[1]);
}

static struct error *disable_user(struct call *call)
{
	return users_set_disabled(&call->shop, call->arguments[0], true);
}

static struct error *enable_user(struct call *call)
{
	return users_set_disabled(&call->shop, call->arguments[0], false);
}

static const char *late_fate(const struct late_money *money)
{
	if (money->refunds == 0)
		return money->state;
	if (money->refused > 0)
		return "refund refused";
	return money->refunded == money->refunds ? "refunded"
						 : "refund on its way";
}

static struct error *late(struct call *call)
{
	struct arena *arena = call->shop.arena;
	struct late_money_list list;

	TRY(late_money_list(call->shop.db, arena, &list));
	for (size_t i = 0; i < list.count; i++) {
		const struct late_money *money = &list.items[i];

		printf("%s  %s  %s  %s %s  %s  %s\n",
		    clock_iso_utc(arena, money->came_at), money->reference,
		    money->event, money_plain(arena, money->total),
		    money->total.currency, late_fate(money), money->email);
	}
	return NULL;
}

static struct error *list_mail(struct call *call)
{
	return mail_list(&call->shop);
}

static struct error *show_mail(struct call *call)
{
	return mail_show(&call->shop, call->arguments[0]);
}

static struct error *send_mail(struct call *call)
{
	return mail_send(&call->shop);
}

static struct error *retry_mail(struct call *call)
{
	return mail_retry(&call->shop, call->arguments[0]);
}

/* Anew with the newest key: cards, then second factors. */
static struct error *reseal(struct call *call)
{
	int64_t cards, factors, broken_cards, broken_factors;

	TRY(card_reseal_all(&call->shop, &cards, &broken_cards));
	TRY(two_factor_reseal_all(&call->shop, &factors, &broken_factors));
	printf("%lld cards and %lld second factors are sealed anew\n",
	    (long long)cards, (long long)factors);
	if (broken_cards + broken_factors)
		return fail(STORAGE_ERROR,
		    "%lld sealed texts do not open and stay as they are; the "
		    "log names them",
		    (long long)(broken_cards + broken_factors));
	return NULL;
}

static struct error *rotate_keys(struct call *call)
{
	int64_t version;

	TRY(keys_rotate(call->shop.arena, call->config.data, &version));
	TRY(keys_read(call->shop.arena, &call->config));
	printf("the key card has version %lld now\n", (long long)version);
	return reseal(call);
}

static struct error *check(struct call *call)
{
	const char *damage, *findings, *people;

	TRY(db_integrity(call->shop.db, call->shop.arena, &damage));
	TRY(proof_store_check(call->shop.db, call->shop.arena, &findings));
	TRY(user_store_check(call->shop.db, call->shop.arena, &people));
	fputs(damage, stdout);
	fputs(findings, stdout);
	fputs(people, stdout);
	if (*damage || *findings || *people)
		return fail(STORAGE_ERROR, "The database is not sound");
	printf("the database is sound\n");
	return NULL;
}

static struct error *version(struct call *call)
{
	(void)call;
	printf("CampusPass %s, schema %d\n", CAMPUSPASS_VERSION,
	    DB_SCHEMA_VERSION);
	return NULL;
}

static struct error *help(struct call *call);

static const struct verb verbs[] = {
    {"init", "", 0, NEEDS_NOTHING, init,
	"create the data directory, its keys and the database"},
    {"migrate", "", 0, NEEDS_ANY_DB, migrate,
	"bring the database to this program's schema"},
    {"demo", "", 0, NEEDS_DB, demo, "add events to look around with"},
    {"import", "FILE.csv", 1, NEEDS_DB, import,
	"add events from a CSV file, all or none (- reads standard input)"},
    {"export", "", 0, NEEDS_DB, export, "print the events as such a file"},
    {"sweep", "", 0, NEEDS_DB, sweep,
	"end lapsed holds, settle open payments, send mail (for cron)"},
    {"reconcile", "", 0, NEEDS_DB, reconcile,
	"ask the gateways about everything unclear, and settle it"},
    {"paid", "REFERENCE", 1, NEEDS_DB, paid,
	"a booking that pays later has paid: confirm it"},
    {"user add", "OPTIONS", 7, NEEDS_DB, add_user,
	"--role ROLE --username U --email E --password-stdin"},
    {"user list", "", 0, NEEDS_DB, list_users, "print the accounts"},
    {"user role", "USERNAME ROLE", 2, NEEDS_DB, set_role,
	"make somebody user, door, organiser or admin"},
    {"user disable", "USERNAME", 1, NEEDS_DB, disable_user,
	"let somebody sign in no more"},
    {"user enable", "USERNAME", 1, NEEDS_DB, enable_user, "and again"},
    {"late", "", 0, NEEDS_DB, late,
	"list money that came too late, and what became of it"},
    {"mail list", "", 0, NEEDS_DB, list_mail,
	"the outbox: state, recipient, attempts and error of each mail"},
    {"mail show", "ID", 1, NEEDS_DB, show_mail, "print a mail as it is sent"},
    {"mail send", "", 0, NEEDS_DB, send_mail, "send what is due"},
    {"mail retry", "ID", 1, NEEDS_DB, retry_mail,
	"a mail that failed is to be sent again"},
    {"rotate-keys", "", 0, NEEDS_DB, rotate_keys,
	"seal saved cards and second factors with a new key"},
    {"check", "", 0, NEEDS_DB, check,
	"prove that the database is sound and nothing is oversold"},
    {"version", "", 0, NEEDS_NOTHING, version, "print the version"},
    {"help", "", 0, NEEDS_NOTHING, help, "print this"},
};

static struct error *help(struct call *call)
{
	(void)call;
	printf("usage: campuspass [--data DIR] VERB\n\n");
	for (size_t i = 0; i < COUNT_OF(verbs); i++)
		printf("  %-12s %-13s %s\n", verbs[i].name, verbs[i].arguments,
		    verbs[i].help);
	printf("\nDIR is the data directory; without --data it is "
	       "$CAMPUSPASS_DATA, or what the\nfile data-directory beside "
	       "the program names. More in campuspass(1).\n");
	return NULL;
}

/* ---- running one ---- */

static struct error *open_data(struct call *call, enum need need)
{
	const char *data;

	if (need == NEEDS_NOTHING)
		return NULL;
	TRY(config_find_data(call->shop.arena, &data));
	clock_set_directory(data);
	if (need == NEEDS_ANY_DB)
		TRY(keys_add(call->shop.arena, data));
	TRY(config_load(call->shop.arena, data, &call->config));
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
	struct error *error = open_data(call, verb->need);

	if (!error)
		error = verb->run(call);
	if (call->shop.db)
		db_close(call->shop.db);
	print_error(error);
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
	    !(verb = find_verb(&count, &words)) ||
	    count != verb->argument_count) {
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
