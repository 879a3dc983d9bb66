/*
 * Who has a ticket: a list to search in, and to print with boxes to tick.
 */
#include "door.h"

#include "base/clock.h"
#include "base/text.h"
#include "base/token.h"
#include "booking/event.h"
#include "store/scan_store.h"
#include "web/present.h"
#include <string.h>

enum {
	LINES_MOST = 5000
};

static const struct form_field fields[] = {
    {.name = "q", .label = "Name, code or booking", .type = "search"},
    {.name = "letter", .label = "Letter", .has_no_input = true},
};

/* "All" and the letters that names begin with. */
static struct nav_link_list make_letters(struct arena *arena,
    const struct event *event, const char *letters, const char *current)
{
	struct nav_link *links =
	    arena_array(arena, text_length(letters) + 1, sizeof(*links));
	size_t count = 0, size;

	links[count++] = (struct nav_link){
	    .text = "All",
	    .url = door_url(arena, event, "/list"),
	    .is_current = !*current,
	};
	for (; *letters; letters += size) {
		const char *letter;

		size = text_character_size(letters);
		letter = arena_copy_bytes(arena, letters, size);
		links[count++] = (struct nav_link){
		    .text = letter,
		    .url = url_local(
			arena, "/door/{}/list?letter={}", event->slug, letter),
		    .is_current = text_equal(letter, current),
		};
	}
	return (struct nav_link_list){.items = links, .count = count};
}

/* May the door's rule let it in now, as far as a list can tell? */
static bool can_enter(
    const struct event *event, const struct door_ticket *ticket)
{
	switch (event->door_rule) {
	case DOOR_REENTRY:
		return !ticket->is_inside;
	case DOOR_DAILY:
		return ticket->last_in_at <
		    clock_day_start(clock_now(), event->timezone);
	case DOOR_ONCE:
	default:
		return !ticket->check_in_at;
	}
}

static struct door_line_list make_lines(struct arena *arena,
    const struct event *event, const struct door_ticket_list *list)
{
	size_t count = list->count < LINES_MOST ? list->count : LINES_MOST;
	struct door_line *lines = arena_array(arena, count, sizeof(*lines));

	for (size_t i = 0; i < count; i++) {
		const struct door_ticket *ticket = &list->items[i];

		lines[i] = (struct door_line){
		    .name = ticket->holder_name,
		    .tier = ticket->tier_name,
		    .seat = ticket->seat,
		    .code = ticket->code,
		    .reference = ticket->reference,
		    .has_come = ticket->check_in_at != 0,
		    .came_at =
			present_when(event, ticket->check_in_at, WHEN_TIME),
		    .can_enter = can_enter(event, ticket),
		};
	}
	return (struct door_line_list){.items = lines, .count = count};
}

struct error *door_show_list(struct request *request)
{
	const struct shop *shop = &request->shop;
	struct arena *arena = shop->arena;
	struct door_ticket_list list;
	struct door_list_view view;
	const char *letters, *letter;
	struct event event;
	struct scan last;
	struct form form;

	TRY(door_find_event(request, &event));
	form_read(&form, arena, fields, COUNT_OF(fields), &request->query);
	letter = text_fold(arena, form_value(&form, "letter"));
	TRY(door_list(
	    shop, &event, form_value(&form, "q"), letter, &list, &letters));
	TRY(scan_store_last_of(
	    shop->db, arena, event.id, request->viewer.user_id, &last));
	view = (struct door_list_view){
	    .page = page_staff_frame(request,
		arena_format(arena, "List of the door - %s", event.title)),
	    .title = event.title,
	    .starts = present_when(&event, event.starts_at, WHEN_SHORT),
	    .place = event_place(&event),
	    .q = form_field(&form, "q"),
	    .letters = make_letters(arena, &event, letters, letter),
	    .lines = make_lines(arena, &event, &list),
	    .as_of = present_when(&event, clock_now(), WHEN_SHORT),
	    .is_cut = list.count > LINES_MOST,
	    .location = last.id ? last.location : "",
	    .secret = page_secret(request, SECRET_CREATES),
	    .door_url = door_url(arena, &event, ""),
	    .scan_url = door_url(arena, &event, "/scan"),
	    .list_url = door_url(arena, &event, "/list"),
	};
	view.page.is_plain = true;
	view_door_list(&request->response.body, &view);
	return NULL;
}
