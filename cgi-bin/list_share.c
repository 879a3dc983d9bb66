/*
 * Sharing an event with a friend by mail (R46), and wanting no such mails.
 */
#include "list.h"

#include "account/account.h"
#include "base/clock.h"
#include "base/text.h"
#include "booking/event.h"
#include "booking/refusal.h"
#include "booking/share.h"
#include "store/user_store.h"
#include "web/pace.h"
#include "web/page.h"
#include "web/present.h"

static const struct form_field fields[] = {
    {.name = "friend_email",
	.label = "Your friend's email address",
	.hint = "We send one mail and do not keep the address.",
	.type = "email",
	.autocomplete = "off",
	.inputmode = "email",
	.missing = "Enter your friend's email address",
	.longest = EMAIL_LONGEST},
    {.name = "message",
	.label = "A few words from you",
	.hint = "Up to 500 characters, without web addresses.",
	.type = "textarea",
	.longest = SHARE_LENGTH},
};

static struct error *find_event(struct request *request, struct event *event)
{
	TRY(request_event(request, event));
	return share_check(event, clock_now());
}

/* "Ada Lovelace", "ada": the name of whoever has signed in; else "". */
static struct error *find_sender(
    const struct request *request, const char **name)
{
	struct arena *arena = request->shop.arena;
	struct user user;

	*name = "";
	if (request->viewer.user_id == 0)
		return NULL;
	TRY(user_store_find(
	    request->shop.db, arena, request->viewer.user_id, &user));
	if (user.id == 0)
		return NULL;
	*name = account_name(arena, &user);
	return NULL;
}

static struct error *show(struct request *request, const struct event *event,
    const struct form *form, const struct error *error)
{
	struct arena *arena = request->shop.arena;
	struct share_view view = {
	    .page = page_frame(
		request, arena_format(arena, "Share - %s", event->title)),
	    .box = page_problems(request, form, error),
	    .secret = page_secret(request, SECRET_PLAIN),
	    .event = event->title,
	    .starts = present_when(event, event->starts_at, WHEN_LONG),
	    .place = event_place(event),
	    .friend_email = form_field(form, "friend_email"),
	    .message = form_field(form, "message"),
	    .action = url_local(arena, "/events/{}/share", event->slug),
	    .back = present_event_url(arena, event),
	};

	TRY(find_sender(request, &view.sender));
	view.page.has_error = view.box.is_shown;
	view_share(&request->response.body, &view);
	return NULL;
}

struct error *list_show_share(struct request *request)
{
	struct event event;
	struct form form;

	TRY(find_event(request, &event));
	form_start(&form, request->shop.arena, fields, COUNT_OF(fields));
	return show(request, &event, &form, NULL);
}

static struct error *send(
    struct request *request, const struct event *event, const struct form *form)
{
	struct share share = {
	    .friend_email = form_value(form, "friend_email"),
	    .message = form_value(form, "message"),
	};

	TRY(find_sender(request, &share.sender));
	TRY(pace_take_mail(request));
	return share_event(&request->shop, event, &share);
}

struct error *list_share(struct request *request)
{
	struct error *error;
	struct event event;
	struct form form;

	TRY(find_event(request, &event));
	form_read(&form, request->shop.arena, fields, COUNT_OF(fields),
	    &request->form);
	if (!form_is_right(&form)) {
		request->response.status = 400;
		return show(request, &event, &form, NULL);
	}
	error = send(request, &event, &form);
	if (!error) {
		request_redirect(request,
		    url_local(request->shop.arena, "/events/{}/share/sent",
			event.slug));
		return NULL;
	}
	if (!page_take_error(request, &form, error))
		return error;
	return show(request, &event, &form, error);
}

static struct error *say(struct request *request, const char *title,
    const char *lead, struct link link)
{
	const struct message_view view = {
	    .page = page_frame(request, title),
	    .lead = lead,
	    .links = {.items = &link, .count = 1},
	};

	view_message(&request->response.body, &view);
	return NULL;
}

/* The same whether a mail was made or not: see booking/share.h. */
struct error *list_show_shared(struct request *request)
{
	struct event event;

	TRY(find_event(request, &event));
	return say(request, "Thank you for sharing",
	    "The mail goes to your friend, unless they want no such mails or "
	    "had this one today.",
	    (struct link){.text = event.title,
		.url = present_event_url(request->shop.arena, &event)});
}

/* ---- no such mails ---- */

struct error *list_show_stop(struct request *request)
{
	struct stop_mails_view view = {
	    .page = page_frame(request, "No more such mails"),
	    .action = url_inside(request->shop.arena, request->path),
	};

	view_stop_mails(&request->response.body, &view);
	return NULL;
}

/*
 * Mail programs post this for their user, without a cookie, and follow no
 * redirect (RFC 8058, 3.1). Once more changes nothing.
 */
struct error *list_stop(struct request *request)
{
	TRY(refusal_add(&request->shop, request_param(request, "token")));
	return say(request, "No more such mails",
	    "This address gets no more mails that somebody shares and none "
	    "about coming events. Mails about your own bookings still come.",
	    (struct link){.text = "All events", .url = {"/"}});
}
