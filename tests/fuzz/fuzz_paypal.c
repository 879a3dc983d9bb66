/*
 * PayPal's answers: whatever comes back, over whatever HTTP, every call ends
 * with an answer that is whole, and money counts as ours only when an answer
 * names our order, our key and our amount.
 *
 * The network is replaced by the input: its first byte picks the call, the
 * rest is replies, each a fate and a status, then either a right answer with
 * some bytes changed, or a body of the input's own.
 */
#include "fuzz.h"

#include "base/log.h"
#include "payment/paypal.h"
#include "payment/paypal_call.c"

#include <stdlib.h>

#define ORDER "5O190127TN364715T"
#define KEY "attempt-1"
#define TAKEN "3C679366HH908993F"

/* What is left of the input. */
static const uint8_t *input;
static size_t input_left;

/* The last body, for the checks. */
static const char *last_body;

static uint8_t next_byte(void)
{
	if (input_left == 0)
		return 0;
	input_left--;
	return *input++;
}

/* ---- instead of the network ---- */

struct http_client {
	struct arena *arena;
	int requests; /* so far */
};

struct http_client *http_client_open(struct arena *arena, int64_t milliseconds)
{
	struct http_client *client = ARENA_NEW(arena, struct http_client);

	(void)milliseconds;
	client->arena = arena;
	return client;
}

int64_t http_client_left(const struct http_client *client)
{
	enum {
		MOST_REQUESTS = 8
	};

	return client->requests < MOST_REQUESTS ? CALL_MS : 0;
}

void http_client_close(struct http_client *client)
{
	client->requests = 0;
}

bool http_client_may_visit(const char *url)
{
	return text_starts_with(url, "https://");
}

#define CAPTURE(status)                                                        \
	"{\"id\":\"" TAKEN "\",\"status\":\"" status "\",\"amount\":"          \
	"{\"currency_code\":\"USD\",\"value\":\"30.00\"},"                     \
	"\"custom_id\":\"" KEY "\"}"
#define ORDER_IN(status, payments)                                             \
	"{\"id\":\"" ORDER "\",\"status\":\"" status "\",\"links\":[{"         \
	"\"rel\":\"payer-action\",\"href\":\"https://paypal.com/pay\"}],"      \
	"\"purchase_units\":[{\"custom_id\":\"" KEY "\",\"amount\":{"          \
	"\"currency_code\":\"USD\",\"value\":\"30.00\"}" payments "}]}"
#define ISSUE(name)                                                            \
	"{\"name\":\"UNPROCESSABLE_ENTITY\",\"debug_id\":\"9ab\","             \
	"\"details\":[{\"issue\":\"" name "\"}]}"

/* Right answers; a mistake may turn them into anything. */
static const char *const answers[] = {
    ORDER_IN("APPROVED", ""),
    ORDER_IN("PAYER_ACTION_REQUIRED", ""),
    ORDER_IN("VOIDED", ""),
    ORDER_IN(
	"COMPLETED", ",\"payments\":{\"captures\":[" CAPTURE("COMPLETED") "]}"),
    ORDER_IN(
	"COMPLETED", ",\"payments\":{\"captures\":[" CAPTURE("PENDING") "]}"),
    ORDER_IN("COMPLETED",
	",\"payments\":{\"captures\":[" CAPTURE("DECLINED") "," CAPTURE(
	    "COMPLETED") "]}"),
    "{\"id\":\"" ORDER "\",\"status\":\"COMPLETED\"}",
    "{\"id\":\"1JU08902781691411\",\"status\":\"COMPLETED\",\"amount\":"
    "{\"currency_code\":\"USD\",\"value\":\"30.00\"},\"links\":[{"
    "\"rel\":\"up\",\"href\":\"https://x/captures/" TAKEN "\"}]}",
    "{\"id\":\"1JU08902781691411\",\"status\":\"PENDING\"}",
    "{\"name\":\"RESOURCE_NOT_FOUND\",\"debug_id\":\"9ab\"}",
    ISSUE("ORDER_ALREADY_CAPTURED"),
    ISSUE("INSTRUMENT_DECLINED"),
    ISSUE("ORDER_NOT_APPROVED"),
    "{\"verification_status\":\"SUCCESS\"}",
    "{\"access_token\":\"A21\",\"expires_in\":32400}",
};

/* Change up to seven bytes of a right answer, or cut it short. */
static char *spoil(struct arena *arena, const char *answer, uint8_t how)
{
	char *body = arena_copy(arena, answer);
	size_t length = strlen(body);

	for (int i = how & 7; i > 0; i--) {
		size_t at = next_byte();

		at = (at << 8 | next_byte()) % length;
		body[at] = (char)next_byte();
	}
	if (how & 8)
		body[next_byte() % length] = '\0';
	return body;
}

static const char *make_body(struct http_client *client)
{
	uint8_t pick = next_byte();
	const char *body;

	if (pick < 0xe0)
		return spoil(client->arena, answers[pick % COUNT_OF(answers)],
		    next_byte());
	body = arena_copy_bytes(client->arena, input, input_left);
	input_left = 0;
	return body;
}

