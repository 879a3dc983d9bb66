/*
 * Where somebody is signed in, and signing out there.
 */
#include "account.h"

#include "account/session.h"
#include "base/clock.h"
#include "base/text.h"
#include "web/present.h"
#include "web/sign_in.h"

static const struct notice notices[] = {
    {"ended", "Signed out there."},
};

static struct session_view make_view(
    const struct request *request, const struct session *session)
{
	const struct config *config = request->shop.config;

	return (struct session_view){
	    .id = session->id,
	    .device = *session->device ? session->device : "A browser",
	    .address = session->address,
	    .created =
		present_site_when(config, session->created_at, WHEN_SHORT),
	    .seen = present_site_when(config, session->seen_at, WHEN_SHORT),
	    .is_current = session->is_current,
	};
}

struct error *my_show_sessions(struct request *request)
{
	const struct shop *shop = &request->shop;
	struct account_sessions_view view = {
	    .page = page_frame(request, "Your sessions"),
	    .secret = page_secret(request, SECRET_PLAIN),
	    .notice = page_notice(request, notices, COUNT_OF(notices)),
	};
	struct session_list sessions;
	struct session_view *views;

	TRY(session_list(shop, &request->viewer, &sessions));
	views = arena_array(shop->arena, sessions.count, sizeof(*views));
	for (size_t i = 0; i < sessions.count; i++)
		views[i] = make_view(request, &sessions.items[i]);
	view.sessions =
	    (struct session_view_list){.items = views, .count = sessions.count};
	view.has_others = sessions.count > 1;
	view.page.on_account = true;
	view_account_sessions(&request->response.body, &view);
	return NULL;
}

/* `session` is an id, or "others". */
struct error *my_end_session(struct request *request)
{
	const struct shop *shop = &request->shop;
	const char *which = request_form(request, "session");
	int64_t id;

	if (text_equal(which, "others")) {
		TRY(session_end_others(shop, &request->viewer));
		my_go(request, "/account/sessions?done=ended");
		return NULL;
	}
	if (text_number(which, &id) != NUMBER_OK)
		return fail(NOT_FOUND_ERROR, "Session not found");
	if (id == request->viewer.session_id) {
		TRY(sign_in_end(request));
		my_go(request, "/account/done/logout");
		return NULL;
	}
	TRY(session_end_one(shop, &request->viewer, id));
	my_go(request, "/account/sessions?done=ended");
	return NULL;
}
