#include "web/sign_in.h"

#include "account/session.h"
#include "base/clock.h"

#define SESSION_COOKIE "campuspass-session"

enum {
	REMEMBERED_DAYS = 90 /* the longest that a session lasts */
};

struct error *sign_in_read(struct request *request)
{
	const char *secret = request_cookie(request, SESSION_COOKIE);

	if (!*secret)
		return NULL;
	TRY(session_find(&request->shop, secret, &request->viewer));
	if (request->viewer.session_id)
		request->session_secret = secret;
	return NULL;
}

struct error *sign_in_begin(
    struct request *request, const struct user *user, bool is_remembered)
{
	const struct session_place place = {
	    .browser = request_need_browser(request),
	    .user_agent = request_variable(request, "HTTP_USER_AGENT"),
	    .address = request->remote,
	    .is_remembered = is_remembered,
	    .ends = request->viewer.session_id ? &request->viewer : NULL,
	};
	const char *secret;

	TRY(session_begin(&request->shop, user, &place, &secret));
	request_set_cookie(request, SESSION_COOKIE, secret,
	    is_remembered ? REMEMBERED_DAYS * DAY : COOKIE_VISIT);
	return NULL;
}

struct error *sign_in_end(struct request *request)
{
	if (request->viewer.session_id)
		TRY(session_end(&request->shop, &request->viewer));
	sign_in_forget(request);
	return NULL;
}

void sign_in_forget(struct request *request)
{
	request_renew_browser(request);
	/* Last: curl forgets one cookie an answer, the last. */
	request_set_cookie(request, SESSION_COOKIE, "", COOKIE_FORGET);
}
