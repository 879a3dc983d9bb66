#include "base/clock.h"
#include "booking/quiet.h"
#include "tap.h"

enum {
	NEVER = INT32_MAX
};

static int64_t moment(int month, int day, int hour, int minute)
{
	const struct wall_time wall = {2026, month, day, hour, minute};

	return clock_from_wall(wall, "Europe/Berlin");
}

/* An offer from one moment of 2026 to another, in Berlin. */
struct row {
	const char *name;
	int from, to; /* quiet hours */
	int month, day, hour, minute;
	int minutes; /* how long the offer lasts */
	int end_day, end_hour, end_minute;
};

static const struct row rows[] = {
    {"by day", 22, 8, 6, 10, 12, 0, 120, 10, 14, 0},
    {"up to the evening", 22, 8, 6, 10, 20, 0, 120, 10, 22, 0},
    {"an hour before the night, an hour after it", 22, 8, 6, 10, 21, 0, 120, 11,
	9, 0},
    {"made at night", 22, 8, 6, 10, 23, 0, 120, 11, 10, 0},
    {"made after midnight", 22, 8, 6, 11, 3, 30, 120, 11, 10, 0},
    {"made as the night begins", 22, 8, 6, 10, 22, 0, 120, 11, 10, 0},
    {"made as it ends", 22, 8, 6, 10, 8, 0, 120, 10, 10, 0},
    {"longer than a night", 22, 8, 6, 10, 21, 0, 600, 11, 17, 0},
    {"over two nights", 22, 8, 6, 10, 8, 0, 29 * 60, 12, 9, 0},
    {"no quiet hours", 0, 0, 6, 10, 23, 0, 120, 11, 1, 0},
    {"quiet at noon", 12, 14, 6, 10, 11, 30, 60, 10, 14, 30},
    {"quiet from midnight", 0, 7, 6, 10, 23, 30, 60, 11, 7, 30},
    {"the night that summer time shortens", 22, 8, 3, 28, 21, 0, 120, 29, 9, 0},
    {"the night that it makes longer", 22, 8, 10, 24, 23, 0, 120, 25, 10, 0},
    {"quiet until an hour that is skipped", 22, 2, 3, 28, 23, 0, 60, 29, 4, 0},
};

static void test_end(void)
{
	for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
		const struct row *row = &rows[i];
		const struct config config = {
		    .quiet_from = row->from, .quiet_to = row->to};
		int64_t at =
		    moment(row->month, row->day, row->hour, row->minute);

		is_number(quiet_end(&config, "Europe/Berlin", at,
			      row->minutes * MINUTE, NEVER),
		    moment(row->month, row->end_day, row->end_hour,
			row->end_minute),
		    row->name);
	}
}

static void test_latest(void)
{
	const struct config config = {.quiet_from = 22, .quiet_to = 8};
	int64_t at = moment(6, 10, 21, 0), start = moment(6, 10, 22, 30);

	is_number(quiet_end(&config, "Europe/Berlin", at, 2 * HOUR, start),
	    start, "not after the latest moment, at night");
	is_number(quiet_end(&config, "Europe/Berlin", at, 2 * HOUR, at + 60),
	    at + 60, "nor by day");
	is_number(quiet_end(&config, "Europe/Berlin", at, 2 * HOUR, at - 60),
	    at - 60, "nor when that has passed");
}

int main(void)
{
	test_end();
	test_latest();
	return done_testing();
}
