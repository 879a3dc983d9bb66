/*
 * Cancel: the end of a confirmed booking, or of one of its tickets. Tickets
 * die, places go to the waiting list and then back on sale, money goes back
 * as the event's policy says (R37) - each once.
 *
 * Invariants
 * - In one transaction: tickets, stock, the refund on its way, the journal,
 *   the mail, and who of the waiting list comes next.
 * - What a buyer was shown is what they get: a refund that has become
 *   smaller meanwhile is shown again before anything happens.
 * - A ticket that was used stays; so does one that was passed on, for its
 *   buyer: who has the ticket decides.
 */
#ifndef BOOKING_CANCEL_H
#define BOOKING_CANCEL_H

#include "booking/shop.h"
#include "model/booking.h"
#include "model/event.h"
#include "model/viewer.h"

/* What giving places back brings, shown before it is done. */
struct refund_quote {
	struct money paid;     /* for these tickets */
	struct money returned; /* of that: given back before */
	struct money refund;   /* of the rest: what comes back */
	int64_t percent;
	int64_t until; /* the percentage holds until then; 0: for good */
};

/* R37: what part comes back at `now`; *until may be NULL. */
int64_t refund_percent(const struct event *event, int64_t now, int64_t *until);

/* So much percent of an amount, to the nearest minor unit. */
int64_t refund_part(int64_t minor, int64_t percent);

/* A booking, or one ticket of it, that its owner wants to give back. */
struct cancellation {
	struct booking booking;
	struct event event;
	const struct ticket *ticket; /* NULL: all of them */
	struct refund_quote quote;
};

/*
 * Look: may the viewer cancel it, and what comes back? `code` NULL means the
 * whole booking. NOT_FOUND_ERROR for what is not theirs; STATE_ERROR when it
 * is over, used, passed on, cancelled before, or the event has begun.
 */
MUST_CHECK struct error *cancel_look(const struct shop *shop,
    const char *reference, const char *code, const struct viewer *viewer,
    struct cancellation *cancellation);

/*
 * Do it. `shown` is the refund in minor units that the owner saw: STATE_ERROR
 * when it would be less by now. Else the errors of cancel_look().
 */
MUST_CHECK struct error *cancel_do(const struct shop *shop,
    const char *reference, const char *code, const struct viewer *viewer,
    int64_t shown, struct cancellation *cancellation);

/*
 * Within a TRANSACTION, for the staff and for calls: end all valid tickets
 * of a confirmed booking and give `percent` of their prices back. STATE_ERROR
 * when it is not confirmed (any more).
 */
MUST_CHECK struct error *cancel_booking_in(const struct shop *shop,
    const struct booking *booking, int64_t percent, const char *reason,
    int64_t now);

#endif
