/*
 * The simulated gateways when their disk fails: what was not kept was not
 * done, and nobody hears otherwise.
 */
#include "payment/campuspay.h"
#include "payment/campuspay_page.h"
#include "payment/card.h"
#include "site.h"
#include <sys/stat.h>

static struct site site;

static const char *path_of(const char *name)
{
	return arena_format(&site.arena, "%s/campuspay/%s", site.data, name);
}

static bool exists(const char *name)
{
	return access(path_of(name), F_OK) == 0;
}

static void put(const char *name, const char *text)
{
	FILE *file = fopen(path_of(name), "we");

	if (!file || fputs(text, file) < 0 || fclose(file) != 0)
		must(fail(STORAGE_ERROR, "%s cannot be written", name));
}

/* No file may grow from now on, or any. */
static void fill_disk(bool is_full)
{
	struct rlimit limit;

	getrlimit(RLIMIT_FSIZE, &limit);
	limit.rlim_cur = is_full ? 0 : limit.rlim_max;
	setrlimit(RLIMIT_FSIZE, &limit);
}

/* The folder of the gateway is not there to be written, or it is. */
static void block_folder(bool is_blocked)
{
	const char *folder = path_of("");
	const char *away =
	    arena_format(&site.arena, "%s/campuspay.away", site.data);
	const char *plain =
	    arena_format(&site.arena, "%s/campuspay", site.data);

	if (is_blocked) {
		if (rename(folder, away) != 0 ||
		    close(open(plain, O_CREAT | O_WRONLY | O_CLOEXEC, 0600)) !=
			0)
			must(fail(STORAGE_ERROR, "the folder stays"));
	} else if (unlink(plain) != 0 || rename(away, plain) != 0) {
		must(fail(STORAGE_ERROR, "the folder does not come back"));
	}
}

static struct gateway_payment pay(const char *key)
{
	return (struct gateway_payment){.idempotency_key = key,
	    .reference = key,
	    .capture = "CPY-1",
	    .amount = money_of(3000, "USD"),
	    .token = "tok_valid_1",
	    .return_url = "/checkout/X/back",
	    .cancel_url = "/checkout/X"};
}

static void is_outcome(struct gateway_answer answer,
    enum gateway_outcome outcome, const char *name)
{
	is_number(answer.outcome, outcome, name);
}

/* ---- charged at once ---- */

static void test_charge(void)
{
	const struct gateway *gateway = &campuspay_gateway;
	struct gateway_payment payment = pay("key-1");
	struct gateway_answer first, second;

	fill_disk(true);
	is_outcome(gateway->charge(&site.arena, &site.config, &payment),
	    GATEWAY_UNREACHED, "a charge that cannot be kept is none");
	fill_disk(false);
	is_outcome(gateway->ask(&site.arena, &site.config, &payment),
	    GATEWAY_UNREACHED, "nobody knows of it");
	first = gateway->charge(&site.arena, &site.config, &payment);
	second = gateway->charge(&site.arena, &site.config, &payment);
	is_number(first.outcome, GATEWAY_CAPTURED, "I6 then it is made");
	is_text(second.reference, first.reference, "I6 and the same key is it");
	block_folder(true);
	payment = pay("key-2");
	is_outcome(gateway->charge(&site.arena, &site.config, &payment),
	    GATEWAY_SILENT, "no folder: nobody knows of a charge");
	is_outcome(gateway->refund(&site.arena, &site.config, &payment),
	    GATEWAY_UNREACHED, "and no refund");
	block_folder(false);
	mkdir(path_of("key-3"), 0700);
	payment = pay("key-3");
	is_outcome(gateway->charge(&site.arena, &site.config, &payment),
	    GATEWAY_SILENT, "nor where the record cannot be read");
	put("key-4", "capt");
	payment = pay("key-4");
	is_outcome(gateway->ask(&site.arena, &site.config, &payment),
	    GATEWAY_SILENT, "nor of half a record");
}

static void test_token(void)
{
	struct card card = {.number = "4242424242424241"};
	const char *token = "";

	is_number(campuspay_gateway.tokenise(
		      &site.arena, &site.config, &card, &token),
	    TOKEN_REFUSED, "no token of a number that is none");
	is_text(token, "", "nothing is given");
}

/* ---- paid on its page ---- */

static const char id[] = "01J0ABCDEFGHJKMNPQRSTVWXYZ";

