/*
 * Basket: what an order comes to - which places, of which tiers, at what
 * price. Of seats an item each; of places without a number one a tier.
 *
 * Totals come from here alone (R23).
 */
#ifndef BOOKING_BASKET_H
#define BOOKING_BASKET_H

#include "booking/order.h"
#include "model/booking.h"

struct basket {
	struct booking_item_list items;
	struct booking_item *room; /* the same, while it is filled */
	int64_t quantity;          /* places in all */
	struct money total;
};

/*
 * Fill it: the tier must exist and sell now; named seats must exist, be free
 * and as many as `quantity` (if that is set); without names, the best free
 * seats are chosen. A tier without seats is counted, also at an event with
 * seats, and then beside those that are named. INVALID_BOOKING_ERROR,
 * BOOKING_CLOSED_ERROR, SEAT_TAKEN_ERROR, SOLD_OUT_ERROR.
 */
MUST_CHECK struct error *basket_fill(const struct shop *shop,
    const struct order *order, const struct event *event, int64_t now,
    struct basket *basket);

/*
 * Limits of a booking, and what is left for walk-ups of each tier.
 * INVALID_BOOKING_ERROR, SOLD_OUT_ERROR.
 */
MUST_CHECK struct error *basket_check(const struct shop *shop,
    const struct event *event, const struct basket *basket);

/*
 * Hold the basket's places; within a TRANSACTION. SOLD_OUT_ERROR when a tier
 * has not so many free ones.
 */
MUST_CHECK struct error *basket_take(const struct shop *shop,
    const struct event *event, const struct basket *basket);

#endif
