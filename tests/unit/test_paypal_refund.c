/*
 * PayPal: what is given back, and amounts and items as PayPal wants them.
 */
#include "paypal_stage.h"

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

int main(void)
{
	struct server server = paypal_open("test_paypal_refund");

	test_refund();
	test_refund_look();
	test_refund_limits();
	error_reset();
	test_currencies();
	test_items();
	test_odd_items();
	paypal_close(server);
	return done_testing();
}
