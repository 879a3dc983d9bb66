#include "payment/paypal.h"

#include "base/clock.h"
#include "base/log.h"
#include "base/out.h"
#include "base/text.h"
#include "base/token.h"
#include "payment/http_client.h"
#include <jansson.h>
#include <string.h>
#include <time.h>

enum {
	CALL_MS = GATEWAY_SECONDS * 1000 - 100,
	LEAST_MS = 500,     /* with less left, nothing is set going */
	LONGEST_ID = 64,    /* of an order, a capture, an event */
	LONGEST_KEY = 100,  /* of ours; PayPal takes 108 */
	LONGEST_NAME = 127, /* of an item, a description */
	LONGEST_HEADER = 500,
	MOST_ITEMS = 1000, /* so that their sum cannot overflow */
	TOKEN_SIZE = 4096,
};

/* One call of the gateway: all its requests, one deadline. */
struct call {
	struct arena *arena;
	const struct config *config;
	struct http_client *client;
	enum http_fate fate;       /* of the last request */
	json_malloc_t json_malloc; /* what jansson used before */
	json_free_t json_free;
};

/* The token, for whom it is, and until when (seconds since boot). */
static struct {
	char owner[2 * 32 + 1];
	char text[TOKEN_SIZE];
	int64_t expires;
} cached;

/* ---- JSON in the arena ---- */

/* Jansson hands its allocator no context. */
static struct arena *json_arena;

static void *json_allocate(size_t size)
{
	return arena_alloc(json_arena, size);
}

/* The arena frees everything at once. */
static void json_forget(void *memory)
{
	(void)memory;
}

static struct call open_call(struct arena *arena, const struct config *config)
{
	struct call call = {.arena = arena, .config = config};

	call.client = http_client_open(arena, CALL_MS);
	call.fate = HTTP_UNSENT;
	json_get_alloc_funcs(&call.json_malloc, &call.json_free);
	json_arena = arena;
	json_set_alloc_funcs(json_allocate, json_forget);
	return call;
}

static void close_call(struct call *call)
{
	json_set_alloc_funcs(call->json_malloc, call->json_free);
	json_arena = NULL;
	http_client_close(call->client);
}

/* An object, or NULL, which jansson's readers take for an empty one. */
static const json_t *read_object(const char *body, size_t length)
{
	json_t *tree = json_loadb(body, length, JSON_REJECT_DUPLICATES, NULL);

	return json_is_object(tree) ? tree : NULL;
}

/* A member that is text; "" when there is none. */
static const char *text_of(const json_t *object, const char *name)
{
	const char *text = json_string_value(json_object_get(object, name));

	return text ? text : "";
}

/* Fit for an address and a log: letters, digits, - and _. */
static bool is_id(const char *text)
{
	size_t length = strspn(text,
	    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
	    "0123456789-_");

	return length > 0 && length <= LONGEST_ID && text[length] == '\0';
}

/* The link of a relation; "" when there is none. */
static const char *link_of(const json_t *object, const char *relation)
{
	const json_t *links = json_object_get(object, "links");

	for (size_t i = 0; i < json_array_size(links); i++) {
		const json_t *link = json_array_get(links, i);

		if (text_equal(text_of(link, "rel"), relation))
			return text_of(link, "href");
	}
	return "";
}

/* At most `limit` bytes of a text, no character cut. */
static const char *cut(struct arena *arena, const char *text, size_t limit)
{
	size_t length = text ? strnlen(text, limit) : 0;

	while (length > 0 && !text_is_utf8(text, length))
		length--;
	return arena_copy_bytes(arena, text, length);
}

/* ---- answers ---- */

