#include "base/money.h"
#include "tap.h"

#include <string.h>

static struct arena arena;

static void test_print(void)
{
	static const struct {
		int64_t minor;
		const char *currency;
		const char *text;
		const char *plain;
	} rows[] = {
	    {1500, "USD", "$15.00", "15.00"},
	    {1505, "EUR", "€15.05", "15.05"},
	    {7, "GBP", "£0.07", "0.07"},
	    {0, "USD", "$0.00", "0.00"},
	    {-300, "USD", "-$3.00", "-3.00"},
	    {-5, "CHF", "-CHF 0.05", "-0.05"},
	    {1500, "CHF", "CHF 15.00", "15.00"},
	    {1500, "JPY", "¥1,500", "1500"},
	    {1500, "ISK", "ISK 1,500", "1500"},
	    {99999, "USD", "$999.99", "999.99"},
	    {100000, "USD", "$1,000.00", "1000.00"},
	    {100100100, "EUR", "€1,001,001.00", "1001001.00"},
	    {1234, "KWD", "KWD 1.234", "1.234"},
	    {1500, "QQQ", "QQQ 15.00", "15.00"},
	    {MONEY_MAX, "USD", "$10,000,000,000.00", "10000000000.00"},
	    {INT64_MIN, "JPY", "-¥9,223,372,036,854,775,808",
		"-9223372036854775808"},
	};

	for (size_t i = 0; i < COUNT_OF(rows); i++) {
		struct money money = money_of(rows[i].minor, rows[i].currency);

		is_text(
		    money_format(&arena, money), rows[i].text, rows[i].text);
		is_text(
		    money_plain(&arena, money), rows[i].plain, rows[i].plain);
	}
	is_text(money_price(&arena, money_of(0, "USD")), "Free", "a price");
	is_text(money_price(&arena, money_of(1, "USD")), "$0.01", "a cent");
}

static void test_currencies(void)
{
	is_text(money_of(1, "USDX").currency, "USD", "cut to three letters");
	is_text(money_of(1, "").currency, "", "no currency");
	ok(money_is_currency("USD"), "USD");
	ok(money_is_currency("QQQ"), "unknown, but well-formed");
	ok(!money_is_currency("usd"), "lower case");
	ok(!money_is_currency("US"), "two letters");
	ok(!money_is_currency("USDX"), "four letters");
	ok(!money_is_currency("U$D"), "a sign");
	ok(!money_is_currency(""), "empty");
	ok(!money_is_currency(NULL), "NULL");
	is_number(money_decimals("USD"), 2, "USD has cents");
	is_number(money_decimals("JPY"), 0, "JPY has none");
	is_number(money_decimals("KWD"), 3, "KWD has fils");
	is_number(money_decimals("QQQ"), 2, "others have two");
}

static void test_times(void)
{
	static const struct {
		int64_t minor;
		int64_t quantity;
		bool is_right;
		int64_t result;
	} rows[] = {
	    {1500, 3, true, 4500},
	    {1500, 0, true, 0},
	    {-1500, 3, true, -4500},
	    {1500, -3, true, -4500},
	    {MONEY_MAX, 1, true, MONEY_MAX},
	    {-MONEY_MAX, 1, true, -MONEY_MAX},
	    {MONEY_MAX, 2, false, 0},
	    {-MONEY_MAX, 2, false, 0},
	    {MONEY_MAX / 2 + 1, 2, false, 0},
	    {2, INT64_MAX, false, 0},
	    {1, INT64_MIN, false, 0},
	    {INT64_MIN, 1, false, 0},
	    {0, INT64_MIN, true, 0},
	};

	for (size_t i = 0; i < COUNT_OF(rows); i++) {
		struct money result = money_of(0, "EUR");
		struct error *error = money_times(
		    money_of(rows[i].minor, "EUR"), rows[i].quantity, &result);

		ok(!error == rows[i].is_right, "%" PRId64 " times %" PRId64,
		    rows[i].minor, rows[i].quantity);
		if (error) {
			ok(error_is(error, VALIDATION_ERROR), "its kind");
			ok(error_is(error->cause, OVERFLOW_ERROR), "its cause");
			is_text(error->message, "must be at most 10000000000",
			    "its message");
			continue;
		}
		is_number(result.minor, rows[i].result, "the product");
		is_text(result.currency, "EUR", "the currency");
	}
}

