/*
 * Hold: places taken for a time, until they are paid, given back or lapse.
 *
 * Invariants
 * - A hold ends by its timestamp alone: whatever needs the places next ends
 *   it (settle_event), so no daemon and no cron is needed (B2, I8).
 * - A person has one unfinished booking (R30). With one they get
 *   UNFINISHED_BOOKING_ERROR (field `reference`), never "duplicate" (R75);
 *   an order that names it in `replaces` gives it back in the same
 *   transaction.
 * - A form key makes one booking (I4): the same order again returns it, a
 *   different one is a STATE_ERROR.
 */
#ifndef BOOKING_HOLD_H
#define BOOKING_HOLD_H

#include "booking/basket.h"
#include "booking/order.h"
#include "model/booking.h"

/*
 * Hold places for an order. In this order: the form key, the event and its
 * window, the person's unfinished booking, the tier, duplicates and limits
 * (R20), stock (R21).
 *
 * NOT_FOUND_ERROR, BOOKING_CLOSED_ERROR, INVALID_BOOKING_ERROR,
 * UNFINISHED_BOOKING_ERROR, DUPLICATE_BOOKING_ERROR, SOLD_OUT_ERROR,
 * STATE_ERROR, BUSY_ERROR, STORAGE_ERROR. Nothing is taken by a refusal.
 */
MUST_CHECK struct error *hold_place(const struct shop *shop,
    const struct order *order, struct booking *booking);

/*
 * Within a TRANSACTION, after all is checked: take the places and write the
 * booking, held until `expires_at`. SOLD_OUT_ERROR when they are not there.
 */
MUST_CHECK struct error *hold_take_in(const struct shop *shop,
    const struct order *order, const struct event *event,
    const struct basket *basket, int64_t now, int64_t expires_at,
    struct booking *booking);

/* The part of hold_place() within a caller's TRANSACTION. */
MUST_CHECK struct error *hold_place_in(const struct shop *shop,
    const struct order *order, int64_t now, struct booking *booking);

/*
 * After a transaction that placed an order failed: a failed COMMIT does not
 * mean that nothing was written. NULL, with the booking, if the order's form
 * key is in the database; else the error given.
 */
MUST_CHECK struct error *hold_recover(const struct shop *shop,
    const struct order *order, struct error *error, struct booking *booking);

/* Give a hold back. NOT_FOUND_ERROR, and what hold_check_live() raises. */
MUST_CHECK struct error *hold_release(const struct shop *shop,
    const char *reference, const struct viewer *viewer);

/* Within a TRANSACTION: the same of a booking found before. */
MUST_CHECK struct error *hold_release_in(
    const struct shop *shop, const struct booking *booking, int64_t now);

/*
 * "I need more time"; the errors of hold_release(), and STATE_ERROR at the
 * limit.
 */
MUST_CHECK struct error *hold_extend(const struct shop *shop,
    const char *reference, const struct viewer *viewer);

/*
 * The booking that the order's form key made already (I4); id 0: none.
 * STATE_ERROR when it was another order; `again` says what to do then.
 */
MUST_CHECK struct error *hold_find_repeated(const struct shop *shop,
    const struct order *order, const char *again, struct booking *booking);

/*
 * R30: UNFINISHED_BOOKING_ERROR for a person's unfinished booking, unless its
 * id is 0.
 */
MUST_CHECK struct error *hold_check_unfinished(const struct booking *own);

/* Has this email booked where each may book once (R20)? "" never has. */
MUST_CHECK struct error *hold_is_duplicate(const struct shop *shop,
    const char *email, const struct event *event, bool *is_duplicate);

/* DUPLICATE_BOOKING_ERROR (`email`) when it has. */
MUST_CHECK struct error *hold_check_duplicate(
    const struct shop *shop, const char *email, const struct event *event);

/* How long the event's holds last, in seconds. */
int64_t hold_seconds(const struct shop *shop, const struct event *event);

/*
 * Is it a hold in its time? Else HOLD_EXPIRED_ERROR, PAYMENT_PENDING_ERROR
 * (being paid), or STATE_ERROR with the field `status`.
 */
MUST_CHECK struct error *hold_check_live(
    const struct booking *booking, int64_t now);

/* Its state at `now`: a lapsed hold is expired, whoever looked last. */
enum booking_state hold_state(const struct booking *booking, int64_t now);

/* Held or being paid: neither sold nor ended. */
bool hold_is_unfinished(enum booking_state state);

/* End the lapsed holds of all events; for the sweep. */
MUST_CHECK struct error *hold_sweep(const struct shop *shop);

#endif
