#include "document/glyphs.h"

#include "base/text.h"
#include "document/bidi.h"
#include <hpdf_doc.h>
#include <hpdf_font.h>
#include <hpdf_fontdef.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#define PER_UNIT 0.001F /* widths of glyphs are thousandths of the size */

enum {
	REPLACEMENT = 0xfffd,
	ELLIPSIS = 0x2026,
	LAST_OF_PLANE = 0xffff, /* libhpdf's characters have 16 bits */
};

/* What becomes of a range of characters, whatever the font has. */
struct range {
	uint32_t first, last;
	enum kind {
		IS_PLAIN,
		IS_BLANK,   /* is set as a blank */
		IS_HIDDEN,  /* never shows: is left out */
		IS_TURNING, /* is left out before it turns what follows */
		IS_FOREIGN  /* needs more than one glyph after another */
	} kind;
};

static const struct range ranges[] = {
    {0x0001, 0x0009, IS_BLANK},   /* controls, tab */
    {0x000b, 0x001f, IS_BLANK},   /* controls, CR */
    {0x007f, 0x00a0, IS_BLANK},   /* controls, no-break space */
    {0x00ad, 0x00ad, IS_HIDDEN},  /* soft hyphen */
    {0x061c, 0x061c, IS_HIDDEN},  /* direction */
    {0x0700, 0x074f, IS_FOREIGN}, /* Syriac */
    {0x0780, 0x08ff, IS_FOREIGN}, /* Thaana, N'Ko and their like */
    {0x2028, 0x2029, IS_BLANK},   /* separators of lines */
    {0x200b, 0x200f, IS_HIDDEN},  /* joiners, directions */
    {0x202a, 0x202e, IS_TURNING}, /* embeddings, overrides */
    {0x2060, 0x2065, IS_HIDDEN},  /* joiners */
    {0x2066, 0x2069, IS_TURNING}, /* isolates */
    {0x206a, 0x206f, IS_HIDDEN},  /* directions */
    {0xd800, 0xf8ff, IS_FOREIGN}, /* surrogates, private use */
    {0xfe00, 0xfe0f, IS_HIDDEN},  /* variation selectors */
    {0xfeff, 0xfeff, IS_HIDDEN},  /* byte order mark */
};

static enum kind kind_of(uint32_t character)
{
	for (size_t i = 0; i < COUNT_OF(ranges); i++)
		if (character >= ranges[i].first && character <= ranges[i].last)
			return ranges[i].kind;
	return IS_PLAIN;
}

/* ---- reading ---- */

/*
 * The first character of a text, and its size in bytes (0 at the end). A byte
 * that begins no character gives U+FFFD and 1.
 */
static size_t decode(const char *text, uint32_t *character)
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

static bool is_end(uint32_t character)
{
	return character == ' ' || character == '\n';
}

/* The text's characters, without blanks at its ends. */
static uint32_t *read_text(
    struct arena *arena, const char *text, size_t *length)
{
	uint32_t *characters =
	    arena_array(arena, strlen(text) + 1, sizeof(*characters));
	uint32_t character;
	size_t count = 0;
	size_t size;

	for (; (size = decode(text, &character)) > 0; text += size) {
		enum kind kind = kind_of(character);

		if (kind == IS_BLANK)
			character = ' ';
		if (kind != IS_TURNING && (count > 0 || !is_end(character)))
			characters[count++] = character;
	}
	while (count > 0 && is_end(characters[count - 1]))
		count--;
	*length = count;
	return characters;
}

/* ---- what fonts have ---- */

static bool has_glyph(HPDF_Font font, uint32_t character)
{
	const HPDF_FontAttr_Rec *attributes = font->attr;

	return character <= LAST_OF_PLANE &&
	    HPDF_TTFontDef_GetGlyphid(
		attributes->fontdef, (HPDF_UINT16)character) != 0;
}

/* False if no font has the character. */
static bool find_glyph(
    const struct glyphs_face *face, uint32_t character, struct glyph *glyph)
{
	for (size_t i = 0; i < COUNT_OF(face->fonts); i++) {
		HPDF_Font font = face->fonts[i];

		if (!has_glyph(font, character))
			continue;
		glyph->font = font;
		glyph->character = (uint16_t)character;
		glyph->width =
		    (float)HPDF_Font_GetUnicodeWidth(font, glyph->character) *
		    PER_UNIT;
		return true;
	}
	return false;
}

