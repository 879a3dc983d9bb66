#include "store/refund_store.h"

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
	int64_t changed;

	TRY(db_run(db, &changed,
	    "UPDATE refund SET state = $2, asked_at = $3, settled_at = $3"
	    " WHERE id = $1 AND settled_at IS NULL",
	    PARAMS(integer(refund_id), text(is_done ? "refunded" : "failed"),
		integer(now))));
	*settled = changed == 1;
	return NULL;
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
	int64_t changed;

	TRY(db_run(db, &changed,
	    "UPDATE refund SET state = 'refunded', is_by_hand = 1,"
	    " settled_at = $2 WHERE id = $1 AND (state = 'failed'"
	    "   OR (state = 'started' AND is_by_hand = 1))",
	    PARAMS(integer(refund_id), integer(now))));
	*settled = changed == 1;
	return NULL;
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

/* ---- late money ---- */

struct error *late_money_list(
    struct db *db, struct arena *arena, struct late_money_list *list)
{
	struct db_rows rows;
	struct late_money *items;

	TRY(db_query(db, arena, &rows,
	    "SELECT j.created_at, b.reference, e.slug, b.total, b.currency,"
	    " b.state, j.email,"
	    " (SELECT count(*) FROM refund r WHERE r.booking_id = b.id),"
	    " (SELECT count(*) FROM refund r WHERE r.booking_id = b.id"
	    "   AND r.state = 'refunded'),"
	    " (SELECT count(*) FROM refund r WHERE r.booking_id = b.id"
	    "   AND r.state = 'failed')"
	    " FROM journal j JOIN booking b ON b.id = j.booking_id"
	    " JOIN event e ON e.id = j.event_id"
	    " WHERE j.kind = 'late_money' ORDER BY j.id DESC"
	    " /* scan: the index of late money alone */",
	    NO_PARAMS));
	items = arena_array(arena, rows.count, sizeof(*items));
	for (size_t i = 0; i < rows.count; i++) {
		struct db_row row = db_row_at(&rows, i);

		items[i] = (struct late_money){
		    .came_at = row_integer(row, 0),
		    .reference = row_text(row, 1),
		    .event = row_text(row, 2),
		    .total = money_of(row_integer(row, 3), row_text(row, 4)),
		    .state = row_text(row, 5),
		    .email = row_text(row, 6),
		    .refunds = row_integer(row, 7),
		    .refunded = row_integer(row, 8),
		    .refused = row_integer(row, 9),
		};
	}
	*list = (struct late_money_list){.items = items, .count = rows.count};
	return NULL;
}
