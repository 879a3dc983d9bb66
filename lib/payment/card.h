/*
 * Card: a payment card as typed, on its way to a gateway's tokeniser.
 *
 * Invariants
 * - The number lives in a struct card and in what the browser sent, and in
 *   no other place: it is not copied into an arena, an error, a mistake's
 *   words or the log. Whoever reads a card wipes it (card_wipe) as soon as
 *   the gateway has made a token of it.
 * - What is kept afterwards is brand, last four digits, expiry, holder and
 *   address; see account/card.h.
 */
#ifndef PAYMENT_CARD_H
#define PAYMENT_CARD_H

#include "base/arena.h"
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum {
	CARD_NUMBER_LONGEST = 19,   /* digits (ISO/IEC 7812-1) */
	CARD_NUMBER_SHORTEST = 12,  /* digits */
	CARD_HOLDER_LONGEST = 100,  /* characters */
	CARD_ADDRESS_LONGEST = 300, /* characters */
	CARD_YEARS_MOST = 20,       /* an expiry lies no further ahead */
};

/* A brand as forms and people name it. */
struct card_brand {
	const char *type;  /* in forms: "visa" */
	const char *label; /* "Visa" */
};

/* What somebody typed. */
struct card_text {
	const char *number;  /* blanks and hyphens between are allowed */
	const char *expires; /* YYYY-MM, MM/YY or MM/YYYY */
	const char *holder;
	const char *type;    /* of struct card_brand, or its label, or "" */
	const char *address; /* billing */
};

/* A card that was read; the number goes to the gateway alone. */
struct card {
	char number[CARD_NUMBER_LONGEST + 1];
	char last_four[5];
	const struct card_brand *brand;
	const char *expires; /* "2028-04" */
	const char *holder;
	const char *address;
};

/* A mistake, by the form's name of the field. */
struct card_mistake {
	const char *field;   /* "card_number" */
	const char *message; /* "Enter the card number"; never has digits */
};

enum {
	CARD_MISTAKES_MOST = 5
};

struct card_mistakes {
	struct card_mistake items[CARD_MISTAKES_MOST];
	size_t count;
};

/*
 * Read a card (R32). The number has 12 to 19 digits that pass Luhn's check
 * and is as long as its brand's are; the expiry, in the zone, is this month
 * or later; the type, if one was chosen, fits the number; a holder and an
 * address are there and have no card number in them. False, with all
 * mistakes, if not.
 */
bool card_read(struct arena *arena, const struct card_text *text, int64_t now,
    const char *zone, struct card *card, struct card_mistakes *mistakes);

/* Overwrite the number. */
void card_wipe(struct card *card);

/* Do 12 to 19 digits, nothing between, pass Luhn's check (ISO/IEC 7812-1)? */
bool card_is_number(const char *digits);

/*
 * Is there a card number in the text, with or without blanks and hyphens
 * between? Then it must not be kept or shown.
 */
bool card_is_number_inside(const char *text);

/* All brands, in the order of forms; the end has no type. */
const struct card_brand *card_brands(void);

/* "2028-04" has passed, at `now` in the zone. */
bool card_has_expired(const char *expires, int64_t now, const char *zone);

#endif
