/*
 * The SQLite driver: errors, transactions, the connection. What makes a commit
 * last is in db_sqlite_log.h.
 */
#include "store/db_sqlite.h"
#include "base/clock.h"

#include "base/log.h"
#include "base/text.h"
#include "store/db_sqlite_log.h"
#include <stdlib.h>
#include <time.h>

enum {
	JOURNAL_WAIT_MS = 1000, /* for others, to close the file */
};

/* ---- errors ---- */

struct error *db_sqlite_error(
    struct db *db, int code, const struct db_statement *statement)
{
	int kind = code & 0xff;

	if (kind == SQLITE_BUSY || kind == SQLITE_LOCKED)
		return fail(
		    BUSY_ERROR, "The box office is very busy at the moment");
	if (code == SQLITE_CONSTRAINT_UNIQUE ||
	    code == SQLITE_CONSTRAINT_PRIMARYKEY)
		return fail(CONFLICT_ERROR, "That exists already");
	log_warn("sqlite %d: %s (%s:%d)", code,
	    db->handle ? sqlite3_errmsg(db->handle) : sqlite3_errstr(code),
	    statement ? statement->file : "-", statement ? statement->line : 0);
	return fail(STORAGE_ERROR, "The database cannot do that at the moment");
}

void db_sqlite_set_wait(struct db *db)
{
	int64_t left = db->deadline - clock_running_ms();

	sqlite3_busy_timeout(db->handle, left > 0 ? (int)left : 0);
}

/* ---- transactions ---- */

struct error *db_sqlite_execute(struct db *db, const char *sql)
{
	int code = sqlite3_exec(db->handle, sql, NULL, NULL, NULL);

	if (code == SQLITE_OK)
		return NULL;
	return db_sqlite_error(db, sqlite3_extended_errcode(db->handle), NULL);
}

/* The same, prepared once. */
static struct error *run_word(
    struct db *db, sqlite3_stmt **statement, const char *sql)
{
	int code = SQLITE_OK;

	if (!*statement)
		code = sqlite3_prepare_v3(db->handle, sql, -1,
		    SQLITE_PREPARE_PERSISTENT, statement, NULL);
	if (code == SQLITE_OK) {
		sqlite3_step(*statement);
		code = sqlite3_reset(*statement);
	}
	if (code == SQLITE_OK)
		return NULL;
	return db_sqlite_error(db, sqlite3_extended_errcode(db->handle), NULL);
}

struct error *db_read(struct db *db)
{
	if (!sqlite3_get_autocommit(db->handle))
		die("transactions do not nest");
	db_sqlite_set_wait(db);
	return run_word(db, &db->begin_reading, "BEGIN");
}

struct error *db_read_end(struct db *db, struct error *outcome)
{
	struct error *error = run_word(db, &db->commit, "COMMIT");

	if (!sqlite3_get_autocommit(db->handle))
		die("a read could not be ended");
	return outcome ? outcome : error;
}

struct error *db_begin(struct db *db)
{
	struct error *error;

	if (!sqlite3_get_autocommit(db->handle))
		die("transactions do not nest");
	TRY(turn_take(&db->turn, db->deadline));
	db_sqlite_set_wait(db);
	error = run_word(db, &db->begin, "BEGIN IMMEDIATE");
	if (error) {
		turn_give(&db->turn);
		return error;
	}
	db->in_transaction = true;
	return NULL;
}

struct error *db_end(struct db *db, struct error *outcome)
{
	struct error *error = outcome;

	if (!error)
		error = run_word(db, &db->commit, "COMMIT");
	if (!sqlite3_get_autocommit(db->handle))
		sqlite3_exec(db->handle, "ROLLBACK", NULL, NULL, NULL);
	if (!sqlite3_get_autocommit(db->handle))
		die("a transaction could not be rolled back");
	if (!error)
		db_log_fold(db);
	db->in_transaction = false;
	turn_give(&db->turn);
	return error ? error : db_log_wait(db);
}

/* ---- the connection ---- */

struct error *db_sqlite_number(struct db *db, const char *sql, int64_t *result)
{
	sqlite3_stmt *statement;
	int code = sqlite3_prepare_v2(db->handle, sql, -1, &statement, NULL);

