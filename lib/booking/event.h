/*
 * Event: what may be sold when, and how to say so.
 *
 * The rules of R15: nothing sells before the booking window opens, after it
 * closes, after the event's end, or while the event is cancelled, completed
 * or a draft. A tier may have a narrower window of its own.
 */
#ifndef BOOKING_EVENT_H
#define BOOKING_EVENT_H

#include "booking/shop.h"
#include "model/booking.h"
#include "model/event.h"

/* Why something does not sell at a moment. */
enum sale_state {
	SALE_OPEN,
	SALE_NOT_YET,
	SALE_CLOSED,
	SALE_ENDED,
	SALE_CANCELLED,
	SALE_COMPLETED,
};

/* A word for forms and files, and one for people. */
struct event_type {
	const char *name;  /* "concert" */
	const char *label; /* "Concert" */
};

/* All types (R69), in the order of forms; *count of them. */
const struct event_type *event_types(size_t *count);

/* Is there a type of that name? */
bool event_is_type(const char *name);

/* "Concert" for "concert"; the word itself when unknown. */
const char *event_type_label(const char *name);

/*
 * The event of a booking: the one at hand, whose stock may have changed
 * since, else read.
 */
MUST_CHECK struct error *event_of_booking(const struct shop *shop,
    const struct booking *booking, int64_t now, struct event *event);

/* How the event sells at `now`. */
enum sale_state event_sale_state(const struct event *event, int64_t now);

/* How a tier sells: the event's state, narrowed by its own window. */
enum sale_state tier_sale_state(
    const struct event *event, const struct tier *tier, int64_t now);

/*
 * Why it does not sell, a sentence for people: "Booking opens on Saturday 28
 * November 2026, 19:30 UTC." `tier` may be NULL. "" for SALE_OPEN.
 */
const char *event_sale_reason(struct arena *arena, const struct event *event,
    const struct tier *tier, enum sale_state state);

/* BOOKING_CLOSED_ERROR, with that reason, unless event and tier sell now. */
MUST_CHECK struct error *event_check_sale(struct arena *arena,
    const struct event *event, const struct tier *tier, int64_t now);

/* Is nothing left in any tier? (An event without tiers is sold out.) */
bool event_is_sold_out(const struct event *event);

/* Is nothing left in one of the tiers, at least? */
bool event_has_sold_out_tier(const struct event *event);

/* Can anything be booked at `now`: a tier that sells and has places left? */
bool event_can_book(const struct event *event, int64_t now);

/* A tier by id ("vip") or, as a convenience, by display name; or NULL. */
const struct tier *event_find_tier(const struct event *event, const char *text);

/* The tier of one of the event's own seats: it is there, or the program ends.
 */
const struct tier *event_tier_of(const struct event *event, int64_t tier_id);

/* "City Jazz Club", or "Online". */
const char *event_place(const struct event *event);

#endif
