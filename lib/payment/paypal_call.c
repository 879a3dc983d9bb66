#include "payment/paypal_parts.h"

#include "base/clock.h"
#include "base/text.h"
#include "base/token.h"
#include "payment/paypal.h"
#include <string.h>

enum {
	CALL_MS = GATEWAY_SECONDS * 1000 - 100,
	LEAST_MS = 500, /* with less left, nothing is set going */
	TOKEN_SIZE = 4096,
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

struct paypal_call paypal_open(struct arena *arena, const struct config *config)
{
	struct paypal_call call = {.arena = arena, .config = config};

	call.client = http_client_open(arena, CALL_MS);
	call.fate = HTTP_UNSENT;
	call.mark = breaker_begin(config, paypal_gateway.name, clock_now());
	call.end = BREAKER_UNTRIED;
	json_get_alloc_funcs(&call.json_malloc, &call.json_free);
	json_arena = arena;
	json_set_alloc_funcs(json_allocate, json_forget);
	return call;
}

void paypal_close(struct paypal_call *call)
{
	json_set_alloc_funcs(call->json_malloc, call->json_free);
	json_arena = NULL;
	http_client_close(call->client);
	breaker_end(&call->mark, call->end, clock_now());
}

/* An object, or NULL, which jansson's readers take for an empty one. */
const json_t *paypal_object(const char *body, size_t length)
{
	json_t *tree = json_loadb(body, length, JSON_REJECT_DUPLICATES, NULL);

	return json_is_object(tree) ? tree : NULL;
}

/* A member that is text; "" when there is none. */
const char *paypal_text(const json_t *object, const char *name)
{
	const char *text = json_string_value(json_object_get(object, name));

	return text ? text : "";
}

/* Fit for an address and a log: letters, digits, - and _. */
bool paypal_is_id(const char *text)
{
	size_t length = strspn(text,
	    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
	    "0123456789-_");

	return length > 0 && length <= PAYPAL_LONGEST_ID &&
	    text[length] == '\0';
}

/* The link of a relation; "" when there is none. */
const char *paypal_link(const json_t *object, const char *relation)
{
	const json_t *links = json_object_get(object, "links");

	for (size_t i = 0; i < json_array_size(links); i++) {
		const json_t *link = json_array_get(links, i);

		if (text_equal(paypal_text(link, "rel"), relation))
			return paypal_text(link, "href");
	}
	return "";
}

/* Send a request; a breakdown is no better than silence. */
static enum http_fate send(struct paypal_call *call,
    const struct http_request *request, struct http_reply *reply)
{
	enum {
		BROKEN = 500
	};
	enum http_fate fate = http_client_send(call->client, request, reply);

	call->end = fate == HTTP_ANSWERED && reply->status < BROKEN
	    ? BREAKER_ANSWERED
	    : BREAKER_UNANSWERED;
	return fate;
}

/* ---- the token ---- */

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
static const char *token_owner(const struct paypal_call *call)
{
	return token_hash(call->arena,
	    arena_format(call->arena, "%s\n%s\n%s", call->config->paypal_url,
		call->config->paypal_client, call->config->paypal_secret));
}

static void keep_token(const char *owner, const char *token, int64_t seconds)
{
	if (seconds < MINUTE || seconds > DAY)
		seconds = seconds > DAY ? DAY : MINUTE;
	cached.expires = clock_running_ms() / 1000 + seconds - MINUTE;
	memcpy(cached.owner, owner, sizeof(cached.owner));
	memcpy(cached.text, token, strlen(token) + 1);
}

/* A fresh token, or NULL. */
static const char *fetch_token(struct paypal_call *call, const char *owner)
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
	enum http_fate fate = send(call, &request, &reply);
	const json_t *body = paypal_object(reply.body, reply.length);
	const char *token = paypal_text(body, "access_token");

	if (!paypal_is_success(fate, &reply) || !is_token(token)) {
		paypal_log("token", fate, &reply);
		return NULL;
	}
	keep_token(owner, token,
	    json_integer_value(json_object_get(body, "expires_in")));
	return token;
}

static const char *find_token(struct paypal_call *call)
{
	const char *owner = token_owner(call);

	if (text_equal(cached.owner, owner) &&
	    cached.expires > clock_running_ms() / 1000)
		return cached.text;
	return fetch_token(call, owner);
}

/* ---- asking ---- */

static enum http_fate send_with_token(struct paypal_call *call,
    const struct paypal_question *question, const char *token,
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

	return send(call, &request, reply);
}

/*
 * Ask, with a fresh token if the one at hand is not taken any more (a 401 has
 * done nothing). Without a token nothing is sent.
 */
enum http_fate paypal_ask(struct paypal_call *call,
    const struct paypal_question *question, struct http_reply *reply)
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
