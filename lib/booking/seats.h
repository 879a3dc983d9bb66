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

/* As the store lists them: short rows first. Below 0: the first is earlier. */
int seats_compare(
    const char *row, int64_t number, const char *other_row, int64_t other);

/* Add the seats of a text to a tier; within a TRANSACTION. */
MUST_CHECK struct error *seats_add(const struct shop *shop, int64_t event_id,
    const char *tier_slug, const char *text);

/* ---- planning: the seats of all tiers in one text ---- */

/* A seat as its organiser wants it. */
struct planned_seat {
	const char *row;
	int64_t number;
	size_t tier; /* its place in the list of tiers */
	bool is_accessible;
};

/* By rows from the front, then by number. */
struct seat_plan {
	struct planned_seat *items;
	size_t count;
};

/* No tier is meant unless a part names one. */
#define SEATS_NO_TIER SIZE_MAX

/*
 * Read "A1-A10 VIP; B1-B12 General; C3 accessible": parts with semicolons or
 * line ends between. A part is seats, then maybe the name or id of a tier,
 * then maybe "accessible". Without a tier it means that of the part before
 * it; the first one, `tier`. Accessible seats that an earlier part has are
 * marked; others are new. VALIDATION_ERROR as seats_parse(), and for a tier
 * that is not there; the message names the part.
 */
MUST_CHECK struct error *seats_plan(struct arena *arena, const char *text,
    const struct tier_list *tiers, size_t tier, struct seat_plan *plan);

/* The seats of an event as such a text, a tier a line. */
NONNULL_RESULT const char *seats_plan_write(struct arena *arena,
    const struct seat_list *seats, const struct tier_list *tiers);

/*
 * Read one word, "A7" or "A1-A10". VALIDATION_ERROR with words for people:
 * that it does not look so, or that it names too many seats.
 */
MUST_CHECK struct error *seats_read_range(
    struct arena *arena, const char *word, struct seat_range *range);

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