/* What is known of the payment stays in the answer. */
static struct gateway_answer answer_of(enum gateway_outcome outcome,
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
static struct gateway_answer report(
    const struct gateway_payment *payment, const char *what, const char *why)
{
	log_warn("paypal: %s of payment %s: %s", what, payment->idempotency_key,
	    why);
	return answer_of(GATEWAY_SILENT, payment, "");
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
static const char *issue_of(const struct http_reply *reply)
{
	const json_t *body = read_object(reply->body, reply->length);
	const char *issue = text_of(
	    json_array_get(json_object_get(body, "details"), 0), "issue");

	if (!*issue)
		issue = text_of(body, "name");
	if (!*issue)
		issue = text_of(body, "error");
	return is_id(issue) ? issue : "";
}

/* Of what went wrong; with the number that PayPal's support asks for. */
static void log_failure(
    const char *what, enum http_fate fate, const struct http_reply *reply)
{
	const char *number;

	if (fate != HTTP_ANSWERED) {
		log_warn("paypal: %s: %s: %s", what,
		    fate == HTTP_UNSENT ? "not sent" : "no answer",
		    reply->problem);
		return;
	}
	number = text_of(read_object(reply->body, reply->length), "debug_id");
	log_warn("paypal: %s: HTTP %d %s, debug id %s", what, reply->status,
	    issue_of(reply), is_id(number) ? number : "-");
}

static bool is_success(enum http_fate fate, const struct http_reply *reply)
{
	return fate == HTTP_ANSWERED && reply->status >= 200 &&
	    reply->status < 300;
}

/* A "no", and not a "later", a "busy" or a breakdown. */
static bool is_refusal(enum http_fate fate, const struct http_reply *reply)
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
static struct gateway_answer explain(const struct call *call,
    const struct gateway_payment *payment, const char *what,
    const struct http_reply *reply)
{
	const char *issue;

	log_failure(what, call->fate, reply);
	if (call->fate == HTTP_UNSENT)
		return answer_of(GATEWAY_UNREACHED, payment, "");
	if (!is_refusal(call->fate, reply))
		return answer_of(GATEWAY_SILENT, payment, "");
	issue = issue_of(reply);
	for (size_t i = 0; i < COUNT_OF(refusals); i++)
		if (text_equal(refusals[i].issue, issue))
			return answer_of(
			    refusals[i].outcome, payment, refusals[i].reason);
	return answer_of(GATEWAY_UNREACHED, payment, "");
}

/* ---- the token ---- */

static int64_t seconds_since_boot(void)
{
	struct timespec now;

	clock_gettime(CLOCK_BOOTTIME, &now);
	return (int64_t)now.tv_sec;
}

/* Printable, so that it is one header's value. */
static bool is_token(const char *text)
{
	size_t length = strnlen(text, TOKEN_SIZE);

	for (size_t i = 0; i < length; i++)
		if (text[i] <= ' ' || text[i] > '~')
			return false;
	return length > 0 && length < TOKEN_SIZE;
}

/* Whose token: another configuration, another token. */
static const char *token_owner(const struct call *call)
{
	return token_hash(call->arena,
	    arena_format(call->arena, "%s\n%s\n%s", call->config->paypal_url,
		call->config->paypal_client, call->config->paypal_secret));
}

static void keep_token(const char *owner, const char *token, int64_t seconds)
{
	if (seconds < MINUTE || seconds > DAY)
		seconds = seconds > DAY ? DAY : MINUTE;
	cached.expires = seconds_since_boot() + seconds - MINUTE;
	memcpy(cached.owner, owner, sizeof(cached.owner));
	memcpy(cached.text, token, strlen(token) + 1);
}

/* A fresh token, or NULL. */
static const char *fetch_token(struct call *call, const char *owner)
{
	static const char form[] = "grant_type=client_credentials";
	struct http_request request = {
	    .url = arena_format(
		call->arena, "%s/v1/oauth2/token", call->config->paypal_url),
	    .body = form,
	    .length = sizeof(form) - 1,
	    .user = call->config->paypal_client,
	    .password = call->config->paypal_secret,
	};
	struct http_reply reply;
	enum http_fate fate = http_client_send(call->client, &request, &reply);
	const json_t *body = read_object(reply.body, reply.length);
	const char *token = text_of(body, "access_token");

	if (!is_success(fate, &reply) || !is_token(token)) {
		log_failure("token", fate, &reply);
		return NULL;
	}
	keep_token(owner, token,
	    json_integer_value(json_object_get(body, "expires_in")));
	return token;
}

static const char *find_token(struct call *call)
{
	const char *owner = token_owner(call);

	if (text_equal(cached.owner, owner) &&
	    cached.expires > seconds_since_boot())
		return cached.text;
	return fetch_token(call, owner);
}

/* ---- asking ---- */

/* A request to PayPal. */
struct question {
	const char *path;
	const char *body; /* JSON; NULL: GET */
	size_t length;    /* of the body */
	const char *id;   /* PayPal-Request-Id; NULL: none */
};

static enum http_fate send_with_token(struct call *call,
    const struct question *question, const char *token,
    struct http_reply *reply)
{
	const char *headers[] = {
	    arena_format(call->arena, "Authorization: Bearer %s", token),
	    "Accept: application/json",
	    "Prefer: return=representation",
	    "Content-Type: application/json",
	    question->id ? arena_format(call->arena, "PayPal-Request-Id: %s",
			       question->id)
			 : "PayPal-Request-Id:",
	};
	struct http_request request = {
	    .url = arena_format(
		call->arena, "%s%s", call->config->paypal_url, question->path),
	    .headers = headers,
	    .header_count = COUNT_OF(headers),
	    .body = question->body,
	    .length = question->length,
	};

	return http_client_send(call->client, &request, reply);
}

/*
 * Ask, with a fresh token if the one at hand is not taken any more (a 401 has
 * done nothing). Without a token nothing is sent.
 */
static enum http_fate ask_paypal(struct call *call,
    const struct question *question, struct http_reply *reply)
{
	enum {
		UNAUTHORISED = 401
	};

	call->fate = HTTP_UNSENT;
	for (int i = 0; i < 2; i++) {
		const char *token = find_token(call);

		*reply = (struct http_reply){
		    .body = "", .problem = token ? "no time" : "no token"};
		call->fate = HTTP_UNSENT;
		if (!token || http_client_left(call->client) < LEAST_MS)
			break;
		call->fate = send_with_token(call, question, token, reply);
		if (call->fate != HTTP_ANSWERED ||
		    reply->status != UNAUTHORISED)
			break;
		cached.expires = 0;
	}
	return call->fate;
}

/* Our key as PayPal carries it: in headers and as custom_id. */
static const char *mark_of(struct arena *arena, const char *key)
{
	size_t length = strlen(key);

	for (size_t i = 0; i < length; i++)
		if (key[i] <= ' ' || key[i] > '~')
			return token_hash(arena, key);
	return length > 0 && length <= LONGEST_KEY ? key
						   : token_hash(arena, key);
}

/* ---- money ---- */

/* Currencies that PayPal takes whole, whatever ISO 4217 says. */
static bool is_whole_at_paypal(const char *currency)
{
	return text_equal(currency, "HUF") || text_equal(currency, "TWD");
}

/* An amount as PayPal writes it; NULL: PayPal cannot take it. */
static json_t *amount_tree(struct arena *arena, struct money money)
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

/* How a part of an answer fits what was asked. */
enum fit {
	FIT_ABSENT,
	FIT_SAME,
	FIT_OTHER,
};

static enum fit compare_amount(
    struct arena *arena, const json_t *amount, struct money asked)
{
	char *value = arena_copy(arena, text_of(amount, "value"));
	size_t length = strlen(value);
	struct money money;

	if (!amount)
		return FIT_ABSENT;
	if (!text_equal(text_of(amount, "currency_code"), asked.currency))
		return FIT_OTHER;
	/* "1500.00" is 1500 yen. */
	if (strchr(value, '.')) {
		while (length > 0 && value[length - 1] == '0')
			value[--length] = '\0';
		if (length > 0 && value[length - 1] == '.')
			value[--length] = '\0';
	}
	if (money_parse(value, asked.currency, &money) ||
	    money.minor != asked.minor)
		return FIT_OTHER;
	return FIT_SAME;
}

static enum fit compare_text(
    const json_t *object, const char *name, const char *asked)
{
	if (!json_object_get(object, name))
		return FIT_ABSENT;
	return text_equal(text_of(object, name), asked) ? FIT_SAME : FIT_OTHER;
}

/* ---- reading orders ---- */

/* What an answer says of an order. */
struct order {
	const char *id;
	const char *status;
	const char *approve;   /* where the buyer goes; "" */
	const json_t *capture; /* the one that counts; NULL */
	bool is_ours;          /* nothing in it differs from what was asked */
	bool is_whole;         /* nothing is missing */
};

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

		if (is_moving(text_of(capture, "status")))
			moving++;
		else if (moving > 0)
			continue;
		*picked = capture;
	}
	return moving <= 1;
}

