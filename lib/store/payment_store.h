/*
 * Payment store: attempts to be paid, refunds, and the ledger.
 *
 * Invariants
 * - An attempt is committed before its gateway is called and settled once:
 *   started or unknown -> captured, declined or failed; started -> unknown.
 *   A late "failed" never undoes "captured" (I9); late money makes a declined
 *   or failed one captured.
 * - One that ended while money might still move is asked about again, until
 *   the gateway is sure (payment_store_ask_again).
 * - A booking has at most one open attempt (a UNIQUE index).
 * - The ledger is append-only (triggers); the lines of an entry add up to
 *   zero (I7).
 *
 * Writes run within a TRANSACTION.
 */
#ifndef STORE_PAYMENT_STORE_H
#define STORE_PAYMENT_STORE_H

#include "model/booking.h"
#include "store/db.h"
#include "store/stock_store.h"

/* How a buyer who was sent to a gateway comes back: random, each once. */
struct return_tokens {
	const char *back;   /* in the return address */
	const char *cancel; /* in the cancel address */
};

/* Add a started attempt; its id is set. The tokens are stored hashed. */
MUST_CHECK struct error *payment_store_add(struct db *db, struct arena *arena,
    struct payment_attempt *attempt, const struct return_tokens *tokens);

/* The attempt by id. */
MUST_CHECK struct error *payment_store_find(struct db *db, struct arena *arena,
    int64_t id, struct payment_attempt *attempt);

/* An attempt by the token of its return or cancel address; id 0: none. */
MUST_CHECK struct error *payment_store_by_return(struct db *db,
    struct arena *arena, const char *token, struct payment_attempt *attempt);
MUST_CHECK struct error *payment_store_by_cancel(struct db *db,
    struct arena *arena, const char *token, struct payment_attempt *attempt);

/* An attempt by the gateway's own id; id 0: none. */
MUST_CHECK struct error *payment_store_by_reference(struct db *db,
    struct arena *arena, const char *gateway, const char *reference,
    struct payment_attempt *attempt);

/*
 * The gateway has opened the payment under this id, to be approved at that
 * address; "" is not known, and leaves what was.
 */
MUST_CHECK struct error *payment_store_begun(struct db *db, int64_t attempt_id,
    const char *reference, const char *approve);

/* The gateway was asked in vain: others come first the next time. */
MUST_CHECK struct error *payment_store_asked(
    struct db *db, int64_t attempt_id, int64_t now);

/* The newest attempt of a booking; id 0: none. */
MUST_CHECK struct error *payment_store_last(struct db *db, struct arena *arena,
    int64_t booking_id, struct payment_attempt *attempt);

/*
 * Money that came after all: declined or failed -> captured. *settled is
 * false when it was not so.
 */
MUST_CHECK struct error *payment_store_capture_late(struct db *db,
    const struct payment_attempt *attempt, int64_t now, bool *settled);

/* Which attempts that are still open. */
struct open_filter {
	int64_t event_id; /* of an event; 0: of all */
	int64_t before;   /* begun, and asked about, then or earlier */
	/* Who pays later and was sent to a gateway then is asked for. */
	int64_t abandoned_before;
	int64_t now;
};

/*
 * Attempts still open about which there is something to ask: a buyer who was
 * sent to a gateway is left alone until the hold's time is over at `now`. At
 * most 20, those not asked for long first.
 */
MUST_CHECK struct error *payment_store_unsettled(struct db *db,
    struct arena *arena, const struct open_filter *filter,
    struct id_list *attempts);

/* Attempts that ended and are to be asked about once more by `now`; 20. */
MUST_CHECK struct error *payment_store_doubted(
    struct db *db, struct arena *arena, int64_t now, struct id_list *attempts);

/*
 * An attempt that ended without money: ask about it again at `at`, for money
 * may move yet; 0: not again. Others are left alone.
 */
MUST_CHECK struct error *payment_store_ask_again(
    struct db *db, int64_t attempt_id, int64_t at);

/*
 * Settle an attempt with its state, gateway_reference and reason. *settled
 * is false when it was settled before (nothing changed).
 */
MUST_CHECK struct error *payment_store_settle(struct db *db,
    const struct payment_attempt *attempt, int64_t now, bool *settled);

/* No answer came: the attempt stays open, to be asked about. */
MUST_CHECK struct error *payment_store_mark_unknown(
    struct db *db, int64_t attempt_id);

/* A captured attempt, and what of it was not refunded yet. */
struct captured {
	struct payment_attempt attempt;
	struct money left;
};

struct captured_list {
	const struct captured *items;
	size_t count;
};

/* What was captured for a booking and changes of its seats, newest first. */
MUST_CHECK struct error *payment_store_captured(struct db *db,
    struct arena *arena, int64_t booking_id, struct captured_list *list);

/* Write the two lines of a charge: the gateway has it, sales earned it. */
MUST_CHECK struct error *ledger_charge(
    struct db *db, const struct payment_attempt *attempt, int64_t now);

/* ---- the gateway's calls, the outbox ---- */

/* Was this call of the gateway dealt with before? */
MUST_CHECK struct error *gateway_notice_find(struct db *db, struct arena *arena,
    const char *gateway, const char *notice, bool *is_known);

/* Note that it is dealt with; once more is no error. */
MUST_CHECK struct error *gateway_notice_add(
    struct db *db, const char *gateway, const char *notice, int64_t now);

#endif
