#include "store/refund_store.h"

#include "base/clock.h"
#include "store/booking_store.h"

struct error *refund_store_add(
    struct db *db, struct arena *arena, struct refund *refund)
{
	struct db_rows rows;

	TRY(db_query(db, arena, &rows,
	    "INSERT INTO refund (booking_id, payment_attempt_id,"
	    " idempotency_key, amount, currency, reason, created_at, asked_at,"
	    " is_by_hand, form_key)"
	    " VALUES ($1, $2, $3, $4, $5, $6, $7, 0, $8, $9) RETURNING id",
	    PARAMS(integer(refund->booking_id), integer(refund->attempt_id),
		text(refund->idempotency_key), integer(refund->amount.minor),
		text(refund->amount.currency), text(refund->reason),
		integer(refund->created_at), integer(refund->is_by_hand),
		text_or_null(refund->form_key))));
	refund->id = row_integer(db_row_at(&rows, 0), 0);
	return NULL;
}

/* The columns that take_refunds() reads, in its order. */
#define REFUND_COLUMNS                                                         \
	"id, booking_id, payment_attempt_id, idempotency_key, amount,"         \
	" currency, reason, state = 'failed', created_at, settled_at,"         \
	" is_by_hand, form_key"

static void take_refunds(
    struct arena *arena, const struct db_rows *rows, struct refund_list *list)
{
	struct refund *refunds =
	    arena_array(arena, rows->count, sizeof(*refunds));

	for (size_t i = 0; i < rows->count; i++) {
		struct db_row row = db_row_at(rows, i);

		refunds[i] = (struct refund){
		    .id = row_integer(row, 0),
		    .booking_id = row_integer(row, 1),
		    .attempt_id = row_integer(row, 2),
		    .idempotency_key = row_text(row, 3),
		    .amount = money_of(row_integer(row, 4), row_text(row, 5)),
		    .reason = row_text(row, 6),
		    .is_refused = row_integer(row, 7) != 0,
		    .created_at = row_integer(row, 8),
		    .settled_at = row_integer(row, 9),
		    .is_by_hand = row_integer(row, 10) != 0,
		    .form_key = row_text(row, 11),
		};
	}
	*list = (struct refund_list){.items = refunds, .count = rows->count};
}

struct error *refund_store_open(struct db *db, struct arena *arena,
    int64_t before, struct refund_list *list)
{
	struct db_rows rows;

	TRY(db_query(db, arena, &rows,
	    "SELECT " REFUND_COLUMNS " FROM refund"
	    " WHERE settled_at IS NULL AND is_by_hand = 0 AND asked_at <= $1"
	    " ORDER BY asked_at LIMIT 20",
	    PARAMS(integer(before))));
	take_refunds(arena, &rows, list);
	return NULL;
}

struct error *refund_store_of_booking(struct db *db, struct arena *arena,
    int64_t booking_id, struct refund_list *list)
{
	struct db_rows rows;

	TRY(db_query(db, arena, &rows,
	    "SELECT " REFUND_COLUMNS " FROM refund WHERE booking_id IN"
	    " (SELECT id FROM booking WHERE id = $1 OR changes_id = $1)"
	    " ORDER BY id",
	    PARAMS(integer(booking_id))));
	take_refunds(arena, &rows, list);
	return NULL;
}

struct error *refund_store_asked(struct db *db, int64_t refund_id, int64_t now)
{
	return db_run(db, NULL,
	    "UPDATE refund SET asked_at = $2"
	    " WHERE id = $1 AND settled_at IS NULL",
	    PARAMS(integer(refund_id), integer(now)));
}

struct error *refund_store_settle(
    struct db *db, int64_t refund_id, bool is_done, int64_t now, bool *settled)
{
	return db_run_one(db, settled,
	    "UPDATE refund SET state = $2, asked_at = $3, settled_at = $3"
	    " WHERE id = $1 AND settled_at IS NULL",
	    PARAMS(integer(refund_id), text(is_done ? "refunded" : "failed"),
		integer(now)));
}

struct error *refund_store_by_form(struct db *db, struct arena *arena,
    const char *form_key, struct refund_list *list)
{
	struct db_rows rows;

	TRY(db_query(db, arena, &rows,
	    "SELECT " REFUND_COLUMNS " FROM refund WHERE form_key = $1"
	    " ORDER BY id",
	    PARAMS(text_or_null(form_key))));
	take_refunds(arena, &rows, list);
	return NULL;
}

struct error *refund_store_settle_by_hand(
    struct db *db, int64_t refund_id, int64_t now, bool *settled)
{
	return db_run_one(db, settled,
	    "UPDATE refund SET state = 'refunded', is_by_hand = 1,"
	    " settled_at = $2 WHERE id = $1 AND (state = 'failed'"
	    "   OR (state = 'started' AND is_by_hand = 1))",
	    PARAMS(integer(refund_id), integer(now)));
}

struct error *ledger_refund(struct db *db,
    const struct payment_attempt *attempt, const struct refund *refund,
    int64_t now)
{
	return db_run(db, NULL,
	    "INSERT INTO ledger (entry, kind, account, amount, currency,"
	    " booking_id, payment_attempt_id, refund_id, created_at) VALUES"
	    " ('refund:' || $1, 'refund', 'gateway:' || $2, -$3, $4, $5, $6,"
	    " $7, $8),"
	    " ('refund:' || $1, 'refund', 'refunds', $3, $4, $5, $6, $7, $8)",
	    PARAMS(text(refund->idempotency_key), text(attempt->gateway),
		integer(refund->amount.minor), text(refund->amount.currency),
		integer(refund->booking_id), integer(attempt->id),
		integer(refund->id), integer(now)));
}

