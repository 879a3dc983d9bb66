/*
 * Texts from outside: numbers, addresses, slugs, references, UTF-8. Whatever a
 * function lets pass has to keep the promise of its header.
 */
#include "fuzz.h"

#include "base/money.h"
#include "base/slug.h"
#include "base/text.h"
#include "base/token.h"
#include "base/words.h"
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

static void check_number(struct arena *arena, const char *text)
{
	int64_t number;
	int64_t again;

	if (text_number(text, &number) != NUMBER_OK)
		return;
	text = arena_format(arena, "%" PRId64, number);
	require(text_number(text, &again) == NUMBER_OK && again == number);
}

static void check_decimal(const char *text)
{
	double value;

	require(!text_decimal(text, 90, &value) ||
	    (value >= -90 && value <= 90 && !strpbrk(text, " nixNIX")));
}

/* What is brought into a form once is in it. */
static void check_forms(struct arena *arena, const char *text)
{
	const char *trimmed = text_trim(arena, text);
	const char *folded;

	require(text_equal(trimmed, text_trim(arena, trimmed)));
	require(strlen(text_lower(arena, text)) == strlen(text));
	if (!text_is_utf8(text, strlen(text)))
		return;
	folded = text_fold(arena, text);
	require(text_is_utf8(folded, strlen(folded)));
	require(text_length(folded) == text_length(text));
	require(text_equal(folded, text_fold(arena, folded)));
	if (strstr(text, "http://x"))
		require(text_has_link(text));
}

/* Whatever is looked for stands in what was typed. */
static void check_words(struct arena *arena, const char *text)
{
	struct words words = words_read(arena, text);

	for (size_t i = 0; i < words.count; i++)
		require(*words.items[i] != '\0');
	require(words_are_in(&words, text));
}

static void check_email(struct arena *arena, const char *text)
{
	const char *reason = NULL;
	char *email = NULL;

	if (!text_email(arena, text, &email, &reason)) {
		require(reason != NULL);
		return;
	}
	require(strlen(email) <= 254 && strchr(email, '@') != NULL);
	require(!strpbrk(email, " \t\r\n\",<>") && !text_has_control(email));
	require(text_equal(email, text_lower(arena, email)));
}

static void check_reference(struct arena *arena, const char *text)
{
	char *reference = token_read_reference(arena, text);

	if (!reference)
		return;
	require(strlen(reference) == TOKEN_REFERENCE_LENGTH);
	require(text_equal(reference, token_read_reference(arena, reference)));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static struct arena arena;
	const char *text = arena_copy_bytes(&arena, data, size);
	/* Without the NUL behind, so that a step too far is seen. */
	char *exact = malloc(size + 1);
	char *slug = slug_make(&arena, text);

	require(exact != NULL);
	memcpy(exact + 1, data, size);
	if (text_is_utf8(exact + 1, size))
		require(text_length(text) <= size);
	free(exact);
	require(slug_is_valid(slug));
	if (slug_is_valid(text))
		require(text_equal(slug, text));
	check_number(&arena, text);
	check_decimal(text);
	check_forms(&arena, text);
	check_words(&arena, text);
	check_email(&arena, text);
	check_reference(&arena, text);
	arena_reset(&arena);
	return 0;
}
