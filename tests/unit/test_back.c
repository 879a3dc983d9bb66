/*
 * Money that goes back, and seats that change, when something is not as it was
 * when somebody looked: given back twice over, more than there is, a gateway
 * that is gone or does not answer (R77), sales that are over, and the staff's
 * changes of seats (R36).
 */
#include "stage.h"

#include "base/clock.h"
#include "base/text.h"
#include "booking/cancel.h"
#include "booking/checkout.h"
#include "booking/confirm.h"
#include "booking/event.h"
#include "booking/exchange_parts.h"
#include "booking/exchange_staff.h"
#include "booking/hold.h"
#include "booking/payment_parts.h"
#include "booking/refund.h"
#include "booking/seats.h"
#include "payment/by_hand.h"
#include "store/booking_store.h"
#include "store/event_edit_store.h"
#include "store/event_store.h"
#include "store/payment_store.h"
#include "store/refund_store.h"

static const struct viewer staff = {.role = ROLE_ADMIN, .browser = ""};

/* ---- a stage ---- */

static int64_t start; /* of all events */

static int64_t add_show(const char *slug, enum event_seating seating)
{
	struct event event = event_of(slug);

	event.starts_at = start;
	event.ends_at = start + 3 * HOUR;
	event.booking_closes_at = start - HOUR;
	event.seating = seating;
	return add_event(event).id;
}

/* Two places, or the seat that is named. */
static struct booking hold(const char *who, const char *event, const char *seat)
{
	const struct viewer viewer = viewer_of(who);
	struct order order = order_of(&viewer, event, "vip");
	struct booking booking;

	order.quantity = 2;
	if (seat)
		order = order_of_seats(&viewer, event, &seat, 1);
	must(hold_place(&site.shop, &order, &booking));
	return booking;
}

static struct booking buy(const char *who, const char *event, const char *seat)
{
	const struct viewer viewer = viewer_of(who);
	struct booking booking = hold(who, event, seat);

	must(pay(&viewer, booking.reference, "campuspay", &booking));
	return again(&booking);
}

static struct seat_choice choose(
    const struct booking *booking, const char *const *seat)
{
	return (struct seat_choice){.reference = booking->reference,
	    .seats = seat,
	    .count = 1,
	    .form_key = ""};
}

static bool sits_at(const struct booking *booking, const char *seat)
{
	return text_equal(again(booking).tickets.items[0].seat, seat);
}

static struct money dollars(int64_t amount)
{
	return money_of(amount * 100, "USD");
}

/* The booking's refunds. */
static struct refund_list refunds_of(const struct booking *booking)
{
	struct refund_list refunds;

	must(refund_store_of_booking(
	    site.shop.db, &site.arena, booking->id, &refunds));
	return refunds;
}

static bool is_back(const struct refund *refund)
{
	return refund->settled_at != 0 && !refund->is_refused;
}

static struct error *give_back(
    const struct booking *booking, struct money amount)
{
	return TRANSACTION(site.shop.db,
	    refund_give_in(
		&site.shop, booking->id, amount, "rain", clock_now()));
}

static struct error *give_by_hand(const struct refund *refund)
{
	return TRANSACTION(
	    site.shop.db, refund_by_hand_in(&site.shop, refund, clock_now()));
}

/* The gateway says no to the booking's newest refund, which is told. */
static struct refund refuse_last(const struct booking *booking)
{
	struct refund_list list = refunds_of(booking);
	bool settled;

	must(TRANSACTION(site.shop.db,
	    refund_store_settle(site.shop.db, list.items[list.count - 1].id,
		false, clock_now(), &settled)));
	list = refunds_of(booking);
	return list.items[list.count - 1];
}

/* ---- refunds ---- */

static void test_too_much(void)
{
	const struct booking booking = buy("ada", "general", NULL);

	ok(error_is(give_back(&booking, dollars(101)), STATE_ERROR),
	    "R77 more than was paid is not given back");
	is_number((int64_t)refunds_of(&booking).count, 0,
	    "R77 and no part of it either");
}

static void test_by_hand_too_late(void)
{
	const struct booking booking = buy("ben", "general", NULL);
	const struct refund_order by_hand = {
	    .amount = dollars(100), .reason = "rain", .is_given = true};
	struct refund refused;

	must(give_back(&booking, dollars(100)));
	refused = refuse_last(&booking);
	must(TRANSACTION(site.shop.db,
	    refund_order_in(&site.shop, booking.id, &by_hand, clock_now())));
	ok(error_is(give_by_hand(&refused), STATE_ERROR),
	    "R77 what was refused and then given by another way is not "
	    "given once more");
}

