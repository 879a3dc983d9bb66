/*
 * What the staff do with bookings that are not like most (R38, R51, R71):
 * free tickets beside paid ones, the booking that pays for other seats, and
 * one of a person who gave no address.
 */
#include "stage.h"

#include "booking/cancel.h"
#include "booking/counter.h"
#include "booking/exchange.h"
#include "booking/staff.h"
#include "store/outbox_store.h"

static const struct viewer staff = {.role = ROLE_ADMIN, .browser = ""};

/* A hall whose row A costs 50.00 a seat, and row B this. */
static void add_hall(const char *slug, int64_t price)
{
	struct tier *tiers = arena_array(&site.arena, 2, sizeof(*tiers));
	struct event event = event_of(slug);

	tiers[0] = event.tiers.items[0];
	tiers[1] = event.tiers.items[1];
	tiers[1].price.minor = price;
	event.tiers.items = tiers;
	event.seating = SEATING_RESERVED;
	add_event(event);
}

static struct booking buy_seats(const struct viewer *viewer, const char *event,
    const char *const *seats, size_t count)
{
	struct order order = order_of_seats(viewer, event, seats, count);
	struct booking booking;

	must(hold_place(&site.shop, &order, &booking));
	must(pay(viewer, booking.reference, "campuspay", &booking));
	return again(&booking);
}

static int64_t count_mails(void)
{
	struct mail_list list;

	must(outbox_store_list(site.shop.db, &site.arena, 1000, &list));
	return (int64_t)list.count;
}

static struct error *give_back(
    const struct booking *booking, int64_t amount, const char *form_key)
{
	const struct staff_refund refund = {.amount = money_of(amount, "USD"),
	    .reason = "rain",
	    .form_key = form_key};

	return staff_refund(&site.shop, booking->reference, &staff, &refund);
}

/* ---- refunds ---- */

/* A ticket that has ended comes first, unless nothing was paid for it. */
static void test_free_beside_paid(void)
{
	static const char *const seats[] = {"A1", "A2", "B1"};
	const struct viewer own = viewer_of("ann");
	struct cancellation look;
	struct booking booking;

	add_hall("mixed", 0);
	booking = buy_seats(&own, "mixed", seats, COUNT_OF(seats));
	must(cancel_do(&site.shop, booking.reference,
	    booking.tickets.items[2].code, &own, 0, &look));
	must(give_back(&booking, 7000, "form-1"));
	booking = again(&booking);
	ok(booking.tickets.items[2].status == TICKET_CANCELLED,
	    "R38 a free ticket that was cancelled is not refunded");
	is_number(booking.tickets.items[0].refunded.minor, 5000,
	    "R38 the paid ones are, the first of them");
	is_number(booking.tickets.items[1].refunded.minor, 2000,
	    "R38 and then the next");
	must(give_back(&booking, 3000, "form-2"));
	ok(error_is(give_back(&booking, 1, "form-3"), STATE_ERROR),
	    "R38 until nothing is left");
	ok(is_sound(), "and the books are right");
}

/* ---- what pays for other seats ---- */

static void test_change(void)
{
	static const char *const seats[] = {"B1"}, *const dearer[] = {"A1"};
	const struct viewer own = viewer_of("ben");
	struct seat_choice choice = {
	    .seats = dearer, .count = 1, .form_key = ""};
	struct booking booking, change;
	struct exchange exchange;
	const char *due;
	int64_t mails;

	add_hall("changed", 2000);
	booking = buy_seats(&own, "changed", seats, COUNT_OF(seats));
	choice.reference = booking.reference;
	must(exchange_look(&site.shop, &choice, &own, &exchange));
	must(exchange_do(&site.shop, &choice, &own, exchange.difference.minor,
	    exchange.refund.minor, &exchange, &due));
	must(pay(&own, due, "campuspay", &change));
	mails = count_mails();
	ok(error_is(
	       staff_cancel(&site.shop, due, &staff, 100, "ill"), STATE_ERROR),
	    "R71 what paid for other seats is not cancelled by itself");
	ok(again(&change).state == BOOKING_CONFIRMED, "it stays");
	ok(error_is(staff_resend(&site.shop, due, &staff), STATE_ERROR),
	    "R71 nor are there tickets of it to send");
	is_number(count_mails(), mails, "nobody is told");
	must(staff_cancel(&site.shop, booking.reference, &staff, 100, "ill"));
	ok(again(&booking).state == BOOKING_CANCELLED,
	    "R71 the booking itself is");
	ok(is_sound(), "and the books are right");
}

/* ---- without an address ---- */

static void test_no_address(void)
{
	struct counter_sale sale = {.event = "walk-in",
	    .tier = "vip",
	    .quantity = 1,
	    .name = "Walk-in",
	    .email = "",
	    .form_key = "form-4"};
	struct booking booking;
	int64_t mails;

	add_event(event_of("walk-in"));
	must(counter_sell(&site.shop, &sale, &staff, &booking));
	mails = count_mails();
	ok(error_is(staff_resend(&site.shop, booking.reference, &staff),
	       STATE_ERROR),
	    "R51 tickets go nowhere without an address");
	is_number(count_mails(), mails, "and no mail is left that cannot go");
}

int main(void)
{
	site_open(&site);
	test_free_beside_paid();
	test_change();
	test_no_address();
	site_close(&site);
	return done_testing();
}
