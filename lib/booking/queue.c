#include "booking/queue.h"

#include "base/clock.h"
#include "base/text.h"
#include "base/token.h"
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
#include "store/stock_store.h"
#include <inttypes.h>

/* The most entries that one transaction serves; the next one goes on. */
enum {
	SERVED_AT_ONCE = 200
};

/* ---- joining ---- */

bool queue_is_open(const struct event *event, int64_t now, const char **reason)
{
	enum sale_state state = event_sale_state(event, now);

	*reason = "";
	if (event->status == EVENT_CANCELLED)
		*reason = "This event has been cancelled.";
	else if (event->status == EVENT_COMPLETED || now >= event->starts_at)
		*reason = "This event has begun or is over.";
	else if (state == SALE_CLOSED)
		*reason = "Booking is closed.";
	else if (!event->queue_is_open && state == SALE_NOT_YET)
		*reason = "Booking has not opened yet.";
	else if (!event->queue_is_open && !event_has_sold_out_tier(event))
		*reason = "There are places left: you can book them now.";
	return **reason == '\0';
}

static struct error *find_class(
    const struct event *event, const char *text, int64_t *tier_id)
{
	const struct tier *tier;

	*tier_id = 0;
	if (text_equal(text, "any"))
		return NULL;
	TRY(order_find_tier(event, text, &tier));
	*tier_id = tier->id;
	return NULL;
}

static struct error *check_has_none(const struct shop *shop,
    const struct event *event, const struct order *order)
{
	int64_t bookings, tickets;

	if (!event->one_booking_each || text_is_empty(order->email))
		return NULL;
	TRY(booking_store_count_person(shop->db, shop->arena, event->id,
	    order->email, &bookings, &tickets));
	if (bookings == 0)
		return NULL;
	return fail_with(DUPLICATE_BOOKING_ERROR, NULL,
	    FIELDS(error_text("email", "Email", order->email),
		error_text("event_name", "Event", event->title)),
	    "%s has already booked %s", order->email, event->title);
}

/* What no booking may have, no offer can bring. */
static struct error *check_size(const struct shop *shop,
    const struct event *event, const struct order *order)
{
	int64_t most = ORDER_MOST_PLACES;

	if (event->max_per_booking && event->max_per_booking < most)
		most = event->max_per_booking;
	if (event->max_per_person && event->max_per_person < most)
		most = event->max_per_person;
	if (order->quantity <= most)
		return NULL;
	return order_refuse("quantity", "Quantity",
	    arena_format(shop->arena, "%" PRId64, order->quantity),
	    arena_format(
		shop->arena, "is over the limit of %" PRId64 " tickets", most),
	    NULL);
}

/* Nobody has to wait for what can be bought. */
static struct error *check_is_wanted(const struct event *event, int64_t tier_id)
{
	static const char reason[] =
	    "There are places left: you can book them now.";

	if (event->queue_is_open)
		return NULL;
	for (size_t i = 0; i < event->tiers.count; i++) {
		const struct tier *tier = &event->tiers.items[i];

		if (tier->left > 0 && (tier_id == 0 || tier->id == tier_id))
			return fail_with(BOOKING_CLOSED_ERROR, NULL,
			    FIELDS(
				error_text("event_name", "Event", event->title),
				error_text("reason", "Reason", reason)),
			    "%s", reason);
	}
	return NULL;
}

/* Whom and what the journal names. */
static struct error *note(const struct shop *shop,
    const struct queue_entry *entry, const char *kind, int64_t now)
{
	const struct journal_line line = {
	    .event_id = entry->event_id,
	    .tier_id = entry->tier_id,
	    .booking_id = entry->booking_id,
	    .kind = kind,
	    .name = entry->name,
	    .email = entry->email,
	    .quantity = entry->quantity,
	};

	return journal_add(shop->db, &line, now);
}

static struct error *add_entry(const struct shop *shop,
    const struct order *order, const struct event *event, int64_t now,
    struct queue_entry *entry)
{
	int64_t tier_id;

	TRY(find_class(event, order->tier, &tier_id));
	TRY(check_size(shop, event, order));
	TRY(check_is_wanted(event, tier_id));
	TRY(check_has_none(shop, event, order));
	*entry = (struct queue_entry){
	    .event_id = event->id,
	    .tier_id = tier_id,
	    .key = token_id(shop->arena),
	    .browser = order->viewer->browser,
	    .user_id = order->viewer->user_id,
	    .name = order->name,
	    .email = order->email,
	    .quantity = order->quantity,
	    .created_at = now,
	};
	TRY(queue_store_add(shop->db, shop->arena, entry, order->form_key));
	return note(shop, entry, "joined", now);
}

/* The entry that this form made already; id 0: none (I4). */
static struct error *find_repeated(const struct shop *shop,
    const struct order *order, const struct event *event,
    struct queue_entry *entry)
{
	int64_t tier_id;

