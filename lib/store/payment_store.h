/*
 * Payment store: attempts to be paid, refunds, and the ledger.
 *
 * Invariants
 * - An attempt is committed before its gateway is called and settled once:
 *   started or unknown -> captured, declined or failed; started -> unknown.
 *   A late "failed" never undoes "captured" (I9).
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

/* An attempt by the token of its return or cancel address; id 0: none. */
MUST_CHECK struct error *payment_store_by_return(struct db *db,
    struct arena *arena, const char *token, struct payment_attempt *attempt);
MUST_CHECK struct error *payment_store_by_cancel(struct db *db,
    struct arena *arena, const char *token, struct payment_attempt *attempt);

/* An attempt by the gateway's own id; id 0: none. */
MUST_CHECK struct error *payment_store_by_reference(struct db *db,
    struct arena *arena, const char *gateway, const char *reference,
    struct payment_attempt *attempt);

/* The gateway has opened the payment under this id. */
MUST_CHECK struct error *payment_store_begun(
    struct db *db, int64_t attempt_id, const char *reference);

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

/* The open attempt of a booking; id 0: none. */
MUST_CHECK struct error *payment_store_open(struct db *db, struct arena *arena,
    int64_t booking_id, struct payment_attempt *attempt);

/*
 * Bookings with an attempt still open that began at `before` or earlier, and
 * about which there is something to ask: a buyer who was sent to a gateway
 * is left alone until the hold's time is over at `now`.
 */
MUST_CHECK struct error *payment_store_unsettled(struct db *db,
    struct arena *arena, int64_t before, int64_t now, struct id_list *bookings);

/*
 * Settle an attempt with its state, gateway_reference and reason. *settled
 * is false when it was settled before (nothing changed).
 */
MUST_CHECK struct error *payment_store_settle(struct db *db,
    const struct payment_attempt *attempt, int64_t now, bool *settled);

/* No answer came: the attempt stays open, to be asked about. */
MUST_CHECK struct error *payment_store_mark_unknown(
    struct db *db, int64_t attempt_id);

/* Write the two lines of a charge: the gateway has it, sales earned it. */
MUST_CHECK struct error *ledger_charge(
    struct db *db, const struct payment_attempt *attempt, int64_t now);

/* ---- refunds ---- */

/* Add a refund on its way; its id is set. */
MUST_CHECK struct error *refund_store_add(
    struct db *db, struct arena *arena, struct refund *refund);

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

struct refund_list {
	const struct refund *items;
	size_t count;
};

/* Refunds on their way that nobody asked about since `before`. */
MUST_CHECK struct error *refund_store_open(struct db *db, struct arena *arena,
    int64_t before, struct refund_list *list);

/* The attempt by id. */
MUST_CHECK struct error *payment_store_find(struct db *db, struct arena *arena,
    int64_t id, struct payment_attempt *attempt);

/* The gateway was asked, and the refund is still on its way. */
MUST_CHECK struct error *refund_store_asked(
    struct db *db, int64_t refund_id, int64_t now);

/* It is settled: done, or refused for good. *settled if it was not before. */
MUST_CHECK struct error *refund_store_settle(
    struct db *db, int64_t refund_id, bool is_done, int64_t now, bool *settled);

/* Write the two lines of a refund. */
MUST_CHECK struct error *ledger_refund(struct db *db,
    const struct payment_attempt *attempt, const struct refund *refund,
    int64_t now);

/* Note a gateway's call; *is_new is false for one that came before. */
MUST_CHECK struct error *gateway_notice_add(struct db *db, const char *gateway,
    const char *notice, int64_t now, bool *is_new);

#endif
