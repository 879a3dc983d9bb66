/*
 * Seats: rows of numbered seats as people write them: "A1-A10" is row A,
 * seats 1 to 10; several parts stand with blanks or semicolons between.
 */
#ifndef BOOKING_SEATS_H
#define BOOKING_SEATS_H

#include "base/arena.h"
#include "base/error.h"
#include <stddef.h>
#include <stdint.h>

/* The most seats that one text may name, and the longest name of a row. */
enum {
	SEATS_MOST = 20 * 1000,
	SEATS_ROW_LONGEST = 8,
};

struct seat_range {
	const char *row; /* letters: "A" */
	int64_t first;	 /* 1 or more */
	int64_t last;	 /* first or more */
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
MUST_CHECK struct error *seats_parse(struct arena *arena, const char *text,
    struct seat_range_list *list);

#endif
