#include "booking/refusal.h"

#include "base/clock.h"
#include "base/token.h"
#include "store/refusal_store.h"
#include <string.h>

static const char *sign(const struct shop *shop, const char *hash)
{
	return token_sign(
	    shop->arena, shop->config->cookie_key, "refusal", hash);
}

const char *refusal_path(const struct shop *shop, const char *email)
{
	const char *hash = token_hash(shop->arena, email);

	return arena_format(
	    shop->arena, "/mail/stop/%s.%s", hash, sign(shop, hash));
}

struct error *refusal_is_there(
    const struct shop *shop, const char *email, bool *is_there)
{
	return refusal_store_has(
	    shop->db, shop->arena, token_hash(shop->arena, email), is_there);
}

struct error *refusal_add(const struct shop *shop, const char *key)
{
	size_t length = strcspn(key, ".");
	const char *hash = arena_copy_bytes(shop->arena, key, length);

	if (key[length] == '\0' ||
	    !token_equal(key + length + 1, sign(shop, hash)))
		return fail(STATE_ERROR, "This link is not complete");
	return TRANSACTION(
	    shop->db, refusal_store_add(shop->db, hash, clock_now()));
}
