/*
 * Venue: the places of events, as events name them and the staff change them
 * (R66).
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

/*
 * Within a TRANSACTION: the venue of that name, else a new one as it is
 * described. Nothing happens without a name, and to one that is there (its id
 * is set).
 */
MUST_CHECK struct error *venue_give_in(
    const struct shop *shop, struct venue *venue, int64_t now);

#endif
