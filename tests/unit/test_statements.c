/*
 * Every SQL literal of the program, against the schema: each one must
 * compile, and none may read a whole table unless it says why in a comment
 * that begins "scan:".
 *
 * The whole library is linked, so that the section has all of them.
 */
#include "site.h"

static struct site site;

/* Is that the name of a table, or of an index of one? Others are results. */
static bool is_stored(const char *word, size_t length)
{
	struct db_rows rows;

	must(db_query(site.shop.db, &site.arena, &rows,
	    "SELECT 1 FROM sqlite_schema WHERE name = $1",
	    PARAMS(text(arena_copy_bytes(&site.arena, word, length)))));
	return rows.count > 0;
}

/* Does an alias stand for a table in the statement: "FROM booking b"? */
static bool is_alias(const char *sql, const char *word, size_t length)
{
	const char *name = arena_copy_bytes(&site.arena, word, length);
	struct db_rows tables;

	must(db_query(site.shop.db, &site.arena, &tables,
	    "SELECT name FROM sqlite_schema WHERE type = 'table'", NO_PARAMS));
	for (size_t i = 0; i < tables.count; i++) {
		const char *phrase = arena_format(&site.arena, " %s %s",
		    row_text(db_row_at(&tables, i), 0), name);
		const char *at = strstr(sql, phrase);
		char end = at ? at[strlen(phrase)] : 'x';

		if (end == '\0' || strchr(" ,)", end))
			return true;
	}
	return false;
}

/* The first step of a plan that reads a whole table, or NULL. */
static const char *find_scan(const char *sql, const char *plan)
{
	for (const char *at = plan; (at = strstr(at, "SCAN ")); at++) {
		const char *word = at + strlen("SCAN ");
		size_t length = strcspn(word, " \n");

		if (is_stored(word, length) || is_alias(sql, word, length))
			return arena_copy_bytes(
			    &site.arena, at, strcspn(at, "\n"));
	}
	return NULL;
}

static void test_statement(const struct db_statement *statement)
{
	const char *plan = "", *scan;
	struct error *error =
	    db_explain(site.shop.db, &site.arena, statement, &plan);

	if (!ok(!error, "%s:%d compiles", statement->file, statement->line)) {
		printf("# %s\n", statement->sql);
		return;
	}
	/* The plan of an insert names tables that foreign keys may look at. */
	if (strstr(statement->sql, "/* scan:") ||
	    text_starts_with(statement->sql, "INSERT"))
		return;
	scan = find_scan(statement->sql, plan);
	if (!ok(!scan, "%s:%d reads no whole table", statement->file,
		statement->line))
		printf("# %s\n# in: %s\n", scan, statement->sql);
}

/* That the test sees a scan where there is one. */
static void test_itself(void)
{
	static const struct db_statement whole = {
	    .sql = "SELECT name FROM venue v WHERE v.address = $1",
	    .file = __FILE__,
	    .line = __LINE__};
	const char *plan;

	must(db_explain(site.shop.db, &site.arena, &whole, &plan));
	ok(find_scan(whole.sql, plan) != NULL, "a full scan is seen");
}

int main(void)
{
	size_t count;
	const struct db_statement *const *statements = db_statements(&count);

	site_open(&site);
	test_itself();
	ok(count > 40, "%zu statements: the whole program's", count);
	for (size_t i = 0; i < count; i++)
		if (!strstr(statements[i]->file, "tests/"))
			test_statement(statements[i]);
	site_close(&site);
	return done_testing();
}
