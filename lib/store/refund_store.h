/*
 * Refund store: money on its way back, and money that came late.
 *
 * Invariants
 * - A refund is committed before its gateway is called and settled once:
 *   started -> refunded or failed. Until then it is on its way (R77). One by
 *   hand waits for the staff instead; one that failed becomes so.
 * - Its lines of the ledger are written when the gateway confirms it, in the
 *   same transaction.
 *
 * Writes run within a TRANSACTION.
 */
#ifndef STORE_REFUND_STORE_H
#define STORE_REFUND_STORE_H

#include "model/booking.h"
#include "store/db.h"

/* Add a refund on its way; its id is set. */
MUST_CHECK struct error *refund_store_add(
    struct db *db, struct arena *arena, struct refund *refund);

struct refund_list {
	const struct refund *items;
	size_t count;
};

/* Those on their way at a gateway that nobody asked about since `before`. */
MUST_CHECK struct error *refund_store_open(struct db *db, struct arena *arena,
    int64_t before, struct refund_list *list);

/* The refunds of a booking and of changes of its seats, oldest first. */
MUST_CHECK struct error *refund_store_of_booking(struct db *db,
    struct arena *arena, int64_t booking_id, struct refund_list *list);

/* The gateway was asked, and the refund is still on its way. */
MUST_CHECK struct error *refund_store_asked(
    struct db *db, int64_t refund_id, int64_t now);

/* It is settled: done, or refused for good. *settled if it was not before. */
MUST_CHECK struct error *refund_store_settle(
    struct db *db, int64_t refund_id, bool is_done, int64_t now, bool *settled);

/* Those that a form of the staff has started already. */
MUST_CHECK struct error *refund_store_by_form(struct db *db,
    struct arena *arena, const char *form_key, struct refund_list *list);

/*
 * The staff gave it back: one by hand, or one that its gateway refused.
 * *settled is false for others, and for the second time.
 */
MUST_CHECK struct error *refund_store_settle_by_hand(
    struct db *db, int64_t refund_id, int64_t now, bool *settled);

/* Write the two lines of a refund; the attempt's gateway has paid it. */
MUST_CHECK struct error *ledger_refund(struct db *db,
    const struct payment_attempt *attempt, const struct refund *refund,
    int64_t now);

/* ---- late money ---- */

/* Money that came after its booking had ended (B3). */
struct late_money {
	int64_t came_at;
	const char *reference; /* the booking's */
	const char *event;     /* its slug */
	struct money total;    /* what was paid */
	const char *state;     /* the booking's word: "confirmed", "expired" */
	const char *email;     /* the buyer's; "" none */
	int64_t refunds;       /* of the booking, of any kind */
	int64_t refunded;      /* of them, back */
	int64_t refused;       /* of them, refused by the gateway */
};

struct late_money_list {
	const struct late_money *items;
	size_t count;
};

/* All of it, newest first. */
MUST_CHECK struct error *late_money_list(
    struct db *db, struct arena *arena, struct late_money_list *list);

#endif
