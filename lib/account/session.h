/*
 * Session: somebody signed in, in one browser.
 *
 * The cookie holds a 128-bit secret; the database holds its hash. A new one
 * is made at each login and when rights change, so a planted one is worth
 * nothing.
 *
 * One browser has one session: signing in again ends the one before.
 *
 * It ends by logout, a changed password, after being idle and at an absolute
 * end: staff after 30 minutes and 12 hours; users after 12 hours and 12
 * hours, remembered ones after 30 and 90 days. "Seen" is written at most
 * every five minutes. What is over is removed by a chore (booking/chores.c).
 */
#ifndef ACCOUNT_SESSION_H
#define ACCOUNT_SESSION_H

#include "base/error.h"
#include "booking/shop.h"
#include "model/user.h"

/* Where somebody signs in from. */
struct session_place {
	const char *browser;       /* id of its signed cookie */
	const char *user_agent;    /* as the header has it */
	const char *address;       /* IP */
	bool is_remembered;        /* "remember me" */
	const struct viewer *ends; /* whose session ends with it; NULL: none */
};

/* Sign a user in: *secret goes into the cookie, once. */
MUST_CHECK struct error *session_begin(const struct shop *shop,
    const struct user *user, const struct session_place *place,
    const char **secret);

/*
 * Who holds this secret? Sets role, user_id and session_id of the viewer;
 * leaves it a visitor when the session is unknown, over, or its user
 * disabled. A read; "seen" is written at most every five minutes.
 */
MUST_CHECK struct error *session_find(
    const struct shop *shop, const char *secret, struct viewer *viewer);

/* Log out. */
MUST_CHECK struct error *session_end(
    const struct shop *shop, const struct viewer *viewer);

/* One of the viewer's own sessions; NOT_FOUND_ERROR. */
MUST_CHECK struct error *session_end_one(
    const struct shop *shop, const struct viewer *viewer, int64_t session_id);

/* All of the viewer's but the one that asks, and what programs have. */
MUST_CHECK struct error *session_end_others(
    const struct shop *shop, const struct viewer *viewer);

/* The viewer's live sessions, the latest first. */
MUST_CHECK struct error *session_list(const struct shop *shop,
    const struct viewer *viewer, struct session_list *list);

#endif
