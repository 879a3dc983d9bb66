#include "document/subset.h"

#include <hpdf_font.h>
#include <hpdf_fontdef.h>
#include <hpdf_streams.h>
#include <stdbool.h>

enum {
	LONGEST = 160, /* bytes of a description: a head and ten parts */
	HEAD = 10,     /* bytes before the first part */
};

/* Of a part (OpenType, "Composite glyph flags"). */
enum flag {
	HAS_WORDS = 0x0001, /* its place is two words, not two bytes */
	HAS_SCALE = 0x0008,
	HAS_MORE = 0x0020, /* another part follows */
	HAS_TWO_SCALES = 0x0040,
	HAS_MATRIX = 0x0080,
};

/* The description of a glyph, as far as it is wanted. */
struct description {
	HPDF_BYTE bytes[LONGEST];
	HPDF_UINT length;
};

static unsigned word_at(const struct description *description, HPDF_UINT at)
{
	return at + 2 > description->length
	    ? 0
	    : (unsigned)description->bytes[at] << 8 |
		description->bytes[at + 1];
}

static bool read_description(
    HPDF_TTFontDefAttr font, unsigned glyph, struct description *description)
{
	HPDF_UINT32 at = font->glyph_tbl.offsets[glyph];

	/* Of the short format, in words. */
	if (font->header.index_to_loc_format == 0)
		at *= 2;
	description->length = LONGEST;
	return HPDF_Stream_Seek(font->stream,
		   (HPDF_INT)(font->glyph_tbl.base_offset + at),
		   HPDF_SEEK_SET) == HPDF_OK &&
	    (HPDF_Stream_Read(font->stream, description->bytes,
		 &description->length) == HPDF_OK ||
		description->length > HEAD);
}

static HPDF_UINT part_size(unsigned flags)
{
	HPDF_UINT size = flags & HAS_WORDS ? 8 : 6;

	if (flags & HAS_SCALE)
		size += 2;
	if (flags & HAS_TWO_SCALES)
		size += 4;
	if (flags & HAS_MATRIX)
		size += 8;
	return size;
}

/* Returns whether a part was not in the file so far. */
static bool add_parts(HPDF_TTFontDefAttr font, unsigned glyph)
{
	struct description description;
	unsigned flags = HAS_MORE;
	bool is_new = false;

	/* The contours of one that has parts are -1. */
	if (!read_description(font, glyph, &description) ||
	    word_at(&description, 0) != 0xffff)
		return false;
	for (HPDF_UINT at = HEAD;
	     flags & HAS_MORE && at + 4 <= description.length;
	     at += part_size(flags)) {
		unsigned part = word_at(&description, at + 2);

		flags = word_at(&description, at);
		if (part >= font->num_glyphs)
			break;
		is_new |= font->glyph_tbl.flgs[part] != 1;
		font->glyph_tbl.flgs[part] = 1;
	}
	return is_new;
}

void subset_add_parts(struct arena *arena, HPDF_Font font)
{
	HPDF_FontAttr attributes = font->attr;
	HPDF_TTFontDefAttr definition = attributes->fontdef->attr;
	bool *is_seen =
	    arena_array(arena, definition->num_glyphs, sizeof(*is_seen));
	bool is_more = true;

	/* Parts may stand before what has them. */
	while (is_more) {
		is_more = false;
		for (unsigned i = 0; i < definition->num_glyphs; i++) {
			if (definition->glyph_tbl.flgs[i] != 1 || is_seen[i])
				continue;
			is_seen[i] = true;
			is_more |= add_parts(definition, i);
		}
	}
}
