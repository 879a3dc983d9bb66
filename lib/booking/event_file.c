#include "booking/event_file.h"

#include "base/clock.h"
#include "base/text.h"
#include "booking/event_file_parts.h"
#include "booking/picture.h"
#include "booking/seats.h"
#include "booking/venue.h"
#include "store/event_store.h"
#include "store/seat_store.h"
#include <sodium.h>
#include <string.h>

#define FORMAT "campuspass-event"

enum {
	VERSION = 1
};

/* ---- pictures ---- */

static struct error *write_picture(
    const struct shop *shop, const struct event *event, json_t *tree)
{
	const int kind = sodium_base64_VARIANT_ORIGINAL;
	char *bytes, *text;
	const char *type;
	size_t length, room;

	if (text_is_empty(event->image))
		return NULL;
	TRY(picture_read(shop, event->image, &type, &bytes, &length));
	room = sodium_base64_encoded_len(length, kind);
	text = arena_alloc(shop->arena, room);
	sodium_bin2base64(
	    text, room, (const unsigned char *)bytes, length, kind);
	json_object_set_new(tree, "image", json_string(text));
	return NULL;
}

/* The picture, made harmless; none: its length is 0. */
static struct error *read_picture(
    const struct shop *shop, const json_t *tree, struct image *image)
{
	const char *text = json_member_text(tree, "image");
	size_t size = strlen(text), length = 0;
	unsigned char *bytes = arena_alloc(shop->arena, size + 1);

	*image = (struct image){.length = 0};
	if (size == 0)
		return NULL;
	if (sodium_base642bin(bytes, size, text, size, NULL, &length, NULL,
		sodium_base64_VARIANT_ORIGINAL) != 0 ||
	    image_read(shop->arena, bytes, length, image))
		return fail(VALIDATION_ERROR, "image is no picture");
	return NULL;
}

/* ---- writing ---- */

/* The seats of a tier that are for wheelchairs, as a text of seats. */
static const char *accessible_seats(
    const struct shop *shop, const struct seat_list *seats, int64_t tier_id)
{
	struct seat *items =
	    arena_array(shop->arena, seats->count, sizeof(*items));
	struct seat_list chosen = {.items = items};

	for (size_t i = 0; i < seats->count; i++)
		if (seats->items[i].is_accessible)
			items[chosen.count++] = seats->items[i];
	return seats_write(shop->arena, &chosen, tier_id);
}

static struct error *write_tiers(
    const struct shop *shop, const struct event *event, json_t *tree)
{
	json_t *list = json_array();
	struct seat_list seats;

	TRY(seat_store_list(
	    shop->db, shop->arena, event->id, clock_now(), &seats));
	for (size_t i = 0; i < event->tiers.count; i++) {
		const struct tier *tier = &event->tiers.items[i];
		json_t *object = event_file_tier(tier);

		json_object_set_new(object, "rows",
		    json_string(seats_write(shop->arena, &seats, tier->id)));
		json_object_set_new(object, "accessible",
		    json_string(accessible_seats(shop, &seats, tier->id)));
		json_array_append_new(list, object);
	}
	json_object_set_new(tree, "tiers", list);
	return NULL;
}

struct error *event_file_write(
    const struct shop *shop, const char *slug, struct out *out)
{
	struct event event;
	json_t *tree;

	TRY(event_store_find(
	    shop->db, shop->arena, slug, EVENTS_ALL, clock_now(), &event));
	json_use(shop->arena);
	tree = event_file_event(&event);
	json_object_set_new(tree, "format", json_string(FORMAT));
	json_object_set_new(tree, "version", json_integer(VERSION));
	TRY(write_tiers(shop, &event, tree));
	TRY(write_picture(shop, &event, tree));
	if (!json_write(out, tree))
		return fail(STORAGE_ERROR, "The event cannot be written");
	out_char(out, '\n');
	return NULL;
}

/* ---- reading ---- */

static struct error *read_tree(
    struct arena *arena, const char *text, size_t length, json_t **tree)
{
	json_error_t problem;

	*tree = json_loadb(text, length, JSON_REJECT_DUPLICATES, &problem);
	if (!*tree)
		return fail(
		    VALIDATION_ERROR, "%s", json_problem(arena, &problem));
	if (!text_equal(json_member_text(*tree, "format"), FORMAT))
		return fail(VALIDATION_ERROR, "It is no event of CampusPass");
	if (json_member_number(*tree, "version") != VERSION)
		return fail(
		    VALIDATION_ERROR, "It is of another version of CampusPass");
	return NULL;
}

