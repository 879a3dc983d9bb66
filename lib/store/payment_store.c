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

static enum attempt_state read_state(const char *word)
{
	for (size_t i = 0; i < COUNT_OF(attempt_words); i++)
		if (text_equal(attempt_words[i], word))
			return (enum attempt_state)i;
	die("attempt state %s", word);
}

/* ---- attempts ---- */

struct error *payment_store_add(
    struct db *db, struct arena *arena, struct payment_attempt *attempt)
{
	struct db_rows rows;

	TRY(db_query(db, arena, &rows,
	    "INSERT INTO payment_attempt (booking_id, gateway,"
	    " idempotency_key, amount, currency, state, created_at)"
	    " VALUES ($1, $2, $3, $4, $5, 'started', $6) RETURNING id",
	    PARAMS(integer(attempt->booking_id), text(attempt->gateway),
		text(attempt->idempotency_key),
		integer(attempt->amount.minor), text(attempt->amount.currency),
		integer(attempt->created_at))));
	attempt->id = row_integer(db_row_at(&rows, 0), 0);
	attempt->state = ATTEMPT_STARTED;
	return NULL;
}

/* The columns that take_attempt() reads, in its order. */
#define ATTEMPT_COLUMNS                                                        \
	"id, booking_id, gateway, idempotency_key, amount, currency, state,"   \
	" gateway_reference, reason, created_at, settled_at"

static void take_attempt(
    const struct db_rows *rows, struct payment_attempt *attempt)
{
	struct db_row row;

	*attempt = (struct payment_attempt){.id = 0};
	if (rows->count == 0)
		return;
	row = db_row_at(rows, 0);
	*attempt = (struct payment_attempt){
	    .id = row_integer(row, 0),
	    .booking_id = row_integer(row, 1),
	    .gateway = row_text(row, 2),
	    .idempotency_key = row_text(row, 3),
	    .amount = money_of(row_integer(row, 4), row_text(row, 5)),
	    .state = read_state(row_text(row, 6)),
	    .gateway_reference = row_text(row, 7),
	    .reason = row_text(row, 8),
	    .created_at = row_integer(row, 9),
	    .settled_at = row_integer(row, 10),
	};
}

struct error *payment_store_open(struct db *db, struct arena *arena,
    int64_t booking_id, struct payment_attempt *attempt)
{
	struct db_rows rows;

	TRY(db_query(db, arena, &rows,
	    "SELECT " ATTEMPT_COLUMNS " FROM payment_attempt"
	    " WHERE booking_id = $1 AND settled_at IS NULL",
	    PARAMS(integer(booking_id))));
	take_attempt(&rows, attempt);
	return NULL;
}

struct error *payment_store_captured(struct db *db, struct arena *arena,
    int64_t booking_id, struct payment_attempt *attempt)
{
	struct db_rows rows;

	TRY(db_query(db, arena, &rows,
	    "SELECT " ATTEMPT_COLUMNS " FROM payment_attempt"
	    " WHERE booking_id = $1 AND state = 'captured'",
	    PARAMS(integer(booking_id))));
	take_attempt(&rows, attempt);
	return NULL;
}

struct error *payment_store_unsettled(struct db *db, struct arena *arena,
    int64_t before, struct id_list *bookings)
{
	struct db_rows rows;
	int64_t *ids;

	TRY(db_query(db, arena, &rows,
	    "SELECT booking_id FROM payment_attempt"
	    " WHERE settled_at IS NULL AND created_at <= $1"
	    " ORDER BY created_at LIMIT 20",
	    PARAMS(integer(before))));
	ids = arena_array(arena, rows.count, sizeof(*ids));
	for (size_t i = 0; i < rows.count; i++)
		ids[i] = row_integer(db_row_at(&rows, i), 0);
	*bookings = (struct id_list){.items = ids, .count = rows.count};
	return NULL;
}

struct error *payment_store_settle(struct db *db,
    const struct payment_attempt *attempt, int64_t now, bool *settled)
{
	int64_t changed;

	TRY(db_run(db, &changed,
	    "UPDATE payment_attempt SET state = $2, gateway_reference = $3,"
	    " reason = $4, settled_at = $5"
	    " WHERE id = $1 AND settled_at IS NULL",
	    PARAMS(integer(attempt->id), text(attempt_words[attempt->state]),
		text_or_null(attempt->gateway_reference),
		text(attempt->reason ? attempt->reason : ""), integer(now))));
	*settled = changed == 1;
	return NULL;
}

struct error *payment_store_mark_unknown(struct db *db, int64_t attempt_id)
{
	return db_run(db, NULL,
	    "UPDATE payment_attempt SET state = 'unknown'"
	    " WHERE id = $1 AND settled_at IS NULL",
	    PARAMS(integer(attempt_id)));
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

/* ---- the outbox ---- */

struct error *outbox_add(struct db *db, struct arena *arena,
    const char *kind, const struct booking *booking, int64_t now)
{
	if (text_is_empty(booking->email))
		return NULL;
	return db_run(db, NULL,
	    "INSERT INTO outbox (message_id, kind, recipient, booking_id,"
	    " due_at, created_at) VALUES ($1, $2, $3, $4, $5, $5)",
	    PARAMS(text(token_id(arena)), text(kind), text(booking->email),
		integer(booking->id), integer(now)));
}
