#include "booking/event.h"

#include "base/clock.h"
#include "base/text.h"
#include "store/event_store.h"
#include <strings.h>

static const struct event_type types[] = {
    {"concert", "Concert"},
    {"conference", "Conference"},
    {"workshop", "Workshop"},
    {"webinar", "Webinar"},
    {"series", "Series"},
    {"hackathon", "Hackathon"},
    {"comedy", "Comedy"},
    {"theatre", "Theatre"},
    {"other", "Other"},
};

const struct event_type *event_types(size_t *count)
{
	*count = COUNT_OF(types);
	return types;
}

bool event_is_type(const char *name)
{
	for (size_t i = 0; i < COUNT_OF(types); i++)
		if (text_equal(types[i].name, name))
			return true;
	return false;
}

const char *event_type_label(const char *name)
{
	for (size_t i = 0; i < COUNT_OF(types); i++)
		if (text_equal(types[i].name, name))
			return types[i].label;
	return name;
}

/* ---- when it sells ---- */

enum sale_state event_sale_state(const struct event *event, int64_t now)
{
	if (event->status == EVENT_CANCELLED)
		return SALE_CANCELLED;
	if (event->status == EVENT_COMPLETED)
		return SALE_COMPLETED;
	if (now >= event->ends_at)
		return SALE_ENDED;
	if (event->status == EVENT_DRAFT)
		return SALE_NOT_YET;
	if (event->booking_opens_at && now < event->booking_opens_at)
		return SALE_NOT_YET;
	if (event->booking_closes_at && now >= event->booking_closes_at)
		return SALE_CLOSED;
	return SALE_OPEN;
}

enum sale_state tier_sale_state(
    const struct event *event, const struct tier *tier, int64_t now)
{
	enum sale_state state = event_sale_state(event, now);

	if (state != SALE_OPEN)
		return state;
	if (tier->sale_opens_at && now < tier->sale_opens_at)
		return SALE_NOT_YET;
	if (tier->sale_closes_at && now >= tier->sale_closes_at)
		return SALE_CLOSED;
	return SALE_OPEN;
}

/* "Booking opened on <moment>." with the words given. */
static const char *say_when(struct arena *arena, const struct event *event,
    const char *words, int64_t at)
{
	const struct when when = {
	    .at = at, .zone = event->timezone, .style = WHEN_LONG};

	return arena_format(arena, "%s %s.", words, when_format(arena, when));
}

static const char *not_yet_reason(
    struct arena *arena, const struct event *event, const struct tier *tier)
{
	int64_t opens = event->booking_opens_at;

	if (tier && tier->sale_opens_at > opens)
		opens = tier->sale_opens_at;
	if (opens == 0)
		return "Booking has not opened yet.";
	return say_when(arena, event, "Booking opens on", opens);
}

static const char *closed_reason(
    struct arena *arena, const struct event *event, const struct tier *tier)
{
	int64_t closes = event->booking_closes_at;

	if (tier && tier->sale_closes_at &&
	    (closes == 0 || tier->sale_closes_at < closes))
		closes = tier->sale_closes_at;
	return say_when(arena, event, "Booking closed on", closes);
}

const char *event_sale_reason(struct arena *arena, const struct event *event,
    const struct tier *tier, enum sale_state state)
{
	switch (state) {
	case SALE_NOT_YET:
		return not_yet_reason(arena, event, tier);
	case SALE_CLOSED:
		return closed_reason(arena, event, tier);
	case SALE_ENDED:
		return say_when(
		    arena, event, "This event ended on", event->ends_at);
	case SALE_CANCELLED:
		return "This event has been cancelled.";
	case SALE_COMPLETED:
		return "This event is over.";
	case SALE_OPEN:
	default:
		return "";
	}
}

struct error *event_check_sale(struct arena *arena, const struct event *event,
    const struct tier *tier, int64_t now)
{
	enum sale_state state = tier ? tier_sale_state(event, tier, now)
				     : event_sale_state(event, now);
	const char *reason;

	if (state == SALE_OPEN)
		return NULL;
	reason = event_sale_reason(arena, event, tier, state);
	return fail_with(BOOKING_CLOSED_ERROR, NULL,
	    FIELDS(error_text("event_name", "Event", event->title),
		error_text("reason", "Reason", reason)),
	    "Booking not available. %s", reason);
}

/* ---- tiers ---- */

bool event_is_sold_out(const struct event *event)
{
	for (size_t i = 0; i < event->tiers.count; i++)
		if (event->tiers.items[i].left > 0)
			return false;
	return true;
}

bool event_has_sold_out_tier(const struct event *event)
{
	for (size_t i = 0; i < event->tiers.count; i++)
		if (event->tiers.items[i].left <= 0)
			return true;
	return event->tiers.count == 0;
}

bool event_can_book(const struct event *event, int64_t now)
{
	for (size_t i = 0; i < event->tiers.count; i++) {
		const struct tier *tier = &event->tiers.items[i];

		if (tier->left > 0 &&
		    tier_sale_state(event, tier, now) == SALE_OPEN)
			return true;
	}
	return false;
}

const struct tier *event_find_tier(const struct event *event, const char *text)
{
	for (size_t i = 0; i < event->tiers.count; i++)
		if (text_equal(event->tiers.items[i].slug, text))
			return &event->tiers.items[i];
	for (size_t i = 0; i < event->tiers.count; i++)
		if (strcasecmp(event->tiers.items[i].name, text) == 0)
			return &event->tiers.items[i];
	return NULL;
}

const struct tier *event_tier_of(const struct event *event, int64_t tier_id)
{
	for (size_t i = 0; i < event->tiers.count; i++)
		if (event->tiers.items[i].id == tier_id)
			return &event->tiers.items[i];
	die("a seat of another event");
}

/* ---- the rest ---- */

const char *event_place(const struct event *event)
{
	return event->venue.id ? event->venue.name : "Online";
}

struct error *event_of_booking(const struct shop *shop,
    const struct booking *booking, int64_t now, struct event *event)
{
	if (!booking->event)
		return event_store_find_id(shop->db, shop->arena,
		    booking->event_id, EVENTS_ALL, now, event);
	*event = *booking->event;
	return NULL;
}
