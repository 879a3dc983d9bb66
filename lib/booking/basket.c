#include "booking/basket.h"

#include "base/text.h"
#include "booking/event.h"
#include "booking/seats.h"
#include "store/seat_store.h"
#include "store/stock_store.h"
#include <inttypes.h>

/* A build without the guard must oversell, and `make race` must catch it. */
#ifdef WITHOUT_GUARD
#define GUARD(condition) ((condition) && false)
#else
#define GUARD(condition) (condition)
#endif

static struct error *sold_out(
    const struct event *event, const struct tier *tier, int64_t requested)
{
	return fail_with(SOLD_OUT_ERROR, NULL,
	    FIELDS(error_text("event_name", "Event", event->title),
		error_text("tier_name", "Ticket type", tier->name),
		error_number("requested", "Requested", requested),
		error_number("remaining", "Remaining", tier->left)),
	    "Requested %" PRId64 " %s %s, only %" PRId64 " remaining",
	    requested, tier->name, requested == 1 ? "ticket" : "tickets",
	    tier->left);
}

static struct error *refuse_quantity(
    const struct shop *shop, int64_t quantity, const char *reason)
{
	return order_refuse("quantity", "Quantity",
	    arena_format(shop->arena, "%" PRId64, quantity), reason, NULL);
}

/* ---- filling ---- */

static struct error *make_item(const struct tier *tier, const struct seat *seat,
    int64_t quantity, struct booking_item *item)
{
	*item = (struct booking_item){
	    .tier_id = tier->id,
	    .tier_slug = tier->slug,
	    .tier_name = tier->name,
	    .seat_id = seat ? seat->id : 0,
	    .seat = seat ? seat->name : "",
	    .quantity = quantity,
	    .price = tier->price,
	};
	return money_times(tier->price, quantity, &item->subtotal);
}

/* What is not there is refused before it is multiplied by a price. */
static struct error *fill_general(const struct shop *shop,
    const struct order *order, const struct event *event,
    const struct tier *tier, struct basket *basket)
{
	struct booking_item *item = ARENA_NEW(shop->arena, struct booking_item);

	if (GUARD(order->quantity > tier->free))
		return sold_out(event, tier, order->quantity);
	TRY(make_item(tier, NULL, order->quantity, item));
	*basket = (struct basket){
	    .items = {.items = item, .count = 1},
	    .quantity = order->quantity,
	    .total = item->subtotal,
	};
	return NULL;
}

static const struct tier *tier_of(const struct event *event, int64_t tier_id)
{
	for (size_t i = 0; i < event->tiers.count; i++)
		if (event->tiers.items[i].id == tier_id)
			return &event->tiers.items[i];
	die("a seat of another event");
}

static struct error *fill_seats(const struct shop *shop,
    const struct event *event, const struct seat_list *seats, int64_t now,
    struct basket *basket)
{
	struct booking_item *items =
	    arena_array(shop->arena, seats->count, sizeof(*items));

	*basket = (struct basket){
	    .items = {.items = items, .count = seats->count},
	    .quantity = (int64_t)seats->count,
	    .total = money_of(0, event->currency),
	};
	for (size_t i = 0; i < seats->count; i++) {
		const struct seat *seat = &seats->items[i];
		const struct tier *tier = tier_of(event, seat->tier_id);

		TRY(event_check_sale(shop->arena, event, tier, now));
		TRY(make_item(tier, seat, 1, &items[i]));
		basket->total.minor += items[i].subtotal.minor;
	}
	return NULL;
}

static struct error *check_count(
    const struct shop *shop, const struct order *order)
{
	int64_t count = (int64_t)order->seat_count;

	if (order->quantity == 0 || order->quantity == count)
		return NULL;
	return order_refuse("quantity", "Quantity",
	    arena_format(shop->arena, "%" PRId64, order->quantity),
	    arena_format(shop->arena,
		"is not the number of seats chosen (%" PRId64 ")", count),
	    NULL);
}

static struct error *fill_reserved(const struct shop *shop,
    const struct order *order, const struct event *event, int64_t now,
    struct basket *basket)
{
	struct seat_list seats, picked;
	const struct tier *tier;

	TRY(seat_store_list(shop->db, shop->arena, event->id, now, &seats));
	if (order->seat_count > 0) {
		TRY(check_count(shop, order));
		TRY(seats_pick(shop->arena, event, &seats, order->seats,
		    order->seat_count, &picked));
	} else {
		TRY(order_find_tier(event, order->tier, &tier));
		if (order->quantity < 1)
			return refuse_quantity(shop, 0, "must be at least 1");
		if (order->quantity > tier->free)
			return sold_out(event, tier, order->quantity);
		TRY(seats_best(shop->arena, event, &seats, tier->id,
		    order->quantity, &picked));
	}
	return fill_seats(shop, event, &picked, now, basket);
}

struct error *basket_fill(const struct shop *shop, const struct order *order,
    const struct event *event, int64_t now, struct basket *basket)
{
	const struct tier *tier;

	if (event->seating == SEATING_RESERVED)
		return fill_reserved(shop, order, event, now, basket);
	if (order->seat_count > 0)
		return order_refuse("seat", "Seats", order->seats[0],
		    "cannot be chosen at this event", NULL);
	TRY(order_find_tier(event, order->tier, &tier));
	TRY(event_check_sale(shop->arena, event, tier, now));
	return fill_general(shop, order, event, tier, basket);
}

/* ---- checking and taking ---- */

/* Places of a tier in the basket. */
static int64_t count_tier(const struct basket *basket, int64_t tier_id)
{
	int64_t count = 0;

	for (size_t i = 0; i < basket->items.count; i++)
		if (basket->items.items[i].tier_id == tier_id)
			count += basket->items.items[i].quantity;
	return count;
}

struct error *basket_check(const struct shop *shop, const struct event *event,
    const struct basket *basket)
{
	int64_t most = event->max_per_booking;

	if (most && basket->quantity > most)
		return refuse_quantity(shop, basket->quantity,
		    arena_format(shop->arena,
			"is over the limit of %" PRId64 " tickets a booking",
			most));
	for (size_t i = 0; i < event->tiers.count; i++) {
		const struct tier *tier = &event->tiers.items[i];
		int64_t wanted = count_tier(basket, tier->id);

		if (GUARD(wanted > tier->left))
			return sold_out(event, tier, wanted);
	}
	if (basket->quantity > ORDER_MOST_PLACES)
		return refuse_quantity(shop, basket->quantity,
		    "is more than one booking can hold");
	return NULL;
}

struct error *basket_take(const struct shop *shop, const struct event *event,
    const struct basket *basket)
{
	for (size_t i = 0; i < event->tiers.count; i++) {
		const struct tier *tier = &event->tiers.items[i];
		int64_t wanted = count_tier(basket, tier->id);
		bool taken = true;

		if (wanted > 0)
			TRY(stock_hold(shop->db, tier->id, wanted, &taken));
		if (!taken)
			return sold_out(event, tier, wanted);
	}
	return NULL;
}
