/*
 * Settle: what comes before every change of an event's stock. Lapsed holds
 * end, free places go to the waiting list, and only the rest is for whoever
 * asks now: so walk-ups never jump the line (R58, B11), and nothing has to
 * run by itself (B2).
 */
#ifndef BOOKING_SETTLE_H
#define BOOKING_SETTLE_H

#include "base/error.h"
#include "booking/shop.h"

/* Within a TRANSACTION; first of all, for it raises the catalogue. */
MUST_CHECK struct error *settle_event(
    const struct shop *shop, int64_t event_id, int64_t now);

#endif
