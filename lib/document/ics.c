#include "document/ics.h"

#include "base/clock.h"
#include "base/text.h"
#include <inttypes.h>
#include <math.h>
#include <string.h>

enum {
	LINE_MOST = 75, /* octets without the CR LF: RFC 5545, 3.1 */
};

/* A content line that folds itself. */
struct line {
	struct out *out;
	size_t length; /* octets on the physical line so far */
};

static bool is_continuation(char byte)
{
	return ((unsigned char)byte & 0xc0) == 0x80;
}

/* Append one character of UTF-8, on a new line where it does not fit. */
static void add_character(struct line *line, const char *bytes, size_t size)
{
	if (line->length + size > LINE_MOST) {
		OUT_LITERAL(line->out, "\r\n ");
		line->length = 1;
	}
	out_bytes(line->out, bytes, size);
	line->length += size;
}

/* Append what needs no escape. */
static void add(struct line *line, const char *text)
{
	while (*text) {
		size_t size = 1;

		while (is_continuation(text[size]) && size < 4)
			size++;
		add_character(line, text, size);
		text += size;
	}
}

static struct line begin(struct out *out, const char *name)
{
	struct line line = {.out = out};

	add(&line, name);
	return line;
}

static void end(struct line *line)
{
	OUT_LITERAL(line->out, "\r\n");
}

static void write_plain(struct out *out, const char *name, const char *value)
{
	struct line line = begin(out, name);

	add(&line, value);
	end(&line);
}

/* ---- values ---- */

static bool is_control(char byte)
{
	return (unsigned char)byte < 0x20 || byte == 0x7f;
}

/* How a byte of a TEXT stands in the file (RFC 5545, 3.3.11). */
static void escape_byte(struct out *out, char byte)
{
	if (byte == '\n')
		OUT_LITERAL(out, "\\n");
	else if (strchr("\\;,", byte))
		out_format(out, "\\%c", byte);
	else if (!is_control(byte) || byte == '\t')
		out_char(out, byte);
}

/* A property with a TEXT; none where there is no text. */
static void write_text(struct out *out, const char *name, const char *value)
{
	struct out escaped = {.arena = NULL};

	if (text_is_empty(value))
		return;
	for (; *value; value++)
		escape_byte(&escaped, *value);
	write_plain(out, name, out_string(&escaped));
	out_close(&escaped);
}

/* 20261128T183000Z */
static void write_time(struct out *out, const char *name, int64_t at)
{
	struct arena arena = ARENA_EMPTY;
	struct out value = {.arena = &arena};

	for (const char *iso = clock_iso_utc(&arena, at); *iso; iso++)
		if (*iso != '-' && *iso != ':')
			out_char(&value, *iso);
	write_plain(out, name, out_string(&value));
	arena_close(&arena);
}

/* Could the address break out of its line? */
static bool is_address(const char *text)
{
	if (text_is_empty(text))
		return false;
	for (; *text; text++)
		if (is_control(*text) || *text == ' ')
			return false;
	return true;
}

static void write_url(struct out *out, const char *url)
{
	if (is_address(url))
		write_plain(out, "URL:", url);
}

/* Millionths of a degree, so that no locale's decimal comma gets in. */
static void write_degrees(struct out *out, double degrees)
{
	int64_t millionths = (int64_t)lround(degrees * 1e6);
	int64_t absolute = millionths < 0 ? -millionths : millionths;

	out_format(out, "%s%" PRId64 ".%06" PRId64, millionths < 0 ? "-" : "",
	    absolute / 1000000, absolute % 1000000);
}

static void write_position(struct out *out, const struct ics_event *event)
{
	if (!event->has_position)
		return;
	OUT_LITERAL(out, "GEO:");
	write_degrees(out, event->latitude);
	OUT_LITERAL(out, ";");
	write_degrees(out, event->longitude);
	OUT_LITERAL(out, "\r\n");
}

/* A parameter's value has no way to hold a quote (RFC 5545, 3.2). */
static void write_organiser(struct out *out, const struct ics_event *event)
{
	struct line line;

	if (!is_address(event->organiser_email))
		return;
	line = begin(out, "ORGANIZER");
	if (!text_is_empty(event->organiser)) {
		struct out name = {.arena = NULL};

		for (const char *at = event->organiser; *at; at++)
			if (!is_control(*at))
				out_char(&name, *at == '"' ? '\'' : *at);
		add(&line, ";CN=\"");
		add(&line, out_string(&name));
		add(&line, "\"");
		out_close(&name);
	}
	add(&line, ":mailto:");
	add(&line, event->organiser_email);
	end(&line);
}

/* ---- the calendar ---- */

static void write_event(struct out *out, const struct ics_event *event)
{
	OUT_LITERAL(out, "BEGIN:VEVENT\r\n");
	write_text(out, "UID:", event->uid);
	write_time(out, "DTSTAMP:", event->stamp_at);
	write_time(out, "LAST-MODIFIED:", event->stamp_at);
	out_format(out, "SEQUENCE:%" PRId64 "\r\n", event->sequence);
	write_time(out, "DTSTART:", event->starts_at);
	write_time(out, "DTEND:", event->ends_at);
	write_text(out, "SUMMARY:", event->summary);
	write_text(out, "DESCRIPTION:", event->description);
	write_text(out, "LOCATION:", event->location);
	write_position(out, event);
	write_url(out, event->url);
	write_organiser(out, event);
	write_plain(
	    out, "STATUS:", event->is_cancelled ? "CANCELLED" : "CONFIRMED");
	OUT_LITERAL(out, "END:VEVENT\r\n");
}

void ics_write(struct out *out, const struct ics_calendar *calendar)
{
	OUT_LITERAL(out,
	    "BEGIN:VCALENDAR\r\n"
	    "VERSION:2.0\r\n"
	    "PRODID:-//CampusPass//CampusPass//EN\r\n"
	    "CALSCALE:GREGORIAN\r\n"
	    "METHOD:PUBLISH\r\n");
	write_text(out, "X-WR-CALNAME:", calendar->name);
	for (size_t i = 0; i < calendar->count; i++)
		write_event(out, &calendar->events[i]);
	OUT_LITERAL(out, "END:VCALENDAR\r\n");
}
