/*
 * Once: the header Idempotency-Key of calls, as the key that a form would
 * have (I4): a retry is the same booking, the same key with another body is
 * refused.
 *
 * A key is its client's own: the account's, else that of the network address
 * it comes from, for the cookie may be lost with the answer. Other clients
 * may choose the same one.
 */
#ifndef WEB_ONCE_H
#define WEB_ONCE_H

#include "web/request.h"

/*
 * The form key of this call, for calls of one purpose ("api"); without the
 * header a fresh one.
 */
NONNULL_RESULT const char *once_key(
    const struct request *request, const char *purpose);

#endif