/* Compare a purchase unit, and its capture, with what was asked. */
static void compare_unit(struct arena *arena, struct order *order,
    const json_t *unit, const struct gateway_payment *payment)
{
	const char *mark = mark_of(arena, payment->idempotency_key);
	const json_t *ids = json_object_get(
	    json_object_get(order->capture, "supplementary_data"),
	    "related_ids");
	enum fit amount = compare_amount(
	    arena, json_object_get(unit, "amount"), payment->amount);
	enum fit taken = compare_amount(
	    arena, json_object_get(order->capture, "amount"), payment->amount);
	enum fit custom = compare_text(unit, "custom_id", mark);
	enum fit taken_custom = compare_text(order->capture, "custom_id", mark);

	order->is_ours = order->is_ours && amount != FIT_OTHER &&
	    taken != FIT_OTHER && custom != FIT_OTHER &&
	    taken_custom != FIT_OTHER &&
	    compare_text(ids, "order_id", order->id) != FIT_OTHER;
	order->is_whole = (order->capture ? taken : amount) == FIT_SAME &&
	    (custom == FIT_SAME || taken_custom == FIT_SAME);
}

static struct order read_order(struct arena *arena,
    const struct http_reply *reply, const struct gateway_payment *payment)
{
	const json_t *tree = read_object(reply->body, reply->length);
	const json_t *units = json_object_get(tree, "purchase_units");
	const json_t *unit = json_array_get(units, 0);
	struct order order = {
	    .id = text_of(tree, "id"),
	    .status = text_of(tree, "status"),
	    .approve = link_of(tree, "payer-action"),
	};

	if (!*order.approve)
		order.approve = link_of(tree, "approve");
	order.is_ours = pick_capture(unit, &order.capture) && is_id(order.id) &&
	    json_array_size(units) <= 1 &&
	    (text_is_empty(payment->reference) ||
		text_equal(order.id, payment->reference));
	compare_unit(arena, &order, unit, payment);
	return order;
}

