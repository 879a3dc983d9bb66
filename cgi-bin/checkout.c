/*
 * checkout: from a hold to a confirmed booking (R23-R31, R65). Free bookings
 * need the terms alone; paid ones a gateway.
 */
#include "booking/checkout.h"

#include "base/clock.h"
#include "base/text.h"
#include "booking/hold.h"
#include "payment/gateway.h"
#include "store/booking_store.h"
#include "store/event_store.h"
#include "web/page.h"
#include "web/present.h"
#include "web/server.h"

static const struct form_field fields[] = {
    {.name = "method", .label = "Pay with"},
    {.name = "payment_token",
	.label = "Payment token",
	.hint = "This site sells with a simulated payment service. "
		"tok_valid pays, tok_decline is declined, tok_error cannot "
		"be reached.",
	.autocomplete = "off",
	.longest = 200},
    {.name = "terms",
	.label = "I accept the terms of sale",
	.missing = "Accept the terms of sale to go on"},
};

/* ---- showing ---- */

/* The gateways as radios; a single one needs no choice. */
static struct field_view method_field(
    struct request *request, const struct form *form)
{
	const struct config *config = request->shop.config;
	struct field_view field = form_field(form, "method");
	const struct gateway *gateway = gateway_at(config, 0);

	if (gateway && !gateway_at(config, 1))
		field.value = gateway->name;
	return field;
}

static void fill_payment(struct request *request, const struct form *form,
    const struct booking *booking, struct checkout_view *view)
{
	struct arena *arena = request->shop.arena;
	bool is_free = booking->total.minor == 0;

	view->terms = form_field(form, "terms");
	view->terms.is_checked = *form_value(form, "terms") != '\0';
	view->terms_page = url_local(arena, "/terms");
	if (is_free) {
		view->button = "Confirm booking";
		return;
	}
	view->method = method_field(request, form);
	view->payment_token = form_field(form, "payment_token");
	view->payment_token.is_required = true;
	view->wants_token = gateway_find(request->shop.config, "campuspay");
	view->button =
	    arena_format(arena, "Pay %s", money_format(arena, booking->total));
}

static void fill_time(struct request *request, const struct booking *booking,
    const struct event *event, struct checkout_view *view)
{
	const struct config *config = request->shop.config;
	struct arena *arena = request->shop.arena;
	int64_t left = booking->expires_at - clock_now();

	if (booking->state != BOOKING_HELD || left <= 0)
		return;
	view->can_pay = true;
	view->time_left = clock_span(arena, left);
	view->holds_until =
	    present_when(event, booking->expires_at, WHEN_TIME);
	view->can_extend = booking->extensions < config->extend_limit;
	view->extend_label = arena_format(arena, "I need %s more",
	    clock_span(arena, config->extend_minutes * MINUTE));
}

static struct error *show(struct request *request, const struct form *form,
    const struct error *error)
{
	struct arena *arena = request->shop.arena;
	const char *reference = request_param(request, "reference");
	struct booking booking;
	struct event event;
	struct checkout_view view;

	TRY(booking_store_find(request->shop.db, arena, reference,
	    &request->viewer, &booking));
	TRY(event_store_find_id(request->shop.db, arena, booking.event_id,
	    EVENTS_ALL, clock_now(), &event));
	view = (struct checkout_view){
	    .page = page_frame(request, "Checkout"),
	    .box = page_problems(request, form, error),
	    .secret = page_secret(request, SECRET_PLAIN),
	    .order = present_order(arena, &event, &booking),
	    .is_paying = booking.state == BOOKING_PAYING,
	    .action = url_local(arena, "/checkout/{}", reference),
	    .extend = url_local(arena, "/checkout/{}/extend", reference),
	    .release = url_local(arena, "/checkout/{}/release", reference),
	    .refresh = url_local(arena, "/checkout/{}", reference),
	};
	view.page.is_plain = true;
	view.page.has_error = view.box.is_shown;
	fill_payment(request, form, &booking, &view);
	fill_time(request, &booking, &event, &view);
	view_checkout(&request->response.body, &view);
	return NULL;
}

