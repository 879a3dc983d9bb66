/*
 * Queue: an event's waiting list. Joining is possible when the event is sold
 * out, or earlier when its organiser opened the list; never after the start.
 */
#ifndef BOOKING_QUEUE_H
#define BOOKING_QUEUE_H

#include "booking/order.h"
#include "model/queue.h"

/* May one join now? Else *reason says why not, a sentence for people. */
bool queue_is_open(
    const struct event *event, int64_t now, const char **reason);

/*
 * Join with an order (its tier is an id, a name, or "any"). *entry is the
 * new entry; find it again for its position. NOT_FOUND_ERROR,
 * BOOKING_CLOSED_ERROR, INVALID_BOOKING_ERROR, DUPLICATE_BOOKING_ERROR.
 */
MUST_CHECK struct error *queue_join(const struct shop *shop,
    const struct order *order, struct queue_entry *entry);

#endif
