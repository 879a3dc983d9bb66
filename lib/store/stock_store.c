#include "store/stock_store.h"

#include "base/out.h"
#include "store/booking_store.h"
#include "store/event_store.h"
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
	int64_t *ids;

	TRY(db_query(db, arena, &rows,
	    "SELECT DISTINCT event_id FROM booking"
	    " WHERE state = 'held' AND expires_at <= $1"
	    " /* scan: the index of live holds alone */",
	    PARAMS(integer(now))));
	ids = arena_array(arena, rows.count, sizeof(*ids));
	for (size_t i = 0; i < rows.count; i++)
		ids[i] = row_integer(db_row_at(&rows, i), 0);
	*list = (struct id_list){.items = ids, .count = rows.count};
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
	int64_t changed;

	TRY(db_run(db, &changed,
	    "UPDATE tier SET held = held + $2 WHERE id = $1" STOCK_GUARD,
	    PARAMS(integer(tier_id), integer(quantity))));
	*taken = changed == 1;
	return NULL;
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

struct error *stock_sell(struct db *db, int64_t booking_id)
{
	return db_run(db, NULL,
	    "UPDATE tier SET held = held - (SELECT sum(i.quantity)"
	    " FROM booking_item i WHERE i.tier_id = tier.id"
	    " AND i.booking_id = $1),"
	    " sold = sold + (SELECT sum(i.quantity)"
	    " FROM booking_item i WHERE i.tier_id = tier.id"
	    " AND i.booking_id = $1)"
	    " WHERE id IN (SELECT tier_id FROM booking_item"
	    " WHERE booking_id = $1)",
	    PARAMS(integer(booking_id)));
}

