/*
 * Telling bookers what has changed of an event (R45, R76).
 */
#include "admin_event.h"

#include "base/clock.h"
#include "base/text.h"
#include "booking/event_tell.h"
#include <inttypes.h>

static const struct form_field fields[] = {
    {.name = "refund_until",
	.label = "All money back until",
	.hint = "Who cannot come any more may give tickets back until then. "
		"Empty: only as the event's rule says.",
	.type = "datetime-local"},
};

static struct mail_change_list make_changes(
    struct arena *arena, const struct fact_change_list *list)
{
	struct mail_change *changes =
	    arena_array(arena, list->count, sizeof(*changes));

	for (size_t i = 0; i < list->count; i++)
		changes[i] = (struct mail_change){
		    .label = list->items[i].label,
		    .before = list->items[i].before,
		    .after = list->items[i].after,
		};
	return (struct mail_change_list){
	    .items = changes, .count = list->count};
}

static const char *lead(struct arena *arena, const struct event_tell *tell)
{
	if (tell->changes.count == 0)
		return "There is nothing to tell.";
	if (tell->bookings == 1)
		return "The change is saved. One booking gets a mail. Unless you decide before, it "
		       "leaves an hour after the change.";
	return arena_format(arena,
	    "The change is saved. %" PRId64
	    " bookings get a mail each. Unless you decide before, "
	    "they leave an hour after the change.",
	    tell->bookings);
}

static struct error *show(struct request *request, const struct event *event,
    const struct form *form, const struct error *error)
{
	struct arena *arena = request->shop.arena;
	struct staff_tell_view view;
	struct event_tell tell;

	TRY(event_tell_look(&request->shop, event, &tell));
	view = (struct staff_tell_view){
	    .page = staff_page(request,
		arena_format(arena, "Tell bookers - %s", event->title),
		STAFF_EVENTS),
	    .box = page_problems(request, form, error),
	    .secret = page_secret(request, SECRET_PLAIN),
	    .event = event->title,
	    .lead = lead(arena, &tell),
	    .changes = make_changes(arena, &tell.changes),
	    .is_moved = tell.is_moved,
	    .refund_until = form_field(form, "refund_until"),
	    .action = url_local(arena, "/admin/events/{}/tell", event->slug),
	    .drop =
		url_local(arena, "/admin/events/{}/tell/nobody", event->slug),
	    .back = url_local(arena, "/admin/events/{}", event->slug),
	};
	view.page.has_error = view.box.is_shown;
	view_staff_tell(&request->response.body, &view);
	return NULL;
}

struct error *staff_show_tell(struct request *request)
{
	struct arena *arena = request->shop.arena;
	struct event event;
	struct form form;
	int64_t until;

	TRY(staff_event(request, &event));
	form_start(&form, arena, fields, COUNT_OF(fields));
	until = event_tell_refund_until(&event, clock_now());
	if (until)
		form_set(&form, "refund_until",
		    staff_wall_text(arena, &event, until));
	return show(request, &event, &form, NULL);
}

static int64_t read_until(struct form *form, const char *zone)
{
	const char *text = form_value(form, "refund_until");
	struct wall_time wall;

	if (!*text)
		return 0;
	if (!clock_parse_minute(text, &wall))
		return clock_from_wall(wall, zone);
	form_fail(form, "refund_until",
	    "The end of refunds must be a date and a time like 2026-11-28 "
	    "19:30");
	return 0;
}

struct error *staff_tell(struct request *request)
{
	struct error *error = NULL;
	struct event event;
	struct form form;
	int64_t until;

	TRY(staff_event(request, &event));
	form_read(&form, request->shop.arena, fields, COUNT_OF(fields),
	    &request->form);
	until = read_until(&form, event.timezone);
	if (form_is_right(&form))
		error = event_tell_do(
		    &request->shop, &request->viewer, event.slug, until);
	if (!error && form_is_right(&form)) {
		edit_go(request, event.slug, "tell");
		return NULL;
	}
	request->response.status = 400;
	if (error && !page_take_error(request, &form, error))
		return error;
	return show(request, &event, &form, error);
}

struct error *staff_drop_tell(struct request *request)
{
	TRY(event_tell_drop(
	    &request->shop, &request->viewer, request_param(request, "event")));
	edit_go(request, request_param(request, "event"), "nobody");
	return NULL;
}
