/*
 * What PayPal's answers mean, read without a network: whose an order is, what
 * of it is missing, and how amounts, keys and ids are written.
 */
#include "base/text.h"
#include "payment/paypal_parts.h"
#include "tap.h"
#include <string.h>

static struct arena arena;

static const struct gateway_payment payment = {
    .idempotency_key = "key-1",
    .reference = "ORDER1",
    .capture = "",
    .amount = {3000, "USD"},
};

#define AMOUNT "\"amount\":{\"currency_code\":\"USD\",\"value\":\"30.00\"}"
#define CAPTURE(id, status)                                                    \
	"{\"id\":\"" id "\",\"status\":\"" status                              \
	"\",\"custom_id\":\"key-1\"," AMOUNT "}"
#define ORDER(unit)                                                            \
	"{\"id\":\"ORDER1\",\"status\":\"COMPLETED\",\"purchase_units\":[{"    \
	"\"custom_id\":\"key-1\"," AMOUNT unit "}]}"
#define TAKEN(captures) ORDER(",\"payments\":{\"captures\":[" captures "]}")

static struct paypal_order read_order(const char *body)
{
	const struct http_reply reply = {
	    .body = body, .length = strlen(body), .problem = ""};

	return paypal_read_order(&arena, &reply, &payment);
}

static void test_captures(void)
{
	static const struct {
		const char *name;
		const char *body;
		const char *capture; /* its id; "" none */
		enum gateway_outcome outcome;
	} rows[] = {
	    {"one", TAKEN(CAPTURE("C1", "COMPLETED")), "C1", GATEWAY_CAPTURED},
	    {"declined, then taken",
		TAKEN(CAPTURE("C1", "DECLINED") "," CAPTURE("C2", "COMPLETED")),
		"C2", GATEWAY_CAPTURED},
	    {"taken, then declined",
		TAKEN(CAPTURE("C1", "COMPLETED") "," CAPTURE("C2", "DECLINED")),
		"C1", GATEWAY_CAPTURED},
	    {"taken twice",
		TAKEN(
		    CAPTURE("C1", "COMPLETED") "," CAPTURE("C2", "COMPLETED")),
		"", GATEWAY_SILENT},
	    {"given back in part", TAKEN(CAPTURE("C1", "PARTIALLY_REFUNDED")),
		"C1", GATEWAY_CAPTURED},
	    {"given back", TAKEN(CAPTURE("C1", "REFUNDED")), "C1",
		GATEWAY_CAPTURED},
	    {"on its way", TAKEN(CAPTURE("C1", "PENDING")), "C1", GATEWAY_OPEN},
	    {"failed", TAKEN(CAPTURE("C1", "FAILED")), "", GATEWAY_DECLINED},
	    {"an id that is none", TAKEN(CAPTURE("C/1", "COMPLETED")), "",
		GATEWAY_SILENT},
	    {"none, though it says so", ORDER(""), "", GATEWAY_SILENT},
	};

	for (size_t i = 0; i < COUNT_OF(rows); i++) {
		struct paypal_order order = read_order(rows[i].body);
		struct gateway_answer answer =
		    paypal_judge_order(&payment, &order);

		is_number(answer.outcome, rows[i].outcome, rows[i].name);
		is_text(answer.capture, rows[i].capture, "its capture");
	}
}

/* An order that differs in one thing is not ours, and captures nothing. */
static void test_not_ours(void)
{
	static const char *const rows[] = {
	    "{\"id\":\"ORDER2\",\"status\":\"CREATED\"}",
	    "{\"id\":\"ORDER/1\",\"status\":\"CREATED\"}",
	    "{\"status\":\"CREATED\"}",
	    "{\"id\":\"ORDER1\",\"purchase_units\":[{},{}]}",
	    TAKEN("{\"id\":\"C1\",\"status\":\"COMPLETED\","
		  "\"custom_id\":\"key-2\"}"),
	    TAKEN("{\"id\":\"C1\",\"status\":\"COMPLETED\","
		  "\"supplementary_data\":{\"related_ids\":"
		  "{\"order_id\":\"ORDER2\"}}}"),
	    "[]",
	    "",
	};

	for (size_t i = 0; i < COUNT_OF(rows); i++) {
		struct paypal_order order = read_order(rows[i]);

		ok(!order.is_ours, "not ours: %s", rows[i]);
		is_number(paypal_judge_order(&payment, &order).outcome,
		    GATEWAY_SILENT, "a person has to look");
	}
}

