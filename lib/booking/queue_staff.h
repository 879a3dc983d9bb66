/*
 * Queue_staff: what the staff do with a waiting list. Each action is for an
 * event that the viewer runs (else NOT_FOUND_ERROR) and is audited.
 */
#ifndef BOOKING_QUEUE_STAFF_H
#define BOOKING_QUEUE_STAFF_H

#include "booking/shop.h"
#include "model/viewer.h"

/*
 * Offer free places to an entry now, whoever stands before it. STATE_ERROR
 * when it does not wait any more; SOLD_OUT_ERROR when its tier has not so
 * many; DUPLICATE_BOOKING_ERROR; BOOKING_CLOSED_ERROR.
 */
MUST_CHECK struct error *queue_staff_offer(const struct shop *shop,
    const char *event, const char *key, const struct viewer *viewer);

/* Take an entry out, and back what it was offered. STATE_ERROR if ended. */
MUST_CHECK struct error *queue_staff_remove(const struct shop *shop,
    const char *event, const char *key, const struct viewer *viewer);

/* Let people join before it is sold out, or only then. */
MUST_CHECK struct error *queue_staff_open(const struct shop *shop,
    const char *event, bool is_open, const struct viewer *viewer);

#endif