/* What an order without a capture means. */
static struct gateway_answer judge_status(
    const struct gateway_payment *payment, const struct order *order)
{
	static const char *const open[] = {
	    "CREATED", "SAVED", "APPROVED", "PAYER_ACTION_REQUIRED"};
	struct gateway_answer answer;

	for (size_t i = 0; i < COUNT_OF(open); i++) {
		if (!text_equal(order->status, open[i]))
			continue;
		answer = answer_of(GATEWAY_OPEN, payment, "");
		answer.reference = order->id;
		if (http_client_may_visit(order->approve))
			answer.approve = order->approve;
		return answer;
	}
	if (text_equal(order->status, "VOIDED"))
		return answer_of(GATEWAY_DECLINED, payment, "payment given up");
	return report(payment, "order", "neither open nor captured");
}

/* What an order means. */
static struct gateway_answer judge_order(
    const struct gateway_payment *payment, const struct order *order)
{
	const char *status = text_of(order->capture, "status");
	const char *id = text_of(order->capture, "id");
	struct gateway_answer answer;

	if (!order->is_ours)
		return report(
		    payment, "order", "the answer differs from what was asked");
	if (!order->capture)
		return judge_status(payment, order);
	if (text_equal(status, "DECLINED") || text_equal(status, "FAILED"))
		return answer_of(GATEWAY_DECLINED, payment, "payment declined");
	if (!is_moving(status) || !is_id(id))
		return report(payment, "order", "a capture that is not clear");
	answer = answer_of(
	    text_equal(status, "PENDING") ? GATEWAY_OPEN : GATEWAY_CAPTURED,
	    payment, "");
	answer.reference = order->id;
	answer.capture = id;
	return answer;
}

/* ---- creating ---- */

static json_t *item_tree(struct arena *arena, const struct gateway_item *item)
{
	const char *name = cut(arena, item->name, LONGEST_NAME);

	return json_pack("{s:s, s:o, s:o, s:s}", "name",
	    *name ? name : "Ticket", "quantity",
	    json_sprintf("%lld", (long long)item->quantity), "unit_amount",
	    amount_tree(arena, item->price), "category", "DIGITAL_GOODS");
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
	breakdown = json_pack("{s:o}", "item_total", amount_tree(arena, total));
	if (discount.minor > 0)
		json_object_set_new(
		    breakdown, "discount", amount_tree(arena, discount));
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
	    cut(arena, payment->description, LONGEST_ID),
	    token_hash(arena, payment->idempotency_key));
}

