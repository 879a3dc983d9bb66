#include "base/token.h"

#include "base/error.h"
#include <sodium.h>
#include <string.h>

enum {
	ID_BYTES = 16,
	REFERENCE_BYTES = 7, /* 56 bits, of which 50 are used */
	TICKET_BYTES = 8,
	SIGNATURE_LENGTH = 32, /* 160 bits in base32 */
};

static const char base32[] = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";
static const char hex[] = "0123456789ABCDEF";

/* libsodium asks for this before anything else; it may be called again. */
static void prepare(void)
{
	if (sodium_init() < 0)
		die("libsodium cannot start");
}

/* The first `length` base32 digits of some bytes; missing bits are zero. */
static char *to_base32(
    struct arena *arena, const unsigned char *bytes, size_t size, size_t length)
{
	char *text = arena_alloc(arena, length + 1);
	unsigned bits = 0;
	unsigned held = 0;

	for (size_t i = 0; i < length; i++) {
		if (held < 5) {
			bits = bits << 8 | (size > 0 ? *bytes : 0);
			held += 8;
			bytes += size > 0;
			size -= size > 0;
		}
		held -= 5;
		text[i] = base32[bits >> held & 31];
	}
	return text;
}

char *token_reference(struct arena *arena)
{
	unsigned char bytes[REFERENCE_BYTES];

	prepare();
	randombytes_buf(bytes, sizeof(bytes));
	return to_base32(arena, bytes, sizeof(bytes), TOKEN_REFERENCE_LENGTH);
}

/* One typed character as Crockford reads it: look-alikes become digits. */
static char read_character(char character)
{
	if (character >= 'a' && character <= 'z')
		character = (char)(character - ('a' - 'A'));
	if (character == 'I' || character == 'L')
		return '1';
	if (character == 'O')
		return '0';
	return character;
}

char *token_read_reference(struct arena *arena, const char *text)
{
	char *reference = arena_alloc(arena, TOKEN_REFERENCE_LENGTH + 1);
	size_t length = 0;

	if (!text)
		return NULL;
	for (; *text; text++) {
		char character = read_character(*text);

		if (strchr("- \t\r\n", character))
			continue;
		if (length == TOKEN_REFERENCE_LENGTH ||
		    !strchr(base32, character))
			return NULL;
		reference[length++] = character;
	}
	return length == TOKEN_REFERENCE_LENGTH ? reference : NULL;
}

char *token_id(struct arena *arena)
{
	unsigned char bytes[ID_BYTES];

	prepare();
	randombytes_buf(bytes, sizeof(bytes));
	return to_base32(arena, bytes, sizeof(bytes), TOKEN_ID_LENGTH);
}

/* Characters that hold so many bytes. */
static size_t base32_length(size_t size)
{
	return (size * 8 + 4) / 5;
}

char *token_base32(struct arena *arena, const unsigned char *bytes, size_t size)
{
	return to_base32(arena, bytes, size, base32_length(size));
}

bool token_read_base32(const char *text, unsigned char *bytes, size_t size)
{
	unsigned bits = 0;
	unsigned held = 0;

	if (strlen(text) != base32_length(size))
		return false;
	for (; *text; text++) {
		const char *digit = strchr(base32, *text);

		if (!digit)
			return false;
		bits = (bits << 5 | (unsigned)(digit - base32)) & 0xfff;
		held += 5;
		if (held < 8)
			continue;
		held -= 8;
		*bytes++ = (unsigned char)(bits >> held);
	}
	return (bits & ((1U << held) - 1)) == 0;
}

static char *write_ticket_code(
    struct arena *arena, const unsigned char bytes[TICKET_BYTES])
{
	static const char prefix[] = "TKT-";
	char *code = arena_alloc(arena, sizeof(prefix) + 2 * TICKET_BYTES);
	char *at = code + sizeof(prefix) - 1;

	memcpy(code, prefix, sizeof(prefix) - 1);
	for (size_t i = 0; i < TICKET_BYTES; i++) {
		*at++ = hex[bytes[i] >> 4];
		*at++ = hex[bytes[i] & 15];
	}
	return code;
}