	TRY(queue_store_find_form(
	    shop->db, shop->arena, order->form_key, entry));
	if (entry->id == 0)
		return NULL;
	TRY(find_class(event, order->tier, &tier_id));
	if (entry->event_id == event->id && entry->tier_id == tier_id &&
	    entry->quantity == order->quantity &&
	    text_equal(entry->name, order->name) &&
	    text_equal(entry->email, order->email))
		return NULL;
	return fail(STATE_ERROR,
	    "This form was sent before with other details. Open the waiting "
	    "list again to join it once more");
}

static struct error *join_in(const struct shop *shop, const struct order *order,
    int64_t now, struct queue_entry *entry)
{
	const char *reason;
	struct event event;
	int64_t event_id;

	TRY(event_store_find_slug(
	    shop->db, shop->arena, order->event, &event_id));
	TRY(settle_event(shop, event_id, now));
	TRY(event_store_find_id(
	    shop->db, shop->arena, event_id, EVENTS_PUBLIC, now, &event));
	TRY(find_repeated(shop, order, &event, entry));
	if (entry->id)
		return NULL;
	if (!queue_is_open(&event, now, &reason))
		return fail_with(BOOKING_CLOSED_ERROR, NULL,
		    FIELDS(error_text("event_name", "Event", event.title),
			error_text("reason", "Reason", reason)),
		    "The waiting list is closed. %s", reason);
	TRY(add_entry(shop, order, &event, now, entry));
	TRY(queue_serve(shop, event_id, now));
	return queue_store_find(
	    shop->db, shop->arena, event_id, entry->key, entry);
}

struct error *queue_join(const struct shop *shop, const struct order *order,
    struct queue_entry *entry)
{
	return TRANSACTION(shop->db, join_in(shop, order, clock_now(), entry));
}

/* ---- leaving and accepting ---- */

static struct error *find_entry(const struct shop *shop, const char *event,
    const char *key, struct queue_entry *entry)
{
	int64_t event_id;

	TRY(event_store_find_slug(shop->db, shop->arena, event, &event_id));
	return queue_store_find(shop->db, shop->arena, event_id, key, entry);
}

struct error *queue_remove_in(
    const struct shop *shop, int64_t event_id, const char *key, int64_t now)
{
	struct queue_entry entry;
	bool moved;

	TRY(settle_event(shop, event_id, now));
	TRY(queue_store_find(shop->db, shop->arena, event_id, key, &entry));
	TRY(queue_store_end(shop->db, entry.id, QUEUE_LEFT, now, &moved));
	if (!moved)
		return fail(STATE_ERROR,
		    "This place in the waiting list has ended already");
	if (entry.booking_id)
		TRY(stock_give_back(
		    shop->db, entry.booking_id, BOOKING_RELEASED, now, &moved));
	TRY(note(shop, &entry, "left", now));
	return queue_serve(shop, event_id, now);
}

static struct error *leave_in(
    const struct shop *shop, const char *event, const char *key, int64_t now)
{
	int64_t event_id;

	TRY(event_store_find_slug(shop->db, shop->arena, event, &event_id));
	return queue_remove_in(shop, event_id, key, now);
}

struct error *queue_leave(
    const struct shop *shop, const char *event, const char *key)
{
	return TRANSACTION(shop->db, leave_in(shop, event, key, clock_now()));
}

static struct error *accept_in(const struct shop *shop, const char *event,
    const char *key, const struct viewer *viewer, int64_t now,
    const char **reference)
{
	struct queue_entry entry;
	struct booking booking;

	TRY(find_entry(shop, event, key, &entry));
	if (entry.booking_id == 0)
		return fail(STATE_ERROR, "There is no offer for you yet");
	TRY(booking_store_find_id(
	    shop->db, shop->arena, entry.booking_id, &booking));
	if (booking.state != BOOKING_CONFIRMED)
		TRY(hold_check_live(&booking, now));
	*reference = booking.reference;
	return booking_store_give_to(shop->db, booking.id, viewer);
}

struct error *queue_accept(const struct shop *shop, const char *event,
    const char *key, const struct viewer *viewer, const char **reference)
{
	return TRANSACTION(shop->db,
	    accept_in(shop, event, key, viewer, clock_now(), reference));
}

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
	return note(shop, entry, "offered", now);
}

/* The next in line for a tier; *served is false when there is nobody. */
static struct error *serve_next(const struct shop *shop,
    const struct event *event, struct tier *tier, int64_t now, bool *served)
{
	int64_t bookings = 0, tickets = 0, quantity;
	struct queue_entry entry;
	bool moved;

	TRY(queue_store_next(
	    shop->db, shop->arena, event->id, tier->id, &entry));
	*served = entry.id != 0;
	if (!*served)
		return NULL;
	if (event->one_booking_each && *entry.email)
		TRY(booking_store_count_person(shop->db, shop->arena, event->id,
		    entry.email, &bookings, &tickets));
	if (bookings > 0)
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
		TRY(note(shop, entry, "sold_out", now));
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
