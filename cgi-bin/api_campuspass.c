/*
 * The calls of the CampusPass front-end. Clients exist that rely on their
 * exact shape: keys sorted, prices as numbers in units, and in errors the
 * kind's name, its fields and its cause.
 */
#include "api.h"

#include "base/clock.h"
#include "base/text.h"
#include "booking/checkout.h"
#include "booking/event.h"
#include "booking/hold.h"
#include "booking/order.h"
#include "payment/gateway.h"
#include "store/booking_store.h"
#include "store/catalogue_store.h"
#include "store/event_store.h"
#include "web/cache.h"
#include "web/event_json.h"
#include "web/json.h"
#include "web/once.h"
#include "web/pace.h"
#include "web/present.h"
#include "web/waiting.h"
#include <inttypes.h>

enum {
	EVENTS_MOST = 500
};

/* ---- the face ---- */

/* 409 for a duplicate, 400 for what else is wrong with a booking. */
static const struct kind_status statuses[] = {
    {DUPLICATE_BOOKING_ERROR, 409},
};

static json_t *show_cause(const struct error *cause)
{
	return json_pack("{s:s, s:s}", "error_type",
	    error_kind_name(cause->kind), "error", cause->message);
}

void campuspass_render(struct request *request, const struct error *error)
{
	json_t *tree;

	json_begin(request);
	tree = json_pack("{s:s}", "error", error->message);
	if (!error_is(error, NOT_FOUND_ERROR)) {
		json_object_set_new(tree, "error_type",
		    json_string(error_kind_name(error->kind)));
		for (size_t i = 0; i < error->field_count; i++) {
			const struct error_field *field = &error->fields[i];

			json_object_set_new(tree, field->name,
			    field->is_number ? json_integer(field->number)
					     : json_string(field->value));
		}
		if (error->cause)
			json_object_set_new(
			    tree, "caused_by", show_cause(error->cause));
	}
	json_answer(request, tree);
}

const struct face campuspass_face = {
    .statuses = statuses,
    .status_count = COUNT_OF(statuses),
    .fallback = 400,
    .render = campuspass_render,
};

/* ---- events ---- */

static struct error *build_events(struct request *request)
{
	int64_t now = clock_now();
	const struct event_filter filter = {
	    .ends_after = now, .limit = EVENTS_MOST};
	struct event_list events;
	json_t *tree;

	json_begin(request);
	tree = json_array();
	TRY(event_store_list(
	    request->shop.db, request->shop.arena, &filter, now, &events));
	for (size_t i = 0; i < events.count; i++)
		json_array_append_new(tree,
		    event_json(request->shop.arena, &events.items[i], now));
	json_answer(request, tree);
	return NULL;
}

static struct error *build_event(struct request *request)
{
	struct event event;

	json_begin(request);
	TRY(request_event(request, &event));
	json_answer(
	    request, event_json(request->shop.arena, &event, clock_now()));
	return NULL;
}

struct error *api_list_events(struct request *request)
{
	return cache_answer(request, build_events);
}

struct error *api_show_event(struct request *request)
{
	return cache_answer(request, build_event);
}

/* ---- booking ---- */

static struct error *check_present(
    const json_t *body, const char *name, const char *label)
{
	if (json_object_get(body, name))
		return NULL;
	return order_refuse(name, label, "", "is required",
	    fail(KEY_ERROR, "'%s' is missing", name));
}

static struct error *read_text(struct arena *arena, const json_t *body,
    const char *name, const char *label, const char **text)
{
	const json_t *value = json_object_get(body, name);

	*text = json_string_value(value);
	if (!*text)
		return order_refuse(name, label, json_show(arena, value),
		    "must be text", fail(TYPE_ERROR, "'%s' is not text", name));
	return NULL;
}

static struct error *read_order(
    struct request *request, const json_t *body, struct order *order)
{
	struct arena *arena = request->shop.arena;
	const char *email;

