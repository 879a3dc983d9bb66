/*
 * Copies of the database: backup and restore, by SQLite's own backup calls.
 */
#include "store/db_sqlite.h"

#include "base/file.h"
#include "base/log.h"
#include "base/text.h"
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

enum {
	STEP_PAGES = 256 /* 1 MB at a time */
};

/* The copy that is being restored, in DATA, and who works with it. */
#define STAGED "restore.db"
#define STAGED_LOCK "locks/restore.lock"

/* What a copied file leaves beside it. */
static const char *const companions[] = {"", "-journal", "-wal", "-shm"};

static void remove_file(struct arena *arena, const char *path)
{
	for (size_t i = 0; i < COUNT_OF(companions); i++)
		unlink(arena_format(arena, "%s%s", path, companions[i]));
}

static struct error *copy_error(const char *path, int code)
{
	int kind = code & 0xff;

	if (kind == SQLITE_BUSY || kind == SQLITE_LOCKED)
		return fail(BUSY_ERROR, "%s: it is in use; try again", path);
	log_warn("sqlite %d: copying %s", code, path);
	if (kind == SQLITE_NOTADB || kind == SQLITE_CORRUPT)
		return fail(
		    VALIDATION_ERROR, "%s is damaged, or no database", path);
	return fail(STORAGE_ERROR, "%s: %s", path, sqlite3_errstr(code));
}

/* All pages; a locked database is waited for by the busy handler. */
static int copy_pages(sqlite3 *target, sqlite3 *source)
{
	sqlite3_backup *backup =
	    sqlite3_backup_init(target, "main", source, "main");
	int code, end;

	if (!backup)
		return sqlite3_extended_errcode(target);
	do
		code = sqlite3_backup_step(backup, STEP_PAGES);
	while (code == SQLITE_OK);
	end = sqlite3_backup_finish(backup);
	if (code != SQLITE_DONE)
		return code;
	return end;
}

/* ---- backup ---- */

/*
 * The file is one, with no log beside it, and synced as any commit is. Then
 * SQLite's own look at it and at its foreign keys.
 */
static int settle_and_check(sqlite3 *handle, bool *is_sound)
{
	sqlite3_stmt *statement;
	int code = sqlite3_exec(
	    handle, "PRAGMA journal_mode = DELETE", NULL, NULL, NULL);

	*is_sound = false;
	if (code != SQLITE_OK)
		return code;
	code = sqlite3_prepare_v2(handle,
	    "SELECT (SELECT group_concat(integrity_check)"
	    " FROM pragma_integrity_check) = 'ok'"
	    " AND NOT EXISTS (SELECT 1 FROM pragma_foreign_key_check)",
	    -1, &statement, NULL);
	if (code != SQLITE_OK)
		return code;
	code = sqlite3_step(statement);
	*is_sound = code == SQLITE_ROW && sqlite3_column_int(statement, 0) == 1;
	sqlite3_finalize(statement);
	return code == SQLITE_ROW ? SQLITE_OK : code;
}

static struct error *write_copy(
    struct db *db, const char *temporary, const char *path)
{
	sqlite3 *target = NULL;
	bool is_sound = false;
	int code =
	    sqlite3_open_v2(temporary, &target, SQLITE_OPEN_READWRITE, NULL);

	if (code == SQLITE_OK)
		code = copy_pages(target, db->handle);
	if (code == SQLITE_OK)
		code = settle_and_check(target, &is_sound);
	sqlite3_close(target);
	if (code != SQLITE_OK)
		return copy_error(path, code);
	if (!is_sound)
		return fail(STORAGE_ERROR,
		    "The database itself is damaged: campuspass check says "
		    "more");
	return NULL;
}

/*
 * Within one read transaction, so that writers do not make the copy begin
 * anew: it is of one moment. With a write-ahead log they go on meanwhile;
 * without one they wait for the end.
 */
static struct error *copy_snapshot(
    struct db *db, const char *temporary, const char *path)
{
	struct error *error, *end;
	int64_t version;

	TRY(db_sqlite_execute(db, "BEGIN"));
	error = db_sqlite_number(db, "PRAGMA user_version", &version);
	if (!error)
		error = write_copy(db, temporary, path);
	end = db_sqlite_execute(db, "COMMIT");
	return error ? error : end;
}

static struct error *give_name(struct arena *arena, const char *temporary,
    const char *path, bool may_replace)
{
	if (!may_replace && access(path, F_OK) == 0)
		return fail(STATE_ERROR, "%s exists already", path);
	if (rename(temporary, path) != 0)
		return fail(STORAGE_ERROR, "%s: %s", path, strerror(errno));
	return file_sync_folder(arena, path);
}

/* The database's own file is no place for its copy. */
static bool is_own_file(
    struct arena *arena, const struct config *config, const char *path)
{
	struct stat own, other;

	return stat(config_path(arena, config, DB_FILE), &own) == 0 &&
	    stat(path, &other) == 0 && own.st_dev == other.st_dev &&
	    own.st_ino == other.st_ino;
}

struct error *db_backup(struct db *db, struct arena *arena,
    const struct config *config, const char *path, bool may_replace)
{
	char *temporary = arena_format(arena, "%s.XXXXXX", path);
	struct error *error;
	int descriptor;

	if (is_own_file(arena, config, path))
		return fail(STATE_ERROR, "%s is the database itself", path);
	if (!may_replace && access(path, F_OK) == 0)
		return fail(STATE_ERROR,
		    "%s exists already: --force replaces it", path);
	descriptor = mkostemp(temporary, O_CLOEXEC);
	if (descriptor < 0)
		return fail(STORAGE_ERROR, "%s: %s", path, strerror(errno));
	close(descriptor);
	db_start_deadline(db);
	db_sqlite_set_wait(db);
	error = copy_snapshot(db, temporary, path);
	if (!error)
		error = give_name(arena, temporary, path, may_replace);
	if (error)
		remove_file(arena, temporary);
	return error;
}

