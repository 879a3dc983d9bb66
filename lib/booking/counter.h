/*
 * Counter: the box office. The staff sell places for cash, or give them, and
 * the tickets are there at once.
 *
 * The counter has no booking window and no limits for a person: it sells from
 * publishing to the event's end. It takes what is left for walk-ups alone:
 * buyers' holds and the waiting list come first (I1, B11).
 */
#ifndef BOOKING_COUNTER_H
#define BOOKING_COUNTER_H

#include "booking/basket.h"
#include "booking/shop.h"
#include "model/booking.h"
#include "model/viewer.h"
#include <stddef.h>

/* What somebody at the counter wants. */
struct counter_sale {
	const char *event;        /* slug */
	const char *tier;         /* id; "" with named seats */
	int64_t quantity;         /* 0: as many as seats */
	const char *const *seats; /* named ones ... */
	size_t seat_count;        /* ... or 0: the best of the tier */
	const char *name;         /* may be "" */
	const char *email;        /* from order_read_email(); "" none */
	bool is_gift;             /* complimentary: nothing is paid */
	const char *form_key;     /* the form's one-time key */
};

/*
 * What it comes to, and of which places; nothing is taken. The errors of
 * counter_sell().
 */
MUST_CHECK struct error *counter_price(const struct shop *shop,
    const struct counter_sale *sale, const struct viewer *viewer,
    struct basket *basket);

/*
 * Sell it: the booking is confirmed. The same form again is the same sale.
 * NOT_FOUND_ERROR for an event that the viewer does not run;
 * BOOKING_CLOSED_ERROR, INVALID_BOOKING_ERROR, SEAT_TAKEN_ERROR,
 * SOLD_OUT_ERROR.
 */
MUST_CHECK struct error *counter_sell(const struct shop *shop,
    const struct counter_sale *sale, const struct viewer *viewer,
    struct booking *booking);

#endif
