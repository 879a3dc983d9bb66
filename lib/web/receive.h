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
	size_t left;                   /* of its body, not read yet */
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
    struct receiver *in, struct request *request);

/*
 * Read and drop what is left of a body: some servers lose the answer over
 * unread input. Never more than the server said: it may leave the stream
 * open (RFC 3875, 4.2).
 */
void receive_drain(struct receiver *in);

#endif
