#include "document/bidi.h"

#include <fribidi/fribidi.h>
#include <stdbool.h>
#include <string.h>

/* What libfribidi wants to know of a paragraph, and says of it. */
struct paragraph {
	const uint32_t *text;
	int count;
	uint32_t *shapes;
	FriBidiCharType *types;
	FriBidiBracketType *brackets;
	FriBidiLevel *levels;
	FriBidiArabicProp *joins;
	FriBidiParType direction;
};

static struct paragraph paragraph_of(
    struct arena *arena, const uint32_t *text, size_t count)
{
	struct paragraph paragraph = {.text = text,
	    .count = (int)count,
	    .direction = FRIBIDI_PAR_ON,
	    .shapes = arena_array(arena, count, sizeof(uint32_t)),
	    .types = arena_array(arena, count, sizeof(FriBidiCharType)),
	    .brackets = arena_array(arena, count, sizeof(FriBidiBracketType)),
	    .levels = arena_array(arena, count, sizeof(FriBidiLevel)),
	    .joins = arena_array(arena, count, sizeof(FriBidiArabicProp))};

	memcpy(paragraph.shapes, text, count * sizeof(*text));
	return paragraph;
}

/* Without memory libfribidi leaves all levels at 0. */
static void find_levels(struct paragraph *paragraph)
{
	const struct paragraph *p = paragraph;

	fribidi_get_bidi_types(p->text, p->count, p->types);
	fribidi_get_bracket_types(p->text, p->count, p->types, p->brackets);
	if (fribidi_get_par_embedding_levels_ex(p->types, p->brackets, p->count,
		&paragraph->direction, p->levels) == 0)
		memset(p->levels, 0, (size_t)p->count);
}

static void join(const struct paragraph *p)
{
	fribidi_get_joining_types(p->text, p->count, p->joins);
	fribidi_join_arabic(p->types, p->count, p->levels, p->joins);
	fribidi_shape(FRIBIDI_FLAGS_DEFAULT | FRIBIDI_FLAGS_ARABIC, p->levels,
	    p->count, p->joins, p->shapes);
}

/* A ligature stands in the place of its last letter, a filler before it. */
static void add_characters(struct bidi_text *text, const struct paragraph *p)
{
	bool is_ligature = false;

	for (int i = 0; i < p->count; i++) {
		bool is_filler = p->shapes[i] == FRIBIDI_CHAR_FILL &&
		    p->text[i] != FRIBIDI_CHAR_FILL;

		if (!is_filler)
			text->items[text->count++] = (struct bidi_character){
			    .shape = p->shapes[i],
			    .read = is_ligature ? p->shapes[i] : p->text[i],
			    .level = (uint8_t)p->levels[i],
			    .base = FRIBIDI_IS_RTL(p->direction) ? 1 : 0,
			};
		is_ligature = is_filler;
	}
}

struct bidi_text bidi_shape(
    struct arena *arena, const uint32_t *text, size_t count)
{
	struct bidi_text result = {
	    .items = arena_array(arena, count, sizeof(*result.items))};
	size_t length;

	for (size_t i = 0; i < count; i += length) {
		struct paragraph paragraph;

		length = 0;
		while (i + length < count && text[i + length++] != '\n')
			;
		paragraph = paragraph_of(arena, text + i, length);
		find_levels(&paragraph);
		join(&paragraph);
		add_characters(&result, &paragraph);
	}
	return result;
}

static void reverse(size_t *first, size_t *end)
{
	while (first + 1 < end) {
		size_t other = *--end;

		*end = *first;
		*first++ = other;
	}
}

void bidi_order(const uint8_t *levels, size_t count, size_t *order)
{
	uint8_t highest = 0;

	for (size_t i = 0; i < count; i++) {
		order[i] = i;
		highest = levels[i] > highest ? levels[i] : highest;
	}
	/* What was turned stays together: each run lies within one that has
	 * a lower level. */
	for (uint8_t level = highest; level > 0; level--) {
		for (size_t i = 0; i < count; i++) {
			size_t end = i;

			while (end < count && levels[end] >= level)
				end++;
			reverse(order + i, order + end);
			i = end;
		}
	}
}
