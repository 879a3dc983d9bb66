/*
 * What comes when a booking is in another state than expected: money after
 * the end (B3), paying where nothing is left to pay with (R32), cancelling
 * what cannot be cancelled (R35).
 */
#include "stage.h"

#include "base/clock.h"
#include "base/text.h"
#include "booking/cancel.h"
#include "booking/checkout.h"
#include "booking/confirm.h"
#include "booking/exchange.h"
#include "booking/hold.h"
#include "booking/payment.h"
#include "booking/payment_parts.h"
#include "store/booking_store.h"
#include "store/payment_store.h"
#include "web/request.h"

static const struct viewer own = {.role = ROLE_VISITOR, .browser = "ada"};

/* ---- a stage ---- */

/* Two places, or the seat that is named. */
static struct booking hold(const char *event, const char *seat)
{
	struct order order = order_of(&own, event, "vip");
	struct booking booking;

	order.quantity = 2;
	if (seat)
		order = order_of_seats(&own, event, &seat, 1);
	must(hold_place(&site.shop, &order, &booking));
	return booking;
}

static struct error *pay_by(const struct booking *booking, const char *gateway)
{
	struct booking paid;

	return pay(&own, booking->reference, gateway, &paid);
}

static struct error *start_in(
    const struct booking *booking, struct payment_attempt *attempt)
{
	struct return_tokens tokens;

	return payment_start_in(&site.shop, booking, gateway_named("campuspay"),
	    clock_now(), attempt, &tokens);
}

static struct payment_attempt start(const struct booking *booking)
{
	struct payment_attempt attempt = {.id = 0};

	must(TRANSACTION(site.shop.db, start_in(booking, &attempt)));
	return attempt;
}

static void answer(
    struct payment_attempt *attempt, enum gateway_outcome outcome)
{
	const struct gateway_answer answer = {.outcome = outcome,
	    .reference = "r",
	    .capture = "c",
	    .approve = "",
	    .reason = "no"};

	must(payment_settle(&site.shop, attempt, &answer, ANSWERED_AT_ONCE));
}

/* Each person has one hold at a time. */
static void give_back(const struct booking *booking)
{
	must(hold_release(&site.shop, booking->reference, &own));
}

/* ---- the tests ---- */

static void test_ways_to_pay(void)
{
	struct event soon = event_of("soon");
	struct booking booking;

	soon.starts_at = clock_now() + 2 * HOUR;
	soon.ends_at = soon.starts_at + HOUR;
	add_event(soon);
	booking = hold("soon", NULL);
	ok(error_is(pay_by(&booking, "later"), VALIDATION_ERROR) &&
		error_is(pay_by(&booking, "shells"), VALIDATION_ERROR),
	    "R32 a way to pay that is not offered is refused");
	site.config.gateways = "";
	ok(checkout_can_pay_later(&site.shop),
	    "R32 where no gateway is set one pays later");
	must(pay_by(&booking, "later"));
	booking = again(&booking);
	ok(booking.is_later &&
		booking.expires_at < clock_now() + 2 * HOUR + MINUTE,
	    "R32 but no later than the event begins");
	site.config.gateways = "campuspay";
}

static void test_retell(void)
{
	struct payment_attempt attempt;
	struct booking booking;

	add_event(event_of("told"));
	booking = hold("told", NULL);
	attempt = start(&booking);
	answer(&attempt, GATEWAY_DECLINED);
	ok(error_is(
	       payment_retell(&site.shop, &booking), PAYMENT_DECLINED_ERROR),
	    "R41 who asks again after a decline is told so again");
	site.config.gateways = "";
	ok(error_is(payment_retell(&site.shop, &booking), STATE_ERROR),
	    "R41 or that it ended, where the gateway is gone");
	site.config.gateways = "campuspay";
	give_back(&booking);
}

static bool can_come_back(const struct booking *booking)
{
	bool is_possible;

	must(confirm_is_possible(
	    &site.shop, booking, clock_now(), &is_possible));
	return is_possible;
}

/* A hold that its buyer gave back. */
static struct booking ended(const char *event, const char *seat)
{
	const struct booking booking = hold(event, seat);

	give_back(&booking);
	return again(&booking);
}

static struct error *confirm_in(struct booking *booking)
{
	bool moved;

	return confirm_ended_in(&site.shop, booking, clock_now(), &moved);
}

