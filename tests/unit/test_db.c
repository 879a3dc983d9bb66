/*
 * The database driver: parameters, rows, transactions, errors.
 */
#include "base/clock.h"
#include "site.h"

#include "store/turn.h"
#include <sys/stat.h>

static struct site site;

/* One cell of one row, for looking. */
static const char *look(const char *column)
{
	struct db_rows rows;

	must(db_query(site.shop.db, &site.arena, &rows,
	    "SELECT name, address, latitude, longitude, created_at, slug"
	    " FROM venue WHERE slug = $1",
	    PARAMS(text(column))));
	return rows.count ? row_text(db_row_at(&rows, 0), 0) : "(none)";
}

static struct error *add_venue(const char *slug, const char *name)
{
	return db_run(site.shop.db, NULL,
	    "INSERT INTO venue (slug, name, created_at) VALUES ($1, $2, 0)",
	    PARAMS(text(slug), text(name)));
}

static int64_t count_venues(void)
{
	struct db_rows rows;

	must(db_query(site.shop.db, &site.arena, &rows,
	    "SELECT count(*) FROM venue /* scan: a test counts */", NO_PARAMS));
	return row_integer(db_row_at(&rows, 0), 0);
}

/* ---- parameters ---- */

static void test_order_of_parameters(void)
{
	struct db_rows rows;
	struct db_row row;

	must(db_query(site.shop.db, &site.arena, &rows,
	    "SELECT $3, $1, $2, $1, $11, $10 || $4 || $5 || $6 || $7 || $8"
	    " || $9",
	    PARAMS(text("a"), integer(2), real(0.5), text("d"), text("e"),
		text("f"), text("g"), text("h"), text("i"), text("j"),
		null())));
	row = db_row_at(&rows, 0);
	ok(row_real(row, 0) == 0.5, "$3 stands first and is the third value");
	is_text(row_text(row, 1), "a", "$1 is the first value");
	is_number(row_integer(row, 2), 2, "$2 is the second value");
	is_text(row_text(row, 3), "a", "$1 again");
	ok(row_is_null(row, 4), "$11 is not $1 with a 1 behind it");
	is_text(row_text(row, 5), "jdefghi", "$10 before $4");
}

static void test_values(void)
{
	struct db_rows rows;
	struct db_row row;

	must(db_query(site.shop.db, &site.arena, &rows,
	    "SELECT $1, $2, $3, $4, $5, $6, typeof($5), typeof($1)",
	    PARAMS(integer(INT64_MIN), integer(INT64_MAX), text(""),
		text("'; DROP TABLE venue; --"), text(NULL),
		text("\xe2\x82\xac"))));
	row = db_row_at(&rows, 0);
	is_number(row_integer(row, 0), INT64_MIN, "smallest integer");
	is_number(row_integer(row, 1), INT64_MAX, "largest integer");
	is_text(row_text(row, 2), "", "empty text");
	ok(!row_is_null(row, 2), "empty text is not NULL");
	is_text(row_text(row, 3), "'; DROP TABLE venue; --", "a quote is text");
	ok(row_is_null(row, 4), "text(NULL) is NULL");
	is_text(row_text(row, 4), "", "NULL reads as an empty text");
	is_number(row_integer(row, 4), 0, "NULL reads as 0");
	is_text(row_text(row, 5), "\xe2\x82\xac", "UTF-8");
	is_text(row_text(row, 6), "null", "type of NULL");
	is_text(row_text(row, 7), "integer", "type of an integer");
	ok(text_or_null("").type == DB_NULL, "text_or_null of nothing");
	ok(integer_or_null(0).type == DB_NULL, "integer_or_null of nothing");
}

static void too_few(const void *context)
{
	struct db_rows rows;

	(void)context;
	must(db_query(site.shop.db, &site.arena, &rows, "SELECT $1, $2",
	    PARAMS(integer(1))));
}

static void too_many(const void *context)
{
	struct db_rows rows;

	(void)context;
	must(db_query(site.shop.db, &site.arena, &rows, "SELECT $1",
	    PARAMS(integer(1), integer(2))));
}

static void a_gap(const void *context)
{
	struct db_rows rows;

	(void)context;
	must(db_query(site.shop.db, &site.arena, &rows, "SELECT $1, $3",
	    PARAMS(integer(1), integer(2), integer(3))));
}