	*result = 0;
	if (code != SQLITE_OK)
		return db_sqlite_error(db, code, NULL);
	code = sqlite3_step(statement);
	if (code == SQLITE_ROW)
		*result = sqlite3_column_int64(statement, 0);
	sqlite3_finalize(statement);
	if (code != SQLITE_ROW)
		return db_sqlite_error(
		    db, sqlite3_extended_errcode(db->handle), NULL);
	return NULL;
}

/* A row with the mode that the file has now. */
static int keep_mode(void *context, int columns, char **cells, char **names)
{
	(void)columns;
	(void)names;
	((struct db *)context)->has_log = text_equal(cells[0], "wal");
	return SQLITE_OK;
}

/* A pragma that answers with the mode. */
static struct error *run_mode(struct db *db, const char *sql)
{
	int code;

	db_sqlite_set_wait(db);
	code = sqlite3_exec(db->handle, sql, keep_mode, db, NULL);
	return code == SQLITE_OK ? NULL : db_sqlite_error(db, code, NULL);
}

/* The file may keep another than what is asked for. */
static struct error *set_journal_mode(
    struct db *db, const struct config *config)
{
	return run_mode(db,
	    text_equal(config->journal_mode, "wal")
		? "PRAGMA journal_mode = WAL"
		: "PRAGMA journal_mode = TRUNCATE");
}

static struct error *configure(struct db *db)
{
	TRY(db_sqlite_execute(db,
	    db->has_log ? "PRAGMA synchronous = NORMAL"
			: "PRAGMA synchronous = FULL"));
	TRY(db_sqlite_execute(db, "PRAGMA temp_store = MEMORY"));
#ifdef WITHOUT_GUARD
	TRY(db_sqlite_execute(db, "PRAGMA ignore_check_constraints = ON"));
#endif
	db_log_watch(db);
	return NULL;
}

/* A process has one thread and one connection: no mutex, no statistics. */
static void choose_one_thread(void)
{
	static bool is_chosen;

	if (is_chosen)
		return;
	is_chosen = true;
	sqlite3_config(SQLITE_CONFIG_SINGLETHREAD);
	sqlite3_config(SQLITE_CONFIG_MEMSTATUS, 0);
}

static struct error *open_handle(struct db *db, const char *path, int flags)
{
	int code = sqlite3_open_v2(path, &db->handle,
	    flags | SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOMUTEX |
		SQLITE_OPEN_EXRESCODE,
	    NULL);

	if (code == SQLITE_CANTOPEN)
		return fail(CONFIGURATION_ERROR,
		    "%s: no database; run campuspass init", path);
	if (code != SQLITE_OK)
		return db_sqlite_error(db, code, NULL);
	sqlite3_db_config(
	    db->handle, SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, 1, NULL);
	sqlite3_db_config(db->handle, SQLITE_DBCONFIG_ENABLE_FKEY, 1, NULL);
	sqlite3_db_config(db->handle, SQLITE_DBCONFIG_TRUSTED_SCHEMA, 0, NULL);
	sqlite3_db_config(db->handle, SQLITE_DBCONFIG_DEFENSIVE, 1, NULL);
	sqlite3_db_config(db->handle, SQLITE_DBCONFIG_DQS_DML, 0, NULL);
	sqlite3_db_config(db->handle, SQLITE_DBCONFIG_DQS_DDL, 0, NULL);
	sqlite3_extended_result_codes(db->handle, 1);
	code = db_sqlite_add_words(db);
	return code == SQLITE_OK ? NULL : db_sqlite_error(db, code, NULL);
}

/*
 * The journal's mode is the file's, one for all processes, and changes only
 * while nobody else has the file open. Processes that start together stand in
 * each other's way: so they close it and try in turn. One that runs for long
 * does not end for us; then the file stays as it is, which is as good for
 * all, until a process that starts later finds it free.
 */
