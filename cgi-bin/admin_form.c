/*
 * The page with an event's form.
 */
#include "admin_edit.h"

#include "base/clock.h"
#include "base/text.h"
#include "booking/event.h"
#include "booking/event_cancel.h"
#include "booking/event_tell.h"
#include "store/venue_store.h"
#include "web/present.h"
#include <inttypes.h>

enum {
	GROUP_MOST = 8,
	COLOURS = 6, /* t0 to t5 in the style sheet */
	EXAMPLE_PRICE = 1250,
};

/* A fieldset: which fields stand in it. */
struct group {
	const char *legend;
	const char *hint;
	const char *names[GROUP_MOST + 1];
	bool is_behind_tiers;
};

static const struct group groups[] = {
    {"What", "", {"title", "type", "summary", "description"}},
    {"Where", "",
	{"venue", "venue_address", "venue_latitude", "venue_longitude",
	    "online_url"}},
    {"When", "", {"timezone", "start", "end", "doors_minutes"}},
    {"Booking", "",
	{"booking_opens", "booking_closes", "max_per_booking", "max_per_person",
	    "hold_minutes", "one_booking_each"}},
    {"Seats", "", {"seating", "seat_rows"}, true},
    {"Refunds", "Empty: all until 7 days before, half until 3 days before.",
	{"refund_full_days", "refund_part_days", "refund_part_percent",
	    "refund_until"},
	true},
    {"Waiting list and door", "",
	{"queue_is_open", "queue_is_manual", "door_rule", "door_staff"}, true},
};

/* Who runs it, for those who may say so; and the status of a new one. */
static const struct group owner_group = {"Organiser", "", {"owner"}, true};
static const struct group status_group = {"Saving", "", {"status"}, true};

/* ---- inputs ---- */

struct choice {
	const char *value;
	const char *label;
};

static const struct choice seatings[] = {
    {"general", "General admission"}, {"reserved", "Numbered seats"}};
static const struct choice door_rules[] = {{"once", "Once"},
    {"reentry", "Again, after leaving"}, {"daily", "Once a day"}};
static const struct choice statuses[] = {
    {"draft", "Keep it as a draft"}, {"published", "Publish it at once"}};

static struct option_list list_choices(struct arena *arena,
    const struct choice *choices, size_t count, const char *value)
{
	struct option *options = arena_array(arena, count, sizeof(*options));

	for (size_t i = 0; i < count; i++)
		options[i] = (struct option){
		    .value = choices[i].value,
		    .label = choices[i].label,
		    .is_selected = text_equal(choices[i].value, value),
		};
	return (struct option_list){.items = options, .count = count};
}

static struct option_list list_types(struct arena *arena, const char *value)
{
	size_t count;
	const struct event_type *types = event_types(&count);
	struct choice *choices = arena_array(arena, count, sizeof(*choices));

	for (size_t i = 0; i < count; i++)
		choices[i] = (struct choice){types[i].name, types[i].label};
	return list_choices(arena, choices, count, value);
}

static struct option_list find_options(
    struct arena *arena, const char *name, const char *value)
{
	if (text_equal(name, "seating"))
		return list_choices(arena, seatings, COUNT_OF(seatings), value);
	if (text_equal(name, "door_rule"))
		return list_choices(
		    arena, door_rules, COUNT_OF(door_rules), value);
	if (text_equal(name, "status"))
		return list_choices(arena, statuses, COUNT_OF(statuses), value);
	return list_types(arena, value);
}

static struct staff_input_view make_input(
    struct arena *arena, const struct form *form, const char *name)
{
	struct staff_input_view input = {.field = form_field(form, name)};
	const char *type = input.field.type;

	input.is_select = text_equal(type, "select");
	input.is_area = text_equal(type, "textarea");
	input.is_checkbox = text_equal(type, "checkbox");
	if (input.is_select) {
		input.field.is_required = true;
		input.field.options =
		    find_options(arena, name, input.field.value);
	}
	if (input.is_checkbox) {
		input.field.is_checked = *input.field.value;
		input.field.value = "yes";
	}
	if (text_equal(name, "venue"))
		input.field.list = "venues";
	return input;
}

static struct staff_group make_group(
    struct arena *arena, const struct form *form, const struct group *group)
{
	struct staff_input_view *inputs =
	    arena_array(arena, GROUP_MOST, sizeof(*inputs));
	size_t count = 0;

	for (; group->names[count]; count++)
		inputs[count] = make_input(arena, form, group->names[count]);
	return (struct staff_group){
	    .legend = group->legend,
	    .hint = group->hint,
	    .inputs = {.items = inputs, .count = count},
	};
}

static struct staff_group_list make_groups(
    struct request *request, const struct event_form *edit, bool behind)
{
	struct arena *arena = request->shop.arena;
	struct staff_group *list =
	    arena_array(arena, COUNT_OF(groups) + 2, sizeof(*list));
	size_t count = 0;

