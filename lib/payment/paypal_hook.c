#include "payment/paypal_parts.h"

#include "base/clock.h"
#include "base/log.h"
#include "base/out.h"
#include "base/text.h"
#include "payment/paypal.h"
#include <string.h>

enum {
	LONGEST_HEADER = 500,
};

/* What PayPal signed with; each name stands in a header of the call. */
struct signature_part {
	const char *name;
	const char *header;
};

static const struct signature_part signature_parts[] = {
    {"auth_algo", "HTTP_PAYPAL_AUTH_ALGO"},
    {"cert_url", "HTTP_PAYPAL_CERT_URL"},
    {"transmission_id", "HTTP_PAYPAL_TRANSMISSION_ID"},
    {"transmission_sig", "HTTP_PAYPAL_TRANSMISSION_SIG"},
    {"transmission_time", "HTTP_PAYPAL_TRANSMISSION_TIME"},
};

/* What an event says. False: it is none. */
static bool read_event(
    const struct gateway_hook *hook, struct gateway_notice *notice)
{
	const json_t *event = paypal_object(hook->body, hook->length);
	const json_t *resource = json_object_get(event, "resource");
	const char *order = paypal_text(
	    json_object_get(
		json_object_get(resource, "supplementary_data"), "related_ids"),
	    "order_id");

	if (text_starts_with(
		paypal_text(event, "event_type"), "CHECKOUT.ORDER."))
		order = paypal_text(resource, "id");
	notice->id = paypal_text(event, "id");
	notice->reference = paypal_is_id(order) ? order : "";
	return paypal_is_id(notice->id);
}

/*
 * The question whether the signature is right; NULL when a header is missing.
 * The event stands in it byte for byte: it was signed as it came.
 */
static const char *verify_body(const struct paypal_call *call,
    const struct gateway_hook *hook, size_t *length)
{
	json_t *tree =
	    json_pack("{s:s}", "webhook_id", call->config->paypal_webhook);
	struct out out = {.arena = call->arena};
	const char *text;

	for (size_t i = 0; i < COUNT_OF(signature_parts); i++) {
		const char *value =
		    hook->header(hook->context, signature_parts[i].header);

		if (text_is_empty(value) ||
		    strnlen(value, LONGEST_HEADER + 1) > LONGEST_HEADER ||
		    json_object_set_new(
			tree, signature_parts[i].name, json_string(value)) != 0)
			return NULL;
	}
	text = json_dumps(tree, JSON_COMPACT);
	if (!text)
		return NULL;
	out_bytes(&out, text, strlen(text) - strlen("}"));
	OUT_LITERAL(&out, ",\"webhook_event\":");
	out_bytes(&out, hook->body, hook->length);
	OUT_LITERAL(&out, "}");
	*length = out.length;
	return out.data;
}

/* NULL when PayPal says that it made the call, else why not. */
static const char *check_hook(struct paypal_call *call,
    const struct gateway_hook *hook, struct gateway_notice *notice)
{
	struct paypal_question question = {
	    .path = "/v1/notifications/verify-webhook-signature"};
	struct http_reply reply;
	const json_t *answer;

	if (text_is_empty(call->config->paypal_webhook))
		return "paypal_webhook is not set";
	if (hook->length > HTTP_CLIENT_LARGEST || !read_event(hook, notice))
		return "it is no event";
	question.body = verify_body(call, hook, &question.length);
	if (!question.body)
		return "it is not signed";
	if (breaker_wait(call->config, paypal_gateway.name, clock_now()) > 0)
		return "PayPal does not answer";
	if (!paypal_is_success(paypal_ask(call, &question, &reply), &reply)) {
		paypal_log("verification", call->fate, &reply);
		return "the signature could not be verified";
	}
	answer = paypal_object(reply.body, reply.length);
	if (!text_equal(paypal_text(answer, "verification_status"), "SUCCESS"))
		return "the signature is wrong";
	return NULL;
}

bool paypal_read_hook(struct arena *arena, const struct config *config,
    const struct gateway_hook *hook, struct gateway_notice *notice)
{
	struct paypal_call call = paypal_open(arena, config);
	struct gateway_notice heard = {.id = "", .reference = ""};
	const char *problem = check_hook(&call, hook, &heard);

	paypal_close(&call);
	*notice = (struct gateway_notice){.id = "", .reference = ""};
	if (problem) {
		log_warn("paypal: a call is refused: %s", problem);
		return false;
	}
	*notice = heard;
	return true;
}
