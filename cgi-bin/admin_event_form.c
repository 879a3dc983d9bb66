/*
 * The page with an event's form.
 */
#include "admin_event.h"

#include "base/text.h"
#include "booking/event.h"
#include "store/venue_store.h"
#include <inttypes.h>

enum {
	GROUP_MOST = 8,
	EXAMPLE_PRICE = 1250,
};

/* A fieldset: which fields stand in it. */
struct group {
	const char *legend;
	const char *hint;
	const char *names[GROUP_MOST + 1];
	bool is_behind_tiers;
	const char *summary; /* of what few events need; NULL: nothing */
	const char *folded[GROUP_MOST + 1];
};

static const struct group groups[] = {
    {"What", "", {"title", "type", "summary", "description"}},
    {"When", "", {"start", "end", "timezone", "doors_minutes"}},
    {"Where", "", {"venue", "venue_address", "online_url"},
	.summary = "Its place on a map",
	.folded = {"venue_latitude", "venue_longitude"}},
    {"Seats", "Places are counted, unless they are numbered.", {NULL}, true,
	"Numbered seats", {"seating", "seat_rows"}},
    {"Booking", "From when it is published until it ends.", {NULL}, true,
	"Other times, limits and time to pay",
	{"booking_opens", "booking_closes", "max_per_booking", "max_per_person",
	    "hold_minutes", "one_booking_each"}},
    {"Refunds", "All until 7 days before, half until 3 days before.", {NULL},
	true, "Other rules",
	{"refund_full_days", "refund_part_days", "refund_part_percent",
	    "refund_until"}},
    {"Waiting list and door",
	"It opens when all is sold. A ticket lets in once.", {NULL}, true,
	"Other rules, and who works there",
	{"queue_is_open", "queue_is_manual", "door_rule", "door_staff"}},
};

/* Not empty, and yet what most events have. */
static const struct {
	const char *name, *value;
} usual[] = {
    {"one_booking_each", "yes"},
    {"door_rule", "once"},
    {"seating", "general"},
    {"tier_rank", "0"},
};

/* Who runs it, for those who may say so; and the status of a new one. */
static const struct group owner_group = {"Organiser", "", {"owner"}, true};
static const struct group status_group = {"Saving", "", {"status"}, true};

/* ---- inputs ---- */

/* Where inputs come from. */
struct source {
	const struct form *form;
	size_t number;          /* of the ticket type; 0: the event itself */
	const char *price_hint; /* of a ticket type */
};

static const struct option seatings[] = {
    {.value = "general", .label = "General admission"},
    {.value = "reserved", .label = "Numbered seats"},
};
static const struct option door_rules[] = {
    {.value = "once", .label = "Once"},
    {.value = "reentry", .label = "Again, after leaving"},
    {.value = "daily", .label = "Once a day"},
};
static const struct option statuses[] = {
    {.value = "draft", .label = "Keep it as a draft"},
    {.value = "published", .label = "Publish it at once"},
};

static struct option_list list_types(struct arena *arena, const char *value)
{
	size_t count;
	const struct event_type *types = event_types(&count);
	struct option *options = arena_array(arena, count, sizeof(*options));

	for (size_t i = 0; i < count; i++)
		options[i] = (struct option){
		    .value = types[i].name, .label = types[i].label};
	return form_options(arena, options, count, value);
}

static struct option_list find_options(
    struct arena *arena, const char *name, const char *value)
{
	if (text_equal(name, "seating"))
		return form_options(arena, seatings, COUNT_OF(seatings), value);
	if (text_equal(name, "door_rule"))
		return form_options(
		    arena, door_rules, COUNT_OF(door_rules), value);
	if (text_equal(name, "status"))
		return form_options(arena, statuses, COUNT_OF(statuses), value);
	return list_types(arena, value);
}

static struct staff_input_view make_input(
    struct arena *arena, const struct source *source, const char *name)
{
	struct staff_input_view input = staff_input(source->form, name);

	if (input.is_select) {
		input.field.is_required = true;
		input.field.options =
		    find_options(arena, name, input.field.value);
	}
	if (text_equal(name, "venue"))
		input.field.list = "venues";
	if (source->number > 0)
		input.field.id =
		    arena_format(arena, "%s-%zu", name, source->number);
	if (text_equal(name, "tier_price"))
		input.field.hint = source->price_hint;
	input.field.is_required |=
	    text_equal(name, "tier_price") || text_equal(name, "tier_name");
	return input;
}

static bool is_usual(const char *name, const char *value)
{
	for (size_t i = 0; i < COUNT_OF(usual); i++)
		if (text_equal(usual[i].name, name))
			return text_equal(usual[i].value, value);
	return *value == '\0';
}

