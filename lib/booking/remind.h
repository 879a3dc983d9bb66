/*
 * Remind: mails to people who look for their tickets (R34, R44).
 *
 * Invariants
 * - What is mailed goes to the address that the booking or ticket has, never
 *   to one that somebody typed.
 * - At most REMIND_MOST mails of a kind an hour and booking.
 */
#ifndef BOOKING_REMIND_H
#define BOOKING_REMIND_H

#include "booking/shop.h"
#include "model/viewer.h"

enum {
	REMIND_MOST = 3 /* an hour */
};

/*
 * Mail the link of a booking to its buyer, or of the tickets that were passed
 * on to that address to their holder. Whether there is such a booking stays
 * untold: no error, and no mail when the address is another one, or when too
 * many were sent.
 */
MUST_CHECK struct error *remind_link(
    const struct shop *shop, const char *email, const char *reference);

/*
 * The tickets of a booking once more, to its buyer. NOT_FOUND_ERROR;
 * STATE_ERROR when it is not confirmed or has no email; RATE_LIMIT_ERROR with
 * `retry_after`.
 */
MUST_CHECK struct error *remind_tickets(const struct shop *shop,
    const char *reference, const struct viewer *viewer);

#endif
