/*
 * Free places are offered to who waits: by rank and turn, or by calls.
 */
#include "base/clock.h"
#include "booking/confirm.h"
#include "booking/event.h"
#include "booking/hold.h"
#include "booking/notice.h"
#include "booking/queue_parts.h"
#include "booking/quiet.h"
#include "booking/settle.h"
#include "store/booking_store.h"
#include "store/event_store.h"
#include "store/queue_store.h"

/* The most entries that one transaction serves; the next one goes on. */
enum {
	SERVED_AT_ONCE = 200
};

/* ---- offering ---- */

/* The night does not count; the event's start ends it in any case. */
static int64_t offer_end(
    const struct shop *shop, const struct event *event, int64_t now)
{
	return quiet_end(shop->config, event->timezone, now,
	    shop->config->offer_minutes * MINUTE, event->starts_at);
}

struct error *queue_give_in(const struct shop *shop, const struct event *event,
    const struct tier *tier, struct queue_entry *entry, int64_t quantity,
    int64_t now)
{
	const struct viewer viewer = {
	    .user_id = entry->user_id, .browser = entry->browser};
	const struct order order = {
	    .event = event->slug,
	    .tier = tier->slug,
	    .quantity = quantity,
	    .email = entry->email,
	    .name = entry->name,
	    .viewer = &viewer,
	    .source = "queue",
	    .form_key = "",
	    .replaces = "",
	};
	struct basket basket;
	struct booking booking;
	bool moved;

	TRY(basket_fill(shop, &order, event, now, &basket));
	TRY(hold_take_in(shop, &order, event, &basket, now,
	    offer_end(shop, event, now), &booking));
	entry->booking_id = booking.id;
	entry->tier_id = tier->id;
	entry->quantity = quantity;
	TRY(queue_store_offer(shop->db, entry->id, booking.id));
	if (booking.total.minor == 0)
		return confirm_booking_in(shop, &booking, now, &moved);
	TRY(notice_offered_in(shop, entry, &booking, now));
	return queue_note_in(shop, entry, "offered", now);
}

/* The next in line for a tier; *served is false when there is nobody. */
static struct error *serve_next(const struct shop *shop,
    const struct event *event, struct tier *tier, int64_t now, bool *served)
{
	struct queue_entry entry;
	bool moved, is_duplicate;
	int64_t quantity;

	TRY(queue_store_next(
	    shop->db, shop->arena, event->id, tier->id, &entry));
	*served = entry.id != 0;
	if (!*served)
		return NULL;
	TRY(hold_is_duplicate(shop, entry.email, event, &is_duplicate));
	if (is_duplicate)
		return queue_store_end(
		    shop->db, entry.id, QUEUE_LAPSED, now, &moved);
	quantity = entry.quantity < tier->free ? entry.quantity : tier->free;
	TRY(queue_give_in(shop, event, tier, &entry, quantity, now));
	tier->free -= quantity;
	return NULL;
}

static struct error *serve_tier(const struct shop *shop,
    const struct event *event, struct tier *tier, int64_t now)
{
	bool served = true;

	for (int i = 0; served && tier->free > 0 && i < SERVED_AT_ONCE; i++)
		TRY(serve_next(shop, event, tier, now, &served));
	return NULL;
}

/* The tier of the lowest rank that was not looked at; NULL: none is left. */
static struct tier *next_by_rank(struct tier *tiers, size_t count, bool *done)
{
	struct tier *best = NULL;

	for (size_t i = 0; i < count; i++)
		if (!done[i] && (!best || tiers[i].rank < best->rank))
			best = &tiers[i];
	if (best)
		done[best - tiers] = true;
	return best;
}

static struct error *serve_tiers(
    const struct shop *shop, const struct event *event, int64_t now)
{
	size_t count = event->tiers.count;
	struct tier *tiers = arena_array(shop->arena, count, sizeof(*tiers));
	bool *done = arena_array(shop->arena, count, sizeof(*done));
	struct tier *tier;

	for (size_t i = 0; i < count; i++)
		tiers[i] = event->tiers.items[i];
	while ((tier = next_by_rank(tiers, count, done)))
		if (tier_sale_state(event, tier, now) == SALE_OPEN)
			TRY(serve_tier(shop, event, tier, now));
	return NULL;
}

