/*
 * Cancel: the end of a confirmed booking. Its tickets die, its places go to
 * the waiting list and then back on sale, its email may book again - once.
 */
#ifndef BOOKING_CANCEL_H
#define BOOKING_CANCEL_H

#include "booking/shop.h"
#include "model/booking.h"

/*
 * Within a TRANSACTION: cancel a confirmed booking. STATE_ERROR when it is
 * not confirmed (any more). Money is the caller's business: this gives none
 * back.
 */
MUST_CHECK struct error *cancel_booking_in(
    const struct shop *shop, const struct booking *booking, int64_t now);

#endif
