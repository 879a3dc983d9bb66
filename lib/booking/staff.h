/*
 * Staff: what the staff do with somebody's booking (R38, R51, R71).
 *
 * Invariants
 * - Each action finds the booking among those of events that the viewer runs
 *   (NOT_FOUND_ERROR otherwise; their own at another's event is not), and
 *   leaves a line in the audit log within its transaction.
 * - What is refunded is taken off the tickets in the same transaction, so
 *   that the books add up (I5), and is never more than they are worth (I6).
 */
#ifndef BOOKING_STAFF_H
#define BOOKING_STAFF_H

#include "booking/shop.h"
#include "model/booking.h"
#include "model/viewer.h"

/* What can be refunded of a booking: all its tickets are worth, ended too. */
struct money staff_refundable(const struct booking *booking);

/* A refund as the staff ask for it. */
struct staff_refund {
	struct money amount;  /* 1 or more minor units */
	const char *reason;   /* for the books and the buyer's mail */
	const char *form_key; /* the form's one-time key */
	bool is_given;        /* in cash, now; else the way it was paid */
};

/*
 * Give an amount back. The tickets stay as they are. The same form again
 * gives nothing twice; with another amount it is a STATE_ERROR, as it is when
 * nothing is left. VALIDATION_ERROR (field `amount`) when it is more than is
 * left.
 */
MUST_CHECK struct error *staff_refund(const struct shop *shop,
    const char *reference, const struct viewer *viewer,
    const struct staff_refund *refund);

/*
 * What waits for the staff, or was refused by its gateway, has been given
 * back by hand. NOT_FOUND_ERROR, STATE_ERROR.
 */
MUST_CHECK struct error *staff_paid_back(const struct shop *shop,
    const char *reference, const struct viewer *viewer, int64_t refund_id);

/*
 * Cancel a confirmed booking and give `percent` (0 to 100) of what its valid
 * tickets cost back; or end a hold. STATE_ERROR when it has ended, or is
 * being paid.
 */
MUST_CHECK struct error *staff_cancel(const struct shop *shop,
    const char *reference, const struct viewer *viewer, int64_t percent,
    const char *reason);

/* Another holder of a ticket: the errors of ticket_give(). */
MUST_CHECK struct error *staff_set_holder(const struct shop *shop,
    const char *reference, const char *code, const struct viewer *viewer,
    const char *name, const char *email);

/* The tickets to the buyer once more. STATE_ERROR without an email. */
MUST_CHECK struct error *staff_resend(const struct shop *shop,
    const char *reference, const struct viewer *viewer);

/* The staff's note about it, "" for none; buyers never see it. */
MUST_CHECK struct error *staff_set_note(const struct shop *shop,
    const char *reference, const struct viewer *viewer, const char *note);

/* The money of one that pays later is there: see checkout_mark_paid(). */
MUST_CHECK struct error *staff_mark_paid(const struct shop *shop,
    const char *reference, const struct viewer *viewer);

#endif
