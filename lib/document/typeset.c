#include "document/typeset.h"

#include "base/text.h"
#include "document/glyphs.h"
#include <math.h>
#include <string.h>

#define SIZE_STEP 0.5F  /* by which a text shrinks */
#define UNSPLIT 0.65F   /* down to this part of its size to keep words whole */
#define PER_UNIT 0.001F /* widths of glyphs are thousandths of the size */

static float character_width(const struct typeset *typeset, const char *at)
{
	uint32_t character;

	glyphs_decode(at, &character);
	return (float)HPDF_Font_GetUnicodeWidth(
		   typeset->font, (HPDF_UNICODE)character) *
	    PER_UNIT * typeset->size;
}

static float text_width(
    const struct typeset *typeset, const char *text, size_t length)
{
	const char *end = text + length;
	float width = 0;

	for (; text < end; text += text_character_size(text))
		width += character_width(typeset, text);
	return width;
}

/* Bytes of the first line of a text: up to the last stop that fits. */
static size_t measure_line(const struct typeset *typeset, const char *text)
{
	const char *at = text;
	const char *stop = NULL;
	float width = 0;

	for (; *at && *at != '\n'; at += text_character_size(at)) {
		width += character_width(typeset, at);
		if (*at == ' ')
			stop = at;
		else if (width > typeset->width && at > text)
			return (size_t)((stop ? stop : at) - text);
		if (*at == '-')
			stop = at + 1;
	}
	return (size_t)(at - text);
}

static void break_lines(struct typeset *typeset, const char *text)
{
	typeset->count = 0;
	typeset->is_split = false;
	while (*text && typeset->count < typeset->most) {
		struct typeset_line *line = &typeset->lines[typeset->count++];
		bool is_blank;

		line->text = text;
		line->length = measure_line(typeset, text);
		text += line->length;
		is_blank = *text == ' ' || *text == '\n';
		typeset->is_split |= *text && !is_blank && text[-1] != '-';
		text += is_blank;
	}
	typeset->is_cut = *text != '\0';
}

/* Break into as many lines as the height has place for, at least one. */
static void break_at(
    struct typeset *typeset, const char *text, float height, float size)
{
	float lines = floorf(height / (size * TYPESET_LEADING));

	typeset->size = size;
	typeset->most = lines < 1        ? 1
	    : lines > TYPESET_LINES_MOST ? TYPESET_LINES_MOST
					 : (size_t)lines;
	break_lines(typeset, text);
}

/* Smaller letters before broken words, and those before a cut text. */
static void find_size(struct typeset *typeset, const char *text, float height,
    float size, float least)
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
static void cut(struct arena *arena, const struct typeset *typeset,
    struct typeset_line *line)
{
	static const char ellipsis[] = "\xe2\x80\xa6";
	float room = typeset->width - character_width(typeset, ellipsis);

	while (line->length > 0 &&
	    text_width(typeset, line->text, line->length) > room)
		do
			line->length--;
		while (
		    ((unsigned char)line->text[line->length] & 0xc0) == 0x80);
	line->text = arena_format(
	    arena, "%.*s%s", (int)line->length, line->text, ellipsis);
	line->length = strlen(line->text);
}

void typeset_fit(struct arena *arena, struct typeset *typeset, const char *text,
    float height, float size, float least)
{
	find_size(typeset, text, height, size, least);
	for (size_t i = 0; i < typeset->count; i++) {
		struct typeset_line *line = &typeset->lines[i];

		if (typeset->is_cut && i + 1 == typeset->count)
			cut(arena, typeset, line);
		else
			line->text =
			    arena_copy_bytes(arena, line->text, line->length);
		line->width = text_width(typeset, line->text, line->length);
	}
}
