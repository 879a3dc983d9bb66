/*
 * The order calls: a hold for somebody signed in, and the addresses where it
 * is paid. Clients exist that know these answers word by word.
 */
#include "api.h"

#include "account/account.h"
#include "base/clock.h"
#include "base/text.h"
#include "base/token.h"
#include "booking/checkout.h"
#include "booking/hold.h"
#include "payment/gateway.h"
#include "store/event_store.h"
#include "web/json.h"
#include "web/pace.h"
#include "web/waiting.h"
#include <inttypes.h>

/* ---- reading ---- */

/* By number or by slug. */
static struct error *find_event(struct request *request, struct event *event)
{
	const struct shop *shop = &request->shop;
	const char *name = request_param(request, "id");
	int64_t id;

	if (text_number(name, &id) == NUMBER_OK) {
		struct error *error = event_store_find_id(shop->db, shop->arena,
		    id, EVENTS_PUBLIC, clock_now(), event);

		if (!error_is(error, NOT_FOUND_ERROR))
			return error;
	}
	return event_store_find(
	    shop->db, shop->arena, name, EVENTS_PUBLIC, clock_now(), event);
}

/* One place unless the address says how many. */
static struct error *read_quantity(struct request *request, int64_t *quantity)
{
	const char *text = fields_get(&request->query, "ticket_quantity");

	return order_read_quantity(text ? text : "1", quantity);
}

/* The client's key for retries, which is this person's alone. */
static const char *form_key_of(struct request *request)
{
	struct arena *arena = request->shop.arena;

	if (!*request->idempotency_key)
		return token_id(arena);
	return token_hash(arena,
	    arena_format(arena, "order\n%" PRId64 "\n%s",
		request->viewer.user_id, request->idempotency_key));
}

static const char *name_of(struct arena *arena, const struct user *user)
{
	if (!*user->first_name && !*user->last_name)
		return user->username;
	return text_trim(arena,
	    arena_format(arena, "%s %s", user->first_name, user->last_name));
}

/* ---- paying ---- */

/*
 * Where the buyer pays: the gateway's own page if it is the first one and has
 * one, else our checkout, which offers all of them.
 */
static struct error *open_payment(
    struct request *request, struct booking *booking, const char **approve)
{
	const struct gateway *gateway = gateway_at(request->shop.config, 0);
	const struct payment payment = {
	    .gateway = gateway ? gateway->name : "", .token = ""};

	*approve = "";
	if (!gateway || gateway->charge || booking->total.minor == 0)
		return NULL;
	return checkout_pay(&request->shop, booking->reference,
	    &request->viewer, &payment, booking, approve);
}

static const char *address_of(const struct request *request, const char *folder,
    const struct booking *booking)
{
	return arena_format(request->shop.arena, "%s/%s/%s",
	    request->shop.config->base_url, folder, booking->reference);
}

/* ---- the call ---- */

static struct error *place(
    struct request *request, const struct user *user, struct booking *booking)
{
	struct arena *arena = request->shop.arena;
	struct order order = {
	    .viewer = &request->viewer,
	    .source = "api",
	    .form_key = form_key_of(request),
	    .replaces = "",
	};
	struct event event;

	TRY(read_quantity(request, &order.quantity));
	TRY(find_event(request, &event));
	order.event = event.slug;
	order.tier = event.tiers.count ? event.tiers.items[0].slug : "";
	order.email = user->email;
	order.name = name_of(arena, user);
	TRY(pace_take_order(request));
	TRY(waiting_walk_in(request, order.event));
	return hold_place(&request->shop, &order, booking);
}

/* The words that these clients know. */
static struct error *reword(struct request *request, struct error *error)
{
	const char *left = error_field_value(error, "remaining");
	const char *field = error_field_value(error, "field");

	if (error_is(error, INVALID_BOOKING_ERROR) &&
	    text_equal(field, "quantity"))
		return fail(INVALID_BOOKING_ERROR, "Invalid Ticket Quantity");
	if (error_is(error, NOT_FOUND_ERROR))
		return fail(NOT_FOUND_ERROR, "Event with ID %s not found.",
		    request_param(request, "id"));
	if (error_is(error, BOOKING_CLOSED_ERROR))
		return fail(
		    BOOKING_CLOSED_ERROR, "Event is closed for booking.");
	if (error_is(error, UNFINISHED_BOOKING_ERROR))
		return fail(UNFINISHED_BOOKING_ERROR,
		    "Cannot process more than 1 order");
	if (error_is(error, SOLD_OUT_ERROR) && left)
		return fail(SOLD_OUT_ERROR, "Only %s left", left);
	return error;
}

struct error *order_place(struct request *request)
{
	const char *approve, *page;
	struct booking booking;
	struct error *error;
	struct user user;

	json_begin(request);
	TRY(account_find(&request->shop, request->viewer.user_id, &user));
	error = place(request, &user, &booking);
	if (error)
		return reword(request, error);
	TRY(open_payment(request, &booking, &approve));
	page = address_of(request, "checkout", &booking);
	json_answer(request,
	    json_pack("{s:s, s:s, s:s}", "payment_url",
		*approve ? approve : page, "return_url",
		address_of(request, "tickets", &booking), "cancel_url", page));
	return NULL;
}
