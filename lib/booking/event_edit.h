/*
 * Event edit: what organisers do with their events - create, change, publish,
 * take back, complete, copy, delete. (Cancelling is event_cancel.h, telling
 * bookers of changes event_tell.h.)
 *
 * Invariants
 * - An event is found for its viewer: somebody else's is NOT_FOUND_ERROR.
 * - Of two editors at once the second is told (STATE_ERROR), and nothing of
 *   either is lost.
 * - No capacity falls below what is sold and held (I1), nothing that was sold
 *   is removed, no seat in use moves (I2), whoever buys meanwhile. Prices of
 *   bookings stay as they were.
 * - Each action leaves a line in the audit log, within its transaction.
 *
 * Mistakes are VALIDATION_ERRORs whose `field` names the input: "start",
 * "tier_capacity-2" (the second tier's), "seat_rows".
 */
#ifndef BOOKING_EVENT_EDIT_H
#define BOOKING_EVENT_EDIT_H

#include "booking/seats.h"
#include "booking/shop.h"
#include "model/event.h"
#include "model/viewer.h"

enum {
	EVENT_TIERS_MOST = 20,
	EVENT_CAPACITY_MOST = 10 * 1000 * 1000,
};

/* An event as its organiser wants it. */
struct event_wish {
	/*
	 * Tiers with id 0 are new; those that are missing are removed. A venue
	 * with id 0 and a name is found by it, or added. `version` is what the
	 * editor saw; 0: whatever it is by now.
	 */
	struct event event;
	struct seat_plan seats; /* reserved seating: they are the capacity */
	const char *staff; /* user names at the door, blanks between; NULL: as
			      it is */
	const char *owner; /* user name; "" nobody's; NULL: as it is, and of a
			      new one without the viewer */
	const char *form_key;    /* of a new one: the form's one-time key; ""
				    or NULL none */
	const char *form_digest; /* what that form says, hashed */
};

/* Is the wish in itself right? The error of the first mistake. */
MUST_CHECK struct error *event_check_wish(
    struct arena *arena, const struct event_wish *wish);

/*
 * Add it; its slug is made of the title. The same form once more finds what it
 * has made: wish->event.slug alone is then right. STATE_ERROR when it says
 * something else by now.
 */
MUST_CHECK struct error *event_create(const struct shop *shop,
    const struct viewer *viewer, struct event_wish *wish);

/* What the staff see of an event beside its row. */
struct event_sides {
	const char *seats; /* as booking/seats.h writes them; "" none */
	const char *staff; /* user names at the door */
};
MUST_CHECK struct error *event_look_aside(const struct shop *shop,
    const struct event *event, struct event_sides *sides);

/*
 * Change it (wish->event.slug says which). *must_tell: bookers have to be
 * told of it (event_tell.h). STATE_ERROR when somebody was faster.
 */
MUST_CHECK struct error *event_change(const struct shop *shop,
    const struct viewer *viewer, struct event_wish *wish, bool *must_tell);

/* draft -> published. Needs a ticket type, and an end that is to come. */
MUST_CHECK struct error *event_publish(
    const struct shop *shop, const struct viewer *viewer, const char *slug);

/* published -> draft, while nobody has booked or waits. */
MUST_CHECK struct error *event_unpublish(
    const struct shop *shop, const struct viewer *viewer, const char *slug);

/* published -> completed: shown, sells nothing. */
MUST_CHECK struct error *event_complete(
    const struct shop *shop, const struct viewer *viewer, const char *slug);

/*
 * A draft with the same tiers and seats, whole weeks later, so that it is to
 * come; *copy is its slug. The same form (its one-time key; "" none) makes one.
 */
MUST_CHECK struct error *event_duplicate(const struct shop *shop,
    const struct viewer *viewer, const char *slug, const char *form_key,
    const char **copy);

/* R50: only what was never booked. STATE_ERROR: cancel it instead. */
MUST_CHECK struct error *event_delete(
    const struct shop *shop, const struct viewer *viewer, const char *slug);

/* Show another picture ("" none); *unused is a file nobody shows now, or "". */
MUST_CHECK struct error *event_set_image(const struct shop *shop,
    const struct viewer *viewer, const char *slug, const char *image,
    const char *alt, const char **unused);

#endif
