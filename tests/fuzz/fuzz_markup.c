/*
 * Text in pages, calendars and tables: what is escaped has no markup and reads
 * back as it was; Markdown gives known elements alone, closed in order, with
 * links that run nothing; a calendar's lines are short and its texts stay in
 * their own line.
 */
#include "fuzz.h"

#include "base/text.h"
#include "document/ics.h"
#include "views/view.h"
#include "web/page.h"
#include <string.h>

enum {
	DEEPEST = 4096,
	LINE = 75, /* octets of a calendar's line (RFC 5545, 3.1) */
};

/* ---- escaping ---- */

static const struct {
	const char *entity;
	char character;
} entities[] = {
    {"&amp;", '&'},
    {"&lt;", '<'},
    {"&gt;", '>'},
    {"&quot;", '"'},
    {"&#39;", '\''},
};

static char read_entity(const char **at)
{
	for (size_t i = 0; i < COUNT_OF(entities); i++)
		if (text_starts_with(*at, entities[i].entity)) {
			*at += strlen(entities[i].entity);
			return entities[i].character;
		}
	require(**at != '&');
	return *(*at)++;
}

static void check_escaped(struct arena *arena, const char *text)
{
	struct out out = {.arena = arena};
	const char *at;

	view_put_escaped(&out, text);
	at = out_string(&out);
	require(!strpbrk(at, "<>\"'"));
	for (; *at; text++)
		require(read_entity(&at) == *text);
	require(*text == '\0');
}

/* ---- Markdown ---- */

/* Elements that CommonMark has; those without an end come last. */
static const char *const elements[] = {"p", "em", "strong", "a", "ul", "ol",
    "li", "blockquote", "pre", "code", "h1", "h2", "h3", "h4", "h5", "h6", "br",
    "hr", "img"};
enum {
	FIRST_EMPTY = 16
};

static size_t find_element(const char *name, size_t length)
{
	for (size_t i = 0; i < COUNT_OF(elements); i++)
		if (strlen(elements[i]) == length &&
		    strncmp(elements[i], name, length) == 0)
			return i;
	abort();
}

static void check_link(const char *value)
{
	static const char *const bad[] = {
	    "javascript:", "vbscript:", "file:", "data:text"};

	for (size_t i = 0; i < COUNT_OF(bad); i++)
		require(strncasecmp(value, bad[i], strlen(bad[i])) != 0);
}

/* Behind the attributes of a tag. */
static const char *check_attributes(const char *at)
{
	static const char *const names[] = {" href=\"", " src=\"", " title=\"",
	    " alt=\"", " start=\"", " class=\"language-"};

	while (*at == ' ' && at[1] != '/') {
		size_t i = 0;

		while (!text_starts_with(at, names[i]))
			require(++i < COUNT_OF(names));
		at += strlen(names[i]);
		if (i < 2)
			check_link(at);
		at += strcspn(at, "\"<>");
		require(*at++ == '"');
	}
	return at;
}

static void check_markup(const char *at)
{
	static size_t open[DEEPEST];
	size_t depth = 0;

	while ((at = strchr(at, '<'))) {
		bool is_end = at[1] == '/';
		const char *name = at + 1 + is_end;
		size_t element, length;

		if (text_starts_with(at, "<!-- raw HTML omitted -->")) {
			at++;
			continue;
		}
		length = strcspn(name, " />");
		element = find_element(name, length);
		at = name + length;
		if (is_end) {
			require(depth > 0 && open[--depth] == element);
			require(*at == '>');
			continue;
		}
		at = check_attributes(at);
		if (element < FIRST_EMPTY && depth < DEEPEST)
			open[depth++] = element;
		require(
		    text_starts_with(at, element < FIRST_EMPTY ? ">" : " />"));
	}
	require(depth == 0);
}

/* ---- calendars ---- */

static void check_ics(struct arena *arena, const char *text)
{
	const struct ics_event event = {
	    .uid = "booking-1@example.org",
	    .summary = text,
	    .description = text,
	    .location = text,
	    .url = text,
	    .organiser = text,
	    .organiser_email = text,
	};
	const struct ics_calendar calendar = {
	    .name = text, .events = &event, .count = 1};
	struct out out = {.arena = arena};
	size_t begins = 0;

	ics_write(&out, &calendar);
	require(text_is_utf8(out.data, out.length));
	for (const char *at = out_string(&out); *at;) {
		size_t length = strcspn(at, "\r\n");

		require(length > 0 && length <= LINE);
		require(text_starts_with(at + length, "\r\n"));
		for (size_t i = 0; i < length; i++)
			require((unsigned char)at[i] >= ' ' || at[i] == '\t');
		begins += text_starts_with(at, "BEGIN:");
		at += length + 2;
	}
	require(begins == 2);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static struct arena arena;
	const char *text = arena_copy_bytes(&arena, data, size);

	check_escaped(&arena, text);
	if (text_is_utf8(text, strlen(text))) {
		check_markup(page_markdown(&arena, text).markup);
		check_ics(&arena, text);
	}
	arena_reset(&arena);
	return 0;
}
