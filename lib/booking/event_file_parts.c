#include "booking/event_file_parts.h"

#include "base/clock.h"
#include "base/slug.h"
#include "base/text.h"
#include "booking/event.h"
#include "store/event_store.h"
#include <stddef.h>
#include <string.h>

enum {
	TIERS_MOST = 100,
	NUMBER_MOST = 1000 * 1000,
	CAPACITY_MOST = 10 * 1000 * 1000,
};

/* Moments: up to the year 9999. */
#define MOMENT_MOST INT64_C(253402300799)

/* A member: how it is called there, and where it stands here. */
struct member {
	const char *key;
	size_t offset;
	enum {
		IS_TEXT,
		IS_LINE,
		IS_NUMBER,
		IS_FLAG
	} kind;
	int64_t least; /* characters of a text, or the number */
	int64_t most;
	bool (*is_valid)(const char *text); /* of a text; NULL: anything */
};

struct member_list {
	const struct member *items;
	size_t count;
};

#define MEMBERS(array) ((struct member_list){(array), COUNT_OF(array)})

static bool is_link_or_empty(const char *text)
{
	return *text == '\0' || text_starts_with(text, "https://") ||
	    text_starts_with(text, "http://");
}

#define E(member) offsetof(struct event, member)
#define T(member) offsetof(struct tier, member)
#define V(member) offsetof(struct venue, member)
#define R(member) offsetof(struct event, refunds.member)

static const struct member event_members[] = {
    {"slug", E(slug), IS_LINE, 1, 100, slug_is_valid},
    {"title", E(title), IS_LINE, 1, 200},
    {"type", E(type), IS_LINE, 1, 20, event_is_type},
    {"summary", E(summary), IS_LINE, 0, 300},
    {"description", E(description), IS_TEXT, 0, 20000},
    {"online_url", E(online_url), IS_LINE, 0, 500, is_link_or_empty},
    {"image_alt", E(image_alt), IS_LINE, 0, 200},
    {"timezone", E(timezone), IS_LINE, 1, 60, clock_is_zone},
    {"currency", E(currency), IS_LINE, 3, 3, money_is_currency},
    {"starts_at", E(starts_at), IS_NUMBER, 1, MOMENT_MOST},
    {"ends_at", E(ends_at), IS_NUMBER, 1, MOMENT_MOST},
    {"doors_minutes", E(doors_minutes), IS_NUMBER, 0, NUMBER_MOST},
    {"booking_opens_at", E(booking_opens_at), IS_NUMBER, 0, MOMENT_MOST},
    {"booking_closes_at", E(booking_closes_at), IS_NUMBER, 0, MOMENT_MOST},
    {"hold_minutes", E(hold_minutes), IS_NUMBER, 0, 1440},
    {"max_per_booking", E(max_per_booking), IS_NUMBER, 0, NUMBER_MOST},
    {"max_per_person", E(max_per_person), IS_NUMBER, 0, NUMBER_MOST},
    {"one_booking_each", E(one_booking_each), IS_FLAG},
    {"queue_is_open", E(queue_is_open), IS_FLAG},
    {"queue_is_manual", E(queue_is_manual), IS_FLAG},
    {"has_refund_policy", R(is_own), IS_FLAG},
    {"refund_full_days", R(full_days), IS_NUMBER, 0, NUMBER_MOST},
    {"refund_part_days", R(part_days), IS_NUMBER, 0, NUMBER_MOST},
    {"refund_part_percent", R(part_percent), IS_NUMBER, 0, 100},
};

static const struct member venue_members[] = {
    {"name", V(name), IS_LINE, 1, 200},
    {"address", V(address), IS_LINE, 0, 300},
};

static const struct member tier_members[] = {
    {"slug", T(slug), IS_LINE, 1, 100, slug_is_valid},
    {"name", T(name), IS_LINE, 1, 200},
    {"is_unlimited", T(is_unlimited), IS_FLAG},
    {"capacity", T(capacity), IS_NUMBER, 0, CAPACITY_MOST},
    {"sale_opens_at", T(sale_opens_at), IS_NUMBER, 0, MOMENT_MOST},
    {"sale_closes_at", T(sale_closes_at), IS_NUMBER, 0, MOMENT_MOST},
};

/* ---- writing ---- */

static void put_members(
    json_t *object, struct member_list members, const void *base)
{
	for (size_t i = 0; i < members.count; i++) {
		const struct member *member = &members.items[i];
		const void *at = (const char *)base + member->offset;
		json_t *value;

		if (member->kind == IS_NUMBER)
			value = json_integer(*(const int64_t *)at);
		else if (member->kind == IS_FLAG)
			value = json_boolean(*(const bool *)at);
		else
			value = json_string(*(const char *const *)at);
		json_object_set_new(object, member->key, value);
	}
}

static json_t *put_venue(const struct venue *venue)
{
	json_t *object = json_object();

	put_members(object, MEMBERS(venue_members), venue);
	if (venue->has_location) {
		json_object_set_new(
		    object, "latitude", json_real(venue->latitude));
		json_object_set_new(
		    object, "longitude", json_real(venue->longitude));
	}
	return object;
}

json_t *event_file_event(const struct event *event)
{
	json_t *object = json_object();

	put_members(object, MEMBERS(event_members), event);
	json_object_set_new(object, "is_reserved",
	    json_boolean(event->seating == SEATING_RESERVED));
	json_object_set_new(
	    object, "door_rule", json_string(door_rule_word(event->door_rule)));
	if (event->venue.id)
		json_object_set_new(object, "venue", put_venue(&event->venue));
	return object;
}

