/*
 * Money: integer minor units with an ISO 4217 currency. Never a float.
 *
 * Invariants
 * - Amounts stay within MONEY_MAX either way, so sums of a thousand of them
 *   cannot overflow an int64_t; money_times() checks.
 * - A currency is three upper-case letters, known to money.c's table or not;
 *   unknown ones have two decimals and print with their code.
 */
#ifndef BASE_MONEY_H
#define BASE_MONEY_H

#include "base/arena.h"
#include "base/error.h"
#include "base/out.h"
#include <stdbool.h>
#include <stdint.h>

/* Ten billion units of a currency with two decimals. */
#define MONEY_MAX INT64_C(1000000000000)

struct money {
	int64_t minor;    /* cents, or what the currency's smallest is */
	char currency[4]; /* "USD", NUL-terminated */
};

/* An amount of a currency (cut to three letters). */
struct money money_of(int64_t minor, const char *currency);

/* Is it three capital letters? */
bool money_is_currency(const char *code);

/* Decimals of a currency: 2 for USD, 0 for JPY, 3 for KWD. */
int money_decimals(const char *currency);

/*
 * Price times quantity. VALIDATION_ERROR, cause OVERFLOW_ERROR, when the
 * result is over MONEY_MAX.
 */
MUST_CHECK struct error *money_times(
    struct money price, int64_t quantity, struct money *result);

/*
 * Parse "12", "12.5", "12.50" (blanks around allowed, no sign, no exponent,
 * no thousands separator). "12,50" is refused with a hint. VALIDATION_ERROR
 * with cause VALUE_ERROR or OVERFLOW_ERROR; the message names the reason only
 * ("must look like 12.50").
 */
MUST_CHECK struct error *money_parse(
    const char *text, const char *currency, struct money *result);

/* "$15.00", "€1,500.00", "CHF 15.00", "-$3.00", "¥1,500": for people. */
void money_print(struct out *out, struct money money);
NONNULL_RESULT char *money_format(struct arena *arena, struct money money);

/* "Free", "$15.00". */
NONNULL_RESULT const char *money_price(struct arena *arena, struct money price);

/* "15.00": no symbol, for CSV, form fields, gateways. */
void money_print_plain(struct out *out, struct money money);
NONNULL_RESULT char *money_plain(struct arena *arena, struct money money);

#endif
