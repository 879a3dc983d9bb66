/*
 * PayPal out of reach: no such address, no trust in it, no answer in time, and
 * what the breaker makes of that.
 */
#include "paypal_stage.h"

#include "base/clock.h"
#include "payment/breaker.h"
#include <arpa/inet.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <time.h>

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

/* A certificate that nobody vouches for. */
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

static int64_t now_ms(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

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

int main(void)
{
	struct server server = paypal_open("test_paypal_outage");

	test_addresses();
	test_deadline();
	test_breaker();
	point_to("http", server.port);
	test_pin(server);
	test_unreached(server);
	test_unreached_later();
	test_tls(server);
	paypal_close(server);
	return done_testing();
}
