#include "document/json.h"

#include "base/clock.h"
#include "base/text.h"
#include <string.h>

/* Where jansson allocates: it hands its allocator no context. */
static struct arena *current;

static void *allocate(size_t size)
{
	return arena_alloc(current, size);
}

/* The arena frees everything at once. */
static void forget(void *memory)
{
	(void)memory;
}

void json_use(struct arena *arena)
{
	current = arena;
	json_set_alloc_funcs(allocate, forget);
}

const char *json_problem(struct arena *arena, const json_error_t *problem)
{
	size_t length = strlen(problem->text);

	while (!text_is_utf8(problem->text, length))
		length--;
	return arena_format(
	    arena, "line %d: %.*s", problem->line, (int)length, problem->text);
}

static int append(const char *bytes, size_t length, void *out)
{
	out_bytes(out, bytes, length);
	return 0;
}

bool json_write(struct out *out, const json_t *tree)
{
	/* 15 digits print what was meant: 12.1, not 12.0999999999999996. */
	const size_t flags = JSON_SORT_KEYS | JSON_COMPACT | JSON_ENCODE_ANY |
	    JSON_REAL_PRECISION(15);

	return json_dump_callback(tree, append, out, flags) == 0;
}

bool json_is_absent(const json_t *value)
{
	return !value || json_typeof(value) == JSON_NULL;
}

const char *json_member_text(const json_t *object, const char *key)
{
	const char *text = json_string_value(json_object_get(object, key));

	return text ? text : "";
}

int64_t json_member_number(const json_t *object, const char *key)
{
	return json_integer_value(json_object_get(object, key));
}

json_t *json_money(struct money money)
{
	int64_t unit = 1;

	for (int i = money_decimals(money.currency); i > 0; i--)
		unit *= 10;
	if (money.minor % unit == 0)
		return json_integer(money.minor / unit);
	return json_real((double)money.minor / (double)unit);
}

json_t *json_text_or_null(const char *text)
{
	return text_is_empty(text) ? json_null() : json_string(text);
}

json_t *json_moment(int64_t at)
{
	return at ? json_string(clock_iso_utc(current, at)) : json_null();
}
