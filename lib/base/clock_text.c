/*
 * Moments and spans as text, read and written; see clock.h.
 */
#include "base/clock_parts.h"
#include "base/text.h"
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

enum {
	FIRST_YEAR = 1970
};

static const char *const weekdays[] = {"Sunday", "Monday", "Tuesday",
    "Wednesday", "Thursday", "Friday", "Saturday"};
static const char *const months[] = {"January", "February", "March", "April",
    "May", "June", "July", "August", "September", "October", "November",
    "December"};

/* ---- reading ---- */

static struct error *malformed(const char *cause, const char *message)
{
	return fail_with(VALIDATION_ERROR, fail(VALUE_ERROR, "%s", cause),
	    NO_FIELDS, "%s", message);
}

static const char *skip_blanks(const char *text)
{
	return text + strspn(text, " \t\r\n");
}

/* A number of so many digits at *at, which moves behind it. */
static bool read_number(const char **at, int digits, int *number)
{
	*number = 0;
	for (; digits > 0; digits--, (*at)++) {
		if (**at < '0' || **at > '9')
			return false;
		*number = *number * 10 + (**at - '0');
	}
	return true;
}

/* One character out of `set` at *at, which moves behind it. */
static bool read_one(const char **at, const char *set)
{
	if (!**at || !strchr(set, **at))
		return false;
	(*at)++;
	return true;
}

static bool read_date(const char **at, struct wall_time *wall)
{
	return read_number(at, 4, &wall->year) && read_one(at, "-") &&
	    read_number(at, 2, &wall->month) && read_one(at, "-") &&
	    read_number(at, 2, &wall->day);
}

static bool read_time(const char **at, struct wall_time *wall)
{
	int second = 0;

	return read_one(at, " T") && read_number(at, 2, &wall->hour) &&
	    read_one(at, ":") && read_number(at, 2, &wall->minute) &&
	    (**at != ':' ||
		(read_one(at, ":") && read_number(at, 2, &second))) &&
	    second == 0;
}

static bool is_leap_year(int year)
{
	return year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
}

static int days_of_month(int year, int month)
{
	static const int days[] = {
	    31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};

	if (month == 2 && is_leap_year(year))
		return 29;
	return days[month - 1];
}

static struct error *check_wall(const struct wall_time *wall)
{
	if (wall->year < FIRST_YEAR)
		return malformed(
		    "a year before 1970", "must be a date after 1969");
	if (wall->month < 1 || wall->month > 12 || wall->day < 1 ||
	    wall->day > days_of_month(wall->year, wall->month))
		return malformed(
		    "no such day", "must be a day that the calendar has");
	if (wall->hour > 23 || wall->minute > 59)
		return malformed(
		    "no such time", "must be a time from 00:00 to 23:59");
	return NULL;
}

struct error *clock_parse_date(const char *text, struct wall_time *result)
{
	struct wall_time wall = {.year = 0};
	const char *at = skip_blanks(text ? text : "");

	if (!read_date(&at, &wall) || *skip_blanks(at))
		return malformed(
		    "not a date", "must be a date like 2026-11-28");
	TRY(check_wall(&wall));
	*result = wall;
	return NULL;
}

struct error *clock_parse_minute(const char *text, struct wall_time *result)
{
	struct wall_time wall = {.year = 0};
	const char *at = skip_blanks(text ? text : "");

	if (!read_date(&at, &wall) || !read_time(&at, &wall) ||
	    *skip_blanks(at))
		return malformed("not a date and time",
		    "must be a date and time like 2026-11-28 19:30");
	TRY(check_wall(&wall));
	*result = wall;
	return NULL;
}

/* ---- writing ---- */

static void print_day(struct out *out, const struct tm *local, int letters)
{
	/* A precision of -1 is none: the whole name. */
	out_format(out, "%.*s %d %.*s %04d", letters, weekdays[local->tm_wday],
	    local->tm_mday, letters, months[local->tm_mon],
	    local->tm_year + YEAR_OF_TM);
}

static void print_time(struct out *out, const struct tm *local)
{
	out_format(out, "%02d:%02d", local->tm_hour, local->tm_min);
}

