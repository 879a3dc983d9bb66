#include "store/stock_store.h"

#include "store/booking_store.h"
#include "store/catalogue_store.h"
#include <inttypes.h>

/* ---- lapsed holds ---- */

/* SQL: ids of the event's ($1) holds that lapsed by $2. */
#define LAPSED_HOLDS                                                           \
	"(SELECT id FROM booking WHERE event_id = $1 AND state = 'held'"       \
	" AND expires_at <= $2)"

static struct error *has_lapsed(struct db *db, struct arena *arena,
    int64_t event_id, int64_t now, bool *found)
{
	struct db_rows rows;

	TRY(db_query(db, arena, &rows,
	    "SELECT id FROM booking WHERE event_id = $1 AND state = 'held'"
	    " AND expires_at <= $2 LIMIT 1",
	    PARAMS(integer(event_id), integer(now))));
	*found = rows.count > 0;
	return NULL;
}

static struct error *end_lapsed(struct db *db, int64_t event_id, int64_t now)
{
	TRY(db_run(db, NULL,
	    "UPDATE tier SET held = held - (SELECT sum(i.quantity)"
	    " FROM booking_item i WHERE i.tier_id = tier.id AND i.is_live = 1"
	    " AND i.booking_id IN " LAPSED_HOLDS ")"
	    " WHERE event_id = $1 AND id IN (SELECT tier_id FROM booking_item"
	    " WHERE is_live = 1 AND booking_id IN " LAPSED_HOLDS ")",
	    PARAMS(integer(event_id), integer(now))));
	TRY(db_run(db, NULL,
	    "UPDATE booking_item SET is_live = 0"
	    " WHERE booking_id IN " LAPSED_HOLDS,
	    PARAMS(integer(event_id), integer(now))));
	TRY(db_run(db, NULL,
	    "UPDATE queue_entry SET state = 'lapsed', person_key = NULL,"
	    " ended_at = $2 WHERE state = 'offered'"
	    " AND booking_id IN " LAPSED_HOLDS,
	    PARAMS(integer(event_id), integer(now))));
	return db_run(db, NULL,
	    "UPDATE booking SET state = 'expired', person_key = NULL,"
	    " ended_at = expires_at"
	    " WHERE event_id = $1 AND state = 'held' AND expires_at <= $2",
	    PARAMS(integer(event_id), integer(now)));
}

struct error *stock_end_lapsed(
    struct db *db, struct arena *arena, int64_t event_id, int64_t now)
{
	bool found;

	TRY(catalogue_raise(db));
	TRY(has_lapsed(db, arena, event_id, now, &found));
	return found ? end_lapsed(db, event_id, now) : NULL;
}

struct error *stock_overdue(struct db *db, struct arena *arena,
    int64_t event_id, int64_t now, bool *found)
{
	struct db_rows rows;

	TRY(db_query(db, arena, &rows,
	    "SELECT id FROM booking WHERE event_id = $1 AND state = 'paying'"
	    " AND expires_at <= $2 LIMIT 1",
	    PARAMS(integer(event_id), integer(now))));
	*found = rows.count > 0;
	return NULL;
}

struct error *stock_lapsed_events(
    struct db *db, struct arena *arena, int64_t now, struct id_list *list)
{
	struct db_rows rows;

	TRY(db_query(db, arena, &rows,
	    "SELECT DISTINCT event_id FROM booking"
	    " WHERE state = 'held' AND expires_at <= $1"
	    " /* scan: the index of live holds alone */",
	    PARAMS(integer(now))));
	*list = rows_ids(arena, &rows);
	return NULL;
}

/* ---- changes ---- */

/* A build without the guard must oversell, and `make race` must catch it. */
#ifdef WITHOUT_GUARD
#define STOCK_GUARD ""
#else
#define STOCK_GUARD " AND (capacity IS NULL OR sold + held + $2 <= capacity)"
#endif

struct error *stock_hold(
    struct db *db, int64_t tier_id, int64_t quantity, bool *taken)
{
	return db_run_one(db, taken,
	    "UPDATE tier SET held = held + $2 WHERE id = $1" STOCK_GUARD,
	    PARAMS(integer(tier_id), integer(quantity)));
}

