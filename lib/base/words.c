#include "base/words.h"

#include "base/text.h"

#include <string.h>

static const char blanks[] = " \t\r\n";

/* Where the phrase that begins with this quote ends; NULL: it is none. */
static const char *phrase_end(const char *quote)
{
	const char *end = quote;

	while ((end = strchr(end + 1, '"')))
		if (end[1] == '\0' || strchr(blanks, end[1]))
			return end;
	return NULL;
}

struct words words_read(struct arena *arena, const char *typed)
{
	const char **items =
	    arena_array(arena, strlen(typed) / 2 + 1, sizeof(*items));
	size_t count = 0;

	for (const char *at = typed; *(at += strspn(at, blanks));) {
		const char *phrase = *at == '"' ? phrase_end(at) : NULL;
		const char *end = phrase ? phrase : at + strcspn(at, blanks);
		const char *word;

		if (*at == '"')
			at++;
		word = text_trim(
		    arena, arena_copy_bytes(arena, at, (size_t)(end - at)));
		if (*word)
			items[count++] = word;
		at = phrase ? phrase + 1 : end;
	}
	return (struct words){.items = items, .count = count};
}

bool words_are_in(const struct words *words, const char *text)
{
	for (size_t i = 0; i < words->count; i++)
		if (!strstr(text, words->items[i]))
			return false;
	return true;
}
