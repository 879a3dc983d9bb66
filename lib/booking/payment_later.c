/*
 * Attempts whose end is not known yet: gateways are asked about them.
 */
#include "base/clock.h"
#include "base/log.h"
#include "booking/payment_parts.h"
#include "payment/breaker.h"
#include "store/event_store.h"
#include "store/payment_store.h"
#include "store/stock_store.h"

enum {
	/* So long an order can be approved: 3 hours at PayPal, and some. */
	ORDER_LIFE = 6 * HOUR
};

/* ---- finding out ---- */

int64_t payment_ask_again_at(const struct payment_attempt *attempt, int64_t now)
{
	int64_t age = now - attempt->created_at;

	if (age >= ORDER_LIFE)
		return 0;
	return now + (age / 4 > MINUTE ? age / 4 : MINUTE);
}

/* UNREACHED of capture() says nothing of what an earlier call did. */
struct gateway_answer payment_find_out(const struct shop *shop,
    const struct gateway *gateway, const struct payment_attempt *attempt)
{
	const struct gateway_payment request = payment_request(attempt);
	struct gateway_answer answer = {.outcome = GATEWAY_UNREACHED};

	if (gateway->capture && *attempt->gateway_reference)
		answer = gateway->capture(shop->arena, shop->config, &request);
	if (answer.outcome == GATEWAY_UNREACHED)
		answer = gateway->ask(shop->arena, shop->config, &request);
	return answer;
}

bool payment_is_silent(const struct shop *shop, const char *gateway)
{
	return breaker_wait(shop->config, gateway, clock_now()) > 0;
}

/* ---- asking ---- */

/* No answer: others come first the next time, and it is not forgotten. */
static struct error *note_silence_in(
    const struct shop *shop, const struct payment_attempt *attempt, int64_t now)
{
	int64_t age = now - attempt->created_at;
	int64_t wait = age / 4 > PAYMENT_GRACE ? age / 4 : PAYMENT_GRACE;

	TRY(payment_store_asked(shop->db, attempt->id, now));
	if (!attempt->settled_at)
		return NULL;
	return payment_store_ask_again(shop->db, attempt->id, now + wait);
}

/* An attempt that ended: is there money after all, or may there be yet? */
static struct error *settle_ended(const struct shop *shop,
    struct payment_attempt *attempt, const struct gateway_answer *answer)
{
	int64_t now = clock_now();
	int64_t again = answer->outcome == GATEWAY_OPEN
	    ? payment_ask_again_at(attempt, now)
	    : 0;

	if (answer->outcome == GATEWAY_CAPTURED ||
	    gateway_has_money_moving(answer))
		return payment_settle(shop, attempt, answer, ANSWERED_LATER);
	return TRANSACTION(
	    shop->db, payment_store_ask_again(shop->db, attempt->id, again));
}

/* *is_silent: the gateway is out of reach, so asking on only takes time. */
static struct error *ask_gateway(
    const struct shop *shop, struct payment_attempt *attempt, bool *is_silent)
{
	const struct gateway *gateway =
	    gateway_find(shop->config, attempt->gateway);
	const struct gateway_payment question = payment_request(attempt);
	struct gateway_answer answer = {.outcome = GATEWAY_SILENT};

	if (gateway && attempt->settled_at)
		answer = gateway->ask(shop->arena, shop->config, &question);
	else if (gateway)
		answer = payment_find_out(shop, gateway, attempt);
	else
		log_warn("an open payment waits for %s, which is not "
			 "configured",
		    attempt->gateway);
	*is_silent = gateway && answer.outcome == GATEWAY_SILENT;
	db_start_deadline(shop->db);
	if (answer.outcome == GATEWAY_SILENT)
		return TRANSACTION(
		    shop->db, note_silence_in(shop, attempt, clock_now()));
	if (attempt->settled_at)
		return settle_ended(shop, attempt, &answer);
	return payment_settle(shop, attempt, &answer, ANSWERED_LATER);
}

/* Which attempts are asked about, and who waits for the answer. */
enum inquiry {
	OPEN_IN_ERRAND,
	ENDED_IN_ERRAND,
	OPEN_FOR_BUYER,
};

