/*
 * checkout: from a hold to a confirmed booking (R23-R31, R65). Free bookings
 * need the terms alone; paid ones a gateway.
 */
#include "booking/checkout.h"

#include "base/clock.h"
#include "base/text.h"
#include "booking/hold.h"
#include "payment/campuspay_page.h"
#include "payment/gateway.h"
#include "store/booking_store.h"
#include "store/event_store.h"
#include "web/page.h"
#include "web/present.h"
#include "web/server.h"
#include <stdio.h>

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

/* Ways to pay as radios; a single one needs no choice. */
static struct field_view method_field(
    struct request *request, const struct form *form)
{
	enum {
		METHODS_MOST = 8
	};
	const struct config *config = request->shop.config;
	struct field_view field = form_field(form, "method");
	struct option *options =
	    arena_array(request->shop.arena, METHODS_MOST, sizeof(*options));
	const struct gateway *gateway;
	size_t count = 0;

	while (
	    count < METHODS_MOST - 1 && (gateway = gateway_at(config, count)))
		options[count++] = (struct option){
		    .value = gateway->name, .label = gateway->label};
	if (checkout_can_pay_later(&request->shop))
		options[count++] = (struct option){.value = "later",
		    .label = "Pay later",
		    .hint = "By bank transfer or at the box office"};
	for (size_t i = 0; i < count; i++) {
		options[i].id = i == 0 ? field.id
				       : arena_format(request->shop.arena,
					     "method-%s", options[i].value);
		options[i].is_selected =
		    text_equal(options[i].value, field.value);
	}
	field.is_required = true;
	if (count == 1)
		field.value = options[0].value;
	else
		field.options =
		    (struct option_list){.items = options, .count = count};
	return field;
}

/* Origins that the pay form may lead to. */
static const char *form_targets(const struct request *request)
{
	struct out out = {.arena = request->shop.arena};
	const struct gateway *gateway;

	for (size_t i = 0; (gateway = gateway_at(request->shop.config, i)); i++)
		if (gateway->pages)
			out_format(&out, "%s ", gateway->pages);
	return out_string(&out);
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
	view->wants_token =
	    gateway_find(request->shop.config, "campuspay") != NULL;
	request->response.form_targets = form_targets(request);
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
	view->is_later = booking->is_later;
	view->pay_until = present_when(event, booking->expires_at, WHEN_LONG);
	if (booking->is_later)
		return;
	view->can_pay = true;
	view->time_left = clock_span(arena, left);
	view->holds_until = present_when(event, booking->expires_at, WHEN_TIME);
	view->can_extend = booking->extensions < config->extend_limit;
	view->extend_label = arena_format(arena, "I need %s more",
	    clock_span(arena, config->extend_minutes * MINUTE));
}

static struct error *show(
    struct request *request, const struct form *form, const struct error *error)
{
	struct arena *arena = request->shop.arena;
	const char *reference = request_param(request, "reference");
	struct booking booking;
	struct event event;
	struct checkout_view view;

	TRY(booking_store_find(
	    request->shop.db, arena, reference, &request->viewer, &booking));
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
static struct error *show_error(
    struct request *request, const struct form *form, struct error *error)
{
	if (!page_can_show(error))
		return error;
	page_set_status(request, error);
	return show(request, form, error);
}

/* The form names a gateway, or names none and there is one alone. */
static const char *chosen_gateway(
    struct request *request, const struct form *form)
{
	const char *method =
	    text_trim(request->shop.arena, form_value(form, "method"));

	if (*method)
		return method;
	return text_trim(
	    request->shop.arena, method_field(request, form).value);
}

static struct error *pay(struct request *request)
{
	const char *reference = request_param(request, "reference");
	struct payment payment;
	struct booking booking;
	const char *approve;
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
	    &payment, &booking, &approve);
	if (!error && *approve) {
		request_redirect(request, (struct url){approve});
		return NULL;
	}
	if (!error && booking.is_later) {
		go_to_tickets(request, "/checkout/{}");
		return NULL;
	}
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

/* ---- coming back from a gateway ---- */

static void go_to_booking(
    struct request *request, const char *pattern, const char *reference)
{
	request_redirect(
	    request, url_local(request->shop.arena, pattern, reference));
}

/*
 * The one GET that acts: gateways send browsers. The token is the
 * permission, each settles once, and reloading changes nothing.
 */
static struct error *come_back(struct request *request)
{
	const char *reference = "";
	struct error *error = payment_come_back(
	    &request->shop, request_param(request, "token"), &reference);

