/* R43: calendars, by the letter of RFC 5545; python3-icalendar reads them in
 * tests/documents.bats. */
#include "base/clock.h"
#include "document/ics.h"
#include "tap.h"

#include <string.h>

static struct arena arena;

static struct ics_event sample(void)
{
	return (struct ics_event){
	    .uid = "booking-7GQ2XK9MVT@example.org",
	    .stamp_at = 1795000000,
	    .sequence = 3,
	    .starts_at = 1795888800,
	    .ends_at = 1795888800 + 3 * HOUR,
	    .summary = "Jazz Evening",
	};
}

static const char *write_one(struct ics_event event)
{
	struct out out = {.arena = &arena};

	ics_write(&out, &(struct ics_calendar){.events = &event, .count = 1});
	return out_string(&out);
}

/* The text with its folded lines joined again. */
static const char *unfold(const char *text)
{
	struct out out = {.arena = &arena};

	for (; *text; text++) {
		if (text_starts_with(text, "\r\n "))
			text += 2;
		else
			out_char(&out, *text);
	}
	return out_string(&out);
}

static bool has_line(const char *text, const char *line)
{
	return strstr(unfold(text), arena_format(&arena, "\r\n%s\r\n", line));
}

static void test_plain(void)
{
	static const char expected[] =
	    "BEGIN:VCALENDAR\r\n"
	    "VERSION:2.0\r\n"
	    "PRODID:-//CampusPass//CampusPass//EN\r\n"
	    "CALSCALE:GREGORIAN\r\n"
	    "METHOD:PUBLISH\r\n"
	    "BEGIN:VEVENT\r\n"
	    "UID:booking-7GQ2XK9MVT@example.org\r\n"
	    "DTSTAMP:20261118T110640Z\r\n"
	    "LAST-MODIFIED:20261118T110640Z\r\n"
	    "SEQUENCE:3\r\n"
	    "DTSTART:20261128T180000Z\r\n"
	    "DTEND:20261128T210000Z\r\n"
	    "SUMMARY:Jazz Evening\r\n"
	    "STATUS:CONFIRMED\r\n"
	    "END:VEVENT\r\n"
	    "END:VCALENDAR\r\n";
	struct ics_event event = sample();

	is_text(write_one(event), expected, "R43 an event, line by line");
	event.is_cancelled = true;
	ok(has_line(write_one(event), "STATUS:CANCELLED"),
	    "R43 a cancelled event says so");
}

static void test_escape(void)
{
	static const struct {
		const char *text;
		const char *line;
	} rows[] = {
	    {"a;b,c\\d", "SUMMARY:a\\;b\\,c\\\\d"},
	    {"a\nb\r\nc", "SUMMARY:a\\nb\\nc"},
	    {"a\tb", "SUMMARY:a\tb"},
	    {"a\x01\x7f"
	     "b",
		"SUMMARY:ab"},
	    {"a:b \"c\"", "SUMMARY:a:b \"c\""},
	    {"x\r\nATTENDEE:mailto:y", "SUMMARY:x\\nATTENDEE:mailto:y"},
	};

	for (size_t i = 0; i < COUNT_OF(rows); i++) {
		struct ics_event event = sample();

		event.summary = rows[i].text;
		ok(has_line(write_one(event), rows[i].line), "%s",
		    rows[i].line);
	}
}

/* Is every line short enough, whole UTF-8 and ended by CR LF? */
static bool is_folded(const char *text)
{
	while (*text) {
		const char *end = strstr(text, "\r\n");

		if (!end || end - text > 75 ||
		    memchr(text, '\n', (size_t)(end - text)) ||
		    !text_is_utf8(text, (size_t)(end - text)))
			return false;
		text = end + 2;
	}
	return true;
}

static void test_fold(void)
{
	static const char *const pieces[] = {
	    "x", "\u00e9", "\u20ac", "\U0001f3b7", "\\", "a\u02bb,", "\n"};

	for (size_t i = 0; i < COUNT_OF(pieces); i++) {
		bool is_good = true;

		for (size_t lead = 0; lead < 80; lead++) {
			struct out out = {.arena = &arena};
			struct ics_event event = sample();

			for (size_t j = 0; j < lead; j++)
				out_char(&out, 'a');
			for (size_t j = 0; j < 60; j++)
				out_text(&out, pieces[i]);
			event.summary = out_string(&out);
			event.organiser = event.summary;
			event.organiser_email = "a@example.org";
			is_good = is_good && is_folded(write_one(event));
		}
		ok(is_good, "R43 lines of kind %zu fold inside no character",
		    i);
	}
}

static void test_addresses(void)
{
	struct ics_event event = sample();

	event.url = "https://example.org/e;a,b";
	event.organiser = "The \"Best\"\r\n Club; Berlin";
	event.organiser_email = "club@example.org";
	event.has_position = true;
	event.latitude = 52.5200066;
	event.longitude = -0.000001;
	ok(has_line(write_one(event), "URL:https://example.org/e;a,b"),
	    "an address is not escaped");
	ok(has_line(write_one(event),
	       "ORGANIZER;CN=\"The 'Best' Club; Berlin\":"
	       "mailto:club@example.org"),
	    "an organiser's name has no quotes and no line ends");
	ok(has_line(write_one(event), "GEO:52.520007;-0.000001"),
	    "a position has six decimals");
	event.url = "https://example.org/\r\nX:1";
	event.organiser_email = "a b@example.org";
	ok(!strstr(write_one(event), "URL:") &&
		!strstr(write_one(event), "ORGANIZER"),
	    "addresses with blanks or line ends are left out");
}

/* The hour that comes twice has two moments: UTC keeps them apart. */
static void test_summer_time(void)
{
	struct ics_event event = sample();
	struct wall_time wall = {
	    .year = 2026, .month = 10, .day = 24, .hour = 19, .minute = 30};

	event.starts_at = clock_from_wall(wall, "Europe/Berlin");
	ok(has_line(write_one(event), "DTSTART:20261024T173000Z"),
	    "R43 summer time in Berlin");
	wall.day = 25;
	event.starts_at = clock_from_wall(wall, "Europe/Berlin");
	ok(has_line(write_one(event), "DTSTART:20261025T183000Z"),
	    "R43 a day later it is winter time");
}

int main(void)
{
	test_plain();
	test_escape();
	test_fold();
	test_addresses();
	test_summer_time();
	arena_close(&arena);
	return done_testing();
}
