/*
 * Is what an organiser wants of an event right in itself (R48)?
 */
#include "booking/event_edit.h"

#include "base/clock.h"
#include "base/text.h"
#include "booking/event.h"
#include <inttypes.h>
#include <strings.h>

/* An end in the next century is a slip of the pen. */
enum {
	LONGEST_DAYS = 3 * 366,
	DOORS_MOST = 7 * 24 * 60,
	POLICY_MOST = 365,
	LIMIT_MOST = 1000 * 1000,
};

/* "tier_price-2", of the tier at place 1. */
static struct error *refuse_tier(
    struct arena *arena, const char *field, size_t index, const char *message)
{
	return fail_field(
	    arena_format(arena, "%s-%zu", field, index + 1), "%s", message);
}

/* ---- the event ---- */

static struct error *check_words(const struct event *event)
{
	if (text_is_empty(event->title))
		return fail_field("title", "Enter a title");
	if (!event_is_type(event->type))
		return fail_field("type", "Choose a type from the list");
	if (!clock_is_zone(event->timezone))
		return fail_field(
		    "timezone", "Enter a time zone like Europe/Berlin");
	if (*event->online_url &&
	    !text_starts_with(event->online_url, "https://") &&
	    !text_starts_with(event->online_url, "http://"))
		return fail_field(
		    "online_url", "The online link must begin with https://");
	return NULL;
}

static struct error *check_times(const struct event *event)
{
	int64_t opens = event->booking_opens_at;
	int64_t closes = event->booking_closes_at;

	if (event->ends_at <= event->starts_at)
		return fail_field("end", "The end must be after the start");
	if (event->ends_at - event->starts_at > (int64_t)LONGEST_DAYS * DAY)
		return fail_field(
		    "end", "The event would last over three years");
	if (opens && closes && closes <= opens)
		return fail_field(
		    "booking_closes", "Booking must close after it opens");
	if (opens >= event->ends_at)
		return fail_field(
		    "booking_opens", "Booking must open before the event ends");
	if (closes > event->ends_at)
		return fail_field("booking_closes",
		    "Booking must close before the event ends");
	if (event->doors_minutes < 0 || event->doors_minutes > DOORS_MOST)
		return fail_field("doors_minutes",
		    "Doors must open between 0 and 10080 minutes before");
	return NULL;
}

static struct error *check_place(const struct venue *venue)
{
	if (!venue->has_location)
		return NULL;
	if (venue->latitude < -90 || venue->latitude > 90)
		return fail_field("venue_latitude",
		    "The latitude must be between -90 and 90");
	if (venue->longitude < -180 || venue->longitude > 180)
		return fail_field("venue_longitude",
		    "The longitude must be between -180 and 180");
	return NULL;
}

static struct error *check_rules(const struct event *event)
{
	const struct refund_policy *policy = &event->refunds;

	if (event->hold_minutes < 0 || event->hold_minutes > 24 * 60)
		return fail_field("hold_minutes",
		    "The minutes to pay must be between 1 and 1440");
	if (event->max_per_booking < 0 || event->max_per_booking > LIMIT_MOST)
		return fail_field("max_per_booking",
		    "The most tickets in a booking must be 1 or more");
	if (event->max_per_person < 0 || event->max_per_person > LIMIT_MOST)
		return fail_field("max_per_person",
		    "The most tickets for a person must be 1 or more");
	if (!policy->is_own)
		return NULL;
	if (policy->full_days < 0 || policy->full_days > POLICY_MOST)
		return fail_field("refund_full_days",
		    "The days for a full refund must be between 0 and 365");
	if (policy->part_days < 0 || policy->part_days > policy->full_days)
		return fail_field("refund_part_days",
		    "The days for a part must not be more than those for "
		    "everything");
	if (policy->part_percent < 0 || policy->part_percent > 100)
		return fail_field("refund_part_percent",
		    "The part must be between 0 and 100 percent");
	return NULL;
}

/* ---- tiers ---- */

static struct error *check_tier(
    struct arena *arena, const struct event *event, size_t index)
{
	const struct tier *tier = &event->tiers.items[index];

	if (text_is_empty(tier->name))
		return refuse_tier(arena, "tier_name", index,
		    "Enter a name for each ticket type");
	for (size_t i = 0; i < index; i++)
		if (strcasecmp(event->tiers.items[i].name, tier->name) == 0)
			return refuse_tier(arena, "tier_name", index,
			    arena_format(arena,
				"Two ticket types are called %s", tier->name));
	if (tier->price.minor < 0 || tier->price.minor > MONEY_MAX)
		return refuse_tier(arena, "tier_price", index,
		    "The price must not be negative");
	if (!tier->is_unlimited &&
	    (tier->capacity < 0 || tier->capacity > EVENT_CAPACITY_MOST))
		return refuse_tier(arena, "tier_capacity", index,
		    "The places must be between 0 and 10000000, or blank for "
		    "no limit");
	if (tier->sale_opens_at && tier->sale_closes_at &&
	    tier->sale_closes_at <= tier->sale_opens_at)
		return refuse_tier(arena, "tier_closes", index,
		    "The sale must close after it opens");
	return NULL;
}

static struct error *check_tiers(struct arena *arena, const struct event *event)
{
	if (event->tiers.count == 0)
		return fail_field("tier_name-1", "Add a ticket type");
	if (event->tiers.count > EVENT_TIERS_MOST)
		return fail_field("tier_name-1",
		    "There are more than %d ticket types", EVENT_TIERS_MOST);
	for (size_t i = 0; i < event->tiers.count; i++)
		TRY(check_tier(arena, event, i));
	return NULL;
}

/* Beside a map, a tier without seats says how many places it has. */
static struct error *check_seats(
    struct arena *arena, const struct event_wish *wish)
{
	const struct tier_list *tiers = &wish->event.tiers;

	if (wish->event.seating == SEATING_GENERAL)
		return NULL;
	if (wish->seats.count == 0)
		return fail_field("seat_rows",
		    "Enter the seats, like A1-A10 with a ticket type behind");
	for (size_t i = 0; i < tiers->count; i++) {
		bool has_seat = false;

		for (size_t j = 0; j < wish->seats.count; j++)
			has_seat |= wish->seats.items[j].tier == i;
		if (!has_seat && tiers->items[i].is_unlimited)
			return refuse_tier(arena, "tier_capacity", i,
			    arena_format(arena,
				"%s has no seats: add them, or enter how many "
				"places it has",
				tiers->items[i].name));
	}
	return NULL;
}

struct error *event_check_wish(
    struct arena *arena, const struct event_wish *wish)
{
	TRY(check_words(&wish->event));
	TRY(check_times(&wish->event));
	TRY(check_place(&wish->event.venue));
	TRY(check_rules(&wish->event));
	TRY(check_tiers(arena, &wish->event));
	return check_seats(arena, wish);
}