static json_t *unit_tree(
    struct arena *arena, const struct gateway_payment *payment)
{
	const char *description =
	    cut(arena, payment->description, LONGEST_NAME);
	json_t *unit = json_pack("{s:o, s:s, s:s, s:s*}", "amount",
	    amount_tree(arena, payment->amount), "custom_id",
	    mark_of(arena, payment->idempotency_key), "invoice_id",
	    invoice_id(arena, payment), "description",
	    *description ? description : NULL);

	return unit && add_items(arena, payment, unit) ? unit : NULL;
}

/* How the buyer walks through PayPal's pages. */
static json_t *experience_tree(
    const struct call *call, const struct gateway_payment *payment)
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
    const struct call *call, const struct gateway_payment *payment)
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
static struct gateway_answer create_order(struct call *call,
    const struct gateway_payment *payment, struct http_reply *reply)
{
	struct question question = {.path = "/v2/checkout/orders"};
	struct order order;

	*reply = (struct http_reply){.body = "", .problem = ""};
	question.id = mark_of(call->arena, payment->idempotency_key);
	question.body = order_body(call, payment);
	if (!question.body) {
		log_warn("paypal: payment %s cannot be written as an order",
		    payment->idempotency_key);
		return answer_of(GATEWAY_UNREACHED, payment, "");
	}
	question.length = strlen(question.body);
	if (!is_success(ask_paypal(call, &question, reply), reply))
		return explain(call, payment, "create", reply);
	order = read_order(call->arena, reply, payment);
	return judge_order(payment, &order);
}

static struct gateway_answer begin_payment(struct arena *arena,
    const struct config *config, const struct gateway_payment *payment)
{
	struct call call = open_call(arena, config);
	struct gateway_payment fresh = *payment;
	struct http_reply reply;
	struct gateway_answer answer;
	struct order order;

	/* A new order has a new id. */
	fresh.reference = "";
	fresh.capture = "";
	answer = create_order(&call, &fresh, &reply);
	if (answer.outcome == GATEWAY_OPEN && !*answer.approve &&
	    !*answer.capture) {
		order = read_order(arena, &reply, &fresh);
		if (!text_equal(order.status, "APPROVED"))
			answer =
			    report(&fresh, "order", "no address for the buyer");
	}
	close_call(&call);
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
	    text_equal(text_of(read_object(reply->body, reply->length), "name"),
		"RESOURCE_NOT_FOUND");
}

/*
 * Get an order and judge it. UNREACHED: PayPal says there is none; SILENT:
 * whatever else is not clear.
 */
static struct gateway_answer look_up(struct call *call,
    const struct gateway_payment *payment, struct order *order)
{
	struct http_reply reply;
	struct question question = {
	    .path = arena_format(
		call->arena, "/v2/checkout/orders/%s", payment->reference)};
	enum http_fate fate = ask_paypal(call, &question, &reply);

	*order = (struct order){.id = "", .status = "", .approve = ""};
	if (!is_success(fate, &reply)) {
		log_failure("look-up", fate, &reply);
		return answer_of(is_not_found(fate, &reply) &&
			    text_is_empty(payment->capture)
			? GATEWAY_UNREACHED
			: GATEWAY_SILENT,
		    payment, "");
	}
	*order = read_order(call->arena, &reply, payment);
	if (order->is_ours && !order->is_whole)
		return report(payment, "order", "the answer is not whole");
	return judge_order(payment, order);
}

/* What became of a payment whose order was created in an earlier life? */
static struct gateway_answer find_order(
    struct call *call, const struct gateway_payment *payment)
{
	enum {
		BAD_REQUEST = 400,
		UNPROCESSABLE = 422
	};
	struct http_reply reply;
	struct gateway_answer answer = create_order(call, payment, &reply);

	/* Only an order that cannot be created was never created. */
	if (answer.outcome == GATEWAY_UNREACHED &&
	    reply.status != BAD_REQUEST && reply.status != UNPROCESSABLE)
		answer.outcome = GATEWAY_SILENT;
	return answer;
}

static struct gateway_answer ask_about(struct arena *arena,
    const struct config *config, const struct gateway_payment *payment)
{
	struct call call = open_call(arena, config);
	struct gateway_answer answer;
	struct order order;

	if (text_is_empty(payment->reference))
		answer = find_order(&call, payment);
	else if (is_id(payment->reference))
		answer = look_up(&call, payment, &order);
	else
		answer = report(payment, "look-up", "a reference of no order");
	close_call(&call);
	return answer;
}

