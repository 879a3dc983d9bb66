/*
 * Receive: what a transport brings becomes a request - method, path, cookies,
 * headers, who sends it, its body.
 */
#ifndef WEB_RECEIVE_H
#define WEB_RECEIVE_H

#include "web/route.h"
#include "web/transport.h"

/* A request on its way in. */
struct receiver {
	const struct transport *transport;
	const struct program *program; /* that answers it */
};

/* A CGI variable; "" when it is not set. */
NONNULL_RESULT const char *receive_variable(
    const struct transport *transport, const char *name);

/*
 * Fill a request whose shop is open. A body only when the method may have
 * one, and within the size that its route takes. REQUEST_ERROR, LENGTH_ERROR,
 * TOO_LARGE_ERROR.
 */
MUST_CHECK struct error *receive_request(
    const struct receiver *in, struct request *request);

#endif
