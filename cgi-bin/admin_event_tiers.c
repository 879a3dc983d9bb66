/*
 * The ticket types in an event's form. "Add" and "Remove" are buttons that
 * send the whole form, so nothing typed is lost and no script is needed.
 */
#include "admin_event.h"

#include "base/clock.h"
#include "base/text.h"
#include <inttypes.h>
#include <strings.h>

static const struct form_field fields[] = {
    {.name = "tier_name", .label = "Name", .longest = 80},
    {.name = "tier_price",
	.label = "Price",
	.inputmode = "decimal",
	.is_short = true},
    {.name = "tier_capacity",
	.label = "Places",
	.hint = "Empty: no limit. Of numbered seats they are counted.",
	.inputmode = "numeric",
	.is_short = true},
    {.name = "tier_rank",
	.label = "Rank",
	.hint = "0 is first in the waiting list.",
	.inputmode = "numeric",
	.is_short = true},
    {.name = "tier_opens",
	.label = "Its sale opens",
	.hint = "Empty: with the event's.",
	.type = "datetime-local"},
    {.name = "tier_closes",
	.label = "Its sale closes",
	.hint = "Empty: with the event's.",
	.type = "datetime-local"},
    {.name = "tier_rows", .label = "Seats", .has_no_input = true},
};

/* ---- what a tier has ---- */

static void show_current(
    struct arena *arena, const struct event *event, struct tier_form *tier_form)
{
	const struct tier *tier = tier_form->current;
	struct form *form = &tier_form->form;

	form_set(form, "tier_rank", "0");
	if (!tier)
		return;
	form_set(form, "tier_name", tier->name);
	form_set(form, "tier_price", money_plain(arena, tier->price));
	form_set(form, "tier_capacity",
	    tier->is_unlimited
		? ""
		: arena_format(arena, "%" PRId64, tier->capacity));
	form_set(form, "tier_rank", arena_format(arena, "%d", tier->rank));
	form_set(form, "tier_opens",
	    staff_wall_text(arena, event, tier->sale_opens_at));
	form_set(form, "tier_closes",
	    staff_wall_text(arena, event, tier->sale_closes_at));
}

/* ---- reading ---- */

/* By the hidden id; a program may name the tier instead. */
static const struct tier *find_current(
    const struct request *request, const struct event *event, size_t index)
{
	const char *id = fields_get_at(&request->form, "tier_id", index);
	const char *sent = fields_get_at(&request->form, "tier_name", index);
	const char *name = text_trim(request->shop.arena, sent ? sent : "");

	for (size_t i = 0; i < event->tiers.count; i++) {
		const struct tier *tier = &event->tiers.items[i];

		if (id ? text_equal(id, tier->slug)
		       : strcasecmp(name, tier->name) == 0 ||
			    text_equal(name, tier->slug))
			return tier;
	}
	return NULL;
}

/* Field by field the one sent for this tier, else what it has. */
static void read_tier(struct request *request, const struct event *event,
    size_t index, struct tier_form *tier_form)
{
	struct arena *arena = request->shop.arena;
	struct field_pair pairs[COUNT_OF(fields)];
	const struct fields values = {
	    .items = pairs, .count = COUNT_OF(fields)};

	tier_form->current = find_current(request, event, index);
	form_start(&tier_form->form, arena, fields, COUNT_OF(fields));
	show_current(arena, event, tier_form);
	for (size_t i = 0; i < COUNT_OF(fields); i++) {
		const char *sent =
		    fields_get_at(&request->form, fields[i].name, index);

		pairs[i] = (struct field_pair){
		    .name = fields[i].name,
		    .value = sent
			? sent
			: form_value(&tier_form->form, fields[i].name),
		};
	}
	form_read(&tier_form->form, arena, fields, COUNT_OF(fields), &values);
}

static void add_blank(struct request *request, struct event_form *edit)
{
	struct tier_form *tier = &edit->tiers[edit->tier_count++];

	tier->current = NULL;
	form_start(&tier->form, request->shop.arena, fields, COUNT_OF(fields));
	form_set(&tier->form, "tier_rank", "0");
}

static bool is_blank(const struct tier_form *tier)
{
	return !tier->current && !*form_value(&tier->form, "tier_name") &&
	    !*form_value(&tier->form, "tier_price") &&
	    !*form_value(&tier->form, "tier_capacity");
}

void edit_read_tiers(struct request *request, struct event_form *edit)
{
	const struct tier_list *tiers = &edit->current->tiers;
	size_t most = COUNT_OF(edit->tiers);

	for (size_t i = 0; edit->tier_count < most &&
	     fields_get_at(&request->form, "tier_name", i);
	     i++)
		read_tier(request, edit->current, i,
		    &edit->tiers[edit->tier_count++]);
	for (size_t i = 0; !fields_get(&request->form, "tier_name") &&
	     i < tiers->count && edit->tier_count < most;
	     i++) {
		struct tier_form *tier = &edit->tiers[edit->tier_count++];

		tier->current = &tiers->items[i];
		form_start(
		    &tier->form, request->shop.arena, fields, COUNT_OF(fields));
		show_current(request->shop.arena, edit->current, tier);
	}
	if (edit->tier_count == 0)
		add_blank(request, edit);
}

/* ---- buttons ---- */

static void remove_tier(struct event_form *edit, size_t index)
{
	for (size_t i = index; i + 1 < edit->tier_count; i++)
		edit->tiers[i] = edit->tiers[i + 1];
	edit->tier_count--;
}

bool edit_press_tiers(struct request *request, struct event_form *edit)
{
	static const char remove[] = "remove_tier-";
	const char *button = request_form(request, "do");
	int64_t number;

	if (text_equal(button, "add_tier")) {
		if (edit->tier_count < EVENT_TIERS_MOST)
			add_blank(request, edit);
		return true;
	}
	if (text_starts_with(button, remove) &&
	    text_number(button + sizeof(remove) - 1, &number) == NUMBER_OK &&
	    number >= 1 && number <= (int64_t)edit->tier_count) {
		remove_tier(edit, (size_t)number - 1);
		if (edit->tier_count == 0)
			add_blank(request, edit);
		return true;
	}
	/* A row that was added and left alone means nothing. */
	for (size_t i = edit->tier_count; i-- > 0 && edit->tier_count > 1;)
		if (is_blank(&edit->tiers[i]))
			remove_tier(edit, i);
	return false;
}
