/*
 * Exchange_staff: other seats for somebody's tickets, by the staff (R51). A
 * dearer choice is paid in cash, or the difference is waived: the ticket then
 * keeps the price it had.
 */
#ifndef BOOKING_EXCHANGE_STAFF_H
#define BOOKING_EXCHANGE_STAFF_H

#include "booking/exchange.h"

/* What becomes of a difference to pay. */
enum exchange_due {
	EXCHANGE_IN_CASH,
	EXCHANGE_WAIVED,
};

/*
 * What would it come to? The errors of exchange_look(), for a booking of an
 * event that the viewer runs.
 */
MUST_CHECK struct error *exchange_staff_look(const struct shop *shop,
    const struct seat_choice *choice, const struct viewer *viewer,
    struct exchange *exchange);

/*
 * Do it, audited. `shown` is the difference (minor units) that the staff saw:
 * STATE_ERROR when it is more by now. The same form again changes nothing.
 */
MUST_CHECK struct error *exchange_staff_do(const struct shop *shop,
    const struct seat_choice *choice, const struct viewer *viewer,
    enum exchange_due due, int64_t shown, struct exchange *exchange);

#endif
