/*
 * Http_client: HTTP requests to a payment service, through libcurl.
 *
 * Invariants
 * - A client has one deadline for all its requests together, the look-up of
 *   names and the TLS handshake included.
 * - Only https, and http to this very machine (tests). Certificates are
 *   verified, redirects are not followed, proxies of the environment are not
 *   used (a CGI's environment is half the visitor's).
 * - What is answered, headers and all, is at most HTTP_CLIENT_LARGEST bytes.
 * - It logs nothing: addresses, headers and bodies are the caller's secrets.
 * - Requests of one client share a connection; nothing outlives the client.
 *   A request over a connection that was closed meanwhile, before a byte of
 *   an answer, is sent again over a new one: POSTs need an idempotency key.
 */
#ifndef PAYMENT_HTTP_CLIENT_H
#define PAYMENT_HTTP_CLIENT_H

#include "base/arena.h"
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum {
	HTTP_CLIENT_LARGEST = 256 * 1024
};

/* How far a request came. */
enum http_fate {
	HTTP_ANSWERED, /* a whole answer is there, whatever its status */
	HTTP_UNSENT,   /* not a byte of the request left this machine */
	HTTP_LOST,     /* sent, maybe in part; no whole answer came */
};

/* A GET, or with a body a POST. */
struct http_request {
	const char *url;
	const char *const *headers; /* "Name: value" */
	size_t header_count;
	const char *body; /* NULL: GET */
	size_t length;    /* of the body */
	const char *user; /* for Basic authentication; NULL: none */
	const char *password;
	const char
	    *pin; /* "host:port:address" to call; "" or NULL: looked up */
};

/* What came back. */
struct http_reply {
	int status;          /* 200; 0 when nothing was answered */
	const char *body;    /* in the arena, a NUL behind it; "" none */
	size_t length;       /* of the body */
	const char *problem; /* why there is no answer, for the log; "" */
};

struct http_client;

/* A client whose requests end `milliseconds` from now; close it. */
NONNULL_RESULT struct http_client *http_client_open(
    struct arena *arena, int64_t milliseconds);

/* Milliseconds until the deadline; 0 when it is over. */
int64_t http_client_left(const struct http_client *client);

/* Send a request and wait for its answer. The reply is always filled. */
enum http_fate http_client_send(struct http_client *client,
    const struct http_request *request, struct http_reply *reply);

/* Close the connections. Replies live on in the arena. */
void http_client_close(struct http_client *client);

/* Is it https with a host, or http to this very machine? */
bool http_client_may_visit(const char *url);

#endif
