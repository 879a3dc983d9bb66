/*
 * Pace: how many orders somebody may send (bookings, and entries of a waiting
 * list), by page and by API alike, and how often what makes mail.
 *
 * A person - an account, else a browser - is held to a pace that no human
 * reaches. A network address is given much more room: a whole campus may
 * stand behind one and buy in a rush. Clients that send no cookie are held to
 * their address alone. The numbers are the operator's (`person_orders`,
 * `network_orders`).
 */
#ifndef WEB_PACE_H
#define WEB_PACE_H

#include "web/request.h"

/*
 * Count a registration, or a forgotten password; the same error. 40 at once
 * and then in an hour; of a network's people 300.
 */
MUST_CHECK struct error *pace_take_account(const struct request *request);

/*
 * Count a mail that somebody has sent to somebody else; the same error. Five
 * at once, then five an hour; of a network's people 100.
 */
MUST_CHECK struct error *pace_take_mail(const struct request *request);

/* Count an order; RATE_LIMIT_ERROR (`retry_after`) when there were too many. */
MUST_CHECK struct error *pace_take_order(const struct request *request);

/* Count a place in the line before a booking form; RATE_LIMIT_ERROR. */
MUST_CHECK struct error *pace_take_place(const struct request *request);

#endif
