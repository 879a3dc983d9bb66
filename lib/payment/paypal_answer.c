#include "payment/paypal_parts.h"

#include "base/log.h"
#include "base/text.h"
#include "base/token.h"
#include <string.h>

enum {
	LONGEST_KEY = 100, /* of ours; PayPal takes 108 */
};

/* ---- answers ---- */

/* What is known of the payment stays in the answer. */
struct gateway_answer paypal_answer(enum gateway_outcome outcome,
    const struct gateway_payment *payment, const char *reason)
{
	return (struct gateway_answer){
	    .outcome = outcome,
	    .reference = payment->reference ? payment->reference : "",
	    .capture = payment->capture ? payment->capture : "",
	    .approve = "",
	    .reason = reason,
	};
}

/* Silent, and a person has to look. */
struct gateway_answer paypal_report(
    const struct gateway_payment *payment, const char *what, const char *why)
{
	log_warn("paypal: %s of payment %s: %s", what, payment->idempotency_key,
	    why);
	return paypal_answer(GATEWAY_SILENT, payment, "");
}

/* What PayPal refuses with, and what that means to us. */
struct refusal {
	const char *issue;
	enum gateway_outcome outcome;
	const char *reason;
};

static const struct refusal refusals[] = {
    {"ORDER_NOT_APPROVED", GATEWAY_OPEN, ""},
    {"PAYER_ACTION_REQUIRED", GATEWAY_OPEN, ""},
    {"INSTRUMENT_DECLINED", GATEWAY_DECLINED, "payment method declined"},
    {"CARD_CLOSED", GATEWAY_DECLINED, "card closed"},
    {"CARD_EXPIRED", GATEWAY_DECLINED, "card expired"},
    {"MAX_NUMBER_OF_PAYMENT_ATTEMPTS_EXCEEDED", GATEWAY_DECLINED,
	"too many attempts"},
    {"PAYER_ACCOUNT_LOCKED_OR_CLOSED", GATEWAY_DECLINED,
	"PayPal account locked or closed"},
    {"PAYER_ACCOUNT_RESTRICTED", GATEWAY_DECLINED, "PayPal account restricted"},
    {"PAYER_CANNOT_PAY", GATEWAY_DECLINED, "payment declined"},
    {"REDIRECT_PAYER_FOR_ALTERNATE_FUNDING", GATEWAY_DECLINED,
	"payment method declined"},
    {"TRANSACTION_REFUSED", GATEWAY_DECLINED, "payment refused"},
    /* A payment of this number was made: ours, before. */
    {"DUPLICATE_INVOICE_ID", GATEWAY_SILENT, ""},
    {"ORDER_ALREADY_CAPTURED", GATEWAY_SILENT, ""},
    /* Refunds. */
    {"CAPTURE_FULLY_REFUNDED", GATEWAY_DECLINED, "refunded already"},
    {"REFUND_AMOUNT_EXCEEDED", GATEWAY_DECLINED, "more than was paid"},
    {"REFUND_TIME_LIMIT_EXCEEDED", GATEWAY_DECLINED, "too late to refund"},
    {"REFUND_FAILED_INSUFFICIENT_FUNDS", GATEWAY_DECLINED,
	"not enough money at PayPal"},
    {"REFUND_NOT_ALLOWED", GATEWAY_DECLINED, "PayPal does not allow it"},
};

/* The word for what is wrong; "" when the body says nothing of the kind. */
const char *paypal_issue(const struct http_reply *reply)
{
	const json_t *body = paypal_object(reply->body, reply->length);
	const char *issue = paypal_text(
	    json_array_get(json_object_get(body, "details"), 0), "issue");

	if (!*issue)
		issue = paypal_text(body, "name");
	if (!*issue)
		issue = paypal_text(body, "error");
	return paypal_is_id(issue) ? issue : "";
}

/* Of what went wrong; with the number that PayPal's support asks for. */
void paypal_log(
    const char *what, enum http_fate fate, const struct http_reply *reply)
{
	const char *number;

	if (fate != HTTP_ANSWERED) {
		log_warn("paypal: %s: %s: %s", what,
		    fate == HTTP_UNSENT ? "not sent" : "no answer",
		    reply->problem);
		return;
	}
	number =
	    paypal_text(paypal_object(reply->body, reply->length), "debug_id");
	log_warn("paypal: %s: HTTP %d %s, debug id %s", what, reply->status,
	    paypal_issue(reply), paypal_is_id(number) ? number : "-");
}

