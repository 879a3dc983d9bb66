/*
 * Event tell: bookers learn what has changed (R45) - exactly that, old and
 * new - once the organiser, whom the page asks, says so; who says nothing for
 * EVENT_TELL_MINUTES has said so. Changes made before that are told as one;
 * what was changed back is not told at all. Those who reserved, to pay later,
 * are told as well.
 *
 * A change of date or venue opens a full refund (R76) at once, for
 * EVENT_REFUND_DAYS or until the start; the organiser may set another end
 * when telling.
 *
 * Mails are put into the outbox in slices, in the order of bookings; how far
 * it came stands beside the change, so that no booking is told twice and a
 * process which dies is carried on by the next.
 */
#ifndef BOOKING_EVENT_TELL_H
#define BOOKING_EVENT_TELL_H

#include "booking/event_facts.h"
#include "model/viewer.h"

enum {
	EVENT_REFUND_DAYS = 14,
	EVENT_TELL_MINUTES = 60
};

/* What there is to tell of an event. */
struct event_tell {
	struct fact_change_list changes; /* none: nothing */
	bool is_moved;                   /* date or venue are among them */
	int64_t bookings;                /* that are told */
	bool is_under_way;               /* an earlier change is being told */
};

MUST_CHECK struct error *event_tell_look(const struct shop *shop,
    const struct event *event, struct event_tell *tell);

/* The end of full refunds that is proposed where date or venue changed; or 0.
 */
int64_t event_tell_refund_until(const struct event *event, int64_t now);

/*
 * Tell them. `refund_until` counts where date or venue changed: 0 gives no
 * refund beyond the policy. VALIDATION_ERROR (field `refund_until`) when it is
 * past; STATE_ERROR when there is nothing to tell.
 */
MUST_CHECK struct error *event_tell_do(const struct shop *shop,
    const struct viewer *viewer, const char *slug, int64_t refund_until);

/* Tell nobody of it. */
MUST_CHECK struct error *event_tell_drop(
    const struct shop *shop, const struct viewer *viewer, const char *slug);

/* Put mails that are to be written into the outbox, also unasked ones. */
MUST_CHECK struct error *event_tell_sweep(const struct shop *shop);

#endif
