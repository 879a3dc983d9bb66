/*
 * Forget: what is not needed any more of people. Of those who deleted their
 * account, names and emails in bookings stay until the event is over.
 */
#ifndef BOOKING_FORGET_H
#define BOOKING_FORGET_H

#include "base/error.h"
#include "booking/shop.h"
#include <stdint.h>

/* Within a TRANSACTION: erased people's bookings whose event is over. */
MUST_CHECK struct error *forget_bookings_in(
    const struct shop *shop, int64_t now);

/* The chore: the same, and sessions and mailed secrets that are over. */
MUST_CHECK struct error *forget_sweep(const struct shop *shop);

#endif
