/*
 * Totp: one-time codes by time (RFC 6238) as authenticator apps make them:
 * HMAC-SHA-1, steps of 30 seconds, six digits.
 */
#ifndef ACCOUNT_TOTP_H
#define ACCOUNT_TOTP_H

#include "base/arena.h"
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum {
	TOTP_STEP = 30,         /* seconds */
	TOTP_DIGITS = 6,        /* of a code */
	TOTP_DIGITS_MOST = 8,   /* that totp_code() makes */
	TOTP_SECRET_BYTES = 20, /* as RFC 4226, 4, recommends */
	TOTP_WINDOW = 1,        /* steps that a clock may be off, both ways */
};

/* The code of a secret for a step (the time divided by TOTP_STEP). */
NONNULL_RESULT const char *totp_code(struct arena *arena,
    const unsigned char *secret, size_t size, int64_t step, int digits);

/*
 * The step that a code of TOTP_DIGITS is for: one within TOTP_WINDOW of the
 * moment and later than `last`, so that no step is taken twice; of two that
 * happen to have the same code the later one, so that no code is. 0: there is
 * none. The time it takes does not tell which digits are right.
 */
int64_t totp_find(struct arena *arena,
    const unsigned char secret[TOTP_SECRET_BYTES], const char *code,
    int64_t now, int64_t last);

/* A fresh secret in base32 (RFC 4648), as apps take it. */
NONNULL_RESULT const char *totp_secret(struct arena *arena);

/* Its bytes; false when it is not what totp_secret() makes. */
bool totp_read_secret(
    const char *secret, unsigned char bytes[TOTP_SECRET_BYTES]);

#endif
