#include "base/clock.h"
#include "tap.h"

#include <string.h>
#include <time.h>

static struct arena arena;

static void test_now(void)
{
	int64_t now = time(NULL);

	clock_tick();
	ok(clock_now() >= now && clock_now() <= now + MINUTE, "now is now");
}

#ifdef TESTHOOKS
static void write_clock(const char *path, const char *text)
{
	FILE *file = fopen(path, "w");

	if (!file)
		die("cannot write %s", path);
	fputs(text, file);
	fclose(file);
	clock_tick();
}

static void test_offset(void)
{
	static const struct {
		const char *text;
		int64_t offset;
	} rows[] = {{"7200\n", 7200}, {"-86400", -86400}, {"rubbish", 0}};
	char directory[] = "/tmp/test_clock.XXXXXX";
	const char *path;

	if (!mkdtemp(directory))
		die("no directory for the test");
	path = arena_format(&arena, "%s/clock", directory);
	clock_set_directory(directory);
	for (size_t i = 0; i < COUNT_OF(rows); i++) {
		int64_t expected = (int64_t)time(NULL) + rows[i].offset;

		write_clock(path, rows[i].text);
		ok(clock_now() >= expected && clock_now() < expected + MINUTE,
		    "moved by %s", rows[i].text);
	}
	write_clock(path, "@1790000000\n");
	is_number(clock_now(), 1790000000, "stopped");
	remove(path);
	remove(directory);
	clock_tick();
	ok(clock_now() <= time(NULL), "not moved without the file");
	clock_set_directory(NULL);
}
#endif

static void test_zone_names(void)
{
	static const struct {
		const char *zone;
		bool is_zone;
	} rows[] = {
	    {"UTC", true},
	    {"Europe/Berlin", true},
	    {"America/Argentina/Buenos_Aires", true},
	    {"Etc/GMT+3", true},
	    {NULL, false},
	    {"", false},
	    {"/usr/share/zoneinfo/UTC", false},
	    {"../zoneinfo/UTC", false},
	    {"Europe/../UTC", false},
	    {"Europe", false},
	    {"Europe/", false},
	    {"Europe/Atlantis", false},
	    {"zone.tab", false},
	    {"right/Europe/Berlin", false},
	    {"XYZ-9", false},
	    {"Europe/Berlin ", false},
	    {"A2345678901234567890123456789012345678901234567890123456789012"
	     "345678901234567890",
		false},
	};

	for (size_t i = 0; i < COUNT_OF(rows); i++)
		ok(clock_is_zone(rows[i].zone) == rows[i].is_zone, "zone %s",
		    rows[i].zone ? rows[i].zone : "(NULL)");
}

/* Walls and their moments; the values were made with Python's zoneinfo. */
static void test_walls(void)
{
	static const struct {
		const char *zone;
		struct wall_time wall;
		int64_t at;
		bool is_skipped; /* a wall that no clock shows */
	} rows[] = {
	    {"UTC", {2026, 11, 28, 19, 30}, 1795894200, false},
	    {"Europe/Berlin", {2026, 11, 28, 19, 30}, 1795890600, false},
	    {"Europe/Berlin", {2026, 3, 29, 2, 30}, 1774747800, true},
	    {"Europe/Berlin", {2026, 10, 25, 2, 30}, 1792888200, false},
	    {"America/New_York", {2026, 3, 8, 2, 30}, 1772955000, true},
	    {"America/New_York", {2026, 11, 1, 1, 30}, 1793511000, false},
	    {"Asia/Kolkata", {2026, 1, 1, 0, 0}, 1767205800, false},
	    {"Asia/Dubai", {2026, 7, 1, 12, 0}, 1782892800, false},
	    {"Pacific/Apia", {2011, 12, 29, 23, 0}, 1325235600, false},
	    {"Pacific/Apia", {2011, 12, 30, 12, 0}, 1325282400, true},
	    {"Pacific/Apia", {2011, 12, 31, 1, 0}, 1325242800, false},
	    {"Australia/Lord_Howe", {2026, 10, 4, 2, 15}, 1791042300, true},
	    {"America/Sao_Paulo", {2018, 11, 4, 0, 0}, 1541300400, true},
	    {"UTC", {1970, 1, 1, 0, 0}, 0, false},
	    {"UTC", {9999, 12, 31, 23, 59}, INT64_C(253402300740), false},
	};

	for (size_t i = 0; i < COUNT_OF(rows); i++) {
		const struct wall_time *wall = &rows[i].wall;
		struct wall_time shown;

		is_number(clock_from_wall(*wall, rows[i].zone), rows[i].at,
		    arena_format(&arena, "%s, row %zu", rows[i].zone, i));
		shown = clock_wall(rows[i].at, rows[i].zone);
		ok((memcmp(&shown, wall, sizeof(shown)) != 0) ==
			rows[i].is_skipped,
		    "and back");
	}
}

