/*
 * The fields of an event's form, and where their values come from.
 */
#include "admin_event.h"

#include "base/clock.h"
#include "base/text.h"
#include "store/event_store.h"
#include "store/user_store.h"
#include <inttypes.h>
#include <string.h>

static const struct form_field fields[] = {
    {.name = "title", .label = "Title", .missing = "Enter a title"},
    {.name = "type", .label = "Type", .type = "select"},
    {.name = "summary",
	.label = "Summary",
	.hint = "One sentence for the list of events.",
	.longest = 300},
    {.name = "description",
	.label = "Description",
	.hint = "Markdown: a blank line between paragraphs, **bold**, "
		"- lists, [links](https://example.org).",
	.type = "textarea",
	.longest = 20000},
    {.name = "venue",
	.label = "Venue",
	.hint = "One from the list, or the name of a new one. Empty: online."},
    {.name = "venue_address",
	.label = "Address of a new venue",
	.hint = "Street, town"},
    {.name = "venue_latitude",
	.label = "Latitude of a new venue",
	.hint = "Like 52.520008",
	.is_short = true},
    {.name = "venue_longitude",
	.label = "Longitude of a new venue",
	.hint = "Like 13.404954",
	.is_short = true},
    {.name = "online_url",
	.label = "Online link",
	.hint = "Only people with a ticket get it.",
	.type = "url",
	.longest = 500},
    {.name = "timezone",
	.label = "Time zone",
	.hint = "All times here are as clocks show them there. "
		"Like Europe/Berlin.",
	.missing = "Enter a time zone like Europe/Berlin"},
    {.name = "start",
	.label = "Start",
	.type = "datetime-local",
	.missing = "Enter when it starts"},
    {.name = "end",
	.label = "End",
	.type = "datetime-local",
	.missing = "Enter when it ends"},
    {.name = "doors_minutes",
	.label = "Doors open, minutes before the start",
	.inputmode = "numeric",
	.is_short = true},
    {.name = "booking_opens",
	.label = "Booking opens",
	.hint = "Empty: when the event is published.",
	.type = "datetime-local"},
    {.name = "booking_closes",
	.label = "Booking closes",
	.hint = "Empty: when the event ends.",
	.type = "datetime-local"},
    {.name = "seating", .label = "Seating", .type = "select"},
    {.name = "seat_rows",
	.label = "Seats",
	.hint = "Like: A1-A10 VIP; B1-B12 General; A1-A2 accessible. A ticket "
		"type without seats here is sold by its number of places.",
	.type = "textarea",
	.longest = 8000},
    {.name = "max_per_booking",
	.label = "Most tickets in a booking",
	.hint = "Empty: no limit.",
	.inputmode = "numeric",
	.is_short = true},
    {.name = "max_per_person",
	.label = "Most tickets for a person",
	.hint = "Empty: no limit.",
	.inputmode = "numeric",
	.is_short = true},
    {.name = "hold_minutes",
	.label = "Minutes to pay",
	.hint = "Empty: as the site has it.",
	.inputmode = "numeric",
	.is_short = true},
    {.name = "one_booking_each",
	.label = "Each email address may book once",
	.type = "checkbox"},
    {.name = "refund_full_days",
	.label = "All back until so many days before",
	.inputmode = "numeric",
	.is_short = true},
    {.name = "refund_part_days",
	.label = "A part back until so many days before",
	.inputmode = "numeric",
	.is_short = true},
    {.name = "refund_part_percent",
	.label = "That part, in percent",
	.inputmode = "numeric",
	.is_short = true},
    {.name = "refund_until",
	.label = "All back until, whatever the rule",
	.hint = "Set by itself when date or venue change.",
	.type = "datetime-local"},
    {.name = "queue_is_open",
	.label = "The waiting list is open before it is sold out",
	.type = "checkbox"},
    {.name = "queue_is_manual",
	.label = "The waiting list is served by hand",
	.hint = "Free places are offered by you, not by themselves.",
	.type = "checkbox"},
    {.name = "door_rule", .label = "A ticket lets in", .type = "select"},
    {.name = "door_staff",
	.label = "Who works at the door",
	.hint = "User names, with blanks between. Empty: all door staff, "
		"while no organiser is named.",
	.longest = 1000},
    {.name = "owner",
	.label = "Organiser",
	.hint = "Their user name. Empty: administrators alone."},
    {.name = "status", .label = "When it is saved", .type = "select"},
};

/* ---- what the event has ---- */

static const char *number_text(struct arena *arena, int64_t number)
{
	return number ? arena_format(arena, "%" PRId64, number) : "";
}

/* Pairs under way. */
struct pairs {
	struct arena *arena;
	struct field_pair *items;
	size_t count;
};

static void add(struct pairs *pairs, const char *name, const char *value)
{
	pairs->items[pairs->count++] =
	    (struct field_pair){.name = name, .value = value};
}

static void add_number(struct pairs *pairs, const char *name, int64_t number)
{
	add(pairs, name, arena_format(pairs->arena, "%" PRId64, number));
}

static void add_words(struct pairs *pairs, const struct event *event)
{
	add(pairs, "title", event->title);
	add(pairs, "type", event->type);
	add(pairs, "summary", event->summary);
	add(pairs, "description", event->description);
	add(pairs, "venue", event->venue.id ? event->venue.name : "");
	add(pairs, "online_url", event->online_url);
	add(pairs, "timezone", event->timezone);
	add(pairs, "seating",
	    event->seating == SEATING_RESERVED ? "reserved" : "general");
	add(pairs, "door_rule", door_rule_word(event->door_rule));
	add(pairs, "status", "draft");
}

