/*
 * Ics: calendars as RFC 5545 has them, for "add to my calendar" (R43).
 *
 * Times are written in UTC, so that they are right on both sides of a summer
 * time's change, in every program, without a table of zones in the file.
 *
 * Lines end in CR LF and are folded before 75 octets, never inside a
 * character. Texts are escaped; control characters in them are left out; an
 * address with one is left out as a whole.
 *
 * A program that meets the same UID again takes the event with the greater
 * SEQUENCE: send an event again, changed or cancelled, with a greater one.
 */
#ifndef DOCUMENT_ICS_H
#define DOCUMENT_ICS_H

#include "base/out.h"
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Texts that are not there are "" or NULL. */
struct ics_event {
	const char *uid;         /* the same for ever: "booking-X@example" */
	int64_t stamp_at;        /* when this was last changed */
	int64_t sequence;        /* how often it was changed, from 0 */
	int64_t starts_at;       /* epoch seconds */
	int64_t ends_at;         /* epoch seconds; not before the start */
	bool is_cancelled;       /* STATUS:CANCELLED, else CONFIRMED */
	const char *summary;     /* the event's name */
	const char *description; /* plain text; lines end in LF */
	const char *location;    /* "City Jazz Club, Main Street 1" */
	bool has_position;       /* are the coordinates set? */
	double latitude;         /* WGS 84 degrees, north positive */
	double longitude;        /* WGS 84 degrees, east positive */
	const char *url;         /* page of the event, absolute */
	const char *organiser;   /* who runs it; shown beside the address */
	const char *organiser_email; /* without it, no organiser is named */
};

struct ics_calendar {
	const char *name; /* shown by some programs; or "" */
	const struct ics_event *events;
	size_t count;
};

/* Append the calendar; its media type is text/calendar; method=PUBLISH. */
void ics_write(struct out *out, const struct ics_calendar *calendar);

#endif
