/*
 * How tiers, seats, venue and staff of an event become as its organiser
 * wishes, without touching what was sold.
 */
#include "booking/event_parts.h"

#include "base/slug.h"
#include "base/text.h"
#include "store/event_edit_store.h"
#include "store/event_store.h"
#include "store/seat_store.h"
#include "store/user_store.h"
#include <inttypes.h>
#include <string.h>

/* ---- tiers ---- */

static bool is_slug_taken(const struct tier_list *tiers, const char *slug)
{
	for (size_t i = 0; i < tiers->count; i++)
		if (text_equal(tiers->items[i].slug, slug))
			return true;
	return false;
}

/* "vip", else "vip-2"; "any" means every tier to the waiting list. */
static const char *free_slug(
    struct arena *arena, const struct tier_list *tiers, const char *name)
{
	const char *wanted = slug_make(arena, name), *slug = wanted;

	if (text_equal(wanted, "any") || text_equal(wanted, "event"))
		slug = wanted = "tickets";
	for (int number = 2; is_slug_taken(tiers, slug); number++)
		slug = arena_format(arena, "%s-%d", wanted, number);
	return slug;
}

static int64_t count_seats(const struct seat_plan *plan, size_t tier)
{
	int64_t count = 0;

	for (size_t i = 0; i < plan->count; i++)
		count += plan->items[i].tier == tier;
	return count;
}

static struct error *refuse_seating(const struct tier *tier)
{
	return fail_with(STATE_ERROR, NULL,
	    FIELDS(error_text("field", "Field", "seat_rows")),
	    "%s has places sold or held without a seat: it cannot get numbered "
	    "seats",
	    tier->name);
}

/* Seats are the capacity of a tier that has any. */
static struct error *count_places(const struct event_wish *wish, size_t index,
    const struct tier *old, struct tier *tier)
{
	int64_t seats = wish->event.seating == SEATING_RESERVED
	    ? count_seats(&wish->seats, index)
	    : 0;

	if (seats == 0)
		return NULL;
	if (old && !old->has_seats &&
	    (old->sold > 0 || old->free < old->capacity))
		return refuse_seating(tier);
	tier->is_unlimited = false;
	tier->capacity = seats;
	return NULL;
}

static struct error *set_tier(const struct shop *shop,
    const struct event *event, const struct tier *tier, size_t index)
{
	bool changed;

	TRY(event_edit_store_set_tier(
	    shop->db, event->id, tier, (int64_t)index, &changed));
	if (changed)
		return NULL;
	return fail_field(
	    arena_format(shop->arena, "tier_capacity-%zu", index + 1),
	    "%s: more tickets are sold or held than %" PRId64 " place%s",
	    tier->name, tier->capacity, tier->capacity == 1 ? "" : "s");
}

static const struct tier *find_tier(const struct tier_list *tiers, int64_t id)
{
	for (size_t i = 0; i < tiers->count; i++)
		if (tiers->items[i].id == id)
			return &tiers->items[i];
	return NULL;
}

/* Ids and slugs of what was added are read back: seats need them. */
static struct error *read_back(
    const struct shop *shop, struct event_wish *wish, struct tier *tiers)
{
	struct event event;

	TRY(event_store_find_id(
	    shop->db, shop->arena, wish->event.id, EVENTS_ALL, 0, &event));
	for (size_t i = 0; i < wish->event.tiers.count; i++)
		for (size_t j = 0; j < event.tiers.count; j++)
			if (text_equal(
				event.tiers.items[j].slug, tiers[i].slug))
				tiers[i].id = event.tiers.items[j].id;
	return NULL;
}

struct error *event_put_tiers(const struct shop *shop,
    const struct event *before, struct event_wish *wish)
{
	struct event *event = &wish->event;
	size_t count = event->tiers.count, had = before->tiers.count;
	struct tier *tiers = arena_array(shop->arena, count, sizeof(*tiers));
	/* Slugs in use: those there are, then those added. */
	struct tier *all = arena_array(shop->arena, had + count, sizeof(*all));
	struct tier_list taken = {.items = all, .count = had};

	memcpy(tiers, event->tiers.items, count * sizeof(*tiers));
	if (had)
		memcpy(all, before->tiers.items, had * sizeof(*all));
	event->tiers.items = tiers;
	for (size_t i = 0; i < count; i++) {
		const struct tier *old = find_tier(&before->tiers, tiers[i].id);

		TRY(count_places(wish, i, old, &tiers[i]));
		if (old) {
			tiers[i].slug = old->slug;
			TRY(set_tier(shop, event, &tiers[i], i));
			continue;
		}
		tiers[i].slug = free_slug(shop->arena, &taken, tiers[i].name);
		all[taken.count++] = tiers[i];
		TRY(event_store_add_tier(
		    shop->db, event, &tiers[i], (int64_t)i));
	}
	return read_back(shop, wish, tiers);
}