struct error *stock_take_back(struct db *db, const struct ticket *ticket,
    int64_t refunded, int64_t now, bool *taken_back)
{
	int64_t changed;

	TRY(db_run(db, &changed,
	    "UPDATE ticket SET status = $2, refunded = refunded + $3,"
	    " ended_at = $4 WHERE id = $1"
	    " AND status IN ('active', 'used', 'expired')",
	    PARAMS(integer(ticket->id),
		text(refunded > 0 ? "refunded" : "cancelled"),
		integer(refunded), integer(now))));
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

/* ---- the proof ---- */

/* Add a line for each row; the rows are what must not be. */
static void report(
    struct out *out, const char *format_head, const struct db_rows *rows)
{
	for (size_t i = 0; i < rows->count; i++)
		out_format(out, "%s: %s\n", format_head,
		    row_text(db_row_at(rows, i), 0));
}

static struct error *check_tiers(
    struct db *db, struct arena *arena, struct out *out)
{
	struct db_rows rows;

	TRY(db_query(db, arena, &rows,
	    "SELECT e.slug || '/' || t.slug || ' ' || (t.sold + t.held) ||"
	    " ' of ' || t.capacity FROM tier t JOIN event e"
	    " ON e.id = t.event_id WHERE t.sold + t.held > t.capacity"
	    " /* scan: proves every tier */",
	    NO_PARAMS));
	report(out, "I1: more sold and held than there is", &rows);
	TRY(db_query(db, arena, &rows,
	    "SELECT e.slug || '/' || t.slug || ' says ' || t.sold ||"
	    " ', tickets ' || (SELECT count(*) FROM ticket k"
	    "   WHERE k.event_id = t.event_id AND k.tier_id = t.id"
	    "   AND k.status IN ('active', 'used', 'expired'))"
	    " FROM tier t JOIN event e ON e.id = t.event_id"
	    " WHERE t.sold <> (SELECT count(*) FROM ticket k"
	    "   WHERE k.event_id = t.event_id AND k.tier_id = t.id"
	    "   AND k.status IN ('active', 'used', 'expired'))"
	    " /* scan: proves every tier */",
	    NO_PARAMS));
	report(out, "I1: sold is not the number of valid tickets", &rows);
	TRY(db_query(db, arena, &rows,
	    "SELECT t.id || ' says ' || t.held || ', bookings ' ||"
	    " coalesce(h.held, 0) FROM tier t LEFT JOIN (SELECT i.tier_id,"
	    "   sum(i.quantity) AS held FROM booking_item i JOIN booking b"
	    "   ON b.id = i.booking_id WHERE b.state IN ('held', 'paying')"
	    "   AND i.is_live = 1 GROUP BY i.tier_id) h ON h.tier_id = t.id"
	    " WHERE t.held <> coalesce(h.held, 0)"
	    " /* scan: proves every tier */",
	    NO_PARAMS));
	report(out, "I1: held is not what bookings hold, tier", &rows);
	return NULL;
}

static struct error *check_bookings(
    struct db *db, struct arena *arena, struct out *out)
{
	struct db_rows rows;

	TRY(db_query(db, arena, &rows,
	    "SELECT i.seat_id || '' FROM booking_item i WHERE i.is_live = 1"
	    " AND i.seat_id IS NOT NULL GROUP BY i.seat_id"
	    " HAVING count(*) > 1",
	    NO_PARAMS));
	report(out, "I2: a seat in several live bookings, seat", &rows);
	TRY(db_query(db, arena, &rows,
	    "SELECT b.reference FROM booking b LEFT JOIN (SELECT booking_id,"
	    "   sum(quantity * price) AS total, sum(quantity) AS quantity"
	    "   FROM booking_item GROUP BY booking_id) i ON i.booking_id = b.id"
	    " WHERE (b.total <> coalesce(i.total, -1)"
	    "   AND b.changes_id IS NULL)"
	    " OR b.quantity <> coalesce(i.quantity, -1)"
	    " /* scan: proves every booking */",
	    NO_PARAMS));
	report(out, "total is not the sum of the items", &rows);
	TRY(db_query(db, arena, &rows,
	    "SELECT b.reference FROM booking b WHERE b.state = 'confirmed'"
	    " AND b.changes_id IS NULL AND b.quantity <> (SELECT count(*) FROM ticket k"
	    "   WHERE k.booking_id = b.id) /* scan: proves every booking */",
	    NO_PARAMS));
	report(out, "confirmed without a ticket for each place", &rows);
	TRY(db_query(db, arena, &rows,
	    "SELECT b.reference FROM booking b WHERE b.state = 'confirmed'"
	    " AND b.email <> '' AND b.changes_id IS NULL"
	    " AND NOT EXISTS (SELECT 1 FROM outbox o"
	    "   WHERE o.booking_id = b.id AND o.kind = 'confirmed')"
	    " /* scan: proves every booking */",
	    NO_PARAMS));
	report(out, "I12: confirmed without a mail", &rows);
	return NULL;
}

static struct error *check_ledger(
    struct db *db, struct arena *arena, struct out *out)
{
	struct db_rows rows;

	TRY(db_query(db, arena, &rows,
	    "SELECT entry FROM ledger GROUP BY entry, currency"
	    " HAVING sum(amount) <> 0 /* scan: proves every entry */",
	    NO_PARAMS));
	report(out, "I7: an entry that does not add up to zero", &rows);
	TRY(db_query(db, arena, &rows,
	    "SELECT a.idempotency_key FROM payment_attempt a"
	    " WHERE a.state = 'captured' AND a.amount <> coalesce(("
	    "SELECT sum(l.amount) FROM ledger l"
	    " WHERE l.payment_attempt_id = a.id AND l.kind = 'charge'"
	    " AND l.account LIKE 'gateway:%'), 0)"
	    " /* scan: proves every attempt */",
	    NO_PARAMS));
	report(out, "I7: captured but not in the ledger, attempt", &rows);
	TRY(db_query(db, arena, &rows,
	    "SELECT a.idempotency_key FROM payment_attempt a JOIN (SELECT"
	    "   payment_attempt_id, sum(amount) AS amount FROM refund"
	    "   WHERE state <> 'failed' GROUP BY payment_attempt_id) r"
	    " ON r.payment_attempt_id = a.id WHERE r.amount > a.amount"
	    " OR a.state <> 'captured' /* scan: proves every refund */",
	    NO_PARAMS));
	report(out, "I6: more refunded than captured, attempt", &rows);
	TRY(db_query(db, arena, &rows,
	    "SELECT r.idempotency_key FROM refund r WHERE r.state = 'refunded'"
	    " AND r.amount <> coalesce((SELECT sum(l.amount) FROM ledger l"
	    "   WHERE l.refund_id = r.id AND l.account = 'refunds'), 0)"
	    " /* scan: proves every refund */",
	    NO_PARAMS));
	report(out, "I7: refunded but not in the ledger, refund", &rows);
	TRY(db_query(db, arena, &rows,
	    "SELECT b.reference FROM booking b WHERE 1 < ("
	    "SELECT count(*) FROM payment_attempt a WHERE a.booking_id = b.id"
	    "   AND a.state = 'captured' AND a.amount > coalesce(("
	    "     SELECT sum(r.amount) FROM refund r"
	    "     WHERE r.payment_attempt_id = a.id"
	    "     AND r.state <> 'failed'), 0))"
	    " /* scan: proves every booking */",
	    NO_PARAMS));
	report(out, "I6: captured twice, and not refunded", &rows);
	return NULL;
}

/*
 * SQL: what came in, less what went back, for booking `r` and for changes of
 * its seats.
 */
#define MONEY_IN                                                               \
	"coalesce((SELECT sum(a.amount - coalesce((SELECT sum(f.amount)"       \
	" FROM refund f WHERE f.payment_attempt_id = a.id"                     \
	" AND f.state <> 'failed'), 0))"                                       \
	" FROM booking b JOIN payment_attempt a ON a.booking_id = b.id"        \
	" WHERE (b.id = r.id OR b.changes_id = r.id)"                          \
	" AND a.state = 'captured'), 0)"
/* SQL: what its tickets are worth, and what we keep of those cancelled. */
#define TICKETS_WORTH                                                          \
	"coalesce((SELECT sum(k.price - k.refunded + k.kept) FROM ticket k"    \
	" WHERE k.booking_id = r.id), 0)"

static struct error *check_money(
    struct db *db, struct arena *arena, struct out *out)
{
	struct db_rows rows;

	TRY(db_query(db, arena, &rows,
	    "SELECT r.reference || ' has ' || " MONEY_IN
	    " || ', tickets ' || " TICKETS_WORTH " FROM booking r"
	    " WHERE r.changes_id IS NULL"
	    " AND r.state NOT IN ('held', 'paying')"
	    " AND " MONEY_IN " <> " TICKETS_WORTH
	    " /* scan: proves every booking */",
	    NO_PARAMS));
	report(out, "I5: money is not what the tickets are worth", &rows);
	return NULL;
}

struct error *stock_check(
    struct db *db, struct arena *arena, const char **findings)
{
	struct out out = {.arena = arena};

	TRY(check_tiers(db, arena, &out));
	TRY(check_bookings(db, arena, &out));
	TRY(check_ledger(db, arena, &out));
	TRY(check_money(db, arena, &out));
	*findings = out_string(&out);
	return NULL;
}
