/*
 * What the snapshots of booking/notice.h are made of; its head says how each
 * part looks. notice_pack.c makes them, notice.c says whom they tell of what.
 * Tickets want json_use() before; whoever packs a booking does it.
 */
#ifndef BOOKING_NOTICE_PARTS_H
#define BOOKING_NOTICE_PARTS_H

#include "booking/notice.h"

/* One of "tickets". */
json_t *notice_pack_ticket(const struct ticket *ticket);

/*
 * "tickets": those that are valid and were not passed on, for these are no
 * business of the buyer's any more.
 */
json_t *notice_pack_tickets(const struct ticket_list *tickets);

/* All that "confirmed" has. Items and tickets are in `booking`. */
json_t *notice_pack_booking(const struct shop *shop,
    const struct booking *booking, const struct event *event);

/*
 * The same of a booking that is read anew: a caller's may lack what was made
 * with it, as tickets are. *recipient is its buyer's email, "" none.
 * NOT_FOUND_ERROR.
 */
MUST_CHECK struct error *notice_read_booking(const struct shop *shop,
    int64_t booking_id, int64_t now, const char **recipient, json_t **snapshot);

/* What letters to `name` about a ticket or an event have of the booking. */
MUST_CHECK struct error *notice_read_about(const struct shop *shop,
    const struct booking *booking, const char *name, int64_t now,
    json_t **snapshot);

#endif