/* Which of two texts has the words? */
static const char *find(const char *one, const char *typed)
{
	struct out out = {.arena = &site.arena};
	struct db_rows rows;

	must(db_query(site.shop.db, &site.arena, &rows,
	    "SELECT column1 FROM (VALUES ('one', $1), ('two', 'other place'))"
	    " WHERE has_words(fold(column2), $2)"
	    " /* scan: two of a test */",
	    PARAMS(text(one), text_or_null(typed))));
	for (size_t i = 0; i < rows.count; i++)
		out_format(&out, "%s ", row_text(db_row_at(&rows, i), 0));
	return out_string(&out);
}

static void test_words(void)
{
	const char *name = "Große Halle \xC3\x84rzte 100% a_b";

	is_text(find(name, "HALLE gro"), "one ", "any order, any case");
	is_text(find(name, "\xC3\xA4RZTE"), "one ", "case beyond ASCII");
	is_text(find(name, "e"), "one two ", "each row is looked at");
	is_text(find(name, "0% a_b"), "one ", "% and _ as they are");
	is_text(find(name, "a%b"), "", "and as nothing else");
	is_text(find(name, "\"halle gro\""), "", "a phrase in its order");
	is_text(find(name, "g r o h a l e 1 0 % x"), "", "every word counts");
	is_text(find(name, ""), "one two ", "nothing is in any text");
	is_text(find(name, NULL), "one two ", "nor is NULL");
}

static void test_wrong_counts(void)
{
	ok(dies(too_few, NULL), "a parameter without a value dies");
	ok(dies(too_many, NULL), "a value without a parameter dies");
	ok(dies(a_gap, NULL), "a gap between parameters dies");
}

/* ---- rows ---- */

static void test_rows_are_copies(void)
{
	struct db_rows first, second, none;

	must(db_query(site.shop.db, &site.arena, &first,
	    "WITH RECURSIVE n(i) AS (VALUES (1) UNION ALL SELECT i + 1 FROM n"
	    " WHERE i < $1) SELECT i, 'row ' || i FROM n"
	    " /* scan: makes numbers */",
	    PARAMS(integer(1000))));
	must(db_query(
	    site.shop.db, &site.arena, &second, "SELECT 'other'", NO_PARAMS));
	is_number((int64_t)first.count, 1000, "all rows");
	is_number((int64_t)first.columns, 2, "two columns");
	is_text(row_text(db_row_at(&first, 0), 1), "row 1", "first row");
	is_text(row_text(db_row_at(&first, 999), 1), "row 1000", "last row");
	is_text(row_text(db_row_at(&second, 0), 0), "other", "another query");
	must(db_query(
	    site.shop.db, &site.arena, &none, "SELECT 1 WHERE 0", NO_PARAMS));
	is_number((int64_t)none.count, 0, "no rows");
	db_check_idle(site.shop.db);
	ok(true, "no cursor is open");
}

/* ---- transactions ---- */

static struct error *add_two(const char *a, const char *b)
{
	TRY(add_venue(a, "A"));
	return add_venue(b, "B");
}

static void test_transactions(void)
{
	struct error *error;

	must(TRANSACTION(site.shop.db, add_two("one", "two")));
	is_number(count_venues(), 2, "both rows are kept");
	error = TRANSACTION(site.shop.db, add_two("three", "one"));
	ok(error_is(error, CONFLICT_ERROR), "UNIQUE gives CONFLICT_ERROR");
	ok(error_is(error, STORAGE_ERROR), "which is a StorageError");
	is_text(look("three"), "(none)", "the row before it is gone as well");
	db_check_idle(site.shop.db);
	ok(true, "nothing is left open");
	must(TRANSACTION(site.shop.db, add_venue("three", "Third")));
	is_text(look("three"), "Third", "the next transaction works");
	error = TRANSACTION(site.shop.db, fail(SOLD_OUT_ERROR, "no places"));
	ok(error_is(error, SOLD_OUT_ERROR), "the body's error comes through");
	db_check_idle(site.shop.db);
}

static struct error *break_check(void)
{
	return db_run(site.shop.db, NULL,
	    "UPDATE venue SET latitude = 91, longitude = 0 WHERE slug = $1",
	    PARAMS(text("one")));
}

static struct error *break_foreign_key(void)
{
	return db_run(site.shop.db, NULL,
	    "INSERT INTO tier (event_id, slug, name, price)"
	    " VALUES (4711, 'x', 'X', 0)",
	    NO_PARAMS);
}

static struct error *break_type(void)
{
	return db_run(site.shop.db, NULL,
	    "UPDATE venue SET created_at = $1 WHERE slug = 'one'",
	    PARAMS(text("yesterday")));
}

