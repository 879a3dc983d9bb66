#include "payment/paypal.h"

#include "base/log.h"
#include "base/text.h"
#include "payment/paypal_parts.h"
#include <string.h>

/* ---- beginning ---- */

static struct gateway_answer begin_payment(struct arena *arena,
    const struct config *config, const struct gateway_payment *payment)
{
	struct paypal_call call = paypal_open(arena, config);
	struct gateway_payment fresh = *payment;
	struct http_reply reply;
	struct gateway_answer answer;

	/* A new order has a new id. */
	fresh.reference = "";
	fresh.capture = "";
	answer = paypal_create_order(&call, &fresh, &reply);
	if (answer.outcome == GATEWAY_OPEN && !*answer.approve &&
	    !*answer.capture) {
		struct paypal_order order =
		    paypal_read_order(arena, &reply, &fresh);

		if (!text_equal(order.status, "APPROVED"))
			answer = paypal_report(
			    &fresh, "order", "no address for the buyer");
	}
	paypal_close(&call);
	return answer;
}

/* ---- looking up ---- */

/* Does PayPal itself say so, and not something on the way there? */
static bool is_not_found(enum http_fate fate, const struct http_reply *reply)
{
	enum {
		NOT_FOUND = 404
	};

	return fate == HTTP_ANSWERED && reply->status == NOT_FOUND &&
	    text_equal(
		paypal_text(paypal_object(reply->body, reply->length), "name"),
		"RESOURCE_NOT_FOUND");
}

/*
 * Get an order and judge it. UNREACHED: PayPal says there is none; SILENT:
 * whatever else is not clear.
 */
static struct gateway_answer look_up(struct paypal_call *call,
    const struct gateway_payment *payment, struct paypal_order *order)
{
	struct http_reply reply;
	struct paypal_question question = {
	    .path = arena_format(
		call->arena, "/v2/checkout/orders/%s", payment->reference)};
	enum http_fate fate = paypal_ask(call, &question, &reply);

	*order = (struct paypal_order){.id = "", .status = "", .approve = ""};
	if (!paypal_is_success(fate, &reply)) {
		paypal_log("look-up", fate, &reply);
		return paypal_answer(is_not_found(fate, &reply) &&
			    text_is_empty(payment->capture)
			? GATEWAY_UNREACHED
			: GATEWAY_SILENT,
		    payment, "");
	}
	*order = paypal_read_order(call->arena, &reply, payment);
	if (order->is_ours && !order->is_whole)
		return paypal_report(
		    payment, "order", "the answer is not whole");
	return paypal_judge_order(payment, order);
}

/* What became of a payment whose order was created in an earlier life? */
static struct gateway_answer find_order(
    struct paypal_call *call, const struct gateway_payment *payment)
{
	enum {
		BAD_REQUEST = 400,
		UNPROCESSABLE = 422
	};
	struct http_reply reply;
	struct gateway_answer answer =
	    paypal_create_order(call, payment, &reply);

	/* Only an order that cannot be created was never created. */
	if (answer.outcome == GATEWAY_UNREACHED &&
	    reply.status != BAD_REQUEST && reply.status != UNPROCESSABLE)
		answer.outcome = GATEWAY_SILENT;
	return answer;
}

static struct gateway_answer ask_about(struct arena *arena,
    const struct config *config, const struct gateway_payment *payment)
{
	struct paypal_call call = paypal_open(arena, config);
	struct gateway_answer answer;
	struct paypal_order order;

	if (text_is_empty(payment->reference))
		answer = find_order(&call, payment);
	else if (paypal_is_id(payment->reference))
		answer = look_up(&call, payment, &order);
	else
		answer = paypal_report(
		    payment, "look-up", "a reference of no order");
	paypal_close(&call);
	return answer;
}

/* ---- capturing ---- */

/* A capture was asked for, or made before: what does the order say? */
static struct gateway_answer confirm_capture(
    struct paypal_call *call, const struct gateway_payment *payment)
{
	struct paypal_order order;
	struct gateway_answer answer = look_up(call, payment, &order);

	if (answer.outcome == GATEWAY_UNREACHED ||
	    (answer.outcome == GATEWAY_OPEN && !*answer.capture))
		return paypal_report(payment, "capture", "no trace of it");
	return answer;
}

static struct gateway_answer send_capture(
    struct paypal_call *call, const struct gateway_payment *payment)
{
	struct http_reply reply;
	struct paypal_order order;
	struct paypal_question question = {
	    .path = arena_format(call->arena, "/v2/checkout/orders/%s/capture",
		payment->reference),
	    .body = "{}",
	    .length = strlen("{}"),
	    .id = arena_format(call->arena, "%s-take",
		paypal_mark(call->arena, payment->idempotency_key)),
	};

	if (!paypal_is_success(paypal_ask(call, &question, &reply), &reply)) {
		if (paypal_is_refusal(call->fate, &reply) &&
		    text_equal(paypal_issue(&reply), "ORDER_ALREADY_CAPTURED"))
			return confirm_capture(call, payment);
		return paypal_explain(call, payment, "capture", &reply);
	}
	order = paypal_read_order(call->arena, &reply, payment);
	if (order.is_ours && (!order.is_whole || !order.capture))
		return confirm_capture(call, payment);
	return paypal_judge_order(payment, &order);
}

/*
 * Nothing is captured that was not looked at before: neither an order that
 * differs, nor one whose refusal PayPal would remember under our key.
 */
static struct gateway_answer capture_payment(struct arena *arena,
    const struct config *config, const struct gateway_payment *payment)
{
	struct paypal_call call = paypal_open(arena, config);
	struct gateway_answer answer =
	    paypal_answer(GATEWAY_UNREACHED, payment, "");
	struct paypal_order order;

	if (text_is_empty(payment->reference) ||
	    !paypal_is_id(payment->reference)) {
		log_warn("paypal: capture of payment %s without an order",
		    payment->idempotency_key);
		paypal_close(&call);
		return answer;
	}
	answer = look_up(&call, payment, &order);
	if (call.fate == HTTP_UNSENT)
		answer.outcome = GATEWAY_UNREACHED;
	else if (answer.outcome == GATEWAY_OPEN &&
	    text_equal(order.status, "APPROVED") && !order.capture)
		answer = send_capture(&call, payment);
	paypal_close(&call);
	return answer;
}

/* A double on this machine shows its pages itself. */
static const char *pages(struct arena *arena, const struct config *config)
{
	static const char origin[] = "https://*.paypal.com";

	if (!text_starts_with(config->paypal_url, "http://") ||
	    !http_client_may_visit(config->paypal_url))
		return origin;
	return arena_format(arena, "%s %s", origin, config->paypal_url);
}

const struct gateway paypal_gateway = {
    .name = "paypal",
    .label = "PayPal",
    .pages = pages,
    .begin = begin_payment,
    .capture = capture_payment,
    .ask = ask_about,
    .refund = paypal_refund,
    .read_hook = paypal_read_hook,
};