	if (!error)
		go_to_booking(request, "/tickets/{}?new=yes", reference);
	else if (error_is(error, PAYMENT_PENDING_ERROR) ||
	    error_is(error, PAYMENT_DECLINED_ERROR))
		go_to_booking(request, "/checkout/{}", reference);
	else
		return error;
	return NULL;
}

static struct error *give_up(struct request *request)
{
	const char *reference = "";

	TRY(payment_give_up(
	    &request->shop, request_param(request, "token"), &reference));
	go_to_booking(request, "/tickets/{}", reference);
	return NULL;
}

static const char *hook_header(void *context, const char *name)
{
	return request_variable(context, name);
}

/* A gateway's call; answered 200 only after what it means is committed. */
static struct error *take_notice(struct request *request)
{
	const struct gateway_hook hook = {
	    .body = request->body,
	    .length = request->body_length,
	    .header = hook_header,
	    .context = request,
	};

	TRY(payment_take_notice(
	    &request->shop, request_param(request, "gateway"), &hook));
	request->response.content_type = "text/plain; charset=utf-8";
	out_text(&request->response.body, "noted\n");
	return NULL;
}

/* ---- the simulated gateway's own page ---- */

static struct error *find_order(
    struct request *request, struct campuspay_order *order)
{
	if (gateway_find(request->shop.config, "campuspay_page") &&
	    campuspay_read_order(request->shop.arena, request->shop.config,
		request_param(request, "order"), order))
		return NULL;
	return fail(NOT_FOUND_ERROR, "Payment not found");
}

static struct error *show_approval(struct request *request)
{
	struct arena *arena = request->shop.arena;
	struct campuspay_order order;
	struct approve_view view;

	TRY(find_order(request, &order));
	view = (struct approve_view){
	    .page = page_frame(request, "CampusPay"),
	    .secret = page_secret(request, SECRET_PLAIN),
	    .amount =
		arena_format(arena, "%s %s", order.amount, order.currency),
	    .is_open = text_equal(order.state, "open"),
	    .action = url_local(arena, "/checkout/campuspay/{}",
		request_param(request, "order")),
	};
	view.page.is_plain = true;
	view_approve(&request->response.body, &view);
	return NULL;
}

static struct error *answer_approval(struct request *request)
{
	const char *answer = request_form(request, "answer");
	bool is_cancel = text_equal(answer, "cancel");
	struct campuspay_order order;

	TRY(find_order(request, &order));
	if (text_equal(order.state, "open") && !is_cancel) {
		snprintf(order.state, sizeof(order.state), "%s",
		    text_equal(answer, "approve") ? "approved" : "declined");
		if (!campuspay_write_order(request->shop.arena,
			request->shop.config, request_param(request, "order"),
			&order))
			return fail(STORAGE_ERROR,
			    "The payment service is out of order");
	}
	request_redirect(request,
	    (struct url){arena_copy(request->shop.arena,
		is_cancel ? order.cancel_url : order.return_url)});
	return NULL;
}

static const struct route routes[] = {
    {METHOD_GET, "/checkout/return/{token}", come_back, ACCESS_ANYONE,
	OWNER_NOTHING},
    {METHOD_GET, "/checkout/cancel/{token}", give_up, ACCESS_ANYONE,
	OWNER_NOTHING},
    {METHOD_POST, "/checkout/hook/{gateway}", take_notice, ACCESS_ANYONE,
	OWNER_NOTHING, CSRF_NONE, BODY_JSON},
    {METHOD_GET, "/checkout/campuspay/{order}", show_approval, ACCESS_ANYONE,
	OWNER_NOTHING},
    {METHOD_POST, "/checkout/campuspay/{order}", answer_approval, ACCESS_ANYONE,
	OWNER_NOTHING},
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
