/*
 * The events that somebody runs.
 */
#include "admin.h"

#include "base/clock.h"
#include "base/text.h"
#include "booking/event.h"
#include "store/event_store.h"
#include "store/queue_store.h"
#include "web/present.h"

enum {
	PAGE_SIZE = 50
};

static const struct form_field fields[] = {
    {.name = "q", .label = "Search", .type = "search"},
    {.name = "time", .label = "When"},
    {.name = "page", .label = "Page", .has_no_input = true},
};

static const struct option times[] = {
    {.value = "", .label = "Coming up"},
    {.value = "past", .label = "Past"},
    {.value = "all", .label = "All"},
};

/* ---- one event ---- */

const char *staff_event_state(
    const struct event *event, int64_t now, const char **badge)
{
	enum sale_state state = event_sale_state(event, now);

	*badge = "off";
	if (event->status == EVENT_DRAFT)
		return "Draft";
	if (state == SALE_CANCELLED) {
		*badge = "bad";
		return "Cancelled";
	}
	if (state == SALE_COMPLETED || state == SALE_ENDED)
		return "Over";
	if (state == SALE_NOT_YET)
		return "Not on sale yet";
	if (state == SALE_CLOSED)
		return "Booking closed";
	*badge = event_is_sold_out(event) ? "low" : "good";
	return event_is_sold_out(event) ? "Sold out" : "On sale";
}

static struct error *make_event(struct request *request,
    const struct event *event, int64_t now, struct staff_event_view *view)
{
	struct arena *arena = request->shop.arena;

	*view = (struct staff_event_view){
	    .title = event->title,
	    .url = url_local(arena, "/admin/events/{}", event->slug),
	    .starts = present_when(event, event->starts_at, WHEN_SHORT),
	    .place = event_place(event),
	};
	view->status = staff_event_state(event, now, &view->badge);
	TRY(queue_store_wanted(
	    request->shop.db, arena, event->id, 0, &view->waiting));
	for (size_t i = 0; i < event->tiers.count; i++) {
		const struct tier *tier = &event->tiers.items[i];
		int64_t wanted;

		view->sold += tier->sold;
		view->capacity += tier->capacity;
		view->is_unlimited |= tier->is_unlimited;
		view->held += tier->held;
		TRY(queue_store_wanted(
		    request->shop.db, arena, event->id, tier->id, &wanted));
		view->waiting += wanted;
	}
	return NULL;
}

/* ---- the list ---- */

static enum managed_time chosen_time(const struct form *form)
{
	const char *time = form_value(form, "time");

	if (text_equal(time, "past"))
		return MANAGED_PAST;
	return *time ? MANAGED_ANY_TIME : MANAGED_COMING;
}

static struct error *read_filter(
    const struct form *form, struct managed_filter *filter)
{
	int64_t number = 1;

	TRY(staff_check_choice(form, "time", times, COUNT_OF(times)));
	*filter = (struct managed_filter){
	    .text = form_value(form, "q"),
	    .time = chosen_time(form),
	    .limit = PAGE_SIZE + 1, /* one more tells whether there is more */
	};
	TRY(staff_read_page(form_value(form, "page"), &number));
	filter->offset = (number - 1) * PAGE_SIZE;
	return NULL;
}

struct error *staff_show_events(struct request *request)
{
	struct arena *arena = request->shop.arena;
	struct staff_event_view *events;
	struct managed_filter filter;
	struct staff_events_view view;
	int64_t now = clock_now();
	struct event_list list;
	struct form form;

	form_read(&form, arena, fields, COUNT_OF(fields), &request->query);
	TRY(read_filter(&form, &filter));
	TRY(event_store_list_managed(
	    request->shop.db, arena, &request->viewer, &filter, now, &list));
	view = (struct staff_events_view){
	    .page = staff_page(request, "Events", STAFF_EVENTS),
	    .q = form_field(&form, "q"),
	    .time = staff_select(&form, "time", times, COUNT_OF(times)),
	    .is_filtered =
		*filter.text || filter.time != MANAGED_COMING || filter.offset,
	    .can_create = true,
	};
	view.pages = staff_turn_pages(&form, url_local(arena, "/admin/events"),
	    filter.offset, PAGE_SIZE, &list.count);
	events = arena_array(arena, list.count, sizeof(*events));
	for (size_t i = 0; i < list.count; i++)
		TRY(make_event(request, &list.items[i], now, &events[i]));
	view.events =
	    (struct staff_event_list){.items = events, .count = list.count};
	view_staff_events(&request->response.body, &view);
	return NULL;
}
