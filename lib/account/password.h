/*
 * Password: what is good enough, and its hash.
 *
 * Argon2id with 19 MiB and 2 passes (OWASP's least; 12 ms measured). At most
 * two hashes run at once over all processes, by two lock files, so that a
 * flood of logins cannot starve buyers. Passwords are never logged; copies
 * made here are wiped.
 */
#ifndef ACCOUNT_PASSWORD_H
#define ACCOUNT_PASSWORD_H

#include "base/error.h"
#include "booking/shop.h"

enum {
	PASSWORD_SHORTEST = 8,  /* characters */
	PASSWORD_LONGEST = 128, /* characters */
};

/*
 * May somebody have this password? VALIDATION_ERROR (field `password`) when
 * it is too short, too long, common (words, keyboard runs, repetitions, also
 * with digits behind and letters replaced by digits), or contains one of
 * `own` (their name, email, the site's name), which ends with NULL.
 */
MUST_CHECK struct error *password_check(
    struct arena *arena, const char *password, const char *const *own);

/*
 * The hash to keep, a string of libsodium. BUSY_ERROR after the deadline, and
 * without the memory that hashing takes.
 */
MUST_CHECK struct error *password_hash(
    const struct shop *shop, const char *password, const char **hash);

/*
 * Does the password fit the hash? For "" (no such account) it costs the same
 * and never fits. BUSY_ERROR as above: no password is wrong for that.
 */
MUST_CHECK struct error *password_verify(const struct shop *shop,
    const char *hash, const char *password, bool *fits);

#endif
