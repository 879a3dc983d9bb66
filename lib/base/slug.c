#include "base/slug.h"

#include "base/text.h"
#include <string.h>

enum {
	SLUG_LIMIT = 80 /* bytes */
};

static bool is_kept(char character)
{
	return (character >= '0' && character <= '9') ||
	    (character >= 'a' && character <= 'z');
}

bool slug_is_valid(const char *text)
{
	size_t length = strlen(text);

	if (length == 0 || length > SLUG_LIMIT)
		return false;
	if (text[0] == '-' || text[length - 1] == '-')
		return false;
	for (size_t i = 0; i < length; i++) {
		/* Not the first byte, as seen above, so one stands before. */
		if (text[i] == '-' && text[i - 1] != '-')
			continue;
		if (!is_kept(text[i]))
			return false;
	}
	return true;
}

/* U+00C0 to U+017F without their marks; '-': no letter. */
static const char plain_letters[] = "aaaaaaaceeeeiiiidnooooo-ouuuuyts"
				    "aaaaaaaceeeeiiiidnooooo-ouuuuyty"
				    "aaaaaaccccccccddddeeeeeeeeeegggg"
				    "gggghhhhiiiiiiiiiiiijjkkklllllll"
				    "lllnnnnnnnnnoooooooorrrrrrssssss"
				    "ssttttttuuuuuuuuuuuuwwyyyzzzzzzs";

/* The ASCII letter that the first character of a text is; 0: none. */
static char plain_letter(const char *text)
{
	unsigned first = (unsigned char)text[0];
	unsigned code = (first & 0x1f) << 6 | ((unsigned char)text[1] & 0x3f);

	if (first >= 'A' && first <= 'Z')
		return (char)(first + ('a' - 'A'));
	if (first < 0x80)
		return *text;
	if (first < 0xc3 || first > 0xc5 || code < 0xc0)
		return 0;
	return plain_letters[code - 0xc0];
}

/* U+0300 to U+036F: a mark on the letter before. */
static bool is_mark(const char *text)
{
	unsigned first = (unsigned char)text[0];

	return first == 0xcc ||
	    (first == 0xcd && (unsigned char)text[1] <= 0xaf);
}

char *slug_make(struct arena *arena, const char *title)
{
	char *slug = arena_alloc(arena, SLUG_LIMIT + 1);
	size_t length = 0;

	for (; *title && length < SLUG_LIMIT;
	     title += text_character_size(title)) {
		char character = plain_letter(title);

		if (is_kept(character))
			slug[length++] = character;
		else if (length > 0 && slug[length - 1] != '-' &&
		    !is_mark(title))
			slug[length++] = '-';
	}
	if (length > 0 && slug[length - 1] == '-')
		slug[--length] = '\0';
	return length > 0 ? slug : arena_copy_bytes(arena, "event", 5);
}
