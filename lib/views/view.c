#include "views/view.h"

#include "base/text.h"
#include <stdarg.h>
#include <string.h>
#include <strings.h>

struct url url_local(struct arena *arena, const char *pattern, ...)
{
	struct out out = {.arena = arena};
	const char *gap;
	va_list list;

	if (pattern[0] != '/' || pattern[1] == '/')
		die("the pattern \"%s\" is no local path", pattern);
	va_start(list, pattern);
	while ((gap = strstr(pattern, "{}"))) {
		const char *value = va_arg(list, const char *);

		out_bytes(&out, pattern, (size_t)(gap - pattern));
		out_encoded(&out, value ? value : "");
		pattern = gap + strlen("{}");
	}
	va_end(list);
	out_text(&out, pattern);
	return (struct url){.text = out.data};
}

struct url url_with(
    struct arena *arena, struct url url, const char *name, const char *value)
{
	struct out out = {.arena = arena};

	out_text(&out, url.text);
	out_char(&out, strchr(url.text, '?') ? '&' : '?');
	out_encoded(&out, name);
	out_char(&out, '=');
	out_encoded(&out, value);
	return (struct url){.text = out.data};
}

struct url url_outside(struct arena *arena, const char *address)
{
	static const char *const schemes[] = {
	    "http://", "https://", "mailto:", "geo:"};

	if (!address || strpbrk(address, " \t\r\n") ||
	    text_has_control(address))
		return (struct url){.text = NULL};
	for (size_t i = 0; i < COUNT_OF(schemes); i++) {
		size_t length = strlen(schemes[i]);

		if (strncasecmp(address, schemes[i], length) == 0 &&
		    address[length])
			return (struct url){.text = arena_copy(arena, address)};
	}
	return (struct url){.text = NULL};
}

struct url url_inside(struct arena *arena, const char *path)
{
	if (path[0] != '/' || path[1] == '/')
		return (struct url){.text = NULL};
	for (const char *at = path; *at; at++)
		if (*at <= ' ' || *at > '~' || *at == '\\')
			return (struct url){.text = NULL};
	return (struct url){.text = arena_copy(arena, path)};
}

/* What a character that means something in HTML is written as. */
static const char *entity_of(char character)
{
	switch (character) {
	case '&':
		return "&amp;";
	case '<':
		return "&lt;";
	case '>':
		return "&gt;";
	case '"':
		return "&quot;";
	default:
		return "&#39;";
	}
}

void view_put_escaped(struct out *out, const char *text)
{
	if (!text)
		return;
	for (;;) {
		size_t run = strcspn(text, "&<>\"'");

		out_bytes(out, text, run);
		text += run;
		if (!*text)
			return;
		out_text(out, entity_of(*text++));
	}
}

void view_put_html(struct out *out, struct html html)
{
	out_text(out, html.markup);
}

void view_put_url(struct out *out, struct url url)
{
	view_put_escaped(out, url.text);
}

void view_put_url_plain(struct out *out, struct url url)
{
	out_text(out, url.text);
}

void view_put_int(struct out *out, int number)
{
	out_integer(out, number);
}

void view_put_size(struct out *out, size_t number)
{
	out_format(out, "%zu", number);
}
