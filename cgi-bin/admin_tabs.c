/*
 * What the pages of one event share.
 */
#include "admin.h"

#include "booking/event.h"
#include "web/present.h"

struct tab {
	enum staff_tab id;
	const char *text;
	const char *pattern; /* of its path */
};

static const struct tab tabs[] = {
    {STAFF_TAB_EDIT, "Edit", "/admin/events/{}"},
    {STAFF_TAB_SELL, "Box office", "/admin/events/{}/sell"},
    {STAFF_TAB_TICKETS, "Tickets", "/admin/events/{}/tickets"},
    {STAFF_TAB_SEATS, "Seats", "/admin/events/{}/seats"},
    {STAFF_TAB_QUEUE, "Waiting list", "/admin/events/{}/queue"},
    {STAFF_TAB_REPORT, "Report", "/admin/reports/{}"},
    {STAFF_TAB_DOOR, "Door", "/door/{}"},
};

struct staff_tabs_view staff_tabs(
    struct request *request, const struct event *event, enum staff_tab current)
{
	struct arena *arena = request->shop.arena;
	struct nav_link *links =
	    arena_array(arena, COUNT_OF(tabs), sizeof(*links));
	size_t count = 0;

	for (size_t i = 0; i < COUNT_OF(tabs); i++)
		if (tabs[i].id != STAFF_TAB_SEATS ||
		    event->seating == SEATING_RESERVED)
			links[count++] = (struct nav_link){
			    .text = tabs[i].text,
			    .url =
				url_local(arena, tabs[i].pattern, event->slug),
			    .is_current = tabs[i].id == current,
			};
	return (struct staff_tabs_view){
	    .title = event->title,
	    .event = url_local(arena, "/admin/events/{}", event->slug),
	    .starts = present_when(event, event->starts_at, WHEN_SHORT),
	    .place = event_place(event),
	    .tabs = {.items = links, .count = count},
	};
}
