#include "booking/payment.h"

#include "base/clock.h"
#include "base/log.h"
#include "base/text.h"
#include "base/token.h"
#include "booking/confirm.h"
#include "booking/queue.h"
#include "booking/refund.h"
#include "booking/settle.h"
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
	    .created_at = now,
	};
	*tokens = (struct return_tokens){
	    .back = token_id(shop->arena), .cancel = token_id(shop->arena)};
	return payment_store_add(shop->db, shop->arena, attempt, tokens);
}

/* ---- settling an answer ---- */

/* When an answer came: with the charge, or to a question afterwards. */
enum answer_time {
	ANSWERED_AT_ONCE,
	ANSWERED_LATER,
};

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
	bool moved;

	TRY(ledger_charge(shop->db, attempt, now));
	TRY(confirm_booking_in(shop, booking, now, &moved));
	if (moved)
		return NULL;
	TRY(note_late(shop, booking, now));
	if (booking->state != BOOKING_CONFIRMED &&
	    booking->state != BOOKING_CANCELLED)
		TRY(confirm_ended_in(shop, booking, now, &moved));
	if (moved)
		return NULL;
	return refund_start_in(
	    shop, attempt, attempt->amount, "the payment came too late", now);
}

/*
 * Not paid. A one-call booking ends, for nobody comes back to it, and so
 * does one whose gateway is out of reach. Else it is a hold again for
 * another card or, past its time, at its end.
 */
static struct error *settle_unpaid(const struct shop *shop,
    const struct booking *booking, const struct payment_attempt *attempt,
    enum answer_time when, int64_t now)
{
	bool is_one_call = text_equal(booking->source, "api");
	bool is_outage =
	    attempt->state == ATTEMPT_FAILED && when == ANSWERED_AT_ONCE;
	bool moved;

	if (is_one_call || is_outage)
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

/*
 * A buyer who is still at the gateway, or money on its way: in time the
 * booking waits, past its time it ends.
 */
static struct error *settle_waiting(const struct shop *shop,
    const struct booking *booking, struct payment_attempt *attempt,
    const struct gateway_answer *answer, int64_t now, bool *is_over)
{
	*is_over =
	    answer->outcome == GATEWAY_OPEN && booking->expires_at <= now;
	if (*is_over)
		return NULL;
	if (answer->outcome == GATEWAY_OPEN)
		return payment_store_begun(
		    shop->db, attempt->id, answer->reference);
	return payment_store_mark_unknown(shop->db, attempt->id);
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
	return settle_final(shop, &booking, attempt, when, now);
}

static struct error *settle(const struct shop *shop,
    struct payment_attempt *attempt, const struct gateway_answer *answer,
    enum answer_time when)
{
	return TRANSACTION(
	    shop->db, settle_in(shop, attempt, answer, when, clock_now()));
}

/* ---- running ---- */

/* What the buyer is told of an answer that has been settled. */
static struct error *tell(
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
		    "the places were given back");
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

/* What a gateway is told of an attempt. */
static struct gateway_payment make_request(
    const struct payment_attempt *attempt)
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
	struct gateway_payment request = make_request(attempt);
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
	TRY(settle(shop, attempt, &answer, ANSWERED_AT_ONCE));
	if (answer.outcome != GATEWAY_OPEN)
		return tell(gateway, &answer);
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
	return tell(gateway, &answer);
}

/* ---- coming back ---- */

static struct error *too_late(const struct booking *booking)
{
	return fail_with(HOLD_EXPIRED_ERROR, NULL,
	    FIELDS(error_text("reference", "Reference", booking->reference)),
	    "The time to pay is over and the places were given back. Nothing "
	    "was charged");
}

static struct error *find_booking(const struct shop *shop,
    const struct payment_attempt *attempt, struct booking *booking)
{
	if (attempt->id == 0)
		return fail(NOT_FOUND_ERROR, "Payment not found");
	return booking_store_find_id(
	    shop->db, shop->arena, attempt->booking_id, booking);
}

struct error *payment_come_back(
    const struct shop *shop, const char *token, const char **reference)
{
	const struct gateway *gateway;
	struct payment_attempt attempt;
	struct gateway_payment request;
	struct gateway_answer answer;
	struct booking booking;

	TRY(payment_store_by_return(shop->db, shop->arena, token, &attempt));
	TRY(find_booking(shop, &attempt, &booking));
	*reference = booking.reference;
	if (attempt.settled_at)
		return attempt.state == ATTEMPT_CAPTURED ? NULL
							 : too_late(&booking);
	gateway = gateway_find(shop->config, attempt.gateway);
	if (!gateway || !gateway->capture)
		return fail(NOT_FOUND_ERROR, "Payment not found");
	request = make_request(&attempt);
	answer = gateway->capture(shop->arena, shop->config, &request);
	TRY(settle(shop, &attempt, &answer, ANSWERED_LATER));
	return tell(gateway, &answer);
}

