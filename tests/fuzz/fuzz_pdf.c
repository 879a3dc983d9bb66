/*
 * Texts on paper and QR codes: whatever people call themselves and their
 * events, it is set into its box, and the file is whole; a code is made of
 * ASCII alone.
 *
 * The first bytes choose box and letters. A file takes many texts, for fonts
 * are slow to read.
 */
#include "fuzz.h"

#include "base/text.h"
#include "document/canvas.h"
#include <string.h>

enum {
	TEXTS = 500, /* in a file */
};

static void check_qr(struct arena *arena, const char *text)
{
	struct out out = {.arena = arena};
	struct qr qr;

	if (qr_make(arena, text, &qr)) {
		require(qr_write_svg(arena, &out, text, text));
		return;
	}
	for (const char *at = text; *at; at++)
		require((unsigned char)*at < 0x80);
	require(*text && strlen(text) <= QR_TEXT_MOST);
	require(qr.size >= 21 && qr.size <= 17 + 4 * QR_VERSION_MOST);
	require(qr_is_dark(&qr, 0, 0) && !qr_is_dark(&qr, -1, 0));
	require(!qr_write_svg(arena, &out, text, text));
	require(!strstr(out_string(&out), "<script"));
}

static void finish(struct canvas *canvas, struct arena *arena)
{
	struct out out = {.arena = arena};

	require(!canvas_finish(canvas, &out));
	require(out.length > 9 && memcmp(out.data, "%PDF-", 5) == 0);
	require(memmem(out.data + out.length - 9, 9, "%%EOF", 5));
}

static void set_text(
    struct canvas *canvas, const uint8_t *how, const char *text)
{
	const struct canvas_style style = {
	    .font = (enum canvas_font)(how[0] % CANVAS_FONT_COUNT),
	    .size = (float)(4 + how[1] % 40),
	    .least = how[2] & 1 ? 0 : 4,
	    .align = (enum canvas_align)(how[2] / 2 % 3),
	};
	const struct canvas_box box = {.x = 10,
	    .y = 10,
	    .width = (float)(1 + how[3]),
	    .height = (float)how[2]};
	float height = canvas_text(canvas, &style, box, text);

	require(height >= 0);
	require(height <= box.height + 1 || height <= style.size * 1.4F);
	require(*text || height <= 0);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const struct canvas_info info = {
	    .title = "Tickets", .author = ""};
	static struct arena arena, lasting;
	static struct canvas *canvas;
	static int count;
	const char *text;

	if (size < 4)
		return 0;
	if (!canvas)
		require(!canvas_open(&lasting, &info, &canvas));
	text = arena_copy_bytes(&arena, data + 4, size - 4);
	check_qr(&arena, text);
	if (count % 50 == 0)
		canvas_add_page(canvas);
	set_text(canvas, data, text);
	if (++count == TEXTS) {
		finish(canvas, &lasting);
		arena_reset(&lasting);
		canvas = NULL;
		count = 0;
	}
	error_reset();
	arena_reset(&arena);
	return 0;
}