/* The newer of two payments is not the one that the refund is of. */
static void test_by_hand_of_two(void)
{
	const struct booking booking = buy("cleo", "seated", "B1");
	const struct seat_choice choice =
	    choose(&booking, (const char *const[]){"A1"});
	struct exchange exchange;
	struct refund refused;

	must(exchange_staff_do(&site.shop, &choice, &staff, EXCHANGE_IN_CASH,
	    dollars(30).minor, &exchange));
	/* All there is, so of both payments: the older one is refused. */
	must(give_back(&booking, dollars(50)));
	refused = refuse_last(&booking);
	is_number(refused.amount.minor, dollars(20).minor,
	    "R77 the newest payment goes back first");
	must(give_by_hand(&refused));
	ok(is_back(&refunds_of(&booking).items[1]),
	    "R77 a refused one of two payments is given by hand");
}

static void test_gateway_gone(void)
{
	const struct viewer own = viewer_of("dan");
	const struct booking booking = buy("dan", "general", NULL);
	struct cancellation cancelled;

	must(cancel_do(
	    &site.shop, booking.reference, NULL, &own, 0, &cancelled));
	site.config.gateways = "";
	must(refund_settle_open(&site.shop));
	is_number(refunds_of(&booking).items[0].settled_at, 0,
	    "R77 a refund waits for a gateway that is switched off");
	site.config.gateways = "campuspay";
	must(refund_settle_open(&site.shop));
	ok(is_back(&refunds_of(&booking).items[0]),
	    "R77 and goes on when it is there again");
}

/* ---- late money ---- */

static void test_after_the_sale(void)
{
	const struct viewer own = viewer_of("eve");
	struct booking booking = hold("eve", "general", NULL);
	bool is_possible;

	must(hold_release(&site.shop, booking.reference, &own));
	booking = again(&booking);
	must(confirm_is_possible(
	    &site.shop, &booking, clock_now(), &is_possible));
	ok(is_possible, "B3 late money finds its places while it sells");
	must(confirm_is_possible(
	    &site.shop, &booking, start - HOUR, &is_possible));
	ok(!is_possible, "B3 but not once booking has closed");
}

/* ---- seats ---- */

static struct error *look(
    const char *who, const struct booking *booking, const char *seat)
{
	const struct viewer own = viewer_of(who);
	const struct seat_choice choice = choose(booking, &seat);
	struct exchange exchange;

	return exchange_look(&site.shop, &choice, &own, &exchange);
}

static void move_event(int64_t id, enum event_status from, enum event_status to)
{
	struct db *db = site.shop.db;
	bool moved;

	must(TRANSACTION(
	    db, event_edit_store_move(db, id, from, to, clock_now(), &moved)));
}

static void test_seats_too_late(int64_t event)
{
	const struct booking booking = buy("fay", "seated", "B2");

	must(look("fay", &booking, "B3"));
	site_set_clock(&site, start - HOUR);
	ok(error_is(look("fay", &booking, "B3"), BOOKING_CLOSED_ERROR),
	    "R36 seats are not changed once booking has closed");
	site_set_clock(&site, start);
	ok(error_is(look("fay", &booking, "B3"), STATE_ERROR),
	    "R36 nor when the event has begun");
	site_set_clock(&site, start - 20 * DAY);
	move_event(event, EVENT_PUBLISHED, EVENT_CANCELLED);
	ok(error_is(look("fay", &booking, "B3"), STATE_ERROR),
	    "R36 nor of a cancelled event");
	move_event(event, EVENT_CANCELLED, EVENT_PUBLISHED);
}

static void test_seats_other_price(void)
{
	const struct viewer own = viewer_of("gus");
	const struct booking booking = buy("gus", "seated", "A2");
	struct seat_choice choice =
	    choose(&booking, (const char *const[]){"B4"});
	struct exchange exchange;
	const char *due;

	ok(error_is(exchange_do(&site.shop, &choice, &own, 0, dollars(31).minor,
			&exchange, &due),
	       STATE_ERROR) &&
		sits_at(&booking, "A2"),
	    "R36 R37 whoever was shown a larger refund looks again");
	must(exchange_staff_do(
	    &site.shop, &choice, &staff, EXCHANGE_IN_CASH, 0, &exchange));
	choice = choose(&booking, (const char *const[]){"A2"});
	ok(error_is(exchange_staff_do(&site.shop, &choice, &staff,
			EXCHANGE_IN_CASH, dollars(29).minor, &exchange),
	       STATE_ERROR) &&
		sits_at(&booking, "B4"),
	    "R36 the staff take no more than was shown to them");
}

static struct error *change_in(const struct exchange *exchange)
{
	return exchange_change_in(&site.shop, exchange, clock_now());
}

static void test_seats_stale(void)
{
	const struct viewer own = viewer_of("hal");
	const struct booking booking = buy("hal", "seated", "B5");
	const struct seat_choice choice =
	    choose(&booking, (const char *const[]){"B6"});
	struct exchange exchange;
	struct cancellation cancelled;

	must(exchange_look(&site.shop, &choice, &own, &exchange));
	must(cancel_do(
	    &site.shop, booking.reference, NULL, &own, 0, &cancelled));
	ok(error_is(
	       TRANSACTION(site.shop.db, change_in(&exchange)), STATE_ERROR),
	    "R36 a ticket that was cancelled meanwhile does not move");
}