static void add_times(struct pairs *pairs, const struct event *event)
{
	struct arena *arena = pairs->arena;

	add(pairs, "start", staff_wall_text(arena, event, event->starts_at));
	add(pairs, "end", staff_wall_text(arena, event, event->ends_at));
	add_number(pairs, "doors_minutes", event->doors_minutes);
	add(pairs, "booking_opens",
	    staff_wall_text(arena, event, event->booking_opens_at));
	add(pairs, "booking_closes",
	    staff_wall_text(arena, event, event->booking_closes_at));
	add(pairs, "refund_until",
	    staff_wall_text(arena, event, event->refunds.full_until));
}

static void add_rules(struct pairs *pairs, const struct event *event)
{
	struct arena *arena = pairs->arena;

	add(pairs, "max_per_booking",
	    number_text(arena, event->max_per_booking));
	add(pairs, "max_per_person", number_text(arena, event->max_per_person));
	add(pairs, "hold_minutes", number_text(arena, event->hold_minutes));
	if (!event->refunds.is_own)
		return;
	add_number(pairs, "refund_full_days", event->refunds.full_days);
	add_number(pairs, "refund_part_days", event->refunds.part_days);
	add_number(pairs, "refund_part_percent", event->refunds.part_percent);
}

/* Browsers send no box that is not ticked: `whole` says it was on the page. */
static void add_boxes(
    struct request *request, struct pairs *pairs, const struct event *event)
{
	const struct {
		const char *name;
		bool value;
	} boxes[] = {
	    {"one_booking_each", event->one_booking_each},
	    {"queue_is_open", event->queue_is_open},
	    {"queue_is_manual", event->queue_is_manual},
	};

	if (*request_form(request, "whole"))
		return;
	for (size_t i = 0; i < COUNT_OF(boxes); i++)
		add(pairs, boxes[i].name, boxes[i].value ? "yes" : "");
}

static struct error *add_people(
    struct request *request, struct pairs *pairs, const struct event_form *edit)
{
	struct user owner = {.username = ""};

	add(pairs, "seat_rows", edit->sides.seats);
	add(pairs, "door_staff", edit->sides.staff);
	if (edit->current->owner_id)
		TRY(user_store_find(request->shop.db, request->shop.arena,
		    edit->current->owner_id, &owner));
	add(pairs, "owner", owner.username ? owner.username : "");
	return NULL;
}

/* ---- reading ---- */

struct event edit_new_event(const struct request *request)
{
	const struct config *config = request->shop.config;

	return (struct event){
	    .owner_id = request->viewer.user_id,
	    .slug = "",
	    .title = "",
	    .type = "other",
	    .summary = "",
	    .description = "",
	    .venue = {.slug = "", .name = "", .address = ""},
	    .online_url = "",
	    .image = "",
	    .image_alt = "",
	    .timezone = config->timezone,
	    .currency = config->currency,
	    .doors_minutes = 60,
	    .one_booking_each = true,
	};
}

struct error *edit_read(struct request *request, const struct event *current,
    struct event_form *edit)
{
	struct arena *arena = request->shop.arena;
	size_t sent = request->form.count;
	struct pairs pairs = {
	    .arena = arena,
	    .items = arena_array(
		arena, sent + FORM_FIELDS_MOST, sizeof(*pairs.items)),
	    .count = sent,
	};
	struct fields all;

	*edit = (struct event_form){
	    .current = current, .sides = {.seats = "", .staff = ""}};
	if (current->id)
		TRY(event_look_aside(&request->shop, current, &edit->sides));
	/* What was sent comes first, and so counts. */
	if (sent)
		memcpy(pairs.items, request->form.items,
		    sent * sizeof(*pairs.items));
	add_words(&pairs, current);
	add_times(&pairs, current);
	add_rules(&pairs, current);
	add_boxes(request, &pairs, current);
	TRY(add_people(request, &pairs, edit));
	all = (struct fields){.items = pairs.items, .count = pairs.count};
	form_read(&edit->form, arena, fields, COUNT_OF(fields), &all);
	if (request->method == METHOD_GET)
		memset(edit->form.errors, 0, sizeof(edit->form.errors));
	edit->form.is_checked = request->method != METHOD_GET;
	edit_read_tiers(request, edit);
	return NULL;
}

bool edit_is_right(const struct event_form *edit)
{
	for (size_t i = 0; i < edit->tier_count; i++)
		if (!form_is_right(&edit->tiers[i].form))
			return false;
	return form_is_right(&edit->form);
}

/* "tier_price-2" is the second ticket type's. */
bool edit_take_error(
    struct request *request, struct event_form *edit, const struct error *error)
{
	const char *name = error_field_value(error, "field");
	const char *dash = name ? strrchr(name, '-') : NULL;
	int64_t number;

	if (!dash)
		return form_take_error(&edit->form, error);
	if (text_number(dash + 1, &number) != NUMBER_OK || number < 1 ||
	    number > (int64_t)edit->tier_count)
		return false;
	form_fail(&edit->tiers[number - 1].form,
	    arena_copy_bytes(request->shop.arena, name, (size_t)(dash - name)),
	    error->message);
	return true;
}
