/*
 * PayPal: its calls, the token for ours, and its pages.
 */
#include "paypal_stage.h"

/* ---- the token ---- */

static void test_token(void)
{
	struct gateway_payment payment = fresh_payment();

	/* So that there is a token which can run out. */
	paypal->begin(&arena, &config, &payment);
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

/* ---- what it leaves behind ---- */

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

int main(void)
{
	struct server server = paypal_open("test_paypal_hook");

	test_token();
	test_hooks();
	test_bad_hooks();
	test_pages();
	test_allocator();
	paypal_close(server);
	return done_testing();
}
