#include "payment/paypal_parts.h"

#include "base/log.h"
#include "base/text.h"
#include <string.h>

/* Of our capture? PayPal names it in a link. */
static enum paypal_fit compare_capture(const json_t *tree, const char *capture)
{
	const char *href = paypal_link(tree, "up");
	const char *slash = strrchr(href, '/');

	if (!slash)
		return PAYPAL_ABSENT;
	return text_equal(slash + 1, capture) ? PAYPAL_SAME : PAYPAL_OTHER;
}

static struct gateway_answer judge_refund(struct arena *arena,
    const struct http_reply *reply, const struct gateway_payment *refund,
    bool *is_whole)
{
	const json_t *tree = paypal_object(reply->body, reply->length);
	const char *status = paypal_text(tree, "status");
	enum paypal_fit amount = paypal_compare_amount(
	    arena, json_object_get(tree, "amount"), refund->amount);
	struct gateway_answer answer =
	    paypal_answer(GATEWAY_SILENT, refund, "");

	*is_whole = amount == PAYPAL_SAME;
	if (!paypal_is_id(paypal_text(tree, "id")) || amount == PAYPAL_OTHER ||
	    paypal_compare_text(tree, "custom_id",
		paypal_mark(arena, refund->idempotency_key)) == PAYPAL_OTHER ||
	    compare_capture(tree, refund->capture) == PAYPAL_OTHER)
		return paypal_report(
		    refund, "refund", "the answer differs from what was asked");
	answer.reference = paypal_text(tree, "id");
	if (text_equal(status, "COMPLETED"))
		answer.outcome = GATEWAY_CAPTURED;
	else if (text_equal(status, "PENDING"))
		answer.outcome = GATEWAY_OPEN;
	else if (text_equal(status, "FAILED") ||
	    text_equal(status, "CANCELLED"))
		answer.outcome = GATEWAY_DECLINED;
	else
		return paypal_report(
		    refund, "refund", "a status that is not clear");
	return answer;
}

/* The answer named no amount: look at the refund itself. */
static struct gateway_answer look_up_refund(struct paypal_call *call,
    const struct gateway_payment *refund, const char *id)
{
	struct paypal_question question = {
	    .path = arena_format(call->arena, "/v2/payments/refunds/%s", id)};
	struct http_reply reply;
	struct gateway_answer answer;
	bool is_whole;

	if (!paypal_is_success(paypal_ask(call, &question, &reply), &reply)) {
		paypal_log("look-up of a refund", call->fate, &reply);
		return paypal_answer(GATEWAY_SILENT, refund, "");
	}
	answer = judge_refund(call->arena, &reply, refund, &is_whole);
	if (answer.outcome != GATEWAY_SILENT &&
	    (!is_whole || !text_equal(answer.reference, id)))
		return paypal_report(
		    refund, "refund", "the answer is not whole");
	return answer;
}

static struct gateway_answer send_refund(
    struct paypal_call *call, const struct gateway_payment *refund)
{
	const char *mark = paypal_mark(call->arena, refund->idempotency_key);
	json_t *tree = json_pack("{s:o, s:s}", "amount",
	    paypal_amount(call->arena, refund->amount), "custom_id", mark);
	struct paypal_question question = {
	    .path = arena_format(call->arena, "/v2/payments/captures/%s/refund",
		refund->capture),
	    .body = tree ? json_dumps(tree, JSON_COMPACT) : NULL,
	    .id = mark,
	};
	struct http_reply reply;
	struct gateway_answer answer;
	bool is_whole;

	if (!question.body || refund->amount.minor <= 0) {
		log_warn("paypal: refund %s cannot be written",
		    refund->idempotency_key);
		return paypal_answer(GATEWAY_UNREACHED, refund, "");
	}
	question.length = strlen(question.body);
	if (!paypal_is_success(paypal_ask(call, &question, &reply), &reply))
		return paypal_explain(call, refund, "refund", &reply);
	answer = judge_refund(call->arena, &reply, refund, &is_whole);
	if (answer.outcome != GATEWAY_SILENT && !is_whole)
		return look_up_refund(call, refund, answer.reference);
	return answer;
}

struct gateway_answer paypal_refund(struct arena *arena,
    const struct config *config, const struct gateway_payment *refund)
{
	struct paypal_call call = paypal_open(arena, config);
	struct gateway_answer answer =
	    paypal_answer(GATEWAY_UNREACHED, refund, "");

	if (text_is_empty(refund->capture) || !paypal_is_id(refund->capture))
		log_warn(
		    "paypal: refund %s of no capture", refund->idempotency_key);
	else
		answer = send_refund(&call, refund);
	paypal_close(&call);
	return answer;
}
