#include "payment/paypal_parts.h"

#include "base/log.h"
#include "base/text.h"
#include "base/token.h"
#include <string.h>

enum {
	LONGEST_NAME = 127, /* of an item, a description */
	MOST_ITEMS = 1000,  /* so that their sum cannot overflow */
};

/* ---- reading ---- */

/* Does a capture's status mean that money moved, or may yet? */
static bool is_moving(const char *status)
{
	return text_equal(status, "COMPLETED") ||
	    text_equal(status, "PARTIALLY_REFUNDED") ||
	    text_equal(status, "REFUNDED") || text_equal(status, "PENDING");
}

/* The capture that counts. False: there are two. */
static bool pick_capture(const json_t *unit, const json_t **picked)
{
	const json_t *captures =
	    json_object_get(json_object_get(unit, "payments"), "captures");
	size_t moving = 0;

	*picked = NULL;
	for (size_t i = 0; i < json_array_size(captures); i++) {
		const json_t *capture = json_array_get(captures, i);

		if (is_moving(paypal_text(capture, "status")))
			moving++;
		else if (moving > 0)
			continue;
		*picked = capture;
	}
	return moving <= 1;
}

/* Compare a purchase unit, and its capture, with what was asked. */
static void compare_unit(struct arena *arena, struct paypal_order *order,
    const json_t *unit, const struct gateway_payment *payment)
{
	const char *mark = paypal_mark(arena, payment->idempotency_key);
	const json_t *ids = json_object_get(
	    json_object_get(order->capture, "supplementary_data"),
	    "related_ids");
	enum paypal_fit amount = paypal_compare_amount(
	    arena, json_object_get(unit, "amount"), payment->amount);
	enum paypal_fit taken = paypal_compare_amount(
	    arena, json_object_get(order->capture, "amount"), payment->amount);
	enum paypal_fit custom = paypal_compare_text(unit, "custom_id", mark);
	enum paypal_fit taken_custom =
	    paypal_compare_text(order->capture, "custom_id", mark);

	order->is_ours = order->is_ours && amount != PAYPAL_OTHER &&
	    taken != PAYPAL_OTHER && custom != PAYPAL_OTHER &&
	    taken_custom != PAYPAL_OTHER &&
	    paypal_compare_text(ids, "order_id", order->id) != PAYPAL_OTHER;
	order->is_whole = (order->capture ? taken : amount) == PAYPAL_SAME &&
	    (custom == PAYPAL_SAME || taken_custom == PAYPAL_SAME);
}

struct paypal_order paypal_read_order(struct arena *arena,
    const struct http_reply *reply, const struct gateway_payment *payment)
{
	const json_t *tree = paypal_object(reply->body, reply->length);
	const json_t *units = json_object_get(tree, "purchase_units");
	const json_t *unit = json_array_get(units, 0);
	struct paypal_order order = {
	    .id = paypal_text(tree, "id"),
	    .status = paypal_text(tree, "status"),
	    .approve = paypal_link(tree, "payer-action"),
	};

	if (!*order.approve)
		order.approve = paypal_link(tree, "approve");
	order.is_ours = pick_capture(unit, &order.capture) &&
	    paypal_is_id(order.id) && json_array_size(units) <= 1 &&
	    (text_is_empty(payment->reference) ||
		text_equal(order.id, payment->reference));
	compare_unit(arena, &order, unit, payment);
	return order;
}

/* What an order without a capture means. */
static struct gateway_answer judge_status(
    const struct gateway_payment *payment, const struct paypal_order *order)
{
	static const char *const open[] = {
	    "CREATED", "SAVED", "APPROVED", "PAYER_ACTION_REQUIRED"};
	struct gateway_answer answer;

	for (size_t i = 0; i < COUNT_OF(open); i++) {
		if (!text_equal(order->status, open[i]))
			continue;
		answer = paypal_answer(GATEWAY_OPEN, payment, "");
		answer.reference = order->id;
		if (http_client_may_visit(order->approve))
			answer.approve = order->approve;
		return answer;
	}
	if (text_equal(order->status, "VOIDED"))
		return paypal_answer(
		    GATEWAY_DECLINED, payment, "payment given up");
	return paypal_report(payment, "order", "neither open nor captured");
}

/* What an order means. */
struct gateway_answer paypal_judge_order(
    const struct gateway_payment *payment, const struct paypal_order *order)
{
	const char *status = paypal_text(order->capture, "status");
	const char *id = paypal_text(order->capture, "id");
	struct gateway_answer answer;

	if (!order->is_ours)
		return paypal_report(
		    payment, "order", "the answer differs from what was asked");
	if (!order->capture)
		return judge_status(payment, order);
	if (text_equal(status, "DECLINED") || text_equal(status, "FAILED"))
		return paypal_answer(
		    GATEWAY_DECLINED, payment, "payment declined");
	if (!is_moving(status) || !paypal_is_id(id))
		return paypal_report(
		    payment, "order", "a capture that is not clear");
	answer = paypal_answer(
	    text_equal(status, "PENDING") ? GATEWAY_OPEN : GATEWAY_CAPTURED,
	    payment, "");
	answer.reference = order->id;
	answer.capture = id;
	return answer;
}

/* ---- creating ---- */

/* At most `limit` bytes of a text, no character cut. */
static const char *cut(struct arena *arena, const char *text, size_t limit)
{
	size_t length = text ? strnlen(text, limit) : 0;

	while (length > 0 && !text_is_utf8(text, length))
		length--;
	return arena_copy_bytes(arena, text, length);
}

