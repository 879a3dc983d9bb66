#include "base/money.h"

#include <inttypes.h>
#include <string.h>

enum {
	THOUSAND = 1000 /* digits are in groups of three */
};

/* ISO 4217's exceptions: other decimals than two, or a sign of its own. */
struct currency {
	const char *code;   /* "USD" */
	int decimals;       /* of the minor unit */
	const char *symbol; /* before the amount; NULL: the code */
};

static const struct currency currencies[] = {
    {.code = "USD", .decimals = 2, .symbol = "$"},
    {.code = "EUR", .decimals = 2, .symbol = "€"},
    {.code = "GBP", .decimals = 2, .symbol = "£"},
    {.code = "INR", .decimals = 2, .symbol = "₹"},
    {.code = "JPY", .decimals = 0, .symbol = "¥"},
    {.code = "KRW", .decimals = 0, .symbol = "₩"},
    {.code = "BIF", .decimals = 0},
    {.code = "CLP", .decimals = 0},
    {.code = "DJF", .decimals = 0},
    {.code = "GNF", .decimals = 0},
    {.code = "ISK", .decimals = 0},
    {.code = "KMF", .decimals = 0},
    {.code = "PYG", .decimals = 0},
    {.code = "RWF", .decimals = 0},
    {.code = "UGX", .decimals = 0},
    {.code = "VND", .decimals = 0},
    {.code = "VUV", .decimals = 0},
    {.code = "XAF", .decimals = 0},
    {.code = "XOF", .decimals = 0},
    {.code = "XPF", .decimals = 0},
    {.code = "BHD", .decimals = 3},
    {.code = "IQD", .decimals = 3},
    {.code = "JOD", .decimals = 3},
    {.code = "KWD", .decimals = 3},
    {.code = "LYD", .decimals = 3},
    {.code = "OMR", .decimals = 3},
    {.code = "TND", .decimals = 3},
};

static const struct currency other_currency = {.decimals = 2};

static const struct currency *find_currency(const char *code)
{
	for (size_t i = 0; i < COUNT_OF(currencies); i++)
		if (strcmp(currencies[i].code, code) == 0)
			return &currencies[i];
	return &other_currency;
}

/* 10 to the power of `decimals`. */
static uint64_t power_of_ten(int decimals)
{
	uint64_t power = 1;

	while (decimals-- > 0)
		power *= 10;
	return power;
}

/* Unsigned, because -INT64_MIN is no int64_t. */
static uint64_t magnitude(int64_t number)
{
	return number < 0 ? 0 - (uint64_t)number : (uint64_t)number;
}

struct money money_of(int64_t minor, const char *currency)
{
	struct money money = {.minor = minor};
	size_t length = strnlen(currency, sizeof(money.currency) - 1);

	memcpy(money.currency, currency, length);
	return money;
}

bool money_is_currency(const char *code)
{
	if (!code || strlen(code) != sizeof(((struct money *)0)->currency) - 1)
		return false;
	for (; *code; code++)
		if (*code < 'A' || *code > 'Z')
			return false;
	return true;
}

int money_decimals(const char *currency)
{
	return find_currency(currency)->decimals;
}

static struct error *too_big(const char *currency)
{
	struct error *cause = fail(OVERFLOW_ERROR, "number too big");
	uint64_t unit = power_of_ten(money_decimals(currency));

	return fail_with(VALIDATION_ERROR, cause, NO_FIELDS,
	    "must be at most %" PRIu64, (uint64_t)MONEY_MAX / unit);
}

struct error *money_times(
    struct money price, int64_t quantity, struct money *result)
{
	uint64_t each = magnitude(price.minor);
	uint64_t count = magnitude(quantity);

	if (count > 0 && each > (uint64_t)MONEY_MAX / count)
		return too_big(price.currency);
	*result = money_of(price.minor * quantity, price.currency);
	return NULL;
}

static struct error *malformed(const char *currency, const char *hint)
{
	static const char *const examples[] = {"12", "12.5", "12.50", "12.500"};
	struct error *cause = fail(VALUE_ERROR, "not an amount of money");

	return fail_with(VALIDATION_ERROR, cause, NO_FIELDS,
	    "must look like %s%s", examples[money_decimals(currency)], hint);
}

/* Digits at `text`; the value stops growing beyond MONEY_MAX. */
static size_t read_digits(const char *text, uint64_t *value)
{
	size_t length = strspn(text, "0123456789");

	for (size_t i = 0; i < length && *value <= (uint64_t)MONEY_MAX; i++)
		*value = *value * 10 + (uint64_t)(text[i] - '0');
	return length;
}

struct error *money_parse(
    const char *text, const char *currency, struct money *result)
{
	static const char blanks[] = " \t\r\n";
	const char *at;
	size_t decimals = (size_t)money_decimals(currency);
	size_t whole_length;
	size_t fraction_length = 0;
	uint64_t minor = 0;

	if (!text)
		return malformed(currency, "");
	at = text + strspn(text, blanks);
	whole_length = read_digits(at, &minor);
	at += whole_length;
	if (whole_length > 0 && *at == ',')
		return malformed(currency, ", with a point and no comma");
	if (*at == '.') {
		at++;
		fraction_length = read_digits(at, &minor);
		if (fraction_length == 0)
			return malformed(currency, "");
		at += fraction_length;
	}
	at += strspn(at, blanks);
	if (whole_length == 0 || fraction_length > decimals || *at)
		return malformed(currency, "");
	minor *= power_of_ten((int)(decimals - fraction_length));
	if (minor > (uint64_t)MONEY_MAX)
		return too_big(currency);
	*result = money_of((int64_t)minor, currency);
	return NULL;
}

/* "1234567", or in groups "1,234,567". */
static void print_whole(struct out *out, uint64_t number, bool is_grouped)
{
	uint64_t group = 1;

	while (is_grouped && number / group >= THOUSAND)
		group *= THOUSAND;
	out_format(out, "%" PRIu64, number / group);
	for (; group > 1; group /= THOUSAND)
		out_format(
		    out, ",%03" PRIu64, number / (group / THOUSAND) % THOUSAND);
}

/* The digits with a point, without sign. */
static void print_digits(struct out *out, struct money money, bool is_grouped)
{
	int decimals = money_decimals(money.currency);
	uint64_t unit = power_of_ten(decimals);
	uint64_t minor = magnitude(money.minor);

	print_whole(out, minor / unit, is_grouped);
	if (decimals > 0)
		out_format(out, ".%0*" PRIu64, decimals, minor % unit);
}

void money_print(struct out *out, struct money money)
{
	const struct currency *currency = find_currency(money.currency);

	if (money.minor < 0)
		OUT_LITERAL(out, "-");
	if (currency->symbol)
		out_text(out, currency->symbol);
	else
		out_format(out, "%s ", money.currency);
	print_digits(out, money, true);
}

char *money_format(struct arena *arena, struct money money)
{
	struct out out = {.arena = arena};

	money_print(&out, money);
	return out.data;
}

const char *money_price(struct arena *arena, struct money price)
{
	return price.minor == 0 ? "Free" : money_format(arena, price);
}

void money_print_plain(struct out *out, struct money money)
{
	if (money.minor < 0)
		OUT_LITERAL(out, "-");
	print_digits(out, money, false);
}

char *money_plain(struct arena *arena, struct money money)
{
	struct out out = {.arena = arena};

	money_print_plain(&out, money);
	return out.data;
}
