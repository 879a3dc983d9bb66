#include "document/glyphs.h"

#include "base/out.h"
#include "base/text.h"
#include <hpdf_doc.h>
#include <hpdf_font.h>
#include <hpdf_fontdef.h>
#include <stdbool.h>
#include <stdio.h>

enum {
	REPLACEMENT = 0xfffd,
	LAST_OF_PLANE = 0xffff, /* libhpdf's characters have 16 bits */
};

/* What becomes of a range of characters, whatever the font has. */
struct range {
	uint32_t first, last;
	enum {
		IS_BLANK,  /* is set as a blank */
		IS_HIDDEN, /* never shows: is left out */
		IS_FOREIGN /* needs more than one glyph after another */
	} kind;
};

static const struct range ranges[] = {
    {0x0001, 0x0009, IS_BLANK},   /* controls, tab */
    {0x000b, 0x001f, IS_BLANK},   /* controls, CR */
    {0x007f, 0x00a0, IS_BLANK},   /* controls, no-break space */
    {0x00ad, 0x00ad, IS_HIDDEN},  /* soft hyphen */
    {0x0590, 0x08ff, IS_FOREIGN}, /* Hebrew, Arabic and their like */
    {0x2028, 0x2029, IS_BLANK},   /* separators of lines */
    {0x200b, 0x200f, IS_HIDDEN},  /* joiners, directions */
    {0x202a, 0x202e, IS_HIDDEN},  /* directions */
    {0x2060, 0x206f, IS_HIDDEN},  /* joiners, directions */
    {0xd800, 0xf8ff, IS_FOREIGN}, /* surrogates, private use */
    {0xfb1d, 0xfdff, IS_FOREIGN}, /* Hebrew and Arabic forms */
    {0xfe00, 0xfe0f, IS_HIDDEN},  /* variation selectors */
    {0xfe70, 0xfefe, IS_FOREIGN}, /* Arabic forms */
    {0xfeff, 0xfeff, IS_HIDDEN},  /* byte order mark */
};

size_t glyphs_decode(const char *text, uint32_t *character)
{
	static const uint32_t masks[] = {0, 0x7f, 0x1f, 0x0f, 0x07};
	size_t size = text_character_size(text);

	*character = REPLACEMENT;
	if (size == 0)
		return 0;
	if (size > 4 || !text_is_utf8(text, size))
		return 1;
	*character = (unsigned char)text[0] & masks[size];
	for (size_t i = 1; i < size; i++)
		*character = *character << 6 | ((unsigned char)text[i] & 0x3fU);
	return size;
}

static const struct range *find_range(uint32_t character)
{
	for (size_t i = 0; i < COUNT_OF(ranges); i++)
		if (character >= ranges[i].first && character <= ranges[i].last)
			return &ranges[i];
	return NULL;
}

static bool has_glyph(HPDF_Font font, uint32_t character)
{
	const HPDF_FontAttr_Rec *attributes = font->attr;

	return character <= LAST_OF_PLANE &&
	    HPDF_TTFontDef_GetGlyphid(
		attributes->fontdef, (HPDF_UINT16)character) != 0;
}

/* The character, as it stands in the text, or what stands for it. */
static void write_one(struct out *out, HPDF_Font font, uint32_t character,
    const char *bytes, size_t size)
{
	static const char replacement[] = "\xef\xbf\xbd";
	const struct range *range = find_range(character);

	if (range && range->kind == IS_HIDDEN)
		return;
	if (range && range->kind == IS_BLANK)
		out_char(out, ' ');
	else if (character == '\n')
		out_char(out, '\n');
	else if (range || character == REPLACEMENT ||
	    !has_glyph(font, character))
		out_text(out, replacement);
	else
		out_bytes(out, bytes, size);
}

char *glyphs_replace(struct arena *arena, HPDF_Font font, const char *text)
{
	struct out out = {.arena = arena};
	uint32_t character;
	size_t size;

	if (!text)
		text = "";
	for (; (size = glyphs_decode(text, &character)) > 0; text += size)
		write_one(&out, font, character, text, size);
	return text_trim(arena, out_string(&out));
}

/* ---- copying ---- */

/* An entry may change the last byte alone, and a block has 100 at most. */
static void write_ranges(HPDF_Stream stream)
{
	enum {
		ROWS = 256,
		BLOCK = 64
	};
	char text[64];

	for (unsigned row = 0; row < ROWS; row++) {
		if (row % BLOCK == 0)
			HPDF_Stream_WriteStr(stream, "64 beginbfrange\n");
		snprintf(text, sizeof(text), "<%02X00> <%02XFF> <%02X00>\n",
		    row, row, row);
		HPDF_Stream_WriteStr(stream, text);
		if (row % BLOCK == BLOCK - 1)
			HPDF_Stream_WriteStr(stream, "endbfrange\n");
	}
}

void glyphs_add_unicode(HPDF_Doc pdf, HPDF_Font font)
{
	HPDF_Dict map = HPDF_DictStream_New(pdf->mmgr, pdf->xref);

	/* Then libhpdf has told its error handler. */
	if (!map)
		return;
	map->filter = HPDF_STREAM_FILTER_FLATE_DECODE;
	HPDF_Stream_WriteStr(map->stream,
	    "/CIDInit /ProcSet findresource begin\n"
	    "12 dict begin\n"
	    "begincmap\n"
	    "/CIDSystemInfo << /Registry (Adobe) /Ordering (UCS) "
	    "/Supplement 0 >> def\n"
	    "/CMapName /Adobe-Identity-UCS def\n"
	    "/CMapType 2 def\n"
	    "1 begincodespacerange\n"
	    "<0000> <FFFF>\n"
	    "endcodespacerange\n");
	write_ranges(map->stream);
	HPDF_Stream_WriteStr(map->stream,
	    "endcmap\n"
	    "CMapName currentdict /CMap defineresource pop\n"
	    "end\n"
	    "end\n");
	HPDF_Dict_Add(font, "ToUnicode", map);
}
