#include "booking/queue.h"

#include "base/clock.h"
#include "base/text.h"
#include "base/token.h"
#include "booking/event.h"
#include "booking/hold.h"
#include "booking/queue_parts.h"
#include "booking/settle.h"
#include "store/booking_store.h"
#include "store/event_store.h"
#include "store/queue_store.h"
#include "store/stock_store.h"
#include <inttypes.h>

/* ---- joining ---- */

static const char places_left[] =
    "There are places left: you can book them now.";

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
		*reason = places_left;
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
	if (event->queue_is_open)
		return NULL;
	for (size_t i = 0; i < event->tiers.count; i++) {
		const struct tier *tier = &event->tiers.items[i];

		if (tier->left > 0 && (tier_id == 0 || tier->id == tier_id))
			return fail_with(BOOKING_CLOSED_ERROR, NULL,
			    FIELDS(
				error_text("event_name", "Event", event->title),
				error_text("reason", "Reason", places_left)),
			    "%s", places_left);
	}
	return NULL;
}

struct error *queue_note_in(const struct shop *shop,
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
	TRY(hold_check_duplicate(shop, order->email, event));
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
	return queue_note_in(shop, entry, "joined", now);
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
	TRY(queue_note_in(shop, &entry, "left", now));
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
