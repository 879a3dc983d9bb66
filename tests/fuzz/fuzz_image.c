/*
 * Pictures: any file is refused or becomes a picture of the size that is kept,
 * which reads again and holds nothing that came along in the first one.
 */
#include "fuzz.h"

#include "base/text.h"
#include "document/image.h"
#include <string.h>

static void check(const struct image *image)
{
	static const char *const strangers[] = {"Exif", "tEXt", "iTXt", "eXIf"};

	require(image->length > 0);
	require(image->width >= 1 && image->width <= IMAGE_WIDTH);
	require(image->height >= 1);
	for (size_t i = 0; i < COUNT_OF(strangers); i++)
		require(!memmem(image->bytes,
		    image->length < 200 ? image->length : 200, strangers[i],
		    strlen(strangers[i])));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static struct arena arena;
	struct image image, again;

	if (!image_read(&arena, data, size, &image)) {
		check(&image);
		require(!image_read(&arena, image.bytes, image.length, &again));
		require(again.type == image.type);
		require(again.width == image.width);
		require(again.height == image.height);
	}
	error_reset();
	arena_reset(&arena);
	return 0;
}
