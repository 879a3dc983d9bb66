#include "base/seal.h"

#include "base/keys.h"
#include "base/text.h"
#include <sodium.h>
#include <string.h>

enum {
	NONCE = crypto_aead_xchacha20poly1305_ietf_NPUBBYTES,
	TAG = crypto_aead_xchacha20poly1305_ietf_ABYTES,
	ENCODING = sodium_base64_VARIANT_URLSAFE_NO_PADDING,
};

_Static_assert(
    (int)TOKEN_KEY_BYTES == crypto_aead_xchacha20poly1305_ietf_KEYBYTES,
    "a key of DATA/keys is a key of the cipher");

const char *seal_text(struct arena *arena, const struct config *config,
    const char *context, const char *text)
{
	const struct key *key = keys_find(&config->card_keys, 0);
	size_t size = strlen(text);
	unsigned char *bytes = arena_alloc(arena, NONCE + size + TAG);
	size_t length = sodium_base64_encoded_len(NONCE + size + TAG, ENCODING);
	char *code = arena_alloc(arena, length);

	if (!key)
		die("there is no key to seal with");
	randombytes_buf(bytes, NONCE);
	crypto_aead_xchacha20poly1305_ietf_encrypt(bytes + NONCE, NULL,
	    (const unsigned char *)text, size, (const unsigned char *)context,
	    strlen(context), NULL, bytes, key->bytes);
	sodium_bin2base64(code, length, bytes, NONCE + size + TAG, ENCODING);
	return arena_format(arena, "%lld.%s", (long long)key->version, code);
}

/* The version that a box names, and where its code begins; 0: no box. */
static int64_t read_version(const char *box, const char **code)
{
	enum {
		DIGITS_MOST = 9
	};
	int64_t version = 0;
	size_t digits = strspn(box, "0123456789");

	if (digits == 0 || digits > DIGITS_MOST || *box == '0' ||
	    box[digits] != '.')
		return 0;
	for (size_t i = 0; i < digits; i++)
		version = version * 10 + (box[i] - '0');
	*code = box + digits + 1;
	return version;
}

static bool find_key(struct arena *arena, const struct config *config,
    int64_t version, struct key *result)
{
	const struct key *key = keys_find(&config->card_keys, version);
	struct config *fresh;

	if (!key) {
		fresh = ARENA_NEW(arena, struct config);
		fresh->data = config->data;
		if (keys_read(arena, fresh))
			return false;
		key = keys_find(&fresh->card_keys, version);
	}
	if (key)
		*result = *key;
	return key != NULL;
}

/* libsodium reads some bytes above 0x7f as it reads - and _. */
static bool is_base64(const char *code)
{
	return code[strspn(code,
		   "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
		   "0123456789-_")] == '\0';
}

static bool open_code(struct arena *arena, const struct key *key,
    const char *context, const char *code, const char **text)
{
	size_t most = strlen(code), length = 0;
	unsigned char *bytes = arena_alloc(arena, most + 1);
	unsigned char *plain;

	if (!is_base64(code) ||
	    sodium_base642bin(
		bytes, most, code, most, NULL, &length, NULL, ENCODING) != 0 ||
	    length < NONCE + TAG)
		return false;
	plain = arena_alloc(arena, length - NONCE - TAG + 1);
	if (crypto_aead_xchacha20poly1305_ietf_decrypt(plain, NULL, NULL,
		bytes + NONCE, length - NONCE, (const unsigned char *)context,
		strlen(context), bytes, key->bytes) != 0)
		return false;
	*text = (const char *)plain;
	return true;
}

struct error *seal_open(struct arena *arena, const struct config *config,
    const char *context, const char *box, const char **text)
{
	const char *code;
	int64_t version = read_version(box, &code);
	struct key key;

	if (version && find_key(arena, config, version, &key) &&
	    open_code(arena, &key, context, code, text))
		return NULL;
	return fail(STORAGE_ERROR, "A sealed text cannot be opened");
}

bool seal_is_newest(const struct config *config, const char *box)
{
	const struct key *key = keys_find(&config->card_keys, 0);
	const char *code;

	return key && read_version(box, &code) == key->version;
}
