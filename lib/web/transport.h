/*
 * Transport: how bytes come and go. Two of them, chosen at start: FastCGI
 * through libfcgi, and plain CGI over the environment and standard streams.
 */
#ifndef WEB_TRANSPORT_H
#define WEB_TRANSPORT_H

#include <stdbool.h>
#include <stddef.h>

struct transport {
	bool is_lasting; /* more than one request may come */

	/* Wait for a request; false: there will be no more. */
	bool (*next)(void);

	/* A CGI variable (RFC 3875, 4.1), or NULL. */
	const char *(*variable)(const char *name);

	/* Read up to `size` bytes of the body; 0 at its end. */
	size_t (*read)(char *buffer, size_t size);

	/* Write a part of the answer. */
	void (*write)(const char *bytes, size_t length);

	/* The answer is complete: the client may go. */
	void (*finish)(void);
};

/* The one that this process was started for. */
const struct transport *transport_choose(void);

#endif
