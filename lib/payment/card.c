#include "payment/card.h"

#include "base/clock.h"
#include "base/text.h"
#include <sodium.h>
#include <string.h>
#include <strings.h>

/* ---- brands ---- */

enum brand_index {
	VISA,
	MASTERCARD,
	AMEX,
	DISCOVER,
	DINERS,
	JCB,
	UNIONPAY,
	MAESTRO,
	BRAND_COUNT
};

static const struct card_brand brands[BRAND_COUNT + 1] = {
    [VISA] = {"visa", "Visa"},
    [MASTERCARD] = {"mastercard", "Mastercard"},
    [AMEX] = {"amex", "American Express"},
    [DISCOVER] = {"discover", "Discover"},
    [DINERS] = {"diners", "Diners Club"},
    [JCB] = {"jcb", "JCB"},
    [UNIONPAY] = {"unionpay", "UnionPay"},
    [MAESTRO] = {"maestro", "Maestro"},
};

/* First digits that a brand's numbers have, and how long they are. */
struct prefix {
	enum brand_index brand;
	int first, last;       /* of the range of first digits */
	size_t digits;         /* how many those are */
	size_t shortest, most; /* digits of the whole number */
};

/* As the schemes publish them; the first row that fits is the brand. */
static const struct prefix prefixes[] = {
    {VISA, 4, 4, 1, 13, 19},
    {MASTERCARD, 51, 55, 2, 16, 16},
    {MASTERCARD, 2221, 2720, 4, 16, 16},
    {AMEX, 34, 34, 2, 15, 15},
    {AMEX, 37, 37, 2, 15, 15},
    {DINERS, 300, 305, 3, 14, 19},
    {DINERS, 3095, 3095, 4, 14, 19},
    {DINERS, 36, 36, 2, 14, 19},
    {DINERS, 38, 39, 2, 14, 19},
    {JCB, 3528, 3589, 4, 16, 19},
    {DISCOVER, 6011, 6011, 4, 16, 19},
    {DISCOVER, 644, 649, 3, 16, 19},
    {DISCOVER, 65, 65, 2, 16, 19},
    {UNIONPAY, 62, 62, 2, 16, 19},
    /* UnionPay's numbers that Discover takes, too. */
    {DISCOVER, 622126, 622925, 6, 16, 19},
    {MAESTRO, 5018, 5018, 4, 12, 19},
    {MAESTRO, 5020, 5020, 4, 12, 19},
    {MAESTRO, 5038, 5038, 4, 12, 19},
    {MAESTRO, 5893, 5893, 4, 12, 19},
    {MAESTRO, 6304, 6304, 4, 12, 19},
    {MAESTRO, 6759, 6759, 4, 12, 19},
    {MAESTRO, 6761, 6763, 4, 12, 19},
};

const struct card_brand *card_brands(void)
{
	return brands;
}

static bool has_prefix(const char *digits, const struct prefix *prefix)
{
	int head = 0;

	for (size_t i = 0; i < prefix->digits; i++)
		head = head * 10 + (digits[i] - '0');
	return head >= prefix->first && head <= prefix->last;
}

static const struct prefix *find_prefix(const char *digits)
{
	for (size_t i = 0; i < COUNT_OF(prefixes); i++)
		if (has_prefix(digits, &prefixes[i]))
			return &prefixes[i];
	return NULL;
}

static bool has_brand(const char *digits, const struct card_brand *brand)
{
	for (size_t i = 0; i < COUNT_OF(prefixes); i++)
		if (&brands[prefixes[i].brand] == brand &&
		    has_prefix(digits, &prefixes[i]))
			return true;
	return false;
}

static const struct card_brand *find_brand(const char *name)
{
	for (size_t i = 0; i < BRAND_COUNT; i++)
		if (strcasecmp(brands[i].type, name) == 0 ||
		    strcasecmp(brands[i].label, name) == 0)
			return &brands[i];
	return NULL;
}

/* ---- numbers ---- */

static bool passes_luhn(const char *digits, size_t length)
{
	int sum = 0;

	for (size_t i = 0; i < length; i++) {
		int digit = digits[length - 1 - i] - '0';

		if (i % 2 == 1)
			digit = digit * 2 - (digit > 4 ? 9 : 0);
		sum += digit;
	}
	return sum % 10 == 0;
}

bool card_is_number(const char *digits)
{
	size_t length = strlen(digits);

	return length >= CARD_NUMBER_SHORTEST &&
	    length <= CARD_NUMBER_LONGEST &&
	    strspn(digits, "0123456789") == length &&
	    passes_luhn(digits, length);
}

static bool is_digit(char character)
{
	return character >= '0' && character <= '9';
}

static bool is_between(char character)
{
	return character != '\0' && strchr(" -.\t", character);
}

/* The digits from here on, over blanks and hyphens; how many. */
static size_t take_digits(const char *text, char digits[CARD_NUMBER_LONGEST])
{
	size_t count = 0;

	for (; is_digit(*text) || is_between(*text); text++) {
		if (!is_digit(*text))
			continue;
		if (count == CARD_NUMBER_LONGEST)
			break;
		digits[count++] = *text;
	}
	return count;
}

bool card_is_number_inside(const char *text)
{
	char digits[CARD_NUMBER_LONGEST];
	bool is_inside = false;

	for (; *text && !is_inside; text++) {
		size_t count = is_digit(*text) ? take_digits(text, digits) : 0;

		for (; count >= CARD_NUMBER_SHORTEST && !is_inside; count--)
			is_inside =
			    passes_luhn(digits, count) && find_prefix(digits);
	}
	sodium_memzero(digits, sizeof(digits));
	return is_inside;
}

