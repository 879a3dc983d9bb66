/*
 * Token: random names, signatures, and comparing them safely.
 *
 * Randomness and MACs are libsodium's. Keys come from DATA/keys (config.h).
 */
#ifndef BASE_TOKEN_H
#define BASE_TOKEN_H

#include "base/arena.h"
#include <stdbool.h>
#include <stddef.h>

enum {
	TOKEN_KEY_BYTES = 32,        /* of a signing key */
	TOKEN_REFERENCE_LENGTH = 10, /* of a booking's reference */
	TOKEN_ID_LENGTH = 26,        /* of a 128-bit id in base32 */
};

/* 10 random characters of Crockford's base32 (no I, L, O, U): 50 bits. */
NONNULL_RESULT char *token_reference(struct arena *arena);

/*
 * A reference as typed by people: upper case, I and L read as 1, O as 0,
 * hyphens and blanks dropped. NULL if that is not 10 characters of base32.
 */
char *token_read_reference(struct arena *arena, const char *text);

/* 128 random bits as 26 characters of Crockford's base32. */
NONNULL_RESULT char *token_id(struct arena *arena);

/*
 * All bits of some bytes in Crockford's base32, upper case, most significant
 * first; the last character is filled up with zeros.
 */
NONNULL_RESULT char *token_base32(
    struct arena *arena, const unsigned char *bytes, size_t size);

/*
 * The `size` bytes that token_base32() wrote so. False for anything but what
 * it writes: another length, other characters, set bits behind the last byte.
 */
bool token_read_base32(const char *text, unsigned char *bytes, size_t size);

/* "TKT-" and 16 random upper-case hex digits. */
NONNULL_RESULT char *token_ticket_code(struct arena *arena);

/* The same of an HMAC: as hard to guess, and one for each text. */
NONNULL_RESULT char *token_ticket_code_of(struct arena *arena,
    const unsigned char key[TOKEN_KEY_BYTES], const char *text);

/*
 * HMAC-SHA-256 over `purpose`, a zero byte and `text`, the first 160 bits as
 * base32. Another purpose never gives the same signature.
 */
NONNULL_RESULT char *token_sign(struct arena *arena,
    const unsigned char key[TOKEN_KEY_BYTES], const char *purpose,
    const char *text);

/* A key for one purpose, made of another; purposes cannot be confused. */
void token_derive(const unsigned char key[TOKEN_KEY_BYTES], const char *purpose,
    unsigned char derived[TOKEN_KEY_BYTES]);

/* HMAC-SHA-256 of a text, with a text as the key, in hex. */
NONNULL_RESULT char *token_mac(
    struct arena *arena, const char *key, const char *text);

/* SHA-256 of a string in hex: for what is stored instead of a secret. */
NONNULL_RESULT char *token_hash(struct arena *arena, const char *text);

/*
 * SipHash-2-4-128 of some bytes in hex, with the key of its published vectors:
 * tells contents apart in a seventh of SHA-256's time, and keeps no secret.
 */
NONNULL_RESULT char *token_digest(
    struct arena *arena, const char *bytes, size_t length);

/* Equal, in a time that does not depend on where they differ. */
bool token_equal(const char *a, const char *b);

#endif
