/*
 * Db: the driver's interface. One connection a process, statements prepared
 * once, rows copied before return, one writer at a time in a fair order.
 *
 * Invariants
 * - Only lib/store runs statements, others include this for TRANSACTION() and
 *   READING() alone; only db_sqlite*.[ch] include sqlite3.h.
 * - SQL is a literal at the point of use with parameters $1, $2 ... (in any
 *   order: they are bound by name). The literal itself is the key of the
 *   prepared statement, and stands in a linker section, so that a test can
 *   look at each statement's query plan.
 * - A statement that has to read a whole table says why in a comment that
 *   begins "scan:"; the test refuses other full scans.
 * - Rows are copied into the caller's arena and the statement is reset before
 *   db_query() returns: no cursor stays open. After a request db_check_idle()
 *   proves it.
 * - Writes outside TRANSACTION() are refused.
 *
 * Errors: BUSY_ERROR when the deadline passed, CONFLICT_ERROR when a UNIQUE
 * rule refused a row, STORAGE_ERROR for the rest (the detail is logged).
 */
#ifndef STORE_DB_H
#define STORE_DB_H

#include "base/arena.h"
#include "base/config.h"
#include "base/error.h"
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct db;

/* The newest file of db/schema; what the programs are written for. */
enum {
	DB_SCHEMA_VERSION = 1
};

/* The database's file in DATA, and what the last restore replaced. */
#define DB_FILE "campuspass.db"
#define DB_PUT_ASIDE "before-restore.db"

/* Seconds that a request waits for the database in all. */
enum {
	DB_DEADLINE = 5
};

/* ---- values ---- */

enum db_type {
	DB_NULL,
	DB_INTEGER,
	DB_REAL,
	DB_TEXT,
};

struct db_value {
	enum db_type type;
	int64_t integer;  /* of DB_INTEGER */
	double real;      /* of DB_REAL */
	const char *text; /* of DB_TEXT */
};

struct db_params {
	const struct db_value *items; /* items[0] is $1 */
	size_t count;
};

/* PARAMS(integer(id), text(email)) */
#define PARAMS(...)                                                            \
	((struct db_params){.items = (const struct db_value[]){__VA_ARGS__},   \
	    .count = sizeof((const struct db_value[]){__VA_ARGS__}) /          \
		sizeof(struct db_value)})
#define NO_PARAMS ((struct db_params){.items = NULL})

static inline struct db_value integer(int64_t value)
{
	return (struct db_value){.type = DB_INTEGER, .integer = value};
}

static inline struct db_value real(double value)
{
	return (struct db_value){.type = DB_REAL, .real = value};
}

static inline struct db_value null(void)
{
	return (struct db_value){.type = DB_NULL};
}

/* NULL is NULL; "" is "". */
static inline struct db_value text(const char *value)
{
	return value ? (struct db_value){.type = DB_TEXT, .text = value}
		     : null();
}

/* What is not there is NULL: "" and 0. */
static inline struct db_value text_or_null(const char *value)
{
	return value && *value ? text(value) : null();
}

static inline struct db_value integer_or_null(int64_t value)
{
	return value ? integer(value) : null();
}

/* ---- rows ---- */

struct db_row {
	const struct db_value *cells; /* in the order of the SELECT */
};

struct db_rows {
	const struct db_value *cells;
	size_t columns;
	size_t count;
};

static inline struct db_row db_row_at(const struct db_rows *rows, size_t index)
{
	return (struct db_row){.cells = rows->cells + index * rows->columns};
}

/* A cell; NULL reads as 0, 0.0, "". */
static inline int64_t row_integer(struct db_row row, int column)
{
	return row.cells[column].integer;
}

static inline double row_real(struct db_row row, int column)
{
	return row.cells[column].real;
}

static inline const char *row_text(struct db_row row, int column)
{
	return row.cells[column].text ? row.cells[column].text : "";
}

static inline bool row_is_null(struct db_row row, int column)
{
	return row.cells[column].type == DB_NULL;
}

/*
 * A cell whose text is one of the words, which stand in the order of an
 * enumeration: its place among them. Dies of another word: the table's CHECK
 * knows them, too.
 */
