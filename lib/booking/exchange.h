/*
 * Exchange: other seats for tickets that one has (R36).
 *
 * Seats of the same event that are free are taken for as many of one's own;
 * what both sets have in common stays. A dearer choice is paid first: the
 * new seats are held by a booking of its own (changes_id), with its time and
 * its checkout, whose total is the difference; when it is confirmed its
 * seats move to the booking it changes. A choice that costs the same or less
 * happens at once, and the difference goes back as the refund policy says.
 *
 * Invariants
 * - The ticket keeps its row; it gets a new code, and the old one is dead.
 * - Until the difference is paid, the old seats stay; when the hold lapses,
 *   nothing has changed.
 * - Money for a change that cannot be made any more (a ticket was used or
 *   cancelled meanwhile) goes back (I5).
 */
#ifndef BOOKING_EXCHANGE_H
#define BOOKING_EXCHANGE_H

#include "booking/shop.h"
#include "model/booking.h"
#include "model/event.h"
#include "model/seat.h"
#include "model/viewer.h"

/* A ticket, and the seat it moves to. */
struct exchange_move {
	const struct ticket *ticket;
	const struct seat *seat;
	const struct tier *tier; /* of the new seat */
	struct money price;      /* that it costs */
};

/* What a choice of seats comes to. */
struct exchange {
	struct booking booking;
	struct event event;
	const struct exchange_move *moves;
	size_t move_count;       /* 0: the choice is what one has */
	struct money difference; /* to pay; 0 when nothing is */
	int64_t surplus;         /* what the old seats are worth beyond */
	struct money refund;     /* of that, to get back; 0 nothing */
};

/* No money moves: there is nothing to be asked first. */
bool exchange_is_even(const struct exchange *exchange);

/* The seats that somebody wants instead of theirs. */
struct seat_choice {
	const char *reference;
	const char *const *seats; /* names of all seats to have afterwards */
	size_t count;
	const char *form_key; /* the form's one-time key; "" none */
};

/* Is one of the tickets valid, and for a numbered seat? */
bool exchange_has_seats(const struct ticket_list *tickets);

/*
 * The booking, if its seats can be changed by the viewer; without a choice.
 * NOT_FOUND_ERROR; STATE_ERROR when it is not confirmed, has no numbered
 * seats, or the event has begun.
 */
MUST_CHECK struct error *exchange_find(const struct shop *shop,
    const char *reference, const struct viewer *viewer,
    struct exchange *exchange);

/*
 * What would it come to? Beside the errors of exchange_find(), of a seat that
 * is not free SEAT_TAKEN_ERROR, of a wrong number of seats or one that does
 * not exist INVALID_BOOKING_ERROR (field `seat`), of a ticket that was used
 * or passed on STATE_ERROR.
 */
MUST_CHECK struct error *exchange_look(const struct shop *shop,
    const struct seat_choice *choice, const struct viewer *viewer,
    struct exchange *exchange);

/*
 * Do it. *due is the reference of the booking to pay for the difference, ""
 * when all is done. `shown_difference` and `shown_refund` (minor units) are
 * what the buyer saw: STATE_ERROR when it would be worse by now.
 */
MUST_CHECK struct error *exchange_do(const struct shop *shop,
    const struct seat_choice *choice, const struct viewer *viewer,
    int64_t shown_difference, int64_t shown_refund, struct exchange *exchange,
    const char **due);

/*
 * Within a TRANSACTION, when a booking that changes another is confirmed:
 * its seats move; what was given back of the tickets meanwhile stays given
 * back. *applied is false (and nothing changed) when one of the tickets is not
 * active any more, or they were changed for dearer ones meanwhile.
 */
MUST_CHECK struct error *exchange_apply_in(const struct shop *shop,
    const struct booking *booking, int64_t now, bool *applied);

#endif
