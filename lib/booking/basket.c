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

/* `most`: the event's limit, or that of any booking. */
static struct error *refuse_more_than(
    const struct shop *shop, int64_t most, int64_t quantity)
{
	return refuse_quantity(shop, quantity,
	    arena_format(shop->arena,
		"is over the limit of %" PRId64 " tickets a booking", most));
}

/* ---- filling ---- */

/* There is room for it. */
static void add_item(struct basket *basket, const struct booking_item *item)
{
	basket->room[basket->items.count++] = *item;
	basket->quantity += item->quantity;
	basket->total.minor += item->subtotal.minor;
}

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

/* Room for so many items. */
static struct basket start_basket(
    const struct shop *shop, const struct event *event, size_t most)
{
	struct booking_item *items =
	    arena_array(shop->arena, most, sizeof(*items));

	return (struct basket){
	    .items.items = items,
	    .room = items,
	    .total = money_of(0, event->currency),
	};
}

/* What is not there is refused before it is multiplied by a price. */
static struct error *add_places(const struct shop *shop,
    const struct event *event, const struct tier *tier, int64_t quantity,
    int64_t now, struct basket *basket)
{
	struct booking_item item;

	TRY(event_check_sale(shop->arena, event, tier, now));
	if (GUARD(quantity > tier->free))
		return sold_out(event, tier, quantity);
	if (quantity > ORDER_MOST_PLACES)
		return refuse_more_than(shop, ORDER_MOST_PLACES, quantity);
	TRY(make_item(tier, NULL, quantity, &item));
	add_item(basket, &item);
	return NULL;
}

static struct error *add_seats(const struct shop *shop,
    const struct event *event, const struct seat_list *seats, int64_t now,
    struct basket *basket)
{
	for (size_t i = 0; i < seats->count; i++) {
		const struct seat *seat = &seats->items[i];
		const struct tier *tier = event_tier_of(event, seat->tier_id);
		struct booking_item item;

		TRY(event_check_sale(shop->arena, event, tier, now));
		TRY(make_item(tier, seat, 1, &item));
		add_item(basket, &item);
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

/* Named, or the tier's best; none where only places beside them are wanted. */
static struct error *pick_seats(const struct shop *shop,
    const struct order *order, const struct event *event,
    const struct tier *tier, int64_t now, struct seat_list *picked)
{
	const bool are_named = order->seat_count > 0;
	struct seat_list seats;

	*picked = (struct seat_list){.count = 0};
	if (!are_named && !(tier && tier->has_seats))
		return NULL;
	TRY(seat_store_list(shop->db, shop->arena, event->id, now, &seats));
	if (are_named)
		return seats_pick(shop->arena, event, &seats, order->seats,
		    order->seat_count, picked);
	if (order->quantity < 1)
		return refuse_quantity(shop, 0, "must be at least 1");
	if (order->quantity > tier->free)
		return sold_out(event, tier, order->quantity);
	return seats_best(
	    shop->arena, event, &seats, tier->id, order->quantity, picked);
}

/* The tier that the order itself names; NULL when it needs none. */
static struct error *find_tier(const struct shop *shop,
    const struct order *order, const struct event *event,
    const struct tier **tier)
{
	*tier = NULL;
	if (order->seat_count > 0) {
		*tier = text_is_empty(order->tier)
		    ? NULL
		    : event_find_tier(event, order->tier);
		/* Of a tier with seats it says how many are named. */
		return *tier && !(*tier)->has_seats ? NULL
						    : check_count(shop, order);
	}
	if (order->place_count > 0 && order->quantity == 0)
		return NULL;
	return order_find_tier(event, order->tier, tier);
}

/* Places without a number that are wanted beside seats. */
static struct error *add_beside(const struct shop *shop,
    const struct order *order, const struct event *event, int64_t now,
    struct basket *basket)
{
	for (size_t i = 0; i < order->place_count; i++) {
		const struct order_place *place = &order->places[i];
		const struct tier *tier;

		TRY(order_find_tier(event, place->tier, &tier));
		if (tier->has_seats)
			return order_refuse("tier_name", "Ticket type",
			    place->tier, "has numbered seats", NULL);
		TRY(add_places(
		    shop, event, tier, place->quantity, now, basket));
	}
	return NULL;
}

static struct error *fill_reserved(const struct shop *shop,
    const struct order *order, const struct event *event, int64_t now,
    struct basket *basket)
{
	struct seat_list picked;
	const struct tier *tier;

	TRY(find_tier(shop, order, event, &tier));
	TRY(pick_seats(shop, order, event, tier, now, &picked));
	*basket =
	    start_basket(shop, event, picked.count + order->place_count + 1);
	TRY(add_seats(shop, event, &picked, now, basket));
	if (tier && !tier->has_seats && order->quantity > 0)
		TRY(add_places(
		    shop, event, tier, order->quantity, now, basket));
	return add_beside(shop, order, event, now, basket);
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
	*basket = start_basket(shop, event, 1);
	return add_places(shop, event, tier, order->quantity, now, basket);
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
		return refuse_more_than(shop, most, basket->quantity);
	for (size_t i = 0; i < event->tiers.count; i++) {
		const struct tier *tier = &event->tiers.items[i];
		int64_t wanted = count_tier(basket, tier->id);

		if (GUARD(wanted > tier->left))
			return sold_out(event, tier, wanted);
	}
	if (basket->quantity > ORDER_MOST_PLACES)
		return refuse_more_than(
		    shop, ORDER_MOST_PLACES, basket->quantity);
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
