/*
 * Copies: backup and restore. The database is one file; the keys, which open
 * and sign what is in it, are another one beside it, when they are asked for.
 */
#include "verbs.h"

#include "base/file.h"
#include "base/keys.h"
#include "base/text.h"
#include "schema.h"
#include "store/db.h"
#include "store/session_store.h"
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

/* ---- backup ---- */

struct error *verb_backup(struct call *call)
{
	struct arena *arena = call->shop.arena;
	bool may_replace = call_takes_option(call, "--force");
	bool with_keys = call_takes_option(call, "--with-keys");
	const char *path, *keys;

	TRY(call_expects(call, 1, 1));
	path = call->arguments[0];
	keys = arena_format(arena, "%s.keys", path);
	if (with_keys && !may_replace && access(keys, F_OK) == 0)
		return fail(STATE_ERROR,
		    "%s exists already: --force replaces it", keys);
	TRY(db_backup(call->shop.db, arena, &call->config, path, may_replace));
	if (with_keys)
		TRY(keys_copy(
		    arena, config_path(arena, &call->config, "keys"), keys));
	printf("%s is written and checked\n", path);
	if (with_keys)
		printf("%s holds the keys: keep it apart\n", keys);
	return NULL;
}

/* ---- restore ---- */

/* Sound by the same rules as `check`, at this program's schema. */
static struct error *examine(
    struct call *call, struct db *copy, const char *path)
{
	const char *findings;
	size_t count;
	const struct db_schema *files = schema_files(&count);
	int version;
	struct error *error = db_integrity(copy, call->shop.arena, &findings);

	if (error)
		return fail_with(
		    VALIDATION_ERROR, error, NO_FIELDS, "%s is damaged", path);
	if (!*findings) {
		TRY(db_migrate(copy, files, count, &version));
		TRY(data_findings(copy, call->shop.arena, &findings));
	}
	fputs(findings, stderr);
	if (*findings)
		return fail(STORAGE_ERROR,
		    "%s is not sound: nothing was restored", path);
	return NULL;
}

/* What is there now stays at hand, unless nothing is. */
static struct error *keep_present(struct call *call, bool is_forced)
{
	struct arena *arena = call->shop.arena;
	const char *kept = config_path(arena, &call->config, DB_PUT_ASIDE);
	struct error *error;
	int64_t version;

	error = db_schema_version(call->shop.db, &version);
	if (!error && version == 0)
		return NULL;
	if (!error)
		error =
		    db_backup(call->shop.db, arena, &call->config, kept, true);
	if (error && is_forced)
		return NULL;
	if (error)
		return fail_with(STORAGE_ERROR, error, NO_FIELDS,
		    "What is there now cannot be kept; --force restores "
		    "without");
	printf("what was there is kept in %s\n", kept);
	return NULL;
}

/*
 * Those that go are kept as those of the database that goes: maybe in the
 * very file that is read, which therefore comes first.
 */
static struct error *replace_keys(struct call *call, const char *path)
{
	struct arena *arena = call->shop.arena;
	const char *own = config_path(arena, &call->config, "keys");
	char *text;

	TRY(config_read_file(arena, path, &text));
	TRY(keys_copy(arena, own,
	    config_path(arena, &call->config, DB_PUT_ASIDE ".keys")));
	return file_write(arena, own, text, strlen(text));
}

/*
 * Everybody signs in again, for a session or a mailed link of the copy may
 * have been ended or used since.
 */
static struct error *end_sessions(struct db *copy)
{
	return TRANSACTION(copy, session_store_sweep(copy, INT64_MAX));
}

/* What a restore was told. */
struct restoring {
	const char *path; /* of the copy */
	bool is_forced;
	bool with_keys; /* PATH.keys too */
};

static struct error *restore_copy(
    struct call *call, const struct restoring *plan, struct db *copy)
{
	struct arena *arena = call->shop.arena;
	const char *keys = arena_format(arena, "%s.keys", plan->path);

	TRY(examine(call, copy, plan->path));
	if (plan->with_keys)
		TRY(keys_check(arena, keys));
	TRY(end_sessions(copy));
	TRY(keep_present(call, plan->is_forced));
	if (plan->with_keys)
		TRY(replace_keys(call, keys));
	return db_restore(call->shop.db, copy);
}

struct error *verb_restore(struct call *call)
{
	struct restoring plan = {
	    .is_forced = call_takes_option(call, "--force"),
	    .with_keys = call_takes_option(call, "--with-keys"),
	};
	struct error *error;
	struct db *copy;

	TRY(call_expects(call, 1, 1));
	plan.path = call->arguments[0];
	TRY(db_open_copy(call->shop.arena, &call->config, plan.path, &copy));
	error = restore_copy(call, &plan, copy);
	db_drop_copy(call->shop.arena, &call->config, copy);
	if (error)
		return error;
	printf("%s is restored; now run: campuspass reconcile\n", plan.path);
	if (plan.with_keys)
		printf("the keys are restored, too\n");
	return NULL;
}
