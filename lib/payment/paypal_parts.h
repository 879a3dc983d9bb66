/*
 * Paypal_parts: what the files of the PayPal gateway share, and nobody else.
 *
 *   paypal_call.c    a call: its token, its requests, the breaker's note of it,
 *                    JSON in the arena
 *   paypal_answer.c  what went wrong, and how answers fit the question
 *   paypal_order.c   orders: written, read, judged
 *   paypal_refund.c  money back
 *   paypal_hook.c    PayPal's calls to us
 *   paypal.c         the gateway: begin, ask, capture
 */
#ifndef PAYMENT_PAYPAL_PARTS_H
#define PAYMENT_PAYPAL_PARTS_H

#include "payment/breaker.h"
#include "payment/gateway.h"
#include "payment/http_client.h"
#include <jansson.h>

enum {
	PAYPAL_LONGEST_ID = 64 /* of an order, a capture, an event */
};

/* ---- a call ---- */

/* One call of the gateway: all its requests, one deadline. */
struct paypal_call {
	struct arena *arena;
	const struct config *config;
	struct http_client *client;
	enum http_fate fate;       /* of the last request */
	struct breaker_call mark;  /* that it is under way */
	enum breaker_end end;      /* what it says of PayPal */
	json_malloc_t json_malloc; /* what jansson used before */
	json_free_t json_free;
};

/* Start a call; jansson's trees live in the arena until it is closed. */
struct paypal_call paypal_open(
    struct arena *arena, const struct config *config);

/* End it: connections are closed, jansson's allocator is as before. */
void paypal_close(struct paypal_call *call);

/* A request to PayPal. */
struct paypal_question {
	const char *path;
	const char *body; /* JSON; NULL: GET */
	size_t length;    /* of the body */
	const char *id;   /* PayPal-Request-Id; NULL: none */
};

/*
 * Ask, with a fresh token if the one at hand is not taken any more (a 401 has
 * done nothing). Without a token nothing is sent. The reply is always filled.
 */
enum http_fate paypal_ask(struct paypal_call *call,
    const struct paypal_question *question, struct http_reply *reply);

/* An object, or NULL, which jansson's readers take for an empty one. */
const json_t *paypal_object(const char *body, size_t length);

/* A member that is text; "" when there is none. */
const char *paypal_text(const json_t *object, const char *name);

/* The link of a relation; "" when there is none. */
const char *paypal_link(const json_t *object, const char *relation);

/* Fit for an address and a log: letters, digits, - and _. */
bool paypal_is_id(const char *text);

/* ---- answers ---- */

/* An answer; what is known of the payment stays in it. */
struct gateway_answer paypal_answer(enum gateway_outcome outcome,
    const struct gateway_payment *payment, const char *reason);

/* Silent, and a person has to look: a line in the log. */
struct gateway_answer paypal_report(
    const struct gateway_payment *payment, const char *what, const char *why);

/* The outcome of a request that may have done something and failed. */
struct gateway_answer paypal_explain(const struct paypal_call *call,
    const struct gateway_payment *payment, const char *what,
    const struct http_reply *reply);

/* PayPal's word for what is wrong; "" when the body names nothing. */
const char *paypal_issue(const struct http_reply *reply);

/* Log what went wrong, with the number that PayPal's support asks for. */
void paypal_log(
    const char *what, enum http_fate fate, const struct http_reply *reply);

/* A whole answer with a status of 2xx. */
bool paypal_is_success(enum http_fate fate, const struct http_reply *reply);

/* A "no", and not a "later", a "busy" or a breakdown. */
bool paypal_is_refusal(enum http_fate fate, const struct http_reply *reply);

/* ---- does it fit? ---- */

/* Our key as PayPal carries it: in headers and as custom_id. */
const char *paypal_mark(struct arena *arena, const char *key);

/* An amount as PayPal writes it; NULL: PayPal cannot take it. */
json_t *paypal_amount(struct arena *arena, struct money money);

/* How a part of an answer fits what was asked. */
enum paypal_fit {
	PAYPAL_ABSENT,
	PAYPAL_SAME,
	PAYPAL_OTHER,
};

/* Is it the amount that was asked, in its currency? */
enum paypal_fit paypal_compare_amount(
    struct arena *arena, const json_t *amount, struct money asked);

/* Is a member the text that was asked? */
enum paypal_fit paypal_compare_text(
    const json_t *object, const char *name, const char *asked);

/* ---- orders ---- */

/* What an answer says of an order. */
struct paypal_order {
	const char *id;
	const char *status;
	const char *approve;   /* where the buyer goes; "" */
	const json_t *capture; /* the one that counts; NULL */
	bool is_ours;          /* nothing in it differs from what was asked */
	bool is_whole;         /* nothing is missing */
};

/* Read an order, and compare it with the payment. */
struct paypal_order paypal_read_order(struct arena *arena,
    const struct http_reply *reply, const struct gateway_payment *payment);

/* What an order means for the payment. */
struct gateway_answer paypal_judge_order(
    const struct gateway_payment *payment, const struct paypal_order *order);

/* Open the order of a key, or find the one that was opened before. */
struct gateway_answer paypal_create_order(struct paypal_call *call,
    const struct gateway_payment *payment, struct http_reply *reply);

/* ---- the rest of the gateway's functions; see gateway.h ---- */

struct gateway_answer paypal_refund(struct arena *arena,
    const struct config *config, const struct gateway_payment *refund);

bool paypal_read_hook(struct arena *arena, const struct config *config,
    const struct gateway_hook *hook, struct gateway_notice *notice);

#endif
