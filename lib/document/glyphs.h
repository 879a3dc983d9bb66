/*
 * Glyphs: which characters a font can show, a text made of these alone, and
 * what readers need to copy it.
 */
#ifndef DOCUMENT_GLYPHS_H
#define DOCUMENT_GLYPHS_H

#include "base/arena.h"
#include <hpdf.h>
#include <stddef.h>
#include <stdint.h>

/*
 * The first character of a text, and its size in bytes (0 at the end). A byte
 * that begins no character gives U+FFFD and 1.
 */
size_t glyphs_decode(const char *text, uint32_t *character);

/*
 * A copy in which the font has every character, as canvas.h promises: others
 * are U+FFFD, what never shows is left out, tabs and controls are blanks, lines
 * end in LF, and no blanks stand at the ends. NULL gives "".
 */
NONNULL_RESULT char *glyphs_replace(
    struct arena *arena, HPDF_Font font, const char *text);

/*
 * Say in the file which character each code of the font is. libhpdf's own
 * table for that has another kind of entries than the standard asks for
 * (ISO 32000-1, 9.10.3: bfrange), so that readers pass it over and some copy
 * nonsense. Call it once for each font.
 */
void glyphs_add_unicode(HPDF_Doc pdf, HPDF_Font font);

#endif
