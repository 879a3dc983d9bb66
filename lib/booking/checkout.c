#include "booking/checkout.h"

#include "base/clock.h"
#include "base/text.h"
#include "booking/confirm.h"
#include "booking/hold.h"
#include "booking/notice.h"
#include "booking/refused.h"
#include "booking/settle.h"
#include "payment/by_hand.h"
#include "store/booking_store.h"
#include "store/event_store.h"
#include "store/payment_store.h"

/* ---- paying for a hold ---- */

static struct error *confirm_free_in(
    const struct shop *shop, const struct booking *booking, int64_t now)
{
	struct booking current;
	bool moved;

	TRY(settle_event(shop, booking->event_id, now));
	TRY(booking_store_find_id(
	    shop->db, shop->arena, booking->id, &current));
	if (current.state == BOOKING_CONFIRMED)
		return NULL;
	TRY(hold_check_live(&current, now));
	return confirm_booking_in(shop, &current, now, &moved);
}

bool checkout_can_pay_later(const struct shop *shop)
{
	return config_has_word(shop->config->gateways, "later") ||
	    gateway_at(shop->config, 0) == NULL;
}

/*
 * The places are reserved until the deadline, or until the doors open. Who
 * asks twice has the first deadline.
 */
static struct error *pay_later_in(
    const struct shop *shop, const struct booking *booking, int64_t now)
{
	int64_t until = now + shop->config->later_hours * HOUR;
	struct booking current;
	struct event event;
	bool moved;

	TRY(settle_event(shop, booking->event_id, now));
	TRY(booking_store_find_id(
	    shop->db, shop->arena, booking->id, &current));
	if (current.is_later && current.state == BOOKING_HELD)
		return NULL;
	TRY(event_store_find_id(
	    shop->db, shop->arena, booking->event_id, EVENTS_ALL, now, &event));
	if (until > event.starts_at)
		until = event.starts_at;
	TRY(booking_store_pay_later(shop->db, booking->id, until, now, &moved));
	if (!moved)
		return fail(STATE_ERROR, "The booking changed meanwhile");
	return notice_reserved_in(shop, booking->id, until, now);
}

static struct error *pay_held(const struct shop *shop,
    const struct booking *booking, const struct payment *payment,
    const char **approve)
{
	int64_t now = clock_now();
	const struct gateway *gateway;
	struct payment_attempt attempt;
	struct return_tokens tokens;

	TRY(hold_check_live(booking, now));
	if (booking->total.minor == 0)
		return TRANSACTION(
		    shop->db, confirm_free_in(shop, booking, now));
	if (text_equal(payment->gateway, "later") &&
	    checkout_can_pay_later(shop))
		return TRANSACTION(shop->db, pay_later_in(shop, booking, now));
	TRY(payment_find_gateway(shop, payment, &gateway));
	TRY(payment_check_answers(shop, gateway));
	TRY(TRANSACTION(shop->db,
	    payment_start_in(shop, booking, gateway, now, &attempt, &tokens)));
	return payment_run(shop, booking, &attempt, &tokens, payment, approve);
}

struct error *checkout_pay(const struct shop *shop, const char *reference,
    const struct viewer *viewer, const struct payment *payment,
    struct booking *booking, const char **approve)
{
	struct error *error = NULL;

	*approve = "";
	TRY(booking_store_find(
	    shop->db, shop->arena, reference, viewer, booking));
	if (booking->state != BOOKING_CONFIRMED)
		error = pay_held(shop, booking, payment, approve);
	TRY(booking_store_find(
	    shop->db, shop->arena, reference, viewer, booking));
	return error;
}

struct error *checkout_take_in(const struct shop *shop, struct booking *booking,
    const struct gateway *gateway, int64_t now)
{
	struct payment_attempt attempt;
	struct return_tokens tokens;
	bool moved;

	TRY(payment_start_in(shop, booking, gateway, now, &attempt, &tokens));
	attempt.state = ATTEMPT_CAPTURED;
	TRY(payment_store_settle(shop->db, &attempt, now, &moved));
	TRY(ledger_charge(shop->db, &attempt, now));
	TRY(confirm_booking_in(shop, booking, now, &moved));
	if (!moved)
		return fail(STATE_ERROR, "The booking changed meanwhile");
	return NULL;
}

