#include "base/sha1.h"

#include <stdint.h>
#include <string.h>

enum {
	BLOCK = 64,  /* bytes that are hashed at once */
	LENGTH = 8,  /* bytes of the length at the end */
	ROUNDS = 80, /* of a block */
};

struct state {
	uint32_t h[5];
	unsigned char block[BLOCK]; /* not hashed yet */
	size_t used;                /* bytes of it */
	uint64_t total;             /* bytes so far */
};

static const struct state fresh = {
    .h = {0x67452301, 0xefcdab89, 0x98badcfe, 0x10325476, 0xc3d2e1f0}};

static uint32_t rotate(uint32_t value, int bits)
{
	return value << bits | value >> (32 - bits);
}

static void expand(const unsigned char *block, uint32_t w[ROUNDS])
{
	for (int i = 0; i < 16; i++, block += 4)
		w[i] = (uint32_t)block[0] << 24 | (uint32_t)block[1] << 16 |
		    (uint32_t)block[2] << 8 | block[3];
	for (int i = 16; i < ROUNDS; i++)
		w[i] = rotate(w[i - 3] ^ w[i - 8] ^ w[i - 14] ^ w[i - 16], 1);
}

/* The function and constant of a round (FIPS 180-4, 4.1.1 and 4.2.1). */
static uint32_t mix(int round, uint32_t b, uint32_t c, uint32_t d)
{
	if (round < 20)
		return ((b & c) | (~b & d)) + 0x5a827999;
	if (round < 40)
		return (b ^ c ^ d) + 0x6ed9eba1;
	if (round < 60)
		return ((b & c) | (b & d) | (c & d)) + 0x8f1bbcdc;
	return (b ^ c ^ d) + 0xca62c1d6;
}

static void hash_block(struct state *state)
{
	uint32_t v[5], w[ROUNDS];

	expand(state->block, w);
	memcpy(v, state->h, sizeof(v));
	for (int i = 0; i < ROUNDS; i++) {
		uint32_t next =
		    rotate(v[0], 5) + mix(i, v[1], v[2], v[3]) + v[4] + w[i];

		v[4] = v[3];
		v[3] = v[2];
		v[2] = rotate(v[1], 30);
		v[1] = v[0];
		v[0] = next;
	}
	for (int i = 0; i < 5; i++)
		state->h[i] += v[i];
	state->used = 0;
}

static void update(struct state *state, const void *bytes, size_t size)
{
	const unsigned char *at = bytes;

	state->total += size;
	while (size-- > 0) {
		state->block[state->used++] = *at++;
		if (state->used == BLOCK)
			hash_block(state);
	}
}

static void final(struct state *state, unsigned char digest[SHA1_BYTES])
{
	uint64_t bits = state->total * 8;

	update(state, "\x80", 1);
	while (state->used != BLOCK - LENGTH)
		update(state, "", 1);
	for (int i = LENGTH - 1; i >= 0; i--) {
		unsigned char byte = (unsigned char)(bits >> (8 * i));

		update(state, &byte, 1);
	}
	for (size_t i = 0; i < SHA1_BYTES; i++)
		digest[i] =
		    (unsigned char)(state->h[i / 4] >> (24 - 8 * (i % 4)));
}

void sha1(const void *bytes, size_t size, unsigned char digest[SHA1_BYTES])
{
	struct state state = fresh;

	update(&state, bytes, size);
	final(&state, digest);
}

/* The key, filled up to a block with zeros, under a mask. */
static void start_masked(
    struct state *state, const unsigned char key[BLOCK], unsigned char mask)
{
	*state = fresh;
	for (size_t i = 0; i < BLOCK; i++) {
		unsigned char byte = key[i] ^ mask;

		update(state, &byte, 1);
	}
}

void sha1_hmac(const unsigned char *key, size_t key_size, const void *bytes,
    size_t size, unsigned char mac[SHA1_BYTES])
{
	unsigned char whole[BLOCK] = {0}, inner[SHA1_BYTES];
	struct state state;

	if (key_size > BLOCK)
		sha1(key, key_size, whole);
	else
		memcpy(whole, key, key_size);
	start_masked(&state, whole, 0x36);
	update(&state, bytes, size);
	final(&state, inner);
	start_masked(&state, whole, 0x5c);
	update(&state, inner, sizeof(inner));
	final(&state, mac);
}