static void test_late_money(void)
{
	struct event once = event_of("once");
	struct event seated = event_of("late-seats");
	struct payment_attempt attempt;
	struct cancellation look;
	struct booking booking, other;

	once.one_booking_each = true;
	add_event(once);
	booking = ended("once", NULL);
	ok(can_come_back(&booking), "B3 money after the end finds its places");
	other = hold("once", NULL);
	ok(!can_come_back(&booking),
	    "B3 not beside another booking of the same person");
	give_back(&other);
	booking.email = "";
	ok(can_come_back(&booking), "B3 a nameless one is nobody's second");

	seated.seating = SEATING_RESERVED;
	add_event(seated);
	booking = ended("late-seats", "A1");
	ok(can_come_back(&booking), "B3 the seat is free again");
	other = hold("late-seats", "A1");
	ok(!can_come_back(&booking), "B3 not when somebody sits there");
	give_back(&other);

	booking = hold("late-seats", "A2");
	attempt = start(&booking);
	answer(&attempt, GATEWAY_DECLINED);
	must(pay_by(&booking, "campuspay"));
	must(cancel_do(&site.shop, booking.reference, NULL, &own, 0, &look));
	answer(&attempt, GATEWAY_CAPTURED);
	ok(again(&booking).state == BOOKING_CANCELLED,
	    "B3 late money does not bring a cancelled booking back");
	booking = again(&booking);
	ok(error_is(
	       TRANSACTION(site.shop.db, confirm_in(&booking)), STATE_ERROR),
	    "B3 nor does anything else");
}

/* Another seat for it, which is dearer: the booking of the difference. */
static struct booking ask_for(const struct booking *booking, const char *seat)
{
	const struct seat_choice choice = {.reference = booking->reference,
	    .seats = &seat,
	    .count = 1,
	    .form_key = ""};
	struct exchange exchange;
	struct booking change;
	const char *due;

	must(exchange_look(&site.shop, &choice, &own, &exchange));
	must(exchange_do(&site.shop, &choice, &own, exchange.difference.minor,
	    exchange.refund.minor, &exchange, &due));
	must(booking_store_find(site.shop.db, &site.arena, due, &own, &change));
	return change;
}

static void test_cancel(void)
{
	struct booking booking, change;
	struct cancellation look;
	struct event event = event_of("changed");

	event.seating = SEATING_RESERVED;
	add_event(event);
	booking = hold("changed", "B1");
	ok(error_is(
	       cancel_do(&site.shop, booking.reference, NULL, &own, 0, &look),
	       STATE_ERROR),
	    "R35 a hold is given back, not cancelled");
	must(pay_by(&booking, "campuspay"));
	change = ask_for(&booking, "A3");
	must(pay_by(&change, "campuspay"));
	ok(again(&change).state == BOOKING_CONFIRMED,
	    "R36 a change of seats is paid");
	ok(error_is(
	       cancel_do(&site.shop, change.reference, NULL, &own, 0, &look),
	       STATE_ERROR) &&
		again(&change).state == BOOKING_CONFIRMED,
	    "R35 a change of seats is not cancelled by itself");
}

/* A change that was given up is paid after all: its seats are gone. */
static void test_late_change(void)
{
	struct booking booking, change;
	struct payment_attempt attempt;

	booking = hold("changed", "B2");
	must(pay_by(&booking, "campuspay"));
	change = ask_for(&booking, "A4");
	attempt = start(&change);
	answer(&attempt, GATEWAY_DECLINED);
	give_back(&change);
	answer(&attempt, GATEWAY_CAPTURED);
	ok(again(&change).state == BOOKING_RELEASED &&
		text_equal(again(&booking).tickets.items[0].seat, "B2"),
	    "B3 R36 late money for a change goes back, the seat stays");
}

static struct error *cancel_in(const struct booking *booking)
{
	return cancel_booking_in(
	    &site.shop, booking, 100, "a test", clock_now());
}

/* Who looked before somebody else was faster changes nothing. */
static void test_stale(void)
{
	struct booking booking, stale, change;
	struct cancellation look;

	booking = hold("told", NULL);
	must(pay_by(&booking, "campuspay"));
	stale = again(&booking);
	must(cancel_do(&site.shop, booking.reference,
	    stale.tickets.items[0].code, &own, 0, &look));
	ok(error_is(
	       TRANSACTION(site.shop.db, cancel_in(&stale)), STATE_ERROR) &&
		again(&booking).state == BOOKING_CONFIRMED,
	    "R35 a ticket is not cancelled twice");

	booking = hold("changed", "B3");
	must(pay_by(&booking, "campuspay"));
	change = ask_for(&booking, "A2");
	must(cancel_do(&site.shop, booking.reference, NULL, &own, 0, &look));
	ok(error_is(TRANSACTION(site.shop.db,
			checkout_take_in(&site.shop, &change,
			    gateway_named("campuspay"), clock_now())),
	       STATE_ERROR),
	    "R36 nothing is taken for other seats of a cancelled booking");
}

/* Nothing came with the request, so there is nothing to wipe. */
static void test_no_body(void)
{
	struct request request = {.body = NULL, .body_length = 0};

	request_wipe_body(&request);
	is_number((int64_t)request.body_length, 0, "no body is wiped, too");
}

int main(void)
{
	site_open(&site);
	site.config.gateways = "campuspay";
	test_ways_to_pay();
	test_retell();
	test_late_money();
	test_cancel();
	test_late_change();
	test_stale();
	ok(is_sound(), "after all that the books are right: ");
	test_no_body();
	site_close(&site);
	return done_testing();
}
