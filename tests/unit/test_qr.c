/* R39, B9: QR codes as modules, SVG and PNG; tests/documents.bats scans them.
 */
#include "document/qr.h"
#include "tap.h"

#include <png.h>
#include <string.h>

static struct arena arena;

static const char *repeat(char character, size_t count)
{
	char *text = arena_alloc(&arena, count + 1);

	memset(text, character, count);
	return text;
}

static void test_make(void)
{
	struct qr qr;

	ok(!qr_make(&arena, "TKT-0123456789ABCDEF", &qr), "a code is made");
	is_number(qr.size, 21, "20 alphanumeric characters: version 1");
	ok(qr_is_dark(&qr, 0, 0) && qr_is_dark(&qr, 6, 6) &&
		!qr_is_dark(&qr, 1, 1) && !qr_is_dark(&qr, 7, 7),
	    "a finder stands in the corner");
	ok(!qr_is_dark(&qr, -1, 0) && !qr_is_dark(&qr, 0, 21),
	    "it is light outside");
}

static void test_limits(void)
{
	struct qr qr;

	ok(!qr_make(&arena, repeat('x', QR_TEXT_MOST), &qr),
	    "the longest text fits");
	ok(error_is(qr_make(&arena, repeat('x', QR_TEXT_MOST + 1), &qr),
	       VALIDATION_ERROR),
	    "a longer one is refused");
	ok(error_is(qr_make(&arena, "", &qr), VALIDATION_ERROR),
	    "an empty text is refused");
	ok(error_is(qr_make(&arena, NULL, &qr), VALIDATION_ERROR),
	    "no text is refused");
	ok(error_is(qr_make(&arena, "caf\u00e9", &qr), VALIDATION_ERROR),
	    "what scanners read differently is refused");
	error_reset();
}

static void test_svg(void)
{
	struct out out = {.arena = &arena};
	const char *svg;

	ok(!qr_write_svg(&arena, &out, "HELLO", "QR <code> of \"A&B\""),
	    "an SVG is made");
	svg = out_string(&out);
	ok(text_starts_with(svg, "<svg ") && strstr(svg, "</svg>"),
	    "it is one element");
	ok(strstr(svg, "viewBox=\"0 -.5 29 29\""),
	    "21 modules and twice the quiet zone of 4");
	ok(strstr(svg, "role=\"img\""), "it is an image to screen readers");
	ok(strstr(svg, "<title>QR &lt;code&gt; of &quot;A&amp;B&quot;</title>"),
	    "its title is escaped");
	ok(strstr(svg, "d=\"M4 4h7m"),
	    "the first row begins behind the quiet zone");
	ok(!strstr(svg, "style="), "no style that a policy would forbid");
}

/* One byte a pixel, 0 black; NULL when libpng does not take it. */
static const unsigned char *read_png(const struct out *out, unsigned *side)
{
	png_image image = {.version = PNG_IMAGE_VERSION};
	unsigned char *pixels;

	if (!png_image_begin_read_from_memory(&image, out->data, out->length))
		return NULL;
	image.format = PNG_FORMAT_GRAY;
	pixels = arena_alloc(&arena, PNG_IMAGE_SIZE(image));
	if (!png_image_finish_read(&image, NULL, pixels, 0, NULL))
		return NULL;
	*side = image.width;
	return pixels;
}

static void test_png(void)
{
	enum {
		SCALE = 3
	};
	struct out out = {.arena = &arena};
	const unsigned char *pixels;
	unsigned side = 0, wrong = 0;
	struct qr qr;

	ok(!qr_write_png(&arena, &out, "HELLO", SCALE) &&
		!qr_make(&arena, "HELLO", &qr),
	    "a PNG is made");
	pixels = read_png(&out, &side);
	ok(side == 29 * SCALE, "it has 3 pixels a module");
	if (!pixels)
		return;
	for (unsigned i = 0; i < side * side; i++) {
		int x = (int)(i % side / SCALE) - QR_QUIET;
		int y = (int)(i / side / SCALE) - QR_QUIET;

		wrong += pixels[i] != (qr_is_dark(&qr, x, y) ? 0 : 255);
	}
	is_number(wrong, 0, "its pixels are the modules, black on white");
}

static void test_data_url(void)
{
	const char *url;

	ok(!qr_data_url(&arena, "HELLO", &url), "a data URL is made");
	ok(text_starts_with(url, "data:image/png;base64,iVBORw0KGgo"),
	    "it holds a PNG");
}

int main(void)
{
	test_make();
	test_limits();
	test_svg();
	test_png();
	test_data_url();
	arena_close(&arena);
	return done_testing();
}
