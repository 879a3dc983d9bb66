/*
 * Bidi: how a text stands whose letters run from right to left, or in both
 * directions (UAX #9), and how Arabic letters join. Its callers know nothing
 * of libfribidi.
 *
 * A text is shaped as a whole, in the order in which it is read; then it is
 * broken into lines; then each line is put into the order in which it stands.
 */
#ifndef DOCUMENT_BIDI_H
#define DOCUMENT_BIDI_H

#include "base/arena.h"
#include <stddef.h>
#include <stdint.h>

/* One character of a text. */
struct bidi_character {
	uint32_t shape; /* what is drawn: a joined form, a turned bracket */
	uint32_t read;  /* what it is read as; a ligature is itself */
	uint8_t level;  /* odd: runs from right to left */
	uint8_t base;   /* level of its paragraph */
};

/* A text in the order in which it is read. */
struct bidi_text {
	struct bidi_character *items;
	size_t count;
};

/*
 * Shape a text. Its paragraphs end in LF; each has the direction of its first
 * letter. Joiners and marks of direction have had their effect, and stay.
 */
struct bidi_text bidi_shape(
    struct arena *arena, const uint32_t *text, size_t count);

/*
 * The order in which a line's characters stand, from left to right, by their
 * levels (rule L2): `order` gets the number of each.
 */
void bidi_order(const uint8_t *levels, size_t count, size_t *order);

#endif
