#include "base/clock.h"
#include "payment/card.h"
#include "tap.h"

#include <string.h>

static struct arena arena;

enum {
	/* Wednesday 2026-11-25 12:00 UTC */
	NOW = 1795608000
};

static struct card_text good_text(void)
{
	return (struct card_text){
	    .number = "4242424242424242",
	    .expires = "2030-04",
	    .holder = "Ada Lovelace",
	    .type = "visa",
	    .address = "12 Square Street, London",
	};
}

/* The field of the first mistake; "" for a right card. */
static const char *mistake(const struct card_text *text, struct card *card)
{
	struct card_mistakes mistakes;
	bool is_right = card_read(&arena, text, NOW, "UTC", card, &mistakes);

	return is_right ? "" : mistakes.items[0].field;
}

static void test_numbers(void)
{
	static const struct {
		const char *number;
		const char *brand; /* NULL: refused */
		const char *last_four;
	} rows[] = {
	    {"4242424242424242", "Visa", "4242"},
	    {"4242 4242 4242 4242", "Visa", "4242"},
	    {" 4242-4242-4242-4242 ", "Visa", "4242"},
	    {"4222222222222", "Visa", "2222"},
	    {"5555555555554444", "Mastercard", "4444"},
	    {"2223003122003222", "Mastercard", "3222"},
	    {"2720992718206231", "Mastercard", "6231"},
	    {"378282246310005", "American Express", "0005"},
	    {"6011111111111117", "Discover", "1117"},
	    {"3056930009020004", "Diners Club", "0004"},
	    {"36227206271667", "Diners Club", "1667"},
	    {"3566002020360505", "JCB", "0505"},
	    {"6200000000000005", "UnionPay", "0005"},
	    {"6759649826438453", "Maestro", "8453"},
	    {"4242424242424241", NULL, NULL},      /* Luhn */
	    {"2424242424242424", NULL, NULL},      /* Luhn, swapped digits */
	    {"4242424242", NULL, NULL},            /* short */
	    {"424242424242424242424", NULL, NULL}, /* long */
	    {"37828224631000500", NULL, NULL},     /* too long for its brand */
	    {"0000000000000000", NULL, NULL},      /* passes Luhn, nobody's */
	    {"2721000000000004", NULL, NULL},      /* just past Mastercard */
	    {"4242x4242424242424", NULL, NULL},
	    {"٤٢٤٢٤٢٤٢٤٢٤٢٤٢٤٢", NULL, NULL},
	    {"", NULL, NULL},
	    {"    ", NULL, NULL},
	};

	for (size_t i = 0; i < COUNT_OF(rows); i++) {
		struct card_text text = good_text();
		struct card card;
		const char *field;

		text.number = rows[i].number;
		text.type = "";
		field = mistake(&text, &card);
		is_text(field, rows[i].brand ? "" : "card_number",
		    arena_format(&arena, "R32 number %s", rows[i].number));
		if (!rows[i].brand) {
			is_text(card.number, "", "a refused number is wiped");
			continue;
		}
		is_text(card.brand->label, rows[i].brand, "R32 its brand");
		is_text(card.last_four, rows[i].last_four, "its last digits");
		ok(card_is_number(card.number), "blanks and hyphens are gone");
		card_wipe(&card);
		is_text(card.number, "", "it can be wiped");
	}
}

static void test_expiry(void)
{
	static const struct {
		const char *typed;
		const char *kept; /* NULL: refused */
	} rows[] = {
	    {"2026-11", "2026-11"}, /* this month */
	    {"2026-12", "2026-12"},
	    {"2026-10", NULL},
	    {"11/26", "2026-11"},
	    {"10/26", NULL},
	    {"4/30", "2030-04"},
	    {" 04 / 30 ", "2030-04"},
	    {"04/2030", "2030-04"},
	    {"04-30", "2030-04"},
	    {"2046-11", "2046-11"},
	    {"2046-12", NULL},
	    {"2030-13", NULL},
	    {"2030-00", NULL},
	    {"13/30", NULL},
	    {"0430", NULL},
	    {"2030-04-01", NULL},
	    {"2030", NULL},
	    {"April 2030", NULL},
	    {"99999-04", NULL},
	    {"-1-04", NULL},
	    {"04", NULL},
	    {"04x30", NULL},
	    {"04/", NULL},
	    {"04/30!", NULL},
	    {"", NULL},
	};

	for (size_t i = 0; i < COUNT_OF(rows); i++) {
		struct card_text text = good_text();
		struct card card;

		text.expires = rows[i].typed;
		is_text(mistake(&text, &card),
		    rows[i].kept ? "" : "expiration_date",
		    arena_format(&arena, "R32 expiry %s", rows[i].typed));
		if (rows[i].kept)
			is_text(card.expires, rows[i].kept, "as it is kept");
	}
	ok(card_has_expired("soon", NOW, "UTC"), "R32 what is no date is over");
	ok(!card_has_expired("2026-11", NOW, "UTC"), "R32 this month is good");
	ok(card_has_expired("2026-10", NOW, "UTC"), "R32 the last one is not");
	ok(card_has_expired("2026-11", NOW + 6 * DAY, "UTC"),
	    "R32 in December it is over");
	ok(!card_has_expired("2026-11", 1796083200 + HOUR, "America/New_York"),
	    "R32 but in New York it is November for some hours more");
}

