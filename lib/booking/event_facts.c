#include "booking/event_facts.h"

#include "base/clock.h"
#include "base/text.h"
#include "booking/event.h"
#include "store/event_store.h"
#include <inttypes.h>

enum {
	FACTS_BESIDE_TIERS = 32
};

/* A list under way. */
struct facts {
	struct arena *arena;
	const struct event *event;
	struct event_fact *items;
	size_t count;
};

static void add(struct facts *facts, enum fact_weight weight, const char *name,
    const char *label, const char *value)
{
	facts->items[facts->count++] = (struct event_fact){
	    .name = name,
	    .label = label,
	    .value = value ? value : "",
	    .weight = weight,
	};
}

/* ---- values as people read them ---- */

static const char *moment(const struct facts *facts, int64_t at)
{
	const struct when when = {
	    .at = at, .zone = facts->event->timezone, .style = WHEN_LONG};

	return at ? when_format(facts->arena, when) : "";
}

static const char *number(const struct facts *facts, int64_t value)
{
	return value ? arena_format(facts->arena, "%" PRId64, value) : "";
}

static const char *yes_or_no(bool value)
{
	return value ? "yes" : "no";
}

static const char *location(const struct facts *facts)
{
	const struct venue *venue = &facts->event->venue;

	if (!venue->has_location)
		return "";
	return arena_format(
	    facts->arena, "%.6f, %.6f", venue->latitude, venue->longitude);
}

static const char *refunds(const struct facts *facts)
{
	const struct refund_policy *policy = &facts->event->refunds;

	if (!policy->is_own)
		return "";
	return arena_format(facts->arena,
	    "all until %" PRId64 " days before, %" PRId64 " %% until %" PRId64
	    " days before",
	    policy->full_days, policy->part_percent, policy->part_days);
}

static const char *tier_line(const struct facts *facts, const struct tier *tier)
{
	struct out out = {.arena = facts->arena};

	out_format(&out, "%s, ", tier->name);
	money_print(&out, tier->price);
	if (tier->is_unlimited)
		OUT_LITERAL(&out, ", unlimited");
	else
		out_format(&out, ", %" PRId64 " place%s", tier->capacity,
		    tier->capacity == 1 ? "" : "s");
	if (tier->rank)
		out_format(&out, ", rank %d", tier->rank);
	if (tier->sale_opens_at)
		out_format(
		    &out, ", from %s", moment(facts, tier->sale_opens_at));
	if (tier->sale_closes_at)
		out_format(
		    &out, ", until %s", moment(facts, tier->sale_closes_at));
	return out_string(&out);
}

/* ---- the list ---- */

static void add_place_and_time(struct facts *facts)
{
	const struct event *event = facts->event;

	add(facts, FACT_MOVING, "start", "Start",
	    moment(facts, event->starts_at));
	add(facts, FACT_MOVING, "end", "End", moment(facts, event->ends_at));
	add(facts, FACT_TOLD, "doors", "Doors open",
	    moment(facts, event->starts_at - event->doors_minutes * MINUTE));
	add(facts, FACT_MOVING, "venue", "Venue", event_place(event));
	add(facts, FACT_TOLD, "address", "Address", event->venue.address);
	add(facts, FACT_INNER, "location", "Coordinates", location(facts));
	add(facts, FACT_TOLD, "online_url", "Online link", event->online_url);
	add(facts, FACT_TOLD, "booking_opens", "Booking opens",
	    moment(facts, event->booking_opens_at));
	add(facts, FACT_TOLD, "booking_closes", "Booking closes",
	    moment(facts, event->booking_closes_at));
}

