/*
 * Refund: money on its way back. A row with its key is committed before the
 * gateway is asked; asking again with the key gives nothing twice. It is "on
 * its way" until the gateway confirms it (R77).
 *
 * What came through the staff's hands (payment/by_hand.h) goes back that way:
 * it waits until somebody has given it. So does what a gateway refused.
 */
#ifndef BOOKING_REFUND_H
#define BOOKING_REFUND_H

#include "booking/shop.h"
#include "model/booking.h"

/* So long (seconds) a refund that got no answer waits to be asked again. */
enum {
	REFUND_RETRY = 30
};

/* Within a TRANSACTION: start giving back an amount of a captured attempt. */
MUST_CHECK struct error *refund_start_in(const struct shop *shop,
    const struct payment_attempt *attempt, struct money amount,
    const char *reason, int64_t now);

/* What is to be given back, and how. */
struct refund_order {
	struct money amount;
	const char *reason;
	const char *form_key; /* the staff's form's one-time key; "" none */
	bool is_given; /* the staff have given it, whatever was paid with */
};

/* Within a TRANSACTION: refund_give_in() in full. */
MUST_CHECK struct error *refund_order_in(const struct shop *shop,
    int64_t booking_id, const struct refund_order *order, int64_t now);

/*
 * Within a TRANSACTION: the staff have given back what waits for them, or
 * what a gateway refused. STATE_ERROR when it is on its way or was given.
 */
MUST_CHECK struct error *refund_by_hand_in(
    const struct shop *shop, const struct refund *refund, int64_t now);

/*
 * Within a TRANSACTION: give back an amount of what was captured for a
 * booking and for changes of its seats, newest first. STATE_ERROR when that
 * much is not there (any more); 0 gives nothing.
 */
MUST_CHECK struct error *refund_give_in(const struct shop *shop,
    int64_t booking_id, struct money amount, const char *reason, int64_t now);

/* Is there a refund for refund_settle_open() to ask about? */
bool refund_has_open(const struct shop *shop);

/*
 * Ask the gateways about refunds on their way, outside any transaction; no
 * further once one is silent.
 */
MUST_CHECK struct error *refund_settle_open(const struct shop *shop);

#endif
