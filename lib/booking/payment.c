#include "booking/payment.h"

#include "base/clock.h"
#include "base/log.h"
#include "base/text.h"
#include "base/token.h"
#include "booking/confirm.h"
#include "booking/payment_parts.h"
#include "booking/queue.h"
#include "booking/refund.h"
#include "booking/settle.h"
#include "payment/breaker.h"
#include "store/booking_store.h"
#include "store/event_store.h"
#include "store/payment_store.h"
#include "store/queue_store.h"
#include "store/stock_store.h"

/* ---- starting ---- */

struct error *payment_find_gateway(const struct shop *shop,
    const struct payment *payment, const struct gateway **gateway)
{
	*gateway = gateway_find(shop->config, payment->gateway);
	if (*gateway)
		return NULL;
	return fail_with(VALIDATION_ERROR, NULL,
	    FIELDS(error_text("field", "Field", "method"),
		error_text("value", "Value", payment->gateway)),
	    "Choose how to pay");
}

struct error *payment_check_answers(
    const struct shop *shop, const struct gateway *gateway)
{
	int64_t wait = breaker_wait(shop->config, gateway->name, clock_now());

	if (wait == 0)
		return NULL;
	return fail_with(PAYMENT_OUTAGE_ERROR,
	    fail(CONNECTION_ERROR, "%s could not be reached", gateway->label),
	    FIELDS(
		error_text("gateway_name", "Payment service", gateway->label),
		error_number("retry_after", "Try again in seconds", wait)),
	    "%s does not answer at the moment. Nothing was charged, and "
	    "places that you hold stay yours. Pay in another way, or try "
	    "again in %s",
	    gateway->label, clock_span(shop->arena, wait));
}

struct error *payment_start_in(const struct shop *shop,
    const struct booking *booking, const struct gateway *gateway, int64_t now,
    struct payment_attempt *attempt, struct return_tokens *tokens)
{
	bool moved;

	TRY(booking_store_start_paying(shop->db, booking->id, now, &moved));
	if (!moved)
		return fail(PAYMENT_PENDING_ERROR,
		    "This booking is being paid at the moment");
	*attempt = (struct payment_attempt){
	    .booking_id = booking->id,
	    .gateway = gateway->name,
	    .idempotency_key = token_id(shop->arena),
	    .amount = booking->total,
	    .gateway_reference = "",
	    .gateway_capture = "",
	    .approve = "",
	    .created_at = now,
	};
	*tokens = (struct return_tokens){
	    .back = token_id(shop->arena), .cancel = token_id(shop->arena)};
	return payment_store_add(shop->db, shop->arena, attempt, tokens);
}

/* ---- settling an answer ---- */

static struct error *note_late(
    const struct shop *shop, const struct booking *booking, int64_t now)
{
	const struct journal_line line = {
	    .event_id = booking->event_id,
	    .booking_id = booking->id,
	    .kind = "late_money",
	    .name = booking->name,
	    .email = booking->email,
	    .quantity = booking->quantity,
	};

	log_warn("booking %s was paid after its end", booking->reference);
	return journal_add(shop->db, &line, now);
}

/* The booking is confirmed, or the money goes back. */
static struct error *settle_captured(const struct shop *shop,
    const struct booking *booking, const struct payment_attempt *attempt,
    int64_t now)
{
	struct booking sold = *booking;
	bool moved;

	TRY(ledger_charge(shop->db, attempt, now));
	TRY(confirm_booking_in(shop, &sold, now, &moved));
	if (moved)
		return NULL;
	TRY(note_late(shop, booking, now));
	if (booking->state != BOOKING_CONFIRMED &&
	    booking->state != BOOKING_CANCELLED)
		TRY(confirm_ended_in(shop, &sold, now, &moved));
	if (moved)
		return NULL;
	return refund_start_in(
	    shop, attempt, attempt->amount, "the payment came too late", now);
}

/*
 * Not paid. A one-call booking ends, for nobody comes back to it, and so
 * does one whose gateway is out of reach; not one that can be paid later.
 * Else it is a hold again for another card or, past its time, at its end.
 */
static struct error *settle_unpaid(const struct shop *shop,
    const struct booking *booking, const struct payment_attempt *attempt,
    enum answer_time when, int64_t now)
{
	bool is_one_call = text_equal(booking->source, "api");
	bool is_outage =
	    attempt->state == ATTEMPT_FAILED && when == ANSWERED_AT_ONCE;
	bool moved;