static void go_to_tickets(struct request *request, const char *pattern)
{
	request_redirect(request,
	    url_local(request->shop.arena, pattern,
		request_param(request, "reference")));
}

/* A hold that is over says so; a paid one leads to its tickets. */
static struct error *show_checkout(struct request *request)
{
	struct booking booking;
	struct error *error = NULL;
	struct form form;

	TRY(booking_store_find(request->shop.db, request->shop.arena,
	    request_param(request, "reference"), &request->viewer, &booking));
	if (booking.state == BOOKING_CONFIRMED ||
	    booking.state == BOOKING_CANCELLED) {
		go_to_tickets(request, "/tickets/{}");
		return NULL;
	}
	if (booking.state != BOOKING_PAYING)
		error = hold_check_live(&booking, clock_now());
	if (error)
		page_set_status(request, error);
	form_start(&form, request->shop.arena, fields, COUNT_OF(fields));
	return show(request, &form, error);
}

/* ---- acting ---- */

/* An error of an action: on the page where that helps, else its own page. */
static struct error *show_error(struct request *request,
    const struct form *form, struct error *error)
{
	if (!page_can_show(error))
		return error;
	page_set_status(request, error);
	return show(request, form, error);
}

/* The form names a gateway, or there is one alone. */
static const char *chosen_gateway(
    struct request *request, const struct form *form)
{
	return text_trim(request->shop.arena, method_field(request, form).value);
}

static struct error *pay(struct request *request)
{
	const char *reference = request_param(request, "reference");
	struct payment payment;
	struct booking booking;
	struct error *error;
	struct form form;

	form_read(&form, request->shop.arena, fields, COUNT_OF(fields),
	    &request->form);
	if (!form_is_right(&form)) {
		request->response.status = 400;
		return show(request, &form, NULL);
	}
	payment = (struct payment){
	    .gateway = chosen_gateway(request, &form),
	    .token = form_value(&form, "payment_token"),
	};
	error = checkout_pay(&request->shop, reference, &request->viewer,
	    &payment, &booking);
	if (!error) {
		go_to_tickets(request, "/tickets/{}?new=yes");
		return NULL;
	}
	if (error_is(error, PAYMENT_PENDING_ERROR)) {
		go_to_tickets(request, "/checkout/{}");
		return NULL;
	}
	form_take_error(&form, error);
	return show_error(request, &form, error);
}

static struct error *release(struct request *request)
{
	struct form form;
	struct error *error = hold_release(&request->shop,
	    request_param(request, "reference"), &request->viewer);

	form_start(&form, request->shop.arena, fields, COUNT_OF(fields));
	if (error)
		return show_error(request, &form, error);
	go_to_tickets(request, "/tickets/{}");
	return NULL;
}

static struct error *extend(struct request *request)
{
	struct form form;
	struct error *error = hold_extend(&request->shop,
	    request_param(request, "reference"), &request->viewer);

	form_start(&form, request->shop.arena, fields, COUNT_OF(fields));
	if (error)
		return show_error(request, &form, error);
	go_to_tickets(request, "/checkout/{}");
	return NULL;
}

static const struct route routes[] = {
    {METHOD_GET, "/checkout/{reference}", show_checkout, ACCESS_ANYONE,
	OWNER_VIEWER},
    {METHOD_POST, "/checkout/{reference}", pay, ACCESS_ANYONE, OWNER_VIEWER},
    {METHOD_POST, "/checkout/{reference}/release", release, ACCESS_ANYONE,
	OWNER_VIEWER},
    {METHOD_POST, "/checkout/{reference}/extend", extend, ACCESS_ANYONE,
	OWNER_VIEWER},
};

static const struct program program = {
    .name = "checkout",
    .face = &page_face,
    .routes = routes,
    .route_count = COUNT_OF(routes),
};

int main(void)
{
	return server_main(&program);
}
