/*
 * /api/v1: buying. Tickets belong to whoever is signed in.
 *
 * What costs nothing, and what is paid in the call by a `paymentToken`, is
 * bought at once: 201 with the tickets. A paid purchase without a token is a
 * hold: 202 with no tickets yet, the address where it is paid and when the
 * hold ends. Money is never passed over.
 */
#include "api_v1.h"

#include "account/account.h"
#include "base/clock.h"
#include "base/text.h"
#include "booking/checkout.h"
#include "booking/event.h"
#include "booking/hold.h"
#include "payment/gateway.h"
#include "store/booking_store.h"
#include "web/once.h"
#include "web/pace.h"
#include "web/waiting.h"
#include <inttypes.h>

/* What the body asks for. */
struct purchase {
	const char *event; /* number or slug */
	const char *tier;
	int64_t quantity;
	const char *token;  /* "" is not paid in this call */
	const char *method; /* a gateway's name; "" the first one */
	const char *metadata;
};

/* ---- reading ---- */

/* One, when the call does not say how many. */
static struct error *read_quantity(
    struct arena *arena, const json_t *body, int64_t *quantity)
{
	const json_t *value = json_object_get(body, "quantity");

	*quantity = 1;
	if (json_is_absent(value))
		return NULL;
	return api_read_quantity(arena, value, quantity);
}

static struct error *read_purchase(
    struct arena *arena, const json_t *body, struct purchase *purchase)
{
	TRY(v1_read_name(arena, body, "eventId", NULL, &purchase->event));
	TRY(v1_read_name(
	    arena, body, "ticketType", "standard", &purchase->tier));
	TRY(read_quantity(arena, body, &purchase->quantity));
	TRY(v1_read_text(arena, body, "paymentToken", "", &purchase->token));
	TRY(v1_read_text(arena, body, "paymentMethod", "", &purchase->method));
	return v1_read_metadata(arena, body, &purchase->metadata);
}

/* ---- the words of refusals ---- */

static struct error *refuse_sale(const struct event *event)
{
	enum sale_state state = event_sale_state(event, clock_now());

	if (state == SALE_ENDED)
		return fail(BOOKING_CLOSED_ERROR, "Event has already ended");
	return fail(
	    BOOKING_CLOSED_ERROR, "Event is not available for purchase");
}

static struct error *reword(struct error *error, const struct event *event)
{
	const char *left = error ? error_field_value(error, "remaining") : NULL;

	if (error_is(error, BOOKING_CLOSED_ERROR))
		return refuse_sale(event);
	if (left && error_is(error, SOLD_OUT_ERROR))
		return fail_with(SOLD_OUT_ERROR, error->cause,
		    ((struct error_fields){
			.items = error->fields, .count = error->field_count}),
		    "Only %s tickets available", left);
	return error;
}

/* ---- buying ---- */

/* R69: "standard" is a tier of that name, else the first. */
static const char *tier_of(
    const struct event *event, const struct purchase *purchase)
{
	if (text_equal(purchase->tier, "standard") && event->tiers.count > 0 &&
	    !event_find_tier(event, purchase->tier))
		return event->tiers.items[0].slug;
	return purchase->tier;
}

static bool is_paid_here(
    const struct event *event, const struct purchase *purchase)
{
	const struct tier *tier =
	    event_find_tier(event, tier_of(event, purchase));

	return *purchase->token || !tier || tier->price.minor == 0;
}

static struct error *buy(struct request *request, const struct user *user,
    const struct event *event, const struct purchase *purchase,
    struct booking *booking)
{
	const struct gateway *gateway = gateway_at(request->shop.config, 0);
	const struct payment payment = {
	    .gateway = *purchase->method ? purchase->method
		: gateway                ? gateway->name
					 : "",
	    .token = purchase->token,
	};
	const struct order order = {
	    .event = event->slug,
	    .tier = tier_of(event, purchase),
	    .quantity = purchase->quantity,
	    .email = user->email,
	    .name = account_name(request->shop.arena, user),
	    .viewer = &request->viewer,
	    .source = "api",
	    .form_key = once_key(request, "v1"),
	    .replaces = "",
	    .is_one_call = is_paid_here(event, purchase),
	};

	if (!order.is_one_call)
		return hold_place(&request->shop, &order, booking);
	return checkout_book(&request->shop, &order, &payment, booking);
}

/* ---- answering ---- */

/* A retry finds it bought, or its hold paid meanwhile. */
static struct error *answer_bought(
    struct request *request, const struct booking *booking)
{
	const struct shop *shop = &request->shop;
	struct api_ticket_list tickets;
	json_t *shown;

	TRY(api_store_tickets_of(
	    shop->db, shop->arena, booking->id, clock_now(), &tickets));
	TRY(v1_show_tickets(shop, &tickets, V1_BUYER, &shown));
	request->response.status = 201;
	json_answer(request,
	    json_pack("{s:o, s:o, s:s, s:s, s:s, s:n, s:n}", "tickets", shown,
		"total", json_money(booking->total), "currency",
		booking->total.currency, "status", "confirmed",
		"bookingReference", booking->reference, "paymentUrl",
		"expiresAt"));
	return NULL;
}

static struct error *answer_held(
    struct request *request, struct booking *booking)
{
	const char *approve;

	TRY(hold_check_live(booking, clock_now()));
	TRY(api_open_payment(request, booking, &approve));
	if (!*approve)
		approve = api_address_of(request, "checkout", booking);
	request->response.status = 202;
	json_answer(request,
	    json_pack("{s:[], s:o, s:s, s:s, s:s, s:s, s:o}", "tickets",
		"total", json_money(booking->total), "currency",
		booking->total.currency, "status", "held", "bookingReference",
		booking->reference, "paymentUrl", approve, "expiresAt",
		json_moment(booking->expires_at)));
	return NULL;
}

static struct error *keep_metadata(const struct shop *shop,
    const struct booking *booking, const struct purchase *purchase)
{
	if (text_equal(purchase->metadata, "{}"))
		return NULL;
	return TRANSACTION(shop->db,
	    api_store_set_booking_metadata(
		shop->db, booking->id, purchase->metadata));
}

/* In this call an event that is not there is the body's mistake. */
static struct error *find_event(struct request *request,
    const struct purchase *purchase, struct event *event)
{
	struct error *error =
	    api_find_event(request, purchase->event, EVENTS_PUBLIC, event);

	if (error_is(error, NOT_FOUND_ERROR))
		return fail(VALIDATION_ERROR, "Event not found");
	return error;
}

/* What the domain refuses by the name of the booking form's field. */
static const struct v1_member members[] = {
    {"tier_name", "ticketType"},
};

struct error *v1_purchase(struct request *request)
{
	const struct shop *shop = &request->shop;
	struct purchase purchase;
	struct booking booking;
	struct event event;
	struct user user;
	json_t *body;

	json_begin(request);
	TRY(json_read_body(request, &body));
	TRY(read_purchase(shop->arena, body, &purchase));
	TRY(account_find(shop, request->viewer.user_id, &user));
	TRY(find_event(request, &purchase, &event));
	TRY(pace_take_order(request));
	TRY(waiting_walk_in(request, event.slug));
	TRY(v1_name_field(shop->arena,
	    reword(buy(request, &user, &event, &purchase, &booking), &event),
	    members, COUNT_OF(members)));
	TRY(booking_store_find_id(shop->db, shop->arena, booking.id, &booking));
	TRY(keep_metadata(shop, &booking, &purchase));
	if (booking.state == BOOKING_CONFIRMED)
		return answer_bought(request, &booking);
	return answer_held(request, &booking);
}
