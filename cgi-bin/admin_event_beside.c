/*
 * What stands beside an event's form: the map of its seats before they are
 * saved, what can be done with the event, what another editor saved.
 */
#include "admin_event.h"

#include "base/clock.h"
#include "base/text.h"
#include "booking/event_cancel.h"
#include "booking/event_tell.h"
#include "web/present.h"
#include "web/seat_map.h"
#include <inttypes.h>

/* ---- the map before it is saved ---- */

static struct planned_seat_view make_seat(struct arena *arena,
    const struct event *event, const struct planned_seat *seat)
{
	return (struct planned_seat_view){
	    .number = arena_format(arena, "%" PRId64, seat->number),
	    .mark = seat_map_mark(arena, seat->tier),
	    .words = arena_format(arena, "%s%" PRId64 ", %s%s", seat->row,
		seat->number, event->tiers.items[seat->tier].name,
		seat->is_accessible ? ", accessible" : ""),
	    .is_accessible = seat->is_accessible,
	};
}

static struct planned_row_list make_rows(
    struct arena *arena, const struct event_wish *wish)
{
	const struct seat_plan *plan = &wish->seats;
	struct planned_row_view *rows =
	    arena_array(arena, plan->count, sizeof(*rows));
	struct planned_seat_view *views =
	    arena_array(arena, plan->count, sizeof(*views));
	size_t count = 0;

	for (size_t i = 0; i < plan->count; i++) {
		const struct planned_seat *seat = &plan->items[i];

		if (count == 0 || !text_equal(rows[count - 1].name, seat->row))
			rows[count++] = (struct planned_row_view){
			    .name = seat->row, .seats = {.items = &views[i]}};
		views[i] = make_seat(arena, &wish->event, seat);
		rows[count - 1].seats.count++;
	}
	return (struct planned_row_list){.items = rows, .count = count};
}

struct staff_plan_view edit_plan(
    struct arena *arena, const struct event_wish *wish)
{
	const struct tier_list *tiers = &wish->event.tiers;
	struct seat_legend *legend =
	    arena_array(arena, tiers->count, sizeof(*legend));

	for (size_t i = 0; i < tiers->count; i++)
		legend[i] = (struct seat_legend){
		    .mark = seat_map_mark(arena, i),
		    .name = tiers->items[i].name,
		    .price = money_price(arena, tiers->items[i].price),
		};
	return (struct staff_plan_view){
	    .rows = make_rows(arena, wish),
	    .legend = {.items = legend, .count = tiers->count},
	};
}

/* ---- beside the form ---- */

/* Of the statuses that an event is in, one bit each. */
#define IN(status) (1U << (status))
#define IN_ANY (~0U)

/* What can be done with it. */
static const struct act {
	unsigned statuses;
	const char *text;
	const char *pattern;
	const char *hint;
	bool is_after_start;
	bool is_next;
	bool asks_first;
} acts[] = {
    {IN(EVENT_DRAFT), "Publish", "/admin/events/{}/publish",
	"Everybody sees it; it sells when booking opens.", .is_next = true},
    {IN(EVENT_PUBLISHED), "Back to draft", "/admin/events/{}/unpublish",
	"While nobody has booked."},
    {IN(EVENT_PUBLISHED), "Mark as completed", "/admin/events/{}/complete",
	"It sells nothing any more.", .is_after_start = true},
    {IN(EVENT_PUBLISHED), "Cancel the event", "/admin/events/{}/cancel",
	"Refunds and tells everyone who has booked.", .asks_first = true},
    {IN_ANY, "Make a copy", "/admin/events/{}/duplicate",
	"A draft, whole weeks later."},
    {IN_ANY, "Delete", "/admin/events/{}/delete",
	"Only what nobody ever booked.", .asks_first = true},
};

static bool is_possible(const struct act *act, const struct event *event)
{
	return (act->statuses & IN(event->status)) &&
	    (!act->is_after_start || clock_now() >= event->starts_at);
}

static struct staff_act_list make_acts(
    struct arena *arena, const struct event *event)
{
	struct staff_act *items =
	    arena_array(arena, COUNT_OF(acts), sizeof(*items));
	size_t count = 0;

