#include "booking/refund.h"

#include "base/clock.h"
#include "base/log.h"
#include "base/token.h"
#include "booking/hook.h"
#include "booking/notice.h"
#include "payment/by_hand.h"
#include "payment/gateway.h"
#include "store/booking_store.h"
#include "store/payment_store.h"
#include "store/refund_store.h"

/* ---- by hand ---- */

static struct error *settle_by_hand(const struct shop *shop,
    const struct payment_attempt *attempt, const struct refund *refund,
    int64_t now)
{
	struct payment_attempt payer = *attempt;
	bool settled;

	if (!gateway_is_by_hand(payer.gateway))
		payer.gateway = cash_gateway.name;
	TRY(refund_store_settle_by_hand(shop->db, refund->id, now, &settled));
	if (!settled)
		return fail(STATE_ERROR,
		    "This refund is on its way, or was given back already");
	TRY(ledger_refund(shop->db, &payer, refund, now));
	return notice_refunded_in(shop, refund, now);
}

/* What was refused is not kept for it: it may be gone by another way. */
static struct error *check_left(
    const struct shop *shop, const struct refund *refund)
{
	struct captured_list captured;

	if (!refund->is_refused)
		return NULL;
	TRY(payment_store_captured(
	    shop->db, shop->arena, refund->booking_id, &captured));
	for (size_t i = 0; i < captured.count; i++)
		if (captured.items[i].attempt.id == refund->attempt_id &&
		    captured.items[i].left.minor >= refund->amount.minor)
			return NULL;
	return fail(STATE_ERROR, "There is not that much to refund");
}

struct error *refund_by_hand_in(
    const struct shop *shop, const struct refund *refund, int64_t now)
{
	struct payment_attempt attempt;

	TRY(check_left(shop, refund));
	TRY(payment_store_find(
	    shop->db, shop->arena, refund->attempt_id, &attempt));
	return settle_by_hand(shop, &attempt, refund, now);
}

/* ---- giving back ---- */

static struct error *start_part(const struct shop *shop,
    const struct refund_order *order, const struct payment_attempt *attempt,
    struct money part, int64_t now)
{
	struct refund refund = {
	    .booking_id = attempt->booking_id,
	    .attempt_id = attempt->id,
	    .idempotency_key = token_id(shop->arena),
	    .amount = part,
	    .reason = order->reason,
	    .is_by_hand =
		order->is_given || gateway_is_by_hand(attempt->gateway),
	    .form_key = order->form_key,
	    .created_at = now,
	};

	TRY(refund_store_add(shop->db, shop->arena, &refund));
	if (!order->is_given)
		return NULL;
	return settle_by_hand(shop, attempt, &refund, now);
}

struct error *refund_start_in(const struct shop *shop,
    const struct payment_attempt *attempt, struct money amount,
    const char *reason, int64_t now)
{
	const struct refund_order order = {.reason = reason};

	return start_part(shop, &order, attempt, amount, now);
}

struct error *refund_give_in(const struct shop *shop, int64_t booking_id,
    struct money amount, const char *reason, int64_t now)
{
	const struct refund_order order = {.amount = amount, .reason = reason};

	return refund_order_in(shop, booking_id, &order, now);
}

struct error *refund_order_in(const struct shop *shop, int64_t booking_id,
    const struct refund_order *order, int64_t now)
{
	struct money amount = order->amount;
	struct captured_list captured;

	if (amount.minor == 0)
		return NULL;
	TRY(payment_store_captured(
	    shop->db, shop->arena, booking_id, &captured));
	for (size_t i = 0; i < captured.count && amount.minor > 0; i++) {
		const struct captured *from = &captured.items[i];
		struct money part = amount;

		if (part.minor > from->left.minor)
			part = from->left;
		if (part.minor == 0)
			continue;
		TRY(start_part(shop, order, &from->attempt, part, now));
		amount.minor -= part.minor;
	}
	if (amount.minor > 0)
		return fail(STATE_ERROR, "There is not that much to refund");
	return NULL;
}

static struct error *tell_hooks(
    const struct shop *shop, const struct refund *refund, int64_t now)
{
	struct hook_news news = {
	    .type = HOOK_REFUNDED,
	    .booking_id = refund->booking_id,
	    .refund = refund->amount,
	};
	struct booking booking;

	TRY(booking_store_find_id(
	    shop->db, shop->arena, refund->booking_id, &booking));
	news.event_id = booking.event_id;
	return hook_add_in(shop, &news, now);
}

static struct error *settle_in(const struct shop *shop,
    const struct payment_attempt *attempt, const struct refund *refund,
    const struct gateway_answer *answer, int64_t now)
{
	bool is_done = answer->outcome == GATEWAY_CAPTURED;
	bool settled;

	if (!is_done && answer->outcome != GATEWAY_DECLINED)
		return refund_store_asked(shop->db, refund->id, now);
	TRY(refund_store_settle(shop->db, refund->id, is_done, now, &settled));
	if (!settled)
		return NULL;
	if (!is_done) {
		log_warn("%s refused refund %lld: %s", attempt->gateway,
		    (long long)refund->id, answer->reason);
		return NULL;
	}
	TRY(ledger_refund(shop->db, attempt, refund, now));
	TRY(notice_refunded_in(shop, refund, now));
	return tell_hooks(shop, refund, now);
}

/* *is_silent: the gateway is out of reach, so asking on only takes time. */
static struct error *ask(
    const struct shop *shop, const struct refund *refund, bool *is_silent)
{
	const struct gateway *gateway;
	struct payment_attempt attempt;
	struct gateway_payment request;
	struct gateway_answer answer;

	TRY(payment_store_find(
	    shop->db, shop->arena, refund->attempt_id, &attempt));
	gateway = gateway_find(shop->config, attempt.gateway);
	if (!gateway) {
		log_warn("a refund waits for %s, which is not configured",
		    attempt.gateway);
		return NULL;
	}
	request = (struct gateway_payment){
	    .idempotency_key = refund->idempotency_key,
	    .reference = attempt.gateway_reference,
	    .capture = attempt.gateway_capture,
	    .amount = refund->amount,
	    .description = refund->reason,
	};
	answer = gateway->refund(shop->arena, shop->config, &request);
	*is_silent = answer.outcome == GATEWAY_SILENT;
	/* What the gateway took of the time is not the database's. */
	db_start_deadline(shop->db);
	return TRANSACTION(
	    shop->db, settle_in(shop, &attempt, refund, &answer, clock_now()));
}

bool refund_has_open(const struct shop *shop)
{
	struct refund_list refunds;

	/* Whoever then tries meets the error, and logs it. */
	return refund_store_open(shop->db, shop->arena,
		   clock_now() - REFUND_RETRY, &refunds) ||
	    refunds.count > 0;
}

struct error *refund_settle_open(const struct shop *shop)
{
	struct refund_list refunds;
	bool is_silent = false;

	TRY(refund_store_open(
	    shop->db, shop->arena, clock_now() - REFUND_RETRY, &refunds));
	for (size_t i = 0; i < refunds.count && !is_silent; i++)
		TRY(ask(shop, &refunds.items[i], &is_silent));
	return NULL;
}
