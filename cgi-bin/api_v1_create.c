/*
 * /api/v1: organisers create events (R48).
 */
#include "api_v1.h"

#include "base/clock.h"
#include "base/text.h"
#include "booking/event_edit.h"
#include "store/event_store.h"

/* ---- reading ---- */

static struct error *read_trimmed(struct arena *arena, const json_t *body,
    const char *name, const char *fallback, const char **text)
{
	TRY(v1_read_text(arena, body, name, fallback, text));
	*text = text_trim(arena, *text);
	if (text_has_control(*text))
		return v1_refuse(
		    name, *text, "must not have control characters");
	return NULL;
}

static struct error *read_moment(struct arena *arena, const json_t *body,
    const char *name, bool is_needed, int64_t *moment)
{
	const char *text;

	*moment = 0;
	TRY(read_trimmed(arena, body, name, is_needed ? NULL : "", &text));
	return *text ? v1_read_moment(arena, name, text, moment) : NULL;
}

/* A price in units: 12.5, or "12.50". */
static struct error *read_price(struct arena *arena, const json_t *body,
    const char *name, const char *currency, struct money *price)
{
	const json_t *value = json_object_get(body, name);
	const char *text = json_is_string(value) ? json_string_value(value)
						 : json_show(arena, value);

	*price = money_of(0, currency);
	if (json_is_absent(value))
		return NULL;
	if ((!json_is_string(value) && !json_is_number(value)) ||
	    money_parse(text, currency, price))
		return v1_refuse(name, text, "must be a price like 12.50");
	return NULL;
}

/* A blank capacity means unlimited (R68). */
static struct error *read_capacity(struct arena *arena, const json_t *body,
    const char *name, struct tier *tier)
{
	const json_t *value = json_object_get(body, name);

	tier->is_unlimited = json_is_absent(value);
	if (tier->is_unlimited)
		return NULL;
	tier->capacity = json_integer_value(value);
	if (!json_is_integer(value) || tier->capacity < 1 ||
	    tier->capacity > EVENT_CAPACITY_MOST)
		return v1_refuse(name, json_show(arena, value),
		    "must be a whole number from 1 to 10000000");
	return NULL;
}

static struct error *read_tier(struct arena *arena, const json_t *body,
    const char *currency, struct tier *tier)
{
	*tier = (struct tier){.rows = ""};
	if (!json_is_object(body))
		return v1_refuse(
		    "tiers", json_show(arena, body), "must be objects");
	TRY(read_trimmed(arena, body, "name", NULL, &tier->name));
	TRY(read_price(arena, body, "price", currency, &tier->price));
	return read_capacity(arena, body, "capacity", tier);
}

/* Without tiers one of them, "Standard", of ticketPrice and maxParticipants. */
static struct error *read_only_tier(struct arena *arena, const json_t *body,
    const char *currency, struct tier *tier)
{
	*tier = (struct tier){.name = "Standard", .rows = ""};
	TRY(read_price(arena, body, "ticketPrice", currency, &tier->price));
	return read_capacity(arena, body, "maxParticipants", tier);
}

static struct error *read_tiers(
    struct arena *arena, const json_t *body, struct event *event)
{
	const json_t *list = json_object_get(body, "tiers");
	size_t count = list ? json_array_size(list) : 1;
	struct tier *tiers;

	if ((list && !json_is_array(list)) || count < 1 ||
	    count > EVENT_TIERS_MOST)
		return v1_refuse("tiers", json_show(arena, list),
		    "must be a list of 1 to 20 ticket types");
	tiers = arena_array(arena, count, sizeof(*tiers));
	for (size_t i = 0; list && i < count; i++)
		TRY(read_tier(arena, json_array_get(list, i), event->currency,
		    &tiers[i]));
	if (!list)
		TRY(read_only_tier(arena, body, event->currency, &tiers[0]));
	event->tiers = (struct tier_list){.items = tiers, .count = count};
	return NULL;
}

/*
 * What isOnline says counts: such an event has no venue, and a location that is
 * a link is where it happens.
 */
static struct error *read_place(
    struct arena *arena, const json_t *body, struct event *event)
{
	const json_t *is_online = json_object_get(body, "isOnline");
	const char *place;

