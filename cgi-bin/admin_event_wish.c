/*
 * What was sent in an event's form, as the domain takes it. Each number and
 * moment that cannot be read is noted at its field.
 */
#include "admin_event.h"

#include "base/clock.h"
#include "base/text.h"
#include "store/event_store.h"
#include <string.h>
#include <strings.h>

/* ---- one value ---- */

static void note(struct form *form, const char *name, const char *reason)
{
	form_fail(form, name,
	    arena_format(
		form->arena, "%s %s", form_field(form, name).label, reason));
}

/* 0 where nothing was entered. */
static int64_t read_moment(
    struct form *form, const char *name, const char *zone)
{
	const char *text = form_value(form, name);
	struct wall_time wall;

	if (!*text_trim(form->arena, text))
		return 0;
	if (clock_parse_minute(text, &wall)) {
		note(form, name,
		    "must be a date and a time like 2026-11-28 19:30");
		return 0;
	}
	/* The one way in which browsers show it again. */
	form_set(form, name, clock_format_minute(form->arena, wall));
	return clock_from_wall(wall, zone);
}

static int64_t read_number(
    struct form *form, const char *name, int64_t least, int64_t empty)
{
	const char *text = form_value(form, name);
	int64_t number = 0;
	enum number_verdict verdict = text_number(text, &number);

	if (verdict == NUMBER_EMPTY)
		return empty;
	if (verdict == NUMBER_OK && number >= least && number <= INT32_MAX)
		return number;
	note(form, name,
	    least > 0 ? "must be a whole number of 1 or more"
		      : "must be a whole number of 0 or more");
	return empty;
}

/* ---- tiers ---- */

static struct money read_price(struct form *form, const char *currency)
{
	const char *text = form_value(form, "tier_price");
	struct money price = money_of(0, currency);
	struct error *error;

	if (!*text_trim(form->arena, text)) {
		form_fail(form, "tier_price", "Enter a price; 0 is free");
		return price;
	}
	error = money_parse(text, currency, &price);
	if (error)
		note(form, "tier_price", error->message);
	return price;
}

static struct tier make_tier(struct event_form *edit, size_t index)
{
	const struct event *event = &edit->wish.event;
	struct form *form = &edit->tiers[index].form;
	const struct tier *current = edit->tiers[index].current;
	const char *capacity =
	    text_trim(form->arena, form_value(form, "tier_capacity"));

	return (struct tier){
	    .id = current ? current->id : 0,
	    .slug = current ? current->slug : "",
	    .name = text_trim(form->arena, form_value(form, "tier_name")),
	    .rank = (int)read_number(form, "tier_rank", 0, 0),
	    .price = read_price(form, event->currency),
	    .is_unlimited = *capacity == '\0',
	    .capacity = read_number(form, "tier_capacity", 0, 0),
	    .sale_opens_at = read_moment(form, "tier_opens", event->timezone),
	    .sale_closes_at = read_moment(form, "tier_closes", event->timezone),
	};
}

/* ---- seats ---- */

/* "A1-A5; A1 accessible" of VIP: "A1-A5 VIP; A1 VIP accessible". */
static void write_rows(struct arena *arena, const struct tier_form *tier,
    const char *name, struct out *out)
{
	static const char mark[] = " accessible";
	char *rest = arena_copy(arena, form_value(&tier->form, "tier_rows"));
	char *part;

	while ((part = strsep(&rest, ";\n"))) {
		size_t length;

		part = text_trim(arena, part);
		length = strlen(part);
		if (length == 0)
			continue;
		if (length > strlen(mark) &&
		    strcasecmp(part + length - strlen(mark), mark) == 0)
			out_format(out, "%.*s %s%s\n",
			    (int)(length - strlen(mark)), part, name, mark);
		else
			out_format(out, "%s %s\n", part, name);
	}
}

/* One text for all or, of programs, a text a tier. */
static void make_seats(struct request *request, struct event_form *edit)
{
	struct arena *arena = request->shop.arena;
	struct event_wish *wish = &edit->wish;
	struct out rows = {.arena = arena};
	struct error *error;

	for (size_t i = 0; i < edit->tier_count; i++)
		write_rows(arena, &edit->tiers[i],
		    wish->event.tiers.items[i].name, &rows);
	if (rows.length) {
		form_set(&edit->form, "seat_rows", out_string(&rows));
		if (!fields_get(&request->form, "seating"))
			wish->event.seating = SEATING_RESERVED;
	}
	if (wish->event.seating == SEATING_GENERAL)
		return;
	error = seats_plan(arena, form_value(&edit->form, "seat_rows"),
	    &wish->event.tiers, edit->tier_count == 1 ? 0 : SEATS_NO_TIER,
	    &wish->seats);
	if (error)
		note(&edit->form, "seat_rows",
		    arena_format(arena, "cannot be read: %s", error->message));
}

/* ---- the event ---- */

