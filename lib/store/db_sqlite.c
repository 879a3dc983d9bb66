/*
 * The SQLite driver.
 *
 * Durability: a write is on the disk before db_end() returns. With a log
 * (WAL) SQLite is told not to wait for the disk (synchronous=NORMAL: the log
 * is consistent at any cut, its last commits may be missing), and we wait
 * instead, once the turn is given back: the next process writes meanwhile,
 * and one wait carries the commits of several. Without a log SQLite waits
 * itself (FULL). Who only found something written by another waits as well:
 * what is answered must not be lost either.
 *
 * Checkpoints: SQLite before 3.51.3 can damage a database when two checkpoints
 * overlap, so the automatic ones are off and ours run inside the writer's
 * turn, which no two processes have at once.
 */
#include "store/db_sqlite.h"

#include "base/log.h"
#include "base/out.h"
#include "base/text.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

enum {
	MOST_ROWS = 100 * 1000,   /* of a result: a cap, not a page size */
	CHECKPOINT_FRAMES = 1000, /* fold the log from this size on */
	RESTART_FRAMES = 4096,    /* 16 MB of 4 KiB pages: insist a little */
	JOURNAL_WAIT_MS = 1000,   /* for others, to close the file */
};

/*
 * The linker makes these for the section's ends, by these names.
 * NOLINTBEGIN(bugprone-reserved-identifier,cert-dcl37-c,cert-dcl51-cpp)
 */
extern const struct db_statement *const __start_db_literals[];
extern const struct db_statement *const __stop_db_literals[];
/* NOLINTEND(bugprone-reserved-identifier,cert-dcl37-c,cert-dcl51-cpp) */

const struct db_statement *const *db_statements(size_t *count)
{
	*count = (size_t)(__stop_db_literals - __start_db_literals);
	return __start_db_literals;
}

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

/* ---- statements ---- */

static struct error *prepare(struct db *db,
    const struct db_statement *const *entry, struct prepared **result)
{
	struct prepared *prepared = &db->prepared[entry - __start_db_literals];
	int code;

	*result = prepared;
	if (prepared->statement)
		return NULL;
	code = sqlite3_prepare_v3(db->handle, (*entry)->sql, -1,
	    SQLITE_PREPARE_PERSISTENT, &prepared->statement, NULL);
	if (code != SQLITE_OK)
		return db_sqlite_error(db, code, *entry);
	prepared->params =
	    (size_t)sqlite3_bind_parameter_count(prepared->statement);
	if (prepared->params > DB_MOST_PARAMS)
		die("%s:%d: too many parameters", (*entry)->file,
		    (*entry)->line);
	for (size_t i = 0; i < DB_MOST_PARAMS; i++) {
		char name[8];

		snprintf(name, sizeof(name), "$%zu", i + 1);
		prepared->index[i] =
		    sqlite3_bind_parameter_index(prepared->statement, name);
	}
	return NULL;
}

static int bind_value(
    sqlite3_stmt *statement, int index, const struct db_value *value)
{
	switch (value->type) {
	case DB_INTEGER:
		return sqlite3_bind_int64(statement, index, value->integer);
	case DB_REAL:
		return sqlite3_bind_double(statement, index, value->real);
	case DB_TEXT:
		return sqlite3_bind_text(
		    statement, index, value->text, -1, SQLITE_STATIC);
	case DB_NULL:
	default:
		return sqlite3_bind_null(statement, index);
	}
}

static struct error *bind_params(struct db *db, struct prepared *prepared,
    const struct db_statement *statement, struct db_params params)
{
	size_t bound = 0;

	for (size_t i = 0; i < params.count && i < DB_MOST_PARAMS; i++) {
		int code;

		if (prepared->index[i] == 0)
			continue;
		bound++;
		code = bind_value(
		    prepared->statement, prepared->index[i], &params.items[i]);
		if (code != SQLITE_OK)
			return db_sqlite_error(db, code, statement);
	}
	if (bound != prepared->params || bound != params.count)
		die("%s:%d: %zu parameters given, %zu used", statement->file,
		    statement->line, params.count, prepared->params);
	return NULL;
}

/* Back to a state without cursor and without the caller's memory. */
static void rest(struct prepared *prepared)
{
	sqlite3_reset(prepared->statement);
	sqlite3_clear_bindings(prepared->statement);
}

static struct db_value copy_cell(
    struct arena *arena, sqlite3_stmt *statement, int column)
{
	switch (sqlite3_column_type(statement, column)) {
	case SQLITE_INTEGER:
		return integer(sqlite3_column_int64(statement, column));
	case SQLITE_FLOAT:
		return real(sqlite3_column_double(statement, column));
	case SQLITE_NULL:
		return null();
	default:
		return text(arena_copy_bytes(arena,
		    sqlite3_column_text(statement, column),
		    (size_t)sqlite3_column_bytes(statement, column)));
	}
}

