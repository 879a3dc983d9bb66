/*
 * Seats: rows of numbered seats as people write them, and choosing among
 * them. "A1-A10" is row A, seats 1 to 10; several parts stand with blanks or
 * semicolons between.
 */
#ifndef BOOKING_SEATS_H
#define BOOKING_SEATS_H

#include "base/arena.h"
#include "base/error.h"
#include "booking/shop.h"
#include "model/event.h"
#include "model/seat.h"
#include <stddef.h>
#include <stdint.h>

/* The most seats that one text may name, and the longest name of a row. */
enum {
	SEATS_MOST = 20 * 1000,
	SEATS_ROW_LONGEST = 8,
};

struct seat_range {
	const char *row; /* letters: "A" */
	int64_t first;   /* 1 or more */
	int64_t last;    /* first or more */
};

struct seat_range_list {
	const struct seat_range *items;
	size_t count;
	int64_t seats; /* in all */
};

/*
 * Read a text of rows. VALIDATION_ERROR for what does not look like A1-A10,
 * a range across rows or backwards, a seat named twice, too many seats. The
 * message names the part.
 */
MUST_CHECK struct error *seats_parse(
    struct arena *arena, const char *text, struct seat_range_list *list);

/* The seats of a tier as such a text: "A1-A10 B1-B5". */
NONNULL_RESULT const char *seats_write(
    struct arena *arena, const struct seat_list *seats, int64_t tier_id);

/* Add the seats of a text to a tier; within a TRANSACTION. */
MUST_CHECK struct error *seats_add(const struct shop *shop, int64_t event_id,
    const char *tier_slug, const char *text);

/* ---- choosing ---- */

/*
 * The seats that were named ("A7"), in the order given. INVALID_BOOKING_ERROR
 * (field `seat`) for one that the event does not have, one named twice, or
 * none; SEAT_TAKEN_ERROR with those that are not free any more.
 */
MUST_CHECK struct error *seats_pick(struct arena *arena,
    const struct event *event, const struct seat_list *seats,
    const char *const *names, size_t count, struct seat_list *picked);

/*
 * The best free seats of a tier: side by side in one row, nearest to the
 * front, in the middle of the row; where no row has so many together, the
 * longest runs from the front. Accessible seats are taken last. The caller
 * knows that there are `quantity` free ones; fewer give SEAT_TAKEN_ERROR.
 */
MUST_CHECK struct error *seats_best(struct arena *arena,
    const struct event *event, const struct seat_list *seats, int64_t tier_id,
    int64_t quantity, struct seat_list *picked);

#endif
