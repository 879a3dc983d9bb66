/*
 * PayPal against a double that behaves as badly as a network can: each
 * outcome of gateway.h, and how often money moved.
 */
#include "base/clock.h"
#include "base/log.h"
#include "base/out.h"
#include "payment/breaker.h"
#include "payment/http_client.h"
#include "payment/paypal.h"
#include "tap.h"

#include <arpa/inet.h>
#include <jansson.h>
#include <signal.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#define SECRET "s3cr3t-of-the-app"

static const struct gateway *const paypal = &paypal_gateway;
static struct arena arena;
static struct config config;
static int64_t followed; /* redirects that a double saw again */
static char folder[] = "/tmp/test_paypal.XXXXXX";

/* ---- the double ---- */

struct server {
	pid_t process;
	int port;
};

static void become_double(const char *certificate, const char *key)
{
	const char *arguments[] = {"/usr/bin/python3", "tests/paypal/double.py",
	    "--secret", SECRET, certificate ? "--tls" : NULL, certificate, key,
	    NULL};

	prctl(PR_SET_PDEATHSIG, SIGKILL);
	/* By its path: it looks for its library beside argv[0]. */
	execv(arguments[0], (char *const *)(void *)arguments);
	arguments[0] = "python3";
	execvp(arguments[0], (char *const *)(void *)arguments);
	_exit(127);
}

static struct server start_double(const char *certificate, const char *key)
{
	struct server server = {.port = 0};
	int ends[2];
	FILE *output;

	if (pipe(ends) != 0)
		die("no pipe");
	server.process = fork();
	if (server.process == 0) {
		dup2(ends[1], STDOUT_FILENO);
		close(ends[0]);
		close(ends[1]);
		become_double(certificate, key);
	}
	close(ends[1]);
	output = fdopen(ends[0], "re");
	if (!output || fscanf(output, "port %d", &server.port) != 1)
		die("the double does not start: is this the repository?");
	fclose(output);
	return server;
}

static void stop_double(struct server server)
{
	kill(server.process, SIGKILL);
	waitpid(server.process, NULL, 0);
}

static void point_to(const char *scheme, int port)
{
	config.paypal_url =
	    arena_format(&arena, "%s://127.0.0.1:%d", scheme, port);
}

/* Tell the double something; what it answers. */
PRINTF_LIKE(1, 2) static json_t *control(const char *format, ...)
{
	struct http_client *client = http_client_open(&arena, 5000);
	struct http_request request = {.body = ""};
	struct http_reply reply;
	va_list list;

	va_start(list, format);
	request.url = arena_format(&arena, "%s/control/%s", config.paypal_url,
	    arena_format_list(&arena, format, list));
	va_end(list);
	if (http_client_send(client, &request, &reply) != HTTP_ANSWERED ||
	    reply.status != 200)
		die("control %s: %d %s", request.url, reply.status,
		    reply.problem);
	http_client_close(client);
	return json_loadb(reply.body, reply.length, 0, NULL);
}

/* The next request of an operation goes wrong. */
static void behave(const char *operation, const char *behaviour)
{
	if (*behaviour)
		json_decref(
		    control("behave?on=%s&do=%s", operation, behaviour));
}

/*
 * A connection that was used before and closes without a word may just have
 * been idle too long: libcurl then sends the request again, over a new one.
 */
static void behave_twice(const char *operation, const char *behaviour)
{
	behave(operation, behaviour);
	if (text_starts_with(behaviour, "close-"))
		behave(operation, behaviour);
}

/* How many captures or refunds carry a key (NULL: any). */
static int64_t moved(const char *what, const char *key)
{
	json_t *moves = control("moves");
	json_t *list = json_object_get(moves, what);
	int64_t count = 0;

	for (size_t i = 0; i < json_array_size(list); i++) {
		const char *custom = json_string_value(
		    json_object_get(json_array_get(list, i), "custom_id"));

		count += !key || text_equal(custom, key);
	}
	json_decref(moves);
	return count;
}

static int64_t count_orders(void)
{
	json_t *moves = control("moves");
	int64_t count = json_integer_value(json_object_get(moves, "orders"));

	json_decref(moves);
	return count;
}

static int64_t count_calls(const char *operation)
{
	json_t *moves = control("moves");
	json_t *calls = json_object_get(moves, "calls");
	int64_t count = 0;

	for (size_t i = 0; i < json_array_size(calls); i++)
		count += text_equal(
		    json_string_value(json_array_get(calls, i)), operation);
	json_decref(moves);
	return count;
}

/* Forget all but the tokens; redirects that were followed are counted. */
static void reset(void)
{
	followed += count_calls("elsewhere");
	json_decref(control("reset"));
}

/* The last body of an operation; the caller lets it go. */
static json_t *body_of(const char *operation)
{
	json_t *moves = control("moves");
	json_t *body = json_loads(
	    json_string_value(
		json_object_get(json_object_get(moves, "bodies"), operation)),
	    0, NULL);

	json_decref(moves);
	return body;
}

/* ---- payments ---- */

static const char *const outcome_names[] = {
    [GATEWAY_CAPTURED] = "CAPTURED",
    [GATEWAY_DECLINED] = "DECLINED",
    [GATEWAY_OPEN] = "OPEN",
    [GATEWAY_UNREACHED] = "UNREACHED",
    [GATEWAY_SILENT] = "SILENT",
};

static void is_outcome(struct gateway_answer answer,
    enum gateway_outcome outcome, const char *name)
{
	is_text(outcome_names[answer.outcome], outcome_names[outcome], name);
	ok(answer.reference && answer.capture && answer.approve &&
		answer.reason,
	    "nothing of the answer is NULL");
}

/* A payment of 30.00 that nobody made before. */
static struct gateway_payment fresh_payment(void)
{
	static struct gateway_item items[2];
	static int number;

	items[0] = (struct gateway_item){
	    "VIP, Jazz Evening \xe2\x99\xab", 2, money_of(1250, "USD")};
	items[1] =
	    (struct gateway_item){"Standard \"A\"", 1, money_of(500, "USD")};
	return (struct gateway_payment){
	    .idempotency_key =
		arena_format(&arena, "attempt-%d-%d", (int)getpid(), ++number),
	    .reference = "",
	    .capture = "",
	    .amount = money_of(3000, "USD"),
	    .description = "7GQ2ABCDEF",
	    .token = "",
	    .items = items,
	    .item_count = COUNT_OF(items),
	    .return_url = "http://localhost:8080/checkout/x/back?a=1",
	    .cancel_url = "http://localhost:8080/checkout/x",
	};
}

/* One that the buyer approved. */
static struct gateway_payment approved_payment(void)
{
	struct gateway_payment payment = fresh_payment();

	payment.reference = paypal->begin(&arena, &config, &payment).reference;
	json_decref(control("approve?order=%s", payment.reference));
	return payment;
}

/* One whose money is ours. */
static struct gateway_payment captured_payment(void)
{
	struct gateway_payment payment = approved_payment();

	payment.capture = paypal->capture(&arena, &config, &payment).capture;
	return payment;
}