/* Room for one more row, growing by doubling; most results have one. */
static struct db_value *next_row(struct arena *arena, struct db_rows *rows,
    struct db_value **cells, size_t *room)
{
	if (rows->count == *room) {
		size_t more = *room ? *room * 2 : 1;

		*cells = arena_array(
		    arena, more * rows->columns, sizeof(struct db_value));
		if (rows->count)
			memcpy(*cells, rows->cells,
			    rows->count * rows->columns * sizeof(**cells));
		rows->cells = *cells;
		*room = more;
	}
	return *cells + rows->count++ * rows->columns;
}

static int copy_rows(
    struct arena *arena, sqlite3_stmt *statement, struct db_rows *rows)
{
	struct db_value *cells = NULL;
	size_t room = 0;
	int code;

	*rows = (struct db_rows){
	    .columns = (size_t)sqlite3_column_count(statement)};
	while ((code = sqlite3_step(statement)) == SQLITE_ROW) {
		struct db_value *row;

		if (rows->count == MOST_ROWS)
			return SQLITE_TOOBIG;
		row = next_row(arena, rows, &cells, &room);
		for (size_t i = 0; i < rows->columns; i++)
			row[i] = copy_cell(arena, statement, (int)i);
	}
	return code;
}

/* A write outside a transaction would skip the queue for the turn. */
static void require_turn(struct db *db, struct prepared *prepared,
    const struct db_statement *statement)
{
	if (!db->in_transaction && !sqlite3_stmt_readonly(prepared->statement))
		die("%s:%d: a write outside a transaction", statement->file,
		    statement->line);
}

void db_sqlite_set_wait(struct db *db)
{
	int64_t left = db->deadline - turn_clock();

	sqlite3_busy_timeout(db->handle, left > 0 ? (int)left : 0);
}

struct error *db_query_statement(struct db *db,
    const struct db_statement *const *statement, struct arena *arena,
    struct db_rows *rows, struct db_params params)
{
	struct prepared *prepared;
	struct error *error;

	if (!db->in_transaction)
		db_sqlite_set_wait(db);
	TRY(prepare(db, statement, &prepared));
	require_turn(db, prepared, *statement);
	error = bind_params(db, prepared, *statement, params);
	if (!error) {
		int code = copy_rows(arena, prepared->statement, rows);
		if (code != SQLITE_DONE)
			error = db_sqlite_error(db,
			    sqlite3_extended_errcode(db->handle), *statement);
	}
	rest(prepared);
	return error;
}

struct error *db_run_statement(struct db *db,
    const struct db_statement *const *statement, int64_t *changed,
    struct db_params params)
{
	struct prepared *prepared;
	struct error *error;

	TRY(prepare(db, statement, &prepared));
	require_turn(db, prepared, *statement);
	error = bind_params(db, prepared, *statement, params);
	if (!error && sqlite3_step(prepared->statement) != SQLITE_DONE)
		error = db_sqlite_error(
		    db, sqlite3_extended_errcode(db->handle), *statement);
	rest(prepared);
	if (!error && changed)
		*changed = sqlite3_changes64(db->handle);
	return error;
}

/* Cheaper than RETURNING, whose rows go through a table of their own. */
struct error *db_insert_statement(struct db *db,
    const struct db_statement *const *statement, int64_t *id,
    struct db_params params)
{
	int64_t changed;

	TRY(db_run_statement(db, statement, &changed, params));
	if (changed != 1)
		die("%s:%d: %d rows inserted", (*statement)->file,
		    (*statement)->line, (int)changed);
	*id = sqlite3_last_insert_rowid(db->handle);
	return NULL;
}

const char *db_like(struct arena *arena, const char *text)
{
	struct out out = {.arena = arena};

	out_char(&out, '%');
	for (; *text; text++) {
		if (*text == '%' || *text == '_' || *text == '!')
			out_char(&out, '!');
		out_char(&out, *text);
	}
	out_char(&out, '%');
	return out_string(&out);
}

struct id_list rows_ids(struct arena *arena, const struct db_rows *rows)
{
	int64_t *ids = arena_array(arena, rows->count, sizeof(*ids));

	for (size_t i = 0; i < rows->count; i++)
		ids[i] = row_integer(db_row_at(rows, i), 0);
	return (struct id_list){.items = ids, .count = rows->count};
}

size_t row_word(
    struct db_row row, int column, const char *const *words, size_t count)
{
	const char *word = row_text(row, column);

