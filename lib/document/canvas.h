/*
 * Canvas: pages of a PDF, drawn with libhpdf and embedded fonts. Its callers
 * know nothing of libhpdf.
 *
 * Invariants
 * - Lengths are points (1/72 inch), y runs downwards from the page's upper
 *   edge. Pages are A4, upright.
 * - Texts are UTF-8 and set in embedded DejaVu fonts: Latin, Greek, Cyrillic,
 *   Georgian, Armenian, Hebrew, Arabic and their marks can be read and copied.
 *   What a font lacks is set in another. What all lack, and what libhpdf cannot
 *   set (characters beyond U+FFFF, scripts other than Arabic whose letters
 *   change with their neighbours, bytes that are no UTF-8) becomes U+FFFD, one
 *   for each character: something visibly stands there. Characters that never
 *   show (joiners, directions, variation selectors) are left out.
 * - A paragraph runs as its first letter does; what runs from right to left
 *   begins at the right.
 * - Drawing cannot fail: what goes wrong on the way is told by canvas_finish().
 * - The same calls give the same bytes.
 * - libhpdf's memory is freed when the arena is reset.
 *
 * Fonts are looked for in the folder that the caller names and then where
 * systems keep DejaVu; see canvas.c.
 */
#ifndef DOCUMENT_CANVAS_H
#define DOCUMENT_CANVAS_H

#include "base/arena.h"
#include "base/error.h"
#include "base/out.h"
#include "document/qr.h"
#include <stdbool.h>
#include <stdint.h>

#define CANVAS_WIDTH 595.276F  /* of A4: 210 mm */
#define CANVAS_HEIGHT 841.890F /* 297 mm */

struct canvas;

enum canvas_font {
	CANVAS_REGULAR, /* DejaVu Sans */
	CANVAS_BOLD,    /* DejaVu Sans Bold */
	CANVAS_DISPLAY, /* DejaVu Serif Bold, for titles */
	CANVAS_MONO,    /* DejaVu Sans Mono, for codes */
	CANVAS_FONT_COUNT
};

enum canvas_align {
	CANVAS_LEFT,
	CANVAS_CENTRE,
	CANVAS_RIGHT,
};

/* A rectangle by its upper left corner. */
struct canvas_box {
	float x, y;
	float width, height;
};

/* How a text is set. */
struct canvas_style {
	enum canvas_font font;
	float size;      /* of the letters, if the text fits its box */
	float least;     /* down to this it shrinks to fit; 0: it does not */
	uint32_t colour; /* 0xRRGGBB */
	enum canvas_align align; /* CANVAS_LEFT: where the text begins */
};

/* About the document. */
struct canvas_info {
	const char *title;          /* shown by readers' windows */
	const char *author;         /* who made it; may be "" */
	const char *font_directory; /* looked into first; NULL: none */
	int64_t made_at;            /* epoch seconds */
};

/*
 * Begin a document. CONFIGURATION_ERROR when a font is missing or damaged,
 * STORAGE_ERROR when libhpdf fails otherwise.
 */
MUST_CHECK struct error *canvas_open(struct arena *arena,
    const struct canvas_info *info, struct canvas **canvas);

/* Begin the next page; before anything is drawn. */
void canvas_add_page(struct canvas *canvas);

/* Fill a rectangle. */
void canvas_fill(struct canvas *canvas, uint32_t colour, struct canvas_box box);

/* Draw a rectangle's outline. */
void canvas_frame(struct canvas *canvas, uint32_t colour, float thickness,
    struct canvas_box box);

/* Draw a thin line from left to right; dashed, or whole. */
void canvas_rule(struct canvas *canvas, uint32_t colour, bool is_dashed,
    float x, float y, float width);

/*
 * Set a text into a box, broken at blanks and line ends (and inside words that
 * are wider than the box). Where it is too long it shrinks to style.least, and
 * then is cut, with an ellipsis. One line is always set. Returns the height
 * taken; 0 for an empty text.
 */
float canvas_text(struct canvas *canvas, const struct canvas_style *style,
    struct canvas_box box, const char *text);

/* Draw a code with its quiet zone into a square box, black on white. */
void canvas_qr(
    struct canvas *canvas, const struct qr *qr, struct canvas_box box);

/* What follows turns anticlockwise around a point, until turned back. */
void canvas_turn(struct canvas *canvas, float degrees, float x, float y);
void canvas_turn_back(struct canvas *canvas);

/*
 * Append the file. STORAGE_ERROR when anything failed since canvas_open().
 * Nothing may be drawn afterwards.
 */
MUST_CHECK struct error *canvas_finish(struct canvas *canvas, struct out *out);

#endif
