#include "store/payment_store.h"

#include "base/text.h"
#include "base/token.h"

static const char *const attempt_words[] = {
    [ATTEMPT_STARTED] = "started",
    [ATTEMPT_CAPTURED] = "captured",
    [ATTEMPT_DECLINED] = "declined",
    [ATTEMPT_FAILED] = "failed",
    [ATTEMPT_UNKNOWN] = "unknown",
};

/* ---- attempts ---- */

struct error *payment_store_add(struct db *db, struct arena *arena,
    struct payment_attempt *attempt, const struct return_tokens *tokens)
{
	struct db_rows rows;

	TRY(db_query(db, arena, &rows,
	    "INSERT INTO payment_attempt (booking_id, gateway,"
	    " idempotency_key, amount, currency, state, created_at,"
	    " return_hash, cancel_hash)"
	    " VALUES ($1, $2, $3, $4, $5, 'started', $6, $7, $8) RETURNING id",
	    PARAMS(integer(attempt->booking_id), text(attempt->gateway),
		text(attempt->idempotency_key), integer(attempt->amount.minor),
		text(attempt->amount.currency), integer(attempt->created_at),
		text(token_hash(arena, tokens->back)),
		text(token_hash(arena, tokens->cancel)))));
	attempt->id = row_integer(db_row_at(&rows, 0), 0);
	attempt->state = ATTEMPT_STARTED;
	return NULL;
}

/* The columns that read_attempt() reads, in its order. */
#define ATTEMPT_COLUMNS                                                         \
	"id, booking_id, gateway, idempotency_key, amount, currency, state,"    \
	" gateway_reference, gateway_capture, approve_url, reason, created_at," \
	" settled_at"

static struct payment_attempt read_attempt(struct db_row row)
{
	return (struct payment_attempt){
	    .id = row_integer(row, 0),
	    .booking_id = row_integer(row, 1),
	    .gateway = row_text(row, 2),
	    .idempotency_key = row_text(row, 3),
	    .amount = money_of(row_integer(row, 4), row_text(row, 5)),
	    .state = ROW_WORD(row, 6, enum attempt_state, attempt_words),
	    .gateway_reference = row_text(row, 7),
	    .gateway_capture = row_text(row, 8),
	    .approve = row_text(row, 9),
	    .reason = row_text(row, 10),
	    .created_at = row_integer(row, 11),
	    .settled_at = row_integer(row, 12),
	};
}

/* The first row; id 0 without one. */
static void take_attempt(
    const struct db_rows *rows, struct payment_attempt *attempt)
{
	*attempt = rows->count ? read_attempt(db_row_at(rows, 0))
			       : (struct payment_attempt){.id = 0};
}

struct error *payment_store_find(struct db *db, struct arena *arena, int64_t id,
    struct payment_attempt *attempt)
{
	struct db_rows rows;

	TRY(db_query(db, arena, &rows,
	    "SELECT " ATTEMPT_COLUMNS " FROM payment_attempt WHERE id = $1",
	    PARAMS(integer(id))));
	take_attempt(&rows, attempt);
	return NULL;
}

struct error *payment_store_by_return(struct db *db, struct arena *arena,
    const char *token, struct payment_attempt *attempt)
{
	struct db_rows rows;

	TRY(db_query(db, arena, &rows,
	    "SELECT " ATTEMPT_COLUMNS " FROM payment_attempt"
	    " WHERE return_hash = $1",
	    PARAMS(text(token_hash(arena, token)))));
	take_attempt(&rows, attempt);
	return NULL;
}

struct error *payment_store_by_cancel(struct db *db, struct arena *arena,
    const char *token, struct payment_attempt *attempt)
{
	struct db_rows rows;

	TRY(db_query(db, arena, &rows,
	    "SELECT " ATTEMPT_COLUMNS " FROM payment_attempt"
	    " WHERE cancel_hash = $1",
	    PARAMS(text(token_hash(arena, token)))));
	take_attempt(&rows, attempt);
	return NULL;
}