/* ---- capturing ---- */

/* A capture was asked for, or made before: what does the order say? */
static struct gateway_answer confirm_capture(
    struct call *call, const struct gateway_payment *payment)
{
	struct order order;
	struct gateway_answer answer = look_up(call, payment, &order);

	if (answer.outcome == GATEWAY_UNREACHED ||
	    (answer.outcome == GATEWAY_OPEN && !*answer.capture))
		return report(payment, "capture", "no trace of it");
	return answer;
}

static struct gateway_answer send_capture(
    struct call *call, const struct gateway_payment *payment)
{
	struct http_reply reply;
	struct order order;
	struct question question = {
	    .path = arena_format(call->arena, "/v2/checkout/orders/%s/capture",
		payment->reference),
	    .body = "{}",
	    .length = strlen("{}"),
	    .id = arena_format(call->arena, "%s-take",
		mark_of(call->arena, payment->idempotency_key)),
	};

	if (!is_success(ask_paypal(call, &question, &reply), &reply)) {
		if (is_refusal(call->fate, &reply) &&
		    text_equal(issue_of(&reply), "ORDER_ALREADY_CAPTURED"))
			return confirm_capture(call, payment);
		return explain(call, payment, "capture", &reply);
	}
	order = read_order(call->arena, &reply, payment);
	if (order.is_ours && (!order.is_whole || !order.capture))
		return confirm_capture(call, payment);
	return judge_order(payment, &order);
}

/*
 * Nothing is captured that was not looked at before: neither an order that
 * differs, nor one whose refusal PayPal would remember under our key.
 */
static struct gateway_answer capture_payment(struct arena *arena,
    const struct config *config, const struct gateway_payment *payment)
{
	struct call call = open_call(arena, config);
	struct gateway_answer answer =
	    answer_of(GATEWAY_UNREACHED, payment, "");
	struct order order;

	if (text_is_empty(payment->reference) || !is_id(payment->reference)) {
		log_warn("paypal: capture of payment %s without an order",
		    payment->idempotency_key);
		close_call(&call);
		return answer;
	}
	answer = look_up(&call, payment, &order);
	if (call.fate == HTTP_UNSENT)
		answer.outcome = GATEWAY_UNREACHED;
	else if (answer.outcome == GATEWAY_OPEN &&
	    text_equal(order.status, "APPROVED") && !order.capture)
		answer = send_capture(&call, payment);
	close_call(&call);
	return answer;
}

/* ---- refunds ---- */

/* Of our capture? PayPal names it in a link. */
static enum fit compare_capture(const json_t *tree, const char *capture)
{
	const char *href = link_of(tree, "up");
	const char *slash = strrchr(href, '/');

	if (!slash)
		return FIT_ABSENT;
	return text_equal(slash + 1, capture) ? FIT_SAME : FIT_OTHER;
}

static struct gateway_answer judge_refund(struct arena *arena,
    const struct http_reply *reply, const struct gateway_payment *refund,
    bool *is_whole)
{
	const json_t *tree = read_object(reply->body, reply->length);
	const char *status = text_of(tree, "status");
	enum fit amount = compare_amount(
	    arena, json_object_get(tree, "amount"), refund->amount);
	struct gateway_answer answer = answer_of(GATEWAY_SILENT, refund, "");

	*is_whole = amount == FIT_SAME;
	if (!is_id(text_of(tree, "id")) || amount == FIT_OTHER ||
	    compare_text(tree, "custom_id",
		mark_of(arena, refund->idempotency_key)) == FIT_OTHER ||
	    compare_capture(tree, refund->capture) == FIT_OTHER)
		return report(
		    refund, "refund", "the answer differs from what was asked");
	answer.reference = text_of(tree, "id");
	if (text_equal(status, "COMPLETED"))
		answer.outcome = GATEWAY_CAPTURED;
	else if (text_equal(status, "PENDING"))
		answer.outcome = GATEWAY_OPEN;
	else if (text_equal(status, "FAILED") ||
	    text_equal(status, "CANCELLED"))
		answer.outcome = GATEWAY_DECLINED;
	else
		return report(refund, "refund", "a status that is not clear");
	return answer;
}

