/*
 * For the operator's command and for tests: the schema, whether the file is
 * whole, plans.
 */
#include "base/out.h"
#include "base/text.h"
#include "store/db_sqlite.h"
#include <stdio.h>

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
