#include "booking/checkout.h"

#include "base/clock.h"
#include "base/log.h"
#include "base/text.h"
#include "base/token.h"
#include "booking/hold.h"
#include "booking/queue.h"
#include "payment/gateway.h"
#include "booking/settle.h"
#include "store/booking_store.h"
#include "store/event_store.h"
#include "store/payment_store.h"
#include "store/queue_store.h"
#include "store/stock_store.h"

/* ---- confirming ---- */

static struct error *issue_tickets(
    const struct shop *shop, const struct booking *booking, int64_t now)
{
	for (size_t i = 0; i < booking->items.count; i++) {
		const struct booking_item *item = &booking->items.items[i];

		for (int64_t n = 0; n < item->quantity; n++)
			TRY(booking_store_add_ticket(shop->db, booking, item,
			    token_ticket_code(shop->arena), now));
	}
	return NULL;
}

static struct error *note_confirmed(
    const struct shop *shop, const struct booking *booking, int64_t now)
{
	struct journal_line line = {
	    .event_id = booking->event_id,
	    .booking_id = booking->id,
	    .kind = "confirmed",
	    .name = booking->name,
	    .email = booking->email,
	    .quantity = booking->quantity,
	};

	if (booking->items.count == 1)
		line.tier_id = booking->items.items[0].tier_id;
	return journal_add(shop->db, &line, now);
}

struct error *checkout_confirm_in(const struct shop *shop,
    const struct booking *booking, int64_t now, bool *moved)
{
	TRY(booking_store_confirm(shop->db, booking->id, now, moved));
	if (!*moved)
		return NULL;
	TRY(stock_sell(shop->db, booking->id));
	TRY(issue_tickets(shop, booking, now));
	TRY(queue_store_serve_booking(shop->db, booking->id, now));
	TRY(note_confirmed(shop, booking, now));
	return outbox_add(shop->db, shop->arena, "confirmed", booking, now);
}

/* ---- settling an answer ---- */

static struct error *settle_captured(const struct shop *shop,
    const struct booking *booking, const struct payment_attempt *attempt,
    int64_t now)
{
	bool moved;

	TRY(ledger_charge(shop->db, attempt, now));
	TRY(checkout_confirm_in(shop, booking, now, &moved));
	if (!moved)
		log_warn("booking %s was paid but is not open",
		    booking->reference);
	return NULL;
}

/* When an answer came: with the charge, or to a question afterwards. */
enum answer_time {
	ANSWERED_AT_ONCE,
	ANSWERED_LATER,
};

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

static struct error *settle_in(const struct shop *shop,
    struct payment_attempt *attempt, const struct gateway_answer *answer,
    enum answer_time when, int64_t now)
{
	struct booking booking;
	bool settled;

	TRY(booking_store_find_id(
	    shop->db, shop->arena, attempt->booking_id, &booking));
	TRY(settle_event(shop, booking.event_id, now));
	if (answer->outcome == GATEWAY_SILENT)
		return payment_store_mark_unknown(shop->db, attempt->id);
	attempt->state = attempt_state_of(answer->outcome);
	attempt->gateway_reference = answer->reference;
	attempt->reason = answer->reason;
	TRY(payment_store_settle(shop->db, attempt, now, &settled));
	if (!settled)
		return NULL;
	if (answer->outcome == GATEWAY_CAPTURED)
		return settle_captured(shop, &booking, attempt, now);
	TRY(settle_unpaid(shop, &booking, attempt, when, now));
	return queue_serve(shop, booking.event_id, now);
}

static struct error *settle(const struct shop *shop,
    struct payment_attempt *attempt, const struct gateway_answer *answer,
    enum answer_time when)
{
	return TRANSACTION(shop->db,
	    settle_in(shop, attempt, answer, when, clock_now()));
}

/* ---- paying ---- */

static struct error *confirm_free_in(
    const struct shop *shop, const struct booking *booking, int64_t now)
{
	bool moved;

	TRY(settle_event(shop, booking->event_id, now));
	TRY(checkout_confirm_in(shop, booking, now, &moved));
	return NULL;
}

static struct error *start_attempt_in(const struct shop *shop,
    const struct booking *booking, const struct gateway *gateway,
    int64_t now, struct payment_attempt *attempt)
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
	    .created_at = now,
	};
	return payment_store_add(shop->db, shop->arena, attempt);
}

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
		    FIELDS(error_text("gateway_name", "Payment service",
			gateway->label)),
		    "The payment could not be made. Nothing was charged and "
		    "the places were given back");
	case GATEWAY_OPEN:
	case GATEWAY_SILENT:
	default:
		return fail_with(PAYMENT_PENDING_ERROR, NULL,
		    FIELDS(error_text("gateway_name", "Payment service",
			gateway->label)),
		    "%s has not answered yet. You will not be charged twice",
		    gateway->label);
	}
}

/* Charge a committed attempt, outside any transaction, and settle it. */
static struct error *charge(const struct shop *shop,
    const struct booking *booking, struct payment_attempt *attempt,
    const struct gateway *gateway, const struct payment *payment)
{
	const struct gateway_payment request = {
	    .idempotency_key = attempt->idempotency_key,
	    .reference = "",
	    .capture = "",
	    .amount = attempt->amount,
	    .token = payment->token,
	    .description = booking->reference,
	};
	struct gateway_answer answer =
	    gateway->charge(shop->arena, shop->config, &request);

	TRY(settle(shop, attempt, &answer, ANSWERED_AT_ONCE));
	return tell(gateway, &answer);
}

