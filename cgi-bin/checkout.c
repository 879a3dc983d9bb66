/*
 * checkout: from a hold to a confirmed booking (R23-R31, R65). Free bookings
 * need the terms alone; paid ones a gateway.
 */
#include "booking/checkout.h"

#include "base/clock.h"
#include "base/text.h"
#include "booking/hold.h"
#include "checkout_return.h"
#include "payment/gateway.h"
#include "store/booking_store.h"
#include "store/event_store.h"
#include "store/payment_store.h"
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
			out_format(&out, "%s ",
			    gateway->pages(
				request->shop.arena, request->shop.config));
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
	if (!gateway_at(request->shop.config, 0)) {
		view->later_span =
		    clock_span(arena, request->shop.config->later_hours * HOUR);
		view->button = "Reserve and pay later";
		return;
	}
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

/* A double click or the back button leads here, away from the gateway. */
static struct error *fill_waiting(struct request *request,
    const struct booking *booking, struct checkout_view *view)
{
	struct payment_attempt attempt;
	const struct gateway *gateway;

	view->is_paying = booking->state == BOOKING_PAYING;
	if (!view->is_paying)
		return NULL;
	TRY(payment_store_last(
	    request->shop.db, request->shop.arena, booking->id, &attempt));
	gateway = gateway_find(request->shop.config, attempt.gateway);
	if (!gateway || attempt.state != ATTEMPT_STARTED || !*attempt.approve)
		return NULL;
	view->approve = (struct url){attempt.approve};
	view->gateway = gateway->label;
	return NULL;
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
	    .action = url_local(arena, "/checkout/{}", reference),
	    .extend = url_local(arena, "/checkout/{}/extend", reference),
	    .release = url_local(arena, "/checkout/{}/release", reference),
	    .refresh = url_local(arena, "/checkout/{}", reference),
	};
	view.page.is_plain = true;
	view.page.has_error = view.box.is_shown;
	fill_payment(request, form, &booking, &view);
	TRY(fill_waiting(request, &booking, &view));
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

/* Why the buyer is back from the gateway without tickets. */
static struct error *retell_decline(
    struct request *request, const struct booking *booking)
{
	struct error *error = payment_retell(&request->shop, booking);

	return error_is(error, PAYMENT_DECLINED_ERROR) ? error : NULL;
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
	if (!error && *request_query(request, "declined") &&
	    booking.state == BOOKING_HELD)
		error = retell_decline(request, &booking);
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

static const struct route routes[] = {
    {METHOD_GET, "/checkout/return/{token}", checkout_come_back, ACCESS_ANYONE,
	OWNER_NOTHING},
    {METHOD_GET, "/checkout/cancel/{token}", checkout_give_up, ACCESS_ANYONE,
	OWNER_NOTHING},
    {METHOD_POST, "/checkout/hook/{gateway}", checkout_take_notice,
	ACCESS_ANYONE, OWNER_NOTHING, CSRF_NONE, BODY_ANY},
    {METHOD_GET, "/checkout/campuspay/{order}", checkout_show_approval,
	ACCESS_ANYONE, OWNER_NOTHING},
    {METHOD_POST, "/checkout/campuspay/{order}", checkout_answer_approval,
	ACCESS_ANYONE, OWNER_NOTHING},
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
