#include "base/clock.h"

#include "base/clock_parts.h"
#include "base/text.h"
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#define ZONE_DIRECTORY "/usr/share/zoneinfo/"
#define LAST_SECOND INT64_C(253402300799) /* of the year 9999 */

enum {
	ZONE_SIZE = 64, /* of a zone's name */
	REPLACE = 1,    /* setenv: an old value as well */
};

static struct {
	int64_t now;           /* of the last tick; 0 before the first */
	char zone[ZONE_SIZE];  /* what TZ was last set to, ':' and name */
	const char *directory; /* where the test offset lies */
} state;

/* ---- now ---- */

void clock_set_directory(const char *directory)
{
	state.directory = directory;
}

#ifdef TESTHOOKS
static int64_t test_offset(int64_t now)
{
	char path[4096];
	char text[32] = "";
	int64_t number = 0;
	int descriptor;
	bool stands;

	if (!state.directory)
		return 0;
	snprintf(path, sizeof(path), "%s/clock", state.directory);
	descriptor = open(path, O_RDONLY | O_CLOEXEC);
	if (descriptor < 0)
		return 0;
	if (read(descriptor, text, sizeof(text) - 1) < 0)
		text[0] = '\0';
	close(descriptor);
	stands = *text == '@';
	if (text_number(stands ? text + 1 : text, &number) != NUMBER_OK)
		return 0;
	return stands ? number - now : number;
}
#else
static int64_t test_offset(int64_t now)
{
	(void)now;
	return 0;
}
#endif

void clock_tick(void)
{
	state.now = (int64_t)time(NULL);
	state.now += test_offset(state.now);
}

int64_t clock_now(void)
{
	if (state.now == 0)
		clock_tick();
	return state.now;
}

int64_t clock_running_ms(void)
{
	struct timespec now;

	clock_gettime(CLOCK_BOOTTIME, &now);
	return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

/* ---- zones ---- */

/* IANA names have no dots, so none leads out of the directory. */
static bool is_zone_name(const char *zone)
{
	static const char allowed[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
				      "abcdefghijklmnopqrstuvwxyz"
				      "0123456789_+-/";

	/* "right/..." counts leap seconds, which our times do not. */
	return zone && *zone && *zone != '/' && strlen(zone) < ZONE_SIZE - 1 &&
	    strspn(zone, allowed) == strlen(zone) &&
	    !text_starts_with(zone, "right/");
}

bool clock_is_zone(const char *zone)
{
	char path[sizeof(ZONE_DIRECTORY) + ZONE_SIZE];
	char magic[4];
	ssize_t length;
	int descriptor;

	if (!is_zone_name(zone))
		return false;
	/* The one that needs no file: a host may have none. */
	if (text_equal(zone, "UTC"))
		return true;
	snprintf(path, sizeof(path), "%s%s", ZONE_DIRECTORY, zone);
	descriptor = open(path, O_RDONLY | O_CLOEXEC);
	if (descriptor < 0)
		return false;
	length = read(descriptor, magic, sizeof(magic));
	close(descriptor);
	/* RFC 8536, 3.1 */
	return length == sizeof(magic) && memcmp(magic, "TZif", 4) == 0;
}

/* Make localtime_r() work in a zone; tzset() reads a file, so seldom. */
static void use_zone(const char *zone)
{
	char name[ZONE_SIZE];

	/* The colon keeps glibc from reading "X9Y" as a rule of its own. */
	snprintf(name, sizeof(name), ":%s", is_zone_name(zone) ? zone : "UTC");
	if (strcmp(name, state.zone) == 0)
		return;
	if (setenv("TZ", name, REPLACE) != 0)
		die("no memory for the zone %s", name);
	tzset();
	memcpy(state.zone, name, sizeof(name));
}

struct tm clock_local_time(int64_t at, const char *zone)
{
	time_t seconds = at < 0 ? 0 : at > LAST_SECOND ? LAST_SECOND : at;
	struct tm local = {.tm_mday = 1};

	use_zone(zone);
	localtime_r(&seconds, &local);
	return local;
}

struct tm clock_utc_time(int64_t at)
{
	time_t seconds = at < 0 ? 0 : at > LAST_SECOND ? LAST_SECOND : at;
	struct tm utc = {.tm_mday = 1};

	gmtime_r(&seconds, &utc);
	return utc;
}

static struct wall_time wall_of(const struct tm *local)
{
	return (struct wall_time){
	    .year = local->tm_year + YEAR_OF_TM,
	    .month = local->tm_mon + 1,
	    .day = local->tm_mday,
	    .hour = local->tm_hour,
	    .minute = local->tm_min,
	};
}

struct wall_time clock_wall(int64_t at, const char *zone)
{
	struct tm local = clock_local_time(at, zone);

	return wall_of(&local);
}

/* What the wall would mean in UTC. */
static int64_t wall_seconds(struct wall_time wall)
{
	struct tm utc = {
	    .tm_year = wall.year - YEAR_OF_TM,
	    .tm_mon = wall.month - 1,
	    .tm_mday = wall.day,
	    .tm_hour = wall.hour,
	    .tm_min = wall.minute,
	};

	return timegm(&utc);
}

int64_t clock_offset(int64_t at, const char *zone)
{
	return clock_local_time(at, zone).tm_gmtoff;
}

int64_t clock_from_wall(struct wall_time wall, const char *zone)
{
	int64_t seconds = wall_seconds(wall);
	/* No zone is a day from UTC: a change nearby lies between the two. */
	int64_t before = seconds - clock_offset(seconds - DAY, zone);
	int64_t after = seconds - clock_offset(seconds + DAY, zone);

	/* In the hour that comes twice both fit, and `before` is the first. */
	if (before + clock_offset(before, zone) == seconds)
		return before;
	if (after + clock_offset(after, zone) == seconds)
		return after;
	return before;
}

int64_t clock_day_start(int64_t at, const char *zone)
{
	struct wall_time wall = clock_wall(at, zone);

	wall.hour = 0;
	wall.minute = 0;
	return clock_from_wall(wall, zone);
}
