/*
 * PayPal: an order from its beginning to its capture, each outcome of
 * gateway.h, and how often money moved.
 */
#include "paypal_stage.h"

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

int main(void)
{
	struct server server = paypal_open("test_paypal");

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
	ok(strstr(paypal_log(), "differs from what was asked"),
	    "a mismatch is in the log");
	paypal_close(server);
	return done_testing();
}
