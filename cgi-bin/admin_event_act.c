/*
 * Buttons that do one thing to an event: publish, cancel, delete ...
 */
#include "admin_event.h"

#include "base/text.h"
#include "booking/event_cancel.h"
#include "web/once.h"
#include <inttypes.h>

static const char *slug_of(const struct request *request)
{
	return request_param(request, "event");
}

/* A refusal is shown on the event's own page. */
static struct error *finish(
    struct request *request, struct error *error, const char *done)
{
	if (!error) {
		edit_go(request, slug_of(request), done);
		return NULL;
	}
	if (!error_is(error, STATE_ERROR))
		return error;
	page_set_status(request, error);
	return edit_show_saved(request, error);
}

struct error *staff_publish(struct request *request)
{
	return finish(request,
	    event_publish(&request->shop, &request->viewer, slug_of(request)),
	    "publish");
}

struct error *staff_unpublish(struct request *request)
{
	return finish(request,
	    event_unpublish(&request->shop, &request->viewer, slug_of(request)),
	    "unpublish");
}

struct error *staff_complete(struct request *request)
{
	return finish(request,
	    event_complete(&request->shop, &request->viewer, slug_of(request)),
	    "complete");
}

struct error *staff_duplicate(struct request *request)
{
	const char *copy;

	TRY(event_duplicate(&request->shop, &request->viewer, slug_of(request),
	    once_form_key(request, "copy"), &copy));
	edit_go(request, copy, "duplicate");
	return NULL;
}

/* ---- what cannot be undone: a page asks, its button does it ---- */

static struct error *ask(struct request *request, const char *heading,
    const char *lead, const char *button, const char *pattern)
{
	struct arena *arena = request->shop.arena;
	const struct staff_ask_view view = {
	    .page = staff_page(request, heading, STAFF_EVENTS),
	    .secret = page_secret(request, SECRET_PLAIN),
	    .heading = heading,
	    .lead = lead,
	    .button = button,
	    .action = url_local(arena, pattern, slug_of(request)),
	    .back = url_local(arena, "/admin/events/{}", slug_of(request)),
	};

	view_staff_ask(&request->response.body, &view);
	return NULL;
}

struct error *staff_ask_cancel(struct request *request)
{
	struct arena *arena = request->shop.arena;
	struct event event;
	int64_t bookings;

	TRY(staff_event(request, &event));
	TRY(event_count_confirmed(&request->shop, event.id, &bookings));
	return ask(request, arena_format(arena, "Cancel %s?", event.title),
	    arena_format(arena,
		"It sells nothing from then on. Bookings that are refunded in "
		"full and told by mail: %" PRId64 ". This cannot be undone.",
		bookings),
	    "Yes, cancel the event", "/admin/events/{}/cancel");
}

struct error *staff_cancel_event(struct request *request)
{
	return finish(request,
	    event_cancel(&request->shop, &request->viewer, slug_of(request)),
	    "cancel");
}

struct error *staff_ask_delete(struct request *request)
{
	struct event event;

	TRY(staff_event(request, &event));
	return ask(request,
	    arena_format(request->shop.arena, "Delete %s?", event.title),
	    "It is gone then, with its ticket types and seats.",
	    "Yes, delete the event", "/admin/events/{}/delete");
}

struct error *staff_delete(struct request *request)
{
	struct error *error =
	    event_delete(&request->shop, &request->viewer, slug_of(request));

	if (error)
		return finish(request, error, "");
	request_redirect(
	    request, url_local(request->shop.arena, "/admin/events"));
	return NULL;
}