/* The current one, or another by its name; its place for a new one. */
static void make_venue(struct event_form *edit)
{
	struct form *form = &edit->form;
	struct arena *arena = form->arena;
	const char *name = text_trim(arena, form_value(form, "venue"));
	struct venue *venue = &edit->wish.event.venue;

	if (text_equal(name, edit->current->venue.name))
		return;
	*venue = (struct venue){
	    .slug = "",
	    .name = name,
	    .address = text_trim(arena, form_value(form, "venue_address")),
	};
	if (!*form_value(form, "venue_latitude") &&
	    !*form_value(form, "venue_longitude"))
		return;
	venue->has_location = true;
	venue->latitude = staff_read_degrees(form, "venue_latitude");
	venue->longitude = staff_read_degrees(form, "venue_longitude");
}

static struct refund_policy make_refunds(struct event_form *edit)
{
	struct form *form = &edit->form;
	int64_t full = read_number(form, "refund_full_days", 0, -1);
	int64_t part = read_number(form, "refund_part_days", 0, -1);
	int64_t percent = read_number(form, "refund_part_percent", 0, -1);
	struct refund_policy policy = {
	    .full_until =
		read_moment(form, "refund_until", edit->wish.event.timezone),
	    .is_own = full >= 0 || part >= 0 || percent >= 0,
	    .full_days = full >= 0 ? full : REFUND_FULL_DAYS,
	    .part_percent = percent >= 0 ? percent : REFUND_PART_PERCENT,
	};

	policy.part_days = part >= 0              ? part
	    : policy.full_days < REFUND_PART_DAYS ? policy.full_days
						  : REFUND_PART_DAYS;
	return policy;
}

static enum door_rule read_rule(struct form *form)
{
	const char *word = form_value(form, "door_rule");

	for (enum door_rule rule = DOOR_ONCE; rule <= DOOR_DAILY; rule++)
		if (text_equal(door_rule_word(rule), word))
			return rule;
	if (*word)
		form_fail(form, "door_rule", "Choose a rule from the list");
	return DOOR_ONCE;
}

/* Is a field the second of two words? The first one, when it is empty. */
static bool is_second(struct form *form, const char *name, const char *first,
    const char *second, const char *mistake)
{
	const char *word = form_value(form, name);

	if (text_equal(word, second))
		return true;
	if (*word && !text_equal(word, first))
		form_fail(form, name, mistake);
	return false;
}

static void make_words(struct event_form *edit)
{
	struct event *event = &edit->wish.event;
	struct form *form = &edit->form;
	struct arena *arena = form->arena;

	event->title = text_trim(arena, form_value(form, "title"));
	event->type = form_value(form, "type");
	event->summary = text_trim(arena, form_value(form, "summary"));
	event->description = form_value(form, "description");
	event->online_url = text_trim(arena, form_value(form, "online_url"));
	event->timezone = text_trim(arena, form_value(form, "timezone"));
	event->seating = is_second(form, "seating", "general", "reserved",
			     "Choose a seating from the list")
	    ? SEATING_RESERVED
	    : SEATING_GENERAL;
	event->door_rule = read_rule(form);
	event->one_booking_each = *form_value(form, "one_booking_each");
	event->queue_is_open = *form_value(form, "queue_is_open");
	event->queue_is_manual = *form_value(form, "queue_is_manual");
}

/* Times count on the wall of its zone, so that comes first. */
static void make_times(struct event_form *edit)
{
	struct event *event = &edit->wish.event;
	struct form *form = &edit->form;
	const char *zone = event->timezone;

	if (!clock_is_zone(zone)) {
		form_fail(
		    form, "timezone", "Enter a time zone like Europe/Berlin");
		event->timezone = zone = "UTC";
	}
	event->starts_at = read_moment(form, "start", zone);
	event->ends_at = read_moment(form, "end", zone);
	event->booking_opens_at = read_moment(form, "booking_opens", zone);
	event->booking_closes_at = read_moment(form, "booking_closes", zone);
	event->doors_minutes = read_number(form, "doors_minutes", 0, 0);
	event->hold_minutes = read_number(form, "hold_minutes", 1, 0);
	event->max_per_booking = read_number(form, "max_per_booking", 1, 0);
	event->max_per_person = read_number(form, "max_per_person", 1, 0);
}

void edit_make_wish(struct request *request, struct event_form *edit)
{
	struct tier *tiers =
	    arena_array(request->shop.arena, edit->tier_count, sizeof(*tiers));
	struct event *event = &edit->wish.event;
	int64_t version;

	edit->wish = (struct event_wish){.event = *edit->current};
	make_words(edit);
	make_times(edit);
	make_venue(edit);
	event->refunds = make_refunds(edit);
	for (size_t i = 0; i < edit->tier_count; i++)
		tiers[i] = make_tier(edit, i);
	event->tiers =
	    (struct tier_list){.items = tiers, .count = edit->tier_count};
	make_seats(request, edit);
	edit->wish.staff = form_value(&edit->form, "door_staff");
	if (request->viewer.role == ROLE_ADMIN)
		edit->wish.owner = text_trim(
		    request->shop.arena, form_value(&edit->form, "owner"));
	if (event->id == 0)
		event->status =
		    is_second(&edit->form, "status", "draft", "published",
			"Choose whether it stays a draft or is published")
		    ? EVENT_PUBLISHED
		    : EVENT_DRAFT;
	event->version = 0;
	if (text_number(request_form(request, "version"), &version) ==
	    NUMBER_OK)
		event->version = version;
}