/* Each is read afresh: somebody may have settled it meanwhile. */
static struct error *ask_about(const struct shop *shop,
    const struct id_list *attempts, enum inquiry inquiry)
{
	bool are_ended = inquiry == ENDED_IN_ERRAND;
	struct payment_attempt attempt;
	bool is_silent = false;

	for (size_t i = 0; i < attempts->count && !is_silent; i++) {
		TRY(payment_store_find(
		    shop->db, shop->arena, attempts->items[i], &attempt));
		if ((attempt.settled_at != 0) != are_ended)
			continue;
		if (inquiry == OPEN_FOR_BUYER &&
		    payment_is_silent(shop, attempt.gateway))
			is_silent = true;
		else
			TRY(ask_gateway(shop, &attempt, &is_silent));
	}
	return NULL;
}

/* Open attempts of an event; 0: of all. */
static struct error *find_open(const struct shop *shop, int64_t event_id,
    int64_t now, struct id_list *attempts)
{
	const struct open_filter filter = {
	    .event_id = event_id,
	    .before = now - PAYMENT_GRACE,
	    .abandoned_before = now - payment_approval_seconds(shop),
	    .now = now,
	};

	return payment_store_unsettled(
	    shop->db, shop->arena, &filter, attempts);
}

bool payment_has_open(const struct shop *shop)
{
	int64_t now = clock_now();
	struct id_list open, doubted;

	/* Whoever then tries meets the error, and logs it. */
	return find_open(shop, 0, now, &open) ||
	    payment_store_doubted(shop->db, shop->arena, now, &doubted) ||
	    open.count + doubted.count > 0;
}

struct error *payment_settle_open(const struct shop *shop)
{
	int64_t now = clock_now();
	struct id_list attempts;

	TRY(find_open(shop, 0, now, &attempts));
	TRY(ask_about(shop, &attempts, OPEN_IN_ERRAND));
	TRY(payment_store_doubted(shop->db, shop->arena, now, &attempts));
	return ask_about(shop, &attempts, ENDED_IN_ERRAND);
}

struct error *payment_make_room(const struct shop *shop, const char *event_slug,
    const struct error *refused, bool *made_room)
{
	int64_t event_id, now = clock_now();
	struct id_list attempts;

	*made_room = false;
	if (!error_is(refused, SOLD_OUT_ERROR))
		return NULL;
	TRY(event_store_find_slug(
	    shop->db, shop->arena, event_slug, &event_id));
	TRY(stock_overdue(shop->db, shop->arena, event_id, now, made_room));
	if (!*made_room)
		return NULL;
	TRY(find_open(shop, event_id, now, &attempts));
	return ask_about(shop, &attempts, OPEN_FOR_BUYER);
}

/* ---- the gateway's calls ---- */

static struct error *follow_notice(const struct shop *shop,
    const struct gateway *gateway, const struct gateway_notice *notice)
{
	struct payment_attempt attempt;
	bool is_silent;

	TRY(payment_store_by_reference(
	    shop->db, shop->arena, gateway->name, notice->reference, &attempt));
	if (attempt.id)
		TRY(ask_gateway(shop, &attempt, &is_silent));
	db_start_deadline(shop->db);
	return TRANSACTION(shop->db,
	    gateway_notice_add(
		shop->db, gateway->name, notice->id, clock_now()));
}

struct error *payment_take_notice(
    const struct shop *shop, const char *name, const struct gateway_hook *hook)
{
	const struct gateway *gateway = gateway_find(shop->config, name);
	struct gateway_notice notice;
	bool is_known;

	if (!gateway || !gateway->read_hook)
		return fail(NOT_FOUND_ERROR, "No such gateway");
	if (!gateway->read_hook(shop->arena, shop->config, hook, &notice))
		return fail(ACCESS_ERROR, "The call is not genuine");
	TRY(gateway_notice_find(
	    shop->db, shop->arena, name, notice.id, &is_known));
	return is_known ? NULL : follow_notice(shop, gateway, &notice);
}