static struct error *change_journal_mode(
    const struct config *config, const char *path, int flags, struct db *db)
{
	const struct timespec pause = {.tv_nsec = 10 * 1000 * 1000};
	int64_t end = clock_running_ms() + JOURNAL_WAIT_MS;
	struct error *error;

	TRY(turn_take(&db->turn, db->deadline));
	do {
		sqlite3_close(db->handle);
		db->handle = NULL;
		nanosleep(&pause, NULL);
		error = open_handle(db, path, flags);
		if (!error)
			error = set_journal_mode(db, config);
	} while (error_is(error, BUSY_ERROR) && clock_running_ms() < end);
	turn_give(&db->turn);
	if (!error_is(error, BUSY_ERROR))
		return error;
	log_warn("the journal does not become \"%s\": programs that were "
		 "started before have the database open",
	    config->journal_mode);
	return run_mode(db, "PRAGMA journal_mode");
}

static struct error *open_file(struct arena *arena, const struct config *config,
    const char *name, int flags, struct db *db)
{
	const char *path = config_path(arena, config, name);
	struct error *error;

	choose_one_thread();
	TRY(open_handle(db, path, flags));
	TRY(turn_open(arena, config, &db->turn));
	error = set_journal_mode(db, config);
	if (error_is(error, BUSY_ERROR))
		error = change_journal_mode(config, path, flags, db);
	return error ? error : configure(db);
}

struct error *db_sqlite_open(struct arena *arena, const struct config *config,
    const char *name, int flags, struct db **result)
{
	size_t count;
	struct db *db = calloc(1, sizeof(*db));
	struct error *error;

	db_statements(&count);
	if (!db || !(db->prepared = calloc(count + 1, sizeof(*db->prepared))))
		die("out of memory");
	db->turn = (struct turn){.queue = -1, .writer = -1};
	db_start_deadline(db);
	error = open_file(arena, config, name, flags, db);
	if (error) {
		db_close(db);
		return error;
	}
	*result = db;
	return NULL;
}

struct error *db_open(
    struct arena *arena, const struct config *config, struct db **db)
{
	int64_t version;
	struct error *error;

	TRY(db_sqlite_open(arena, config, DB_FILE, 0, db));
	error = db_sqlite_number(*db, "PRAGMA user_version", &version);
	if (!error && version != DB_SCHEMA_VERSION)
		error = fail(CONFIGURATION_ERROR,
		    "The database has schema %d, these programs want %d: run "
		    "campuspass migrate",
		    (int)version, DB_SCHEMA_VERSION);
	if (error) {
		db_close(*db);
		*db = NULL;
	}
	return error;
}

struct error *db_open_any(
    struct arena *arena, const struct config *config, struct db **db)
{
	return db_sqlite_open(arena, config, DB_FILE, SQLITE_OPEN_CREATE, db);
}

void db_leave(struct db *db)
{
	db_log_leave_short(db);
}

void db_close(struct db *db)
{
	size_t count;

	db_leave(db);
	db_statements(&count);
	for (size_t i = 0; i < count; i++)
		sqlite3_finalize(db->prepared[i].statement);
	sqlite3_finalize(db->begin);
	sqlite3_finalize(db->begin_reading);
	sqlite3_finalize(db->commit);
	sqlite3_close(db->handle);
	turn_close(&db->turn);
	arena_close(&db->fold_arena);
	free(db->prepared);
	free(db);
}

bool db_is_current(struct db *db, struct arena *arena)
{
	int moved = 0;
	struct db_rows rows;

	sqlite3_file_control(
	    db->handle, "main", SQLITE_FCNTL_HAS_MOVED, &moved);
	if (moved)
		return false;
	if (db_query(db, arena, &rows, "PRAGMA user_version", NO_PARAMS) ||
	    rows.count != 1)
		return true;
	return row_integer(db_row_at(&rows, 0), 0) == DB_SCHEMA_VERSION;
}

void db_start_deadline(struct db *db)
{
	db->deadline = clock_running_ms() + (int64_t)DB_DEADLINE * 1000;
}

void db_check_idle(struct db *db)
{
	sqlite3_stmt *statement = NULL;

	if (db->in_transaction || !sqlite3_get_autocommit(db->handle))
		die("a transaction was left open");
	while ((statement = sqlite3_next_stmt(db->handle, statement)))
		if (sqlite3_stmt_busy(statement))
			die("left open: %s", sqlite3_sql(statement));
}
