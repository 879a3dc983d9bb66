/*
 * Clock: the time of a request, and times in zones.
 *
 * Invariants
 * - Times are int64_t seconds since 1970-01-01T00:00:00Z everywhere: in the
 *   database, in structs, in parameters.
 * - clock_now() is read from the system once a request (clock_tick) and does
 *   not move while the request lasts.
 * - Built with TESTHOOKS=1, the file DATA/clock (a number of seconds, maybe
 *   negative) moves the time, or stops it ("@1790000000": it is that). Other
 *   builds do not look for it.
 * - Zones are IANA names ("Europe/Berlin"). glibc takes unknown names for
 *   UTC without a word, so clock_is_zone() checks that the file exists.
 */
#ifndef BASE_CLOCK_H
#define BASE_CLOCK_H

#include "base/arena.h"
#include "base/error.h"
#include "base/out.h"
#include <stdbool.h>
#include <stdint.h>

/* Names for spans, so that no caller writes 86400. */
enum {
	MINUTE = 60,
	HOUR = 60 * MINUTE,
	DAY = 24 * HOUR,
};

/* How a `struct when` prints for people. */
enum when_style {
	WHEN_LONG,  /* Saturday 28 November 2026, 19:30 UTC */
	WHEN_SHORT, /* Sat 28 Nov 2026, 19:30 */
	WHEN_DATE,  /* Saturday 28 November 2026 */
	WHEN_TIME,  /* 19:30 */
};

/* A moment as somebody sees it on the wall of a place. */
struct when {
	int64_t at;            /* epoch seconds */
	const char *zone;      /* IANA name */
	enum when_style style; /* how it prints as text */
};

/* A date and time on a wall, without a zone. */
struct wall_time {
	int year;   /* 1970 .. 9999 */
	int month;  /* 1 .. 12 */
	int day;    /* 1 .. 31 */
	int hour;   /* 0 .. 23 */
	int minute; /* 0 .. 59 */
};

/* ---- now ---- */

/* Where the test offset lies (DATA); before the first tick. NULL: nowhere. */
void clock_set_directory(const char *directory);

/* Read the system's clock; at the start of each request. */
void clock_tick(void);

/* The time of the last tick (ticks by itself the first time). */
int64_t clock_now(void);

/* Milliseconds since the boot, which nobody sets: for spans and deadlines. */
int64_t clock_running_ms(void);

/* ---- zones ---- */

/* Is there such a zone on this system? Refuses "", "/x", "../x". */
bool clock_is_zone(const char *zone);

/* So many seconds a wall clock in `zone` is ahead of UTC at `at`. */
int64_t clock_offset(int64_t at, const char *zone);

/* What a wall clock in `zone` shows at `at`. */
struct wall_time clock_wall(int64_t at, const char *zone);

/*
 * The moment a wall clock in `zone` shows `wall`. In the hour that a summer
 * time skips, the moment the clock would have shown it without the change; in
 * the hour that comes twice, the first.
 */
int64_t clock_from_wall(struct wall_time wall, const char *zone);

/* Midnight at the start of the day that holds `at`, in `zone`. */
int64_t clock_day_start(int64_t at, const char *zone);

/* ---- text ---- */

/*
 * Parse "YYYY-MM-DD" (hour and minute 0). VALIDATION_ERROR with cause
 * VALUE_ERROR; refuses 2026-02-30. Blanks around are allowed.
 */
MUST_CHECK struct error *clock_parse_date(
    const char *text, struct wall_time *result);

/*
 * Parse "YYYY-MM-DD HH:MM", also with a T between and ":00" behind, as browsers
 * send it (HTML, "valid local date and time string").
 */
MUST_CHECK struct error *clock_parse_minute(
    const char *text, struct wall_time *result);

/* "2026-11-28" and "2026-11-28T19:30", as browsers have them. */
NONNULL_RESULT char *clock_format_date(
    struct arena *arena, struct wall_time wall);
NONNULL_RESULT char *clock_format_minute(
    struct arena *arena, struct wall_time wall);

/* For people, in the value's style. */
void when_print(struct out *out, struct when when);
NONNULL_RESULT char *when_format(struct arena *arena, struct when when);

/* For programs: 2026-11-28T19:30:00+01:00 (RFC 3339). */
void when_print_iso(struct out *out, struct when when);

/* 2026-11-28T18:30:00Z */
NONNULL_RESULT char *clock_iso_utc(struct arena *arena, int64_t at);

/* Sat, 28 Nov 2026 18:30:00 GMT, as HTTP writes dates (RFC 9110, 5.6.7). */
NONNULL_RESULT char *clock_http_date(struct arena *arena, int64_t at);

/* "9 minutes 30 seconds", "1 hour 5 minutes", "30 seconds". */
NONNULL_RESULT char *clock_span(struct arena *arena, int64_t seconds);

#endif