/* ---- a copy to be restored ---- */

/* Held as long as the process lives. */
static struct error *lock_staged(
    struct arena *arena, const struct config *config)
{
	int lock = open(config_path(arena, config, STAGED_LOCK),
	    O_RDWR | O_CREAT | O_CLOEXEC, 0600);

	if (lock < 0)
		return fail(
		    STORAGE_ERROR, "%s: %s", STAGED_LOCK, strerror(errno));
	if (flock(lock, LOCK_EX | LOCK_NB) == 0)
		return NULL;
	close(lock);
	return fail(BUSY_ERROR, "The database is being restored already");
}

static struct error *fill_copy(struct db *copy, const char *path)
{
	sqlite3 *source = NULL;
	int code = sqlite3_open_v2(path, &source, SQLITE_OPEN_READONLY, NULL);

	if (code == SQLITE_OK)
		code = copy_pages(copy->handle, source);
	sqlite3_close(source);
	if (code == SQLITE_CANTOPEN)
		return fail(VALIDATION_ERROR, "%s cannot be opened", path);
	return code == SQLITE_OK ? NULL : copy_error(path, code);
}

static struct error *check_ours(struct db *copy, const char *path)
{
	int64_t version, tables;

	TRY(db_schema_version(copy, &version));
	TRY(db_sqlite_number(copy,
	    "SELECT count(*) FROM sqlite_schema WHERE type = 'table'"
	    " AND name IN ('catalogue', 'booking', 'ticket', 'ledger')",
	    &tables));
	if (version < 1 || tables != 4)
		return fail(
		    VALIDATION_ERROR, "%s is no backup of CampusPass", path);
	if (version > DB_SCHEMA_VERSION)
		return fail(VALIDATION_ERROR,
		    "%s has schema %d, newer than this program's %d", path,
		    (int)version, DB_SCHEMA_VERSION);
	return NULL;
}

struct error *db_open_copy(struct arena *arena, const struct config *config,
    const char *path, struct db **copy)
{
	struct config plain = *config;
	struct error *error = NULL;

	/* One file, whatever the site's own database uses. */
	plain.journal_mode = "truncate";
	TRY(lock_staged(arena, config));
	remove_file(arena, config_path(arena, config, STAGED));
	TRY(db_sqlite_open(arena, &plain, STAGED, SQLITE_OPEN_CREATE, copy));
	if (path)
		error = fill_copy(*copy, path);
	if (!error && path)
		error = check_ours(*copy, path);
	if (error_is(error, STORAGE_ERROR))
		error = fail_with(VALIDATION_ERROR, error, NO_FIELDS,
		    "%s cannot be read: it is damaged, or the disk is full",
		    path ? path : STAGED);
	if (error)
		db_drop_copy(arena, config, *copy);
	return error;
}

void db_drop_copy(
    struct arena *arena, const struct config *config, struct db *copy)
{
	db_close(copy);
	remove_file(arena, config_path(arena, config, STAGED));
}

/* ---- restore ---- */

/* 0 for a database that is still empty. */
static struct error *read_catalogue(struct db *db, int64_t *version)
{
	TRY(db_schema_version(db, version));
	if (*version == 0)
		return NULL;
	return db_sqlite_number(db, "SELECT version FROM catalogue", version);
}

static struct error *raise_catalogue(struct db *db, struct db *copy)
{
	int64_t here, there;
	char sql[80];

	TRY(read_catalogue(db, &here));
	TRY(read_catalogue(copy, &there));
	snprintf(sql, sizeof(sql), "UPDATE catalogue SET version = %lld",
	    (long long)(here > there ? here : there) + 1);
	return db_sqlite_execute(copy, sql);
}

static struct error *replace(struct db *db, struct db *copy)
{
	int code;

	TRY(raise_catalogue(db, copy));
	db_sqlite_set_wait(db);
	code = copy_pages(db->handle, copy->handle);
	if (code != SQLITE_OK)
		return copy_error(DB_FILE, code);
	/* The log is as long as the file now. What stays is folded later. */
	sqlite3_wal_checkpoint_v2(
	    db->handle, NULL, SQLITE_CHECKPOINT_PASSIVE, NULL, NULL);
	return NULL;
}

struct error *db_restore(struct db *db, struct db *copy)
{
	struct error *error;

	db_start_deadline(db);
	TRY(turn_take(&db->turn, db->deadline));
	error = replace(db, copy);
	turn_give(&db->turn);
	return error;
}

struct error *db_open_put_aside(
    struct arena *arena, const struct config *config, struct db **db)
{
	struct config plain = *config;

	if (access(config_path(arena, config, DB_PUT_ASIDE), F_OK) != 0)
		return fail(NOT_FOUND_ERROR, "Nothing is put aside");
	/* The file's own mode: looking writes nothing. */
	plain.journal_mode = "truncate";
	return db_sqlite_open(arena, &plain, DB_PUT_ASIDE, 0, db);
}

/* ---- what it is ---- */

struct error *db_schema_version(struct db *db, int64_t *version)
{
	return db_sqlite_number(db, "PRAGMA user_version", version);
}

const char *db_sqlite_version(int *number)
{
	*number = sqlite3_libversion_number();
	return sqlite3_libversion();
}
