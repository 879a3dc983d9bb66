#include "web/multipart.h"

#include "base/out.h"
#include "base/text.h"
#include <string.h>
#include <strings.h>

enum {
	BOUNDARY_LONGEST = 70, /* RFC 2046, 5.1.1 */
	HEAD_LONGEST = 4096,   /* of one part */
};

/* What is left of the body. */
struct cursor {
	const char *at;
	size_t left;
};

/* A part: its head says what it is. */
struct part {
	const char *name;     /* of the input */
	const char *filename; /* NULL: not a file */
	const char *bytes;
	size_t length;
};

static struct error *damaged(void)
{
	return fail(REQUEST_ERROR, "The form did not arrive whole");
}

/* ---- parameters of header lines ---- */

/* A quoted value, as browsers write it: %22 stands for a quote. */
static const char *read_quoted(struct arena *arena, const char **at)
{
	const char *end = strchr(*at, '"');
	const char *value;

	if (!end)
		return NULL;
	value = arena_copy_bytes(arena, *at, (size_t)(end - *at));
	*at = end + 1;
	return value;
}

/*
 * The value of a parameter behind the first semicolon; NULL when it is not
 * there, or not written as it should be.
 */
static const char *find_parameter(
    struct arena *arena, const char *line, const char *name)
{
	const char *at = strchr(line, ';');
	size_t length = strlen(name);

	while (at) {
		const char *value, *key;
		size_t key_length;

		at += 1 + strspn(at + 1, " \t");
		key = at;
		key_length = strcspn(at, "=; \t");
		at += key_length;
		if (*at != '=')
			return NULL;
		at++;
		if (*at == '"') {
			at++;
			value = read_quoted(arena, &at);
			if (!value)
				return NULL;
		} else {
			size_t size = strcspn(at, "; \t");

			value = arena_copy_bytes(arena, at, size);
			at += size;
		}
		if (key_length == length && strncasecmp(key, name, length) == 0)
			return value;
		at = strchr(at, ';');
	}
	return NULL;
}

/* "\r\n--" and the boundary; NULL when the type has none that is right. */
static const char *find_delimiter(struct arena *arena, const char *content_type)
{
	const char *boundary = find_parameter(arena, content_type, "boundary");
	size_t length = boundary ? strlen(boundary) : 0;

	if (length == 0 || length > BOUNDARY_LONGEST)
		return NULL;
	return arena_format(arena, "\r\n--%s", boundary);
}

/* ---- parts ---- */

/* A header line of the part, without its name; NULL: there is none. */
static const char *find_line(const char *head, const char *name)
{
	size_t length = strlen(name);

	while (strncasecmp(head, name, length) != 0) {
		head = strstr(head, "\r\n");
		if (!head)
			return NULL;
		head += 2;
	}
	return head + length;
}

static struct error *read_head(
    struct arena *arena, const char *bytes, size_t length, struct part *part)
{
	char *head, *line_end;
	const char *line;

	if (length > HEAD_LONGEST || memchr(bytes, '\0', length) ||
	    !text_is_utf8(bytes, length))
		return damaged();
	head = arena_copy_bytes(arena, bytes, length);
	line = find_line(head, "Content-Disposition:");
	if (!line)
		return damaged();
	line_end = strstr(line, "\r\n");
	if (line_end)
		*line_end = '\0';
	line += strspn(line, " \t");
	part->name = find_parameter(arena, line, "name");
	part->filename = find_parameter(arena, line, "filename");
	if (strncasecmp(line, "form-data", strlen("form-data")) != 0 ||
	    !part->name)
		return damaged();
	return NULL;
}

/* From behind a delimiter to the next one. */
static struct error *read_part(struct arena *arena, struct cursor *cursor,
    const char *delimiter, struct part *part)
{
	const char *head_end = memmem(cursor->at, cursor->left, "\r\n\r\n", 4);
	const char *bytes, *end;

	*part = (struct part){.name = NULL};
	if (!head_end)
		return damaged();
	TRY(read_head(
	    arena, cursor->at, (size_t)(head_end - cursor->at), part));
	/* An empty part ends where its head does. */
	bytes = head_end + 4;
	end = memmem(head_end + 2,
	    cursor->left - (size_t)(head_end + 2 - cursor->at), delimiter,
	    strlen(delimiter));
	if (!end)
		return damaged();
	part->bytes = bytes;
	part->length = end > bytes ? (size_t)(end - bytes) : 0;
	end += strlen(delimiter);
	cursor->left -= (size_t)(end - cursor->at);
	cursor->at = end;
	return NULL;
}

/* Behind a delimiter: "--" ends it all, a line end begins a part. */
static struct error *is_last(struct cursor *cursor, bool *last)
{
	if (cursor->left < 2)
		return damaged();
	*last = memcmp(cursor->at, "--", 2) == 0;
	if (!*last && memcmp(cursor->at, "\r\n", 2) != 0)
		return damaged();
	cursor->at += 2;
	cursor->left -= 2;
	return NULL;
}

static struct error *take_field(
    struct arena *arena, const struct part *part, struct field_pair *pair)
{
	if (memchr(part->bytes, '\0', part->length) ||
	    !text_is_utf8(part->bytes, part->length))
		return fail(REQUEST_ERROR, "The form is damaged");
	*pair = (struct field_pair){
	    .name = part->name,
	    .value = arena_copy_bytes(arena, part->bytes, part->length),
	};
	return NULL;
}

struct error *multipart_read(struct arena *arena, const char *content_type,
    const char *body, size_t length, struct fields *fields,
    struct upload *upload)
{
	static const char type[] = "multipart/form-data";
	struct field_pair *pairs =
	    arena_array(arena, MULTIPART_MOST, sizeof(*pairs));
	struct cursor cursor = {.at = body, .left = length};
	const char *delimiter = find_delimiter(arena, content_type);
	size_t count = 0, first;
	bool last;

	*upload = (struct upload){.field = "", .name = "", .bytes = ""};
	*fields = (struct fields){.items = pairs};
	if (strncasecmp(content_type, type, strlen(type)) != 0 || !delimiter)
		return fail(MEDIA_TYPE_ERROR, "This page takes a file");
	/* The first delimiter has no line end before it. */
	first = strlen(delimiter) - 2;
	if (length < first || memcmp(body, delimiter + 2, first) != 0)
		return damaged();
	cursor.at += first;
	cursor.left -= first;
	for (;;) {
		struct part part;

		TRY(is_last(&cursor, &last));
		if (last)
			return NULL;
		if (count++ == MULTIPART_MOST)
			return fail(
			    REQUEST_ERROR, "The form has too many parts");
		TRY(read_part(arena, &cursor, delimiter, &part));
		if (!part.filename)
			TRY(take_field(arena, &part, &pairs[fields->count++]));
		else if (!*upload->field)
			*upload = (struct upload){
			    .field = part.name,
			    .name = part.filename,
			    .bytes = part.bytes,
			    .length = part.length,
			};
	}
}
