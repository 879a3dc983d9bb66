/*
 * What callers of /api/v1 send, read; see api_v1.h.
 */
#include "api_v1.h"

#include "base/clock.h"
#include "base/text.h"
#include <string.h>

struct error *v1_refuse(
    const char *field, const char *value, const char *reason)
{
	return fail_with(VALIDATION_ERROR, NULL,
	    FIELDS(error_text("field", "Field", field),
		error_text("value", "Value", value),
		error_text("reason", "Reason", reason)),
	    "%s %s", field, reason);
}

struct error *v1_missing(const char *field)
{
	return fail_with(VALIDATION_ERROR,
	    fail(KEY_ERROR, "'%s' is missing", field),
	    FIELDS(error_text("field", "Field", field)), "%s is required",
	    field);
}

/* Of several ticket types a field is "tier_name-2". */
static const char *find_member(
    const struct v1_member *members, size_t count, const char *field)
{
	size_t length = field ? strcspn(field, "-") : 0;

	for (size_t i = 0; i < count && length > 0; i++)
		if (strlen(members[i].field) == length &&
		    memcmp(members[i].field, field, length) == 0)
			return members[i].member;
	return NULL;
}

struct error *v1_name_field(struct arena *arena, struct error *error,
    const struct v1_member *members, size_t count)
{
	struct error_field *fields;
	const char *member;

	member = error
	    ? find_member(members, count, error_field_value(error, "field"))
	    : NULL;
	if (!member)
		return error;
	fields = arena_array(arena, error->field_count, sizeof(*fields));
	for (size_t i = 0; i < error->field_count; i++) {
		fields[i] = error->fields[i];
		if (text_equal(fields[i].name, "field"))
			fields[i] = error_text("field", "Field", member);
	}
	return fail_with(error->kind, error->cause,
	    ((struct error_fields){
		.items = fields, .count = error->field_count}),
	    "%s", error->message);
}

struct error *v1_read_text(struct arena *arena, const json_t *body,
    const char *name, const char *fallback, const char **text)
{
	const json_t *value = json_object_get(body, name);

	*text = fallback;
	if (json_is_absent(value))
		return fallback ? NULL : v1_missing(name);
	if (!json_is_string(value))
		return v1_refuse(name, json_show(arena, value), "must be text");
	*text = json_string_value(value);
	return NULL;
}

struct error *v1_read_name(struct arena *arena, const json_t *body,
    const char *name, const char *fallback, const char **text)
{
	const json_t *value = json_object_get(body, name);

	if (!json_is_integer(value) && !json_is_string(value) &&
	    !json_is_absent(value))
		return v1_refuse(name, json_show(arena, value),
		    "must be text or a whole number");
	if (!json_is_integer(value))
		return v1_read_text(arena, body, name, fallback, text);
	*text = json_show(arena, value);
	return NULL;
}

struct error *v1_read_word(const struct request *request, const char *name,
    const char *const *words, size_t count, const char **word)
{
	*word = request_query(request, name);
	if (!**word)
		return NULL;
	for (size_t i = 0; i < count; i++)
		if (text_equal(words[i], *word))
			return NULL;
	return v1_refuse(name, *word, "is not one that there is");
}

/* A number of two digits; false: it is none, or above `most`. */
static bool read_two(const char *text, int most, int *number)
{
	if (strspn(text, "0123456789") < 2)
		return false;
	*number = (text[0] - '0') * 10 + (text[1] - '0');
	return *number <= most;
}

/* "Z", "+01:00" or nothing behind a time; seconds to take off. */
static bool read_offset(const char *text, int64_t *offset)
{
	int hours, minutes;

	*offset = 0;
	if (*text == '\0' || text_equal(text, "Z") || text_equal(text, "z"))
		return true;
	if (strlen(text) != 6 || text[3] != ':' ||
	    !read_two(text + 1, 23, &hours) ||
	    !read_two(text + 4, 59, &minutes))
		return false;
	*offset = hours * HOUR + minutes * MINUTE;
	if (*text == '-')
		*offset = -*offset;
	return *text == '+' || *text == '-';
}

/* Seconds and their fraction; what follows them is left. */
static bool read_seconds(const char **text, int64_t *seconds)
{
	static const char digits[] = "0123456789";
	const char *at = *text;

	*seconds = 0;
	if (*at != ':')
		return true;
	if (strspn(at + 1, digits) != 2)
		return false;
	*seconds = (at[1] - '0') * 10 + at[2] - '0';
	at += 3;
	if (*at == '.')
		at += 1 + strspn(at + 1, digits);
	*text = at;
	return *seconds < 60;
}

struct error *v1_read_moment(
    struct arena *arena, const char *name, const char *text, int64_t *moment)
{
	enum {
		DATE = 10,   /* "2026-11-28" */
		MINUTES = 16 /* "2026-11-28T19:30" */
	};
	const char *rest = text + (strlen(text) < MINUTES ? 0 : MINUTES);
	struct wall_time wall;
	int64_t offset = 0, seconds = 0;
	bool is_right;

	if (strlen(text) == DATE)
		is_right = clock_parse_date(text, &wall) == NULL;
	else
		is_right = rest != text &&
		    clock_parse_minute(arena_copy_bytes(arena, text, MINUTES),
			&wall) == NULL &&
		    read_seconds(&rest, &seconds) && read_offset(rest, &offset);
	if (!is_right)
		return v1_refuse(
		    name, text, "must be a moment like 2026-11-28T19:30:00Z");
	*moment = clock_from_wall(wall, "UTC") + seconds - offset;
	return NULL;
}

struct error *v1_read_metadata(
    struct arena *arena, const json_t *body, const char **metadata)
{
	enum {
		LARGEST = 8 * 1024
	};
	const json_t *tree = json_object_get(body, "metadata");
	struct out out = {.arena = arena};

	*metadata = "{}";
	if (json_is_absent(tree))
		return NULL;
	if (!json_is_object(tree))
		return v1_refuse(
		    "metadata", json_show(arena, tree), "must be an object");
	if (!json_write(&out, tree) || out.length > LARGEST)
		return v1_refuse("metadata", "", "is too large");
	*metadata = out_string(&out);
	return NULL;
}
