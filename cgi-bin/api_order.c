/*
 * The order calls: a hold for somebody signed in, and the addresses where it
 * is paid. Clients exist that know these answers word by word.
 */
#include "api.h"

#include "account/account.h"
#include "base/text.h"
#include "booking/hold.h"
#include "web/json.h"
#include "web/once.h"
#include "web/pace.h"
#include "web/waiting.h"
#include <inttypes.h>

/* ---- reading ---- */

/* One place unless the address says how many. */
static struct error *read_quantity(struct request *request, int64_t *quantity)
{
	const char *text = fields_get(&request->query, "ticket_quantity");

	return order_read_quantity(text ? text : "1", quantity);
}

/* ---- the call ---- */

static struct error *place(
    struct request *request, const struct user *user, struct booking *booking)
{
	struct arena *arena = request->shop.arena;
	struct order order = {
	    .viewer = &request->viewer,
	    .source = "api",
	    .form_key = once_key(request, "order"),
	    .replaces = "",
	};
	struct event event;

	TRY(read_quantity(request, &order.quantity));
	TRY(api_find_event(
	    request, request_param(request, "id"), EVENTS_PUBLIC, &event));
	order.event = event.slug;
	order.tier = event.tiers.count ? event.tiers.items[0].slug : "";
	order.email = user->email;
	order.name = account_name(arena, user);
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
	TRY(api_open_payment(request, &booking, &approve));
	page = api_address_of(request, "checkout", &booking);
	json_answer(request,
	    json_pack("{s:s, s:s, s:s}", "payment_url",
		*approve ? approve : page, "return_url",
		api_address_of(request, "tickets", &booking), "cancel_url",
		page));
	return NULL;
}
