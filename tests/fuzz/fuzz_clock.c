/*
 * Dates: what parses is a day of the calendar, and its moment in UTC shows the
 * same wall; any text may be asked to be a zone.
 */
#include "fuzz.h"

#include "base/clock.h"
#include <stdlib.h>
#include <string.h>

static void check_wall(struct arena *arena, struct wall_time wall)
{
	int64_t at = clock_from_wall(wall, "UTC");
	struct wall_time shown = clock_wall(at, "UTC");
	struct out out = {.arena = arena};

	if (memcmp(&wall, &shown, sizeof(wall)) != 0)
		abort();
	if (at < clock_day_start(at, "UTC"))
		abort();
	when_print(&out, (struct when){at, "Europe/Berlin", WHEN_LONG});
	when_print_iso(&out, (struct when){at, "Asia/Kathmandu", WHEN_LONG});
	clock_http_date(arena, at);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static struct arena arena;
	const char *text = arena_copy_bytes(&arena, data, size);
	struct wall_time wall;

	if (!clock_parse_date(text, &wall))
		check_wall(&arena, wall);
	if (!clock_parse_minute(text, &wall))
		check_wall(&arena, wall);
	if (clock_is_zone(text))
		clock_wall((int64_t)size * HOUR, text);
	error_reset();
	arena_reset(&arena);
	return 0;
}