bool paypal_is_success(enum http_fate fate, const struct http_reply *reply)
{
	return fate == HTTP_ANSWERED && reply->status >= 200 &&
	    reply->status < 300;
}

/* A "no", and not a "later", a "busy" or a breakdown. */
bool paypal_is_refusal(enum http_fate fate, const struct http_reply *reply)
{
	enum {
		TIMEOUT = 408,
		CONFLICT = 409,
		TOO_EARLY = 425
	};

	return fate == HTTP_ANSWERED && reply->status >= 400 &&
	    reply->status < 500 && reply->status != TIMEOUT &&
	    reply->status != CONFLICT && reply->status != TOO_EARLY;
}

/* The outcome of a request that may have done something and failed. */
struct gateway_answer paypal_explain(const struct paypal_call *call,
    const struct gateway_payment *payment, const char *what,
    const struct http_reply *reply)
{
	const char *issue;

	paypal_log(what, call->fate, reply);
	if (call->fate == HTTP_UNSENT)
		return paypal_answer(GATEWAY_UNREACHED, payment, "");
	if (!paypal_is_refusal(call->fate, reply))
		return paypal_answer(GATEWAY_SILENT, payment, "");
	issue = paypal_issue(reply);
	for (size_t i = 0; i < COUNT_OF(refusals); i++)
		if (text_equal(refusals[i].issue, issue))
			return paypal_answer(
			    refusals[i].outcome, payment, refusals[i].reason);
	return paypal_answer(GATEWAY_UNREACHED, payment, "");
}

/* ---- money and keys ---- */

/* Our key as PayPal carries it: in headers and as custom_id. */
const char *paypal_mark(struct arena *arena, const char *key)
{
	size_t length = strlen(key);

	for (size_t i = 0; i < length; i++)
		if (key[i] <= ' ' || key[i] > '~')
			return token_hash(arena, key);
	return length > 0 && length <= LONGEST_KEY ? key
						   : token_hash(arena, key);
}

/* Currencies that PayPal takes whole, whatever ISO 4217 says. */
static bool is_whole_at_paypal(const char *currency)
{
	return text_equal(currency, "HUF") || text_equal(currency, "TWD");
}

/* An amount as PayPal writes it; NULL: PayPal cannot take it. */
json_t *paypal_amount(struct arena *arena, struct money money)
{
	char *value = money_plain(arena, money);
	char *point = strchr(value, '.');

	if (money.minor < 0)
		return NULL;
	if (point && is_whole_at_paypal(money.currency)) {
		if (point[1 + strspn(point + 1, "0")])
			return NULL;
		*point = '\0';
	}
	return json_pack(
	    "{s:s, s:s}", "currency_code", money.currency, "value", value);
}

enum paypal_fit paypal_compare_amount(
    struct arena *arena, const json_t *amount, struct money asked)
{
	char *value = arena_copy(arena, paypal_text(amount, "value"));
	size_t length = strlen(value);
	struct money money;

	if (!amount)
		return PAYPAL_ABSENT;
	if (!text_equal(paypal_text(amount, "currency_code"), asked.currency))
		return PAYPAL_OTHER;
	/* "1500.00" is 1500 yen. */
	if (strchr(value, '.')) {
		while (length > 0 && value[length - 1] == '0')
			value[--length] = '\0';
		if (length > 0 && value[length - 1] == '.')
			value[--length] = '\0';
	}
	if (money_parse(value, asked.currency, &money) ||
	    money.minor != asked.minor)
		return PAYPAL_OTHER;
	return PAYPAL_SAME;
}

enum paypal_fit paypal_compare_text(
    const json_t *object, const char *name, const char *asked)
{
	if (!json_object_get(object, name))
		return PAYPAL_ABSENT;
	return text_equal(paypal_text(object, name), asked) ? PAYPAL_SAME
							    : PAYPAL_OTHER;
}
