/*
 * Amounts: what parses prints plainly, and what it prints parses to the same.
 */
#include "fuzz.h"

#include "base/money.h"
#include "base/text.h"
#include <stdlib.h>

static void check_amount(struct arena *arena, struct money money)
{
	struct money again;

	if (money.minor < 0 || money.minor > MONEY_MAX)
		abort();
	if (money_parse(money_plain(arena, money), money.currency, &again))
		abort();
	if (again.minor != money.minor)
		abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const char *const currencies[] = {"USD", "JPY", "KWD", "QQQ"};
	static struct arena arena;
	const char *text = arena_copy_bytes(&arena, data, size);

	for (size_t i = 0; i < COUNT_OF(currencies); i++) {
		struct money money;
		struct money product;
		struct error *error = money_parse(text, currencies[i], &money);

		if (error && text_is_empty(error->message))
			abort();
		if (error)
			continue;
		check_amount(&arena, money);
		error = money_times(money, (int64_t)size, &product);
		if (!error && product.minor != money.minor * (int64_t)size)
			abort();
	}
	error_reset();
	arena_reset(&arena);
	return 0;
}