static struct error *find_gateway(const struct shop *shop,
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

static struct error *pay_held(const struct shop *shop,
    const struct booking *booking, const struct payment *payment)
{
	int64_t now = clock_now();
	const struct gateway *gateway;
	struct payment_attempt attempt;

	TRY(hold_check_live(booking, now));
	if (booking->total.minor == 0)
		return TRANSACTION(
		    shop->db, confirm_free_in(shop, booking, now));
	TRY(find_gateway(shop, payment, &gateway));
	TRY(TRANSACTION(shop->db,
	    start_attempt_in(shop, booking, gateway, now, &attempt)));
	return charge(shop, booking, &attempt, gateway, payment);
}

struct error *checkout_pay(const struct shop *shop, const char *reference,
    const struct viewer *viewer, const struct payment *payment,
    struct booking *booking)
{
	struct error *error = NULL;

	TRY(booking_store_find(
	    shop->db, shop->arena, reference, viewer, booking));
	if (booking->state != BOOKING_CONFIRMED)
		error = pay_held(shop, booking, payment);
	TRY(booking_store_find(
	    shop->db, shop->arena, reference, viewer, booking));
	return error;
}

/* ---- all in one call ---- */

/*
 * Take the places and go as far as one transaction can: a free booking is
 * confirmed, a paid one has its attempt (id 0: there is none to charge).
 */
static struct error *book_in(const struct shop *shop,
    const struct order *order, const struct payment *payment, int64_t now,
    struct booking *booking, struct payment_attempt *attempt)
{
	const struct gateway *gateway;
	bool moved;

	*attempt = (struct payment_attempt){.id = 0};
	TRY(hold_place_in(shop, order, now, booking));
	if (booking->state != BOOKING_HELD)
		return NULL;
	if (booking->total.minor == 0)
		return checkout_confirm_in(shop, booking, now, &moved);
	TRY(find_gateway(shop, payment, &gateway));
	return start_attempt_in(shop, booking, gateway, now, attempt);
}

static struct error *book(const struct shop *shop, const struct order *order,
    const struct payment *payment, struct booking *booking,
    struct payment_attempt *attempt)
{
	int64_t now = clock_now();
	bool is_settled;
	struct error *error = TRANSACTION(shop->db,
	    book_in(shop, order, payment, now, booking, attempt));

	if (!error_is(error, SOLD_OUT_ERROR))
		return error;
	TRY(checkout_settle_overdue(shop, order->event, &is_settled));
	if (!is_settled)
		return error;
	return TRANSACTION(shop->db,
	    book_in(shop, order, payment, now, booking, attempt));
}

struct error *checkout_book(const struct shop *shop,
    const struct order *order, const struct payment *payment,
    struct booking *booking)
{
	struct payment_attempt attempt;
	struct error *error = book(shop, order, payment, booking, &attempt);

	if (error)
		TRY(hold_recover(shop, order, error, booking));
	else if (attempt.id)
		TRY(charge(shop, booking, &attempt,
		    gateway_find(shop->config, attempt.gateway), payment));
	TRY(booking_store_find_id(
	    shop->db, shop->arena, booking->id, booking));
	if (booking->state == BOOKING_CONFIRMED)
		return NULL;
	return hold_check_live(booking, clock_now());
}

/* ---- asking later ---- */

static struct error *ask_about(const struct shop *shop, int64_t booking_id)
{
	const struct gateway *gateway;
	struct payment_attempt attempt;
	struct gateway_payment question;
	struct gateway_answer answer;

	TRY(payment_store_open(shop->db, shop->arena, booking_id, &attempt));
	if (attempt.id == 0 ||
	    attempt.created_at + CHECKOUT_GRACE > clock_now())
		return NULL;
	gateway = gateway_find(shop->config, attempt.gateway);
	if (!gateway) {
		log_warn("an open attempt waits for %s, which is not "
			 "configured",
		    attempt.gateway);
		return NULL;
	}
	question = (struct gateway_payment){
	    .idempotency_key = attempt.idempotency_key,
	    .reference = attempt.gateway_reference,
	    .capture = "",
	    .amount = attempt.amount,
	};
	answer = gateway->ask(shop->arena, shop->config, &question);
	return settle(shop, &attempt, &answer, ANSWERED_LATER);
}

struct error *checkout_settle_open(const struct shop *shop)
{
	struct id_list bookings;

	TRY(payment_store_unsettled(shop->db, shop->arena,
	    clock_now() - CHECKOUT_GRACE, &bookings));
	for (size_t i = 0; i < bookings.count; i++)
		TRY(ask_about(shop, bookings.items[i]));
	return NULL;
}

struct error *checkout_settle_overdue(
    const struct shop *shop, const char *event_slug, bool *is_settled)
{
	int64_t now = clock_now();
	struct event event;

	TRY(event_store_find(shop->db, shop->arena, event_slug, EVENTS_PUBLIC,
	    now, &event));
	TRY(stock_overdue(shop->db, shop->arena, event.id, now, is_settled));
	return *is_settled ? checkout_settle_open(shop) : NULL;
}
