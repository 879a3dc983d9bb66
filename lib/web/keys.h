/*
 * Keys: what mailed links have opened to this browser. A link to a booking or
 * a ticket carries a key; following it puts the name into a signed cookie and
 * leads to the address without the key, so that none stays in the history,
 * in a log, or in what is shared (R34).
 */
#ifndef WEB_KEYS_H
#define WEB_KEYS_H

#include "web/request.h"

/* So many names are kept; the one that was opened longest ago goes first. */
enum {
	KEYS_MOST = 12
};

/*
 * Read the cookie into viewer.keys, newest first; one with a wrong signature
 * is no cookie.
 */
void keys_read(struct request *request);

/* The browser has the key of this booking's reference or ticket's code. */
void keys_add(struct request *request, const char *name);

#endif