static json_t *item_tree(struct arena *arena, const struct gateway_item *item)
{
	const char *name = cut(arena, item->name, LONGEST_NAME);

	return json_pack("{s:s, s:o, s:o, s:s}", "name",
	    *name ? name : "Ticket", "quantity",
	    json_sprintf("%lld", (long long)item->quantity), "unit_amount",
	    paypal_amount(arena, item->price), "category", "DIGITAL_GOODS");
}

/* Sum the lines up: what is charged, and what is taken off again. */
static bool sum_items(const struct gateway_payment *payment,
    struct money *total, struct money *discount)
{
	*total = money_of(0, payment->amount.currency);
	*discount = *total;
	if (payment->item_count == 0 || payment->item_count > MOST_ITEMS)
		return false;
	for (size_t i = 0; i < payment->item_count; i++) {
		const struct gateway_item *item = &payment->items[i];
		struct money line;

		if (item->quantity < 1 ||
		    !text_equal(item->price.currency, total->currency) ||
		    money_times(item->price, item->quantity, &line))
			return false;
		if (line.minor < 0)
			discount->minor -= line.minor;
		else
			total->minor += line.minor;
	}
	return total->minor - discount->minor == payment->amount.minor;
}

/* List what is bought in the unit; a negative line is a discount. */
static bool add_items(
    struct arena *arena, const struct gateway_payment *payment, json_t *unit)
{
	json_t *amount = json_object_get(unit, "amount");
	json_t *items = json_array();
	struct money total, discount;
	json_t *breakdown;

	if (!sum_items(payment, &total, &discount)) {
		if (payment->item_count > 0)
			log_warn("paypal: the items of payment %s do not add "
				 "up to its amount",
			    payment->idempotency_key);
		return true;
	}
	breakdown =
	    json_pack("{s:o}", "item_total", paypal_amount(arena, total));
	if (discount.minor > 0)
		json_object_set_new(
		    breakdown, "discount", paypal_amount(arena, discount));
	for (size_t i = 0; i < payment->item_count; i++)
		if (payment->items[i].price.minor >= 0 &&
		    json_array_append_new(
			items, item_tree(arena, &payment->items[i])) != 0)
			return false;
	return json_object_set_new(amount, "breakdown", breakdown) == 0 &&
	    json_object_set_new(unit, "items", items) == 0;
}

/* The number on PayPal's papers: one for each payment of a booking. */
static const char *invoice_id(
    struct arena *arena, const struct gateway_payment *payment)
{
	return arena_format(arena, "%s-%.12s",
	    cut(arena, payment->description, PAYPAL_LONGEST_ID),
	    token_hash(arena, payment->idempotency_key));
}

static json_t *unit_tree(
    struct arena *arena, const struct gateway_payment *payment)
{
	const char *description =
	    cut(arena, payment->description, LONGEST_NAME);
	json_t *unit = json_pack("{s:o, s:s, s:s, s:s*}", "amount",
	    paypal_amount(arena, payment->amount), "custom_id",
	    paypal_mark(arena, payment->idempotency_key), "invoice_id",
	    invoice_id(arena, payment), "description",
	    *description ? description : NULL);

	return unit && add_items(arena, payment, unit) ? unit : NULL;
}

/* How the buyer walks through PayPal's pages. */
static json_t *experience_tree(
    const struct paypal_call *call, const struct gateway_payment *payment)
{
	const char *brand =
	    cut(call->arena, call->config->site_name, LONGEST_NAME);

	return json_pack("{s:s*, s:s*, s:s*, s:s, s:s, s:s}", "brand_name",
	    *brand ? brand : NULL, "return_url",
	    text_is_empty(payment->return_url) ? NULL : payment->return_url,
	    "cancel_url",
	    text_is_empty(payment->cancel_url) ? NULL : payment->cancel_url,
	    "user_action", "PAY_NOW", "shipping_preference", "NO_SHIPPING",
	    "payment_method_preference", "IMMEDIATE_PAYMENT_REQUIRED");
}

/* The body that opens an order; NULL: PayPal cannot take it. */
static const char *order_body(
    const struct paypal_call *call, const struct gateway_payment *payment)
{
	json_t *tree;

	if (payment->amount.minor <= 0)
		return NULL;
	tree = json_pack("{s:s, s:[o], s:{s:{s:o}}}", "intent", "CAPTURE",
	    "purchase_units", unit_tree(call->arena, payment), "payment_source",
	    "paypal", "experience_context", experience_tree(call, payment));
	return tree ? json_dumps(tree, JSON_COMPACT) : NULL;
}

/* Open the order of a key, or find the one that was opened before. */
struct gateway_answer paypal_create_order(struct paypal_call *call,
    const struct gateway_payment *payment, struct http_reply *reply)
{
	struct paypal_question question = {.path = "/v2/checkout/orders"};
	struct paypal_order order;

	*reply = (struct http_reply){.body = "", .problem = ""};
	question.id = paypal_mark(call->arena, payment->idempotency_key);
	question.body = order_body(call, payment);
	if (!question.body) {
		log_warn("paypal: payment %s cannot be written as an order",
		    payment->idempotency_key);
		return paypal_answer(GATEWAY_UNREACHED, payment, "");
	}
	question.length = strlen(question.body);
	if (!paypal_is_success(paypal_ask(call, &question, reply), reply))
		return paypal_explain(call, payment, "create", reply);
	order = paypal_read_order(call->arena, reply, payment);
	return paypal_judge_order(payment, &order);
}