struct error *queue_serve(
    const struct shop *shop, int64_t event_id, int64_t now)
{
	struct event event;
	bool is_empty;

	TRY(queue_store_is_empty(shop->db, shop->arena, event_id, &is_empty));
	if (is_empty)
		return NULL;
	TRY(event_store_find_id(
	    shop->db, shop->arena, event_id, EVENTS_ALL, now, &event));
	if (event.queue_is_manual || now >= event.starts_at ||
	    event_sale_state(&event, now) != SALE_OPEN)
		return NULL;
	return serve_tiers(shop, &event, now);
}

/* ---- serving by calls ---- */

/* A tier that has what the entry wants, or at least is of its class. */
static struct tier *tier_for(
    struct tier *tiers, size_t count, const struct queue_entry *entry)
{
	struct tier *best = NULL;

	for (size_t i = 0; i < count; i++) {
		if (entry->tier_id && tiers[i].id != entry->tier_id)
			continue;
		if (!best ||
		    (best->free < entry->quantity &&
			tiers[i].free >= entry->quantity))
			best = &tiers[i];
	}
	return best;
}

static struct error *serve_entry(const struct shop *shop,
    const struct event *event, struct tier *tier, struct queue_entry *entry,
    int64_t now, struct queue_update *update)
{
	bool moved;

	if (!tier)
		return fail(NOT_FOUND_ERROR, "Ticket type not found");
	*update = (struct queue_update){.name = entry->name, .tier = tier};
	update->is_confirmed = tier->free >= entry->quantity;
	if (update->is_confirmed) {
		tier->free -= entry->quantity;
		TRY(queue_give_in(
		    shop, event, tier, entry, entry->quantity, now));
	} else {
		TRY(queue_store_end(
		    shop->db, entry->id, QUEUE_LAPSED, now, &moved));
		TRY(queue_note_in(shop, entry, "sold_out", now));
	}
	update->remaining = tier->free;
	return NULL;
}

static bool has_entry(const struct queue_entry_list *list, int64_t entry_id)
{
	for (size_t i = 0; i < list->count; i++)
		if (list->items[i].id == entry_id)
			return true;
	return false;
}

static struct error *serve_up_to_in(const struct shop *shop, int64_t event_id,
    int64_t entry_id, int64_t now, struct queue_update_list *updates)
{
	struct queue_entry_list list;
	struct queue_update *served;
	struct tier *tiers;
	struct event event;

	TRY(settle_event(shop, event_id, now));
	TRY(event_store_find_id(
	    shop->db, shop->arena, event_id, EVENTS_ALL, now, &event));
	TRY(queue_store_list(shop->db, shop->arena, event_id, &list));
	if (!has_entry(&list, entry_id))
		return fail(NOT_FOUND_ERROR, "Not in the queue");
	served = arena_array(shop->arena, list.count, sizeof(*served));
	tiers = arena_array(shop->arena, event.tiers.count, sizeof(*tiers));
	for (size_t i = 0; i < event.tiers.count; i++)
		tiers[i] = event.tiers.items[i];
	*updates = (struct queue_update_list){.items = served};
	for (size_t i = 0; i < list.count; i++) {
		struct queue_entry entry = list.items[i];

		TRY(serve_entry(shop, &event,
		    tier_for(tiers, event.tiers.count, &entry), &entry, now,
		    &served[updates->count++]));
		if (entry.id == entry_id)
			break;
	}
	return NULL;
}

struct error *queue_serve_up_to(const struct shop *shop, int64_t event_id,
    int64_t entry_id, struct queue_update_list *updates)
{
	return TRANSACTION(shop->db,
	    serve_up_to_in(shop, event_id, entry_id, clock_now(), updates));
}