/* Of `names`, which end with NULL. */
static struct staff_input_list make_inputs(
    struct arena *arena, const struct source *source, const char *const *names)
{
	struct staff_input_view *inputs =
	    arena_array(arena, GROUP_MOST, sizeof(*inputs));
	size_t count = 0;

	for (; names[count]; count++)
		inputs[count] = make_input(arena, source, names[count]);
	return (struct staff_input_list){.items = inputs, .count = count};
}

/* Nothing that was entered, or is wrong, is folded away. */
static struct staff_inputs_view fold_inputs(struct arena *arena,
    const struct source *source, const char *const *names, const char *summary,
    const char *const *folded)
{
	struct staff_inputs_view view = {
	    .plain = make_inputs(arena, source, names),
	    .folded = make_inputs(arena, source, folded),
	    .summary = summary,
	};

	for (size_t i = 0; i < view.folded.count; i++)
		view.is_open |= view.folded.items[i].field.error ||
		    !is_usual(folded[i], form_value(source->form, folded[i]));
	return view;
}

static struct staff_group make_group(
    struct arena *arena, const struct form *form, const struct group *group)
{
	const struct source source = {.form = form};

	return (struct staff_group){
	    .legend = group->legend,
	    .hint = group->hint,
	    .inputs = fold_inputs(
		arena, &source, group->names, group->summary, group->folded),
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
	return arena_format(arena, "%" PRId64 " sold, %" PRId64 " held",
	    tier->sold, tier->held);
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
	static const char *const names[] = {
	    "tier_name", "tier_price", "tier_capacity", NULL};
	static const char *const folded[] = {
	    "tier_opens", "tier_closes", "tier_rank", NULL};
	const struct tier_form *tier = &edit->tiers[index];
	const struct source source = {
	    .form = &tier->form,
	    .number = index + 1,
	    .price_hint = price_hint(arena, edit->current),
	};

	return (struct staff_tier){
	    .number = arena_format(arena, "%zu", index + 1),
	    .id = tier->current ? tier->current->slug : "",
	    .stock = tier_stock(arena, tier->current),
	    .remove = arena_format(arena, "remove_tier-%zu", index + 1),
	    .inputs = fold_inputs(arena, &source, names,
		"When it sells, and its rank on the waiting list", folded),
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

struct error *edit_show(struct request *request, struct event_form *edit,
    const struct error *error, bool is_preview)
{
	struct arena *arena = request->shop.arena;
	const struct event *event = edit->current;
	struct staff_event_form_view view = {
	    .page = staff_page(request,
		event->id ? arena_format(arena, "Edit - %s", event->title)
			  : "New event",
		STAFF_EVENTS),
	    .box = page_problems(request, NULL, error),
	    .secret = page_secret(request, SECRET_CREATES),
	    .notice = edit_notice(request),
	    .is_new = event->id == 0,
	    .action = url_local(arena, "/admin/events/new"),
	    .before_tiers = make_groups(request, edit, false),
	    .after_tiers = make_groups(request, edit, true),
	    .tiers = make_tiers(arena, edit),
	    .is_preview = is_preview,
	};

	TRY(list_venues(request, &view.venues));
	if (event->id)
		TRY(edit_show_current(request, event, &view));
	if (is_preview) {
		view.description =
		    page_markdown(arena, edit->wish.event.description);
		view.seats = edit_plan(arena, &edit->wish);
	}
	if (edit->form.is_checked)
		page_list_problems(&view.box, all_problems(arena, edit));
	if (!view.box.is_shown && error)
		view.box = page_problems(request, NULL, error);
	else if (view.box.is_shown &&
	    (!error || error_is(error, VALIDATION_ERROR)))
		page_name_mistakes(request, &view.box);
	view.page.has_error = view.box.is_shown;
	if (error_is(error, STATE_ERROR) && event->id &&
	    edit->wish.event.version != event->version)
		view.differences = edit_differences(request, edit);
	view.one_more = (struct url){arena_format(
	    arena, "%s#type-%zu", view.action.text, edit->tier_count + 1)};
	view_staff_event(&request->response.body, &view);
	return NULL;
}

struct error *edit_show_saved(
    struct request *request, const struct error *error)
{
	struct event_form *edit =
	    ARENA_NEW(request->shop.arena, struct event_form);
	struct event event;

	request->form.count = 0;
	TRY(staff_event(request, &event));
	TRY(edit_read(request, &event, edit));
	edit->form.is_checked = false;
	/* Nobody else has changed what was not typed here. */
	edit->wish.event.version = event.version;
	return edit_show(request, edit, error, false);
}