	TRY(check_present(body, "email", "Email"));
	TRY(check_present(body, "tier_name", "Ticket type"));
	TRY(check_present(body, "quantity", "Quantity"));
	TRY(read_text(arena, body, "email", "Email", &email));
	TRY(order_read_email(arena, email, &order->email));
	TRY(api_read_quantity(
	    arena, json_object_get(body, "quantity"), &order->quantity));
	return read_text(arena, body, "tier_name", "Ticket type", &order->tier);
}

/* Anything but a text is no token. */
static struct payment read_payment(struct request *request, const json_t *body)
{
	const char *token =
	    json_string_value(json_object_get(body, "payment_token"));
	const struct gateway *gateway = gateway_at(request->shop.config, 0);

	return (struct payment){
	    .gateway = gateway ? gateway->name : "",
	    .token = token ? token : "",
	};
}

static json_t *show_booking(
    const struct event *event, const struct booking *booking)
{
	const char *tier =
	    booking->items.count ? booking->items.items[0].tier_slug : "";

	return json_pack("{s:o, s:s, s:s, s:I, s:s, s:o}", "email",
	    json_text_or_null(booking->email), "event_id", event->slug,
	    "event_name", event->title, "quantity",
	    (json_int_t)booking->quantity, "tier", tier, "total_price",
	    json_money(booking->total));
}

struct error *api_book(struct request *request)
{
	struct arena *arena = request->shop.arena;
	struct order order = {
	    .event = request_param(request, "event"),
	    .name = "",
	    .viewer = &request->viewer,
	    .source = "api",
	    .form_key = once_key(request, "api"),
	    .replaces = "",
	    .is_one_call = true,
	};
	struct payment payment;
	struct booking booking;
	struct event event;
	json_t *body;

	json_begin(request);
	TRY(json_read_body(request, &body));
	TRY(read_order(request, body, &order));
	payment = read_payment(request, body);
	TRY(pace_take_order(request));
	TRY(waiting_walk_in(request, order.event));
	request_need_browser(request);
	TRY(checkout_book(&request->shop, &order, &payment, &booking));
	TRY(event_of_booking(&request->shop, &booking, clock_now(), &event));
	json_answer(request,
	    json_pack("{s:b, s:s, s:o}", "success", 1, "message",
		arena_format(arena, "Booked %" PRId64 " %s ticket(s) for %s",
		    booking.quantity, booking.items.items[0].tier_slug,
		    booking.email),
		"booking", show_booking(&event, &booking)));
	return NULL;
}

/* ---- the caller's own ---- */

struct error *api_list_bookings(struct request *request)
{
	const struct shop *shop = &request->shop;
	struct booking_list bookings;
	json_t *tree;

	json_begin(request);
	tree = json_array();
	TRY(booking_store_list(
	    shop->db, shop->arena, &request->viewer, clock_now(), &bookings));
	for (size_t i = 0; i < bookings.count; i++) {
		const struct booking *booking = &bookings.items[i];
		json_t *shown = show_booking(booking->event, booking);

		json_object_set_new(
		    shown, "reference", json_string(booking->reference));
		json_object_set_new(shown, "status",
		    json_string(
			booking_state_word(hold_state(booking, clock_now()))));
		json_array_append_new(tree, shown);
	}
	json_answer(request, tree);
	return NULL;
}

/* Which parts work; the names are the front-end's. */
struct error *api_show_status(struct request *request)
{
	const struct shop *shop = &request->shop;
	int64_t version;
	bool has_database =
	    catalogue_version(shop->db, shop->arena, &version) == NULL;

	json_begin(request);
	json_answer(request,
	    json_pack("{s:b, s:b, s:b, s:b, s:b}", "exceptions", 1, "models",
		has_database, "validators", 1, "gateway",
		gateway_at(shop->config, 0) != NULL, "services", has_database));
	return NULL;
}
