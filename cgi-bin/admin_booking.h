/*
 * One booking in the back office: admin_booking.c shows it, with the forms of
 * admin_booking_form.c; admin_booking_do.c changes it.
 */
#ifndef ADMIN_BOOKING_H
#define ADMIN_BOOKING_H

#include "admin.h"

/* An empty form of the page's fields; of all its forms together. */
void staff_booking_start(struct request *request, struct form *form);

/* The same as it was sent. */
void staff_booking_read(struct request *request, struct form *form);

/*
 * The page; after an action that failed with the form as it was typed and the
 * error, else both NULL.
 */
MUST_CHECK struct error *staff_booking_show(
    struct request *request, struct form *form, const struct error *error);

/*
 * The part of the price that the event's policy gives back by now, in percent:
 * what the page proposes, and what counts when a call does not say.
 */
MUST_CHECK struct error *staff_booking_percent(
    struct request *request, int64_t *percent);

#endif
