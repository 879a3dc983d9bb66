#include "booking/hold.h"

#include "base/clock.h"
#include "base/text.h"
#include "base/token.h"
#include "booking/event.h"
#include "booking/payment.h"
#include "booking/queue.h"
#include "booking/refused.h"
#include "booking/settle.h"
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

enum booking_state hold_state(const struct booking *booking, int64_t now)
{
	if (booking->state == BOOKING_HELD && booking->expires_at <= now)
		return BOOKING_EXPIRED;
	return booking->state;
}

bool hold_is_unfinished(enum booking_state state)
{
	return state == BOOKING_HELD || state == BOOKING_PAYING;
}

/* ---- placing ---- */

static const char new_form[] =
    "Open the booking page again to start a new booking";

struct error *hold_find_repeated(const struct shop *shop,
    const struct order *order, const char *again, struct booking *booking)
{
	const char *digest;

	TRY(booking_store_by_form_key(
	    shop->db, shop->arena, order->form_key, booking, &digest));
	if (booking->id == 0 ||
	    text_equal(digest, order_digest(shop->arena, order)))
		return NULL;
	return fail(STATE_ERROR,
	    "This form was sent before with other details. %s", again);
}

/*
 * The hold that the order names is given back, to who waits for it. Any other
 * unfinished booking stays in *own; id 0: there is none.
 */
static struct error *give_back_own(const struct shop *shop,
    const struct order *order, int64_t now, struct booking *own)
{
	bool given;

	own->id = 0;
	if (order->is_one_call)
		return NULL;
	TRY(booking_store_unfinished(
	    shop->db, shop->arena, order->viewer, now, own));
	if (own->id == 0 || own->state != BOOKING_HELD ||
	    !text_equal(own->reference, order->replaces))
		return NULL;
	TRY(stock_give_back(shop->db, own->id, BOOKING_RELEASED, now, &given));
	own->id = 0;
	return settle_event(shop, own->event_id, now);
}

struct error *hold_check_unfinished(const struct booking *own)
{
	if (own->id == 0)
		return NULL;
	return fail_with(UNFINISHED_BOOKING_ERROR, NULL,
	    FIELDS(error_text("reference", "Reference", own->reference)),
	    "You have a booking that is not finished");
}

struct error *hold_is_duplicate(const struct shop *shop, const char *email,
    const struct event *event, bool *is_duplicate)
{
	int64_t bookings, tickets;

	*is_duplicate = false;
	if (!event->one_booking_each || text_is_empty(email))
		return NULL;
	TRY(booking_store_count_person(
	    shop->db, shop->arena, event->id, email, &bookings, &tickets));
	*is_duplicate = bookings > 0;
	return NULL;
}

struct error *hold_check_duplicate(
    const struct shop *shop, const char *email, const struct event *event)
{
	bool is_duplicate;

	TRY(hold_is_duplicate(shop, email, event, &is_duplicate));
	if (!is_duplicate)
		return NULL;
	return fail_with(DUPLICATE_BOOKING_ERROR, NULL,
	    FIELDS(error_text("email", "Email", email),
		error_text("event_name", "Event", event->title)),
	    "%s has already booked %s", email, event->title);
}

static struct error *check_person_limit(const struct shop *shop,
    const struct order *order, const struct event *event, int64_t quantity)
{
	int64_t bookings, tickets;

	if (!event->max_per_person || text_is_empty(order->email))
		return NULL;
	TRY(booking_store_count_person(shop->db, shop->arena, event->id,
	    order->email, &bookings, &tickets));
	if (quantity <= event->max_per_person - tickets)
		return NULL;
	return order_refuse("quantity", "Quantity",
	    arena_format(shop->arena, "%" PRId64, quantity),
	    arena_format(shop->arena,
		"is over the limit of %" PRId64 " tickets a person",
		event->max_per_person),
	    NULL);
}

struct error *hold_take_in(const struct shop *shop, const struct order *order,
    const struct event *event, const struct basket *basket, int64_t now,
    int64_t expires_at, struct booking *booking)
{
	const struct booking_origin origin = {
	    .form_key = order->form_key,
	    .form_digest = order_digest(shop->arena, order),
	    .is_only_one = event->one_booking_each,
	};
	struct event *kept = ARENA_NEW(shop->arena, struct event);

	TRY(basket_take(shop, event, basket));
	*kept = *event;
	*booking = (struct booking){
	    .reference = token_reference(shop->arena),
	    .event_id = event->id,
	    .event = kept,
	    .user_id = order->viewer->user_id,
	    .browser = order->viewer->browser,
	    .name = order->name,
	    .email = order->email,
	    .quantity = basket->quantity,
	    .total = basket->total,
	    .created_at = now,
	    .expires_at = expires_at,
	    .source = order->source,
	    .gateway = "",
	    .items = basket->items,
	};
	return booking_store_add(shop->db, booking, &origin);
}

/* A tier that does not exist is said before a duplicate is (R19, R20). */
static struct error *check_tier(
    const struct event *event, const struct order *order)
{
	const struct tier *tier;

	if (order->seat_count > 0 || order->place_count > 0)
		return NULL;
	if (event->seating == SEATING_RESERVED &&
	    (text_is_empty(order->tier) || order->quantity == 0))
		return order_refuse("seat", "Seats", "", "must be chosen",
		    fail(KEY_ERROR, "'seat' is missing"));
	return order_find_tier(event, order->tier, &tier);
}

