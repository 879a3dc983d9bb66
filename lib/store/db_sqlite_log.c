#include "store/db_sqlite_log.h"

enum {
	CHECKPOINT_FRAMES = 1000, /* fold the log from this size on */
	RESTART_FRAMES = 4096,    /* 16 MB of 4 KiB pages: insist a little */
};

static int on_commit(
    void *context, sqlite3 *handle, const char *schema, int frames)
{
	(void)handle;
	(void)schema;
	((struct db *)context)->log_frames = frames;
	return SQLITE_OK;
}

void db_log_watch(struct db *db)
{
	sqlite3_wal_hook(db->handle, on_commit, db);
}

void db_log_fold(struct db *db)
{
	int mode = SQLITE_CHECKPOINT_PASSIVE;

	if (db->log_frames < CHECKPOINT_FRAMES)
		return;
	if (db->log_frames >= RESTART_FRAMES)
		mode = SQLITE_CHECKPOINT_RESTART;
	sqlite3_busy_timeout(db->handle, 0);
	sqlite3_wal_checkpoint_v2(db->handle, NULL, mode, NULL, NULL);
}

static sqlite3_file *log_of(struct db *db)
{
	sqlite3_file *log = NULL;

	sqlite3_file_control(
	    db->handle, "main", SQLITE_FCNTL_JOURNAL_POINTER, &log);
	if (!log || !log->pMethods)
		die("the database has no log");
	return log;
}

/* All that the log holds, whoever wrote it. */
static int sync_log(struct db *db)
{
	sqlite3_file *log = log_of(db);

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

struct error *db_log_wait(struct db *db)
{
	if (!db->has_log)
		return NULL;
	if (!db->is_doubtful && sync_log(db) == SQLITE_OK)
		return NULL;
	/*
	 * After a sync that failed the next one may succeed without what the
	 * first could not write (fsync(2)), so from then on only a checkpoint
	 * counts, which writes all of it again.
	 */
	db->is_doubtful = true;
	TRY(fold_all(db));
	db->is_doubtful = false;
	return NULL;
}

void db_keep_log_short(struct db *db)
{
	db->keeps_log_short = true;
}

static bool has_frames(struct db *db)
{
	sqlite3_file *log;
	sqlite3_int64 size = 0;

	if (!db->has_log)
		return false;
	log = log_of(db);
	return log->pMethods->xFileSize(log, &size) == SQLITE_OK && size > 0;
}

void db_log_leave_short(struct db *db)
{
	if (!db->keeps_log_short || !has_frames(db) || turn_take(&db->turn, 0))
		return;
	sqlite3_busy_timeout(db->handle, 0);
	sqlite3_wal_checkpoint_v2(
	    db->handle, NULL, SQLITE_CHECKPOINT_TRUNCATE, NULL, NULL);
	turn_give(&db->turn);
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
