#include "document/pixels.h"

#include "base/error.h"
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

struct pixels pixels_make(
    struct arena *arena, size_t width, size_t height, size_t channels)
{
	unsigned char *data = calloc(width * height, channels);

	if (!data)
		die("out of memory for a picture");
	arena_defer(arena, free, data);
	return (struct pixels){.data = data,
	    .width = width,
	    .height = height,
	    .channels = channels};
}

static unsigned char *pixel_at(const struct pixels *pixels, size_t x, size_t y)
{
	return pixels->data + (y * pixels->width + x) * pixels->channels;
}

/* ---- scaling ---- */

/* The mean of the pixels from (x0, y0) up to but without (x1, y1). */
static void take_mean(const struct pixels *from, size_t x0, size_t y0,
    size_t x1, size_t y1, unsigned char *to)
{
	uint64_t sums[4] = {0};
	uint64_t count = (uint64_t)(x1 - x0) * (y1 - y0);

	if (count == 0)
		die("a pixel that is the mean of none");
	for (size_t y = y0; y < y1; y++)
		for (size_t x = x0; x < x1; x++)
			for (size_t c = 0; c < from->channels; c++)
				sums[c] += pixel_at(from, x, y)[c];
	for (size_t c = 0; c < from->channels; c++)
		to[c] = (unsigned char)((sums[c] + count / 2) / count);
}

struct pixels pixels_narrow(
    struct arena *arena, const struct pixels *from, size_t width)
{
	size_t height;
	struct pixels to;

	if (from->width <= width)
		return *from;
	height = from->height * width / from->width;
	to = pixels_make(arena, width, height ? height : 1, from->channels);
	for (size_t y = 0; y < to.height; y++)
		for (size_t x = 0; x < to.width; x++)
			take_mean(from, x * from->width / to.width,
			    y * from->height / to.height,
			    (x + 1) * from->width / to.width,
			    (y + 1) * from->height / to.height,
			    pixel_at(&to, x, y));
	return to;
}

/* ---- turning ---- */

struct pixels pixels_turn(
    struct arena *arena, const struct pixels *from, int orientation)
{
	bool is_across = orientation >= 5;
	struct pixels to;

	if (orientation < 2 || orientation > 8)
		return *from;
	to = pixels_make(arena, is_across ? from->height : from->width,
	    is_across ? from->width : from->height, from->channels);
	for (size_t y = 0; y < to.height; y++)
		for (size_t x = 0; x < to.width; x++) {
			/* Where the pixel lies in the file. */
			size_t u = is_across ? y : x, v = is_across ? x : y;

			if (orientation == 2 || orientation == 3 ||
			    orientation == 7 || orientation == 8)
				u = from->width - 1 - u;
			if (orientation == 3 || orientation == 4 ||
			    orientation == 6 || orientation == 7)
				v = from->height - 1 - v;
			memcpy(pixel_at(&to, x, y), pixel_at(from, u, v),
			    from->channels);
		}
	return to;
}
