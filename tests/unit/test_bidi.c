/* R40: texts that run from right to left; tests/documents.bats reads them. */
#include "base/out.h"
#include "document/bidi.h"
#include "document/glyphs.h"
#include "document/subset.h"
#include "tap.h"

#include <hpdf_font.h>
#include <hpdf_fontdef.h>

static struct arena arena;

static size_t length_of(const uint32_t *text)
{
	size_t length = 0;

	while (text[length])
		length++;
	return length;
}

/* The text as it stands on one line, "U+" in hex, and its first letter's base
 * level: "1: 05d1 05d0". */
static const char *as_it_stands(const uint32_t *text)
{
	size_t count = length_of(text);
	struct bidi_text shaped = bidi_shape(&arena, text, count);
	uint8_t *levels = arena_alloc(&arena, count);
	size_t *order = arena_array(&arena, count, sizeof(*order));
	struct out out = {.arena = &arena};

	for (size_t i = 0; i < shaped.count; i++)
		levels[i] = shaped.items[i].level;
	bidi_order(levels, shaped.count, order);
	out_format(&out, "%d:", shaped.items[0].base);
	for (size_t i = 0; i < shaped.count; i++)
		out_format(&out, " %04x", shaped.items[order[i]].shape);
	return out_string(&out);
}

static void test_order(void)
{
	static const struct {
		const uint32_t *text;
		const char *stands;
		const char *name;
	} rows[] = {
	    {U"ab", "0: 0061 0062", "R40 Latin stays"},
	    {U"\u05d0\u05d1", "1: 05d1 05d0", "R40 Hebrew is turned"},
	    {U"a \u05d0\u05d1!", "0: 0061 0020 05d1 05d0 0021",
		"R40 Hebrew within Latin; the mark is the sentence's"},
	    {U"\u05d0 a!", "1: 0021 0061 0020 05d0",
		"R40 Latin within Hebrew; the mark is the sentence's"},
	    {U"\u05d0 12", "1: 0031 0032 0020 05d0",
		"R40 numbers stand as they are read"},
	    {U"\u05d0(\u05d1)", "1: 0028 05d1 0029 05d0",
		"R40 brackets are turned round"},
	    {U"\u0642\u0627\u0639", "1: fec9 fe8e fed7",
		"R40 Arabic letters join; alef not to the left"},
	    {U"\u0633\u0644\u0627\u0645", "1: fee1 fefc feb3",
		"R40 lam and alef are one, joined to the right"},
	    {U"\u0628\u200c\u0628", "1: fe8f 200c fe8f",
		"R40 what forbids to join is heeded"},
	    {U"\u05d0\nab", "1: 000a 05d0 0061 0062",
		"R40 each paragraph has its own direction"},
	};

	for (size_t i = 0; i < COUNT_OF(rows); i++)
		is_text(
		    as_it_stands(rows[i].text), rows[i].stands, rows[i].name);
}

static void test_reading(void)
{
	static const uint32_t text[] = U"\u0633\u0644\u0627";
	struct bidi_text shaped = bidi_shape(&arena, text, COUNT_OF(text) - 1);

	is_number((int64_t)shaped.count, 2, "a ligature is one");
	is_number(shaped.items[0].read, 0x0633,
	    "R40 a joined letter is read as the letter");
	is_number(shaped.items[1].read, 0xfefc, "a ligature as itself");
	is_number((int64_t)bidi_shape(&arena, NULL, 0).count, 0,
	    "no text has no characters");
}

/* ---- fonts ---- */

static size_t count_used(HPDF_Font font)
{
	HPDF_FontAttr attributes = font->attr;
	HPDF_TTFontDefAttr definition = attributes->fontdef->attr;
	size_t count = 0;

	for (unsigned i = 0; i < definition->num_glyphs; i++)
		count += definition->glyph_tbl.flgs[i] == 1;
	return count;
}

static void test_parts(void)
{
	static const char path[] =
	    "/usr/share/fonts/truetype/dejavu/DejaVuSans.ttf";
	HPDF_Doc pdf = HPDF_New(NULL, NULL);
	HPDF_Font font;
	size_t before;

	HPDF_UseUTFEncodings(pdf);
	font = HPDF_GetFont(
	    pdf, HPDF_LoadTTFontFromFile(pdf, path, HPDF_TRUE), "UTF-8");
	before = count_used(font);
	/* Initial qaf: a letter without dots, which has a part, and dots. */
	HPDF_Font_GetUnicodeWidth(font, 0xfed7);
	is_number((int64_t)(count_used(font) - before), 3,
	    "libhpdf knows the parts of a letter");
	subset_add_parts(&arena, font);
	is_number((int64_t)(count_used(font) - before), 4,
	    "R40 a part of a part is embedded, too");
	HPDF_Free(pdf);
}

int main(void)
{
	test_order();
	test_reading();
	test_parts();
	arena_close(&arena);
	return done_testing();
}