	if (!booking->is_later && (is_one_call || is_outage))
		return stock_give_back(
		    shop->db, booking->id, BOOKING_FAILED, now, &moved);
	if (booking->expires_at <= now)
		return stock_give_back(shop->db, booking->id, BOOKING_EXPIRED,
		    booking->expires_at, &moved);
	return booking_store_hold_again(shop->db, booking->id, &moved);
}

static enum attempt_state attempt_state_of(enum gateway_outcome outcome)
{
	if (outcome == GATEWAY_CAPTURED)
		return ATTEMPT_CAPTURED;
	return outcome == GATEWAY_DECLINED ? ATTEMPT_DECLINED : ATTEMPT_FAILED;
}

int64_t payment_approval_seconds(const struct shop *shop)
{
	return shop->config->hold_minutes * MINUTE;
}

/*
 * Until when a buyer may be at the gateway. The deadline of who pays later is
 * days away: so long an order that is forgotten there must not keep the staff
 * from marking it as paid.
 */
static int64_t open_until(const struct shop *shop,
    const struct booking *booking, const struct payment_attempt *attempt)
{
	int64_t until = attempt->created_at + payment_approval_seconds(shop);

	return booking->is_later && until < booking->expires_at
	    ? until
	    : booking->expires_at;
}

/*
 * A buyer who is still at the gateway waits in time and is over past it.
 * Money that is or may be moving is never over: the gateway is asked again,
 * also about an attempt that has ended meanwhile.
 */
static struct error *settle_waiting(const struct shop *shop,
    const struct booking *booking, const struct payment_attempt *attempt,
    const struct gateway_answer *answer, int64_t now, bool *is_over)
{
	bool is_moving = gateway_has_money_moving(answer);

	*is_over = !is_moving && open_until(shop, booking, attempt) <= now;
	if (answer->outcome == GATEWAY_OPEN)
		TRY(payment_store_begun(
		    shop->db, attempt->id, answer->reference, answer->approve));
	if (!is_moving)
		return NULL;
	TRY(payment_store_asked(shop->db, attempt->id, now));
	TRY(payment_store_mark_unknown(shop->db, attempt->id));
	return payment_store_ask_again(
	    shop->db, attempt->id, now + PAYMENT_GRACE);
}

static struct error *settle_final(const struct shop *shop,
    const struct booking *booking, struct payment_attempt *attempt,
    enum answer_time when, int64_t now)
{
	bool settled;

	TRY(payment_store_settle(shop->db, attempt, now, &settled));
	if (!settled && attempt->state == ATTEMPT_CAPTURED)
		TRY(payment_store_capture_late(
		    shop->db, attempt, now, &settled));
	if (!settled)
		return NULL;
	if (attempt->state == ATTEMPT_CAPTURED)
		return settle_captured(shop, booking, attempt, now);
	TRY(settle_unpaid(shop, booking, attempt, when, now));
	return queue_serve(shop, booking->event_id, now);
}

/* An order that is still open can be approved, and paid, after its end. */
static struct error *keep_an_eye(const struct shop *shop,
    const struct payment_attempt *attempt, const struct gateway_answer *answer,
    int64_t now)
{
	if (answer->outcome != GATEWAY_OPEN)
		return NULL;
	return payment_store_ask_again(
	    shop->db, attempt->id, payment_ask_again_at(attempt, now));
}

static struct error *settle_in(const struct shop *shop,
    struct payment_attempt *attempt, const struct gateway_answer *answer,
    enum answer_time when, int64_t now)
{
	struct booking booking;
	bool is_over = true;

	TRY(booking_store_find_id(
	    shop->db, shop->arena, attempt->booking_id, &booking));
	TRY(settle_event(shop, booking.event_id, now));
	if (answer->outcome == GATEWAY_SILENT ||
	    answer->outcome == GATEWAY_OPEN)
		TRY(settle_waiting(
		    shop, &booking, attempt, answer, now, &is_over));
	if (!is_over)
		return NULL;
	attempt->state = attempt_state_of(answer->outcome);
	attempt->gateway_reference = answer->reference;
	attempt->gateway_capture = answer->capture;
	attempt->reason = answer->reason;
	/* The buyer comes back to a booking that goes on, and is told. */
	if (booking.is_later && answer->outcome == GATEWAY_OPEN) {
		attempt->state = ATTEMPT_DECLINED;
		attempt->reason = "it was not approved in time";
	}
	TRY(settle_final(shop, &booking, attempt, when, now));
	return keep_an_eye(shop, attempt, answer, now);
}