static void remember_form(
    const struct glyphs_face *face, const struct bidi_character *one)
{
	uint32_t form = one->shape - GLYPHS_FORMS_FIRST;

	if (one->shape < GLYPHS_FORMS_FIRST || form >= GLYPHS_FORMS_COUNT)
		return;
	face->forms->read[form] = (uint16_t)one->read;
}

/* Its joined form, or at least the letter, or what stands for any. */
static void choose_glyph(const struct glyphs_face *face,
    const struct bidi_character *one, struct glyph *glyph)
{
	bool is_foreign = kind_of(one->shape) == IS_FOREIGN;

	if (one->shape == '\n')
		glyph->character = '\n';
	else if (!is_foreign && find_glyph(face, one->shape, glyph))
		remember_form(face, one);
	else if (is_foreign || !find_glyph(face, one->read, glyph))
		find_glyph(face, REPLACEMENT, glyph);
}

struct glyphs glyphs_of(
    struct arena *arena, const struct glyphs_face *face, const char *text)
{
	struct glyphs glyphs = {.count = 0};
	size_t length;
	uint32_t *characters = read_text(arena, text ? text : "", &length);
	struct bidi_text shaped = bidi_shape(arena, characters, length);

	find_glyph(face, ELLIPSIS, &glyphs.ellipsis);
	glyphs.items = arena_array(arena, shaped.count, sizeof(*glyphs.items));
	for (size_t i = 0; i < shaped.count; i++) {
		const struct bidi_character *one = &shaped.items[i];
		struct glyph *glyph = &glyphs.items[glyphs.count];

		if (kind_of(one->shape) == IS_HIDDEN)
			continue;
		glyph->level = one->level;
		glyph->base = one->base;
		choose_glyph(face, one, glyph);
		glyphs.count++;
	}
	return glyphs;
}

void glyphs_write(struct out *out, const struct glyph *glyph)
{
	uint16_t character = glyph->character;

	if (character < 0x80) {
		out_char(out, (char)character);
	} else if (character < 0x800) {
		out_char(out, (char)(0xc0 | character >> 6));
		out_char(out, (char)(0x80 | (character & 0x3f)));
	} else {
		out_char(out, (char)(0xe0 | character >> 12));
		out_char(out, (char)(0x80 | (character >> 6 & 0x3f)));
		out_char(out, (char)(0x80 | (character & 0x3f)));
	}
}

/* ---- copying ---- */

/* Codes from first to last are the characters from `read` on. */
static void write_range(
    HPDF_Stream stream, unsigned first, unsigned last, unsigned read)
{
	char text[80];

	snprintf(text, sizeof(text),
	    "1 beginbfrange\n<%04X> <%04X> <%04X>\nendbfrange\n", first, last,
	    read);
	HPDF_Stream_WriteStr(stream, text);
}

static void write_itself(HPDF_Stream stream, unsigned first, unsigned end)
{
	if (first < end)
		write_range(stream, first, end - 1, first);
}

static unsigned read_as(const struct glyphs_forms *forms, unsigned code)
{
	return code < GLYPHS_FORMS_FIRST ||
		code >= GLYPHS_FORMS_FIRST + GLYPHS_FORMS_COUNT
	    ? 0
	    : forms->read[code - GLYPHS_FORMS_FIRST];
}

/* All codes are characters, save those of joined letters. A range may change
 * the last byte alone. */
static void write_ranges(HPDF_Stream stream, const struct glyphs_forms *forms)
{
	unsigned first = 0;

	for (unsigned code = 0; code <= LAST_OF_PLANE; code++) {
		unsigned read = read_as(forms, code);

		if (code % 256 == 0) {
			write_itself(stream, first, code);
			first = code;
		}
		if (read == 0)
			continue;
		write_itself(stream, first, code);
		write_range(stream, code, code, read);
		first = code + 1;
	}
	write_itself(stream, first, LAST_OF_PLANE + 1);
}

void glyphs_add_unicode(
    HPDF_Doc pdf, HPDF_Font font, const struct glyphs_forms *forms)
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
	write_ranges(map->stream, forms);
	HPDF_Stream_WriteStr(map->stream,
	    "endcmap\n"
	    "CMapName currentdict /CMap defineresource pop\n"
	    "end\n"
	    "end\n");
	HPDF_Dict_Add(font, "ToUnicode", map);
}
