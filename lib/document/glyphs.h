/*
 * Glyphs: what of a font stands for each character of a text, and what readers
 * need to copy it.
 */
#ifndef DOCUMENT_GLYPHS_H
#define DOCUMENT_GLYPHS_H

#include "base/arena.h"
#include "base/out.h"
#include <hpdf.h>
#include <stddef.h>
#include <stdint.h>

enum {
	GLYPHS_FORMS_FIRST = 0xfb50, /* joined letters have these characters */
	GLYPHS_FORMS_COUNT = 0xff00 - GLYPHS_FORMS_FIRST,
};

/* What joined letters are read as, as far as they have been set; else 0. (A
 * ligature stays one: readers do not agree on which of two letters is first
 * where a line runs from right to left.) */
struct glyphs_forms {
	uint16_t read[GLYPHS_FORMS_COUNT];
};

/* The font of a text, and another for what that lacks. */
struct glyphs_face {
	HPDF_Font fonts[2];
	struct glyphs_forms *forms; /* is filled; of the whole document */
};

/* A character as it is drawn. */
struct glyph {
	HPDF_Font font;
	float width;        /* in sizes of the letters */
	uint16_t character; /* whose glyph it is; ' ' and LF can be relied on */
	uint8_t level;      /* odd: runs from right to left */
	uint8_t base;       /* level of its paragraph */
};

/* A text in the order in which it is read. */
struct glyphs {
	struct glyph *items;
	size_t count;
	struct glyph ellipsis; /* for where it is cut; without levels */
};

/*
 * The glyphs of a text, as canvas.h promises: what no font has is U+FFFD, what
 * never shows is left out, tabs and controls are blanks, lines end in LF, and
 * no blanks stand at the ends. NULL is "".
 */
struct glyphs glyphs_of(
    struct arena *arena, const struct glyphs_face *face, const char *text);

/* Append the character in UTF-8, as libhpdf takes it. */
void glyphs_write(struct out *out, const struct glyph *glyph);

/*
 * Say in the file which character each code of the font is. libhpdf's own
 * table for that has another kind of entries than the standard asks for
 * (ISO 32000-1, 9.10.3: bfrange), so that readers pass it over and some copy
 * nonsense. Call it once for each font, when all texts are set.
 */
void glyphs_add_unicode(
    HPDF_Doc pdf, HPDF_Font font, const struct glyphs_forms *forms);

#endif