	for (size_t i = 0; i < count; i++)
		if (text_equal(words[i], word))
			return i;
	die("the database says \"%s\"", word);
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

/* Within the turn, so that no two checkpoints overlap. */
static void fold_log(struct db *db)
{
	int mode = SQLITE_CHECKPOINT_PASSIVE;

	if (db->log_frames < CHECKPOINT_FRAMES)
		return;
	if (db->log_frames >= RESTART_FRAMES)
		mode = SQLITE_CHECKPOINT_RESTART;
	sqlite3_busy_timeout(db->handle, 0);
	sqlite3_wal_checkpoint_v2(db->handle, NULL, mode, NULL, NULL);
}

/* All that the log holds, whoever wrote it. */
static int sync_log(struct db *db)
{
	sqlite3_file *log = NULL;

	sqlite3_file_control(
	    db->handle, "main", SQLITE_FCNTL_JOURNAL_POINTER, &log);
	if (!log || !log->pMethods)
		die("the database has no log");
	return log->pMethods->xSync(
	    log, SQLITE_SYNC_NORMAL | SQLITE_SYNC_DATAONLY);
}

/* The whole log into the database's file, which is synced. */
static struct error *fold_all(struct db *db)
{
	int frames = -1, folded = 0, code;

	TRY(turn_take(&db->turn, db->deadline));
	db_sqlite_set_wait(db);
	code = sqlite3_wal_checkpoint_v2(
	    db->handle, NULL, SQLITE_CHECKPOINT_FULL, &frames, &folded);
	turn_give(&db->turn);
	if (code == SQLITE_OK && frames != folded)
		code = SQLITE_IOERR_FSYNC;
	return code == SQLITE_OK ? NULL : db_sqlite_error(db, code, NULL);
}

/*
 * After a sync that failed the next one may succeed without what the first
 * could not write (fsync(2)), so from then on only a checkpoint counts, which
 * writes all of it again.
 */
static struct error *wait_for_disk(struct db *db)
{
	if (!db->has_log)
		return NULL;
	if (!db->is_doubtful && sync_log(db) == SQLITE_OK)
		return NULL;
	db->is_doubtful = true;
	TRY(fold_all(db));
	db->is_doubtful = false;
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
		fold_log(db);
	db->in_transaction = false;
	turn_give(&db->turn);
	return error ? error : wait_for_disk(db);
}

/* ---- the connection ---- */

static int on_commit(
    void *context, sqlite3 *handle, const char *schema, int frames)
{
	(void)handle;
	(void)schema;
	((struct db *)context)->log_frames = frames;
	return SQLITE_OK;
}

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

static struct error *set_journal_mode(
    struct db *db, const struct config *config)
{
	db_sqlite_set_wait(db);
	return db_sqlite_execute(db,
	    text_equal(config->journal_mode, "wal")
		? "PRAGMA journal_mode = WAL"
		: "PRAGMA journal_mode = TRUNCATE");
}

static struct error *configure(struct db *db)
{
	int64_t has_log;

	/* It may be another than what was asked for. */
	TRY(db_sqlite_number(db,
	    "SELECT journal_mode = 'wal' FROM pragma_journal_mode", &has_log));
	db->has_log = has_log;
	TRY(db_sqlite_execute(db,
	    db->has_log ? "PRAGMA synchronous = NORMAL"
			: "PRAGMA synchronous = FULL"));
	TRY(db_sqlite_execute(db,
	    "PRAGMA foreign_keys = ON;"
	    "PRAGMA temp_store = MEMORY; PRAGMA wal_autocheckpoint = 0;"
	    "PRAGMA trusted_schema = OFF"));
#ifdef WITHOUT_GUARD
	TRY(db_sqlite_execute(db, "PRAGMA ignore_check_constraints = ON"));
#endif
	sqlite3_wal_hook(db->handle, on_commit, db);
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
	sqlite3_db_config(db->handle, SQLITE_DBCONFIG_DEFENSIVE, 1, NULL);
	sqlite3_db_config(db->handle, SQLITE_DBCONFIG_DQS_DML, 0, NULL);
	sqlite3_db_config(db->handle, SQLITE_DBCONFIG_DQS_DDL, 0, NULL);
	sqlite3_extended_result_codes(db->handle, 1);
	return NULL;
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
	int64_t end = turn_clock() + JOURNAL_WAIT_MS;
	struct error *error;