/* ---- for the staff ---- */

_Static_assert(
    ROLE_ORGANISER == 3 && ROLE_ADMIN == 4, "the statements name the roles");

/* SQL: does the viewer ($1 role, $2 account) run the event `e`? */
#define IS_RUN "($1 >= 4 OR ($1 = 3 AND e.owner_id = $2))"

struct error *refund_store_due(struct db *db, struct arena *arena,
    const struct viewer *viewer, int64_t now, int64_t limit,
    struct due_refund_list *list)
{
	struct due_refund *items;
	struct db_rows rows;

	TRY(db_query(db, arena, &rows,
	    "SELECT r.created_at, b.reference, e.title, e.timezone, b.name,"
	    " b.email, r.amount, r.currency, r.reason, r.state = 'failed'"
	    " FROM refund r JOIN booking b ON b.id = r.booking_id"
	    " JOIN event e ON e.id = b.event_id"
	    " WHERE " REFUND_IS_DUE " AND (r.state = 'started'"
	    "   OR r.created_at > $3) AND " IS_RUN
	    " ORDER BY r.created_at, r.id LIMIT $4"
	    " /* scan: the index of those due alone */",
	    PARAMS(integer(viewer->role), integer(viewer->user_id),
		integer(now - REFUSED_FOR), integer(limit))));
	items = arena_array(arena, rows.count, sizeof(*items));
	for (size_t i = 0; i < rows.count; i++) {
		struct db_row row = db_row_at(&rows, i);

		items[i] = (struct due_refund){
		    .since = row_integer(row, 0),
		    .reference = row_text(row, 1),
		    .event = row_text(row, 2),
		    .timezone = row_text(row, 3),
		    .name = row_text(row, 4),
		    .email = row_text(row, 5),
		    .amount = money_of(row_integer(row, 6), row_text(row, 7)),
		    .reason = row_text(row, 8),
		    .is_refused = row_integer(row, 9) != 0,
		};
	}
	*list = (struct due_refund_list){.items = items, .count = rows.count};
	return NULL;
}

/* ---- late money ---- */

static enum late_fate fate_of(
    int64_t refused, int64_t by_hand, int64_t open, int64_t refunded)
{
	if (refused > 0)
		return LATE_REFUSED;
	if (by_hand > 0)
		return LATE_BY_HAND;
	if (open > 0)
		return LATE_ON_ITS_WAY;
	return refunded > 0 ? LATE_REFUNDED : LATE_KEPT;
}

struct error *late_money_list(struct db *db, struct arena *arena,
    const struct viewer *viewer, int64_t before, int64_t limit,
    struct late_money_list *list)
{
	struct late_money *items;
	struct db_rows rows;

	TRY(db_query(db, arena, &rows,
	    "SELECT j.id, j.created_at, b.reference, e.slug, e.title,"
	    " e.timezone, b.total, b.currency, b.state, b.name, b.email,"
	    " count(CASE WHEN r.state = 'failed' THEN 1 END),"
	    " count(CASE WHEN r.state = 'started' AND r.is_by_hand = 1"
	    "   THEN 1 END),"
	    " count(CASE WHEN r.state = 'started' AND r.is_by_hand = 0"
	    "   THEN 1 END),"
	    " count(CASE WHEN r.state = 'refunded' THEN 1 END),"
	    " min(CASE WHEN r.state = 'started' AND r.is_by_hand = 0"
	    "   THEN r.created_at END)"
	    " FROM journal j JOIN booking b ON b.id = j.booking_id"
	    " JOIN event e ON e.id = j.event_id"
	    " LEFT JOIN refund r ON r.booking_id = b.id"
	    " WHERE j.kind = 'late_money' AND ($3 = 0 OR j.id < $3)"
	    " AND " IS_RUN " GROUP BY j.id ORDER BY j.id DESC LIMIT $4"
	    " /* scan: the index of late money alone */",
	    PARAMS(integer(viewer->role), integer(viewer->user_id),
		integer(before), integer(limit))));
	items = arena_array(arena, rows.count, sizeof(*items));
	for (size_t i = 0; i < rows.count; i++) {
		struct db_row row = db_row_at(&rows, i);

		items[i] = (struct late_money){
		    .id = row_integer(row, 0),
		    .came_at = row_integer(row, 1),
		    .reference = row_text(row, 2),
		    .slug = row_text(row, 3),
		    .event = row_text(row, 4),
		    .timezone = row_text(row, 5),
		    .total = money_of(row_integer(row, 6), row_text(row, 7)),
		    .state = booking_state_read(row, 8),
		    .name = row_text(row, 9),
		    .email = row_text(row, 10),
		    .fate = fate_of(row_integer(row, 11), row_integer(row, 12),
			row_integer(row, 13), row_integer(row, 14)),
		    .open_since = row_integer(row, 15),
		};
	}
	*list = (struct late_money_list){.items = items, .count = rows.count};
	return NULL;
}
