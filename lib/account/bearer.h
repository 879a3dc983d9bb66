/*
 * Bearer: programs that act for a person, by tokens instead of a cookie (R8).
 *
 * A sign-in gives two tokens. The access token is a JWT (RFC 7519), signed
 * with HS256, that says who it is for; it works for 30 minutes, in the header
 * `Authorization: Bearer`. The refresh token is random, works once, and is
 * answered with the next pair; the whole family ends 30 days after the
 * sign-in.
 *
 * Invariants
 * - The JWT's header is one fixed text, compared whole: a token cannot
 *   choose its algorithm, "none" least of all.
 * - Its key is derived from the cookie key for this purpose alone.
 * - A signature is not enough: its family must live and its user may sign in.
 *   So a changed password, a disabled account and a revoked family end access
 *   tokens at once, and a changed role counts at once.
 * - A refresh token that comes twice was stolen, or its owner's copy was: the
 *   family ends, and both have to sign in.
 */
#ifndef ACCOUNT_BEARER_H
#define ACCOUNT_BEARER_H

#include "base/error.h"
#include "booking/shop.h"
#include "model/user.h"

enum {
	BEARER_MINUTES = 30, /* an access token works */
	BEARER_DAYS = 30,    /* a family lives */
};

struct bearer_tokens {
	const char *access;  /* a JWT */
	const char *refresh; /* works once */
};

/* Sign somebody in who proved who they are: a new family. */
MUST_CHECK struct error *bearer_begin(const struct shop *shop,
    const struct user *user, struct bearer_tokens *tokens);

/*
 * The next pair for a refresh token, which is used up. LOGIN_ERROR when it
 * is unknown, used, revoked or over, or its user may not sign in.
 */
MUST_CHECK struct error *bearer_refresh(
    const struct shop *shop, const char *refresh, struct bearer_tokens *tokens);

/*
 * Who sent this access token? Sets role and user_id of the viewer;
 * LOGIN_ERROR when it is not good, or not any more.
 */
MUST_CHECK struct error *bearer_find(
    const struct shop *shop, const char *access, struct viewer *viewer);

#endif
