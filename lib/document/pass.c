#include "document/pass.h"

#include "base/error.h"
#include "base/text.h"
#include <inttypes.h>
#include <sodium.h>
#include <string.h>

enum {
	CODE_DIGITS = 16,
	TEXT_MOST = 256, /* bytes that are looked at; a pass is shorter */
};

static const char prefix[] = "CP1:";
static const char code_prefix[] = "TKT-";
static const char hex[] = "0123456789ABCDEF";
static const char decimal[] = "0123456789";

struct key_pair {
	unsigned char public[crypto_sign_PUBLICKEYBYTES];
	unsigned char secret[crypto_sign_SECRETKEYBYTES];
};

_Static_assert((int)TOKEN_KEY_BYTES == (int)crypto_sign_SEEDBYTES,
    "a key of DATA/keys is an Ed25519 seed");

static struct key_pair key_pair(const struct config *config)
{
	struct key_pair pair;

	if (sodium_init() < 0)
		die("libsodium does not start");
	crypto_sign_seed_keypair(pair.public, pair.secret, config->pass_key);
	return pair;
}

/* The 16 digits of "TKT-..." where that is a whole code; else NULL. */
static const char *code_digits(const char *code)
{
	if (!code || !text_starts_with(code, code_prefix))
		return NULL;
	code += sizeof(code_prefix) - 1;
	if (strlen(code) != CODE_DIGITS || strspn(code, hex) != CODE_DIGITS)
		return NULL;
	return code;
}

/* ---- writing ---- */

char *pass_write(
    struct arena *arena, const struct config *config, struct pass pass)
{
	unsigned char signature[crypto_sign_BYTES];
	struct key_pair pair = key_pair(config);
	const char *digits = code_digits(pass.code);
	char *body;

	if (!digits || pass.event_id <= 0 || pass.tier_id <= 0)
		die("a pass needs a code, an event and a tier");
	body = arena_format(arena, "%s%" PRId64 ":%" PRId64 ":%s", prefix,
	    pass.event_id, pass.tier_id, digits);
	crypto_sign_detached(signature, NULL, (const unsigned char *)body,
	    strlen(body), pair.secret);
	sodium_memzero(&pair, sizeof(pair));
	return arena_format(arena, "%s:%s", body,
	    token_base32(arena, signature, sizeof(signature)));
}

char *pass_public_key(struct arena *arena, const struct config *config)
{
	enum {
		VARIANT = sodium_base64_VARIANT_URLSAFE_NO_PADDING
	};
	struct key_pair pair = key_pair(config);
	size_t size = sodium_base64_encoded_len(sizeof(pair.public), VARIANT);
	char *text = arena_alloc(arena, size);

	sodium_bin2base64(
	    text, size, pair.public, sizeof(pair.public), VARIANT);
	sodium_memzero(&pair, sizeof(pair));
	return text;
}

/* ---- reading ---- */

/* An id as pass_write() writes it: no sign, no zeros in front. */
static bool read_id(const char *text, int64_t *id)
{
	if (*text == '0' || *text == '\0' ||
	    strspn(text, decimal) != strlen(text))
		return false;
	return text_number(text, id) == NUMBER_OK;
}

static bool is_signed_by(const struct config *config, const char *body,
    size_t length, const char *signature)
{
	unsigned char bytes[crypto_sign_BYTES];
	struct key_pair pair = key_pair(config);

	sodium_memzero(pair.secret, sizeof(pair.secret));
	return token_read_base32(signature, bytes, sizeof(bytes)) &&
	    crypto_sign_verify_detached(
		bytes, (const unsigned char *)body, length, pair.public) == 0;
}

static bool read_signed(struct arena *arena, const struct config *config,
    const char *text, struct pass *pass)
{
	char *rest = arena_copy(arena, text + sizeof(prefix) - 1);
	const char *event = strsep(&rest, ":");
	const char *tier = strsep(&rest, ":");
	const char *digits = strsep(&rest, ":");
	struct pass read = {.is_signed = true};
	size_t length;

	if (!rest || !read_id(event, &read.event_id) ||
	    !read_id(tier, &read.tier_id))
		return false;
	read.code = arena_format(arena, "%s%s", code_prefix, digits);
	if (!code_digits(read.code))
		return false;
	length = (size_t)(strrchr(text, ':') - text);
	if (!is_signed_by(config, text, length, rest))
		return false;
	*pass = read;
	return true;
}

/* A copy without blanks around and with ASCII letters in upper case. */
static char *tidy(struct arena *arena, const char *text)
{
	char *copy = text_trim(arena, text);

	for (char *at = copy; *at; at++)
		if (*at >= 'a' && *at <= 'z')
			*at = (char)(*at - ('a' - 'A'));
	return copy;
}

bool pass_read(struct arena *arena, const struct config *config,
    const char *text, struct pass *pass)
{
	const char *tidied;

	*pass = (struct pass){.is_signed = false};
	if (!text || strnlen(text, TEXT_MOST) == TEXT_MOST)
		return false;
	tidied = tidy(arena, text);
	if (text_starts_with(tidied, prefix))
		return read_signed(arena, config, tidied, pass);
	if (!code_digits(tidied))
		return false;
	pass->code = tidied;
	return true;
}
