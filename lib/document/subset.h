/*
 * Subset: the glyphs of a font that a file holds.
 */
#ifndef DOCUMENT_SUBSET_H
#define DOCUMENT_SUBSET_H

#include "base/arena.h"
#include <hpdf.h>

/*
 * A glyph may be made of others, and these of others again (OpenType, "glyf").
 * libhpdf embeds the glyphs that were used and their parts, but no parts of
 * parts: letters with dots would lose all but the dots. Call it once for each
 * font, when all texts are set.
 */
void subset_add_parts(struct arena *arena, HPDF_Font font);

#endif