	TRY(turn_take(&db->turn, db->deadline));
	do {
		sqlite3_close(db->handle);
		db->handle = NULL;
		nanosleep(&pause, NULL);
		error = open_handle(db, path, flags);
		if (!error)
			error = set_journal_mode(db, config);
	} while (error_is(error, BUSY_ERROR) && turn_clock() < end);
	turn_give(&db->turn);
	if (!error_is(error, BUSY_ERROR))
		return error;
	log_warn("the journal does not become \"%s\": programs that were "
		 "started before have the database open",
	    config->journal_mode);
	return NULL;
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

static struct error *open_with(struct arena *arena, const struct config *config,
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

	TRY(open_with(arena, config, DB_FILE, 0, db));
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
	return db_sqlite_open(arena, config, DB_FILE, db);
}

struct error *db_sqlite_open(struct arena *arena, const struct config *config,
    const char *name, struct db **db)
{
	return open_with(arena, config, name, SQLITE_OPEN_CREATE, db);
}

void db_keep_log_short(struct db *db)
{
	db->keeps_log_short = true;
}

/* Only if nobody else is busy with it: this process has answered. */
static void leave_log_short(struct db *db)
{
	if (!db->keeps_log_short || db->log_frames == 0 ||
	    turn_take(&db->turn, 0))
		return;
	sqlite3_busy_timeout(db->handle, 0);
	sqlite3_wal_checkpoint_v2(
	    db->handle, NULL, SQLITE_CHECKPOINT_TRUNCATE, NULL, NULL);
	turn_give(&db->turn);
}

void db_close(struct db *db)
{
	size_t count;

	leave_log_short(db);
	db_statements(&count);
	for (size_t i = 0; i < count; i++)
		sqlite3_finalize(db->prepared[i].statement);
	sqlite3_finalize(db->begin);
	sqlite3_finalize(db->begin_reading);
	sqlite3_finalize(db->commit);
	sqlite3_close(db->handle);
	turn_close(&db->turn);
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
	db->deadline = turn_clock() + (int64_t)DB_DEADLINE * 1000;
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

/* ---- for the operator's command and for tests ---- */

static struct error *apply_schema(struct db *db, const struct db_schema *schema)
{
	char pragma[64];

	TRY(db_sqlite_execute(db, schema->sql));
	snprintf(pragma, sizeof(pragma), "PRAGMA user_version = %d",
	    schema->version);
	return db_sqlite_execute(db, pragma);
}

struct error *db_migrate(
    struct db *db, const struct db_schema *schemas, size_t count, int *version)
{
	int64_t at;

	TRY(db_sqlite_number(db, "PRAGMA user_version", &at));
	if (at > DB_SCHEMA_VERSION)
		return fail(CONFIGURATION_ERROR,
		    "The database has schema %d, newer than this program's %d",
		    (int)at, DB_SCHEMA_VERSION);
	for (size_t i = 0; i < count; i++) {
		if (schemas[i].version <= at)
			continue;
		TRY(TRANSACTION(db, apply_schema(db, &schemas[i])));
		at = schemas[i].version;
	}
	*version = (int)at;
	return NULL;
}

static int add_finding(void *context, int columns, char **cells, char **names)
{
	struct out *out = context;

	(void)names;
	for (int i = 0; i < columns; i++)
		out_format(out, "%s%s", i ? " " : "", cells[i] ? cells[i] : "");
	out_char(out, '\n');
	return 0;
}

struct error *db_integrity(
    struct db *db, struct arena *arena, const char **findings)
{
	struct out out = {.arena = arena};
	int code;

	db_sqlite_set_wait(db);
	code = sqlite3_exec(db->handle,
	    "PRAGMA integrity_check; PRAGMA foreign_key_check", add_finding,
	    &out, NULL);
	if (code != SQLITE_OK)
		return db_sqlite_error(db, code, NULL);
	*findings = out_string(&out);
	if (text_equal(*findings, "ok\n"))
		*findings = "";
	return NULL;
}

struct error *db_truncate_log(struct db *db)
{
	int code;

	TRY(turn_take(&db->turn, db->deadline));
	db_sqlite_set_wait(db);
	code = sqlite3_wal_checkpoint_v2(
	    db->handle, NULL, SQLITE_CHECKPOINT_TRUNCATE, NULL, NULL);
	turn_give(&db->turn);
	return code == SQLITE_OK ? NULL : db_sqlite_error(db, code, NULL);
}

struct error *db_explain(struct db *db, struct arena *arena,
    const struct db_statement *statement, const char **plan)
{
	struct out out = {.arena = arena};
	sqlite3_stmt *explained;
	const char *sql =
	    arena_format(arena, "EXPLAIN QUERY PLAN %s", statement->sql);
	int code = sqlite3_prepare_v2(db->handle, sql, -1, &explained, NULL);

	if (code != SQLITE_OK)
		return db_sqlite_error(db, code, statement);
	while (sqlite3_step(explained) == SQLITE_ROW)
		out_format(&out, "%s\n",
		    (const char *)sqlite3_column_text(explained, 3));
	sqlite3_finalize(explained);
	*plan = out_string(&out);
	return NULL;
}
