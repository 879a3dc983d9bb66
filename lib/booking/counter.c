#include "booking/counter.h"

#include "base/clock.h"
#include "base/text.h"
#include "booking/audit.h"
#include "booking/checkout.h"
#include "booking/confirm.h"
#include "booking/event.h"
#include "booking/hold.h"
#include "booking/refused.h"
#include "booking/settle.h"
#include "payment/by_hand.h"
#include "store/booking_store.h"
#include "store/event_store.h"

/* The places are the person's who stands there, not the seller's account's. */
static const struct viewer nobody = {.role = ROLE_VISITOR, .browser = ""};

static struct order order_of(const struct counter_sale *sale)
{
	return (struct order){
	    .event = sale->event,
	    .tier = sale->tier,
	    .quantity = sale->quantity,
	    .seats = sale->seats,
	    .seat_count = sale->seat_count,
	    .email = sale->email,
	    .name = sale->name,
	    .viewer = &nobody,
	    .source = "counter",
	    .form_key = sale->form_key,
	    .replaces = "",
	    .is_gift = sale->is_gift,
	};
}

/* The event as the counter sees it: without windows and limits. */
static void open_counter(struct arena *arena, struct event *event)
{
	size_t count = event->tiers.count;
	struct tier *tiers = arena_array(arena, count, sizeof(*tiers));

	for (size_t i = 0; i < count; i++) {
		tiers[i] = event->tiers.items[i];
		tiers[i].sale_opens_at = 0;
		tiers[i].sale_closes_at = 0;
	}
	event->tiers.items = tiers;
	event->booking_opens_at = 0;
	event->booking_closes_at = 0;
	event->max_per_booking = 0;
	event->one_booking_each = false;
}

static void make_gift(
    struct arena *arena, const struct event *event, struct basket *basket)
{
	size_t count = basket->items.count;
	struct booking_item *items = arena_array(arena, count, sizeof(*items));

	for (size_t i = 0; i < count; i++) {
		items[i] = basket->items.items[i];
		items[i].price = money_of(0, event->currency);
		items[i].subtotal = items[i].price;
	}
	basket->items.items = items;
	basket->total = money_of(0, event->currency);
}

static struct error *note(const struct shop *shop, const struct viewer *viewer,
    const struct booking *booking, bool is_gift, int64_t now)
{
	struct audit audit = {
	    .action = "booking.sell",
	    .event_id = booking->event_id,
	    .subject =
		arena_format(shop->arena, "booking %s", booking->reference),
	};

	json_use(shop->arena);
	audit.after = json_pack("{sI ss sb}", "places", booking->quantity,
	    "total", money_format(shop->arena, booking->total), "complimentary",
	    is_gift);
	return audit_in(shop, viewer, &audit, now);
}

static struct error *choose_places(const struct shop *shop,
    const struct order *order, struct event *event, int64_t now,
    struct basket *basket)
{
	open_counter(shop->arena, event);
	TRY(event_check_sale(shop->arena, event, NULL, now));
	TRY(basket_fill(shop, order, event, now, basket));
	TRY(basket_check(shop, event, basket));
	if (order->is_gift)
		make_gift(shop->arena, event, basket);
	return NULL;
}

struct error *counter_price(const struct shop *shop,
    const struct counter_sale *sale, const struct viewer *viewer,
    struct basket *basket)
{
	const struct order order = order_of(sale);
	int64_t now = clock_now();
	struct event event;

	TRY(event_store_find_managed(
	    shop->db, shop->arena, order.event, viewer, now, &event));
	return choose_places(shop, &order, &event, now, basket);
}

static struct error *take_places(const struct shop *shop,
    const struct order *order, struct event *event, int64_t now,
    struct booking *booking)
{
	struct basket basket;

	TRY(choose_places(shop, order, event, now, &basket));
	return hold_take_in(
	    shop, order, event, &basket, now, now + MINUTE, booking);
}

static struct error *sell_in(const struct shop *shop, const struct order *order,
    const struct viewer *viewer, int64_t now, struct booking *booking)
{
	struct event event;
	bool moved;

	TRY(event_store_find_managed(
	    shop->db, shop->arena, order->event, viewer, now, &event));
	TRY(hold_find_repeated(shop, order,
	    "Open the box office again for the next sale", booking));
	if (booking->id)
		return NULL;
	TRY(settle_event(shop, event.id, now));
	TRY(event_store_find_id(
	    shop->db, shop->arena, event.id, EVENTS_ALL, now, &event));
	TRY(take_places(shop, order, &event, now, booking));
	if (booking->total.minor == 0)
		TRY(confirm_booking_in(shop, booking, now, &moved));
	else
		TRY(checkout_take_in(shop, booking, &cash_gateway, now));
	return note(shop, viewer, booking, order->is_gift, now);
}

struct error *counter_sell(const struct shop *shop,
    const struct counter_sale *sale, const struct viewer *viewer,
    struct booking *booking)
{
	const struct order order = order_of(sale);
	int64_t now = clock_now();
	bool made_room;
	struct error *error =
	    TRANSACTION(shop->db, sell_in(shop, &order, viewer, now, booking));

	TRY(payment_make_room(shop, order.event, error, &made_room));
	if (made_room)
		error = TRANSACTION(
		    shop->db, sell_in(shop, &order, viewer, now, booking));
	error = hold_recover(shop, &order, error, booking);
	refused_note(shop, &order, error);
	return error;
}
