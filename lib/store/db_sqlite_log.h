/*
 * The log of the SQLite driver: when a commit is on the disk, and when the log
 * is folded into the database. Nobody but the driver includes this.
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
 *
 * Of db.h, db_keep_log_short() and db_truncate_log() are here, too.
 */
#ifndef STORE_DB_SQLITE_LOG_H
#define STORE_DB_SQLITE_LOG_H

#include "store/db_sqlite.h"

/* From now on db->log_frames is the log's length after each commit. */
void db_log_watch(struct db *db);

/* Fold a log that has grown. Within the writer's turn; never waits. */
void db_log_fold(struct db *db);

/*
 * All that is committed, whoever did it, is on the disk when this returns.
 * Outside the turn. Without a log nothing is left to do.
 */
MUST_CHECK struct error *db_log_wait(struct db *db);

/*
 * At the end of a process that answered one request (db_keep_log_short): fold
 * all, unless somebody else is busy with it.
 */
void db_log_leave_short(struct db *db);

#endif
