#include "account/totp.h"

#include "base/sha1.h"
#include "base/token.h"
#include <sodium.h>
#include <string.h>

/* RFC 4648, 6: not the alphabet of references. */
static const char alphabet[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";

enum {
	SECRET_LENGTH = TOTP_SECRET_BYTES * 8 / 5 /* characters, no rest */
};

const char *totp_code(struct arena *arena, const unsigned char *secret,
    size_t size, int64_t step, int digits)
{
	unsigned char moment[8], mac[SHA1_BYTES];
	uint32_t number, most = 1;
	size_t at;

	for (int i = 0; i < 8; i++)
		moment[i] = (unsigned char)((uint64_t)step >> (56 - 8 * i));
	sha1_hmac(secret, size, moment, sizeof(moment), mac);
	at = mac[SHA1_BYTES - 1] & 0xf;
	number = (uint32_t)(mac[at] & 0x7f) << 24 |
	    (uint32_t)mac[at + 1] << 16 | (uint32_t)mac[at + 2] << 8 |
	    mac[at + 3];
	for (int i = 0; i < digits; i++)
		most *= 10;
	return arena_format(arena, "%0*u", digits, number % most);
}

int64_t totp_find(struct arena *arena,
    const unsigned char secret[TOTP_SECRET_BYTES], const char *code,
    int64_t now, int64_t last)
{
	int64_t middle = now / TOTP_STEP, found = 0;

	for (int64_t step = middle - TOTP_WINDOW; step <= middle + TOTP_WINDOW;
	     step++) {
		bool is_it =
		    token_equal(totp_code(arena, secret, TOTP_SECRET_BYTES,
				    step, TOTP_DIGITS),
			code);

		if (is_it && step > last)
			found = step;
	}
	return found;
}

const char *totp_secret(struct arena *arena)
{
	unsigned char bytes[SECRET_LENGTH];
	char *secret = arena_alloc(arena, SECRET_LENGTH + 1);

	randombytes_buf(bytes, sizeof(bytes));
	for (size_t i = 0; i < SECRET_LENGTH; i++)
		secret[i] = alphabet[bytes[i] & 31];
	return secret;
}

bool totp_read_secret(
    const char *secret, unsigned char bytes[TOTP_SECRET_BYTES])
{
	unsigned bits = 0, held = 0;
	size_t count = 0;

	if (strlen(secret) != SECRET_LENGTH)
		return false;
	for (; *secret; secret++) {
		const char *digit = strchr(alphabet, *secret);

		if (!digit)
			return false;
		bits = (bits << 5 | (unsigned)(digit - alphabet)) & 0xfff;
		held += 5;
		if (held < 8)
			continue;
		held -= 8;
		bytes[count++] = (unsigned char)(bits >> held);
	}
	return true;
}
