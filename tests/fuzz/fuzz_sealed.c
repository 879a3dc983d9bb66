/*
 * Sealed texts, codes and signatures: what was not written by us does not
 * open, and no second spelling of what was does.
 *
 * The first byte picks what is tried; then up to three changes of a right
 * text, each a position and a character; the rest is put behind it.
 */
#include "fuzz.h"

#include "account/bearer.c"
#include "account/totp.h"
#include "base/seal.h"
#include "base/text.h"
#include "payment/campuspay_page.h"

static struct config config = {.base_url = "https://example.org",
    .data = "/nonexistent",
    .card_keys = {
	.keys = {{.version = 1}, {.version = 2, .bytes = {2}}}, .count = 2}};

static const char *spoil(
    struct arena *arena, const char *right, const uint8_t *data, size_t size)
{
	char *text = arena_copy(arena, right);
	size_t length = strlen(text), changes = size ? data[0] % 4 : 0;

	for (size_t i = 0; i < changes && size >= 4; i++) {
		size_t at = (data[1] | (size_t)data[2] << 8) % length;

		text[at] = (char)data[3];
		data += 3;
		size -= 3;
	}
	if (size < 2)
		return text;
	return arena_format(
	    arena, "%s%s", text, arena_copy_bytes(arena, data + 1, size - 1));
}

/* ---- sealed ---- */

static void try_seal(struct arena *arena, const uint8_t *data, size_t size)
{
	static char box[200];
	const char *spoiled, *text;

	if (!*box)
		snprintf(box, sizeof(box), "%s",
		    seal_text(arena, &config, "card 7", "a secret"));
	spoiled = spoil(arena, box, data, size);
	if (!seal_open(arena, &config, "card 7", spoiled, &text)) {
		require(text_equal(spoiled, box));
		require(text_equal(text, "a secret"));
	}
	require(seal_open(arena, &config, "card 8", spoiled, &text));
}

/* ---- access tokens ---- */

static void try_bearer(struct arena *arena, const uint8_t *data, size_t size)
{
	static char right[1000];
	const struct shop shop = {.arena = arena, .config = &config};
	struct claims claims = {.user_id = 7,
	    .family = "F",
	    .id = "J",
	    .made_at = 1,
	    .ends_at = INT64_C(1) << 40};
	const char *spoiled;

	if (!*right)
		snprintf(
		    right, sizeof(right), "%s", write_access(&shop, &claims));
	spoiled = spoil(arena, right, data, size);
	if (read_access(&shop, spoiled, &claims))
		return;
	require(text_equal(spoiled, right));
	require(claims.user_id == 7 && text_equal(claims.family, "F"));
}

/* A payload whose signature is right: any JSON is claims, or none. */
static void try_claims(struct arena *arena, const uint8_t *data, size_t size)
{
	const struct shop shop = {.arena = arena, .config = &config};
	struct claims claims = {.family = NULL};

	if (read_claims(&shop, (const char *)data, size, &claims))
		require(claims.family && claims.id);
}

/* ---- a gateway's call ---- */

static void try_notice(struct arena *arena, const uint8_t *data, size_t size)
{
	const struct campuspay_order order = {.state = "captured"};
	const char *id = "0123456789ABCDEFGHJKMNPQRS";
	const char *right = arena_format(
	    arena, "notice=%s", campuspay_notice(arena, &config, id, &order));
	const char *spoiled = spoil(arena, right, data, size);
	struct gateway_hook hook = {.body = spoiled, .length = strlen(spoiled)};
	struct gateway_notice notice;

	if (!campuspay_page_gateway.read_hook(arena, &config, &hook, &notice)) {
		require(!*notice.id && !*notice.reference);
		return;
	}
	require(text_equal(spoiled, right));
	require(text_equal(notice.reference, id));
}

/* ---- codes ---- */

static void try_codes(struct arena *arena, const uint8_t *data, size_t size)
{
	const char *text = arena_copy_bytes(arena, data, size);
	unsigned char bytes[64], secret[TOTP_SECRET_BYTES];
	char *again;

	for (size_t length = 1; length < sizeof(bytes); length++)
		if (token_read_base32(text, bytes, length)) {
			again = token_base32(arena, bytes, length);
			require(text_equal(again, text));
		}
	if (totp_read_secret(text, secret))
		require(strlen(text) == 32);
	memset(secret, 7, sizeof(secret));
	if (totp_find(arena, secret, text, INT64_C(1781481600), 0))
		require(strlen(text) == TOTP_DIGITS);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static void (*const tries[])(
	    struct arena * arena, const uint8_t *data, size_t size) = {
	    try_seal, try_bearer, try_claims, try_notice, try_codes};
	static struct arena arena;

	if (size == 0)
		return 0;
	require(sodium_init() >= 0);
	tries[data[0] % COUNT_OF(tries)](&arena, data + 1, size - 1);
	error_reset();
	arena_reset(&arena);
	return 0;
}
