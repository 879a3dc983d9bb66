#include "checkout_return.h"

#include "base/clock.h"
#include "base/text.h"
#include "booking/payment.h"
#include "payment/campuspay_page.h"
#include "store/limit.h"
#include "web/page.h"
#include <stdio.h>

/* ---- coming back from a gateway ---- */

static void go_to_booking(
    struct request *request, const char *pattern, const char *reference)
{
	request_redirect(
	    request, url_local(request->shop.arena, pattern, reference));
}

struct error *checkout_come_back(struct request *request)
{
	const char *reference = "";
	struct error *error = payment_come_back(
	    &request->shop, request_param(request, "token"), &reference);

	if (!error)
		go_to_booking(request, "/tickets/{}?new=yes", reference);
	else if (error_is(error, PAYMENT_PENDING_ERROR))
		go_to_booking(request, "/checkout/{}", reference);
	else if (error_is(error, PAYMENT_DECLINED_ERROR))
		go_to_booking(request, "/checkout/{}?declined=yes", reference);
	else
		return error;
	return NULL;
}

struct error *checkout_give_up(struct request *request)
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

/*
 * A call that is not genuine may have cost one to the gateway to find out, so
 * a network that sends such ones has to wait. The gateway's own calls are sent
 * again, and a buyer who comes back does not depend on them.
 */
static struct error *take_notice(
    struct request *request, const struct gateway_hook *hook)
{
	static const struct limit_wait wait = {
	    .name = "forged notices", .free = 20, .most = MINUTE};
	const struct shop *shop = &request->shop;
	const char *who = limit_network(shop->arena, request->remote);
	struct error *error;

	TRY(limit_check(shop->config, &wait, who, clock_now()));
	error =
	    payment_take_notice(shop, request_param(request, "gateway"), hook);
	if (!error)
		limit_forgive(shop->config, &wait, who);
	else if (error_is(error, ACCESS_ERROR))
		limit_failed(shop->config, &wait, who, clock_now());
	return error;
}

struct error *checkout_take_notice(struct request *request)
{
	const struct gateway_hook hook = {
	    .body = request->body,
	    .length = request->body_length,
	    .header = hook_header,
	    .context = request,
	};

	TRY(take_notice(request, &hook));
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

struct error *checkout_show_approval(struct request *request)
{
	struct arena *arena = request->shop.arena;
	const char *id = request_param(request, "order");
	struct campuspay_order order;
	struct approve_view view;

	TRY(find_order(request, &order));
	view = (struct approve_view){
	    .page = page_frame(request, "CampusPay"),
	    .secret = page_secret(request, SECRET_PLAIN),
	    .amount =
		arena_format(arena, "%s %s", order.amount, order.currency),
	    .is_open = text_equal(order.state, "open"),
	    .is_paid = text_equal(order.state, "captured"),
	    .action = url_local(arena, "/checkout/campuspay/{}", id),
	    .call = url_local(arena, "/checkout/hook/campuspay_page"),
	    .notice = campuspay_notice(arena, request->shop.config, id, &order),
	    .back = (struct url){arena_copy(arena, order.return_url)},
	};
	view.page.is_plain = true;
	view_approve(&request->response.body, &view);
	return NULL;
}

/* What a button of the page does to an order. */
struct approval {
	const char *answer;
	const char *state;
};

static const struct approval approvals[] = {
    {"approve", "approved"},
    {"pay", "captured"},
    {"decline", "declined"},
};

static struct error *set_state(
    struct request *request, const char *answer, struct campuspay_order *order)
{
	for (size_t i = 0; i < COUNT_OF(approvals); i++)
		if (text_equal(approvals[i].answer, answer))
			snprintf(order->state, sizeof(order->state), "%s",
			    approvals[i].state);
	if (text_equal(order->state, "open"))
		return fail(VALIDATION_ERROR, "Choose one of the buttons");
	if (!campuspay_write_order(request->shop.arena, request->shop.config,
		request_param(request, "order"), order))
		return fail(
		    STORAGE_ERROR, "The payment service is out of order");
	return NULL;
}

struct error *checkout_answer_approval(struct request *request)
{
	const char *answer = request_form(request, "answer");
	bool is_cancel = text_equal(answer, "cancel");
	struct campuspay_order order;
	const char *target;

	TRY(find_order(request, &order));
	if (text_equal(order.state, "open") && !is_cancel)
		TRY(set_state(request, answer, &order));
	if (text_equal(answer, "pay")) {
		request_redirect(request,
		    url_local(request->shop.arena, "/checkout/campuspay/{}",
			request_param(request, "order")));
		return NULL;
	}
	target = is_cancel ? order.cancel_url : order.return_url;
	request_redirect(
	    request, (struct url){arena_copy(request->shop.arena, target)});
	return NULL;
}
