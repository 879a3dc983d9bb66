/*
 * Queue_parts: what the files of the waiting list share, and nobody else.
 * Within a TRANSACTION.
 */
#ifndef BOOKING_QUEUE_PARTS_H
#define BOOKING_QUEUE_PARTS_H

#include "booking/queue.h"

/*
 * A hold of so many places of a tier for an entry; confirmed at once when
 * there is nothing to pay.
 */
MUST_CHECK struct error *queue_give_in(const struct shop *shop,
    const struct event *event, const struct tier *tier,
    struct queue_entry *entry, int64_t quantity, int64_t now);

/*
 * The part of queue_leave() for an event's id. The entry is read after what
 * is free was offered: it may have got an offer just now.
 */
MUST_CHECK struct error *queue_remove_in(
    const struct shop *shop, int64_t event_id, const char *key, int64_t now);

/* What happens to an entry, in the journal: "joined", "offered". */
MUST_CHECK struct error *queue_note_in(const struct shop *shop,
    const struct queue_entry *entry, const char *kind, int64_t now);

#endif
