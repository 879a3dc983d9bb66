#include "web/fields.h"

#include "base/text.h"
#include <string.h>

static int hex_digit(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	if (c >= 'a' && c <= 'f')
		return c - 'a' + 10;
	if (c >= 'A' && c <= 'F')
		return c - 'A' + 10;
	return -1;
}

/* Decode into `to` (as long as the input at most); the length, or -1. */
static ptrdiff_t decode(const char *from, size_t length, char *to)
{
	char *start = to;

	for (size_t i = 0; i < length; i++) {
		int high, low;

		if (from[i] != '%') {
			*to++ = from[i] == '+' ? ' ' : from[i];
			continue;
		}
		if (length - i < 3)
			return -1;
		high = hex_digit(from[i + 1]);
		low = hex_digit(from[i + 2]);
		if (high < 0 || low < 0)
			return -1;
		*to++ = (char)(high * 16 + low);
		i += 2;
	}
	return to - start;
}

static struct error *decode_text(
    struct arena *arena, const char *from, size_t length, const char **result)
{
	char *to = arena_alloc(arena, length + 1);
	ptrdiff_t decoded = decode(from, length, to);

	if (decoded < 0)
		return fail(REQUEST_ERROR,
		    "The request has a damaged percent-encoding");
	if (memchr(to, '\0', (size_t)decoded))
		return fail(REQUEST_ERROR, "The request has a NUL character");
	if (!text_is_utf8(to, (size_t)decoded))
		return fail(
		    REQUEST_ERROR, "The request is not encoded as UTF-8");
	*result = to;
	return NULL;
}

static struct error *decode_pair(struct arena *arena, const char *from,
    size_t length, struct field_pair *pair)
{
	const char *equals = memchr(from, '=', length);
	size_t name = equals ? (size_t)(equals - from) : length;
	size_t value = equals ? length - name - 1 : 0;

	TRY(decode_text(arena, from, name, &pair->name));
	return decode_text(arena, from + length - value, value, &pair->value);
}

static size_t count_pairs(const char *text, size_t length, char between)
{
	size_t count = 1;

	for (size_t i = 0; i < length; i++)
		count += text[i] == between;
	return count;
}

struct error *fields_decode(
    struct arena *arena, const char *text, size_t length, struct fields *fields)
{
	size_t most = count_pairs(text, length, '&');
	const char *end = text + length;
	struct field_pair *pairs;
	size_t count = 0;

	*fields = (struct fields){.count = 0};
	if (most > FIELDS_MOST)
		return fail(REQUEST_ERROR, "The request has too many fields");
	pairs = arena_array(arena, most, sizeof(*pairs));
	while (text < end) {
		const char *stop = memchr(text, '&', (size_t)(end - text));
		size_t size = (size_t)((stop ? stop : end) - text);

		if (size > 0)
			TRY(decode_pair(arena, text, size, &pairs[count++]));
		text += size + 1;
	}
	*fields = (struct fields){.items = pairs, .count = count};
	return NULL;
}

void fields_read_cookies(
    struct arena *arena, const char *header, struct fields *fields)
{
	size_t most = header ? count_pairs(header, strlen(header), ';') : 0;
	struct field_pair *pairs;
	char *text, *part;
	size_t count = 0;

	*fields = (struct fields){.count = 0};
	if (most == 0 || most > FIELDS_MOST)
		return;
	pairs = arena_array(arena, most, sizeof(*pairs));
	text = arena_copy(arena, header);
	while ((part = strsep(&text, ";"))) {
		char *equals = strchr(part, '=');

		if (!equals || !text_is_utf8(part, strlen(part)))
			continue;
		*equals = '\0';
		pairs[count++] =
		    (struct field_pair){.name = text_trim(arena, part),
			.value = text_trim(arena, equals + 1)};
	}
	*fields = (struct fields){.items = pairs, .count = count};
}

const char *fields_get_at(
    const struct fields *fields, const char *name, size_t index)
{
	for (size_t i = 0; i < fields->count; i++)
		if (text_equal(fields->items[i].name, name) && index-- == 0)
			return fields->items[i].value;
	return NULL;
}

const char *fields_get(const struct fields *fields, const char *name)
{
	return fields_get_at(fields, name, 0);
}
