/*
 * Event cancel: an event that does not take place (R50). From that moment it
 * sells nothing and its holds are given back. Its bookings are then ended one
 * by one: each gets all its money back and a mail, within one transaction a
 * slice, so that a process which dies is carried on by the next. Bookings
 * whose payment was under way end in the same way when it comes.
 */
#ifndef BOOKING_EVENT_CANCEL_H
#define BOOKING_EVENT_CANCEL_H

#include "base/error.h"
#include "booking/shop.h"
#include "model/viewer.h"
#include <stdint.h>

/* published -> cancelled. STATE_ERROR for a draft, and after its end. */
MUST_CHECK struct error *event_cancel(
    const struct shop *shop, const struct viewer *viewer, const char *slug);

/* Confirmed bookings of an event: of a cancelled one, those still to end. */
MUST_CHECK struct error *event_count_confirmed(
    const struct shop *shop, int64_t event_id, int64_t *count);

/* End bookings of cancelled events, and tell those who wait. */
MUST_CHECK struct error *event_cancel_sweep(const struct shop *shop);

#endif