static void test_parse(void)
{
	static const struct {
		const char *text;
		const char *currency;
		int64_t minor;
	} rows[] = {
	    {"12", "USD", 1200},
	    {"12.5", "USD", 1250},
	    {"12.50", "USD", 1250},
	    {" \t12.05\r\n", "USD", 1205},
	    {"0", "USD", 0},
	    {"0.01", "USD", 1},
	    {"0000000000000000000000012.50", "USD", 1250},
	    {"10000000000", "USD", MONEY_MAX},
	    {"1500", "JPY", 1500},
	    {"1.234", "KWD", 1234},
	    {"1.2", "KWD", 1200},
	};

	for (size_t i = 0; i < COUNT_OF(rows); i++) {
		struct money result = {.minor = -1};
		struct error *error =
		    money_parse(rows[i].text, rows[i].currency, &result);

		ok(!error, "parses \"%s\"", rows[i].text);
		is_number(result.minor, rows[i].minor, "the amount");
		is_text(result.currency, rows[i].currency, "the currency");
	}
}

static void test_parse_errors(void)
{
	static const struct {
		const char *text;
		const char *currency;
		enum error_kind cause;
		const char *message;
	} rows[] = {
	    {NULL, "USD", VALUE_ERROR, "must look like 12.50"},
	    {"", "USD", VALUE_ERROR, "must look like 12.50"},
	    {" ", "USD", VALUE_ERROR, "must look like 12.50"},
	    {"abc", "USD", VALUE_ERROR, "must look like 12.50"},
	    {"-1", "USD", VALUE_ERROR, "must look like 12.50"},
	    {"+1", "USD", VALUE_ERROR, "must look like 12.50"},
	    {"$12", "USD", VALUE_ERROR, "must look like 12.50"},
	    {"12.", "USD", VALUE_ERROR, "must look like 12.50"},
	    {".50", "USD", VALUE_ERROR, "must look like 12.50"},
	    {"12.505", "USD", VALUE_ERROR, "must look like 12.50"},
	    {"12.5.5", "USD", VALUE_ERROR, "must look like 12.50"},
	    {"1e3", "USD", VALUE_ERROR, "must look like 12.50"},
	    {"1 000", "USD", VALUE_ERROR, "must look like 12.50"},
	    {"0x10", "USD", VALUE_ERROR, "must look like 12.50"},
	    {"12,50", "USD", VALUE_ERROR,
		"must look like 12.50, with a point and no comma"},
	    {"1,000.00", "USD", VALUE_ERROR,
		"must look like 12.50, with a point and no comma"},
	    {",50", "USD", VALUE_ERROR, "must look like 12.50"},
	    {"12.0", "JPY", VALUE_ERROR, "must look like 12"},
	    {"12.5555", "KWD", VALUE_ERROR, "must look like 12.500"},
	    {"10000000000.01", "USD", OVERFLOW_ERROR,
		"must be at most 10000000000"},
	    {"99999999999999999999999999", "USD", OVERFLOW_ERROR,
		"must be at most 10000000000"},
	    {"1000000000001", "JPY", OVERFLOW_ERROR,
		"must be at most 1000000000000"},
	};

	for (size_t i = 0; i < COUNT_OF(rows); i++) {
		struct money result = {.minor = -1};
		struct error *error =
		    money_parse(rows[i].text, rows[i].currency, &result);

		ok(error_is(error, VALIDATION_ERROR), "refuses \"%s\"",
		    rows[i].text ? rows[i].text : "(NULL)");
		if (!error)
			continue;
		is_number(error->cause->kind, rows[i].cause, "the cause");
		is_text(error->message, rows[i].message, "the message");
	}
}

int main(void)
{
	test_print();
	test_currencies();
	test_times();
	error_reset();
	test_parse();
	test_parse_errors();
	error_reset();
	arena_close(&arena);
	return done_testing();
}
