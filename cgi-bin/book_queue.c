/*
 * The waiting list (R16, R55): join, and see one's place in line.
 */
#include "book.h"

#include "base/clock.h"
#include "base/text.h"
#include "booking/event.h"
#include "booking/queue.h"
#include "store/event_store.h"
#include "store/queue_store.h"
#include "web/page.h"
#include "web/present.h"
#include <inttypes.h>

static struct error *find_event(
    struct request *request, struct event *event)
{
	return event_store_find(request->shop.db, request->shop.arena,
	    request_param(request, "event"), EVENTS_PUBLIC, clock_now(),
	    event);
}

static struct queue_view make_view(
    struct request *request, const struct event *event)
{
	struct arena *arena = request->shop.arena;

	return (struct queue_view){
	    .page = page_frame(request,
		arena_format(arena, "Waiting list - %s", event->title)),
	    .title = event->title,
	    .picture = present_picture(arena, event),
	    .starts = present_when(event, event->starts_at, WHEN_LONG),
	    .place = event_place(event),
	    .event = present_event_url(arena, event),
	    .action = url_local(arena, "/book/{}/queue", event->slug),
	};
}

static struct error *show(struct request *request, const struct form *form,
    const struct error *error)
{
	struct event event;
	struct queue_view view;

	TRY(find_event(request, &event));
	view = make_view(request, &event);
	view.box = page_problems(request, form, error);
	view.page.has_error = view.box.is_shown;
	view.secret = page_secret(request, SECRET_CREATES);
	view.name = form_field(form, "name");
	view.email = form_field(form, "email");
	view.quantity = form_field(form, "quantity");
	view.tier = book_tier_field(request, form, &event, CHOOSE_CLASS);
	view.is_open = queue_is_open(&event, clock_now(), &view.closed_why);
	view_queue(&request->response.body, &view);
	return NULL;
}

struct error *book_show_queue(struct request *request)
{
	struct form form;

	book_start_form(request, &form);
	return show(request, &form, NULL);
}

struct error *book_join_queue(struct request *request)
{
	struct order order;
	struct queue_entry entry;
	struct error *error;
	struct form form;

	book_read_form(request, &form);
	book_read_order(request, &form, &order);
	if (!form_is_right(&form)) {
		request->response.status = 400;
		return show(request, &form, NULL);
	}
	error = queue_join(&request->shop, &order, &entry);
	if (!error) {
		request_redirect(request,
		    url_local(request->shop.arena, "/book/{}/queue/{}",
			order.event, entry.key));
		return NULL;
	}
	if (!page_can_show(error))
		return error;
	form_take_error(&form, error);
	page_set_status(request, error);
	return show(request, &form, error);
}

struct error *book_show_entry(struct request *request)
{
	struct arena *arena = request->shop.arena;
	struct event event;
	struct queue_entry entry;
	struct queue_view view;

	TRY(find_event(request, &event));
	TRY(queue_store_find(request->shop.db, arena, event.id,
	    request_param(request, "key"), &entry));
	view = make_view(request, &event);
	view.has_joined = entry.position > 0;
	view.position = arena_format(arena, "%" PRId64, entry.position);
	view.class_name = entry.tier_name;
	view.closed_why = "This entry is not waiting any more.";
	view_queue(&request->response.body, &view);
	return NULL;
}
