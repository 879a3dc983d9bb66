#include "document/qr.h"

#include "base/text.h"
#include <png.h>
#include <qrcodegen/qrcodegen.h>
#include <sodium.h>
#include <string.h>

enum {
	BUFFER = qrcodegen_BUFFER_LEN_FOR_VERSION(QR_VERSION_MOST),
	DATA_URL_SCALE = 6,
};

static bool is_ascii(const char *text)
{
	while (*text && (unsigned char)*text < 0x80)
		text++;
	return *text == '\0';
}

struct error *qr_make(struct arena *arena, const char *text, struct qr *qr)
{
	uint8_t *modules = arena_alloc(arena, BUFFER);
	uint8_t *scratch = arena_alloc(arena, BUFFER);

	if (text_is_empty(text) || strlen(text) > QR_TEXT_MOST ||
	    !is_ascii(text) ||
	    !qrcodegen_encodeText(text, scratch, modules, qrcodegen_Ecc_MEDIUM,
		qrcodegen_VERSION_MIN, QR_VERSION_MOST, qrcodegen_Mask_AUTO,
		true))
		return fail(
		    VALIDATION_ERROR, "This text does not fit into a QR code");
	*qr =
	    (struct qr){.size = qrcodegen_getSize(modules), .modules = modules};
	return NULL;
}

bool qr_is_dark(const struct qr *qr, int x, int y)
{
	return qrcodegen_getModule(qr->modules, x, y);
}

/* ---- SVG ---- */

static void write_escaped(struct out *out, const char *text)
{
	static const struct {
		char character;
		const char *entity;
	} rows[] = {
	    {'&', "&amp;"}, {'<', "&lt;"}, {'>', "&gt;"}, {'"', "&quot;"}};

	for (; *text; text++) {
		size_t i = 0;

		while (i < COUNT_OF(rows) && rows[i].character != *text)
			i++;
		if (i < COUNT_OF(rows))
			out_text(out, rows[i].entity);
		else
			out_char(out, *text);
	}
}

/*
 * A line along each row, drawn where modules are dark: half as long when it is
 * compressed as rectangles are, and a page may have twenty codes.
 */
static void write_path(struct out *out, const struct qr *qr)
{
	for (int y = 0; y < qr->size; y++) {
		int drawn = 0;

		out_format(out, "M%d %d", QR_QUIET, y + QR_QUIET);
		for (int x = 0; x < qr->size; x++) {
			int run = 0;

			while (qr_is_dark(qr, x + run, y))
				run++;
			if (run == 0)
				continue;
			if (x > drawn)
				out_format(out, "m%d 0", x - drawn);
			out_format(out, "h%d", run);
			x += run;
			drawn = x;
		}
	}
}

struct error *qr_write_svg(
    struct arena *arena, struct out *out, const char *text, const char *title)
{
	struct qr qr;
	int side;

	TRY(qr_make(arena, text, &qr));
	side = qr.size + 2 * QR_QUIET;
	out_format(out,
	    "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 -.5 %d %d\" "
	    "role=\"img\" class=\"qr\" shape-rendering=\"crispEdges\"><title>",
	    side, side);
	write_escaped(out, title);
	OUT_LITERAL(out,
	    "</title><rect y=\"-.5\" width=\"100%\" height=\"100%\" fill=\"#fff\"/>"
	    "<path stroke=\"#000\" stroke-width=\"1\" d=\"");
	write_path(out, &qr);
	OUT_LITERAL(out, "\"/></svg>");
	return NULL;
}

/* ---- PNG ---- */

/* One byte a pixel, an index into the two colours. */
static unsigned char *paint(
    struct arena *arena, const struct qr *qr, int scale, size_t side)
{
	unsigned char *pixels = arena_array(arena, side, side);

	for (size_t y = 0; y < side; y++)
		for (size_t x = 0; x < side; x++)
			pixels[y * side + x] =
			    qr_is_dark(qr, (int)x / scale - QR_QUIET,
				(int)y / scale - QR_QUIET);
	return pixels;
}

struct error *qr_write_png(
    struct arena *arena, struct out *out, const char *text, int scale)
{
	static const unsigned char colours[] = {255, 255, 255, 0, 0, 0};
	png_image image = {.version = PNG_IMAGE_VERSION,
	    .format = PNG_FORMAT_RGB_COLORMAP,
	    .colormap_entries = 2};
	png_alloc_size_t size;
	const unsigned char *pixels;
	struct qr qr;

	if (scale < 1 || scale > QR_SCALE_MOST)
		die("a QR code cannot have %d pixels a module", scale);
	TRY(qr_make(arena, text, &qr));
	image.width = (png_uint_32)((qr.size + 2 * QR_QUIET) * scale);
	image.height = image.width;
	pixels = paint(arena, &qr, scale, image.width);
	size = PNG_IMAGE_PNG_SIZE_MAX(image);
	if (!png_image_write_to_memory(&image, out_reserve(out, size), &size,
		false, pixels, 0, colours))
		die("libpng: %s", image.message);
	out->length += size;
	/* A buffer is a string, too. */
	*out_reserve(out, 1) = '\0';
	return NULL;
}

struct error *qr_data_url(
    struct arena *arena, const char *text, const char **url)
{
	enum {
		VARIANT = sodium_base64_VARIANT_ORIGINAL
	};
	struct out png = {.arena = arena};
	size_t size;
	char *coded;

	TRY(qr_write_png(arena, &png, text, DATA_URL_SCALE));
	size = sodium_base64_encoded_len(png.length, VARIANT);
	coded = arena_alloc(arena, size);
	sodium_bin2base64(
	    coded, size, (const unsigned char *)png.data, png.length, VARIANT);
	*url = arena_format(arena, "data:image/png;base64,%s", coded);
	return NULL;
}