static void add_rules(struct facts *facts)
{
	const struct event *event = facts->event;

	add(facts, FACT_INNER, "type", "Type", event_type_label(event->type));
	add(facts, FACT_INNER, "summary", "Summary", event->summary);
	add(facts, FACT_INNER, "description", "Description",
	    event->description);
	add(facts, FACT_INNER, "timezone", "Time zone", event->timezone);
	add(facts, FACT_INNER, "hold_minutes", "Minutes to pay",
	    number(facts, event->hold_minutes));
	add(facts, FACT_INNER, "max_per_booking", "Tickets in one booking",
	    number(facts, event->max_per_booking));
	add(facts, FACT_INNER, "max_per_person", "Tickets for one person",
	    number(facts, event->max_per_person));
	add(facts, FACT_INNER, "one_booking_each", "One booking each",
	    yes_or_no(event->one_booking_each));
	add(facts, FACT_INNER, "refunds", "Refunds", refunds(facts));
	add(facts, FACT_INNER, "refund_until", "Full refunds until",
	    moment(facts, event->refunds.full_until));
	add(facts, FACT_INNER, "door_rule", "Door",
	    door_rule_word(event->door_rule));
	add(facts, FACT_INNER, "queue_is_open", "Waiting list open",
	    yes_or_no(event->queue_is_open));
	add(facts, FACT_INNER, "queue_is_manual", "Waiting list by hand",
	    yes_or_no(event->queue_is_manual));
	add(facts, FACT_INNER, "owner", "Organiser's account",
	    number(facts, event->owner_id));
	add(facts, FACT_INNER, "seating", "Seating",
	    event->seating == SEATING_RESERVED ? "numbered seats" : "general");
	add(facts, FACT_INNER, "image_alt", "What the picture shows",
	    event->image_alt);
}

struct event_fact_list event_facts(struct arena *arena,
    const struct event *event, const char *seats, const char *staff)
{
	struct facts facts = {
	    .arena = arena,
	    .event = event,
	    .items = arena_array(arena, FACTS_BESIDE_TIERS + event->tiers.count,
		sizeof(*facts.items)),
	};

	add(&facts, FACT_TOLD, "title", "Title", event->title);
	add_place_and_time(&facts);
	add_rules(&facts);
	for (size_t i = 0; i < event->tiers.count; i++)
		add(&facts, FACT_INNER,
		    arena_format(arena, "tier %s", event->tiers.items[i].slug),
		    "Ticket type", tier_line(&facts, &event->tiers.items[i]));
	add(&facts, FACT_INNER, "seat_rows", "Seats", seats);
	add(&facts, FACT_INNER, "door_staff", "Door staff", staff);
	return (struct event_fact_list){
	    .items = facts.items, .count = facts.count};
}

/* ---- what differs ---- */

static const struct event_fact *find_fact(
    const struct event_fact_list *list, const char *name)
{
	for (size_t i = 0; i < list->count; i++)
		if (text_equal(list->items[i].name, name))
			return &list->items[i];
	return NULL;
}

static struct fact_change change_of(
    const struct event_fact *fact, const char *before, const char *after)
{
	return (struct fact_change){
	    .name = fact->name,
	    .label = fact->label,
	    .before = before,
	    .after = after,
	    .weight = fact->weight,
	};
}

struct fact_change_list event_facts_compare(struct arena *arena,
    const struct event_fact_list *before, const struct event_fact_list *after,
    enum fact_weight least)
{
	struct fact_change *items =
	    arena_array(arena, before->count + after->count, sizeof(*items));
	size_t count = 0;

	for (size_t i = 0; i < after->count; i++) {
		const struct event_fact *fact = &after->items[i];
		const struct event_fact *had = find_fact(before, fact->name);
		const char *old = had ? had->value : "";

		if (fact->weight >= least && !text_equal(old, fact->value))
			items[count++] = change_of(fact, old, fact->value);
	}
	/* What is gone altogether, as a ticket type can be. */
	for (size_t i = 0; i < before->count; i++) {
		const struct event_fact *fact = &before->items[i];

		if (fact->weight >= least && !find_fact(after, fact->name))
			items[count++] = change_of(fact, fact->value, "");
	}
	return (struct fact_change_list){.items = items, .count = count};
}

json_t *event_facts_json(struct arena *arena,
    const struct fact_change_list *list, enum fact_side side)
{
	json_t *object;

	json_use(arena);
	object = json_object();
	for (size_t i = 0; i < list->count; i++)
		json_object_set_new(object, list->items[i].name,
		    json_string(side == FACT_BEFORE ? list->items[i].before
						    : list->items[i].after));
	return object;
}
