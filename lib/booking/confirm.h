/*
 * Confirm: the moment a booking becomes a sale. In one transaction: state,
 * stock, a ticket for each place, the mail, the journal (I12).
 */
#ifndef BOOKING_CONFIRM_H
#define BOOKING_CONFIRM_H

#include "booking/shop.h"
#include "model/booking.h"

/*
 * Within a TRANSACTION: make a held or paying booking a confirmed one; one
 * that changes another's seats moves them there. *moved is false when it was
 * in another state (nothing changed), or when the change cannot be made any
 * more (its places are given back). `booking` has its items; its new state
 * and its tickets are in it afterwards.
 */
MUST_CHECK struct error *confirm_booking_in(
    const struct shop *shop, struct booking *booking, int64_t now, bool *moved);

/* Could a booking that had ended be confirmed at `now`? Its places are free. */
MUST_CHECK struct error *confirm_is_possible(const struct shop *shop,
    const struct booking *booking, int64_t now, bool *is_possible);

/*
 * Within a TRANSACTION: the same for a booking that had ended, whose money
 * came after all: its places are taken again if they are still free (B3).
 * *moved is false when they are not, or the event does not sell any more.
 */
MUST_CHECK struct error *confirm_ended_in(
    const struct shop *shop, struct booking *booking, int64_t now, bool *moved);

#endif
