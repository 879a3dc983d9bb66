#include "document/typeset.h"

#include "document/bidi.h"
#include <math.h>
#include <string.h>

#define SIZE_STEP 0.5F /* by which a text shrinks */
#define UNSPLIT 0.65F  /* down to this part of its size to keep words whole */

static float width_of(
    const struct typeset *typeset, const struct glyph *glyphs, size_t count)
{
	float width = 0;

	for (size_t i = 0; i < count; i++)
		width += glyphs[i].width * typeset->size;
	return width;
}

/* Glyphs of the first line of what is left: up to the last stop that fits. */
static size_t measure_line(
    const struct typeset *typeset, const struct glyph *glyphs, size_t count)
{
	size_t stop = 0;
	size_t i = 0;
	float width = 0;

	for (; i < count && glyphs[i].character != '\n'; i++) {
		width += glyphs[i].width * typeset->size;
		if (glyphs[i].character == ' ')
			stop = i;
		else if (width > typeset->width && i > 0)
			return stop ? stop : i;
		if (glyphs[i].character == '-')
			stop = i + 1;
	}
	return i;
}

static bool is_blank(const struct glyph *glyph)
{
	return glyph->character == ' ' || glyph->character == '\n';
}

static void break_lines(struct typeset *typeset, const struct glyphs *text)
{
	struct glyph *at = text->items;
	struct glyph *end = at + text->count;

	typeset->count = 0;
	typeset->is_split = false;
	while (at < end && typeset->count < typeset->most) {
		struct typeset_line *line = &typeset->lines[typeset->count++];

		line->glyphs = at;
		line->count = measure_line(typeset, at, (size_t)(end - at));
		at += line->count;
		if (at < end && is_blank(at))
			at++;
		else
			typeset->is_split |=
			    at < end && at[-1].character != '-';
	}
	typeset->is_cut = at < end;
}

/* Break into as many lines as the height has place for, at least one. */
static void break_at(struct typeset *typeset, const struct glyphs *text,
    float height, float size)
{
	float lines = floorf(height / (size * TYPESET_LEADING));

	typeset->size = size;
	typeset->most = lines < 1        ? 1
	    : lines > TYPESET_LINES_MOST ? TYPESET_LINES_MOST
					 : (size_t)lines;
	break_lines(typeset, text);
}

/* Smaller letters before broken words, and those before a cut text. */
static void find_size(struct typeset *typeset, const struct glyphs *text,
    float height, float size, float least)
{
	float whole = fmaxf(least, size * UNSPLIT);

	/* The last size need not be hit exactly. */
	/* NOLINTBEGIN(cert-flp30-c,clang-analyzer-security.FloatLoopCounter) */
	for (float try = size; try >= whole; try -= SIZE_STEP) {
		break_at(typeset, text, height, try);
		if (!typeset->is_cut && !typeset->is_split)
			return;
	}
	for (float try = size; try >= least; try -= SIZE_STEP) {
		break_at(typeset, text, height, try);
		if (!typeset->is_cut)
			return;
	}
	/* NOLINTEND(cert-flp30-c,clang-analyzer-security.FloatLoopCounter) */
}

/* Make place for an ellipsis at the end of a line. */
static void cut(
    const struct typeset *typeset, struct typeset_line *line, struct glyph dots)
{
	float room = typeset->width - dots.width * typeset->size;

	while (line->count > 0 &&
	    width_of(typeset, line->glyphs, line->count) > room)
		line->count--;
	dots.base = line->glyphs[0].base;
	dots.level = dots.base;
	/* What stands there is cut off, or the blank that ended the line. */
	line->glyphs[line->count++] = dots;
}

/* Blanks at its end go with the paragraph (UAX #9, rule L1). */
static void put_in_order(struct arena *arena, struct typeset_line *line)
{
	struct glyph *placed = arena_array(arena, line->count, sizeof(*placed));
	uint8_t *levels = arena_alloc(arena, line->count);
	size_t *order = arena_array(arena, line->count, sizeof(*order));
	bool is_end = true;

	for (size_t i = line->count; i-- > 0;) {
		const struct glyph *glyph = &line->glyphs[i];

		is_end = is_end && is_blank(glyph);
		levels[i] = is_end ? glyph->base : glyph->level;
		line->is_rtl = glyph->base != 0;
	}
	bidi_order(levels, line->count, order);
	for (size_t i = 0; i < line->count; i++)
		placed[i] = line->glyphs[order[i]];
	line->glyphs = placed;
}

void typeset_fit(struct arena *arena, struct typeset *typeset,
    const struct glyphs *text, float height, float size, float least)
{
	find_size(typeset, text, height, size, least);
	for (size_t i = 0; i < typeset->count; i++) {
		struct typeset_line *line = &typeset->lines[i];

		if (typeset->is_cut && i + 1 == typeset->count)
			cut(typeset, line, text->ellipsis);
		line->width = width_of(typeset, line->glyphs, line->count);
		put_in_order(arena, line);
	}
}
