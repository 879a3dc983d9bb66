#include "booking/hold.h"

#include "base/clock.h"
#include "base/text.h"
#include "base/token.h"
#include "booking/checkout.h"
#include "booking/event.h"
#include "store/booking_store.h"
#include "store/event_store.h"
#include "store/stock_store.h"
#include <inttypes.h>

int64_t hold_seconds(const struct shop *shop, const struct event *event)
{
	int64_t minutes = event->hold_minutes ? event->hold_minutes
					      : shop->config->hold_minutes;

	return minutes * MINUTE;
}

bool hold_is_lapsed(const struct booking *booking, int64_t now)
{
	return booking->state == BOOKING_HELD && booking->expires_at <= now;
}

/* ---- placing ---- */

/* The booking this form made already, if any (I4). */
static struct error *find_repeated(const struct shop *shop,
    const struct order *order, struct booking *booking)
{
	const char *digest;

	TRY(booking_store_by_form_key(
	    shop->db, shop->arena, order->form_key, booking, &digest));
	if (booking->id == 0 ||
	    text_equal(digest, order_digest(shop->arena, order)))
		return NULL;
	return fail(STATE_ERROR,
	    "This form was sent before with other details. Open the booking "
	    "page again to start a new booking");
}

/* *replaced: the hold that the order names was given back. */
static struct error *check_unfinished(const struct shop *shop,
    const struct order *order, int64_t now, bool *replaced)
{
	struct booking own;

	*replaced = false;
	if (order->is_one_call)
		return NULL;
	TRY(booking_store_unfinished(
	    shop->db, shop->arena, order->viewer, now, &own));
	if (own.id == 0)
		return NULL;
	if (own.state == BOOKING_HELD &&
	    text_equal(own.reference, order->replaces))
		return stock_give_back(
		    shop->db, own.id, BOOKING_RELEASED, now, replaced);
	return fail_with(UNFINISHED_BOOKING_ERROR, NULL,
	    FIELDS(error_text("reference", "Reference", own.reference)),
	    "You have a booking that is not finished");
}

static struct error *check_person(const struct shop *shop,
    const struct order *order, const struct event *event)
{
	int64_t bookings, tickets;

	if (text_is_empty(order->email))
		return NULL;
	TRY(booking_store_count_person(shop->db, shop->arena, event->id,
	    order->email, &bookings, &tickets));
	if (event->one_booking_each && bookings > 0)
		return fail_with(DUPLICATE_BOOKING_ERROR, NULL,
		    FIELDS(error_text("email", "Email", order->email),
			error_text("event_name", "Event", event->title)),
		    "%s has already booked %s", order->email, event->title);
	if (event->max_per_person &&
	    order->quantity > event->max_per_person - tickets)
		return order_refuse("quantity", "Quantity",
		    arena_format(shop->arena, "%" PRId64, order->quantity),
		    arena_format(shop->arena,
			"is over the limit of %" PRId64 " tickets a person",
			event->max_per_person),
		    NULL);
	return NULL;
}

static struct error *sold_out(const struct event *event,
    const struct tier *tier, int64_t requested)
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

static struct error *check_quantity(const struct shop *shop,
    const struct order *order, const struct event *event,
    const struct tier *tier)
{
	int64_t most = ORDER_MOST_PLACES;

	if (event->max_per_booking && event->max_per_booking < most)
		most = event->max_per_booking;
	if (event->max_per_booking && order->quantity > most)
		return order_refuse("quantity", "Quantity",
		    arena_format(shop->arena, "%" PRId64, order->quantity),
		    arena_format(shop->arena,
			"is over the limit of %" PRId64 " tickets a booking",
			most),
		    NULL);
#ifndef WITHOUT_GUARD
	if (order->quantity > tier->left)
		return sold_out(event, tier, order->quantity);
#endif
	if (order->quantity > most)
		return order_refuse("quantity", "Quantity",
		    arena_format(shop->arena, "%" PRId64, order->quantity),
		    "is more than one booking can hold", NULL);
	return NULL;
}

static struct error *take_places(const struct shop *shop,
    const struct order *order, const struct event *event,
    const struct tier *tier)
{
	bool taken;

	TRY(check_quantity(shop, order, event, tier));
	TRY(stock_hold(shop->db, tier->id, order->quantity, &taken));
	return taken ? NULL : sold_out(event, tier, order->quantity);
}

static struct error *write_booking(const struct shop *shop,
    const struct order *order, const struct event *event,
    const struct tier *tier, int64_t now, struct booking *booking)
{
	struct booking_item *item = ARENA_NEW(shop->arena, struct booking_item);
	const struct booking_origin origin = {
	    .form_key = order->form_key,
	    .form_digest = order_digest(shop->arena, order),
	    .is_only_one = event->one_booking_each,
	};

	*item = (struct booking_item){.tier_id = tier->id,
	    .tier_slug = tier->slug,
	    .tier_name = tier->name,
	    .quantity = order->quantity,
	    .price = tier->price};
	TRY(money_times(tier->price, order->quantity, &item->subtotal));
	*booking = (struct booking){
	    .reference = token_reference(shop->arena),
	    .event_id = event->id,
	    .user_id = order->viewer->user_id,
	    .browser = order->viewer->browser,
	    .name = order->name,
	    .email = order->email,
	    .quantity = order->quantity,
	    .total = item->subtotal,
	    .created_at = now,
	    .expires_at = now + hold_seconds(shop, event),
	    .source = order->source,
	    .gateway = "",
	    .items = {.items = item, .count = 1},
	};
	return booking_store_add(shop->db, shop->arena, booking, &origin);
}

