/*
 * door: who comes in (R41, R42, B7), for those who work at an event's door.
 */
#include "door.h"

#include "base/clock.h"
#include "booking/event.h"
#include "programs.h"
#include "store/event_store.h"
#include "web/present.h"

enum {
	EVENTS_MOST = 50
};

struct error *door_find_event(struct request *request, struct event *event)
{
	return event_store_find_door(request->shop.db, request->shop.arena,
	    request_param(request, "event"), &request->viewer, clock_now(),
	    event);
}

struct url door_url(
    struct arena *arena, const struct event *event, const char *part)
{
	return (struct url){arena_format(arena, "%s%s",
	    url_local(arena, "/door/{}", event->slug).text, part)};
}

const char *door_state_words(const struct event *event)
{
	if (event->status == EVENT_CANCELLED)
		return "Cancelled";
	return event->status == EVENT_DRAFT ? "Not published yet" : "";
}

/* The events that somebody works at, the next first. */
static struct error *show_events(struct request *request)
{
	const struct managed_filter filter = {
	    .text = "", .time = MANAGED_COMING, .limit = EVENTS_MOST};
	struct arena *arena = request->shop.arena;
	struct door_events_view view = {
	    .page = page_staff_frame(request, "Doors")};
	struct staff_event_view *events;
	int64_t now = clock_now();
	struct event_list list;

	TRY(event_store_list_managed(
	    request->shop.db, arena, &request->viewer, &filter, now, &list));
	events = arena_array(arena, list.count, sizeof(*events));
	for (size_t i = 0; i < list.count; i++) {
		const char *state = door_state_words(&list.items[i]);

		events[i] = (struct staff_event_view){
		    .title = list.items[i].title,
		    .url = url_local(arena, "/door/{}", list.items[i].slug),
		    .starts = present_when(
			&list.items[i], list.items[i].starts_at, WHEN_LONG),
		    .place = event_place(&list.items[i]),
		    .note = *state ? state
				   : present_doors(arena, &list.items[i], now),
		};
	}
	view.events =
	    (struct staff_event_list){.items = events, .count = list.count};
	view_door_events(&request->response.body, &view);
	return NULL;
}

static const struct route routes[] = {
    {METHOD_GET, "/door", show_events, ACCESS_DOOR, OWNER_VIEWER},
    {METHOD_GET, "/door/{event}", door_show, ACCESS_DOOR, OWNER_VIEWER},
    {METHOD_POST, "/door/{event}/scan", door_take_scan, ACCESS_DOOR,
	OWNER_VIEWER},
    {METHOD_POST, "/door/{event}/undo", door_take_back, ACCESS_DOOR,
	OWNER_VIEWER},
    {METHOD_GET, "/door/{event}/list", door_show_list, ACCESS_DOOR,
	OWNER_VIEWER},
    {METHOD_GET, "/door/{event}/hand-in", door_show_hand_in, ACCESS_DOOR,
	OWNER_VIEWER},
    {METHOD_POST, "/door/{event}/hand-in", door_take_file, ACCESS_DOOR,
	OWNER_VIEWER, .body = BODY_FILE},
    {METHOD_POST, "/door/{event}/merge", door_take_json, ACCESS_DOOR,
	OWNER_VIEWER, CSRF_NONE, BODY_JSON},
    {METHOD_GET, "/door/{event}/offline", door_show_offline, ACCESS_DOOR,
	OWNER_VIEWER},
    {METHOD_GET, "/door/{event}/offline.json", door_send_data, ACCESS_DOOR,
	OWNER_VIEWER},
};

const struct program door_program = {
    .name = "door",
    .face = &page_face,
    .routes = routes,
    .route_count = COUNT_OF(routes),
};