json_t *event_file_tier(const struct tier *tier)
{
	json_t *object = json_object();

	put_members(object, MEMBERS(tier_members), tier);
	json_object_set_new(object, "rank", json_integer(tier->rank));
	json_object_set_new(object, "price", json_integer(tier->price.minor));
	return object;
}

/* ---- reading ---- */

static struct error *bad(const char *whose, const char *key)
{
	return fail(VALIDATION_ERROR, "%s%s cannot be that", whose, key);
}

static struct error *take_text(struct arena *arena, const char *whose,
    const struct member *member, const json_t *value, const char **result)
{
	const char *text = value ? json_string_value(value) : "";
	int64_t length;

	if (!text)
		return bad(whose, member->key);
	length = (int64_t)text_length(text);
	if (length < member->least || length > member->most ||
	    text_has_control(text) ||
	    (member->kind == IS_LINE && strpbrk(text, "\r\n\t")) ||
	    (member->is_valid && !member->is_valid(text)))
		return bad(whose, member->key);
	*result = arena_copy(arena, text);
	return NULL;
}

/* A number that is not there is 0. */
static struct error *take_number(const char *whose, const json_t *object,
    const char *key, int64_t least, int64_t most, int64_t *result)
{
	const json_t *value = json_object_get(object, key);

	*result = json_integer_value(value);
	if ((value && !json_is_integer(value)) || *result < least ||
	    *result > most)
		return bad(whose, key);
	return NULL;
}

static struct error *take_member(struct arena *arena, const char *whose,
    const struct member *member, const json_t *object, void *at)
{
	const json_t *value = json_object_get(object, member->key);

	switch (member->kind) {
	case IS_NUMBER:
		return take_number(whose, object, member->key, member->least,
		    member->most, at);
	case IS_FLAG:
		if (value && !json_is_boolean(value))
			return bad(whose, member->key);
		*(bool *)at = json_is_true(value);
		return NULL;
	case IS_TEXT:
	case IS_LINE:
	default:
		return take_text(arena, whose, member, value, at);
	}
}

static struct error *take_members(struct arena *arena, const char *whose,
    struct member_list members, const json_t *object, void *base)
{
	for (size_t i = 0; i < members.count; i++)
		TRY(take_member(arena, whose, &members.items[i], object,
		    (char *)base + members.items[i].offset));
	return NULL;
}

static bool is_degree(const json_t *value, double most)
{
	return json_is_number(value) && json_number_value(value) >= -most &&
	    json_number_value(value) <= most;
}

static struct error *take_venue(
    struct arena *arena, const json_t *object, struct venue *venue)
{
	const json_t *latitude = json_object_get(object, "latitude");
	const json_t *longitude = json_object_get(object, "longitude");

	*venue = (struct venue){.name = "", .address = "", .slug = ""};
	if (!object)
		return NULL;
	TRY(take_members(
	    arena, "venue: ", MEMBERS(venue_members), object, venue));
	if (!latitude && !longitude)
		return NULL;
	if (!is_degree(latitude, 90) || !is_degree(longitude, 180))
		return bad("venue: ", "latitude");
	venue->has_location = true;
	venue->latitude = json_number_value(latitude);
	venue->longitude = json_number_value(longitude);
	return NULL;
}

static struct error *take_tier(struct arena *arena, const json_t *object,
    const char *currency, struct tier *tier)
{
	int64_t rank, price;

	*tier = (struct tier){.rows = ""};
	TRY(take_members(
	    arena, "tiers: ", MEMBERS(tier_members), object, tier));
	TRY(take_number("tiers: ", object, "rank", 0, NUMBER_MOST, &rank));
	TRY(take_number(
	    "tiers: ", object, "price", 0, MONEY_MAX / 1000, &price));
	tier->rank = (int)rank;
	tier->price = money_of(price, currency);
	return NULL;
}

static struct error *take_tiers(
    struct arena *arena, const json_t *list, struct event *event)
{
	size_t count = json_array_size(list);
	struct tier *tiers = arena_array(arena, count, sizeof(*tiers));

	if (!json_is_array(list) || count > TIERS_MOST)
		return bad("", "tiers");
	for (size_t i = 0; i < count; i++)
		TRY(take_tier(arena, json_array_get(list, i), event->currency,
		    &tiers[i]));
	event->tiers = (struct tier_list){.items = tiers, .count = count};
	return NULL;
}

static struct error *take_rule(const json_t *tree, enum door_rule *rule)
{
	const char *word = json_member_text(tree, "door_rule");

	for (*rule = DOOR_ONCE; *rule <= DOOR_DAILY; (*rule)++)
		if (text_equal(door_rule_word(*rule), word))
			return NULL;
	return bad("", "door_rule");
}

struct error *event_file_take(
    struct arena *arena, const json_t *tree, struct event *event)
{
	*event = (struct event){.status = EVENT_DRAFT, .image = ""};
	TRY(take_members(arena, "", MEMBERS(event_members), tree, event));
	TRY(take_rule(tree, &event->door_rule));
	event->seating = json_is_true(json_object_get(tree, "is_reserved"))
	    ? SEATING_RESERVED
	    : SEATING_GENERAL;
	if (event->ends_at <= event->starts_at)
		return bad("", "ends_at");
	if (event->refunds.full_days < event->refunds.part_days)
		return bad("", "refund_part_days");
	TRY(take_venue(arena, json_object_get(tree, "venue"), &event->venue));
	return take_tiers(arena, json_object_get(tree, "tiers"), event);
}
