/*
 * Venue: the places of events, as the staff change them (R66).
 */
#ifndef BOOKING_VENUE_H
#define BOOKING_VENUE_H

#include "booking/shop.h"
#include "model/event.h"
#include "model/viewer.h"

/*
 * Keep a venue's name, address and coordinates. VALIDATION_ERROR (`field`)
 * for an empty name or degrees that are none.
 */
MUST_CHECK struct error *venue_change(const struct shop *shop,
    const struct viewer *viewer, const struct venue *venue);

#endif
