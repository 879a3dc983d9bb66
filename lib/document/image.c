#include "document/image.h"

#include "document/pixels.h"
#include <png.h>
#include <string.h>

static struct error *is_damaged(void)
{
	return fail(VALIDATION_ERROR,
	    "The picture is damaged. Open it in a program and save it again");
}

static struct error *check_sides(size_t width, size_t height)
{
	if (width == 0 || height == 0)
		return is_damaged();
	if (width > IMAGE_SIDE_MOST || height > IMAGE_SIDE_MOST)
		return fail(VALIDATION_ERROR,
		    "The picture has %zu x %zu pixels: at most %d x %d are "
		    "taken",
		    width, height, IMAGE_SIDE_MOST, IMAGE_SIDE_MOST);
	return NULL;
}

/* ---- PNG ---- */

static struct error *decode_png(struct arena *arena, const void *bytes,
    size_t length, struct pixels *pixels)
{
	png_image png = {.version = PNG_IMAGE_VERSION};
	struct error *error;

	if (!png_image_begin_read_from_memory(&png, bytes, length))
		return is_damaged();
	error = check_sides(png.width, png.height);
	if (error) {
		png_image_free(&png);
		return error;
	}
	png.format = (png.format & PNG_FORMAT_FLAG_ALPHA) != 0 ? PNG_FORMAT_RGBA
							       : PNG_FORMAT_RGB;
	*pixels = pixels_make(arena, png.width, png.height,
	    png.format == PNG_FORMAT_RGBA ? 4 : 3);
	if (!png_image_finish_read(&png, NULL, pixels->data, 0, NULL) ||
	    PNG_IMAGE_FAILED(png))
		return is_damaged();
	return NULL;
}

static struct error *encode_png(
    struct arena *arena, const struct pixels *pixels, struct image *image)
{
	png_image png = {
	    .version = PNG_IMAGE_VERSION,
	    .width = (png_uint_32)pixels->width,
	    .height = (png_uint_32)pixels->height,
	    .format = pixels->channels == 4 ? PNG_FORMAT_RGBA : PNG_FORMAT_RGB,
	};
	png_alloc_size_t size = PNG_IMAGE_PNG_SIZE_MAX(png);
	char *bytes = arena_alloc(arena, size);

	if (!png_image_write_to_memory(
		&png, bytes, &size, 0, pixels->data, 0, NULL))
		return fail(
		    VALIDATION_ERROR, "The picture cannot be kept as PNG");
	*image = (struct image){.type = IMAGE_PNG,
	    .bytes = bytes,
	    .length = size,
	    .width = pixels->width,
	    .height = pixels->height};
	return NULL;
}

/* ---- JPEG: jpeg.c does what needs setjmp ---- */

static struct error *decode_jpeg(struct arena *arena, const void *bytes,
    size_t length, struct pixels *pixels)
{
	size_t width, height;

	if (!jpeg_measure(bytes, length, &width, &height))
		return is_damaged();
	TRY(check_sides(width, height));
	*pixels = pixels_make(arena, width, height, 3);
	if (!jpeg_decode(bytes, length, pixels))
		return is_damaged();
	return NULL;
}

static struct error *encode_jpeg(
    struct arena *arena, const struct pixels *pixels, struct image *image)
{
	*image = (struct image){.type = IMAGE_JPEG,
	    .width = pixels->width,
	    .height = pixels->height};
	if (!jpeg_encode(arena, pixels, &image->bytes, &image->length))
		return fail(
		    VALIDATION_ERROR, "The picture cannot be kept as JPEG");
	return NULL;
}

/* ---- both ---- */

struct error *image_read(
    struct arena *arena, const void *bytes, size_t length, struct image *image)
{
	static const unsigned char png[] = {
	    0x89, 'P', 'N', 'G', '\r', '\n', 0x1a, '\n'};
	static const unsigned char jpeg[] = {0xff, 0xd8, 0xff};
	struct pixels pixels;

	if (length >= sizeof(png) && memcmp(bytes, png, sizeof(png)) == 0) {
		TRY(decode_png(arena, bytes, length, &pixels));
		pixels = pixels_narrow(arena, &pixels, IMAGE_WIDTH);
		return encode_png(arena, &pixels, image);
	}
	if (length >= sizeof(jpeg) && memcmp(bytes, jpeg, sizeof(jpeg)) == 0) {
		TRY(decode_jpeg(arena, bytes, length, &pixels));
		pixels = pixels_turn(
		    arena, &pixels, jpeg_orientation(bytes, length));
		pixels = pixels_narrow(arena, &pixels, IMAGE_WIDTH);
		return encode_jpeg(arena, &pixels, image);
	}
	return fail(VALIDATION_ERROR, "The file is no PNG and no JPEG picture");
}
