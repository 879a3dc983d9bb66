/*
 * Sign in: the session's cookie. What a session is, and how it ends, is
 * account/session.h's.
 */
#ifndef WEB_SIGN_IN_H
#define WEB_SIGN_IN_H

#include "model/user.h"
#include "web/request.h"

/*
 * Who holds the cookie? Sets the viewer and session_secret. Asks the
 * database only when there is a cookie.
 */
MUST_CHECK struct error *sign_in_read(struct request *request);

/*
 * Sign somebody in: end the session so far, begin another, set its cookie. A
 * remembered one outlives the browser.
 */
MUST_CHECK struct error *sign_in_begin(
    struct request *request, const struct user *user, bool is_remembered);

/*
 * Log out. The browser also gets another id: whoever sits down here next
 * does not see what was booked.
 */
MUST_CHECK struct error *sign_in_end(struct request *request);

/* The same for a session that is over already; no other cookie after it. */
void sign_in_forget(struct request *request);

#endif
