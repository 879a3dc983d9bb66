/*
 * Typeset: a text broken into lines that fit a box, with letters as large as
 * they may be.
 */
#ifndef DOCUMENT_TYPESET_H
#define DOCUMENT_TYPESET_H

#include "base/arena.h"
#include "document/glyphs.h"
#include <stdbool.h>
#include <stddef.h>

#define TYPESET_LEADING 1.3F /* height of a line, in sizes */

enum {
	TYPESET_LINES_MOST = 128
};

struct typeset_line {
	struct glyph *glyphs; /* as they stand, from left to right */
	size_t count;
	float width; /* points */
	bool is_rtl; /* of a paragraph that runs from right to left */
};

struct typeset {
	float width;   /* of the box, in points; the caller's to set */
	float size;    /* of the letters, found by fitting */
	bool is_cut;   /* not all of the text is in the lines */
	bool is_split; /* a line ends inside a word */
	size_t count;  /* lines */
	size_t most;   /* lines that have place in the box */
	struct typeset_line lines[TYPESET_LINES_MOST];
};

/*
 * Break a text at blanks, behind hyphens and at line ends. Letters shrink from
 * `size` down to `least`, a little to keep words whole and wholly to keep the
 * text whole; then it is cut, with an ellipsis. One line is made whatever the
 * height; none of an empty text.
 */
void typeset_fit(struct arena *arena, struct typeset *typeset,
    const struct glyphs *text, float height, float size, float least);

#endif
