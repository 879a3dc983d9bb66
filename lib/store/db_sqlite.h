/*
 * What the files of the SQLite driver share; nobody else includes this.
 */
#ifndef STORE_DB_SQLITE_H
#define STORE_DB_SQLITE_H

#include "store/db.h"
#include "store/turn.h"
#include <sqlite3.h>

enum {
	DB_MOST_PARAMS = 40 /* of a statement */
};

/* A prepared statement and where its $1, $2 ... are bound. */
struct prepared {
	sqlite3_stmt *statement;
	int index[DB_MOST_PARAMS]; /* index[0] is $1's; 0: not used */
	size_t params;             /* how many $N there are */
};

struct db {
	sqlite3 *handle;
	struct turn turn;
	struct prepared *prepared; /* one for each entry of the section */
	sqlite3_stmt *begin;       /* these, once they were needed */
	sqlite3_stmt *begin_reading;
	sqlite3_stmt *commit;
	int log_frames;          /* length of the log after the last commit */
	int64_t deadline;        /* of the request, in clock_running_ms() */
	struct arena fold_arena; /* of one call of fold() */
	bool in_transaction;
	bool has_log;     /* WAL, not a rollback journal */
	bool is_doubtful; /* a sync of the log failed */
	bool keeps_log_short;
};

/*
 * The error of a result code; what only the operator needs is logged.
 * `statement` may be NULL.
 */
struct error *db_sqlite_error(
    struct db *db, int code, const struct db_statement *statement);

/* Run SQL without parameters or rows. */
MUST_CHECK struct error *db_sqlite_execute(struct db *db, const char *sql);

/* The first cell of a query, a number. */
MUST_CHECK struct error *db_sqlite_number(
    struct db *db, const char *sql, int64_t *result);

/* The functions that statements may call (store/db.h); SQLite's result. */
int db_sqlite_add_words(struct db *db);

/* Let the next waits of SQLite last until the deadline. */
void db_sqlite_set_wait(struct db *db);

/*
 * Open a file of any schema in the data directory; see db_open_any(). The
 * flags are SQLITE_OPEN_CREATE, or none.
 */
MUST_CHECK struct error *db_sqlite_open(struct arena *arena,
    const struct config *config, const char *name, int flags, struct db **db);

#endif
