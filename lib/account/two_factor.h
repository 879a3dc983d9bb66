/*
 * Two-factor: a one-time code besides the password (RFC 6238; totp.h), and
 * recovery codes for the day the telephone is lost.
 *
 * Invariants
 * - The secret is sealed in the database (base/seal.h) and shown only until
 *   its first code has come.
 * - A step's code is taken once; a recovery code works once; ten are made at
 *   a time, shown once, and kept as keyed hashes.
 * - Wrong codes make waits that rise up to five minutes an account, so that
 *   a million codes cannot be tried.
 * - Between password and code a login is parked in a text that the browser
 *   keeps: signed, for that browser, for ten minutes, and dead after the
 *   next code that is taken or a changed password.
 */
#ifndef ACCOUNT_TWO_FACTOR_H
#define ACCOUNT_TWO_FACTOR_H

#include "account/reseal.h"
#include "base/error.h"
#include "booking/shop.h"
#include "model/user.h"

enum {
	TWO_FACTOR_CODES = 10,        /* recovery codes at a time */
	TWO_FACTOR_PARK_MINUTES = 10, /* from the password to the code */
};

/* How an account stands. */
struct two_factor {
	bool is_on;
	bool has_begun;     /* has a secret that waits for its first code */
	const char *secret; /* in groups of four, while it has begun; "" */
	const char *url;    /* otpauth://..., for a QR code, or "" */
	int64_t codes_left; /* recovery codes that work */
};

/* Recovery codes in the form that people read: "ABCDE-FGHJK". */
struct recovery_codes {
	const char *items[TWO_FACTOR_CODES];
};

MUST_CHECK struct error *two_factor_find(const struct shop *shop,
    const struct viewer *viewer, struct two_factor *state);

/* ---- switching ---- */

/*
 * Make a secret for the viewer; one that waits already stays.
 * VALIDATION_ERROR (field `current`), STATE_ERROR when it is on.
 */
MUST_CHECK struct error *two_factor_begin(
    const struct shop *shop, const struct viewer *viewer, const char *password);

/*
 * The app's first code: from now on it is asked for. VALIDATION_ERROR (field
 * `code`), RATE_LIMIT_ERROR, STATE_ERROR when there is nothing to confirm.
 */
MUST_CHECK struct error *two_factor_confirm(const struct shop *shop,
    const struct viewer *viewer, const char *code,
    struct recovery_codes *codes);

/* Other recovery codes; those so far die. Password and code as above. */
MUST_CHECK struct error *two_factor_renew_codes(const struct shop *shop,
    const struct viewer *viewer, const char *password, const char *code,
    struct recovery_codes *codes);

/* Ask for it no more. Password and code as above. */
MUST_CHECK struct error *two_factor_switch_off(const struct shop *shop,
    const struct viewer *viewer, const char *password, const char *code);

/* ---- signing in ---- */

/* A login that waits for its code. */
struct parked_login {
	int64_t user_id;
	bool is_remembered; /* "remember me" was ticked */
};

/* What the browser keeps meanwhile, in a cookie. */
MUST_CHECK struct error *two_factor_park(const struct shop *shop,
    const struct user *user, const char *browser, bool is_remembered,
    const char **text);

/* Read it back. ACCESS_ERROR: it is over, used, or another browser's. */
MUST_CHECK struct error *two_factor_unpark(const struct shop *shop,
    const char *text, const char *browser, struct parked_login *login);

/*
 * Take a code of the app or a recovery code, blanks and hyphens anywhere.
 * VALIDATION_ERROR (field `code`) when it is wrong, old or used,
 * RATE_LIMIT_ERROR while a wait lasts.
 */
MUST_CHECK struct error *two_factor_check(
    const struct shop *shop, int64_t user_id, const char *code);

/* ---- a new key ---- */

/* Like card_reseal_all(), for the secrets. */
MUST_CHECK struct error *two_factor_reseal_all(
    const struct shop *shop, struct resealing *result);

#endif
