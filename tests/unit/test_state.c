/*
 * What a booking's state lets happen, and what happens once: holds, stock,
 * paying, roles. Edges that no page can be brought to by one browser alone.
 */
#include "stage.h"

#include "account/account.h"
#include "base/clock.h"
#include "booking/cancel.h"
#include "booking/checkout.h"
#include "booking/hold.h"
#include "booking/seats.h"
#include "store/booking_store.h"
#include "store/stock_store.h"
#include "store/ticket_store.h"

/* Held by that browser, and paid. */
static struct booking sell(
    const char *event, const char *tier, const char *browser)
{
	const struct viewer viewer = viewer_of(browser);
	const struct order order = order_of(&viewer, event, tier);
	struct booking booking;

	must(hold_place(&site.shop, &order, &booking));
	must(pay(&viewer, booking.reference, "campuspay", &booking));
	return booking;
}

/* ---- holds ---- */

static void test_live(void)
{
	static const struct {
		enum booking_state state;
		int64_t left;
		enum error_kind kind; /* TICKETING_ERROR: none */
	} rows[] = {
	    {BOOKING_HELD, 1, TICKETING_ERROR},
	    {BOOKING_HELD, 0, HOLD_EXPIRED_ERROR},
	    {BOOKING_PAYING, 1, PAYMENT_PENDING_ERROR},
	    {BOOKING_EXPIRED, 0, HOLD_EXPIRED_ERROR},
	    {BOOKING_CONFIRMED, 0, STATE_ERROR},
	    {BOOKING_CANCELLED, 0, STATE_ERROR},
	    {BOOKING_RELEASED, 1, STATE_ERROR},
	    {BOOKING_FAILED, 1, STATE_ERROR},
	};

	for (size_t i = 0; i < COUNT_OF(rows); i++) {
		const struct booking booking = {.reference = "AB",
		    .state = rows[i].state,
		    .expires_at = 100 + rows[i].left};
		struct error *error = hold_check_live(&booking, 100);

		ok(rows[i].kind == TICKETING_ERROR
			? !error
			: error_is(error, rows[i].kind),
		    "R29 %s, %d seconds left",
		    booking_state_word(rows[i].state), (int)rows[i].left);
	}
}

static struct error *start_paying(const struct booking *booking)
{
	bool moved;

	TRY(booking_store_start_paying(
	    site.shop.db, booking->id, clock_now(), &moved));
	return moved ? NULL : fail(STATE_ERROR, "not held");
}

/* What is being paid is not given back for another order (I8). */
static void test_replaces(void)
{
	const struct viewer viewer = viewer_of("replacer");
	struct event event = event_of("replaced");
	struct order order = order_of(&viewer, "replaced", "back");
	struct booking first, second;

	add_event(event);
	must(hold_place(&site.shop, &order, &first));
	order.replaces = "NOTTHISONE";
	ok(error_is(hold_place(&site.shop, &order, &second),
	       UNFINISHED_BOOKING_ERROR),
	    "another reference replaces nothing");
	order.replaces = first.reference;
	must(hold_place(&site.shop, &order, &second));
	ok(again(&first).state == BOOKING_RELEASED, "its own hold it does");
	must(TRANSACTION(site.shop.db, start_paying(&second)));
	order.replaces = second.reference;
	ok(error_is(hold_place(&site.shop, &order, &first),
	       UNFINISHED_BOOKING_ERROR) &&
		again(&second).state == BOOKING_PAYING,
	    "I8 what is being paid stays");
	ok(is_sound(), "replacing is sound");
}

/* Rules about a person need one to count. */
static void test_nameless(void)
{
	const struct viewer first = viewer_of("n1"), second = viewer_of("n2");
	struct event event = event_of("nameless");
	struct order order = order_of(&first, "nameless", "back");
	struct booking booking;

	event.one_booking_each = true;
	event.max_per_person = 1;
	order.email = "";
	add_event(event);
	must(hold_place(&site.shop, &order, &booking));
	order.viewer = &second;
	must(hold_place(&site.shop, &order, &booking));
	ok(booking.id != 0, "R20 bookings without an address are nobody's");
}

