/*
 * Opened: what mailed links have opened to this browser. A link to a booking
 * or a ticket carries a key; following it puts the name into a signed cookie
 * and leads to the address without the key, so that none stays in the
 * history, or in what is shared (R34).
 *
 * The signature is bound to the browser's id: whoever logs out, and so gets
 * another id, leaves nothing open behind.
 */
#ifndef WEB_OPENED_H
#define WEB_OPENED_H

#include "web/request.h"

/* So many names are kept; the one that was opened longest ago goes first. */
enum {
	OPENED_MOST = 12
};

/*
 * Read the cookie into viewer.keys, newest first; one with a wrong signature
 * is no cookie. After request_read_browser().
 */
void opened_read(struct request *request);

/* This booking's reference or ticket's code is open to the browser. */
void opened_add(struct request *request, const char *name);

#endif