static int64_t now_ms(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

/* ---- begin ---- */

static void test_order(void)
{
	struct gateway_payment payment = fresh_payment();
	struct gateway_answer answer = paypal->begin(&arena, &config, &payment);
	json_t *body = body_of("create");
	const char *custom, *value, *total, *action, *category;

	is_outcome(answer, GATEWAY_OPEN, "an order is opened");
	is_number((int64_t)strlen(answer.reference), 17, "its id");
	is_text(answer.approve,
	    arena_format(&arena, "%s/checkoutnow?token=%s", config.paypal_url,
		answer.reference),
	    "where the buyer goes");
	if (json_unpack(body,
		"{s:[{s:s, s:{s:s, s:{s:{s:s}}}, s:[{s:s}, {}]}],"
		" s:{s:{s:{s:s}}}}",
		"purchase_units", "custom_id", &custom, "amount", "value",
		&value, "breakdown", "item_total", "value", &total, "items",
		"category", &category, "payment_source", "paypal",
		"experience_context", "user_action", &action) == 0) {
		is_text(custom, payment.idempotency_key, "custom_id");
		is_text(value, "30.00", "the amount");
		is_text(total, "30.00", "the items' sum");
		is_text(category, "DIGITAL_GOODS", "the category");
		is_text(action, "PAY_NOW", "the buyer pays at once");
	} else {
		ok(false, "the body of the order");
	}
	json_decref(body);
	answer = paypal->begin(&arena, &config, &payment);
	is_outcome(answer, GATEWAY_OPEN, "begun twice");
	is_number(count_orders(), 1, "the same key, one order");
}

static void test_begin(void)
{
	static const struct {
		const char *on, *how;
		enum gateway_outcome outcome;
		int64_t orders; /* at PayPal afterwards */
	} rows[] = {
	    {"create", "close-before", GATEWAY_SILENT, 0},
	    {"create", "close-after", GATEWAY_SILENT, 1},
	    {"create", "500-before", GATEWAY_SILENT, 0},
	    {"create", "500-after", GATEWAY_SILENT, 1},
	    {"create", "503-before", GATEWAY_SILENT, 0},
	    {"create", "malformed", GATEWAY_SILENT, 1},
	    {"create", "truncated", GATEWAY_SILENT, 1},
	    {"create", "empty", GATEWAY_SILENT, 1},
	    {"create", "html", GATEWAY_SILENT, 1},
	    {"create", "huge", GATEWAY_SILENT, 1},
	    {"create", "headers", GATEWAY_SILENT, 1},
	    {"create", "redirect", GATEWAY_SILENT, 1},
	    {"create", "amount", GATEWAY_SILENT, 1},
	    {"create", "currency", GATEWAY_SILENT, 1},
	    {"create", "custom", GATEWAY_SILENT, 1},
	    {"create", "minimal", GATEWAY_OPEN, 1},
	    {"create", "slow-300", GATEWAY_OPEN, 1},
	    {"create", "400-before", GATEWAY_UNREACHED, 0},
	    {"create", "401-before", GATEWAY_OPEN, 1},
	    {"create", "403-before", GATEWAY_UNREACHED, 0},
	    {"create", "408-before", GATEWAY_SILENT, 0},
	    {"create", "409-before", GATEWAY_SILENT, 0},
	    {"create", "429-before", GATEWAY_UNREACHED, 0},
	    {"create", "issue-CURRENCY_NOT_SUPPORTED", GATEWAY_UNREACHED, 0},
	    {"token", "close-before", GATEWAY_UNREACHED, 0},
	    {"token", "503-before", GATEWAY_UNREACHED, 0},
	    {"token", "401-before", GATEWAY_UNREACHED, 0},
	    {"token", "malformed", GATEWAY_UNREACHED, 0},
	    {"token", "truncated", GATEWAY_UNREACHED, 0},
	    {"token", "slow-300", GATEWAY_OPEN, 1},
	    {"token", "drop:access_token", GATEWAY_UNREACHED, 0},
	    {"token", "put:access_token:a%20token", GATEWAY_UNREACHED, 0},
	    {"token", "number:expires_in:900000", GATEWAY_OPEN, 1},
	    {"create", "425-before", GATEWAY_SILENT, 0},
	    {"create", "put:id:a/b", GATEWAY_SILENT, 1},
	    {"create", "put:status:STRANGE", GATEWAY_SILENT, 1},
	    {"create", "put:status:COMPLETED", GATEWAY_SILENT, 1},
	    {"create", "put:status:VOIDED", GATEWAY_DECLINED, 1},
	    {"create", "drop:links", GATEWAY_SILENT, 1},
	    {"create", "put:links.1.href:javascript.alert", GATEWAY_SILENT, 1},
	    {"create", "drop:links,put:status:APPROVED", GATEWAY_OPEN, 1},
	};

	for (size_t i = 0; i < COUNT_OF(rows); i++) {
		struct gateway_payment payment = fresh_payment();
		struct gateway_answer answer;

		reset();
		if (text_equal(rows[i].on, "token"))
			json_decref(control("expire"));
		/* A token is asked for over a connection in use. */
		if (text_equal(rows[i].on, "token"))
			behave_twice(rows[i].on, rows[i].how);
		else
			behave(rows[i].on, rows[i].how);
		answer = paypal->begin(&arena, &config, &payment);
		is_outcome(answer, rows[i].outcome,
		    arena_format(
			&arena, "begin, %s %s", rows[i].on, rows[i].how));
		is_number(count_orders(), rows[i].orders, "orders at PayPal");
		if (answer.outcome != GATEWAY_SILENT)
			continue;
		is_text(answer.reference, "", "no order is known");
		answer = paypal->ask(&arena, &config, &payment);
		is_outcome(answer, GATEWAY_OPEN, "asked without a reference");
		ok(*answer.reference, "the order's id is learnt");
		is_number(count_orders(), 1, "there is one order");
		is_number(moved("captures", NULL), 0, "no money moved");
	}
}

/* ---- capture ---- */

#define UNIT "purchase_units.0"
#define CAPTURE UNIT ".payments.captures.0"

static void check_capture(const char *on, const char *how,
    enum gateway_outcome outcome, int64_t captures)
{
	struct gateway_payment payment = approved_payment();
	struct gateway_answer answer;

	behave_twice(on, how);
	answer = paypal->capture(&arena, &config, &payment);
	is_outcome(
	    answer, outcome, arena_format(&arena, "capture, %s %s", on, how));
	is_text(answer.reference, payment.reference, "the order's id");
	is_number(moved("captures", payment.idempotency_key), captures,
	    "captures at PayPal");
	ok((answer.outcome == GATEWAY_CAPTURED) == (*answer.capture != '\0') ||
		text_equal(how, "pending"),
	    "a capture has an id");
	/* What PayPal says when it is well again. */
	reset();
}

static void test_capture(void)
{
	static const struct {
		const char *on, *how;
		enum gateway_outcome outcome;
		int64_t captures;
	} rows[] = {
	    {"capture", "", GATEWAY_CAPTURED, 1},
	    {"capture", "slow-300", GATEWAY_CAPTURED, 1},
	    {"capture", "minimal", GATEWAY_CAPTURED, 1},
	    {"capture", "already", GATEWAY_CAPTURED, 1},
	    {"capture", "pending", GATEWAY_OPEN, 1},
	    {"capture", "denied", GATEWAY_DECLINED, 0},
	    {"capture", "failed", GATEWAY_DECLINED, 0},
	    {"capture", "issue-INSTRUMENT_DECLINED", GATEWAY_DECLINED, 0},
	    {"capture", "issue-PAYER_CANNOT_PAY", GATEWAY_DECLINED, 0},
	    {"capture", "issue-ORDER_NOT_APPROVED", GATEWAY_OPEN, 0},
	    {"capture", "issue-PAYER_ACTION_REQUIRED", GATEWAY_OPEN, 0},
	    {"capture", "issue-DUPLICATE_INVOICE_ID", GATEWAY_SILENT, 0},
	    {"capture", "issue-ORDER_ALREADY_CAPTURED", GATEWAY_SILENT, 0},
	    {"capture", "issue-PAYEE_NOT_ENABLED", GATEWAY_UNREACHED, 0},
	    {"capture", "close-before", GATEWAY_SILENT, 0},
	    {"capture", "close-after", GATEWAY_SILENT, 1},
	    {"capture", "500-before", GATEWAY_SILENT, 0},
	    {"capture", "500-after", GATEWAY_SILENT, 1},
	    {"capture", "503-before", GATEWAY_SILENT, 0},
	    {"capture", "malformed", GATEWAY_SILENT, 1},
	    {"capture", "truncated", GATEWAY_SILENT, 1},
	    {"capture", "empty", GATEWAY_SILENT, 1},
	    {"capture", "html", GATEWAY_SILENT, 1},
	    {"capture", "huge", GATEWAY_SILENT, 1},
	    {"capture", "redirect", GATEWAY_SILENT, 1},
	    {"capture", "amount", GATEWAY_SILENT, 1},
	    {"capture", "currency", GATEWAY_SILENT, 1},
	    {"capture", "order", GATEWAY_SILENT, 1},
	    {"capture", "custom", GATEWAY_SILENT, 1},
	    {"capture", "400-before", GATEWAY_UNREACHED, 0},
	    {"capture", "401-before", GATEWAY_CAPTURED, 1},
	    {"capture", "403-before", GATEWAY_UNREACHED, 0},
	    {"capture", "404-before", GATEWAY_UNREACHED, 0},
	    {"capture", "408-before", GATEWAY_SILENT, 0},
	    {"capture", "409-before", GATEWAY_SILENT, 0},
	    {"capture", "429-before", GATEWAY_UNREACHED, 0},
	    /* Money came, or may have: the order is looked at again. */
	    {"capture", "drop:" UNIT ".payments", GATEWAY_CAPTURED, 1},
	    {"capture", "drop:" CAPTURE ".amount", GATEWAY_CAPTURED, 1},
	    {"capture", "put:" CAPTURE ".status:REFUNDED", GATEWAY_CAPTURED, 1},
	    {"capture", "put:" CAPTURE ".status:STRANGE", GATEWAY_SILENT, 1},
	    {"capture", "put:" CAPTURE ".id:a/b", GATEWAY_SILENT, 1},
	    /* The look before it. */
	    {"get", "put:status:VOIDED", GATEWAY_DECLINED, 0},
	    {"get", "put:status:SAVED", GATEWAY_OPEN, 0},
	    {"get", "amount", GATEWAY_SILENT, 0},
	    {"get", "currency", GATEWAY_SILENT, 0},
	    {"get", "order", GATEWAY_SILENT, 0},
	    {"get", "custom", GATEWAY_SILENT, 0},
	    {"get", "minimal", GATEWAY_SILENT, 0},
	    {"get", "malformed", GATEWAY_SILENT, 0},
	    {"get", "close-before", GATEWAY_SILENT, 0},
	    {"get", "503-before", GATEWAY_SILENT, 0},
	    {"get", "401-before", GATEWAY_CAPTURED, 1},
	};

	reset();
	for (size_t i = 0; i < COUNT_OF(rows); i++)
		check_capture(
		    rows[i].on, rows[i].how, rows[i].outcome, rows[i].captures);
}

/* PayPal says that it was captured before, and then shows no trace of it. */
static void test_lost_capture(void)
{
	static const char *const looks[] = {
	    "404-before", "put:status:APPROVED,drop:" UNIT ".payments"};

	for (size_t i = 0; i < COUNT_OF(looks); i++) {
		struct gateway_payment payment = approved_payment();
		struct gateway_answer answer;

		behave("get", "slow-0");
		behave("get", looks[i]);
		behave("capture", "already");
		answer = paypal->capture(&arena, &config, &payment);
		is_outcome(answer, GATEWAY_SILENT, looks[i]);
		is_outcome(paypal->ask(&arena, &config, &payment),
		    GATEWAY_CAPTURED, "asked when PayPal is well again");
	}
}

/* Whatever happened, asking tells, and trying again takes nothing twice. */
static void test_after_silence(void)
{
	static const struct {
		const char *how;
		enum gateway_outcome asked;
	} rows[] = {
	    {"close-before", GATEWAY_OPEN},
	    {"close-after", GATEWAY_CAPTURED},
	    {"500-before", GATEWAY_OPEN},
	    {"500-after", GATEWAY_CAPTURED},
	    {"truncated", GATEWAY_CAPTURED},
	    {"amount", GATEWAY_CAPTURED},
	};

	for (size_t i = 0; i < COUNT_OF(rows); i++) {
		struct gateway_payment payment = approved_payment();
		struct gateway_answer answer;

		behave_twice("capture", rows[i].how);
		answer = paypal->capture(&arena, &config, &payment);
		is_outcome(answer, GATEWAY_SILENT, rows[i].how);
		answer = paypal->ask(&arena, &config, &payment);
		is_outcome(answer, rows[i].asked, "asked afterwards");
		for (int times = 0; times < 3; times++)
			answer = paypal->capture(&arena, &config, &payment);
		is_outcome(answer, GATEWAY_CAPTURED, "tried again");
		is_number(moved("captures", payment.idempotency_key), 1,
		    "the money moved once");
	}
}

/* What libcurl sends again moves no money twice. */
static void test_idle_connection(void)
{
	struct gateway_payment payment = approved_payment();

	behave("capture", "close-after");
	is_outcome(paypal->capture(&arena, &config, &payment), GATEWAY_CAPTURED,
	    "sent again over a new connection");
	is_number(count_calls("capture"), 2, "indeed");
	is_number(moved("captures", payment.idempotency_key), 1,
	    "the money moved once");
	reset();
}

/* A "no" to an early capture must not be remembered under our key. */
static void test_early_capture(void)
{
	struct gateway_payment payment = fresh_payment();
	struct gateway_answer answer = paypal->begin(&arena, &config, &payment);

	payment.reference = answer.reference;
	answer = paypal->capture(&arena, &config, &payment);
	is_outcome(answer, GATEWAY_OPEN, "not approved yet");
	is_text(answer.approve, paypal->ask(&arena, &config, &payment).approve,
	    "the buyer can still go there");
	json_decref(control("approve?order=%s", payment.reference));
	is_outcome(paypal->capture(&arena, &config, &payment), GATEWAY_CAPTURED,
	    "approved then");
	payment = fresh_payment();
	payment.reference = paypal->begin(&arena, &config, &payment).reference;
	json_decref(control("approve?order=%s&declines=1", payment.reference));
	answer = paypal->capture(&arena, &config, &payment);
	is_outcome(answer, GATEWAY_DECLINED, "the buyer's card is declined");
	is_text(answer.reason, "payment method declined", "why");
	payment.reference = "";
	is_outcome(paypal->capture(&arena, &config, &payment),
	    GATEWAY_UNREACHED, "no order to capture");
	payment.reference = "../../oauth2";
	is_outcome(paypal->capture(&arena, &config, &payment),
	    GATEWAY_UNREACHED, "a path is no order");
}

/* ---- ask ---- */

static void test_ask(void)
{
	static const struct {
		const char *how;
		enum gateway_outcome outcome;
	} rows[] = {
	    {"", GATEWAY_OPEN},
	    {"slow-300", GATEWAY_OPEN},
	    {"close-before", GATEWAY_SILENT},
	    {"503-before", GATEWAY_SILENT},
	    {"400-before", GATEWAY_SILENT},
	    {"403-before", GATEWAY_SILENT},
	    {"404-before", GATEWAY_SILENT}, /* not in PayPal's words */
	    {"429-before", GATEWAY_SILENT},
	    {"401-before", GATEWAY_OPEN},
	    {"malformed", GATEWAY_SILENT},
	    {"truncated", GATEWAY_SILENT},
	    {"html", GATEWAY_SILENT},
	    {"huge", GATEWAY_SILENT},
	    {"redirect", GATEWAY_SILENT},
	    {"amount", GATEWAY_SILENT},
	    {"currency", GATEWAY_SILENT},
	    {"order", GATEWAY_SILENT},
	    {"custom", GATEWAY_SILENT},
	    {"minimal", GATEWAY_SILENT},
	};
	struct gateway_payment payment = approved_payment();

	for (size_t i = 0; i < COUNT_OF(rows); i++) {
		behave("get", rows[i].how);
		is_outcome(paypal->ask(&arena, &config, &payment),
		    rows[i].outcome,
		    arena_format(&arena, "ask, %s", rows[i].how));
	}
	is_number(moved("captures", payment.idempotency_key), 0,
	    "asking takes nothing");
	payment.reference = "NOSUCHORDER000000";
	is_outcome(paypal->ask(&arena, &config, &payment), GATEWAY_UNREACHED,
	    "no such order");
	payment.capture = "SOMECAPTURE";
	is_outcome(paypal->ask(&arena, &config, &payment), GATEWAY_SILENT,
	    "no such order, but there was a capture");
	payment.reference = "a/b";
	is_outcome(paypal->ask(&arena, &config, &payment), GATEWAY_SILENT,
	    "no reference of an order");
}

static void test_ask_captured(void)
{
	struct gateway_payment payment = captured_payment();
	struct gateway_payment pending = approved_payment();
	struct gateway_payment other = payment;
	struct gateway_answer answer = paypal->ask(&arena, &config, &payment);

	is_outcome(answer, GATEWAY_CAPTURED, "asked when it is ours");
	is_text(answer.capture, payment.capture, "the capture's id");
	other.amount.minor = 3001;
	is_outcome(paypal->ask(&arena, &config, &other), GATEWAY_SILENT,
	    "asked for another amount");
	other = payment;
	other.idempotency_key = "somebody-else";
	is_outcome(paypal->ask(&arena, &config, &other), GATEWAY_SILENT,
	    "asked with another key");
	payment.reference = "";
	is_outcome(paypal->ask(&arena, &config, &payment), GATEWAY_CAPTURED,
	    "asked by the key alone");
	behave("capture", "pending");
	answer = paypal->capture(&arena, &config, &pending);
	ok(*answer.capture, "a pending capture has an id");
	is_outcome(paypal->ask(&arena, &config, &pending), GATEWAY_OPEN,
	    "asked while it is pending");
	json_decref(
	    control("settle?order=%s&status=COMPLETED", pending.reference));
	is_outcome(paypal->ask(&arena, &config, &pending), GATEWAY_CAPTURED,
	    "asked when it is through");
	json_decref(
	    control("settle?order=%s&status=DECLINED", pending.reference));
	is_outcome(paypal->ask(&arena, &config, &pending), GATEWAY_DECLINED,
	    "asked when it was denied");
}

/* Without a reference: what cannot be learnt is silent. */
static void test_ask_by_key(void)
{
	static const struct {
		const char *how;
		enum gateway_outcome outcome;
	} rows[] = {
	    {"close-before", GATEWAY_SILENT},
	    {"503-before", GATEWAY_SILENT},
	    {"403-before", GATEWAY_SILENT},
	    {"429-before", GATEWAY_SILENT},
	    {"409-before", GATEWAY_SILENT},
	    {"400-before", GATEWAY_UNREACHED},
	    {"issue-INVALID_PARAMETER_VALUE", GATEWAY_UNREACHED},
	    {"", GATEWAY_OPEN},
	};

	for (size_t i = 0; i < COUNT_OF(rows); i++) {
		struct gateway_payment payment = fresh_payment();

		behave("create", rows[i].how);
		is_outcome(paypal->ask(&arena, &config, &payment),
		    rows[i].outcome,
		    arena_format(&arena, "ask by key, %s", rows[i].how));
	}
}

/* ---- refund ---- */

static struct gateway_payment refund_of(
    const struct gateway_payment *payment, int64_t minor)
{
	struct gateway_payment refund = *payment;

	refund.idempotency_key =
	    arena_format(&arena, "refund-%s", payment->idempotency_key);
	refund.amount.minor = minor;
	refund.items = NULL;
	refund.item_count = 0;
	return refund;
}

static void test_refund(void)
{
	static const struct {
		const char *how;
		enum gateway_outcome outcome;
		int64_t refunds;
		enum gateway_outcome again; /* the same key once more */
	} rows[] = {
	    {"", GATEWAY_CAPTURED, 1, GATEWAY_CAPTURED},
	    {"slow-300", GATEWAY_CAPTURED, 1, GATEWAY_CAPTURED},
	    {"minimal", GATEWAY_CAPTURED, 1, GATEWAY_CAPTURED},
	    {"pending", GATEWAY_OPEN, 1, GATEWAY_OPEN},
	    {"failed", GATEWAY_DECLINED, 0, GATEWAY_DECLINED},
	    {"issue-REFUND_TIME_LIMIT_EXCEEDED", GATEWAY_DECLINED, 0,
		GATEWAY_CAPTURED},
	    {"close-before", GATEWAY_SILENT, 0, GATEWAY_CAPTURED},
	    {"close-after", GATEWAY_SILENT, 1, GATEWAY_CAPTURED},
	    {"500-before", GATEWAY_SILENT, 0, GATEWAY_CAPTURED},
	    {"500-after", GATEWAY_SILENT, 1, GATEWAY_CAPTURED},
	    {"malformed", GATEWAY_SILENT, 1, GATEWAY_CAPTURED},
	    {"truncated", GATEWAY_SILENT, 1, GATEWAY_CAPTURED},
	    {"huge", GATEWAY_SILENT, 1, GATEWAY_CAPTURED},
	    {"redirect", GATEWAY_SILENT, 1, GATEWAY_CAPTURED},
	    {"amount", GATEWAY_SILENT, 1, GATEWAY_CAPTURED},
	    {"currency", GATEWAY_SILENT, 1, GATEWAY_CAPTURED},
	    {"order", GATEWAY_SILENT, 1, GATEWAY_CAPTURED},
	    {"custom", GATEWAY_SILENT, 1, GATEWAY_CAPTURED},
	    {"401-before", GATEWAY_CAPTURED, 1, GATEWAY_CAPTURED},
	    {"403-before", GATEWAY_UNREACHED, 0, GATEWAY_CAPTURED},
	    {"409-before", GATEWAY_SILENT, 0, GATEWAY_CAPTURED},
	    {"429-before", GATEWAY_UNREACHED, 0, GATEWAY_CAPTURED},
	    {"put:status:CANCELLED", GATEWAY_DECLINED, 1, GATEWAY_CAPTURED},
	    {"put:status:STRANGE", GATEWAY_SILENT, 1, GATEWAY_CAPTURED},
	    {"put:id:a/b", GATEWAY_SILENT, 1, GATEWAY_CAPTURED},
	    {"drop:links", GATEWAY_CAPTURED, 1, GATEWAY_CAPTURED},
	};

	for (size_t i = 0; i < COUNT_OF(rows); i++) {
		struct gateway_payment payment = captured_payment();
		struct gateway_payment refund = refund_of(&payment, 1200);
		struct gateway_answer answer;

		behave("refund", rows[i].how);
		answer = paypal->refund(&arena, &config, &refund);
		is_outcome(answer, rows[i].outcome,
		    arena_format(&arena, "refund, %s", rows[i].how));
		is_number(moved("refunds", refund.idempotency_key),
		    rows[i].refunds, "refunds at PayPal");
		answer = paypal->refund(&arena, &config, &refund);
		is_outcome(answer, rows[i].again, "the same once more");
		ok(moved("refunds", refund.idempotency_key) <= 1,
		    "the money went back once");
	}
}

/* The answer names no amount, and what PayPal shows of it is no better. */
static void test_refund_look(void)
{
	static const struct {
		const char *how;
		enum gateway_outcome outcome;
	} rows[] = {
	    {"slow-0", GATEWAY_CAPTURED},
	    {"put:status:PENDING", GATEWAY_OPEN},
	    {"503-before", GATEWAY_SILENT},
	    {"close-before", GATEWAY_SILENT},
	    {"drop:amount", GATEWAY_SILENT},
	    {"put:id:ANOTHER", GATEWAY_SILENT},
	    {"put:status:STRANGE", GATEWAY_SILENT},
	};

	for (size_t i = 0; i < COUNT_OF(rows); i++) {
		struct gateway_payment payment = captured_payment();
		struct gateway_payment refund = refund_of(&payment, 1200);

		behave("refund", "drop:amount");
		behave_twice("get-refund", rows[i].how);
		is_outcome(paypal->refund(&arena, &config, &refund),
		    rows[i].outcome,
		    arena_format(&arena, "refund looked at: %s", rows[i].how));
		is_number(moved("refunds", refund.idempotency_key), 1,
		    "it went back once");
		json_decref(control("calm"));
	}
}

static void test_refund_limits(void)
{
	struct gateway_payment payment = captured_payment();
	struct gateway_payment refund = refund_of(&payment, 3000);
	struct gateway_answer answer;

	answer = paypal->refund(&arena, &config, &refund);
	is_outcome(answer, GATEWAY_CAPTURED, "all of it goes back");
	is_text(answer.capture, payment.capture, "the capture's id");
	ok(!text_equal(answer.reference, payment.reference),
	    "the refund has an id of its own");
	is_outcome(paypal->ask(&arena, &config, &payment), GATEWAY_CAPTURED,
	    "a payment that was refunded was captured");
	refund.idempotency_key = "another-refund";
	answer = paypal->refund(&arena, &config, &refund);
	is_outcome(answer, GATEWAY_DECLINED, "there is nothing left");
	is_text(answer.reason, "refunded already", "why");
	refund.capture = "NOSUCHCAPTURE";
	is_outcome(paypal->refund(&arena, &config, &refund), GATEWAY_UNREACHED,
	    "no such capture");
	refund.capture = "";
	is_outcome(paypal->refund(&arena, &config, &refund), GATEWAY_UNREACHED,
	    "of no capture");
	refund.capture = "../orders";
	is_outcome(paypal->refund(&arena, &config, &refund), GATEWAY_UNREACHED,
	    "of what is no id");
	refund.capture = payment.capture;
	refund.amount.minor = 0;
	is_outcome(paypal->refund(&arena, &config, &refund), GATEWAY_UNREACHED,
	    "of nothing");
	refund.amount = money_of(150050, "HUF");
	is_outcome(paypal->refund(&arena, &config, &refund), GATEWAY_UNREACHED,
	    "of what PayPal cannot write");
}

/* ---- money ---- */

static void test_currencies(void)
{
	static const struct {
		int64_t minor;
		const char *currency;
		const char *value; /* NULL: not for PayPal */
	} rows[] = {
	    {3000, "USD", "30.00"},
	    {3005, "EUR", "30.05"},
	    {7, "GBP", "0.07"},
	    {1500, "JPY", "1500"},
	    {100, "JPY", "100"},
	    {150000, "HUF", "1500"},
	    {150050, "HUF", NULL},
	    {3000, "TWD", "30"},
	    {0, "USD", NULL},
	    {-100, "USD", NULL},
	};

	for (size_t i = 0; i < COUNT_OF(rows); i++) {
		struct gateway_payment payment = fresh_payment();
		struct gateway_answer answer;
		const char *value = "";
		json_t *body;

		payment.amount = money_of(rows[i].minor, rows[i].currency);
		payment.items = NULL;
		payment.item_count = 0;
		answer = paypal->begin(&arena, &config, &payment);
		is_outcome(answer,
		    rows[i].value ? GATEWAY_OPEN : GATEWAY_UNREACHED,
		    arena_format(&arena, "%lld %s", (long long)rows[i].minor,
			rows[i].currency));
		if (!rows[i].value)
			continue;
		body = body_of("create");
		json_unpack(body, "{s:[{s:{s:s}}]}", "purchase_units", "amount",
		    "value", &value);
		is_text(value, rows[i].value, "as PayPal writes it");
		json_decref(body);
		payment.reference = answer.reference;
		json_decref(control("approve?order=%s", payment.reference));
		is_outcome(paypal->capture(&arena, &config, &payment),
		    GATEWAY_CAPTURED, "captured");
	}
}

static void test_items(void)
{
	struct gateway_payment payment = fresh_payment();
	struct gateway_item items[] = {
	    {"VIP", 2, money_of(2000, "USD")},
	    {"Voucher SPRING", 1, money_of(-1000, "USD")},
	    {"", 1, money_of(0, "USD")},
	};
	char name[400];
	const char *discount = "";
	json_t *body;

	/* Two bytes a character: a cut falls inside one. */
	for (size_t i = 0; i + 2 < sizeof(name); i += 2)
		memcpy(name + i, "\xc3\xa9", 3);
	items[0].name = name;
	payment.items = items;
	payment.item_count = COUNT_OF(items);
	payment.description = name;
	payment.idempotency_key = name;
	is_outcome(paypal->begin(&arena, &config, &payment), GATEWAY_OPEN,
	    "long names, a voucher");
	body = body_of("create");
	json_unpack(body, "{s:[{s:{s:{s:{s:s}}}}]}", "purchase_units", "amount",
	    "breakdown", "discount", "value", &discount);
	is_text(discount, "10.00", "the voucher is a discount");
	json_decref(body);
	payment = fresh_payment();
	payment.amount.minor = 2999;
	is_outcome(paypal->begin(&arena, &config, &payment), GATEWAY_OPEN,
	    "items that do not add up are left out");
	body = body_of("create");
	ok(!json_object_get(
	       json_array_get(json_object_get(body, "purchase_units"), 0),
	       "items"),
	    "indeed");
	json_decref(body);
}

/* Lines that PayPal would refuse are left out; the payment is opened. */
static void test_odd_items(void)
{
	static struct gateway_item many[1001];
	struct gateway_item none = {"VIP", 0, money_of(3000, "USD")};
	struct gateway_item other = {"VIP", 1, money_of(3000, "EUR")};
	struct gateway_item huge = {
	    "VIP", 2, money_of(INT64_MAX / 2 + 1, "USD")};
	const struct {
		const struct gateway_item *items;
		size_t count;
		const char *name;
	} rows[] = {
	    {&none, 1, "none of a thing"},
	    {&other, 1, "another currency"},
	    {&huge, 1, "a sum beyond all numbers"},
	    {many, COUNT_OF(many), "too many lines"},
	};

	for (size_t i = 0; i < COUNT_OF(many); i++)
		many[i] = (struct gateway_item){
		    "VIP", 1, money_of(i == 0 ? 3000 : 0, "USD")};
	for (size_t i = 0; i < COUNT_OF(rows); i++) {
		struct gateway_payment payment = fresh_payment();
		json_t *body;

		payment.items = rows[i].items;
		payment.item_count = rows[i].count;
		payment.description = NULL;
		payment.return_url = payment.cancel_url = "";
		config.site_name = "";
		is_outcome(paypal->begin(&arena, &config, &payment),
		    GATEWAY_OPEN, rows[i].name);
		config.site_name = "CampusPass";
		body = body_of("create");
		ok(!json_object_get(
		       json_array_get(
			   json_object_get(body, "purchase_units"), 0),
		       "items"),
		    "its items are left out");
		json_decref(body);
	}
}

/* ---- the token ---- */

static void test_token(void)
{
	struct gateway_payment payment;

	reset();
	json_decref(control("expire"));
	payment = fresh_payment();
	paypal->begin(&arena, &config, &payment);
	payment = fresh_payment();
	paypal->begin(&arena, &config, &payment);
	paypal->ask(&arena, &config, &payment);
	is_number(count_calls("token"), 1, "one token for many calls");
	json_decref(control("expire"));
	payment = fresh_payment();
	is_outcome(paypal->begin(&arena, &config, &payment), GATEWAY_OPEN,
	    "a token that ran out is renewed");
	is_number(count_calls("token"), 2, "once");
	behave("create", "401-before");
	behave("create", "401-before");
	payment = fresh_payment();
	is_outcome(paypal->begin(&arena, &config, &payment), GATEWAY_UNREACHED,
	    "a fresh token is refused");
	is_number(count_calls("create"), 8, "not tried for ever");
	reset();
	behave("token", "short");
	for (int i = 0; i < 3; i++) {
		payment = fresh_payment();
		is_outcome(paypal->begin(&arena, &config, &payment),
		    GATEWAY_OPEN, "with a token of a second");
	}
	is_number(count_calls("token"), 2, "a short one is not kept");
	config.paypal_secret = "wrong";
	is_outcome(paypal->begin(&arena, &config, &payment), GATEWAY_UNREACHED,
	    "another secret, another token");
	is_outcome(paypal->ask(&arena, &config, &payment), GATEWAY_SILENT,
	    "without a token asking learns nothing");
	config.paypal_secret = SECRET;
}

/* ---- hooks ---- */

static const char *find_header(void *context, const char *name)
{
	char *wanted = arena_copy(&arena, name + strlen("HTTP_"));

	for (char *at = wanted; *at; at++)
		if (*at == '_')
			*at = '-';
	name = json_string_value(json_object_get(context, wanted));
	return name ? name : "";
}

static bool hear(json_t *event, struct gateway_notice *notice)
{
	json_t *body = json_object_get(event, "body");
	struct gateway_hook hook = {
	    .body = json_string_value(body),
	    .length = json_string_length(body),
	    .header = find_header,
	    .context = json_object_get(event, "headers"),
	};

	return paypal->read_hook(&arena, &config, &hook, notice);
}

static void test_hooks(void)
{
	struct gateway_payment payment = captured_payment();
	json_t *sent = control("hook?order=%s&times=2&kinds="
			       "PAYMENT.CAPTURE.REFUNDED,"
			       "PAYMENT.CAPTURE.COMPLETED,"
			       "CHECKOUT.ORDER.APPROVED",
	    payment.reference);
	json_t *events = json_object_get(sent, "events");
	struct gateway_notice notice;
	const char *first = NULL;

	is_number((int64_t)json_array_size(events), 6, "events");
	for (size_t i = 0; i < json_array_size(events); i++) {
		ok(hear(json_array_get(events, i), &notice), "it is genuine");
		is_text(notice.reference, payment.reference, "its order");
		ok(text_starts_with(notice.id, "WH-"), "its id");
		if (i % 2)
			is_text(notice.id, first, "one that comes again");
		else
			ok(!text_equal(notice.id, first), "a new one");
		first = notice.id;
	}
	json_decref(sent);
}

static void check_refused(json_t *event, const char *name)
{
	struct gateway_notice notice;

	ok(!hear(event, &notice), "refused: %s", name);
	is_text(notice.id, "", "nothing is heard");
	json_decref(event);
}

static json_t *send_event(const char *order, const char *more)
{
	json_t *sent = control(
	    "hook?order=%s&kinds=PAYMENT.CAPTURE.COMPLETED%s", order, more);
	json_t *event =
	    json_incref(json_array_get(json_object_get(sent, "events"), 0));

	json_decref(sent);
	return event;
}

static json_t *with_body(json_t *event, const char *body)
{
	json_object_set_new(event, "body", json_string(body));
	return event;
}

static void test_bad_hooks(void)
{
	static const char *const failures[] = {"503-before", "close-before",
	    "malformed", "truncated", "403-before", "redirect"};
	struct gateway_payment payment = captured_payment();
	const char *order = payment.reference;
	json_t *event = send_event(order, "");
	char *body = arena_copy(
	    &arena, json_string_value(json_object_get(event, "body")));

	check_refused(send_event(order, "&forged=1"), "a forged signature");
	*strstr(body, "30.00") = '9';
	check_refused(with_body(event, body), "another amount in the body");
	behave("verify", "success");
	check_refused(
	    with_body(send_event(order, ""), "{\"id\":7}"), "no event id");
	check_refused(with_body(send_event(order, ""), "[]"), "no object");
	check_refused(
	    with_body(send_event(order, ""), "{\"id\":\"A\",\"id\":\"B\"}"),
	    "two ids");
	check_refused(with_body(send_event(order, ""),
			  "{\"id\":\"A\"},\"webhook_id\":\"X\",\"y\":{}"),
	    "a body that breaks out");
	check_refused(with_body(send_event(order, ""), ""), "nothing");
	is_number(count_calls("verify") > 0, true, "PayPal is asked");
	reset();
	payment = captured_payment();
	order = payment.reference;
	event = send_event(order, "");
	json_object_del(
	    json_object_get(event, "headers"), "PAYPAL-TRANSMISSION-SIG");
	check_refused(event, "no signature");
	event = send_event(order, "");
	json_object_set_new(json_object_get(event, "headers"),
	    "PAYPAL-TRANSMISSION-SIG",
	    json_string(arena_format(&arena, "%0501d", 0)));
	check_refused(event, "a signature that is too long");
	check_refused(with_body(send_event(order, ""),
			  arena_format(&arena, "{\"id\":\"A\",\"x\":\"%0*d\"}",
			      HTTP_CLIENT_LARGEST, 0)),
	    "a body that is too long");
	is_number(count_calls("verify"), 0, "and nobody is asked");
	for (size_t i = 0; i < COUNT_OF(failures); i++) {
		behave("verify", failures[i]);
		check_refused(send_event(order, ""), failures[i]);
	}
	config.paypal_webhook = "";
	check_refused(send_event(order, ""), "no webhook is configured");
	config.paypal_webhook = "ANOTHER";
	check_refused(send_event(order, ""), "signed for another webhook");
	config.paypal_webhook = "WEBHOOK1";
}

/* ---- nobody there ---- */

/* A port that nobody listens on. */
static int closed_port(void)
{
	struct sockaddr_in address = {
	    .sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
	socklen_t size = sizeof(address);
	int descriptor = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);

	if (bind(descriptor, (struct sockaddr *)&address, size) != 0 ||
	    getsockname(descriptor, (struct sockaddr *)&address, &size) != 0)
		die("no port");
	close(descriptor);
	return ntohs(address.sin_port);
}

static void check_nobody(const char *name)
{
	struct gateway_payment payment = fresh_payment();
	struct gateway_notice notice;
	json_t *event = json_pack("{s:s, s:{s:s, s:s, s:s, s:s, s:s}}", "body",
	    "{\"id\":\"WH-1\"}", "headers", "PAYPAL-AUTH-ALGO", "a",
	    "PAYPAL-CERT-URL", "b", "PAYPAL-TRANSMISSION-ID", "c",
	    "PAYPAL-TRANSMISSION-SIG", "d", "PAYPAL-TRANSMISSION-TIME", "e");

	is_outcome(paypal->begin(&arena, &config, &payment), GATEWAY_UNREACHED,
	    arena_format(&arena, "begin, %s", name));
	is_outcome(paypal->ask(&arena, &config, &payment), GATEWAY_SILENT,
	    arena_format(&arena, "ask by key, %s", name));
	payment.reference = "5O190127TN364715T";
	payment.capture = "3C679366HH908993F";
	is_outcome(paypal->capture(&arena, &config, &payment),
	    GATEWAY_UNREACHED, arena_format(&arena, "capture, %s", name));
	is_outcome(paypal->ask(&arena, &config, &payment), GATEWAY_SILENT,
	    arena_format(&arena, "ask, %s", name));
	is_outcome(paypal->refund(&arena, &config, &payment), GATEWAY_UNREACHED,
	    arena_format(&arena, "refund, %s", name));
	ok(!hear(event, &notice), "hook, %s", name);
	json_decref(event);
}

static void test_unreached(struct server server)
{
	point_to("http", closed_port());
	check_nobody("connection refused");
	config.paypal_url = "https://paypal.invalid";
	check_nobody("no such name");
	point_to("https", server.port);
	check_nobody("no TLS");
	config.paypal_url = "http://192.0.2.1:80";
	check_nobody("http to elsewhere");
	config.paypal_url = "file:///etc";
	check_nobody("no http");
	point_to("http", server.port);
}

/* The token at hand, but nobody there for the money. */
static void test_unreached_later(void)
{
	struct server server = start_double(NULL, NULL);
	struct gateway_payment payment;

	point_to("http", server.port);
	payment = captured_payment();
	stop_double(server);
	is_outcome(paypal->begin(&arena, &config, &payment), GATEWAY_UNREACHED,
	    "begin, gone since");
	is_outcome(paypal->capture(&arena, &config, &payment),
	    GATEWAY_UNREACHED, "capture, gone since");
	is_outcome(paypal->refund(&arena, &config, &payment), GATEWAY_UNREACHED,
	    "refund, gone since");
	is_outcome(paypal->ask(&arena, &config, &payment), GATEWAY_SILENT,
	    "ask, gone since");
}

/* A certificate that nobody vouches for. */
/* An uploaded program trusts the authorities that lie beside it. */
static void check_beside(const char *certificate)
{
	const char *beside = config_beside(&arena, "ca-certificates.crt");
	struct gateway_payment payment = fresh_payment();

	if (symlink(certificate, beside) != 0)
		die("%s cannot be made", beside);
	is_outcome(paypal->begin(&arena, &config, &payment), GATEWAY_OPEN,
	    "one that is vouched for beside the program");
	unlink(beside);
	payment = fresh_payment();
	is_outcome(paypal->begin(&arena, &config, &payment), GATEWAY_UNREACHED,
	    "and only while it is");
}

static void test_tls(struct server plain)
{
	char *key = arena_format(&arena, "%s/key", folder);
	char *certificate = arena_format(&arena, "%s/certificate", folder);
	const char *command = arena_format(&arena,
	    "openssl req -x509 -newkey rsa:2048 -nodes -keyout %s -out %s "
	    "-days 2 -subj /CN=127.0.0.1 -addext subjectAltName=IP:127.0.0.1 "
	    "2>/dev/null",
	    key, certificate);
	struct server server;

	if (system(command) != 0) {
		ok(true, "certificates are verified # SKIP no openssl");
		return;
	}
	server = start_double(certificate, key);
	point_to("https", server.port);
	check_nobody("a certificate that nobody vouches for");
	check_beside(certificate);
	stop_double(server);
	unlink(key);
	unlink(certificate);
	point_to("http", plain.port);
}

/* A request goes to the address it is pinned to, while there is time. */
static void test_pin(struct server server)
{
	const char *const pins[] = {
	    arena_format(&arena, "localhost:%d:127.0.0.1", server.port),
	    arena_format(&arena, "localhost:%d:127.0.0.2", server.port)};
	const enum http_fate fates[] = {HTTP_ANSWERED, HTTP_UNSENT};
	struct http_client *client;
	struct http_request request = {.body = "",
	    .url = arena_format(
		&arena, "http://localhost:%d/control/calm", server.port)};
	struct http_reply reply;

	for (size_t i = 0; i < COUNT_OF(pins); i++) {
		client = http_client_open(&arena, 5000);
		request.pin = pins[i];
		is_number(http_client_send(client, &request, &reply), fates[i],
		    pins[i]);
		http_client_close(client);
	}
	client = http_client_open(&arena, 0);
	is_number(http_client_send(client, &request, &reply), HTTP_UNSENT,
	    "without time nothing is sent");
	is_text(reply.problem, "no time left", "why");
	http_client_close(client);
}

static void test_addresses(void)
{
	static const struct {
		const char *url;
		bool is_right;
	} rows[] = {
	    {"https://api-m.paypal.com", true},
	    {"https://api-m.paypal.com/v2", true},
	    {"http://127.0.0.1:80", true},
	    {"http://localhost/", true},
	    {"http://[::1]:8080/x", true},
	    {"http://api-m.paypal.com", false},
	    {"http://127.0.0.1.example.org", false},
	    {"http://localhost.example.org", false},
	    {"http://127.0.0.1@example.org", false},
	    {"https://user:word@example.org", false},
	    {"http://0.0.0.0", false},
	    {"ftp://127.0.0.1", false},
	    {"javascript:alert(1)", false},
	    {"//example.org", false},
	    {"https://", false},
	    {"", false},
	};

	for (size_t i = 0; i < COUNT_OF(rows); i++)
		ok(http_client_may_visit(rows[i].url) == rows[i].is_right,
		    "%s \"%s\"", rows[i].is_right ? "visits" : "shuns",
		    rows[i].url);
}

/* ---- time ---- */

enum {
	TOO_LATE = 0x80
};

/* What hangs, in which call, and what comes of it. */
struct stall {
	const char *call;
	const char *on, *how;
	const char *then_on, *then_how;
	enum gateway_outcome outcome;
	int64_t moves; /* orders of begin(), else captures or refunds */
};

static const struct stall stalls[] = {
    {"begin", "create", "stall-before", "", "", GATEWAY_SILENT, 0},
    {"begin", "create", "stall-after", "", "", GATEWAY_SILENT, 1},
    {"begin", "token", "stall-before", "", "", GATEWAY_UNREACHED, 0},
    /* Two seconds each: one deadline for both. */
    {"begin", "token", "slow-2000", "create", "slow-2000", GATEWAY_SILENT, 1},
    {"begin", "token", "slow-1500", "create", "slow-500", GATEWAY_OPEN, 1},
    /* Too little time left to set anything going. */
    {"begin", "token", "slow-2600", "", "", GATEWAY_UNREACHED, 0},
    {"capture", "capture", "stall-before", "", "", GATEWAY_SILENT, 0},
    {"capture", "capture", "stall-after", "", "", GATEWAY_SILENT, 1},
    {"capture", "get", "stall-before", "", "", GATEWAY_SILENT, 0},
    {"capture", "get", "slow-2600", "", "", GATEWAY_UNREACHED, 0},
    {"ask", "get", "stall-before", "", "", GATEWAY_SILENT, 0},
    {"refund", "refund", "stall-before", "", "", GATEWAY_SILENT, 0},
    {"refund", "refund", "stall-after", "", "", GATEWAY_SILENT, 1},
};

/* In a process and with a double of its own: outcome, moves, too late? */
static int run_stall(const struct stall *stall)
{
	struct server server = start_double(NULL, NULL);
	struct gateway_payment payment;
	struct gateway_answer answer;
	int64_t start, took, moves;

	point_to("http", server.port);
	payment = text_equal(stall->call, "begin") ? fresh_payment()
	    : text_equal(stall->call, "refund")    ? captured_payment()
						   : approved_payment();
	behave(stall->on, stall->how);
	behave(stall->then_on, stall->then_how);
	start = now_ms();
	if (text_equal(stall->call, "begin"))
		answer = paypal->begin(&arena, &config, &payment);
	else if (text_equal(stall->call, "capture"))
		answer = paypal->capture(&arena, &config, &payment);
	else if (text_equal(stall->call, "ask"))
		answer = paypal->ask(&arena, &config, &payment);
	else
		answer = paypal->refund(&arena, &config, &payment);
	took = now_ms() - start;
	moves = text_equal(stall->call, "begin") ? count_orders()
	    : text_equal(stall->call, "refund")  ? moved("refunds", NULL)
						 : moved("captures", NULL);
	stop_double(server);
	return (int)answer.outcome | (int)(moves << 4) |
	    (took > GATEWAY_SECONDS * 2500 ? TOO_LATE : 0);
}

static void test_deadline(void)
{
	pid_t processes[COUNT_OF(stalls)];

	for (size_t i = 0; i < COUNT_OF(stalls); i++) {
		processes[i] = fork();
		if (processes[i] == 0)
			_exit(run_stall(&stalls[i]));
	}
	for (size_t i = 0; i < COUNT_OF(stalls); i++) {
		int status = 0;
		int result;

		waitpid(processes[i], &status, 0);
		result = WIFEXITED(status) ? WEXITSTATUS(status) : 0xff;
		is_number(result & 0xf, stalls[i].outcome,
		    arena_format(&arena, "%s, %s %s %s", stalls[i].call,
			stalls[i].on, stalls[i].how, stalls[i].then_how));
		is_number((result >> 4) & 0x7, stalls[i].moves, "what moved");
		ok(!(result & TOO_LATE),
		    "within its deadline, however slow this machine");
	}
}

/* ---- what it leaves behind ---- */

static void test_log(const char *path)
{
	struct out out = {.arena = &arena};
	FILE *file = fopen(path, "re");
	size_t got;

	if (!file)
		die("no log");
	do {
		got = fread(out_reserve(&out, 4096), 1, 4096, file);
		out.length += got;
	} while (got > 0);
	fclose(file);
	*out_reserve(&out, 1) = '\0';
	ok(strstr(out.data, "differs from what was asked"),
	    "a mismatch is in the log");
	ok(!strstr(out.data, SECRET), "the secret is not");
	ok(!strstr(out.data, "A21"), "no token is");
	ok(!strstr(out.data, "Bearer"), "no header is");
	ok(!strstr(out.data, "QYR5Z8XDVJNXQ"), "no payer is");
}

/* Where a buyer may be sent by a form of ours. */
static void test_pages(void)
{
	static const char origin[] = "https://*.paypal.com";
	const char *kept = config.paypal_url;

	is_text(paypal->pages(&arena, &config),
	    arena_format(&arena, "%s %s", origin, kept),
	    "a double on this machine, too");
	config.paypal_url = "https://api-m.paypal.com";
	is_text(paypal->pages(&arena, &config), origin, "PayPal's own");
	config.paypal_url = "http://example.org";
	is_text(paypal->pages(&arena, &config), origin, "nobody else's");
	config.paypal_url = kept;
}

static void test_allocator(void)
{
	struct gateway_payment payment = fresh_payment();
	json_malloc_t before, after;
	json_free_t let_go;

	json_get_alloc_funcs(&before, &let_go);
	paypal->begin(&arena, &config, &payment);
	json_get_alloc_funcs(&after, &let_go);
	ok(before == after && let_go == free, "jansson allocates as before");
	ok(!paypal->charge, "PayPal charges no token");
}

/* ---- what the breaker hears ---- */

static bool is_open(void)
{
	return breaker_wait(&config, paypal->name, clock_now()) > 0;
}

/* Calls to an order in a row that end in the same way. */
static void begin_in_vain(const char *operation, const char *how)
{
	for (int i = 0; i < BREAKER_FAILURES; i++) {
		struct gateway_payment payment = fresh_payment();

		if (text_equal(operation, "token"))
			json_decref(control("expire"));
		behave_twice(operation, how);
		paypal->begin(&arena, &config, &payment);
	}
}

static void test_breaker(void)
{
	static const struct {
		const char *operation;
		const char *how;
		bool is_outage;
	} ends[] = {
	    {"create", "issue-CURRENCY_NOT_SUPPORTED", false},
	    {"create", "malformed", false},
	    {"create", "503-before", true},
	    {"create", "close-after", true},
	    {"token", "500-before", true},
	    {"token", "401-before", false},
	};
	struct gateway_payment payment;

	for (size_t i = 0; i < COUNT_OF(ends); i++) {
		reset();
		begin_in_vain(ends[i].operation, ends[i].how);
		ok(is_open() == ends[i].is_outage, "%s %s: %s",
		    ends[i].operation, ends[i].how,
		    ends[i].is_outage ? "an outage" : "an answer");
		reset();
		payment = fresh_payment();
		paypal->begin(&arena, &config, &payment);
		ok(!is_open(), "one answer ends it");
	}
	config.paypal_url = "http://127.0.0.1:9";
	for (int i = 0; i < BREAKER_FAILURES; i++)
		paypal->begin(&arena, &config, &payment);
	ok(is_open(), "no connection is an outage");
}

static void test_all(struct server server)
{
	test_addresses();
	test_deadline();
	point_to("http", server.port);
	test_order();
	test_begin();
	test_capture();
	test_lost_capture();
	test_after_silence();
	reset();
	test_idle_connection();
	test_early_capture();
	test_ask();
	test_ask_captured();
	test_ask_by_key();
	test_refund();
	test_refund_look();
	test_refund_limits();
	error_reset();
	test_currencies();
	test_items();
	test_odd_items();
	test_token();
	test_hooks();
	test_bad_hooks();
	test_pages();
	test_allocator();
	reset();
	test_breaker();
	point_to("http", server.port);
	is_number(followed, 0, "no redirect was followed");
	test_pin(server);
	test_unreached(server);
	test_unreached_later();
	test_tls(server);
	error_reset();
}

int main(void)
{
	char *path;
	struct server server;

	if (!mkdtemp(folder))
		die("no folder");
	path = arena_format(&arena, "%s/log", folder);
	log_open("test_paypal", path);
	config = (struct config){
	    .data = folder,
	    .site_name = "CampusPass",
	    .paypal_client = "client",
	    .paypal_secret = SECRET,
	    .paypal_webhook = "WEBHOOK1",
	};
	server = start_double(NULL, NULL);
	test_all(server);
	stop_double(server);
	test_log(path);
	log_open("test_paypal", NULL);
	unlink(path);
	unlink(arena_format(&arena, "%s/run/gateway-paypal", folder));
	rmdir(arena_format(&arena, "%s/run", folder));
	rmdir(folder);
	arena_close(&arena);
	return done_testing();
}
