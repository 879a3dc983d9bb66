/*
 * Payment store: attempts to be paid, the ledger, and mail to be sent.
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

/* Add a started attempt; its id is set. */
MUST_CHECK struct error *payment_store_add(
    struct db *db, struct arena *arena, struct payment_attempt *attempt);

/* The open attempt of a booking; id 0: none. */
MUST_CHECK struct error *payment_store_open(struct db *db,
    struct arena *arena, int64_t booking_id, struct payment_attempt *attempt);

/* The attempt that paid a booking; id 0: none. */
MUST_CHECK struct error *payment_store_captured(struct db *db,
    struct arena *arena, int64_t booking_id, struct payment_attempt *attempt);

/* Bookings with an attempt still open that began at `before` or earlier. */
MUST_CHECK struct error *payment_store_unsettled(struct db *db,
    struct arena *arena, int64_t before, struct id_list *bookings);

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

/* Put a mail about a booking into the outbox. */
MUST_CHECK struct error *outbox_add(struct db *db, struct arena *arena,
    const char *kind, const struct booking *booking, int64_t now);

#endif
