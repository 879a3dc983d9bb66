/*
 * Geocode: where an address is, asked of a service that the operator chose
 * (R66). Without one nothing is ever sent to anybody.
 */
#ifndef BOOKING_GEOCODE_H
#define BOOKING_GEOCODE_H

#include "base/error.h"
#include "booking/shop.h"
#include "model/event.h"

/* Is there a service? */
bool geocode_is_configured(const struct config *config);

/*
 * Set a venue's coordinates from its address; outside any transaction.
 * STATE_ERROR when the service does not know it or does not answer.
 */
MUST_CHECK struct error *geocode_look_up(
    const struct shop *shop, struct venue *venue);

#endif
