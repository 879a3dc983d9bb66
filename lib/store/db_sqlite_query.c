/*
 * Statements: prepared once, bound, run, their rows copied; see db.h.
 */
#include "base/log.h"
#include "base/out.h"
#include "base/text.h"
#include "base/words.h"
#include "store/db_sqlite.h"

enum {
	MOST_ROWS = 100 * 1000 /* of a result: a cap, not a page size */
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

/* Where the parameter that SQLite counts as this one has its value. */
static bool note_param(struct prepared *prepared, int place)
{
	const char *name =
	    sqlite3_bind_parameter_name(prepared->statement, place);
	int64_t number;

	if (!name || *name != '$' || text_number(name + 1, &number) ||
	    number < 1 || number > DB_MOST_PARAMS)
		return false;
	prepared->index[number - 1] = place;
	return true;
}

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
	for (size_t i = 1; i <= prepared->params; i++)
		if (!note_param(prepared, (int)i))
			die("%s:%d: parameters are $1 to $%d", (*entry)->file,
			    (*entry)->line, DB_MOST_PARAMS);
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
		cells = arena_grow(arena, cells, rows->columns * sizeof(*cells),
		    rows->count + 1, &room);
		row = cells + rows->count++ * rows->columns;
		rows->cells = cells;
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

struct error *db_run_one_statement(struct db *db,
    const struct db_statement *const *statement, bool *done,
    struct db_params params)
{
	int64_t changed;

	TRY(db_run_statement(db, statement, &changed, params));
	*done = changed == 1;
	return NULL;
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

/* ---- values ---- */

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
