/*
 * Refund: money on its way back. A row with its key is committed before the
 * gateway is asked; asking again with the key gives nothing twice. It is "on
 * its way" until the gateway confirms it (R77).
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

/*
 * Within a TRANSACTION: give back an amount of what was captured for a
 * booking and for changes of its seats, newest first. STATE_ERROR when that
 * much is not there (any more); 0 gives nothing.
 */
MUST_CHECK struct error *refund_give_in(const struct shop *shop,
    int64_t booking_id, struct money amount, const char *reason, int64_t now);

/* Ask the gateways about refunds on their way, outside any transaction. */
MUST_CHECK struct error *refund_settle_open(const struct shop *shop);

#endif