	for (size_t i = 0; i < COUNT_OF(groups); i++)
		if (groups[i].is_behind_tiers == behind)
			list[count++] =
			    make_group(arena, &edit->form, &groups[i]);
	if (behind && request->viewer.role == ROLE_ADMIN)
		list[count++] = make_group(arena, &edit->form, &owner_group);
	if (behind && edit->current->id == 0)
		list[count++] = make_group(arena, &edit->form, &status_group);
	return (struct staff_group_list){.items = list, .count = count};
}

/* ---- ticket types ---- */

static const char *tier_stock(struct arena *arena, const struct tier *tier)
{
	if (!tier)
		return "";
	if (tier->is_unlimited)
		return arena_format(arena, "%" PRId64 " sold", tier->sold);
	return arena_format(arena, "%" PRId64 " sold, %" PRId64 " held",
	    tier->sold, tier->capacity - tier->sold - tier->free);
}

/* "In USD, like 12.50; 0 is free." */
static const char *price_hint(struct arena *arena, const struct event *event)
{
	const struct money example = money_of(EXAMPLE_PRICE, event->currency);

	return arena_format(arena, "In %s, like %s; 0 is free.",
	    event->currency, money_plain(arena, example));
}

static struct staff_tier make_tier(
    struct arena *arena, const struct event_form *edit, size_t index)
{
	static const char *const names[] = {"tier_name", "tier_price",
	    "tier_capacity", "tier_rank", "tier_opens", "tier_closes"};
	const struct tier_form *tier = &edit->tiers[index];
	struct staff_input_view *inputs =
	    arena_array(arena, COUNT_OF(names), sizeof(*inputs));

	for (size_t i = 0; i < COUNT_OF(names); i++) {
		inputs[i] = make_input(arena, &tier->form, names[i]);
		inputs[i].field.id =
		    arena_format(arena, "%s-%zu", names[i], index + 1);
		inputs[i].field.is_required |= i < 2;
		if (text_equal(names[i], "tier_price"))
			inputs[i].field.hint = price_hint(arena, edit->current);
	}
	return (struct staff_tier){
	    .number = arena_format(arena, "%zu", index + 1),
	    .id = tier->current ? tier->current->slug : "",
	    .stock = tier_stock(arena, tier->current),
	    .remove = arena_format(arena, "remove_tier-%zu", index + 1),
	    .inputs = {.items = inputs, .count = COUNT_OF(names)},
	};
}

static struct staff_tier_list make_tiers(
    struct arena *arena, const struct event_form *edit)
{
	struct staff_tier *tiers =
	    arena_array(arena, edit->tier_count, sizeof(*tiers));

	for (size_t i = 0; i < edit->tier_count; i++)
		tiers[i] = make_tier(arena, edit, i);
	return (struct staff_tier_list){
	    .items = tiers, .count = edit->tier_count};
}

/* Of the form and of all its ticket types. */
static struct problem_list all_problems(
    struct arena *arena, const struct event_form *edit)
{
	struct problem_list first = form_problems(&edit->form);
	struct problem *problems = arena_array(arena,
	    first.count + edit->tier_count * FORM_FIELDS_MOST,
	    sizeof(*problems));
	size_t count = 0;

	for (; count < first.count; count++)
		problems[count] = first.items[count];
	for (size_t i = 0; i < edit->tier_count; i++) {
		struct problem_list more = form_problems(&edit->tiers[i].form);

		for (size_t j = 0; j < more.count; j++)
			problems[count++] = (struct problem){
			    .text = more.items[j].text,
			    .anchor = arena_format(
				arena, "%s-%zu", more.items[j].anchor, i + 1),
			};
	}
	return (struct problem_list){.items = problems, .count = count};
}

/* ---- the map before it is saved ---- */

