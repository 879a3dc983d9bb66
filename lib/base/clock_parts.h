/*
 * What the files of clock share: clock.c knows now and the zones,
 * clock_text.c reads and writes.
 */
#ifndef BASE_CLOCK_PARTS_H
#define BASE_CLOCK_PARTS_H

#include "base/clock.h"
#include <time.h>

enum {
	YEAR_OF_TM = 1900 /* what struct tm counts from */
};

/* The calendar of a zone's wall, or of UTC, from 1970 to 9999. */
struct tm clock_local_time(int64_t at, const char *zone);
struct tm clock_utc_time(int64_t at);

#endif
