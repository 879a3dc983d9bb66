/* R40: texts that run from right to left; tests/documents.bats reads them. */
#include "base/out.h"
#include "document/bidi.h"
#include "document/glyphs.h"
#include "document/subset.h"
#include "tap.h"

#include <hpdf_font.h>
#include <hpdf_fontdef.h>
#include <stdlib.h>
#include <unistd.h>

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

enum {
	GLYPHS = 12, /* of a font made here */
	GLYPH_WORDS = 32,
	NOWHERE = 8 /* a glyph whose description is not in the file */
};

/* Of contours (-1: it has parts), four of bounds, then the parts. */
static const HPDF_UINT16 glyphs[GLYPHS][GLYPH_WORDS] = {
    [0] = {2},
    [1] = {0xffff, 0, 0, 0, 0,     /* flags, number, place, scales */
	0x21, 2, 0, 0,             /* a place of two words */
	0x28, 4, 0, 0x20,          /* a scale */
	0x60, 5, 0, 0x20, 0x20,    /* two of them */
	0x80, 6, 0, 0, 0, 0, 0x20, /* a matrix; no part follows */
	0x20, 3},
    [2] = {0xffff, 0, 0, 0, 0, 0, 7, 0, 0, 3},
    [9] = {0xffff, 0, 0, 0, 0, 0x20, 10, 0, 0x20, 60000, 0, 0, 3},
    /* To the end of the file, and no end. */
    [11] = {0xffff, 0, 0, 0, 0, 0x20, 3, 0, 0x20, 3, 0, 0x20, 3, 0, 0x20, 3, 0,
	0x20, 3, 0, 0x20, 3, 0, 0x20, 3, 0, 0x20, 3, 0, 0x20, 3, 0},
};

static HPDF_Stream make_file(HPDF_MMgr memory)
{
	char path[] = "/tmp/campuspass-font-XXXXXX";
	int file = mkstemp(path);
	HPDF_Stream stream;

	for (size_t i = 0; i < GLYPHS * GLYPH_WORDS; i++) {
		HPDF_UINT16 word = glyphs[i / GLYPH_WORDS][i % GLYPH_WORDS];
		const HPDF_BYTE bytes[] = {
		    (HPDF_BYTE)(word >> 8), (HPDF_BYTE)word};

		if (write(file, bytes, sizeof(bytes)) != sizeof(bytes))
			abort();
	}
	close(file);
	stream = HPDF_FileReader_New(memory, path);
	unlink(path);
	return stream;
}

/* The glyphs that are embedded when one is used: "1 2 4". */
static const char *embedded_with(
    HPDF_Font font, HPDF_TTFontDefAttr definition, size_t used, bool is_short)
{
	const HPDF_TTFontDefAttr_Rec real = *definition;
	HPDF_UINT32 offsets[GLYPHS];
	HPDF_BYTE flags[GLYPHS] = {0};
	struct out list = {.arena = &arena};

	for (HPDF_UINT32 i = 0; i < GLYPHS; i++)
		offsets[i] = i * GLYPH_WORDS * (is_short ? 1 : 2);
	offsets[NOWHERE] = 1000000;
	flags[used] = 1;
	definition->glyph_tbl =
	    (HPDF_TTF_GryphOffsets){.offsets = offsets, .flgs = flags};
	definition->num_glyphs = GLYPHS;
	definition->header.index_to_loc_format = !is_short;
	definition->stream = make_file(font->mmgr);
	subset_add_parts(&arena, font);
	HPDF_Stream_Free(definition->stream);
	*definition = real;
	for (size_t i = 0; i < GLYPHS; i++)
		if (flags[i])
			out_format(&list, list.length ? " %zu" : "%zu", i);
	return out_string(&list);
}

static void test_made_parts(void)
{
	static const char path[] =
	    "/usr/share/fonts/truetype/dejavu/DejaVuSans.ttf";
	HPDF_Doc pdf = HPDF_New(NULL, NULL);
	HPDF_TTFontDefAttr definition;
	HPDF_FontAttr attributes;
	HPDF_Font font;

	HPDF_UseUTFEncodings(pdf);
	font = HPDF_GetFont(
	    pdf, HPDF_LoadTTFontFromFile(pdf, path, HPDF_TRUE), "UTF-8");
	attributes = font->attr;
	definition = attributes->fontdef->attr;
	for (int is_short = 0; is_short < 2; is_short++) {
		is_text(embedded_with(font, definition, 0, is_short), "0",
		    "one without parts is alone");
		is_text(embedded_with(font, definition, 1, is_short),
		    "1 2 4 5 6 7", "parts behind scales, and parts of parts");
		is_text(embedded_with(font, definition, NOWHERE, is_short), "8",
		    "one that is not in the file has none");
		is_text(embedded_with(font, definition, 9, is_short), "9 10",
		    "a part that the font lacks ends it");
		is_text(embedded_with(font, definition, 11, is_short), "3 11",
		    "the end of the file does, too");
	}
	HPDF_Free(pdf);
}

int main(void)
{
	test_order();
	test_reading();
	test_parts();
	test_made_parts();
	arena_close(&arena);
	return done_testing();
}