struct error *hold_place_in(const struct shop *shop, const struct order *order,
    int64_t now, struct booking *booking)
{
	struct basket basket;
	struct booking own;
	struct event event;
	int64_t event_id;

	TRY(hold_find_repeated(shop, order, new_form, booking));
	if (booking->id)
		return NULL;
	TRY(event_store_find_slug(
	    shop->db, shop->arena, order->event, &event_id));
	TRY(give_back_own(shop, order, now, &own));
	TRY(settle_event(shop, event_id, now));
	TRY(event_store_find_id(
	    shop->db, shop->arena, event_id, EVENTS_PUBLIC, now, &event));
	TRY(event_check_sale(shop->arena, &event, NULL, now));
	/* What is not sold at all is said before it (R15). */
	TRY(hold_check_unfinished(&own));
	TRY(check_tier(&event, order));
	TRY(hold_check_duplicate(shop, order->email, &event));
	TRY(basket_fill(shop, order, &event, now, &basket));
	TRY(check_person_limit(shop, order, &event, basket.quantity));
	TRY(basket_check(shop, &event, &basket));
	return hold_take_in(shop, order, &event, &basket, now,
	    now + hold_seconds(shop, &event), booking);
}

struct error *hold_recover(const struct shop *shop, const struct order *order,
    struct error *error, struct booking *booking)
{
	if (!error_is(error, STORAGE_ERROR) || text_is_empty(order->form_key))
		return error;
	/* As a write, so that what is found is on the disk. */
	if (TRANSACTION(
		shop->db, hold_find_repeated(shop, order, new_form, booking)) ||
	    booking->id == 0)
		return error;
	return NULL;
}

struct error *hold_place(
    const struct shop *shop, const struct order *order, struct booking *booking)
{
	int64_t now = clock_now();
	bool made_room;
	struct error *error =
	    TRANSACTION(shop->db, hold_place_in(shop, order, now, booking));

	TRY(payment_make_room(shop, order->event, error, &made_room));
	if (made_room)
		error = TRANSACTION(
		    shop->db, hold_place_in(shop, order, now, booking));
	error = hold_recover(shop, order, error, booking);
	refused_note(shop, order, error);
	return error;
}

/* ---- ending and extending ---- */

struct error *hold_check_live(const struct booking *booking, int64_t now)
{
	struct error_fields fields =
	    FIELDS(error_text("reference", "Reference", booking->reference),
		error_text("status", "Status",
		    booking_state_word(hold_state(booking, now))));

	if (booking->state == BOOKING_HELD && booking->expires_at > now)
		return NULL;
	if (booking->state == BOOKING_PAYING)
		return fail_with(PAYMENT_PENDING_ERROR, NULL, fields,
		    "The payment service has not answered yet. You will not "
		    "be charged twice");
	if (booking->state == BOOKING_HELD || booking->state == BOOKING_EXPIRED)
		return fail_with(HOLD_EXPIRED_ERROR, NULL, fields,
		    "The time to pay is over and the places were given back");
	if (booking->state == BOOKING_RELEASED)
		return fail_with(STATE_ERROR, NULL, fields,
		    "The places of this booking were given back");
	if (booking->state == BOOKING_FAILED)
		return fail_with(STATE_ERROR, NULL, fields,
		    "The payment failed and the places were given back");
	return fail_with(STATE_ERROR, NULL, fields,
	    "This booking is %s already", booking_state_word(booking->state));
}

struct error *hold_release_in(
    const struct shop *shop, const struct booking *booking, int64_t now)
{
	bool given;

	TRY(hold_check_live(booking, now));
	TRY(settle_event(shop, booking->event_id, now));
	TRY(stock_give_back(
	    shop->db, booking->id, BOOKING_RELEASED, now, &given));
	return queue_serve(shop, booking->event_id, now);
}

static struct error *release_in(const struct shop *shop, const char *reference,
    const struct viewer *viewer, int64_t now)
{
	struct booking booking;

	TRY(booking_store_find(
	    shop->db, shop->arena, reference, viewer, &booking));
	return hold_release_in(shop, &booking, now);
}

struct error *hold_release(
    const struct shop *shop, const char *reference, const struct viewer *viewer)
{
	return TRANSACTION(
	    shop->db, release_in(shop, reference, viewer, clock_now()));
}

static struct error *extend_in(const struct shop *shop, const char *reference,
    const struct viewer *viewer, int64_t now)
{
	const struct config *config = shop->config;
	struct booking booking;
	bool moved;

	TRY(booking_store_find(
	    shop->db, shop->arena, reference, viewer, &booking));
	TRY(hold_check_live(&booking, now));
	TRY(settle_event(shop, booking.event_id, now));
	TRY(booking_store_extend(shop->db, booking.id,
	    config->extend_minutes * MINUTE, config->extend_limit, now,
	    &moved));
	if (!moved)
		return fail(STATE_ERROR,
		    "The time of this booking cannot be extended again");
	return NULL;
}

struct error *hold_extend(
    const struct shop *shop, const char *reference, const struct viewer *viewer)
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
		TRY(TRANSACTION(
		    shop->db, settle_event(shop, events.items[i], now)));
	return NULL;
}
