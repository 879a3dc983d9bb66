/*
 * A stage for unit tests of PayPal: a double of it that behaves as badly as a
 * network can, payments of each kind, and how often money moved.
 *
 *   int main(void)
 *   {
 *       struct server server = paypal_open("test_paypal");
 *       ...
 *       paypal_close(server);
 *       return done_testing();
 *   }
 */
#ifndef UNIT_PAYPAL_STAGE_H
#define UNIT_PAYPAL_STAGE_H

#include "base/file.h"
#include "base/log.h"
#include "base/out.h"
#include "base/text.h"
#include "payment/http_client.h"
#include "payment/paypal.h"
#include "tap.h"
#include <jansson.h>
#include <signal.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/wait.h>
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

static inline void become_double(const char *certificate, const char *key)
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

static inline struct server start_double(
    const char *certificate, const char *key)
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

static inline void stop_double(struct server server)
{
	kill(server.process, SIGKILL);
	waitpid(server.process, NULL, 0);
}

static inline void point_to(const char *scheme, int port)
{
	config.paypal_url =
	    arena_format(&arena, "%s://127.0.0.1:%d", scheme, port);
}

/* Tell the double something; what it answers. */
PRINTF_LIKE(1, 2) static inline json_t *control(const char *format, ...)
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
static inline void behave(const char *operation, const char *behaviour)
{
	if (*behaviour)
		json_decref(
		    control("behave?on=%s&do=%s", operation, behaviour));
}

/*
 * A connection that was used before and closes without a word may just have
 * been idle too long: libcurl then sends the request again, over a new one.
 */
static inline void behave_twice(const char *operation, const char *behaviour)
{
	behave(operation, behaviour);
	if (text_starts_with(behaviour, "close-"))
		behave(operation, behaviour);
}

/* How many captures or refunds carry a key (NULL: any). */
static inline int64_t moved(const char *what, const char *key)
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

static inline int64_t count_orders(void)
{
	json_t *moves = control("moves");
	int64_t count = json_integer_value(json_object_get(moves, "orders"));

	json_decref(moves);
	return count;
}

static inline int64_t count_calls(const char *operation)
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
static inline void reset(void)
{
	followed += count_calls("elsewhere");
	json_decref(control("reset"));
}

/* The last body of an operation; the caller lets it go. */
static inline json_t *body_of(const char *operation)
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

static inline void is_outcome(struct gateway_answer answer,
    enum gateway_outcome outcome, const char *name)
{
	is_text(outcome_names[answer.outcome], outcome_names[outcome], name);
	ok(answer.reference && answer.capture && answer.approve &&
		answer.reason,
	    "nothing of the answer is NULL");
}

/* A payment of 30.00 that nobody made before. */
static inline struct gateway_payment fresh_payment(void)
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
static inline struct gateway_payment approved_payment(void)
{
	struct gateway_payment payment = fresh_payment();

	payment.reference = paypal->begin(&arena, &config, &payment).reference;
	json_decref(control("approve?order=%s", payment.reference));
	return payment;
}

/* One whose money is ours. */
static inline struct gateway_payment captured_payment(void)
{
	struct gateway_payment payment = approved_payment();

	payment.capture = paypal->capture(&arena, &config, &payment).capture;
	return payment;
}

/* ---- hooks ---- */

static inline const char *find_header(void *context, const char *name)
{
	char *wanted = arena_copy(&arena, name + strlen("HTTP_"));

	for (char *at = wanted; *at; at++)
		if (*at == '_')
			*at = '-';
	name = json_string_value(json_object_get(context, wanted));
	return name ? name : "";
}

static inline bool hear(json_t *event, struct gateway_notice *notice)
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

/* ---- from beginning to end ---- */

/* The program's log so far. */
static inline const char *paypal_log(void)
{
	char *bytes;
	size_t length;

	if (file_read(&arena, arena_format(&arena, "%s/log", folder),
		16 * 1024 * 1024, &bytes, &length))
		die("no log");
	return bytes;
}

/* A double, a configuration that points to it, and a log. */
static inline struct server paypal_open(const char *program)
{
	struct server server;

	if (!mkdtemp(folder))
		die("no folder");
	log_open(program, arena_format(&arena, "%s/log", folder));
	config = (struct config){
	    .data = folder,
	    .site_name = "CampusPass",
	    .paypal_client = "client",
	    .paypal_secret = SECRET,
	    .paypal_webhook = "WEBHOOK1",
	};
	server = start_double(NULL, NULL);
	point_to("http", server.port);
	return server;
}

/* All went where it should, and the log has nothing that is secret. */
static inline void paypal_close(struct server server)
{
	const char *log;

	point_to("http", server.port);
	reset();
	is_number(followed, 0, "no redirect was followed");
	stop_double(server);
	log = paypal_log();
	ok(!strstr(log, SECRET), "the secret is not in the log");
	ok(!strstr(log, "A21"), "no token is");
	ok(!strstr(log, "Bearer"), "no header is");
	ok(!strstr(log, "QYR5Z8XDVJNXQ"), "no payer is");
	log_open("test_paypal", NULL);
	unlink(arena_format(&arena, "%s/log", folder));
	unlink(arena_format(&arena, "%s/run/gateway-paypal", folder));
	rmdir(arena_format(&arena, "%s/run", folder));
	rmdir(folder);
	arena_close(&arena);
}

#endif