struct error *checkout_mark_paid_in(
    const struct shop *shop, const struct booking *booking, int64_t now)
{
	struct booking current;

	TRY(settle_event(shop, booking->event_id, now));
	TRY(booking_store_find_id(
	    shop->db, shop->arena, booking->id, &current));
	if (current.state == BOOKING_PAYING)
		return fail(PAYMENT_PENDING_ERROR,
		    "The buyer is paying online at this moment. Look again in "
		    "some minutes");
	TRY(hold_check_live(&current, now));
	if (!current.is_later)
		return fail(STATE_ERROR, "This booking does not pay later");
	return checkout_take_in(shop, &current, &later_gateway, now);
}

static struct error *mark_paid_in(
    const struct shop *shop, const char *reference, int64_t now)
{
	const struct viewer staff = {.role = ROLE_ADMIN, .browser = ""};
	struct booking booking;

	TRY(booking_store_find(
	    shop->db, shop->arena, reference, &staff, &booking));
	return checkout_mark_paid_in(shop, &booking, now);
}

struct error *checkout_mark_paid(const struct shop *shop, const char *reference)
{
	return TRANSACTION(
	    shop->db, mark_paid_in(shop, reference, clock_now()));
}

/* ---- all in one call ---- */

/* What a one-call booking has come to within its transaction. */
struct one_call {
	struct booking *booking;
	struct payment_attempt attempt; /* id 0: there is none to charge */
	struct return_tokens tokens;
	struct error *silence; /* the gateway does not answer; or NULL */
};

/*
 * Take the places and go as far as one transaction can: a free booking is
 * confirmed, a paid one has its attempt.
 */
static struct error *book_in(const struct shop *shop, const struct order *order,
    const struct payment *payment, int64_t now, struct one_call *call)
{
	const struct gateway *gateway;
	bool moved;

	call->attempt = (struct payment_attempt){.id = 0};
	TRY(hold_place_in(shop, order, now, call->booking));
	if (call->booking->state != BOOKING_HELD)
		return NULL;
	if (call->booking->total.minor == 0)
		return confirm_booking_in(shop, call->booking, now, &moved);
	TRY(payment_find_gateway(shop, payment, &gateway));
	if (!gateway->charge)
		return fail(VALIDATION_ERROR,
		    "%s cannot be paid with in one call", gateway->label);
	TRY(call->silence);
	return payment_start_in(
	    shop, call->booking, gateway, now, &call->attempt, &call->tokens);
}

static struct error *book(const struct shop *shop, const struct order *order,
    const struct payment *payment, struct one_call *call)
{
	const struct gateway *gateway =
	    gateway_find(shop->config, payment->gateway);
	int64_t now = clock_now();
	struct error *error;
	bool made_room;

	/* Outside the transaction, but said after what is wrong before it. */
	if (gateway && gateway->charge)
		call->silence = payment_check_answers(shop, gateway);
	error = TRANSACTION(shop->db, book_in(shop, order, payment, now, call));
	TRY(payment_make_room(shop, order->event, error, &made_room));
	if (!made_room)
		return error;
	return TRANSACTION(shop->db, book_in(shop, order, payment, now, call));
}

struct error *checkout_book(const struct shop *shop, const struct order *order,
    const struct payment *payment, struct booking *booking)
{
	struct one_call call = {.booking = booking};
	struct error *error = book(shop, order, payment, &call);
	const char *approve;

	refused_note(shop, order, error);
	if (error)
		TRY(hold_recover(shop, order, error, booking));
	else if (call.attempt.id) {
		TRY(payment_run(shop, booking, &call.attempt, &call.tokens,
		    payment, &approve));
		TRY(booking_store_find_id(
		    shop->db, shop->arena, booking->id, booking));
	}
	if (booking->state == BOOKING_CONFIRMED)
		return NULL;
	if (booking->state == BOOKING_FAILED)
		return payment_retell(shop, booking);
	return hold_check_live(booking, clock_now());
}