/* A change whose card was declined, and charged after all (B3). */
static void test_change_charged_late(void)
{
	const struct viewer own = viewer_of("ida");
	const struct booking booking = buy("ida", "seated", "B7");
	const struct seat_choice choice =
	    choose(&booking, (const char *const[]){"A4"});
	const struct gateway_answer no = {.outcome = GATEWAY_DECLINED,
	    .reference = "",
	    .capture = "",
	    .approve = "",
	    .reason = "no"};
	const struct gateway_answer yes = {.outcome = GATEWAY_CAPTURED,
	    .reference = "r",
	    .capture = "c",
	    .approve = "",
	    .reason = ""};
	struct payment_attempt attempt = {.id = 0};
	struct return_tokens tokens;
	struct exchange exchange;
	struct booking change;
	const char *due;

	must(exchange_look(&site.shop, &choice, &own, &exchange));
	must(exchange_do(&site.shop, &choice, &own, exchange.difference.minor,
	    0, &exchange, &due));
	must(booking_store_find(site.shop.db, &site.arena, due, &own, &change));
	must(TRANSACTION(site.shop.db,
	    payment_start_in(&site.shop, &change, gateway_named("campuspay"),
		clock_now(), &attempt, &tokens)));
	must(payment_settle(&site.shop, &attempt, &no, ANSWERED_AT_ONCE));
	is_number(again(&change).state, BOOKING_HELD,
	    "R25 after a decline the seat is held for another card");
	must(payment_settle(&site.shop, &attempt, &yes, ANSWERED_LATER));
	ok(sits_at(&booking, "A4"),
	    "B3 R36 the card was charged after all: the seat is theirs");
}

static void find_tier(const void *context)
{
	event_tier_of(context, 999);
}

static void test_seat_of_another(void)
{
	struct event event;

	must(event_store_find(site.shop.db, &site.arena, "seated", EVENTS_ALL,
	    clock_now(), &event));
	ok(dies(find_tier, &event),
	    "R36 a seat of another event ends the process, not the sale");
}

/* ---- one call ---- */

static void test_one_call(void)
{
	const struct viewer own = viewer_of("jim");
	struct order order = order_of(&own, "general", "vip");
	const struct payment page = {.gateway = "campuspay_page", .token = ""};
	struct booking booking;
	struct event event;
	int64_t left;

	order.source = "api";
	site.config.gateways = "campuspay campuspay_page";
	must(event_store_find(site.shop.db, &site.arena, "general", EVENTS_ALL,
	    clock_now(), &event));
	left = event.tiers.items[0].left;
	ok(error_is(checkout_book(&site.shop, &order, &page, &booking),
	       VALIDATION_ERROR),
	    "R26 one call cannot pay where a buyer has to go to a page");
	must(event_store_find(site.shop.db, &site.arena, "general", EVENTS_ALL,
	    clock_now(), &event));
	is_number(event.tiers.items[0].left, left, "and it holds nothing");
	site.config.gateways = "campuspay";
}

/* ---- a database that does not say ---- */

static void test_nobody_knows(void)
{
	ok(!payment_has_open(&site.shop), "R26 no payment is open");
	CHANGE("ALTER TABLE payment_attempt RENAME ask_again_at TO gone");
	ok(payment_has_open(&site.shop),
	    "R26 whether one is in doubt cannot be read: an errand tries");
	CHANGE("ALTER TABLE payment_attempt RENAME settled_at TO gone_too");
	ok(payment_has_open(&site.shop), "or whether one is open");
	ok(!refund_has_open(&site.shop), "R77 no refund is open");
	CHANGE("ALTER TABLE refund RENAME settled_at TO gone");
	ok(refund_has_open(&site.shop),
	    "R77 which cannot be read: so does one");
}

int main(void)
{
	int64_t seated;

	site_open(&site);
	site.config.gateways = "campuspay";
	start = (int64_t)time(NULL) + 30 * DAY;
	site_set_clock(&site, start - 20 * DAY);
	add_show("general", SEATING_GENERAL);
	seated = add_show("seated", SEATING_RESERVED);
	test_too_much();
	test_gateway_gone();
	test_after_the_sale();
	test_seats_too_late(seated);
	test_seats_other_price();
	test_seats_stale();
	test_change_charged_late();
	test_seat_of_another();
	test_one_call();
	ok(is_sound(), "I5 after all that the books are right");
	/* Given back without a ticket that is less worth: no more sound. */
	test_by_hand_too_late();
	test_by_hand_of_two();
	test_nobody_knows();
	site_close(&site);
	return done_testing();
}
