/*
 * Query strings, form bodies and cookies: what is let through is valid UTF-8
 * without NUL, is found again by its name, and comes from the input alone.
 */
#include "fuzz.h"

#include "base/out.h"
#include "base/text.h"
#include "web/fields.h"
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

/* Both sources promise this; `longest` is the input's length. */
static void check_fields(const struct fields *fields, size_t longest)
{
	size_t total = 0;

	require(fields->count <= FIELDS_MOST);
	require(fields->count == 0 || fields->items != NULL);
	for (size_t i = 0; i < fields->count; i++) {
		const struct field_pair *pair = &fields->items[i];

		require(text_is_utf8(pair->name, strlen(pair->name)));
		require(text_is_utf8(pair->value, strlen(pair->value)));
		require(fields_get(fields, pair->name) != NULL);
		total += strlen(pair->name) + strlen(pair->value);
	}
	require(total <= longest);
}

/* The first value wins; each occurrence has its own index. */
static void check_order(const struct fields *fields)
{
	/* Long lists are searched in squares: too slow to fuzz. */
	for (size_t i = 0; fields->count < 30 && i < fields->count; i++) {
		const char *name = fields->items[i].name;
		size_t count = 0;
		bool is_found = false;

		require(
		    fields_get(fields, name) == fields_get_at(fields, name, 0));
		while (fields_get_at(fields, name, count)) {
			is_found |= fields_get_at(fields, name, count) ==
			    fields->items[i].value;
			count++;
		}
		require(is_found && count <= fields->count);
	}
}

static void put_encoded(struct out *out, const char *text)
{
	for (; *text; text++)
		out_format(out, "%%%02x", (unsigned char)*text);
}

/* What was read, written out again, reads the same. */
static void check_again(struct arena *arena, const struct fields *fields)
{
	struct out out = {.arena = arena};
	struct fields again;

	for (size_t i = 0; i < fields->count; i++) {
		out_text(&out, i ? "&" : "");
		put_encoded(&out, fields->items[i].name);
		out_char(&out, '=');
		put_encoded(&out, fields->items[i].value);
	}
	require(!fields_decode(arena, out_string(&out), out.length, &again));
	require(again.count == fields->count);
	for (size_t i = 0; i < again.count; i++) {
		require(text_equal(again.items[i].name, fields->items[i].name));
		require(
		    text_equal(again.items[i].value, fields->items[i].value));
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static struct arena arena;
	/* Exactly as long as the input, so that a step too far is seen. */
	char *exact = malloc(size + 1);
	struct fields fields;
	const struct error *error;

	require(exact != NULL);
	memcpy(exact + 1, data, size);
	error = fields_decode(&arena, exact + 1, size, &fields);
	if (error) {
		require(error_is(error, REQUEST_ERROR) && fields.count == 0);
	} else {
		check_fields(&fields, size);
		check_order(&fields);
		check_again(&arena, &fields);
	}
	free(exact);
	fields_read_cookies(
	    &arena, arena_copy_bytes(&arena, data, size), &fields);
	check_fields(&fields, size);
	check_order(&fields);
	fields_read_cookies(&arena, NULL, &fields);
	require(fields.count == 0);
	error_reset();
	arena_reset(&arena);
	return 0;
}
