/*
 * Cards as typed: a card that is read has a right number, brand and expiry and
 * no number anywhere else; one that is not read is wiped, and no mistake's
 * words have digits of it.
 */
#include "fuzz.h"

#include "base/clock.h"
#include "base/text.h"
#include "payment/card.h"
#include <string.h>

static void check_read(const struct card *card)
{
	size_t length = strlen(card->number);

	require(card_is_number(card->number) && card->brand);
	require(text_equal(card->last_four, card->number + length - 4));
	require(strlen(card->expires) == 7 && card->expires[4] == '-');
	require(*card->holder && *card->address);
	require(!strstr(card->holder, card->number));
	require(!strstr(card->address, card->number));
	require(text_length(card->holder) <= CARD_HOLDER_LONGEST);
	require(text_length(card->address) <= CARD_ADDRESS_LONGEST);
}

static void check_mistakes(
    const struct card *card, const struct card_mistakes *mistakes)
{
	require(mistakes->count >= 1 && mistakes->count <= CARD_MISTAKES_MOST);
	require(card->number[0] == '\0');
	for (size_t i = 0; i < mistakes->count; i++) {
		const char *message = mistakes->items[i].message;

		require(*mistakes->items[i].field && *message);
		require(!card_is_number_inside(message));
	}
}

/* Whatever a number is written with, it is found. */
static void check_inside(struct arena *arena, const char *text)
{
	struct out out = {.arena = arena};

	if (!card_is_number(text))
		return;
	for (size_t i = 0; text[i]; i++)
		out_format(&out, "%s%c", i % 4 == 0 ? " " : "", text[i]);
	require(card_is_number_inside(text) ==
	    card_is_number_inside(out_string(&out)));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static struct arena arena;
	/* 2026-06-15 */
	const int64_t now = INT64_C(1781481600);
	char *rest = arena_copy_bytes(&arena, data, size);
	struct card_text text = {
	    .number = strsep(&rest, "\n"),
	    .expires = rest ? strsep(&rest, "\n") : "04/30",
	    .holder = rest ? strsep(&rest, "\n") : "Ada",
	    .type = rest ? strsep(&rest, "\n") : "",
	    .address = rest ? rest : "1 Main Street",
	};
	struct card_mistakes mistakes;
	struct card card;

	if (!text_is_utf8(text.holder, strlen(text.holder)))
		text.holder = "Ada";
	if (!text_is_utf8(text.address, strlen(text.address)))
		text.address = "1 Main Street";
	check_inside(&arena, text.number);
	if (card_read(&arena, &text, now, "UTC", &card, &mistakes)) {
		check_read(&card);
		require(!card_has_expired(card.expires, now, "UTC"));
		card_wipe(&card);
		require(card.number[0] == '\0');
	} else {
		check_mistakes(&card, &mistakes);
	}
	arena_reset(&arena);
	return 0;
}