/* In a hall with seats an order says which, or of which kind. */
static void test_seats_missing(void)
{
	const struct viewer viewer = viewer_of("seated");
	struct event event = event_of("seated");
	struct order order = order_of(&viewer, "seated", "");
	struct booking booking;
	struct error *error;

	event.seating = SEATING_RESERVED;
	add_event(event);
	error = hold_place(&site.shop, &order, &booking);
	ok(error_is(error, INVALID_BOOKING_ERROR), "neither is refused");
	is_text(error_field_value(error, "field"), "seat", "by its field");
	order.tier = "vip";
	must(hold_place(&site.shop, &order, &booking));
	is_number(booking.quantity, 1, "the best of its kind");
}

/* What an error of the database leaves: the booking of this form, or none. */
static void test_recover(void)
{
	const struct viewer viewer = viewer_of("lost");
	struct event event = event_of("recovered");
	struct order order = order_of(&viewer, "recovered", "back");
	struct error *lost = fail(STORAGE_ERROR, "lost");
	struct error *other = fail(STATE_ERROR, "other");
	struct booking booking, found = {.id = 0};

	add_event(event);
	ok(hold_recover(&site.shop, &order, lost, &found) == lost,
	    "without a key nothing is found");
	order.form_key = "form-1";
	ok(hold_recover(&site.shop, &order, lost, &found) == lost,
	    "I4 nor what was not committed");
	must(hold_place(&site.shop, &order, &booking));
	ok(hold_recover(&site.shop, &order, other, &found) == other,
	    "what was refused stays refused");
	ok(!hold_recover(&site.shop, &order, lost, &found) &&
		found.id == booking.id,
	    "I3 I4 what was committed is found by its key");
	order.quantity = 2;
	ok(hold_recover(&site.shop, &order, lost, &found) == lost,
	    "I4 another order with that key is not it");
}

/* ---- stock ---- */

static struct error *take_back(
    const struct ticket *ticket, bool *first, bool *second)
{
	TRY(stock_take_back(site.shop.db, ticket, 0, clock_now(), first));
	return stock_take_back(site.shop.db, ticket, 0, clock_now(), second);
}

static struct error *move(
    const struct ticket *ticket, int64_t tier, bool *moved)
{
	const struct booking_item item = {.tier_id = tier, .quantity = 1};

	TRY(stock_move(site.shop.db, ticket, &item, moved));
	return *moved ? NULL : fail(SOLD_OUT_ERROR, "full");
}

static void test_stock(void)
{
	struct event event = event_of("stock");
	struct tier tiers[] = {event.tiers.items[0], event.tiers.items[1]};
	struct ticket_list tickets;
	struct booking booking;
	bool first = false, second = false;

	tiers[0].capacity = 2;
	event.tiers.items = tiers;
	event = add_event(event);
	sell("stock", "vip", "s1");
	sell("stock", "vip", "s2");
	booking = sell("stock", "back", "s3");
	must(ticket_store_of_booking(
	    site.shop.db, &site.arena, booking.id, &tickets));
	ok(error_is(TRANSACTION(site.shop.db,
			move(tickets.items, event.tiers.items[0].id, &first)),
	       SOLD_OUT_ERROR),
	    "I1 a ticket does not move to where there is no place");
	ok(is_sound(), "and stays where it was");
	must(TRANSACTION(
	    site.shop.db, take_back(tickets.items, &first, &second)));
	ok(first && !second, "I10 a place comes back once");
}

/* ---- paying ---- */

static struct error *confirm(struct booking *booking, bool *moved)
{
	return booking_store_confirm(
	    site.shop.db, &site.arena, booking, clock_now(), moved);
}

static struct error *cancel(const struct booking *booking, bool *moved)
{
	return booking_store_cancel(
	    site.shop.db, booking->id, clock_now(), moved);
}

static struct error *hold_again(const struct booking *booking, bool *moved)
{
	return booking_store_hold_again(site.shop.db, booking->id, moved);
}

static struct error *reopen(const struct booking *booking, bool *moved)
{
	return booking_store_reopen(site.shop.db, booking->id, moved);
}

static struct error *pay_later(const struct booking *booking, bool *moved)
{
	return booking_store_pay_later(
	    site.shop.db, booking->id, clock_now() + HOUR, clock_now(), moved);
}

