/*
 * Import: events from a CSV file, and to one of the same form.
 *
 * Columns, in any order, by the names in the first line:
 *   event       slug; the lines of one event belong together
 *   title       needed in the event's first line
 *   type        one of event_types(); empty: other
 *   venue       name; empty: online; unknown ones are added
 *   start, end  YYYY-MM-DD HH:MM on the wall clock of the configured zone
 *   tier        id; empty: made of tier_title
 *   tier_title  display name; empty: the id
 *   price       12.50; empty or 0: free
 *   capacity    places; empty: unlimited, or as many as `rows` has
 *   rows        seats, A1-A10 (booking/seats.h)
 * A line is a tier. What describes the event may be left out in its further
 * lines, or must be the same. Imported events are published.
 *
 * All or nothing: one mistake anywhere and nothing is written.
 */
#ifndef BOOKING_IMPORT_H
#define BOOKING_IMPORT_H

#include "base/error.h"
#include "base/out.h"
#include "booking/shop.h"
#include <stddef.h>
#include <stdint.h>

enum {
	IMPORT_PROBLEMS_MOST = 100
};

/* Something wrong in the file. */
struct import_problem {
	int64_t line;
	const char *column;  /* "" where it is the whole line */
	const char *message; /* "must look like 12.50" */
};

struct import_report {
	struct import_problem problems[IMPORT_PROBLEMS_MOST];
	size_t problem_count;
	bool has_more; /* there were further ones */
	size_t events; /* added */
	size_t tiers;  /* added */
};

/*
 * Add the events of a file. VALIDATION_ERROR when the report has problems,
 * or for what csv_read() refuses.
 */
MUST_CHECK struct error *import_events(const struct shop *shop,
    const char *text, size_t length, struct import_report *report);

/* Write all public events in that form, their starts in the same zone. */
MUST_CHECK struct error *export_events(
    const struct shop *shop, struct out *out);

#endif
