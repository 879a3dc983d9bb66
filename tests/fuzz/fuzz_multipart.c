/*
 * Forms with files: whatever comes, fields are text, the file lies in the
 * body, and a picture is taken or refused.
 */
#include "fuzz.h"

#include "base/text.h"
#include "document/image.h"
#include "web/multipart.h"
#include <stdlib.h>
#include <string.h>

static void check(
    struct arena *arena, const char *type, const char *body, size_t length)
{
	struct fields fields;
	struct upload upload;
	struct image image;

	if (multipart_read(arena, type, body, length, &fields, &upload))
		return;
	for (size_t i = 0; i < fields.count; i++) {
		const char *value = fields.items[i].value;

		require(text_is_utf8(value, strlen(value)));
	}
	if (upload.length == 0)
		return;
	require(upload.bytes >= body &&
	    upload.bytes + upload.length <= body + length);
	if (!image_read(arena, upload.bytes, upload.length, &image))
		require(image.width <= IMAGE_WIDTH && image.length > 0);
}

/* The first line is the type, so that it is tried too. */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static struct arena arena;
	const char *text = arena_copy_bytes(&arena, data, size);
	size_t line = strcspn(text, "\n");
	struct image image;

	check(&arena, "multipart/form-data; boundary=x", text, size);
	if (line < size)
		check(&arena, arena_copy_bytes(&arena, text, line),
		    text + line + 1, size - line - 1);
	/* Most bodies hold no whole file. */
	if (!image_read(&arena, text, size, &image))
		require(image.width <= IMAGE_WIDTH);
	error_reset();
	arena_reset(&arena);
	return 0;
}