/* I9: from the end no way leads back. */
static void test_forward(void)
{
	struct event event = event_of("forward");
	struct booking booking;
	bool moved;

	add_event(event);
	booking = sell("forward", "vip", "f1");
	ok(error_is(
	       TRANSACTION(site.shop.db, start_paying(&booking)), STATE_ERROR),
	    "I9 what is confirmed is not paid again");
	must(TRANSACTION(site.shop.db, confirm(&booking, &moved)));
	ok(!moved, "I9 nor confirmed again");
	must(TRANSACTION(site.shop.db, hold_again(&booking, &moved)));
	ok(!moved, "I9 nor held");
	must(TRANSACTION(site.shop.db, reopen(&booking, &moved)));
	ok(!moved, "I9 nor opened");
	must(TRANSACTION(site.shop.db, pay_later(&booking, &moved)));
	ok(!moved, "I9 nor paid later");
	ok(again(&booking).state == BOOKING_CONFIRMED, "it is confirmed");
	ok(error_is(
	       checkout_mark_paid(&site.shop, booking.reference), STATE_ERROR),
	    "nor marked as paid");
	ok(is_sound(), "nothing has moved");
	must(TRANSACTION(site.shop.db, cancel(&booking, &moved)));
	ok(moved, "it is cancelled");
	must(TRANSACTION(site.shop.db, cancel(&booking, &moved)));
	ok(!moved, "I10 once");
}

/* Only what waits for its money is marked as paid. */
static void test_mark_paid(void)
{
	const struct viewer viewer = viewer_of("m1");
	struct event event = event_of("marked");
	struct order order = order_of(&viewer, "marked", "vip");
	struct booking booking;

	add_event(event);
	must(hold_place(&site.shop, &order, &booking));
	ok(error_is(checkout_mark_paid(&site.shop, booking.reference),
	       STATE_ERROR) &&
		again(&booking).state == BOOKING_HELD,
	    "a hold that is to be paid at once is not marked as paid");
}

/* A guest's booking joins the account that proved its address. */
static void test_joins(void)
{
	const struct viewer viewer = viewer_of("j1");
	struct event event = event_of("joined");
	struct order order = order_of(&viewer, "joined", "back");
	struct booking booking;

	add_event(event);
	CHANGE("INSERT INTO user (username, username_key, email, verified_at,"
	       " created_at) VALUES ('max', 'max', 'max@example.org', 1, 1)");
	order.email = "max@example.org";
	must(hold_place(&site.shop, &order, &booking));
	must(pay(&viewer, booking.reference, "campuspay", &booking));
	ok(booking.state == BOOKING_CONFIRMED && booking.user_id != 0,
	    "it is the account's");
}

/* ---- refunds ---- */

static void test_no_part(void)
{
	const struct event event = {.starts_at = 100 * DAY,
	    .refunds = {.full_days = 7, .part_days = 3, .part_percent = 0}};
	int64_t until;

	is_number(refund_percent(&event, 95 * DAY, &until), 0,
	    "R37 no part comes back where the event says so");
	is_number(until, 0, "and not until any day");
}

/* ---- roles ---- */

static void test_roles(void)
{
	const struct viewer admin = {.role = ROLE_ADMIN, .browser = ""};
	struct viewer unknown = {.role = ROLE_ADMIN, .browser = ""};
	int64_t id = 1;

	must(account_set_role(&site.shop, &admin, id, ROLE_ADMIN));
	ok(error_is(account_set_role(&site.shop, &admin, id, ROLE_USER),
	       STATE_ERROR),
	    "R5 the last admin stays one");
	ok(error_is(
	       account_set_disabled(&site.shop, &admin, id, true), STATE_ERROR),
	    "R5 and may sign in");
	must(account_set_disabled(&site.shop, &admin, id, false));
	must(account_set_role(&site.shop, &admin, id, ROLE_ADMIN));
	ok(error_is(account_set_role(&site.shop, &unknown, 4711, ROLE_ADMIN),
	       NOT_FOUND_ERROR),
	    "R5 of nobody there is no role");
}

int main(void)
{
	site_open(&site);
	test_live();
	test_replaces();
	test_nameless();
	test_seats_missing();
	test_recover();
	test_stock();
	site_close(&site);
	site_open(&site);
	test_forward();
	test_mark_paid();
	test_joins();
	test_no_part();
	test_roles();
	site_close(&site);
	return done_testing();
}
