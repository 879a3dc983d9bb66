/*
 * The noun of reserved seating: a seat of an event. A plain value.
 */
#ifndef MODEL_SEAT_H
#define MODEL_SEAT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum seat_status {
	SEAT_FREE,
	SEAT_HELD, /* somebody is buying it */
	SEAT_SOLD,
};

struct seat {
	int64_t id;
	const char *row;  /* "A" */
	int64_t number;   /* 7 */
	const char *name; /* "A7" */
	int64_t tier_id;
	bool is_accessible; /* for wheelchairs; best available leaves it */
	enum seat_status status;
};

/* By rows from the front, then by number. */
struct seat_list {
	const struct seat *items;
	size_t count;
};

#endif