static struct error *find_event(const struct shop *shop,
    const struct order *order, int64_t now, struct event *event)
{
	return event_store_find(shop->db, shop->arena, order->event,
	    EVENTS_PUBLIC, now, event);
}

struct error *hold_place_in(const struct shop *shop,
    const struct order *order, int64_t now, struct booking *booking)
{
	const struct tier *tier;
	struct event event;
	bool replaced;

	TRY(find_repeated(shop, order, booking));
	if (booking->id)
		return NULL;
	TRY(find_event(shop, order, now, &event));
	TRY(stock_settle(shop->db, shop->arena, event.id, now));
	TRY(event_check_sale(shop->arena, &event, NULL, now));
	TRY(check_unfinished(shop, order, now, &replaced));
	if (replaced)
		TRY(find_event(shop, order, now, &event));
	TRY(order_find_tier(&event, order->tier, &tier));
	TRY(event_check_sale(shop->arena, &event, tier, now));
	TRY(check_person(shop, order, &event));
	TRY(take_places(shop, order, &event, tier));
	return write_booking(shop, order, &event, tier, now, booking);
}

struct error *hold_recover(const struct shop *shop,
    const struct order *order, struct error *error, struct booking *booking)
{
	if (!error_is(error, STORAGE_ERROR) || text_is_empty(order->form_key))
		return error;
	if (find_repeated(shop, order, booking) || booking->id == 0)
		return error;
	return NULL;
}

struct error *hold_place(const struct shop *shop, const struct order *order,
    struct booking *booking)
{
	int64_t now = clock_now();
	bool is_settled;
	struct error *error = TRANSACTION(
	    shop->db, hold_place_in(shop, order, now, booking));

	if (error_is(error, SOLD_OUT_ERROR)) {
		TRY(checkout_settle_overdue(shop, order->event, &is_settled));
		if (is_settled)
			error = TRANSACTION(shop->db,
			    hold_place_in(shop, order, now, booking));
	}
	return hold_recover(shop, order, error, booking);
}

/* ---- ending and extending ---- */

struct error *hold_check_live(const struct booking *booking, int64_t now)
{
	struct error_fields fields = FIELDS(
	    error_text("reference", "Reference", booking->reference),
	    error_text("status", "Status", booking_state_word(booking->state)));

	if (booking->state == BOOKING_HELD && booking->expires_at > now)
		return NULL;
	if (booking->state == BOOKING_PAYING)
		return fail_with(PAYMENT_PENDING_ERROR, NULL, fields,
		    "The payment service has not answered yet. You will not "
		    "be charged twice");
	if (booking->state == BOOKING_HELD || booking->state == BOOKING_EXPIRED)
		return fail_with(HOLD_EXPIRED_ERROR, NULL, fields,
		    "The time to pay is over and the places were given back");
	return fail_with(STATE_ERROR, NULL, fields, "This booking is %s already",
	    booking_state_word(booking->state));
}

static struct error *release_in(const struct shop *shop,
    const char *reference, const struct viewer *viewer, int64_t now)
{
	struct booking booking;
	bool given;

	TRY(booking_store_find(
	    shop->db, shop->arena, reference, viewer, &booking));
	TRY(hold_check_live(&booking, now));
	TRY(stock_settle(shop->db, shop->arena, booking.event_id, now));
	return stock_give_back(
	    shop->db, booking.id, BOOKING_RELEASED, now, &given);
}

struct error *hold_release(const struct shop *shop, const char *reference,
    const struct viewer *viewer)
{
	return TRANSACTION(shop->db,
	    release_in(shop, reference, viewer, clock_now()));
}

static struct error *extend_in(const struct shop *shop,
    const char *reference, const struct viewer *viewer, int64_t now)
{
	const struct config *config = shop->config;
	struct booking booking;
	bool moved;

	TRY(booking_store_find(
	    shop->db, shop->arena, reference, viewer, &booking));
	TRY(hold_check_live(&booking, now));
	TRY(stock_settle(shop->db, shop->arena, booking.event_id, now));
	TRY(booking_store_extend(shop->db, booking.id,
	    config->extend_minutes * MINUTE, config->extend_limit, now,
	    &moved));
	if (!moved)
		return fail(STATE_ERROR,
		    "The time of this booking cannot be extended again");
	return NULL;
}

struct error *hold_extend(const struct shop *shop, const char *reference,
    const struct viewer *viewer)
{
	return TRANSACTION(
	    shop->db, extend_in(shop, reference, viewer, clock_now()));
}

/* ---- the sweep ---- */

struct error *hold_sweep(const struct shop *shop)
{
	int64_t now = clock_now();
	struct id_list events;

	TRY(stock_lapsed_events(shop->db, shop->arena, now, &events));
	for (size_t i = 0; i < events.count; i++)
		TRY(TRANSACTION(shop->db,
		    stock_settle(
			shop->db, shop->arena, events.items[i], now)));
	return NULL;
}
