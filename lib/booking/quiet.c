#include "booking/quiet.h"

#include "base/clock.h"
#include <stdbool.h>

static bool is_quiet(const struct config *config, const char *zone, int64_t at)
{
	int hour = clock_wall(at, zone).hour;
	int64_t from = config->quiet_from, to = config->quiet_to;

	if (from <= to)
		return hour >= from && hour < to;
	return hour >= from || hour < to;
}

/* The next moment after `at` when the wall clock shows a full hour. */
static int64_t next_hour(int64_t at, int64_t hour, const char *zone)
{
	struct wall_time wall = clock_wall(at, zone);
	int64_t found;

	wall.hour = (int)hour;
	wall.minute = 0;
	found = clock_from_wall(wall, zone);
	if (found > at)
		return found;
	/* A day has 23 to 25 hours: half a day into the next is safe. */
	wall = clock_wall(clock_day_start(at, zone) + DAY + DAY / 2, zone);
	wall.hour = (int)hour;
	wall.minute = 0;
	return clock_from_wall(wall, zone);
}

int64_t quiet_end(const struct config *config, const char *zone, int64_t at,
    int64_t span, int64_t latest)
{
	if (config->quiet_from == config->quiet_to)
		return at + span < latest ? at + span : latest;
	while (at < latest) {
		int64_t evening;

		if (is_quiet(config, zone, at))
			at = next_hour(at, config->quiet_to, zone);
		evening = next_hour(at, config->quiet_from, zone);
		if (at + span <= evening)
			break;
		span -= evening - at;
		at = evening;
	}
	return at + span < latest ? at + span : latest;
}