	TRY(read_trimmed(arena, body, "location", "", &place));
	TRY(read_trimmed(arena, body, "onlineUrl", "", &event->online_url));
	event->venue = (struct venue){.name = place, .address = ""};
	if (json_is_absent(is_online) || json_is_false(is_online))
		return NULL;
	if (!json_is_true(is_online))
		return v1_refuse("isOnline", json_show(arena, is_online),
		    "must be true or false");
	event->venue.name = "";
	if (!*event->online_url && text_starts_with(place, "https://"))
		event->online_url = place;
	return NULL;
}

static struct error *read_event(
    const struct shop *shop, const json_t *body, struct event *event)
{
	struct arena *arena = shop->arena;

	*event = (struct event){
	    .image = "",
	    .image_alt = "",
	    .currency = shop->config->currency,
	    .doors_minutes = 60,
	    .status = EVENT_DRAFT,
	    .one_booking_each = true,
	};
	TRY(read_trimmed(arena, body, "name", NULL, &event->title));
	TRY(read_trimmed(arena, body, "eventType", "other", &event->type));
	TRY(read_trimmed(arena, body, "summary", "", &event->summary));
	TRY(read_trimmed(arena, body, "description", "", &event->description));
	TRY(read_place(arena, body, event));
	TRY(read_trimmed(
	    arena, body, "timezone", shop->config->timezone, &event->timezone));
	TRY(read_moment(arena, body, "startDate", true, &event->starts_at));
	TRY(read_moment(arena, body, "endDate", true, &event->ends_at));
	TRY(read_moment(
	    arena, body, "bookingOpens", false, &event->booking_opens_at));
	TRY(read_moment(
	    arena, body, "bookingCloses", false, &event->booking_closes_at));
	return read_tiers(arena, body, event);
}

/* "published" puts it on sale at once; a draft unless said otherwise. */
static struct error *read_status(
    struct arena *arena, const json_t *body, bool *is_published)
{
	const char *status;

	TRY(read_trimmed(arena, body, "status", "draft", &status));
	*is_published = text_equal(status, "published");
	if (!*is_published && !text_equal(status, "draft"))
		return v1_refuse(
		    "status", status, "must be draft or published");
	return NULL;
}

/* ---- the call ---- */

static struct error *create(
    const struct request *request, const json_t *body, struct event_wish *wish)
{
	const struct shop *shop = &request->shop;
	const char *metadata;
	bool is_published;

	TRY(read_event(shop, body, &wish->event));
	TRY(read_status(shop->arena, body, &is_published));
	TRY(v1_read_metadata(shop->arena, body, &metadata));
	if (is_published && wish->event.ends_at <= clock_now())
		return v1_refuse("endDate", "", "is over already");
	TRY(event_create(shop, &request->viewer, wish));
	TRY(TRANSACTION(shop->db,
	    api_store_set_event_metadata(shop->db, wish->event.id, metadata)));
	if (!is_published)
		return NULL;
	return event_publish(shop, &request->viewer, wish->event.slug);
}

/* What event_create refuses by the names of the organiser's form. */
static const struct v1_member members[] = {
    {"title", "name"},
    {"type", "eventType"},
    {"venue", "location"},
    {"online_url", "onlineUrl"},
    {"start", "startDate"},
    {"end", "endDate"},
    {"booking_opens", "bookingOpens"},
    {"booking_closes", "bookingCloses"},
    {"tier_name", "tiers"},
    {"tier_price", "tiers"},
    {"tier_capacity", "tiers"},
};

struct error *v1_create_event(struct request *request)
{
	struct event_wish wish = {.seats = {.count = 0}};
	const struct shop *shop = &request->shop;
	struct event event;
	json_t *body, *tree;

	json_begin(request);
	TRY(json_read_body(request, &body));
	TRY(v1_name_field(shop->arena, create(request, body, &wish), members,
	    COUNT_OF(members)));
	json_begin(request);
	TRY(event_store_find_id(shop->db, shop->arena, wish.event.id,
	    EVENTS_ALL, clock_now(), &event));
	TRY(v1_show_an_event(shop, &event, &tree));
	request->response.status = 201;
	json_answer(request, tree);
	return NULL;
}