/* Every half hour of two years comes back, save in the doubled hours. */
static void test_round_trip(void)
{
	static const char *const zones[] = {
	    "Europe/Berlin", "America/St_Johns", "Asia/Tokyo", "Africa/Cairo"};
	enum {
		START = 1767225600,
		YEARS_LENGTH = 2 * 366 * DAY
	};

	for (size_t i = 0; i < COUNT_OF(zones); i++) {
		int wrong = 0;

		for (int64_t at = START; at < START + YEARS_LENGTH;
		     at += HOUR / 2) {
			int64_t back =
			    clock_from_wall(clock_wall(at, zones[i]), zones[i]);

			if (back != at && back != at - HOUR)
				wrong++;
		}
		is_number(wrong, 0, zones[i]);
	}
}

static void test_day_start(void)
{
	is_number(clock_day_start(1795890600, "Europe/Berlin"),
	    1795890600 - 19 * HOUR - 30 * MINUTE, "a day in Berlin");
	is_number(clock_day_start(1541300400 + 5 * HOUR, "America/Sao_Paulo"),
	    1541300400, "a day whose midnight is skipped");
	is_number(clock_day_start(100, "UTC"), 0, "the first day");
}

static void test_parse(void)
{
	static const struct {
		const char *text;
		const char *date;   /* what parse_date says */
		const char *minute; /* what parse_minute says; NULL: fine */
	} rows[] = {
	    {"2026-11-28", NULL,
		"must be a date and time like 2026-11-28 19:30"},
	    {" 2028-02-29 ", NULL,
		"must be a date and time like 2026-11-28 19:30"},
	    {"2026-11-28 19:30", "must be a date like 2026-11-28", NULL},
	    {"2026-11-28T19:30", "must be a date like 2026-11-28", NULL},
	    {"\t2026-11-28 00:00\n", "must be a date like 2026-11-28", NULL},
	    {"2026-02-30", "must be a day that the calendar has",
		"must be a date and time like 2026-11-28 19:30"},
	    {"2026-02-29 10:00", "must be a date like 2026-11-28",
		"must be a day that the calendar has"},
	    {"2100-02-29", "must be a day that the calendar has",
		"must be a date and time like 2026-11-28 19:30"},
	    {"2026-13-01 10:00", "must be a date like 2026-11-28",
		"must be a day that the calendar has"},
	    {"2026-00-01 10:00", "must be a date like 2026-11-28",
		"must be a day that the calendar has"},
	    {"2026-01-00 10:00", "must be a date like 2026-11-28",
		"must be a day that the calendar has"},
	    {"2026-01-01 24:00", "must be a date like 2026-11-28",
		"must be a time from 00:00 to 23:59"},
	    {"2026-01-01 23:60", "must be a date like 2026-11-28",
		"must be a time from 00:00 to 23:59"},
	    {"1969-12-31 10:00", "must be a date like 2026-11-28",
		"must be a date after 1969"},
	    {"2026-1-1", "must be a date like 2026-11-28",
		"must be a date and time like 2026-11-28 19:30"},
	    {"2026-11-28 19:30:00", "must be a date like 2026-11-28", NULL},
	    {"2026-11-28T19:30:01", "must be a date like 2026-11-28",
		"must be a date and time like 2026-11-28 19:30"},
	    {"2026-11-28 19:30:0", "must be a date like 2026-11-28",
		"must be a date and time like 2026-11-28 19:30"},
	    {"2026-11-28  19:30", "must be a date like 2026-11-28",
		"must be a date and time like 2026-11-28 19:30"},
	    {"28.11.2026", "must be a date like 2026-11-28",
		"must be a date and time like 2026-11-28 19:30"},
	    {"", "must be a date like 2026-11-28",
		"must be a date and time like 2026-11-28 19:30"},
	    {NULL, "must be a date like 2026-11-28",
		"must be a date and time like 2026-11-28 19:30"},
	};
	struct wall_time wall;

	for (size_t i = 0; i < COUNT_OF(rows); i++) {
		const char *name = rows[i].text ? rows[i].text : "(NULL)";
		struct error *error = clock_parse_date(rows[i].text, &wall);

		is_text(error ? error->message : NULL, rows[i].date, name);
		ok(!error ||
			(error_is(error, VALIDATION_ERROR) &&
			    error_is(error->cause, VALUE_ERROR)),
		    "its kind and cause");
		error = clock_parse_minute(rows[i].text, &wall);
		is_text(error ? error->message : NULL, rows[i].minute, name);
	}
	ok(!clock_parse_minute(" 2026-11-28T19:30", &wall), "parses");
	ok(memcmp(&wall, &(struct wall_time){2026, 11, 28, 19, 30},
	       sizeof(wall)) == 0,
	    "its parts");
	is_text(clock_format_minute(&arena, wall), "2026-11-28T19:30",
	    "written again");
	is_text(clock_format_date(&arena, (struct wall_time){99, 1, 2, 3, 4}),
	    "0099-01-02", "its day");
	ok(!clock_parse_date("2026-11-28", &wall), "parses");
	ok(memcmp(&wall, &(struct wall_time){2026, 11, 28, 0, 0},
	       sizeof(wall)) == 0,
	    "a date's hour and minute are 0");
	error_reset();
}

