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

	/*
	 * Wait for a request; false: there will be no more. Who is told to end
	 * gets those first that were sent here before.
	 */
	bool (*next)(void);

	/*
	 * A CGI variable (RFC 3875, 4.1), or NULL. Of two with one name neither
	 * counts: X-Forwarded-For by a proxy and X_Forwarded_For by its client
	 * are both HTTP_X_FORWARDED_FOR.
	 */
	const char *(*variable)(const char *name);

	/* Read up to `size` bytes of the body; 0 at its end, or cut off. */
	size_t (*read)(char *buffer, size_t size);

	/*
	 * Read and drop what is left of the body, then write the whole answer;
	 * the client may go then, and variables are gone.
	 */
	void (*send)(const char *head, size_t head_length, const char *body,
	    size_t body_length);
};

/* The one that this process was started for. */
const struct transport *transport_choose(void);

#endif