/* The answer named no amount: look at the refund itself. */
static struct gateway_answer look_up_refund(
    struct call *call, const struct gateway_payment *refund, const char *id)
{
	struct question question = {
	    .path = arena_format(call->arena, "/v2/payments/refunds/%s", id)};
	struct http_reply reply;
	struct gateway_answer answer;
	bool is_whole;

	if (!is_success(ask_paypal(call, &question, &reply), &reply)) {
		log_failure("look-up of a refund", call->fate, &reply);
		return answer_of(GATEWAY_SILENT, refund, "");
	}
	answer = judge_refund(call->arena, &reply, refund, &is_whole);
	if (answer.outcome != GATEWAY_SILENT &&
	    (!is_whole || !text_equal(answer.reference, id)))
		return report(refund, "refund", "the answer is not whole");
	return answer;
}

static struct gateway_answer send_refund(
    struct call *call, const struct gateway_payment *refund)
{
	const char *mark = mark_of(call->arena, refund->idempotency_key);
	json_t *tree = json_pack("{s:o, s:s}", "amount",
	    amount_tree(call->arena, refund->amount), "custom_id", mark);
	struct question question = {
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
		return answer_of(GATEWAY_UNREACHED, refund, "");
	}
	question.length = strlen(question.body);
	if (!is_success(ask_paypal(call, &question, &reply), &reply))
		return explain(call, refund, "refund", &reply);
	answer = judge_refund(call->arena, &reply, refund, &is_whole);
	if (answer.outcome != GATEWAY_SILENT && !is_whole)
		return look_up_refund(call, refund, answer.reference);
	return answer;
}

static struct gateway_answer refund_payment(struct arena *arena,
    const struct config *config, const struct gateway_payment *refund)
{
	struct call call = open_call(arena, config);
	struct gateway_answer answer = answer_of(GATEWAY_UNREACHED, refund, "");

	if (text_is_empty(refund->capture) || !is_id(refund->capture))
		log_warn(
		    "paypal: refund %s of no capture", refund->idempotency_key);
	else
		answer = send_refund(&call, refund);
	close_call(&call);
	return answer;
}

/* ---- calls from PayPal ---- */

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
	const json_t *event = read_object(hook->body, hook->length);
	const json_t *resource = json_object_get(event, "resource");
	const char *order = text_of(
	    json_object_get(
		json_object_get(resource, "supplementary_data"), "related_ids"),
	    "order_id");

	if (text_starts_with(text_of(event, "event_type"), "CHECKOUT.ORDER."))
		order = text_of(resource, "id");
	notice->id = text_of(event, "id");
	notice->reference = is_id(order) ? order : "";
	return is_id(notice->id);
}

/*
 * The question whether the signature is right; NULL when a header is missing.
 * The event stands in it byte for byte: it was signed as it came.
 */
static const char *verify_body(
    const struct call *call, const struct gateway_hook *hook, size_t *length)
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
static const char *check_hook(struct call *call,
    const struct gateway_hook *hook, struct gateway_notice *notice)
{
	struct question question = {
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
	if (!is_success(ask_paypal(call, &question, &reply), &reply)) {
		log_failure("verification", call->fate, &reply);
		return "the signature could not be verified";
	}
	answer = read_object(reply.body, reply.length);
	if (!text_equal(text_of(answer, "verification_status"), "SUCCESS"))
		return "the signature is wrong";
	return NULL;
}

static bool read_hook(struct arena *arena, const struct config *config,
    const struct gateway_hook *hook, struct gateway_notice *notice)
{
	struct call call = open_call(arena, config);
	struct gateway_notice heard = {.id = "", .reference = ""};
	const char *problem = check_hook(&call, hook, &heard);

	close_call(&call);
	*notice = (struct gateway_notice){.id = "", .reference = ""};
	if (problem) {
		log_warn("paypal: a call is refused: %s", problem);
		return false;
	}
	*notice = heard;
	return true;
}

const struct gateway paypal_gateway = {
    .name = "paypal",
    .label = "PayPal",
    .pages = "https://*.paypal.com",
    .begin = begin_payment,
    .capture = capture_payment,
    .ask = ask_about,
    .refund = refund_payment,
    .read_hook = read_hook,
};