char *token_ticket_code(struct arena *arena)
{
	unsigned char bytes[TICKET_BYTES];

	prepare();
	randombytes_buf(bytes, sizeof(bytes));
	return write_ticket_code(arena, bytes);
}

static void sign(const unsigned char key[TOKEN_KEY_BYTES], const char *purpose,
    const char *text, unsigned char mac[crypto_auth_hmacsha256_BYTES])
{
	crypto_auth_hmacsha256_state state;

	prepare();
	crypto_auth_hmacsha256_init(&state, key, TOKEN_KEY_BYTES);
	/* With its NUL, which no purpose and no text has inside. */
	crypto_auth_hmacsha256_update(
	    &state, (const unsigned char *)purpose, strlen(purpose) + 1);
	crypto_auth_hmacsha256_update(
	    &state, (const unsigned char *)text, strlen(text));
	crypto_auth_hmacsha256_final(&state, mac);
}

char *token_sign(struct arena *arena, const unsigned char key[TOKEN_KEY_BYTES],
    const char *purpose, const char *text)
{
	unsigned char mac[crypto_auth_hmacsha256_BYTES];

	sign(key, purpose, text, mac);
	return to_base32(arena, mac, sizeof(mac), SIGNATURE_LENGTH);
}

char *token_ticket_code_of(struct arena *arena,
    const unsigned char key[TOKEN_KEY_BYTES], const char *text)
{
	unsigned char mac[crypto_auth_hmacsha256_BYTES];

	sign(key, "ticket code", text, mac);
	return write_ticket_code(arena, mac);
}

void token_derive(const unsigned char key[TOKEN_KEY_BYTES], const char *purpose,
    unsigned char derived[TOKEN_KEY_BYTES])
{
	crypto_auth_hmacsha256_state state;

	prepare();
	crypto_auth_hmacsha256_init(&state, key, TOKEN_KEY_BYTES);
	/* A zero byte first, which no purpose of token_sign() begins with. */
	crypto_auth_hmacsha256_update(
	    &state, (const unsigned char *)"\0key", sizeof("\0key"));
	crypto_auth_hmacsha256_update(
	    &state, (const unsigned char *)purpose, strlen(purpose));
	crypto_auth_hmacsha256_final(&state, derived);
}

char *token_mac(struct arena *arena, const char *key, const char *text)
{
	unsigned char mac[crypto_auth_hmacsha256_BYTES];
	char *result = arena_alloc(arena, 2 * sizeof(mac) + 1);
	crypto_auth_hmacsha256_state state;

	prepare();
	crypto_auth_hmacsha256_init(
	    &state, (const unsigned char *)key, strlen(key));
	crypto_auth_hmacsha256_update(
	    &state, (const unsigned char *)text, strlen(text));
	crypto_auth_hmacsha256_final(&state, mac);
	return sodium_bin2hex(result, 2 * sizeof(mac) + 1, mac, sizeof(mac));
}

char *token_hash(struct arena *arena, const char *text)
{
	unsigned char hash[crypto_hash_sha256_BYTES];
	char *result = arena_alloc(arena, 2 * sizeof(hash) + 1);

	prepare();
	crypto_hash_sha256(hash, (const unsigned char *)text, strlen(text));
	return sodium_bin2hex(result, 2 * sizeof(hash) + 1, hash, sizeof(hash));
}

char *token_digest(struct arena *arena, const char *bytes, size_t length)
{
	static const unsigned char key[crypto_shorthash_siphashx24_KEYBYTES] = {
	    0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15};
	unsigned char digest[crypto_shorthash_siphashx24_BYTES];
	char *result = arena_alloc(arena, 2 * sizeof(digest) + 1);

	crypto_shorthash_siphashx24(
	    digest, (const unsigned char *)bytes, length, key);
	return sodium_bin2hex(
	    result, 2 * sizeof(digest) + 1, digest, sizeof(digest));
}

bool token_equal(const char *a, const char *b)
{
	size_t length = strlen(a);

	return length == strlen(b) && sodium_memcmp(a, b, length) == 0;
}
