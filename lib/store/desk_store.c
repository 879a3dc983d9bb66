#include "store/desk_store.h"

#include "base/clock.h"

/* One number of one row. */
static int64_t number(const struct db_rows *rows)
{
	return row_integer(db_row_at(rows, 0), 0);
}

/* SQL: does the viewer, $1 and $2, run the event? */
#define THEIRS " AND ($1 >= 4 OR e.owner_id = $2)"

static struct error *count_places(struct db *db, struct arena *arena,
    const struct viewer *viewer, int64_t now, struct desk *desk)
{
	struct db_rows rows;

	_Static_assert(ROLE_ADMIN == 4, "the statements name the role");
	TRY(db_query(db, arena, &rows,
	    "SELECT coalesce(sum(b.quantity * (1 - b.is_later)), 0),"
	    " coalesce(sum(b.is_later), 0) FROM booking b"
	    " JOIN event e ON e.id = b.event_id"
	    " WHERE b.state = 'held' AND b.expires_at > $3" THEIRS,
	    PARAMS(integer(viewer->role), integer(viewer->user_id),
		integer(now))));
	desk->held = number(&rows);
	desk->later = row_integer(db_row_at(&rows, 0), 1);
	TRY(db_query(db, arena, &rows,
	    "SELECT coalesce(sum(q.quantity), 0) FROM queue_entry q"
	    " JOIN event e ON e.id = q.event_id"
	    " WHERE q.state = 'waiting' AND e.ends_at > $3" THEIRS
	    " /* scan: the index of those who wait alone */",
	    PARAMS(integer(viewer->role), integer(viewer->user_id),
		integer(now))));
	desk->waiting = number(&rows);
	return NULL;
}

static struct error *count_mails(struct db *db, struct arena *arena,
    const struct viewer *viewer, int64_t now, struct desk *desk)
{
	struct db_rows rows;

	/* What was of no use any more is nobody's worry. */
	TRY(db_query(db, arena, &rows,
	    "SELECT count(*) FROM outbox o"
	    " LEFT JOIN booking b ON b.id = o.booking_id"
	    " LEFT JOIN event e ON e.id = b.event_id"
	    " WHERE o.state = 'failed' AND o.created_at > $3"
	    " AND o.error NOT LIKE 'Not sent:%'" THEIRS,
	    PARAMS(integer(viewer->role), integer(viewer->user_id),
		integer(now - 30 * DAY))));
	desk->mails_failed = number(&rows);
	TRY(db_query(db, arena, &rows,
	    "SELECT count(*) FROM outbox o"
	    " LEFT JOIN booking b ON b.id = o.booking_id"
	    " LEFT JOIN event e ON e.id = b.event_id"
	    " WHERE o.state = 'waiting' AND o.created_at < $3" THEIRS,
	    PARAMS(integer(viewer->role), integer(viewer->user_id),
		integer(now - HOUR))));
	desk->mails_late = number(&rows);
	return NULL;
}

static struct error *count_refunds(struct db *db, struct arena *arena,
    const struct viewer *viewer, int64_t now, struct desk *desk)
{
	struct db_rows rows;

	TRY(db_query(db, arena, &rows,
	    "SELECT count(*) FROM refund r JOIN booking b"
	    " ON b.id = r.booking_id JOIN event e ON e.id = b.event_id"
	    " WHERE r.state = 'failed' AND r.created_at > $3" THEIRS,
	    PARAMS(integer(viewer->role), integer(viewer->user_id),
		integer(now - 90 * DAY))));
	desk->refunds_refused = number(&rows);
	TRY(db_query(db, arena, &rows,
	    "SELECT count(*) FROM refund r JOIN booking b"
	    " ON b.id = r.booking_id JOIN event e ON e.id = b.event_id"
	    " WHERE r.settled_at IS NULL AND r.is_by_hand = 0"
	    " AND r.asked_at > 0"
	    " AND r.created_at < $3" THEIRS,
	    PARAMS(integer(viewer->role), integer(viewer->user_id),
		integer(now - 2 * DAY))));
	desk->refunds_late = number(&rows);
	return NULL;
}

static struct error *count_payments(struct db *db, struct arena *arena,
    const struct viewer *viewer, int64_t now, struct desk *desk)
{
	struct db_rows rows;

	TRY(db_query(db, arena, &rows,
	    "SELECT count(*) FROM payment_attempt p JOIN booking b"
	    " ON b.id = p.booking_id JOIN event e ON e.id = b.event_id"
	    " WHERE p.settled_at IS NULL AND p.created_at < $3" THEIRS,
	    PARAMS(integer(viewer->role), integer(viewer->user_id),
		integer(now - HOUR))));
	desk->payments_open = number(&rows);
	TRY(db_query(db, arena, &rows,
	    "SELECT count(*) FROM journal j JOIN event e"
	    " ON e.id = j.event_id WHERE j.kind = 'late_money'"
	    " AND j.created_at > $3" THEIRS
	    " /* scan: the index of late money alone */",
	    PARAMS(integer(viewer->role), integer(viewer->user_id),
		integer(now - 30 * DAY))));
	desk->late_money = number(&rows);
	return NULL;
}

static struct error *count_unguarded(
    struct db *db, struct arena *arena, struct desk *desk)
{
	struct db_rows rows;

	TRY(db_query(db, arena, &rows,
	    "SELECT count(*) FROM user"
	    " WHERE role IN ('door', 'organiser', 'admin')"
	    " AND two_factor_at IS NULL AND disabled_at IS NULL"
	    " AND erased_at IS NULL",
	    NO_PARAMS));
	desk->unguarded = number(&rows);
	return NULL;
}

struct error *desk_store_count(struct db *db, struct arena *arena,
    const struct viewer *viewer, int64_t now, struct desk *desk)
{
	*desk = (struct desk){.held = 0};
	TRY(count_places(db, arena, viewer, now, desk));
	TRY(count_mails(db, arena, viewer, now, desk));
	TRY(count_refunds(db, arena, viewer, now, desk));
	TRY(count_payments(db, arena, viewer, now, desk));
	if (viewer->role != ROLE_ADMIN)
		return NULL;
	return count_unguarded(db, arena, desk);
}
