/*
 * Passes: any text is read or refused; what is read as signed is exactly what
 * this key writes, what is read bare is a whole code.
 *
 * A first byte of 0 puts a pass that holds before the rest, so that the fuzzer
 * gets behind the signature.
 */
#include "fuzz.h"

#include "base/error.h"
#include "base/text.h"
#include "document/pass.h"
#include <stdlib.h>
#include <string.h>

static const char *upper(struct arena *arena, const char *text)
{
	char *copy = text_trim(arena, text);

	for (char *at = copy; *at; at++)
		if (*at >= 'a' && *at <= 'z')
			*at = (char)(*at - 'a' + 'A');
	return copy;
}

static void check(
    struct arena *arena, const struct config *config, const char *text)
{
	struct pass pass;

	if (!pass_read(arena, config, text, &pass)) {
		require(!pass.code && !pass.is_signed);
		return;
	}
	require(strlen(pass.code) == 20 && text_starts_with(pass.code, "TKT-"));
	if (pass.is_signed)
		require(text_equal(
		    pass_write(arena, config, pass), upper(arena, text)));
	else
		require(text_equal(pass.code, upper(arena, text)));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static struct config config = {.pass_key = "key of the fuzzer"};
	static struct arena arena;
	static const struct pass sample = {
	    .code = "TKT-0123456789ABCDEF", .event_id = 42, .tier_id = 7};
	const char *text;

	if (size == 0)
		return 0;
	text = arena_copy_bytes(&arena, data + 1, size - 1);
	if (data[0] == 0)
		text = arena_format(
		    &arena, "%s%s", pass_write(&arena, &config, sample), text);
	check(&arena, &config, text);
	error_reset();
	arena_reset(&arena);
	return 0;
}
