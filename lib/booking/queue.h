/*
 * Queue: an event's waiting list, by classes: a tier, or "any".
 *
 * Joining is possible when the event is sold out, or earlier when its
 * organiser opened the list; never after the start.
 *
 * Free places are offered at once to the next in line (R56-R58, B11): tiers
 * by rank, within a tier first come first served, those who take any tier
 * last. An offer is a hold of the entry's own, with a time of its own that
 * leaves out the quiet hours of the night; of a free event it is a confirmed
 * booking straight away. Nothing is offered before booking opens or after
 * the event began. An event whose queue is manual is served by calls alone.
 *
 * Invariants
 * - An entry is offered places once: an offer that lapses ends it.
 * - It happens within the transaction that found the places free, so nobody
 *   can come between.
 */
#ifndef BOOKING_QUEUE_H
#define BOOKING_QUEUE_H

#include "booking/order.h"
#include "model/booking.h"
#include "model/queue.h"

/* May one join now? Else *reason says why not, a sentence for people. */
bool queue_is_open(const struct event *event, int64_t now, const char **reason);

/*
 * Join with an order (its tier is an id, a name, or "any"). *entry is the
 * new entry, found again for its position, or with the offer that it got at
 * once. NOT_FOUND_ERROR, BOOKING_CLOSED_ERROR, INVALID_BOOKING_ERROR,
 * DUPLICATE_BOOKING_ERROR (has a booking, or waits already).
 */
MUST_CHECK struct error *queue_join(const struct shop *shop,
    const struct order *order, struct queue_entry *entry);

/*
 * Leave: a waiting entry ends, an offer's places go to the next in line.
 * STATE_ERROR when it has ended before. The key is the permission.
 */
MUST_CHECK struct error *queue_leave(
    const struct shop *shop, const char *event, const char *key);

/*
 * Take the offer into the viewer's hands: the hold belongs to this browser
 * from now on. *reference is where to pay. HOLD_EXPIRED_ERROR, STATE_ERROR.
 */
MUST_CHECK struct error *queue_accept(const struct shop *shop,
    const char *event, const char *key, const struct viewer *viewer,
    const char **reference);

/* Within a TRANSACTION: offer what is free to who is next. */
MUST_CHECK struct error *queue_serve(
    const struct shop *shop, int64_t event_id, int64_t now);

/* ---- serving by calls ---- */

/* What became of an entry that was served. */
struct queue_update {
	const char *name;
	const struct tier *tier;
	bool is_confirmed; /* else there was nothing left */
	int64_t remaining; /* of the tier, afterwards */
};

struct queue_update_list {
	const struct queue_update *items;
	size_t count;
};

/*
 * Serve the event's list in its order up to and with one entry: each gets
 * its places or, when nothing is left of its tier, is turned away. *updates
 * are in that order, the entry's own last. NOT_FOUND_ERROR if it does not
 * wait; then nobody is served.
 */
MUST_CHECK struct error *queue_serve_up_to(const struct shop *shop,
    int64_t event_id, int64_t entry_id, struct queue_update_list *updates);

#endif
