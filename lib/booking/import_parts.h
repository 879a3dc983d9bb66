/*
 * Import_parts: what import.c, which writes, and import_read.c, which reads
 * the lines, share, and nobody else.
 */
#ifndef BOOKING_IMPORT_PARTS_H
#define BOOKING_IMPORT_PARTS_H

#include "booking/import.h"
#include "document/csv.h"
#include "model/event.h"

enum import_column {
	IMPORT_EVENT,
	IMPORT_TITLE,
	IMPORT_TYPE,
	IMPORT_VENUE,
	IMPORT_START,
	IMPORT_END,
	IMPORT_TIER,
	IMPORT_TIER_TITLE,
	IMPORT_PRICE,
	IMPORT_CAPACITY,
	IMPORT_ROWS,
	IMPORT_COLUMNS
};

/* Their names in the first line. */
extern const char *const import_columns[IMPORT_COLUMNS];

/* An event as it is read, line by line. */
struct import_event {
	struct event event;
	struct tier *tiers; /* event.tiers.items, to be added to */
	size_t tier_room;
	const struct csv_row *row; /* its first line */
};

/* The import under way. */
struct import {
	const struct shop *shop;
	struct arena *arena;
	struct import_report *report;
	const struct csv_row *row; /* being read */
	size_t
	    places[IMPORT_COLUMNS]; /* of each column, from 1; 0: not there */
	size_t columns;             /* of the first line */
	struct import_event *events;
	size_t event_count;
};

/* Note something wrong in the line being read; column "": all of it. */
void import_complain(
    struct import *import, const char *column, const char *message);

/* The first line: which column stands where. */
void import_read_header(struct import *import, const struct csv_row *row);

/* A further line: a tier, of a new event or of one that has begun. */
void import_read_line(struct import *import, const struct csv_row *row);

/*
 * After the last line: beside seats, "no limit" is more likely a cell that
 * was forgotten.
 */
void import_check_mixed(struct import *import);

#endif
