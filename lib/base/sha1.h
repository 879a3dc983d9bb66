/*
 * Sha1: SHA-1 and HMAC-SHA-1 (FIPS 180-4, RFC 2104), because authenticator
 * apps speak nothing else (RFC 6238). libsodium has none.
 *
 * For nothing but one-time codes: SHA-1 has collisions, which HMAC does not
 * mind, and everything else does.
 */
#ifndef BASE_SHA1_H
#define BASE_SHA1_H

#include <stddef.h>

enum {
	SHA1_BYTES = 20
};

void sha1(const void *bytes, size_t size, unsigned char digest[SHA1_BYTES]);

void sha1_hmac(const unsigned char *key, size_t key_size, const void *bytes,
    size_t size, unsigned char mac[SHA1_BYTES]);

#endif