/* A text of seats as the seats of a tier. */
static struct error *read_seats(struct arena *arena, const json_t *object,
    const char *key, struct seat_range_list *list)
{
	const json_t *value = json_object_get(object, key);

	*list = (struct seat_range_list){.count = 0};
	if (value && !json_string_value(value))
		return fail(VALIDATION_ERROR, "tiers: %s cannot be that", key);
	return seats_parse(arena, json_member_text(object, key), list);
}

static bool has_seat(
    const struct seat_range_list *list, const char *row, int64_t number)
{
	for (size_t i = 0; i < list->count; i++)
		if (text_equal(list->items[i].row, row) &&
		    number >= list->items[i].first &&
		    number <= list->items[i].last)
			return true;
	return false;
}

static struct error *add_seats(const struct shop *shop,
    const struct event *event, const char *tier, const json_t *object)
{
	struct seat_range_list seats, accessible;

	TRY(read_seats(shop->arena, object, "rows", &seats));
	TRY(read_seats(shop->arena, object, "accessible", &accessible));
	for (size_t i = 0; i < seats.count; i++) {
		const struct seat_range *range = &seats.items[i];

		for (int64_t n = range->first; n <= range->last; n++) {
			const struct seat seat = {
			    .row = range->row,
			    .number = n,
			    .is_accessible =
				has_seat(&accessible, range->row, n),
			};

			TRY(seat_store_add(shop->db, event->id, tier, &seat));
		}
	}
	return NULL;
}

/* As many places as seats, where a tier has any. */
static struct error *check_seats(
    const struct shop *shop, const struct event *event, const json_t *tiers)
{
	for (size_t i = 0; i < event->tiers.count; i++) {
		const struct tier *tier = &event->tiers.items[i];
		bool is_reserved = event->seating == SEATING_RESERVED;
		struct seat_range_list seats, accessible;

		TRY(read_seats(
		    shop->arena, json_array_get(tiers, i), "rows", &seats));
		TRY(read_seats(shop->arena, json_array_get(tiers, i),
		    "accessible", &accessible));
		if (seats.seats == 0 && !(is_reserved && tier->is_unlimited))
			continue;
		if (!is_reserved || tier->is_unlimited ||
		    seats.seats != tier->capacity)
			return fail(VALIDATION_ERROR,
			    "tiers: %s has %lld places and %lld seats",
			    tier->slug, (long long)tier->capacity,
			    (long long)seats.seats);
	}
	return NULL;
}

static struct error *add_in(
    const struct shop *shop, struct event *event, const json_t *tiers)
{
	TRY(venue_give_in(shop, &event->venue, clock_now()));
	TRY(event_store_add(shop->db, shop->arena, event, clock_now()));
	for (size_t i = 0; i < event->tiers.count; i++)
		TRY(add_seats(shop, event, event->tiers.items[i].slug,
		    json_array_get(tiers, i)));
	return NULL;
}

struct error *event_file_read(
    const struct shop *shop, const char *text, size_t length, const char **slug)
{
	struct event event;
	struct error *error;
	struct image picture;
	int64_t id;
	json_t *tree;

	json_use(shop->arena);
	TRY(read_tree(shop->arena, text, length, &tree));
	TRY(event_file_take(shop->arena, tree, &event));
	TRY(check_seats(shop, &event, json_object_get(tree, "tiers")));
	TRY(read_picture(shop, tree, &picture));
	*slug = event.slug;
	error = event_store_find_slug(shop->db, shop->arena, event.slug, &id);
	if (!error)
		return fail(VALIDATION_ERROR,
		    "This site has an event %s already", event.slug);
	if (!error_is(error, NOT_FOUND_ERROR))
		return error;
	if (picture.length > 0)
		TRY(picture_save(shop, &picture, &event.image));
	error = TRANSACTION(
	    shop->db, add_in(shop, &event, json_object_get(tree, "tiers")));
	if (error)
		picture_remove(shop, event.image);
	if (error_is(error, CONFLICT_ERROR))
		return fail(VALIDATION_ERROR,
		    "tiers: a ticket type or a seat stands twice");
	return error;
}