static void test_rules(void)
{
	struct error *error = TRANSACTION(site.shop.db, break_check());

	ok(error_is(error, STORAGE_ERROR) && !error_is(error, CONFLICT_ERROR),
	    "CHECK gives STORAGE_ERROR");
	ok(!strstr(error->message, "CHECK"), "without detail for the customer");
	error = TRANSACTION(site.shop.db, break_foreign_key());
	ok(error_is(error, STORAGE_ERROR), "a foreign key too");
	error = TRANSACTION(site.shop.db, break_type());
	ok(error_is(error, STORAGE_ERROR), "STRICT too");
	db_check_idle(site.shop.db);
	ok(true, "nothing is left open");
}

static struct error *delete_and_count(int64_t *changed)
{
	TRY(db_run(site.shop.db, changed,
	    "UPDATE venue SET address = 'x' WHERE slug IN ('one', 'two')",
	    NO_PARAMS));
	return fail(STATE_ERROR, "and back");
}

static void test_changed(void)
{
	int64_t changed = 0;
	struct error *error =
	    TRANSACTION(site.shop.db, delete_and_count(&changed));

	ok(error_is(error, STATE_ERROR), "rolled back");
	is_number(changed, 2, "how many rows were changed");
}

static void write_outside(const void *context)
{
	(void)context;
	must(add_venue("stray", "Stray"));
}

static void query_that_writes(const void *context)
{
	struct db_rows rows;

	(void)context;
	must(db_query(site.shop.db, &site.arena, &rows,
	    "INSERT INTO venue (slug, name, created_at)"
	    " VALUES ('stray', 'Stray', 0) RETURNING id",
	    NO_PARAMS));
}

static struct error *nested(void)
{
	return TRANSACTION(site.shop.db, add_venue("nested", "Nested"));
}

static void nest(const void *context)
{
	(void)context;
	must(TRANSACTION(site.shop.db, nested()));
}

static void leave_open(const void *context)
{
	(void)context;
	must(db_begin(site.shop.db));
	db_check_idle(site.shop.db);
}

static struct error *insert_two(int64_t ids[2])
{
	for (int i = 0; i < 2; i++)
		TRY(db_insert(site.shop.db, &ids[i],
		    "INSERT INTO venue (slug, name, created_at)"
		    " VALUES ($1, 'Inserted', 1)",
		    PARAMS(text(i == 0 ? "inserted-1" : "inserted-2"))));
	return NULL;
}

static void test_insert(void)
{
	struct db_rows rows;
	int64_t ids[2];

	must(TRANSACTION(site.shop.db, insert_two(ids)));
	must(db_query(site.shop.db, &site.arena, &rows,
	    "SELECT id FROM venue WHERE name = 'Inserted' ORDER BY id",
	    NO_PARAMS));
	is_number((int64_t)rows.count, 2, "both are there");
	is_number(row_integer(db_row_at(&rows, 0), 0), ids[0], "its number");
	is_number(
	    row_integer(db_row_at(&rows, 1), 0), ids[1], "the next one's");
}

/* Another process writes between two reads. */
static struct error *read_twice(int64_t counts[2])
{
	pid_t writer;

	counts[0] = count_venues();
	writer = fork();
	if (writer == 0) {
		struct db *other = NULL;

		must(db_open(&site.arena, &site.config, &other));
		must(TRANSACTION(other,
		    db_run(other, NULL,
			"INSERT INTO venue (slug, name, created_at)"
			" VALUES ('between', 'Between', 1)",
			NO_PARAMS)));
		_exit(EXIT_SUCCESS);
	}
	waitpid(writer, NULL, 0);
	counts[1] = count_venues();
	return NULL;
}

static void write_while_reading(const void *context)
{
	(void)context;
	must(READING(site.shop.db,
	    TRANSACTION(site.shop.db, insert_two((int64_t[2]){0}))));
}

static void test_reading(void)
{
	int64_t counts[2];

	must(READING(site.shop.db, read_twice(counts)));
	is_number(counts[1], counts[0], "what is read is of one moment");
	is_number(count_venues(), counts[0] + 1, "which then is over");
	ok(error_is(READING(site.shop.db, fail(NOT_FOUND_ERROR, "x")),
	       NOT_FOUND_ERROR),
	    "its error is passed on");
	db_check_idle(site.shop.db);
	ok(dies(write_while_reading, NULL), "a write within one dies");
	must(TRANSACTION(site.shop.db,
	    db_run(site.shop.db, NULL,
		"DELETE FROM venue WHERE name = $1 OR name = $2",
		PARAMS(text("Between"), text("Inserted")))));
}

