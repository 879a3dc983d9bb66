#include "store/desk_store.h"

#include "base/clock.h"
#include "store/refund_store.h"

_Static_assert(ROLE_ADMIN == 4, "the statements name the role");

/* What is counted, for whom and where it goes. */
struct count {
	struct db *db;
	struct arena *arena;
	const struct viewer *viewer;
	int64_t now;
	struct desk *desk;
};

/* SQL: does the viewer, $1 and $2, run the event? */
#define THEIRS " AND ($1 >= 4 OR e.owner_id = $2)"

/*
 * Set a member of the desk to the one number of a statement, whose $3 is the
 * moment.
 */
#define COUNT(count, member, moment, literal)                                  \
	do {                                                                   \
		struct db_rows rows;                                           \
		TRY(db_query((count)->db, (count)->arena, &rows, literal,      \
		    PARAMS(integer((count)->viewer->role),                     \
			integer((count)->viewer->user_id), integer(moment)))); \
		(count)->desk->member = row_integer(db_row_at(&rows, 0), 0);   \
	} while (0)

static struct error *count_places(const struct count *count)
{
	COUNT(count, held, count->now,
	    "SELECT coalesce(sum(b.quantity), 0) FROM booking b"
	    " JOIN event e ON e.id = b.event_id"
	    " WHERE b.state = 'held' AND b.is_later = 0"
	    " AND b.expires_at > $3" THEIRS);
	COUNT(count, later, count->now,
	    "SELECT count(*) FROM booking b JOIN event e ON e.id = b.event_id"
	    " WHERE b.state = 'held' AND b.is_later = 1"
	    " AND b.expires_at > $3" THEIRS);
	COUNT(count, waiting, count->now,
	    "SELECT coalesce(sum(q.quantity), 0) FROM queue_entry q"
	    " JOIN event e ON e.id = q.event_id"
	    " WHERE q.state = 'waiting' AND e.ends_at > $3" THEIRS
	    " /* scan: the index of those who wait alone */");
	return NULL;
}

static struct error *count_mails(const struct count *count)
{
	/* What was of no use any more is nobody's worry. */
	COUNT(count, mails_failed, count->now - 30 * DAY,
	    "SELECT count(*) FROM outbox o"
	    " LEFT JOIN booking b ON b.id = o.booking_id"
	    " LEFT JOIN event e ON e.id = b.event_id"
	    " WHERE o.state = 'failed' AND o.created_at > $3"
	    " AND o.error NOT LIKE 'Not sent:%'" THEIRS);
	COUNT(count, mails_late, count->now - HOUR,
	    "SELECT count(*) FROM outbox o"
	    " LEFT JOIN booking b ON b.id = o.booking_id"
	    " LEFT JOIN event e ON e.id = b.event_id"
	    " WHERE o.state = 'waiting' AND o.created_at < $3" THEIRS);
	return NULL;
}

static struct error *count_refunds(const struct count *count)
{
	COUNT(count, refunds_refused, count->now - REFUSED_FOR,
	    "SELECT count(*) FROM refund r JOIN booking b"
	    " ON b.id = r.booking_id JOIN event e ON e.id = b.event_id"
	    " WHERE " REFUND_IS_DUE " AND r.state = 'failed'"
	    " AND r.created_at > $3" THEIRS);
	COUNT(count, refunds_by_hand, count->now,
	    "SELECT count(*) FROM refund r JOIN booking b"
	    " ON b.id = r.booking_id JOIN event e ON e.id = b.event_id"
	    " WHERE " REFUND_IS_DUE " AND r.state = 'started'"
	    " AND r.created_at <= $3" THEIRS);
	COUNT(count, refunds_late, count->now - REFUND_IS_SLOW,
	    "SELECT count(*) FROM refund r JOIN booking b"
	    " ON b.id = r.booking_id JOIN event e ON e.id = b.event_id"
	    " WHERE r.settled_at IS NULL AND r.is_by_hand = 0"
	    " AND r.asked_at > 0"
	    " AND r.created_at < $3" THEIRS);
	return NULL;
}

static struct error *count_payments(const struct count *count)
{
	COUNT(count, payments_open, count->now - HOUR,
	    "SELECT count(*) FROM payment_attempt p JOIN booking b"
	    " ON b.id = p.booking_id JOIN event e ON e.id = b.event_id"
	    " WHERE p.settled_at IS NULL AND p.created_at < $3" THEIRS);
	COUNT(count, late_money, count->now - 30 * DAY,
	    "SELECT count(*) FROM journal j JOIN event e"
	    " ON e.id = j.event_id WHERE j.kind = 'late_money'"
	    " AND j.created_at > $3" THEIRS
	    " /* scan: the index of late money alone */");
	return NULL;
}

static struct error *count_unguarded(const struct count *count)
{
	struct db_rows rows;

	TRY(db_query(count->db, count->arena, &rows,
	    "SELECT count(*) FROM user"
	    " WHERE role IN ('door', 'organiser', 'admin')"
	    " AND two_factor_at IS NULL AND disabled_at IS NULL"
	    " AND erased_at IS NULL",
	    NO_PARAMS));
	count->desk->unguarded = row_integer(db_row_at(&rows, 0), 0);
	return NULL;
}

struct error *desk_store_count(struct db *db, struct arena *arena,
    const struct viewer *viewer, int64_t now, struct desk *desk)
{
	const struct count count = {.db = db,
	    .arena = arena,
	    .viewer = viewer,
	    .now = now,
	    .desk = desk};

	*desk = (struct desk){.held = 0};
	TRY(count_places(&count));
	TRY(count_mails(&count));
	TRY(count_refunds(&count));
	TRY(count_payments(&count));
	if (viewer->role != ROLE_ADMIN)
		return NULL;
	return count_unguarded(&count);
}