static void test_types(void)
{
	static const struct {
		const char *number;
		const char *type;
		bool fits;
	} rows[] = {
	    {"4242424242424242", "visa", true},
	    {"4242424242424242", "VISA", true},
	    {"4242424242424242", "", true},
	    {"4242424242424242", "mastercard", false},
	    {"5555555555554444", "MasterCard", true},
	    {"378282246310005", "American Express", true},
	    {"378282246310005", "amex", true},
	    {"6221260000000000", "discover", true},
	    {"6221260000000000", "unionpay", true},
	    {"4242424242424242", "gold", false},
	};

	for (size_t i = 0; i < COUNT_OF(rows); i++) {
		struct card_text text = good_text();
		struct card card;

		text.number = rows[i].number;
		text.type = rows[i].type;
		is_text(mistake(&text, &card), rows[i].fits ? "" : "card_type",
		    arena_format(&arena, "R32 %s as \"%s\"", rows[i].number,
			rows[i].type));
	}
}

/* A wrong number is of no type; that one mistake is enough. */
static void test_one_mistake(void)
{
	static const char *const wrong[] = {"4242424242424241", "42424242424",
	    "3782822463100003", "42424242424242424242", "4242x42424242424",
	    "7000000000000005"};

	for (size_t i = 0; i < COUNT_OF(wrong); i++) {
		struct card_text text = good_text();
		struct card_mistakes mistakes;
		struct card card;

		text.number = wrong[i];
		card_read(&arena, &text, NOW, "UTC", &card, &mistakes);
		is_number((int64_t)mistakes.count, 1, "R32 one mistake");
		is_text(mistakes.items[0].field, "card_number", wrong[i]);
	}
	ok(card_is_number("4242424242424242"), "R32 a number");
	ok(!card_is_number("4242424242424x42"), "R32 with a letter");
	ok(!card_is_number("42424242424"), "R32 too short");
	ok(!card_is_number("42424242424242424242"), "R32 too long");
}

static void test_long_texts(void)
{
	const struct {
		const char *holder, *address, *field;
	} rows[] = {
	    {arena_format(&arena, "%0*d", CARD_HOLDER_LONGEST + 1, 0), "A 1",
		"cardholder_name"},
	    {"Ada", arena_format(&arena, "%0*d", CARD_ADDRESS_LONGEST + 1, 0),
		"billing_address"},
	    {"Ada\x07", "A 1", "cardholder_name"},
	};

	for (size_t i = 0; i < COUNT_OF(rows); i++) {
		struct card_text text = good_text();
		struct card card;

		text.holder = rows[i].holder;
		text.address = rows[i].address;
		is_text(mistake(&text, &card), rows[i].field,
		    "R32 a text that is not kept");
	}
}

/* All mistakes at once, and none of their words has the number. */
static void test_mistakes(void)
{
	const struct card_text empty = {"", "", "", "", ""};
	const struct card_text astray = {.number = "4242424242424241",
	    .expires = "2030-04",
	    .holder = "4242 4242 4242 4242",
	    .type = "",
	    .address = "Card 4242-4242-4242-4242"};
	struct card_mistakes mistakes;
	struct card card;

	ok(!card_read(&arena, &empty, NOW, "UTC", &card, &mistakes),
	    "R32 an empty card is refused");
	is_number((int64_t)mistakes.count, 4, "each empty field is named");
	ok(!card_read(&arena, &astray, NOW, "UTC", &card, &mistakes),
	    "R33 a number in another field is refused");
	is_number((int64_t)mistakes.count, 3, "in holder and address");
	for (size_t i = 0; i < mistakes.count; i++)
		ok(!strstr(mistakes.items[i].message, "4242"),
		    "R33 %s says no number", mistakes.items[i].field);
}

static void test_inside(void)
{
	ok(card_is_number_inside("my 4242 4242 4242 4242 card"), "blanks");
	ok(card_is_number_inside("4242-4242-4242-4242"), "hyphens");
	ok(card_is_number_inside("14242424242424242"), "behind a digit");
	ok(card_is_number_inside("1111111111111111111114242424242424242"),
	    "at the end of many digits");
	ok(!card_is_number_inside("Order 7000000000000005"),
	    "a number of no brand");
	ok(!card_is_number_inside("12 Square Street, 10115 Berlin"), "address");
	ok(!card_is_number_inside("+49 30 901820"), "telephone");
	ok(!card_is_number_inside("tok_valid_1"), "token");
	ok(!card_is_number_inside(""), "nothing");
}

int main(void)
{
	test_numbers();
	test_expiry();
	test_types();
	test_one_mistake();
	test_long_texts();
	test_mistakes();
	test_inside();
	arena_close(&arena);
	return done_testing();
}
