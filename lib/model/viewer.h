/*
 * Viewer: who asks. Every query for something that belongs to somebody takes
 * one, so that no page can forget whose data it may show.
 *
 * A booking belongs to the browser that made it (the signed cookie's random
 * id, see web/request.h), to the account it was made with, to whoever
 * followed a link that was mailed about it (keys), and to the staff of its
 * event.
 */
#ifndef MODEL_VIEWER_H
#define MODEL_VIEWER_H

#include <stdint.h>

/* Roles, each with the rights of those before it. */
enum role {
	ROLE_VISITOR, /* nobody has signed in */
	ROLE_USER,
	ROLE_DOOR,
	ROLE_ORGANISER,
	ROLE_ADMIN,
};

struct viewer {
	enum role role;      /* what they may do */
	int64_t user_id;     /* the account, or 0 */
	int64_t session_id;  /* the session they are signed in with, or 0 */
	const char *browser; /* the browser's id, or "" without a cookie */
	/*
	 * References of bookings and codes of tickets that mailed links have
	 * opened to this browser, with blanks between; NULL or "" none.
	 */
	const char *keys;
};

#endif