size_t row_word(
    struct db_row row, int column, const char *const *words, size_t count);

/* The enumeration's value: ROW_WORD(row, 7, enum booking_state, words) */
#define ROW_WORD(row, column, type, words)                                     \
	((type)row_word((row), (column), (words), COUNT_OF(words)))

/* Ids of rows. */
struct id_list {
	const int64_t *items;
	size_t count;
};

/* The first cells of all rows, which are ids. */
struct id_list rows_ids(struct arena *arena, const struct db_rows *rows);

/*
 * ---- statements ----
 *
 * They know two functions beside SQLite's: has_words(text, typed), are all
 * words of what somebody typed (base/words.h) in the folded text, where "" is
 * in any; and fold(text), which is text_fold(). With them a search takes one
 * parameter and half the time of LIKE.
 */

/* A literal in the programs; see DB_STATEMENT(). */
struct db_statement {
	const char *sql;
	const char *file;
	int line;
};

/*
 * The literal as an entry of the section db_literals. The section holds
 * pointers because the compiler may pad larger objects in a section.
 */
#define DB_STATEMENT(literal)                                                  \
	({                                                                     \
		static const struct db_statement db_statement = {              \
		    .sql = "" literal, .file = __FILE__, .line = __LINE__};    \
		static const struct db_statement *const db_entry               \
		    __attribute__((section("db_literals"), used)) =            \
			&db_statement;                                         \
		&db_entry;                                                     \
	})

/* Read rows into the arena. */
#define db_query(db, arena, rows, literal, params)                             \
	db_query_statement(                                                    \
	    (db), DB_STATEMENT(literal), (arena), (rows), (params))

/* Change rows; `changed` (may be NULL) takes how many. */
#define db_run(db, changed, literal, params)                                   \
	db_run_statement((db), DB_STATEMENT(literal), (changed), (params))

/*
 * The same for a change of one row that may have happened already: *done says
 * whether it was this one that changed it.
 */
#define db_run_one(db, done, literal, params)                                  \
	db_run_one_statement((db), DB_STATEMENT(literal), (done), (params))

/*
 * Insert one row; `id` takes the number that the database gave it. The table
 * has an INTEGER PRIMARY KEY.
 */
#define db_insert(db, id, literal, params)                                     \
	db_insert_statement((db), DB_STATEMENT(literal), (id), (params))

MUST_CHECK struct error *db_query_statement(struct db *db,
    const struct db_statement *const *statement, struct arena *arena,
    struct db_rows *rows, struct db_params params);
MUST_CHECK struct error *db_run_statement(struct db *db,
    const struct db_statement *const *statement, int64_t *changed,
    struct db_params params);
MUST_CHECK struct error *db_run_one_statement(struct db *db,
    const struct db_statement *const *statement, bool *done,
    struct db_params params);
MUST_CHECK struct error *db_insert_statement(struct db *db,
    const struct db_statement *const *statement, int64_t *id,
    struct db_params params);

/* ---- transactions ---- */

/*
 * Run an expression that returns an error within one write transaction:
 *     TRY(TRANSACTION(db, place_hold(db, order)));
 * BEGIN IMMEDIATE in a fair turn, COMMIT when the body succeeds, else (also
 * when COMMIT fails) ROLLBACK. After success all that it wrote or read is on
 * the disk; after STORAGE_ERROR it may be there all the same. The body may be
 * run again from the start by another driver, so it holds no gateway, mail or
 * file. No nesting.
 */
#define TRANSACTION(db, body)                                                  \
	({                                                                     \
		struct error *transaction_error = db_begin(db);                \
		if (!transaction_error)                                        \
			transaction_error = db_end((db), (body));              \
		transaction_error;                                             \
	})

/*
 * Run an expression that returns an error so that all it reads is of one
 * moment, which is cheaper, too, than a moment for each statement. It must
 * not write, and holds neither TRANSACTION() nor another READING().
 */
#define READING(db, body)                                                      \
	({                                                                     \
		struct error *reading_error = db_read(db);                     \
		if (!reading_error)                                            \
			reading_error = db_read_end((db), (body));             \
		reading_error;                                                 \
	})