	for (size_t i = 0; i < COUNT_OF(acts); i++)
		if (is_possible(&acts[i], event))
			items[count++] = (struct staff_act){
			    .text = acts[i].text,
			    .url =
				url_local(arena, acts[i].pattern, event->slug),
			    .hint = acts[i].hint,
			    .is_next = acts[i].is_next,
			    .asks_first = acts[i].asks_first,
			};
	return (struct staff_act_list){.items = items, .count = count};
}

static const struct notice notices[] = {
    {"create", "The event is saved."},
    {"draft",
	"The event is saved as a draft: nobody sees it yet. Give it a "
	"picture, if you have one, and publish it."},
    {"save", "Your changes are saved."},
    {"publish", "The event is published."},
    {"unpublish", "The event is a draft again."},
    {"complete", "The event is completed."},
    {"duplicate", "This is the copy. It is a draft."},
    {"cancel", "The event is cancelled and sells nothing any more."},
    {"image", "The picture is saved."},
    {"tell", "The mails are being written."},
    {"nobody", "Nobody is told of the change."},
};

void edit_go(struct request *request, const char *slug, const char *done)
{
	request_redirect(request,
	    url_local(
		request->shop.arena, "/admin/events/{}?done={}", slug, done));
}

const char *edit_notice(const struct request *request)
{
	return page_notice(request, notices, COUNT_OF(notices));
}

/* What goes on with it: refunds after it was cancelled, mails, news. */
static struct error *find_progress(struct request *request,
    const struct event *event, struct staff_event_form_view *view)
{
	struct arena *arena = request->shop.arena;
	struct event_tell tell;

	TRY(event_tell_look(&request->shop, event, &tell));
	if (event->status == EVENT_CANCELLED && tell.bookings > 0)
		view->progress = arena_format(arena,
		    "Bookings still to be refunded and told: %" PRId64
		    ". This goes on by itself.",
		    tell.bookings);
	else if (event->status == EVENT_CANCELLED)
		view->progress = "All bookings are refunded and told.";
	else if (tell.is_under_way)
		view->progress = "Mails about the change are being written.";
	if (tell.changes.count && event->status != EVENT_CANCELLED)
		view->tell =
		    url_local(arena, "/admin/events/{}/tell", event->slug);
	return NULL;
}

/* ---- two editors ---- */

struct staff_difference_list edit_differences(
    struct request *request, const struct event_form *edit)
{
	struct arena *arena = request->shop.arena;
	const struct event *event = edit->current;
	struct event_fact_list saved, typed;
	struct fact_change_list list;
	struct staff_difference *items;

	saved = event_facts(arena, event, edit->sides.seats, edit->sides.staff);
	typed = event_facts(arena, &edit->wish.event,
	    event->seating == SEATING_RESERVED
		? form_value(&edit->form, "seat_rows")
		: "",
	    edit->wish.staff);
	list = event_facts_compare(arena, &saved, &typed, FACT_INNER);
	items = arena_array(arena, list.count, sizeof(*items));
	for (size_t i = 0; i < list.count; i++)
		items[i] = (struct staff_difference){
		    .label = list.items[i].label,
		    .saved = list.items[i].before,
		    .typed = list.items[i].after,
		};
	return (struct staff_difference_list){
	    .items = items, .count = list.count};
}

struct error *edit_show_current(struct request *request,
    const struct event *event, struct staff_event_form_view *view)
{
	struct arena *arena = request->shop.arena;

	view->tabs = staff_tabs(request, event, STAFF_TAB_EDIT);
	view->action = url_local(arena, "/admin/events/{}", event->slug);
	view->version = arena_format(arena, "%" PRId64, event->version);
	view->status = staff_event_state(event, clock_now(), &view->badge);
	if (event->status != EVENT_DRAFT)
		view->public_page = present_event_url(arena, event);
	view->acts = make_acts(arena, event);
	view->acts_text = event->status == EVENT_DRAFT
	    ? "Publish, copy or delete it"
	    : "Cancel, copy and more";
	view->image_action =
	    url_local(arena, "/admin/events/{}/image", event->slug);
	if (*event->image)
		view->image = present_picture(arena, event);
	view->image_alt = (struct field_view){
	    .name = "image_alt",
	    .id = "image_alt",
	    .label = "What the picture shows",
	    .hint = "For those who do not see it. Empty: it is decoration.",
	    .type = "text",
	    .value = event->image_alt,
	};
	view->image_limit = arena_format(
	    arena, "%" PRId64 " KiB", request->shop.config->max_image_kib);
	return find_progress(request, event, view);
}