/* The typed digits into the card; what is wrong with them, or NULL. */
static const char *read_number(const char *text, struct card *card)
{
	static const char wrong[] =
	    "The card number is not right: check its digits";
	const struct prefix *prefix;
	size_t count = 0;

	if (text[strspn(text, " \t\r\n")] == '\0')
		return "Enter the card number";
	for (; *text; text++) {
		if (is_between(*text))
			continue;
		if (!is_digit(*text))
			return "The card number must have digits alone";
		if (count == CARD_NUMBER_LONGEST)
			return wrong;
		card->number[count++] = *text;
	}
	card->number[count] = '\0';
	if (!card_is_number(card->number))
		return wrong;
	prefix = find_prefix(card->number);
	if (!prefix)
		return "Cards of this kind are not taken here";
	if (count < prefix->shortest || count > prefix->most)
		return wrong;
	card->brand = &brands[prefix->brand];
	memcpy(card->last_four, card->number + count - 4, 4);
	return NULL;
}

void card_wipe(struct card *card)
{
	sodium_memzero(card->number, sizeof(card->number));
}

/* ---- expiry ---- */

/* Digits at most `most`, moving on; -1: there are none or more. */
static int take_number(const char **at, size_t most)
{
	size_t count = strspn(*at, "0123456789");
	int number = 0;

	if (count == 0 || count > most)
		return -1;
	for (size_t i = 0; i < count; i++)
		number = number * 10 + (*(*at)++ - '0');
	return number;
}

/* YYYY-MM, MM/YY, MM/YYYY, with blanks about; false: none of them. */
static bool parse_expiry(const char *text, int *year, int *month)
{
	enum {
		CENTURY = 2000
	};
	int first, second;

	text += strspn(text, " ");
	first = take_number(&text, 4);
	text += strspn(text, " ");
	if (first < 0 || *text == '\0' || !strchr("-/.", *text))
		return false;
	text += 1;
	text += strspn(text, " ");
	second = take_number(&text, 4);
	text += strspn(text, " ");
	if (second < 0 || *text)
		return false;
	*year = first > 99 ? first : second;
	*month = first > 99 ? second : first;
	if (*year < 100)
		*year += CENTURY;
	return *month >= 1 && *month <= 12;
}

/* Months since the year 0, so that they can be compared. */
static int month_number(int year, int month)
{
	return year * 12 + month - 1;
}

static int month_of(int64_t now, const char *zone)
{
	struct wall_time wall = clock_wall(now, zone);

	return month_number(wall.year, wall.month);
}

bool card_has_expired(const char *expires, int64_t now, const char *zone)
{
	int year, month;

	return !parse_expiry(expires, &year, &month) ||
	    month_number(year, month) < month_of(now, zone);
}

static const char *read_expiry(struct arena *arena, const char *text,
    int64_t now, const char *zone, struct card *card)
{
	int year, month, ahead;

	if (text[strspn(text, " ")] == '\0')
		return "Enter the expiry date";
	if (!parse_expiry(text, &year, &month))
		return "The expiry date must be a year and a month, like "
		       "2030-04 or 04/30";
	ahead = month_number(year, month) - month_of(now, zone);
	if (ahead < 0)
		return "The card has expired";
	if (ahead > CARD_YEARS_MOST * 12)
		return "The expiry date lies too far ahead: check the year";
	card->expires = arena_format(arena, "%04d-%02d", year, month);
	return NULL;
}

/* ---- the whole ---- */

static void add(
    struct card_mistakes *mistakes, const char *field, const char *message)
{
	if (message)
		mistakes->items[mistakes->count++] =
		    (struct card_mistake){.field = field, .message = message};
}

/* A text for people to keep; its mistake, or NULL. */
static const char *read_text(struct arena *arena, const char *text,
    size_t longest, const char *missing, const char **result)
{
	/* Looked at before anything copies it. */
	if (card_is_number_inside(text))
		return "The card number belongs into its own field only";
	*result = text_trim(arena, text);
	if (**result == '\0')
		return missing;
	if (text_length(*result) > longest)
		return "This is too long";
	return text_has_control(*result) ? "This has control characters" : NULL;
}

/* Some numbers are of two brands: the chosen one counts. */
static const char *read_type(const char *name, struct card *card)
{
	const struct card_brand *type;

	if (*name == '\0')
		return NULL;
	type = find_brand(name);
	if (!type)
		return "Choose the type of the card";
	/* Of a wrong number nothing more is said. */
	if (card->brand && !has_brand(card->number, type))
		return "The card number is not of this type";
	card->brand = type;
	return NULL;
}

bool card_read(struct arena *arena, const struct card_text *text, int64_t now,
    const char *zone, struct card *card, struct card_mistakes *mistakes)
{
	*card = (struct card){.brand = NULL};
	mistakes->count = 0;
	add(mistakes, "cardholder_name",
	    read_text(arena, text->holder, CARD_HOLDER_LONGEST,
		"Enter the name on the card", &card->holder));
	add(mistakes, "card_number", read_number(text->number, card));
	add(mistakes, "card_type", read_type(text->type, card));
	add(mistakes, "expiration_date",
	    read_expiry(arena, text->expires, now, zone, card));
	add(mistakes, "billing_address",
	    read_text(arena, text->address, CARD_ADDRESS_LONGEST,
		"Enter the billing address", &card->address));
	if (mistakes->count == 0)
		return true;
	card_wipe(card);
	return false;
}
