/*
 * Pictures: scaling, turning, and files that are none.
 */
#include "document/image.h"
#include "document/pixels.h"
#include "tap.h"
#include <string.h>

static struct arena arena = ARENA_EMPTY;

/* A row or column of grey pixels with these values. */
static struct pixels make(size_t width, size_t height, const char *values)
{
	struct pixels pixels = pixels_make(&arena, width, height, 3);

	for (size_t i = 0; i < width * height; i++)
		memset(pixels.data + i * 3, values[i], 3);
	return pixels;
}

/* The pixels' first channel as a string. */
static const char *values_of(const struct pixels *pixels)
{
	size_t count = pixels->width * pixels->height;
	char *text = arena_alloc(&arena, count + 1);

	for (size_t i = 0; i < count; i++)
		text[i] = (char)pixels->data[i * 3];
	return text;
}

/*
 * abc
 * def, as the eight ways of holding a camera have it (Exif 2.3, table 6).
 */
static void test_turn(void)
{
	static const struct {
		int orientation;
		size_t width;
		const char *upright;
	} rows[] = {
	    {1, 3, "abcdef"},
	    {2, 3, "cbafed"},
	    {3, 3, "fedcba"},
	    {4, 3, "defabc"},
	    {5, 2, "adbecf"},
	    {6, 2, "daebfc"},
	    {7, 2, "fcebda"},
	    {8, 2, "cfbead"},
	    {0, 3, "abcdef"},
	    {9, 3, "abcdef"},
	};
	const struct pixels from = make(3, 2, "abcdef");

	for (size_t i = 0; i < COUNT_OF(rows); i++) {
		struct pixels to =
		    pixels_turn(&arena, &from, rows[i].orientation);

		ok(to.width == rows[i].width && to.width * to.height == 6,
		    "orientation %d has its sides", rows[i].orientation);
		is_text(values_of(&to), rows[i].upright, "and its pixels");
	}
}

static void test_narrow(void)
{
	const struct pixels wide = make(4, 2, "acegacig");
	struct pixels half = pixels_narrow(&arena, &wide, 2);
	struct pixels same = pixels_narrow(&arena, &wide, 4);
	struct pixels thin = pixels_make(&arena, 4000, 1, 4);

	ok(half.width == 2 && half.height == 1, "half as wide, half as high");
	/* b is the mean of a, c, a, c; g of e, g, i, g. */
	is_text(values_of(&half), "bg", "each pixel is the mean of four");
	ok(same.data == wide.data, "what is narrow enough is left alone");
	thin = pixels_narrow(&arena, &thin, 1280);
	ok(thin.width == 1280 && thin.height == 1, "never less than a row");
}

static void test_jpeg(void)
{
	struct pixels from = pixels_make(&arena, 64, 48, 3);
	struct pixels to = pixels_make(&arena, 64, 48, 3);
	size_t width, height, length;
	const char *bytes;
	struct image image;

	memset(from.data, 200, 64 * 48 * 3);
	ok(jpeg_encode(&arena, &from, &bytes, &length), "a JPEG is written");
	ok(jpeg_measure(bytes, length, &width, &height) && width == 64 &&
		height == 48,
	    "and measured");
	ok(jpeg_decode(bytes, length, &to), "and read");
	ok(to.data[0] > 195 && to.data[0] < 205, "with its colour");
	ok(jpeg_orientation(bytes, length) == 1, "it says no orientation");
	ok(image_read(&arena, bytes, length, &image) == NULL &&
		image.type == IMAGE_JPEG && image.width == 64,
	    "and taken");
	for (size_t cut = 0; cut < length; cut += 7)
		if (!image_read(&arena, bytes, cut, &image))
			break;
		else if (cut + 7 >= length)
			ok(true, "cut anywhere it is refused");
}

static void test_refuse(void)
{
	static const struct {
		const char *bytes;
		size_t length;
	} rows[] = {
	    {"", 0},
	    {"GIF89a", 6},
	    {"<svg/>", 6},
	    {"\x89PNG\r\n\x1a\n", 8},
	    {"\xff\xd8\xff", 3},
	    {"\xff\xd8\xff\xe1\0\x10"
	     "Exif\0\0II*\0\xff\xff\xff\xff",
		20},
	};
	struct image image;

	for (size_t i = 0; i < COUNT_OF(rows); i++)
		ok(error_is(image_read(
				&arena, rows[i].bytes, rows[i].length, &image),
		       VALIDATION_ERROR),
		    "file %zu is refused", i);
}

int main(void)
{
	test_turn();
	test_narrow();
	test_jpeg();
	test_refuse();
	error_reset();
	arena_close(&arena);
	return done_testing();
}
