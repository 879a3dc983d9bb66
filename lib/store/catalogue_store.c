#include "store/catalogue_store.h"

#include "base/clock.h"

struct error *catalogue_version(
    struct db *db, struct arena *arena, int64_t *version)
{
	struct db_rows rows;

	TRY(db_query(db, arena, &rows,
	    "SELECT version FROM catalogue WHERE id = 1", NO_PARAMS));
	*version = row_integer(db_row_at(&rows, 0), 0);
	return NULL;
}

struct error *catalogue_next_edge(
    struct db *db, struct arena *arena, int64_t now, int64_t *edge)
{
	struct db_rows rows;
	struct db_row row;

	TRY(db_query(db, arena, &rows,
	    "SELECT"
	    " (SELECT min(expires_at) FROM booking"
	    "   WHERE state = 'held' AND expires_at > $1),"
	    " (SELECT min(ends_at) FROM event"
	    "   WHERE status <> 'draft' AND ends_at > $1),"
	    " (SELECT min(starts_at) FROM event"
	    "   WHERE status <> 'draft' AND starts_at > $1),"
	    " (SELECT min(starts_at) - $2 FROM event"
	    "   WHERE status <> 'draft' AND starts_at > $1 + $2),"
	    " (SELECT min(booking_opens_at) FROM event"
	    "   WHERE booking_opens_at > $1),"
	    " (SELECT min(booking_closes_at) FROM event"
	    "   WHERE booking_closes_at > $1),"
	    " (SELECT min(sale_opens_at) FROM tier WHERE sale_opens_at > $1),"
	    " (SELECT min(sale_closes_at) FROM tier WHERE sale_closes_at > $1)",
	    PARAMS(integer(now), integer((int64_t)90 * DAY))));
	row = db_row_at(&rows, 0);
	*edge = INT64_MAX;
	for (int i = 0; i < (int)rows.columns; i++)
		if (!row_is_null(row, i) && row_integer(row, i) < *edge)
			*edge = row_integer(row, i);
	return NULL;
}

struct error *catalogue_raise(struct db *db)
{
	return db_run(db, NULL,
	    "UPDATE catalogue SET version = version + 1 WHERE id = 1",
	    NO_PARAMS);
}