struct error *payment_settle(const struct shop *shop,
    struct payment_attempt *attempt, const struct gateway_answer *answer,
    enum answer_time when)
{
	/* What the gateway took of the time is not the database's. */
	db_start_deadline(shop->db);
	return TRANSACTION(
	    shop->db, settle_in(shop, attempt, answer, when, clock_now()));
}

/* ---- running ---- */

struct error *payment_tell(const struct booking *booking,
    const struct gateway *gateway, const struct gateway_answer *answer)
{
	switch (answer->outcome) {
	case GATEWAY_CAPTURED:
		return NULL;
	case GATEWAY_DECLINED:
		return fail_with(PAYMENT_DECLINED_ERROR, NULL,
		    FIELDS(error_text("gateway_name", "Payment service",
			       gateway->label),
			error_text("reason", "Reason", answer->reason)),
		    "%s declined the payment: %s", gateway->label,
		    answer->reason);
	case GATEWAY_UNREACHED:
		return fail_with(PAYMENT_ERROR,
		    fail(CONNECTION_ERROR, "%s could not be reached",
			gateway->label),
		    FIELDS(error_text(
			"gateway_name", "Payment service", gateway->label)),
		    "The payment could not be made. Nothing was charged and "
		    "the places %s",
		    booking->is_later ? "stay reserved" : "were given back");
	case GATEWAY_OPEN:
	case GATEWAY_SILENT:
	default:
		return fail_with(PAYMENT_PENDING_ERROR, NULL,
		    FIELDS(error_text(
			"gateway_name", "Payment service", gateway->label)),
		    "%s has not answered yet. You will not be charged twice",
		    gateway->label);
	}
}

static struct error *make_items(const struct shop *shop,
    const struct booking *booking, struct gateway_payment *request)
{
	size_t count = booking->items.count;
	struct gateway_item *items =
	    arena_array(shop->arena, count, sizeof(*items));
	struct event event;

	TRY(event_store_find_id(shop->db, shop->arena, booking->event_id,
	    EVENTS_ALL, clock_now(), &event));
	for (size_t i = 0; i < count; i++) {
		const struct booking_item *item = &booking->items.items[i];

		items[i] = (struct gateway_item){
		    .name = arena_format(shop->arena, "%s, %s%s%s", event.title,
			item->tier_name, *item->seat ? ", " : "", item->seat),
		    .quantity = item->quantity,
		    .price = item->price,
		};
	}
	request->items = items;
	request->item_count = count;
	return NULL;
}

struct gateway_payment payment_request(const struct payment_attempt *attempt)
{
	return (struct gateway_payment){
	    .idempotency_key = attempt->idempotency_key,
	    .reference = attempt->gateway_reference,
	    .capture = attempt->gateway_capture,
	    .amount = attempt->amount,
	    .description = "",
	    .token = "",
	    .return_url = "",
	    .cancel_url = "",
	};
}

struct error *payment_run(const struct shop *shop,
    const struct booking *booking, struct payment_attempt *attempt,
    const struct return_tokens *tokens, const struct payment *payment,
    const char **approve)
{
	const struct gateway *gateway =
	    gateway_find(shop->config, attempt->gateway);
	const char *base = shop->config->base_url;
	struct gateway_payment request = payment_request(attempt);
	struct gateway_answer answer;

	*approve = "";
	request.description = booking->reference;
	request.token = payment->token;
	request.return_url = arena_format(
	    shop->arena, "%s/checkout/return/%s", base, tokens->back);
	request.cancel_url = arena_format(
	    shop->arena, "%s/checkout/cancel/%s", base, tokens->cancel);
	TRY(make_items(shop, booking, &request));
	answer = gateway->charge
	    ? gateway->charge(shop->arena, shop->config, &request)
	    : gateway->begin(shop->arena, shop->config, &request);
	TRY(payment_settle(shop, attempt, &answer, ANSWERED_AT_ONCE));
	if (answer.outcome != GATEWAY_OPEN)
		return payment_tell(booking, gateway, &answer);
	*approve = answer.approve;
	return NULL;
}

struct error *payment_retell(
    const struct shop *shop, const struct booking *booking)
{
	struct payment_attempt attempt;
	struct gateway_answer answer = {.outcome = GATEWAY_UNREACHED};
	const struct gateway *gateway;

	TRY(payment_store_last(shop->db, shop->arena, booking->id, &attempt));
	gateway = gateway_find(shop->config, attempt.gateway);
	if (!gateway)
		return fail(STATE_ERROR, "This booking has ended");
	answer.reason = attempt.reason;
	if (attempt.state == ATTEMPT_DECLINED)
		answer.outcome = GATEWAY_DECLINED;
	return payment_tell(booking, gateway, &answer);
}