static void test_begin(void)
{
	const struct gateway *gateway = &campuspay_page_gateway;
	const char *key = arena_copy_bytes(&site.arena, id, TOKEN_ID_LENGTH);
	struct gateway_payment payment = pay(key);
	struct gateway_payment odd = pay("../../../etc/passwd-0000");
	struct campuspay_order order;

	block_folder(true);
	is_outcome(gateway->begin(&site.arena, &site.config, &payment),
	    GATEWAY_SILENT, "no folder: nobody knows of an order");
	block_folder(false);
	fill_disk(true);
	is_outcome(gateway->begin(&site.arena, &site.config, &payment),
	    GATEWAY_UNREACHED, "nor on a full disk");
	fill_disk(false);
	is_outcome(gateway->ask(&site.arena, &site.config, &payment),
	    GATEWAY_UNREACHED, "there is none");
	is_outcome(gateway->begin(&site.arena, &site.config, &payment),
	    GATEWAY_OPEN, "then there is");
	ok(campuspay_read_order(&site.arena, &site.config, key, &order),
	    "it is kept");
	snprintf(order.state, sizeof(order.state), "approved");
	campuspay_write_order(&site.arena, &site.config, key, &order);
	is_outcome(gateway->begin(&site.arena, &site.config, &payment),
	    GATEWAY_OPEN, "I6 begun again");
	campuspay_read_order(&site.arena, &site.config, key, &order);
	is_text(order.state, "approved", "I6 it is the same order");
	is_outcome(gateway->ask(&site.arena, &site.config, &odd),
	    GATEWAY_UNREACHED, "what is no id is not looked for");
}

static void test_capture(void)
{
	const struct gateway *gateway = &campuspay_page_gateway;
	const char *key = arena_copy_bytes(&site.arena, id, TOKEN_ID_LENGTH);
	struct gateway_payment payment = pay(key);
	struct campuspay_order order;

	fill_disk(true);
	is_outcome(gateway->capture(&site.arena, &site.config, &payment),
	    GATEWAY_SILENT, "a capture that cannot be kept is not clear");
	fill_disk(false);
	campuspay_read_order(&site.arena, &site.config, key, &order);
	is_text(order.state, "approved", "no money moved");
	is_outcome(gateway->capture(&site.arena, &site.config, &payment),
	    GATEWAY_CAPTURED, "then it does");
	is_outcome(gateway->ask(&site.arena, &site.config, &payment),
	    GATEWAY_CAPTURED, "for good");
	payment.amount = money_of(3000, "EUR");
	is_outcome(gateway->ask(&site.arena, &site.config, &payment),
	    GATEWAY_SILENT, "of another currency it is not ours");
	payment = pay("refund-1");
	block_folder(true);
	is_outcome(gateway->refund(&site.arena, &site.config, &payment),
	    GATEWAY_UNREACHED, "no folder, nothing goes back");
	block_folder(false);
	fill_disk(true);
	is_outcome(gateway->refund(&site.arena, &site.config, &payment),
	    GATEWAY_UNREACHED, "nor on a full disk");
	fill_disk(false);
	ok(!exists("refund-refund-1"), "of which nothing is kept");
	is_outcome(gateway->refund(&site.arena, &site.config, &payment),
	    GATEWAY_CAPTURED, "the same once more goes through");
	ok(exists("refund-refund-1"), "and is kept once");
}

/* An order's file that ends early, or is no file at all. */
static void test_half_orders(void)
{
	static const char *const texts[] = {"", "open\n", "open\n30.00\n",
	    "open\n30.00\nUSD\n", "open\n30.00\nUSD\n/back\n"};
	const char *key = arena_format(&site.arena, "Z%s",
	    arena_copy_bytes(&site.arena, id, TOKEN_ID_LENGTH - 1));
	const char *name = arena_format(&site.arena, "order-%s", key);
	const char *strange = arena_format(&site.arena, "%s!",
	    arena_copy_bytes(&site.arena, id, TOKEN_ID_LENGTH - 1));
	struct gateway_payment payment = pay(key);
	struct campuspay_order order = {.state = "open"};

	for (size_t i = 0; i < COUNT_OF(texts); i++) {
		put(name, texts[i]);
		is_outcome(campuspay_page_gateway.ask(
			       &site.arena, &site.config, &payment),
		    GATEWAY_SILENT, "nobody knows what half an order was");
	}
	unlink(path_of(name));
	mkdir(path_of(name), 0700);
	ok(!campuspay_write_order(&site.arena, &site.config, key, &order),
	    "an order that cannot take its place is not kept");
	ok(!campuspay_read_order(&site.arena, &site.config, strange, &order),
	    "an id has letters and digits alone");
}

int main(void)
{
	site_open(&site);
	signal(SIGXFSZ, SIG_IGN);
	test_charge();
	test_token();
	test_begin();
	test_capture();
	test_half_orders();
	site_close(&site);
	return done_testing();
}