struct error *payment_store_by_reference(struct db *db, struct arena *arena,
    const char *gateway, const char *reference, struct payment_attempt *attempt)
{
	struct db_rows rows;

	TRY(db_query(db, arena, &rows,
	    "SELECT " ATTEMPT_COLUMNS " FROM payment_attempt"
	    " WHERE gateway = $1 AND gateway_reference = $2",
	    PARAMS(text(gateway), text(reference))));
	take_attempt(&rows, attempt);
	return NULL;
}

struct error *payment_store_last(struct db *db, struct arena *arena,
    int64_t booking_id, struct payment_attempt *attempt)
{
	struct db_rows rows;

	TRY(db_query(db, arena, &rows,
	    "SELECT " ATTEMPT_COLUMNS " FROM payment_attempt"
	    " WHERE booking_id = $1 ORDER BY id DESC LIMIT 1",
	    PARAMS(integer(booking_id))));
	take_attempt(&rows, attempt);
	return NULL;
}

struct error *payment_store_unsettled(struct db *db, struct arena *arena,
    const struct open_filter *filter, struct id_list *attempts)
{
	struct db_rows rows;

	TRY(db_query(db, arena, &rows,
	    "SELECT a.id FROM payment_attempt a"
	    " JOIN booking b ON b.id = a.booking_id"
	    " WHERE a.settled_at IS NULL AND a.created_at <= $1"
	    " AND a.asked_at <= $1"
	    " AND (a.state = 'unknown' OR a.gateway_reference IS NULL"
	    "   OR b.expires_at <= $2"
	    "   OR (b.is_later = 1 AND a.created_at <= $4))"
	    " AND ($3 = 0 OR b.event_id = $3)"
	    " ORDER BY a.asked_at, a.created_at LIMIT 20",
	    PARAMS(integer(filter->before), integer(filter->now),
		integer(filter->event_id), integer(filter->abandoned_before))));
	*attempts = rows_ids(arena, &rows);
	return NULL;
}

struct error *payment_store_doubted(
    struct db *db, struct arena *arena, int64_t now, struct id_list *attempts)
{
	struct db_rows rows;

	TRY(db_query(db, arena, &rows,
	    "SELECT id FROM payment_attempt WHERE ask_again_at <= $1"
	    " ORDER BY ask_again_at LIMIT 20",
	    PARAMS(integer(now))));
	*attempts = rows_ids(arena, &rows);
	return NULL;
}

struct error *payment_store_settle(struct db *db,
    const struct payment_attempt *attempt, int64_t now, bool *settled)
{
	return db_run_one(db, settled,
	    "UPDATE payment_attempt SET state = $2,"
	    " gateway_reference = coalesce($3, gateway_reference),"
	    " gateway_capture = $4, reason = $5, settled_at = $6"
	    " WHERE id = $1 AND settled_at IS NULL",
	    PARAMS(integer(attempt->id), text(attempt_words[attempt->state]),
		text_or_null(attempt->gateway_reference),
		text_or_null(attempt->gateway_capture),
		text(attempt->reason ? attempt->reason : ""), integer(now)));
}

struct error *payment_store_capture_late(struct db *db,
    const struct payment_attempt *attempt, int64_t now, bool *settled)
{
	return db_run_one(db, settled,
	    "UPDATE payment_attempt SET state = 'captured',"
	    " gateway_reference = coalesce($2, gateway_reference),"
	    " gateway_capture = $3, settled_at = $4, ask_again_at = NULL"
	    " WHERE id = $1 AND state IN ('declined', 'failed')",
	    PARAMS(integer(attempt->id),
		text_or_null(attempt->gateway_reference),
		text_or_null(attempt->gateway_capture), integer(now)));
}

struct error *payment_store_asked(
    struct db *db, int64_t attempt_id, int64_t now)
{
	return db_run(db, NULL,
	    "UPDATE payment_attempt SET asked_at = $2 WHERE id = $1",
	    PARAMS(integer(attempt_id), integer(now)));
}

