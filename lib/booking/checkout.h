/*
 * Checkout: from a hold to tickets, with money in between or without. What
 * happens to the money is payment.h's.
 */
#ifndef BOOKING_CHECKOUT_H
#define BOOKING_CHECKOUT_H

#include "booking/order.h"
#include "booking/payment.h"
#include "model/booking.h"

/*
 * Pay for or, when it is free, confirm the viewer's booking; the terms were
 * accepted. Paying what is paid already succeeds (B5). *booking is its state
 * afterwards; *approve is where the buyer goes to approve the payment, ""
 * when there is nothing to approve.
 *
 * NOT_FOUND_ERROR, HOLD_EXPIRED_ERROR, STATE_ERROR, VALIDATION_ERROR (no such
 * gateway), and the errors of payment_check_answers() and payment_run().
 */
MUST_CHECK struct error *checkout_pay(const struct shop *shop,
    const char *reference, const struct viewer *viewer,
    const struct payment *payment, struct booking *booking,
    const char **approve);

/*
 * Reserve, charge and confirm in one call: no hold is left behind. A decline
 * or an outage gives everything back at once, the email too (R25, R26); the
 * same form key again is the same sale. The errors of hold_place() and
 * payment_check_answers() and payment_run().
 */
MUST_CHECK struct error *checkout_book(const struct shop *shop,
    const struct order *order, const struct payment *payment,
    struct booking *booking);

/* ---- paying later ---- */

/*
 * Such a booking keeps its places until its deadline. Until then its buyer
 * may pay it by checkout_pay() after all, with any gateway; choosing "later"
 * again changes nothing.
 *
 * Is "later" a way to pay here? When the configuration names it among the
 * gateways, or names no gateway at all (R71).
 */
bool checkout_can_pay_later(const struct shop *shop);

/*
 * Within a TRANSACTION: a hold's money is in the staff's hands, so it is
 * captured through their gateway (payment/by_hand.h) and the hold confirmed.
 */
MUST_CHECK struct error *checkout_take_in(const struct shop *shop,
    struct booking *booking, const struct gateway *gateway, int64_t now);

/* Within a TRANSACTION: checkout_mark_paid() of a booking found before. */
MUST_CHECK struct error *checkout_mark_paid_in(
    const struct shop *shop, const struct booking *booking, int64_t now);

/*
 * The staff have the money of a booking that pays later: it is confirmed.
 * NOT_FOUND_ERROR, HOLD_EXPIRED_ERROR, STATE_ERROR; PAYMENT_PENDING_ERROR
 * while the buyer pays it online, after all.
 */
MUST_CHECK struct error *checkout_mark_paid(
    const struct shop *shop, const char *reference);

#endif