struct error *event_remove_tiers(const struct shop *shop,
    const struct event *before, const struct event_wish *wish)
{
	for (size_t i = 0; i < before->tiers.count; i++) {
		const struct tier *tier = &before->tiers.items[i];
		bool removed;

		if (find_tier(&wish->event.tiers, tier->id))
			continue;
		TRY(event_edit_store_remove_tier(
		    shop->db, before->id, tier->id, &removed));
		if (!removed)
			return fail_with(STATE_ERROR, NULL,
			    FIELDS(error_text(
				"tier_name", "Ticket type", tier->name)),
			    "%s was booked or waited for, so it cannot be "
			    "removed. Give it no more places than it has sold "
			    "instead",
			    tier->name);
	}
	return NULL;
}

/* ---- seats ---- */

static struct error *refuse_seat(const char *name, const char *reason)
{
	return fail_with(STATE_ERROR, NULL,
	    FIELDS(error_text("field", "Field", "seat_rows"),
		error_text("seats", "Seat", name)),
	    "Seat %s %s", name, reason);
}

static struct error *remove_seat(
    const struct shop *shop, const struct seat *seat)
{
	bool removed;

	TRY(event_edit_store_remove_seat(shop->db, seat->id, &removed));
	if (!removed)
		return refuse_seat(
		    seat->name, "is sold or held, or was sold once: it stays");
	return NULL;
}

static struct error *add_seat(const struct shop *shop,
    const struct event_wish *wish, const struct planned_seat *plan)
{
	const struct seat seat = {
	    .row = plan->row,
	    .number = plan->number,
	    .tier_id = wish->event.tiers.items[plan->tier].id,
	    .is_accessible = plan->is_accessible,
	};

	return event_edit_store_add_seat(shop->db, wish->event.id, &seat);
}

static struct error *set_seat(const struct shop *shop,
    const struct event_wish *wish, const struct planned_seat *plan,
    const struct seat *had)
{
	struct seat seat = *had;

	seat.tier_id = wish->event.tiers.items[plan->tier].id;
	seat.is_accessible = plan->is_accessible;
	if (seat.tier_id == had->tier_id &&
	    seat.is_accessible == had->is_accessible)
		return NULL;
	if (seat.tier_id != had->tier_id && had->status != SEAT_FREE)
		return refuse_seat(had->name,
		    "is sold or held: its ticket type cannot change");
	return event_edit_store_set_seat(shop->db, &seat);
}

/* Both lists have one order, so they are walked side by side. */
struct error *event_put_seats(
    const struct shop *shop, const struct event_wish *wish, int64_t now)
{
	const struct seat_plan *plan = &wish->seats;
	struct seat_list seats;
	size_t i = 0, j = 0;

	TRY(seat_store_list(
	    shop->db, shop->arena, wish->event.id, now, &seats));
	while (i < plan->count || j < seats.count) {
		int order = i == plan->count ? 1
		    : j == seats.count
		    ? -1
		    : seats_compare(plan->items[i].row, plan->items[i].number,
			  seats.items[j].row, seats.items[j].number);

		if (order > 0)
			TRY(remove_seat(shop, &seats.items[j++]));
		else if (order < 0)
			TRY(add_seat(shop, wish, &plan->items[i++]));
		else
			TRY(set_seat(
			    shop, wish, &plan->items[i++], &seats.items[j++]));
	}
	return NULL;
}

/* ---- people ---- */

static struct error *find_user(const struct shop *shop, const char *name,
    const char *field, enum role least, const char *need, int64_t *id)
{
	struct user user;

	TRY(user_store_find_username(shop->db, shop->arena, name, &user));
	if (user.id == 0)
		return fail_field(field, "There is no account \"%s\"", name);
	if (user.role < least)
		return fail_field(field, "%s %s", user.username, need);
	*id = user.id;
	return NULL;
}

static struct error *put_staff(
    const struct shop *shop, const struct event_wish *wish)
{
	char *rest = arena_copy(shop->arena, wish->staff), *name;

	if (!wish->staff)
		return NULL;
	TRY(event_edit_store_clear_staff(shop->db, wish->event.id));
	while ((name = strsep(&rest, " ,\t\r\n"))) {
		int64_t id = 0;

		if (*name == '\0')
			continue;
		TRY(find_user(shop, name, "door_staff", ROLE_DOOR,
		    "has no account for the door", &id));
		TRY(event_edit_store_add_staff(shop->db, wish->event.id, id));
	}
	return NULL;
}

struct error *event_put_people(const struct shop *shop, struct event_wish *wish)
{
	if (wish->owner) {
		wish->event.owner_id = 0;
		if (*wish->owner)
			TRY(find_user(shop, wish->owner, "owner",
			    ROLE_ORGANISER, "is no organiser",
			    &wish->event.owner_id));
	}
	return wish->event.id ? put_staff(shop, wish) : NULL;
}