struct error *stock_end_items(struct db *db, int64_t booking_id)
{
	TRY(db_run(db, NULL,
	    "UPDATE tier SET held = held - (SELECT sum(i.quantity)"
	    " FROM booking_item i WHERE i.tier_id = tier.id"
	    " AND i.booking_id = $1 AND i.is_live = 1)"
	    " WHERE id IN (SELECT tier_id FROM booking_item"
	    " WHERE booking_id = $1 AND is_live = 1)",
	    PARAMS(integer(booking_id))));
	return db_run(db, NULL,
	    "UPDATE booking_item SET is_live = 0 WHERE booking_id = $1",
	    PARAMS(integer(booking_id)));
}

struct error *stock_give_back(struct db *db, int64_t booking_id,
    enum booking_state state, int64_t now, bool *given)
{
	int64_t changed;

	TRY(db_run(db, &changed,
	    "UPDATE booking SET state = $2, person_key = NULL, ended_at = $3"
	    " WHERE id = $1 AND state IN ('held', 'paying')",
	    PARAMS(integer(booking_id), text(booking_state_word(state)),
		integer(now))));
	*given = changed == 1;
	if (!*given)
		return NULL;
	TRY(stock_end_items(db, booking_id));
	return db_run(db, NULL,
	    "UPDATE queue_entry SET state = 'lapsed', person_key = NULL,"
	    " ended_at = $2 WHERE booking_id = $1 AND state = 'offered'",
	    PARAMS(integer(booking_id), integer(now)));
}

struct error *stock_sell(struct db *db, const struct booking_item_list *items)
{
	for (size_t i = 0; i < items->count; i++)
		TRY(db_run(db, NULL,
		    "UPDATE tier SET held = held - $2, sold = sold + $2"
		    " WHERE id = $1",
		    PARAMS(integer(items->items[i].tier_id),
			integer(items->items[i].quantity))));
	return NULL;
}

struct error *stock_take_back(struct db *db, const struct ticket *ticket,
    int64_t refunded, int64_t now, bool *taken_back)
{
	int64_t changed;

	TRY(db_run(db, &changed,
	    "UPDATE ticket SET status = CASE WHEN refunded + $2 > 0"
	    " THEN 'refunded' ELSE 'cancelled' END,"
	    " refunded = refunded + $2, ended_at = $3 WHERE id = $1"
	    " AND status IN ('active', 'used', 'expired')",
	    PARAMS(integer(ticket->id), integer(refunded), integer(now))));
	*taken_back = changed == 1;
	if (!*taken_back)
		return NULL;
	TRY(db_run(db, NULL, "UPDATE tier SET sold = sold - 1 WHERE id = $1",
	    PARAMS(integer(ticket->tier_id))));
	return db_run(db, NULL,
	    "UPDATE booking_item SET is_live = 0"
	    " WHERE booking_id = $1 AND seat_id = $2",
	    PARAMS(integer(ticket->booking_id), integer(ticket->seat_id)));
}

struct error *stock_move(struct db *db, const struct ticket *ticket,
    const struct booking_item *item, bool *moved)
{
	int64_t changed;

	TRY(db_run(db, NULL, "UPDATE tier SET sold = sold - 1 WHERE id = $1",
	    PARAMS(integer(ticket->tier_id))));
	TRY(db_run(db, &changed,
	    "UPDATE tier SET sold = sold + 1 WHERE id = $1"
	    " AND (capacity IS NULL OR sold + held + 1 <= capacity)",
	    PARAMS(integer(item->tier_id))));
	*moved = changed == 1;
	if (!*moved)
		return NULL;
	return db_run(db, NULL,
	    "UPDATE booking_item SET seat_id = $3, tier_id = $4, price = $5"
	    " WHERE booking_id = $1 AND seat_id = $2 AND is_live = 1",
	    PARAMS(integer(ticket->booking_id), integer(ticket->seat_id),
		integer(item->seat_id), integer(item->tier_id),
		integer(item->price.minor)));
}
