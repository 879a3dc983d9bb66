/*
 * Once: the header Idempotency-Key of calls, as the key that a form would
 * have (I4): a retry is the same booking, the same key with another body is
 * refused.
 *
 * A key is its client's own: the account's, else that of the network address
 * it comes from, for the cookie may be lost with the answer. Other clients
 * may choose the same one.
 *
 * So it is with forms: the key of one is its browser's own, and whoever has
 * read it cannot meet, or block, what another browser made with it.
 */
#ifndef WEB_ONCE_H
#define WEB_ONCE_H

#include "web/request.h"

enum {
	ONCE_LONGEST = 255, /* bytes of the header */
};

/*
 * The form key of this call, for calls of one purpose ("api"); without the
 * header a fresh one.
 */
NONNULL_RESULT const char *once_key(
    const struct request *request, const char *purpose);

/* VALIDATION_ERROR for a header that is longer than ONCE_LONGEST. */
MUST_CHECK struct error *once_check(const struct request *request);

/*
 * What is kept of the field `form_key`, for forms of one purpose ("book"): of
 * one length, whatever was sent; "" when nothing was.
 */
NONNULL_RESULT const char *once_form_key(
    const struct request *request, const char *purpose);

/*
 * What a form says, hashed: all its fields but those that are there for the
 * sending's sake.
 */
NONNULL_RESULT const char *once_form_digest(const struct request *request);

#endif