static struct error *give_up_in(const struct shop *shop,
    struct payment_attempt *attempt, const struct booking *booking, int64_t now)
{
	bool settled, given;

	TRY(settle_event(shop, booking->event_id, now));
	attempt->state = ATTEMPT_DECLINED;
	attempt->reason = "cancelled by the buyer";
	TRY(payment_store_settle(shop->db, attempt, now, &settled));
	if (!settled)
		return NULL;
	TRY(stock_give_back(
	    shop->db, booking->id, BOOKING_RELEASED, now, &given));
	return queue_serve(shop, booking->event_id, now);
}

/* A buyer may cancel on one tab what was approved on another. */
struct error *payment_give_up(
    const struct shop *shop, const char *token, const char **reference)
{
	const struct gateway *gateway;
	struct payment_attempt attempt;
	struct gateway_payment question;
	struct gateway_answer answer;
	struct booking booking;

	TRY(payment_store_by_cancel(shop->db, shop->arena, token, &attempt));
	TRY(find_booking(shop, &attempt, &booking));
	*reference = booking.reference;
	if (attempt.settled_at)
		return NULL;
	gateway = gateway_find(shop->config, attempt.gateway);
	if (!gateway)
		return fail(NOT_FOUND_ERROR, "Payment not found");
	question = make_request(&attempt);
	answer = gateway->ask(shop->arena, shop->config, &question);
	if (answer.outcome == GATEWAY_CAPTURED ||
	    answer.outcome == GATEWAY_SILENT)
		return settle(shop, &attempt, &answer, ANSWERED_LATER);
	return TRANSACTION(
	    shop->db, give_up_in(shop, &attempt, &booking, clock_now()));
}

/* ---- asking ---- */

static struct error *ask_gateway(
    const struct shop *shop, struct payment_attempt *attempt)
{
	const struct gateway *gateway =
	    gateway_find(shop->config, attempt->gateway);
	struct gateway_payment question = make_request(attempt);
	struct gateway_answer answer = {.outcome = GATEWAY_SILENT};

	if (gateway)
		answer = gateway->ask(shop->arena, shop->config, &question);
	else
		log_warn("an open payment waits for %s, which is not "
			 "configured",
		    attempt->gateway);
	if (answer.outcome == GATEWAY_SILENT)
		return TRANSACTION(shop->db,
		    payment_store_asked(shop->db, attempt->id, clock_now()));
	return settle(shop, attempt, &answer, ANSWERED_LATER);
}

static struct error *ask_about(const struct shop *shop, int64_t booking_id)
{
	struct payment_attempt attempt;

	TRY(payment_store_open(shop->db, shop->arena, booking_id, &attempt));
	if (attempt.id == 0 || attempt.created_at + PAYMENT_GRACE > clock_now())
		return NULL;
	return ask_gateway(shop, &attempt);
}

struct error *payment_settle_open(const struct shop *shop)
{
	struct id_list bookings;

	int64_t now = clock_now();

	TRY(payment_store_unsettled(
	    shop->db, shop->arena, now - PAYMENT_GRACE, now, &bookings));
	for (size_t i = 0; i < bookings.count; i++)
		TRY(ask_about(shop, bookings.items[i]));
	return NULL;
}

struct error *payment_settle_overdue(
    const struct shop *shop, const char *event_slug, bool *is_settled)
{
	int64_t event_id;

	TRY(event_store_find_slug(
	    shop->db, shop->arena, event_slug, &event_id));
	TRY(stock_overdue(
	    shop->db, shop->arena, event_id, clock_now(), is_settled));
	return *is_settled ? payment_settle_open(shop) : NULL;
}

/* ---- the gateway's calls ---- */

struct error *payment_take_notice(
    const struct shop *shop, const char *name, const struct gateway_hook *hook)
{
	const struct gateway *gateway = gateway_find(shop->config, name);
	struct payment_attempt attempt;
	struct gateway_notice notice;
	bool is_new;

	if (!gateway || !gateway->read_hook)
		return fail(NOT_FOUND_ERROR, "No such gateway");
	if (!gateway->read_hook(shop->arena, shop->config, hook, &notice))
		return fail(ACCESS_ERROR, "The call is not genuine");
	TRY(payment_store_by_reference(
	    shop->db, shop->arena, name, notice.reference, &attempt));
	if (attempt.id)
		TRY(ask_gateway(shop, &attempt));
	return TRANSACTION(shop->db,
	    gateway_notice_add(
		shop->db, name, notice.id, clock_now(), &is_new));
}