static void test_misuse(void)
{
	ok(dies(write_outside, NULL), "a write outside a transaction dies");
	ok(dies(query_that_writes, NULL), "RETURNING outside one dies too");
	ok(dies(nest, NULL), "a nested transaction dies");
	ok(dies(leave_open, NULL), "a transaction left open dies");
	is_text(look("stray"), "(none)", "and nothing was written");
	is_text(look("nested"), "(none)", "neither of the nested one");
	/* A child's lock is ours as well (flock); this gives it back. */
	must(TRANSACTION(site.shop.db, NULL));
}

/* ---- waiting ---- */

/* A child that keeps the turn until it is killed. */
static pid_t keep_turn(void)
{
	int ready[2];
	char byte;
	pid_t child;

	if (pipe(ready) != 0)
		must(fail(STORAGE_ERROR, "no pipe"));
	fflush(stdout);
	child = fork();
	if (child == 0) {
		struct turn turn;

		/* The lock alone: SQLite's memory does not cross a fork. */
		must(turn_open(&site.arena, &site.config, &turn));
		must(turn_take(&turn, clock_running_ms() + 1000));
		if (write(ready[1], "x", 1) != 1)
			_exit(EXIT_FAILURE);
		pause();
		_exit(EXIT_SUCCESS);
	}
	close(ready[1]);
	if (read(ready[0], &byte, 1) != 1)
		must(fail(STORAGE_ERROR, "the child died"));
	close(ready[0]);
	return child;
}

static void test_deadline(void)
{
	pid_t keeper = keep_turn();
	int64_t started = clock_running_ms(), spent;
	struct error *error;

	db_start_deadline(site.shop.db);
	error = TRANSACTION(site.shop.db, add_venue("late", "Late"));
	spent = clock_running_ms() - started;
	ok(error_is(error, BUSY_ERROR), "BUSY_ERROR after the deadline");
	ok(spent >= DB_DEADLINE * 1000 - 200 &&
		spent < DB_DEADLINE * 1000 + 1000,
	    "after %d ms, not later", (int)spent);
	db_check_idle(site.shop.db);
	is_number(count_venues(), 3, "reading goes on meanwhile");
	started = clock_running_ms();
	error = TRANSACTION(site.shop.db, add_venue("late", "Late"));
	ok(error_is(error, BUSY_ERROR) && clock_running_ms() - started < 500,
	    "a deadline that is over waits no more");
	kill(keeper, SIGKILL);
	waitpid(keeper, NULL, 0);
	db_start_deadline(site.shop.db);
	must(TRANSACTION(site.shop.db, add_venue("late", "Late")));
	is_text(look("late"), "Late", "killed keepers do not keep the turn");
}

/* ---- opening ---- */

static void test_schema(void)
{
	struct db *other = NULL;
	size_t count;
	const struct db_schema *files = schema_files(&count);
	const char *findings;
	int version = 0;

	is_number(files[count - 1].version, DB_SCHEMA_VERSION,
	    "the newest schema file is what the programs want");
	for (size_t i = 0; i < count; i++)
		is_number(files[i].version, (int64_t)i + 1,
		    "schema files are numbered in order");
	must(db_migrate(site.shop.db, files, count, &version));
	is_number(
	    version, DB_SCHEMA_VERSION, "migrating again changes nothing");
	must(db_integrity(site.shop.db, &site.arena, &findings));
	is_text(findings, "", "a fresh database is sound");
	must(db_open(&site.arena, &site.config, &other));
	ok(other != NULL, "the programs open it");
	db_close(other);
	must(db_truncate_log(site.shop.db));
}

/* Bytes of the log; -1: there is none. */
static int64_t log_size(void)
{
	struct stat state;
	const char *path =
	    config_path(&site.arena, &site.config, "campuspass.db-wal");

	return stat(path, &state) == 0 ? state.st_size : -1;
}

/* The file keeps its log as long as we have it open, and who knows that looks
 * after it. */
static void test_other_journal(void)
{
	struct config config = site.config;
	struct db *other = NULL;

	must(TRANSACTION(site.shop.db, add_venue("logged", "Logged")));
	config.journal_mode = "truncate";
	must(db_open(&site.arena, &config, &other));
	ok(log_size() > 0, "there is a log, whatever is asked for");
	db_keep_log_short(other);
	db_close(other);
	is_number(log_size(), 0, "it is folded");
}

int main(void)
{
	site_open(&site);
	test_order_of_parameters();
	test_values();
	test_words();
	test_wrong_counts();
	test_rows_are_copies();
	test_transactions();
	test_rules();
	test_changed();
	test_insert();
	test_reading();
	test_misuse();
	test_deadline();
	test_schema();
	test_other_journal();
	site_close(&site);
	return done_testing();
}