struct error *payment_store_begun(struct db *db, int64_t attempt_id,
    const char *reference, const char *approve)
{
	return db_run(db, NULL,
	    "UPDATE payment_attempt SET"
	    " gateway_reference = coalesce($2, gateway_reference),"
	    " approve_url = coalesce($3, approve_url) WHERE id = $1",
	    PARAMS(integer(attempt_id), text_or_null(reference),
		text_or_null(approve)));
}

struct error *payment_store_mark_unknown(struct db *db, int64_t attempt_id)
{
	return db_run(db, NULL,
	    "UPDATE payment_attempt SET state = 'unknown'"
	    " WHERE id = $1 AND settled_at IS NULL",
	    PARAMS(integer(attempt_id)));
}

struct error *payment_store_ask_again(
    struct db *db, int64_t attempt_id, int64_t at)
{
	return db_run(db, NULL,
	    "UPDATE payment_attempt SET ask_again_at = $2 WHERE id = $1"
	    " AND state IN ('declined', 'failed')",
	    PARAMS(integer(attempt_id), integer_or_null(at)));
}

struct error *payment_store_captured(struct db *db, struct arena *arena,
    int64_t booking_id, struct captured_list *list)
{
	struct db_rows rows;
	struct captured *items;

	TRY(db_query(db, arena, &rows,
	    "SELECT " ATTEMPT_COLUMNS ","
	    " amount - coalesce((SELECT sum(r.amount) FROM refund r"
	    "   WHERE r.payment_attempt_id = payment_attempt.id"
	    "   AND r.state <> 'failed'), 0)"
	    " FROM payment_attempt WHERE state = 'captured'"
	    " AND booking_id IN (SELECT id FROM booking"
	    "   WHERE id = $1 OR changes_id = $1)"
	    " ORDER BY id DESC",
	    PARAMS(integer(booking_id))));
	items = arena_array(arena, rows.count, sizeof(*items));
	for (size_t i = 0; i < rows.count; i++) {
		struct db_row row = db_row_at(&rows, i);

		items[i].attempt = read_attempt(row);
		items[i].left = money_of(
		    row_integer(row, 13), items[i].attempt.amount.currency);
	}
	*list = (struct captured_list){.items = items, .count = rows.count};
	return NULL;
}

/* ---- the ledger ---- */

struct error *ledger_charge(
    struct db *db, const struct payment_attempt *attempt, int64_t now)
{
	return db_run(db, NULL,
	    "INSERT INTO ledger (entry, kind, account, amount, currency,"
	    " booking_id, payment_attempt_id, created_at) VALUES"
	    " ('charge:' || $1, 'charge', 'gateway:' || $2, $3, $4, $5, $6,"
	    " $7),"
	    " ('charge:' || $1, 'charge', 'sales', -$3, $4, $5, $6, $7)",
	    PARAMS(text(attempt->idempotency_key), text(attempt->gateway),
		integer(attempt->amount.minor), text(attempt->amount.currency),
		integer(attempt->booking_id), integer(attempt->id),
		integer(now)));
}

/* ---- the gateway's calls ---- */

struct error *gateway_notice_find(struct db *db, struct arena *arena,
    const char *gateway, const char *notice, bool *is_known)
{
	struct db_rows rows;

	TRY(db_query(db, arena, &rows,
	    "SELECT created_at FROM gateway_notice"
	    " WHERE gateway = $1 AND notice = $2",
	    PARAMS(text(gateway), text(notice))));
	*is_known = rows.count > 0;
	return NULL;
}

struct error *gateway_notice_add(
    struct db *db, const char *gateway, const char *notice, int64_t now)
{
	return db_run(db, NULL,
	    "INSERT INTO gateway_notice (gateway, notice, created_at)"
	    " VALUES ($1, $2, $3) ON CONFLICT DO NOTHING",
	    PARAMS(text(gateway), text(notice), integer(now)));
}