/* What is missing makes an order ours in part: it is asked for again. */
static void test_not_whole(void)
{
	static const struct {
		const char *body;
		bool is_whole;
	} rows[] = {
	    {TAKEN(CAPTURE("C1", "COMPLETED")), true},
	    {TAKEN("{\"id\":\"C1\",\"status\":\"COMPLETED\"," AMOUNT "}"),
		true},
	    {TAKEN("{\"id\":\"C1\",\"status\":\"COMPLETED\"}"), false},
	    {"{\"id\":\"ORDER1\",\"purchase_units\":[{" AMOUNT
	     ",\"payments\":{\"captures\":[" CAPTURE("C1", "COMPLETED") "]}}]}",
		true},
	    {"{\"id\":\"ORDER1\",\"purchase_units\":[{" AMOUNT
	     ",\"payments\":{\"captures\":[{\"id\":\"C1\"," AMOUNT "}]}}]}",
		false},
	    {"{\"id\":\"ORDER1\"}", false},
	};

	for (size_t i = 0; i < COUNT_OF(rows); i++) {
		struct paypal_order order = read_order(rows[i].body);

		ok(order.is_ours, "ours: %s", rows[i].body);
		ok(order.is_whole == rows[i].is_whole,
		    rows[i].is_whole ? "and whole" : "but not whole");
	}
}

static void test_amounts(void)
{
	static const struct {
		const char *value;
		int64_t minor;
		const char *currency;
		enum paypal_fit fit;
	} rows[] = {
	    {"30.00", 3000, "USD", PAYPAL_SAME},
	    {"30", 3000, "USD", PAYPAL_SAME},
	    {"30.0", 3000, "USD", PAYPAL_SAME},
	    {"30.01", 3000, "USD", PAYPAL_OTHER},
	    {"30.10", 3010, "USD", PAYPAL_SAME},
	    {"1500.00", 1500, "JPY", PAYPAL_SAME},
	    {"1500.50", 1500, "JPY", PAYPAL_OTHER},
	    {".00", 0, "USD", PAYPAL_OTHER},
	    {"0.00", 0, "USD", PAYPAL_SAME},
	    {"many", 3000, "USD", PAYPAL_OTHER},
	    {"", 0, "USD", PAYPAL_OTHER},
	};

	for (size_t i = 0; i < COUNT_OF(rows); i++) {
		json_t *amount = json_pack("{s:s, s:s}", "currency_code",
		    rows[i].currency, "value", rows[i].value);

		is_number(paypal_compare_amount(&arena, amount,
			      money_of(rows[i].minor, rows[i].currency)),
		    rows[i].fit,
		    arena_format(
			&arena, "%s %s", rows[i].value, rows[i].currency));
		json_decref(amount);
	}
	ok(!paypal_amount(&arena, money_of(-1, "USD")),
	    "less than nothing cannot be written");
}

/* Our keys go into headers: as they are, or as their hash. */
static void test_marks(void)
{
	const char *longest = arena_format(&arena, "%0100d", 0);
	const char *const hashed[] = {"", "a key", "k\xc3\xa9y", "k\r\nX: y",
	    "k\x7f", arena_format(&arena, "%0101d", 0)};

	is_text(paypal_mark(&arena, "key-1"), "key-1", "a plain key");
	is_text(paypal_mark(&arena, longest), longest, "the longest");
	for (size_t i = 0; i < COUNT_OF(hashed); i++) {
		const char *mark = paypal_mark(&arena, hashed[i]);

		ok(strlen(mark) == 64 && paypal_is_id(mark),
		    "a hash stands for \"%s\"", hashed[i]);
	}
	ok(!paypal_is_id(arena_format(&arena, "%065d", 0)), "a long id");
	ok(!paypal_is_id(""), "no id");
}

/* Answers of a payment that is known by nothing. */
static void test_nothing_known(void)
{
	const struct gateway_payment bare = {.idempotency_key = "key-2"};
	struct gateway_answer answer = paypal_answer(GATEWAY_SILENT, &bare, "");

	is_text(answer.reference, "", "no reference");
	is_text(answer.capture, "", "no capture");
}

int main(void)
{
	const struct config config = {.paypal_url = ""};
	/* Trees of JSON live in the arena until it is closed. */
	struct paypal_call call = paypal_open(&arena, &config);

	test_captures();
	test_not_ours();
	test_not_whole();
	test_amounts();
	test_marks();
	test_nothing_known();
	paypal_close(&call);
	arena_close(&arena);
	return done_testing();
}