enum http_fate http_client_send(struct http_client *client,
    const struct http_request *request, struct http_reply *reply)
{
	static const int statuses[] = {200, 201, 200, 201, 302, 400, 401, 404,
	    404, 409, 422, 422, 422, 429, 500, 200};
	uint8_t how = next_byte();

	client->requests++;
	*reply = (struct http_reply){.body = "", .problem = ""};
	if (!text_starts_with(request->url, "https://api.paypal/v"))
		abort();
	if (request->body && request->length == 0)
		abort();
	/* Mostly there is a token: it is not what is tried here. */
	if (request->user && how < 0xf0) {
		reply->status = 200;
		reply->body = answers[COUNT_OF(answers) - 1];
		reply->length = strlen(reply->body);
		return HTTP_ANSWERED;
	}
	if (how >= 0xf8) {
		reply->problem = "as the input wants it";
		return how & 1 ? HTTP_LOST : HTTP_UNSENT;
	}
	reply->status = statuses[how % COUNT_OF(statuses)];
	reply->body = last_body = make_body(client);
	reply->length = strlen(reply->body);
	return HTTP_ANSWERED;
}

/* ---- what must hold ---- */

/* Does the answer name it in so many letters? (Escapes are not read.) */
static bool names(const char *word)
{
	return strchr(last_body, '\\') || strstr(last_body, word);
}

static void check_answer(
    const struct gateway_payment *payment, struct gateway_answer answer)
{
	require(answer.outcome <= GATEWAY_SILENT);
	require(answer.reference && answer.capture && answer.approve);
	require(answer.reason != NULL);
	require(!*answer.reference || paypal_is_id(answer.reference));
	require(!*answer.capture || paypal_is_id(answer.capture));
	require(!*answer.approve || text_starts_with(answer.approve, "https:"));
	if (answer.outcome != GATEWAY_CAPTURED)
		return;
	require(paypal_is_id(answer.reference) && paypal_is_id(answer.capture));
	require(names("\"USD\"") && names("30"));
	require(names("COMPLETED") || names("REFUNDED"));
	/* A refund need not say whose it is. */
	require(!text_equal(payment->idempotency_key, KEY) ||
	    (names(KEY) && names(payment->reference)));
}

static const char *find_header(void *context, const char *name)
{
	(void)context;
	(void)name;
	return next_byte() == 0xff ? "" : "x";
}

static void try_hook(struct arena *arena, const struct config *config)
{
	size_t length = input_left / 2;
	struct gateway_hook hook = {
	    .body = arena_copy_bytes(arena, input, length),
	    .length = length,
	    .header = find_header,
	};
	struct gateway_notice notice;
	bool is_right;

	if (next_byte() & 1) {
		hook.body = spoil(arena,
		    "{\"id\":\"WH-1\",\"resource\":{\"supplementary_data\":{"
		    "\"related_ids\":{\"order_id\":\"" ORDER "\"}}}}",
		    next_byte());
		hook.length = strlen(hook.body);
	}
	last_body = "";
	is_right = paypal_gateway.read_hook(arena, config, &hook, &notice);
	require(is_right == (*notice.id != '\0'));
	require(!is_right || (paypal_is_id(notice.id) && names("SUCCESS")));
	require(!*notice.reference || paypal_is_id(notice.reference));
}

static void try_call(
    struct arena *arena, const struct config *config, uint8_t pick)
{
	static const struct gateway_item item = {
	    "VIP", 2, {.minor = 1500, .currency = "USD"}};
	struct gateway_payment payment = {
	    .idempotency_key = KEY,
	    .reference = pick & 8 ? "" : ORDER,
	    .capture = "",
	    .amount = money_of(3000, "USD"),
	    .description = "7GQ2ABCDEF",
	    .items = &item,
	    .item_count = 1,
	    .return_url = "https://x/back",
	    .cancel_url = "https://x",
	};

	last_body = "";
	switch (pick & 7) {
	case 0:
	case 1:
		payment.reference = "";
		check_answer(
		    &payment, paypal_gateway.begin(arena, config, &payment));
		return;
	case 2:
	case 3:
		check_answer(
		    &payment, paypal_gateway.capture(arena, config, &payment));
		return;
	case 4:
		check_answer(
		    &payment, paypal_gateway.ask(arena, config, &payment));
		return;
	case 5:
		payment.capture = TAKEN;
		payment.idempotency_key = "refund-1";
		check_answer(
		    &payment, paypal_gateway.refund(arena, config, &payment));
		return;
	default:
		try_hook(arena, config);
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static bool is_quiet;
	static const struct config config = {
	    .data = "/dev/null", /* where no breaker keeps a thing */
	    .site_name = "CampusPass",
	    .paypal_url = "https://api.paypal",
	    .paypal_client = "client",
	    .paypal_secret = "secret",
	    .paypal_webhook = "WEBHOOK1",
	};
	static struct arena arena;

	if (!is_quiet)
		log_open("fuzz", "/dev/null");
	is_quiet = true;
	cached.expires = 0;
	input = data;
	input_left = size;
	try_call(&arena, &config, next_byte());
	require(json_arena == NULL);
	error_reset();
	arena_reset(&arena);
	return 0;
}
