/*
 * Checkout: from a hold to tickets, with money in between or without.
 *
 * The ladder of a payment: the hold becomes "paying" and an attempt with its
 * idempotency key is committed; then the gateway is called, outside any
 * transaction; then its answer is settled:
 *
 *   captured   tickets, ledger lines and the mail, in one transaction
 *   declined   the hold lives on until its time, another card can be tried
 *              (in a one-call booking: everything is given back)
 *   unreached  the booking failed, everything is given back
 *   silent     it stays "paying"; the gateway is asked later, the buyer is
 *              never charged twice
 *
 * Invariants
 * - Settling is idempotent: an attempt is settled once, by whoever comes
 *   first (buyer, chore, another worker).
 * - A worker that dies in between leaves an open attempt, which
 *   checkout_settle_open() finds.
 * - A booking that is being paid keeps its places past its time (I8).
 */
#ifndef BOOKING_CHECKOUT_H
#define BOOKING_CHECKOUT_H

#include "booking/order.h"
#include "booking/shop.h"
#include "model/booking.h"

/*
 * So long (seconds) an attempt is left to the worker that began it; longer
 * than any gateway call may take.
 */
enum { CHECKOUT_GRACE = 10 };

/* How somebody wants to pay. */
struct payment {
	const char *gateway; /* name; "" for a free booking */
	const char *token;   /* stands for a card; never kept, never logged */
};

/*
 * Pay for or, when it is free, confirm the viewer's booking; the terms were
 * accepted. Paying what is paid already succeeds (B5). *booking is its state
 * afterwards.
 *
 * NOT_FOUND_ERROR, HOLD_EXPIRED_ERROR, STATE_ERROR, VALIDATION_ERROR (no such
 * gateway), PAYMENT_DECLINED_ERROR, PAYMENT_ERROR caused by CONNECTION_ERROR
 * (given back), PAYMENT_PENDING_ERROR (no answer yet).
 */
MUST_CHECK struct error *checkout_pay(const struct shop *shop,
    const char *reference, const struct viewer *viewer,
    const struct payment *payment, struct booking *booking);

/*
 * Reserve, charge and confirm in one call: no hold is left behind. A decline
 * or an outage gives everything back at once, the email too (R25, R26); the
 * same form key again is the same sale. The errors of hold_place() and
 * checkout_pay().
 */
MUST_CHECK struct error *checkout_book(const struct shop *shop,
    const struct order *order, const struct payment *payment,
    struct booking *booking);

/*
 * Within a TRANSACTION: make a held or paying booking a confirmed one, with
 * a ticket for each place and a mail in the outbox (I12). *moved is false
 * when it was in another state.
 */
MUST_CHECK struct error *checkout_confirm_in(const struct shop *shop,
    const struct booking *booking, int64_t now, bool *moved);

/* Ask the gateways about attempts older than CHECKOUT_GRACE. */
MUST_CHECK struct error *checkout_settle_open(const struct shop *shop);

/*
 * Before an event counts as sold out: settle bookings that are being paid
 * past their time. *is_settled when there was one, so that it is worth
 * looking again.
 */
MUST_CHECK struct error *checkout_settle_overdue(
    const struct shop *shop, const char *event_slug, bool *is_settled);

#endif