/* "CET"; zones without letters have "+03", which needs a word before it. */
static void print_zone(struct out *out, const struct tm *local)
{
	if (*local->tm_zone == '+' || *local->tm_zone == '-')
		OUT_LITERAL(out, "UTC");
	out_text(out, local->tm_zone);
}

void when_print(struct out *out, struct when when)
{
	enum {
		WHOLE_NAMES = -1,
		SHORT_NAMES = 3
	};
	struct tm local = clock_local_time(when.at, when.zone);

	switch (when.style) {
	case WHEN_LONG:
		print_day(out, &local, WHOLE_NAMES);
		OUT_LITERAL(out, ", ");
		print_time(out, &local);
		OUT_LITERAL(out, " ");
		print_zone(out, &local);
		return;
	case WHEN_SHORT:
		print_day(out, &local, SHORT_NAMES);
		OUT_LITERAL(out, ", ");
		print_time(out, &local);
		return;
	case WHEN_DATE:
		print_day(out, &local, WHOLE_NAMES);
		return;
	case WHEN_TIME:
		print_time(out, &local);
		return;
	}
}

char *when_format(struct arena *arena, struct when when)
{
	struct out out = {.arena = arena};

	when_print(&out, when);
	return out.data;
}

char *clock_format_date(struct arena *arena, struct wall_time wall)
{
	return arena_format(
	    arena, "%04d-%02d-%02d", wall.year, wall.month, wall.day);
}

char *clock_format_minute(struct arena *arena, struct wall_time wall)
{
	return arena_format(arena, "%sT%02d:%02d",
	    clock_format_date(arena, wall), wall.hour, wall.minute);
}

/* 2026-11-28T19:30:00, which the offset follows. */
static void print_iso(struct out *out, const struct tm *time)
{
	out_format(out, "%04d-%02d-%02dT%02d:%02d:%02d",
	    time->tm_year + YEAR_OF_TM, time->tm_mon + 1, time->tm_mday,
	    time->tm_hour, time->tm_min, time->tm_sec);
}

void when_print_iso(struct out *out, struct when when)
{
	struct tm local = clock_local_time(when.at, when.zone);
	int offset = abs((int)local.tm_gmtoff);

	print_iso(out, &local);
	out_format(out, "%c%02d:%02d", local.tm_gmtoff < 0 ? '-' : '+',
	    offset / HOUR, offset % HOUR / MINUTE);
}

char *clock_iso_utc(struct arena *arena, int64_t at)
{
	struct tm utc = clock_utc_time(at);
	struct out out = {.arena = arena};

	print_iso(&out, &utc);
	OUT_LITERAL(&out, "Z");
	return out.data;
}

char *clock_http_date(struct arena *arena, int64_t at)
{
	struct tm utc = clock_utc_time(at);

	return arena_format(arena, "%.3s, %02d %.3s %04d %02d:%02d:%02d GMT",
	    weekdays[utc.tm_wday], utc.tm_mday, months[utc.tm_mon],
	    utc.tm_year + YEAR_OF_TM, utc.tm_hour, utc.tm_min, utc.tm_sec);
}

/* "1 hour", "2 hours" */
static void print_count(struct out *out, int64_t count, const char *unit)
{
	out_format(out, "%" PRId64 " %s%s", count, unit, count == 1 ? "" : "s");
}

char *clock_span(struct arena *arena, int64_t seconds)
{
	static const struct {
		int64_t seconds;
		const char *name;
	} units[] = {
	    {.seconds = DAY, .name = "day"},
	    {.seconds = HOUR, .name = "hour"},
	    {.seconds = MINUTE, .name = "minute"},
	    {.seconds = 1, .name = "second"},
	};
	struct out out = {.arena = arena};
	size_t i = 0;
	int64_t rest = seconds < 0 ? 0 : seconds;

	while (i < COUNT_OF(units) - 1 && rest < units[i].seconds)
		i++;
	print_count(&out, rest / units[i].seconds, units[i].name);
	rest %= units[i].seconds;
	if (i + 1 < COUNT_OF(units) && rest >= units[i + 1].seconds) {
		OUT_LITERAL(&out, " ");
		print_count(
		    &out, rest / units[i + 1].seconds, units[i + 1].name);
	}
	return out.data;
}