static struct planned_seat_view make_seat(struct arena *arena,
    const struct event *event, const struct planned_seat *seat)
{
	return (struct planned_seat_view){
	    .number = arena_format(arena, "%" PRId64, seat->number),
	    .mark = arena_format(arena, "t%zu", seat->tier % COLOURS),
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

static struct staff_plan_view make_plan(
    struct arena *arena, const struct event_wish *wish)
{
	const struct tier_list *tiers = &wish->event.tiers;
	struct seat_legend *legend =
	    arena_array(arena, tiers->count, sizeof(*legend));

	for (size_t i = 0; i < tiers->count; i++)
		legend[i] = (struct seat_legend){
		    .mark = arena_format(arena, "t%zu", i % COLOURS),
		    .name = tiers->items[i].name,
		    .price = present_price(arena, tiers->items[i].price),
		};
	return (struct staff_plan_view){
	    .rows = make_rows(arena, wish),
	    .legend = {.items = legend, .count = tiers->count},
	};
}

/* ---- beside the form ---- */

/* What can be done, by the status it is in. */
static const struct {
	enum event_status status;
	const char *text;
	const char *pattern;
	const char *hint;
	bool is_after_start;
} acts[] = {
    {EVENT_DRAFT, "Publish", "/admin/events/{}/publish",
	"Everybody sees it; it sells when booking opens."},
    {EVENT_PUBLISHED, "Back to draft", "/admin/events/{}/unpublish",
	"While nobody has booked."},
    {EVENT_PUBLISHED, "Mark as completed", "/admin/events/{}/complete",
	"It sells nothing any more.", true},
    {EVENT_PUBLISHED, "Cancel the event", "/admin/events/{}/cancel",
	"Refunds and tells everyone who has booked."},
};

static void add_act(struct arena *arena, const struct event *event,
    struct staff_act_list *list, struct staff_act *items, const char *text,
    const char *pattern, const char *hint)
{
	items[list->count++] = (struct staff_act){
	    .text = text,
	    .url = url_local(arena, pattern, event->slug),
	    .hint = hint,
	};
}

static struct staff_act_list make_acts(
    struct arena *arena, const struct event *event)
{
	struct staff_act *items =
	    arena_array(arena, COUNT_OF(acts) + 2, sizeof(*items));
	struct staff_act_list list = {.items = items};

	for (size_t i = 0; i < COUNT_OF(acts); i++)
		if (acts[i].status == event->status &&
		    (!acts[i].is_after_start ||
			clock_now() >= event->starts_at))
			add_act(arena, event, &list, items, acts[i].text,
			    acts[i].pattern, acts[i].hint);
	add_act(arena, event, &list, items, "Make a copy",
	    "/admin/events/{}/duplicate", "A draft, whole weeks later.");
	add_act(arena, event, &list, items, "Delete", "/admin/events/{}/delete",
	    "Only what nobody ever booked.");
	return list;
}

static const struct {
	const char *did;
	const char *notice;
} notices[] = {
    {"create", "The event is saved."},
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

static const char *find_notice(const struct request *request)
{
	const char *did = request_query(request, "did");

	for (size_t i = 0; i < COUNT_OF(notices); i++)
		if (text_equal(notices[i].did, did))
			return notices[i].notice;
	return "";
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

/* What is saved by now beside what was typed. */
static struct staff_difference_list find_differences(
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

/* ---- the page ---- */

static struct error *list_venues(
    struct request *request, struct option_list *list)
{
	struct venue_list venues;
	struct option *options;

	TRY(venue_store_list(request->shop.db, request->shop.arena, &venues));
	options =
	    arena_array(request->shop.arena, venues.count, sizeof(*options));
	for (size_t i = 0; i < venues.count; i++)
		options[i] = (struct option){.label = venues.items[i].name};
	*list = (struct option_list){.items = options, .count = venues.count};
	return NULL;
}

static struct error *show_current(struct request *request,
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

struct error *edit_show(struct request *request, struct event_form *edit,
    const struct error *error, bool is_preview)
{
	struct arena *arena = request->shop.arena;
	const struct event *event = edit->current;
	struct staff_event_form_view view = {
	    .page = staff_page(
		request, event->id ? event->title : "New event", STAFF_EVENTS),
	    .box = page_problems(request, NULL, error),
	    .secret =
		page_secret(request, event->id ? SECRET_PLAIN : SECRET_CREATES),
	    .notice = edit->form.is_checked ? "" : find_notice(request),
	    .is_new = event->id == 0,
	    .action = url_local(arena, "/admin/events/new"),
	    .before_tiers = make_groups(request, edit, false),
	    .after_tiers = make_groups(request, edit, true),
	    .tiers = make_tiers(arena, edit),
	    .is_preview = is_preview,
	};

	TRY(list_venues(request, &view.venues));
	if (event->id)
		TRY(show_current(request, event, &view));
	if (is_preview) {
		view.description =
		    page_markdown(arena, edit->wish.event.description);
		view.seats = make_plan(arena, &edit->wish);
	}
	if (edit->form.is_checked)
		view.box.problems = all_problems(arena, edit);
	if (view.box.problems.count == 0 && error)
		view.box = page_problems(request, NULL, error);
	else if (view.box.problems.count > 0 &&
	    (!error || error_is(error, VALIDATION_ERROR)))
		page_name_mistakes(request, &view.box);
	view.box.is_shown = view.box.problems.count > 0;
	view.page.has_error = view.box.is_shown;
	if (error_is(error, STATE_ERROR) && event->id &&
	    edit->wish.event.version != event->version)
		view.differences = find_differences(request, edit);
	view_staff_event(&request->response.body, &view);
	return NULL;
}