MUST_CHECK struct error *db_read(struct db *db);
MUST_CHECK struct error *db_read_end(struct db *db, struct error *outcome);
MUST_CHECK struct error *db_begin(struct db *db);
MUST_CHECK struct error *db_end(struct db *db, struct error *outcome);

/* ---- the connection ---- */

/*
 * Open DATA/campuspass.db. CONFIGURATION_ERROR when it is missing or its
 * schema is not DB_SCHEMA_VERSION (run `campuspass migrate`).
 */
MUST_CHECK struct error *db_open(
    struct arena *arena, const struct config *config, struct db **db);

/* The same, for the operator's command: creates it, accepts any schema. */
MUST_CHECK struct error *db_open_any(
    struct arena *arena, const struct config *config, struct db **db);

/*
 * Another connection, to look into what the last restore put aside.
 * NOT_FOUND_ERROR when there is nothing.
 */
MUST_CHECK struct error *db_open_put_aside(
    struct arena *arena, const struct config *config, struct db **db);

void db_close(struct db *db);

/* The same for a process that ends, whose memory and locks go with it. */
void db_leave(struct db *db);

/*
 * For a process that ends soon: what the log holds, also of others, is folded
 * into the database's file when it closes, for the next process alone reads
 * the whole log before its first page (4 ms for 1,000 pages).
 */
void db_keep_log_short(struct db *db);

/*
 * Is this still the database that DATA names, with this program's schema?
 * False after the file was replaced or migrated: close it and open anew.
 */
bool db_is_current(struct db *db, struct arena *arena);

/* Start the deadline of a request: DB_DEADLINE seconds from now. */
void db_start_deadline(struct db *db);

/* Die if a transaction or a statement is still open. */
void db_check_idle(struct db *db);

/* ---- for the operator's command and for tests ---- */

/* Apply schema files newer than the database's, each in a transaction. */
struct db_schema {
	int version;     /* 1, 2 ... in order */
	const char *sql; /* the file */
};
MUST_CHECK struct error *db_migrate(
    struct db *db, const struct db_schema *schemas, size_t count, int *version);

/* The database's own check of its file and foreign keys: "" when sound. */
MUST_CHECK struct error *db_integrity(
    struct db *db, struct arena *arena, const char **findings);

/* ---- copies: see db_sqlite_copy.c ---- */

/*
 * Copy the database, as it stands at one moment, into the file `path`, while
 * others read and write. The copy is whole, checked and on the disk before
 * it gets its name; a file of that name is replaced if `may_replace`, else
 * STATE_ERROR. STORAGE_ERROR says what failed; nothing is left behind then.
 */
MUST_CHECK struct error *db_backup(struct db *db, struct arena *arena,
    const struct config *config, const char *path, bool may_replace);

/*
 * A private copy of the database in the file `path`, or with NULL an empty
 * one, to be migrated, looked at and then given to db_restore().
 * VALIDATION_ERROR for what is no database of ours, is damaged, or has a
 * newer schema. Close it with db_drop_copy(). One at a time: BUSY_ERROR.
 */
MUST_CHECK struct error *db_open_copy(struct arena *arena,
    const struct config *config, const char *path, struct db **copy);
void db_drop_copy(
    struct arena *arena, const struct config *config, struct db *copy);

/*
 * Put all of a copy in the place of the database, in one transaction, while
 * others read and write: a reader sees the one or the other. The catalogue's
 * version is raised above both, so that no cache mistakes them.
 */
MUST_CHECK struct error *db_restore(struct db *db, struct db *copy);

/* The schema of a database of any schema; 0: it is empty. */
MUST_CHECK struct error *db_schema_version(struct db *db, int64_t *version);

/* The version of SQLite, "3.46.1", and as a number: 3046001. */
NONNULL_RESULT const char *db_sqlite_version(int *number);

/* Fold the write-ahead log into the file and empty it. */
MUST_CHECK struct error *db_truncate_log(struct db *db);

/* Each literal of the program, in no special order. */
const struct db_statement *const *db_statements(size_t *count);

/*
 * The query plan of a statement as text, a step a line; each parameter is
 * bound to NULL.
 */
MUST_CHECK struct error *db_explain(struct db *db, struct arena *arena,
    const struct db_statement *statement, const char **plan);

#endif