static void test_print(void)
{
	static const struct {
		struct when when;
		const char *text;
		const char *iso;
	} rows[] = {
	    {{1795894200, "UTC", WHEN_LONG},
		"Saturday 28 November 2026, 19:30 UTC",
		"2026-11-28T19:30:00+00:00"},
	    {{1795890600, "Europe/Berlin", WHEN_LONG},
		"Saturday 28 November 2026, 19:30 CET",
		"2026-11-28T19:30:00+01:00"},
	    {{1795890600, "Europe/Berlin", WHEN_SHORT},
		"Sat 28 Nov 2026, 19:30", "2026-11-28T19:30:00+01:00"},
	    {{1795890600, "Europe/Berlin", WHEN_DATE},
		"Saturday 28 November 2026", "2026-11-28T19:30:00+01:00"},
	    {{1795890600, "Europe/Berlin", WHEN_TIME}, "19:30",
		"2026-11-28T19:30:00+01:00"},
	    {{1782892801, "Asia/Dubai", WHEN_LONG},
		"Wednesday 1 July 2026, 12:00 UTC+04",
		"2026-07-01T12:00:01+04:00"},
	    {{1795894200, "America/St_Johns", WHEN_TIME}, "16:00",
		"2026-11-28T16:00:00-03:30"},
	    {{0, NULL, WHEN_SHORT}, "Thu 1 Jan 1970, 00:00",
		"1970-01-01T00:00:00+00:00"},
	    {{INT64_MAX, "UTC", WHEN_SHORT}, "Fri 31 Dec 9999, 23:59",
		"9999-12-31T23:59:59+00:00"},
	    {{INT64_MIN, "No/Where", WHEN_TIME}, "00:00",
		"1970-01-01T00:00:00+00:00"},
	};

	for (size_t i = 0; i < COUNT_OF(rows); i++) {
		struct out iso = {.arena = &arena};

		is_text(when_format(&arena, rows[i].when), rows[i].text,
		    rows[i].text);
		when_print_iso(&iso, rows[i].when);
		is_text(out_string(&iso), rows[i].iso, rows[i].iso);
	}
	is_text(clock_iso_utc(&arena, 1795894200), "2026-11-28T19:30:00Z",
	    "UTC for programs");
	is_text(clock_http_date(&arena, 784111777),
	    "Sun, 06 Nov 1994 08:49:37 GMT", "HTTP date");
}

static void test_spans(void)
{
	static const struct {
		int64_t seconds;
		const char *text;
	} rows[] = {
	    {-5, "0 seconds"},
	    {0, "0 seconds"},
	    {1, "1 second"},
	    {30, "30 seconds"},
	    {60, "1 minute"},
	    {61, "1 minute 1 second"},
	    {570, "9 minutes 30 seconds"},
	    {3600, "1 hour"},
	    {3605, "1 hour"},
	    {3900, "1 hour 5 minutes"},
	    {86400, "1 day"},
	    {2 * DAY + 3 * HOUR + 59, "2 days 3 hours"},
	    {2 * DAY + 59 * MINUTE, "2 days"},
	};

	for (size_t i = 0; i < COUNT_OF(rows); i++)
		is_text(clock_span(&arena, rows[i].seconds), rows[i].text,
		    rows[i].text);
}

int main(void)
{
	test_now();
#ifdef TESTHOOKS
	test_offset();
#endif
	test_zone_names();
	test_walls();
	test_round_trip();
	test_day_start();
	test_parse();
	test_print();
	test_spans();
	arena_close(&arena);
	return done_testing();
}
