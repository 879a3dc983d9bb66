#include "base/out.h"

#include "base/error.h"
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum {
	FIRST_CAPACITY = 256,
	INTEGER_DIGITS = 20, /* of INT64_MIN, with its sign */
};

static void grow_in_arena(struct out *out, size_t capacity)
{
	char *data = arena_alloc(out->arena, capacity);

	if (out->length > 0)
		memcpy(data, out->data, out->length);
	out->data = data;
}

static void grow_in_heap(struct out *out, size_t capacity)
{
	char *data = realloc(out->data, capacity);

	if (!data)
		die("no memory for a text of %zu bytes", capacity);
	out->data = data;
}

/* Room for `more` bytes and the NUL behind them. */
static void make_room(struct out *out, size_t more)
{
	size_t capacity = out->capacity ? out->capacity : FIRST_CAPACITY;

	if (more >= SIZE_MAX / 2 - out->length)
		die("a text of %zu more bytes is too long", more);
	while (capacity <= out->length + more)
		capacity *= 2;
	if (capacity == out->capacity)
		return;
	if (out->arena)
		grow_in_arena(out, capacity);
	else
		grow_in_heap(out, capacity);
	out->capacity = capacity;
}

void out_bytes(struct out *out, const void *bytes, size_t length)
{
	make_room(out, length);
	if (length > 0)
		memcpy(out->data + out->length, bytes, length);
	out->length += length;
	out->data[out->length] = '\0';
}

void out_text(struct out *out, const char *text)
{
	if (text)
		out_bytes(out, text, strlen(text));
}

void out_char(struct out *out, char character)
{
	out_bytes(out, &character, sizeof(character));
}

void out_integer(struct out *out, int64_t number)
{
	char digits[INTEGER_DIGITS];
	size_t start = sizeof(digits);
	/* Unsigned, because -INT64_MIN is no int64_t. */
	uint64_t rest = number < 0 ? 0 - (uint64_t)number : (uint64_t)number;

	do {
		digits[--start] = (char)('0' + rest % 10);
		rest /= 10;
	} while (rest > 0);
	if (number < 0)
		digits[--start] = '-';
	out_bytes(out, digits + start, sizeof(digits) - start);
}

void out_format(struct out *out, const char *format, ...)
{
	size_t room = out->capacity - out->length;
	va_list list, again;
	int length;

	va_start(list, format);
	va_copy(again, list);
	length = vsnprintf(
	    room ? out->data + out->length : NULL, room, format, list);
	va_end(list);
	if (length < 0)
		die("the format \"%s\" failed", format);
	if ((size_t)length >= room) {
		make_room(out, (size_t)length);
		vsnprintf(
		    out->data + out->length, (size_t)length + 1, format, again);
	}
	va_end(again);
	out->length += (size_t)length;
}

void out_encoded(struct out *out, const char *value)
{
	static const char unreserved[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
					 "abcdefghijklmnopqrstuvwxyz"
					 "0123456789-._~";

	while (*value) {
		size_t run = strspn(value, unreserved);

		out_bytes(out, value, run);
		value += run;
		if (*value)
			out_format(out, "%%%02X", (unsigned char)*value++);
	}
}

char *out_reserve(struct out *out, size_t more)
{
	make_room(out, more);
	/* However many of them are used, a NUL stands behind. */
	memset(out->data + out->length, 0, more + 1);
	return out->data + out->length;
}

const char *out_string(const struct out *out)
{
	return out->data ? out->data : "";
}

void out_clear(struct out *out)
{
	out->length = 0;
	if (out->data)
		out->data[0] = '\0';
}

void out_close(struct out *out)
{
	if (!out->arena)
		free(out->data);
	*out = (struct out){.arena = out->arena};
}
