/*
 * After the sale: the refund policy (R37, R76), cancelling once (R35),
 * changing seats with the difference settled (R36), other holders (B10) -
 * and a long random history of all that, after which the invariants hold.
 */
#include "stage.h"

#include "base/clock.h"
#include "base/text.h"
#include "base/token.h"
#include "booking/cancel.h"
#include "booking/exchange.h"
#include "booking/hold.h"
#include "booking/refund.h"
#include "booking/ticket.h"
#include "store/stock_store.h"
#include "store/ticket_store.h"
#include <time.h>

/* ---- a stage ---- */

static int64_t start; /* of all events */

static void add_show(const char *slug, enum event_seating seating)
{
	struct event event = event_of(slug);

	event.starts_at = start;
	event.ends_at = start + 3 * HOUR;
	event.seating = seating;
	add_event(event);
}

/* Three places, or the seats that are named. */
static struct error *buy(const char *who, const char *event,
    const char *const *seats, size_t count, struct booking *booking)
{
	const struct viewer viewer = viewer_of(who);
	struct order order = order_of(&viewer, event, "vip");

	order.quantity = 3;
	if (count)
		order = order_of_seats(&viewer, event, seats, count);
	TRY(hold_place(&site.shop, &order, booking));
	return pay(&viewer, booking->reference, "campuspay", booking);
}

/* ---- the policy ---- */

static void test_policy(void)
{
	struct event event = {.starts_at = start,
	    .refunds = {.full_days = REFUND_FULL_DAYS,
		.part_days = REFUND_PART_DAYS,
		.part_percent = REFUND_PART_PERCENT}};
	int64_t until;

	ok(refund_percent(&event, start - 7 * DAY, &until) == 100 &&
		until == start - 7 * DAY,
	    "R37 seven days before the start all comes back");
	ok(refund_percent(&event, start - 7 * DAY + 1, &until) == 50 &&
		until == start - 3 * DAY,
	    "R37 a second later half of it");
	ok(refund_percent(&event, start - 3 * DAY, NULL) == 50,
	    "R37 three days before, half");
	ok(refund_percent(&event, start - 3 * DAY + 1, &until) == 0 &&
		until == 0,
	    "R37 a second later nothing");
	event.refunds.full_until = start - DAY;
	ok(refund_percent(&event, start - DAY, NULL) == 100,
	    "R76 after a change all comes back until the day that is set");
	ok(refund_percent(&event, start - DAY + 1, NULL) == 0,
	    "R76 and then the policy counts again");
}

/* ---- cancelling ---- */

static void test_cancel(void)
{
	const struct viewer own = viewer_of("cara"), other = viewer_of("eve");
	struct cancellation look;
	struct booking booking;

	add_show("cancelled", SEATING_GENERAL);
	must(buy("cara", "cancelled", NULL, 0, &booking));
	site_set_clock(&site, start - 5 * DAY);
	must(cancel_look(&site.shop, booking.reference, NULL, &own, &look));
	ok(look.quote.refund.minor == 7500 && look.quote.paid.minor == 15000,
	    "R37 the refund is shown before");
	ok(error_is(
	       cancel_look(&site.shop, booking.reference, NULL, &other, &look),
	       NOT_FOUND_ERROR),
	    "R35 somebody else's is not found");
	ok(error_is(cancel_do(&site.shop, booking.reference, NULL, &own, 15000,
			&look),
	       STATE_ERROR),
	    "a refund that became smaller is shown again");
	must(cancel_do(&site.shop, booking.reference,
	    booking.tickets.items[0].code, &own, 2500, &look));
	booking = again(&booking);
	ok(booking.state == BOOKING_CONFIRMED &&
		booking.tickets.items[0].status == TICKET_REFUNDED &&
		booking.tickets.items[0].refunded.minor == 2500,
	    "R37 one ticket is refunded, the others stay");
	ok(error_is(cancel_do(&site.shop, booking.reference,
			booking.tickets.items[0].code, &own, 0, &look),
	       STATE_ERROR),
	    "R35 a second time is refused");
	site_set_clock(&site, start - DAY);
	must(cancel_do(&site.shop, booking.reference, NULL, &own, 0, &look));
	booking = again(&booking);
	ok(booking.state == BOOKING_CANCELLED &&
		booking.tickets.items[1].status == TICKET_CANCELLED,
	    "R37 without a refund the tickets are cancelled");
	ok(error_is(
	       cancel_do(&site.shop, booking.reference, NULL, &own, 0, &look),
	       STATE_ERROR),
	    "R35 a cancelled booking is not cancelled again");
	ok(is_sound(), "and the books are right");
	site_set_clock(&site, start - 20 * DAY);
}

/* ---- other holders ---- */

static void test_give(void)
{
	const struct viewer own = viewer_of("gina");
	struct viewer holder = viewer_of("hugo");
	struct cancellation look;
	struct booking booking;
	struct ticket ticket, given;
	const char *old;
	bool is_old;

	add_show("given", SEATING_GENERAL);
	must(buy("gina", "given", NULL, 0, &booking));
	old = booking.tickets.items[0].code;
	must(ticket_give(&site.shop, booking.reference, old, &own,
	    &(struct ticket_gift){" Hugo ", "hugo@example.org", ""}, &given));
	must(ticket_store_find(
	    site.shop.db, &site.arena, old, &ticket, &is_old));
	ok(is_old && text_equal(ticket.holder_name, "Hugo") &&
		!text_equal(ticket.code, old),
	    "B10 the ticket has a new holder and a new code");
	ok(text_equal(ticket_judge(&site.arena, &ticket, is_old, clock_now()),
	       "Ticket status is cancelled"),
	    "B10 the old code is dead");
	ok(error_is(cancel_look(
			&site.shop, booking.reference, given.code, &own, &look),
	       STATE_ERROR),
	    "B10 the buyer cannot give back what was passed on");
	ok(error_is(ticket_give(&site.shop, booking.reference, given.code,
			&holder, &(struct ticket_gift){"X", "", ""}, &ticket),
	       NOT_FOUND_ERROR),
	    "B10 without its key nobody has it");
	holder.keys = given.code;
	must(ticket_give(&site.shop, booking.reference, given.code, &holder,
	    &(struct ticket_gift){"Hugo H.", "", ""}, &ticket));
	ok(text_equal(ticket.holder_email, "hugo@example.org"),
	    "B10 with its key the holder may rename it");
	ok(error_is(ticket_give(&site.shop, booking.reference, given.code,
			&holder, &(struct ticket_gift){"X", "", ""}, &ticket),
	       NOT_FOUND_ERROR),
	    "B10 a dead code opens nothing");
	ok(error_is(ticket_give(&site.shop, booking.reference,
			booking.tickets.items[1].code, &own,
			&(struct ticket_gift){"  ", "", ""}, &ticket),
	       VALIDATION_ERROR) &&
		error_is(ticket_give(&site.shop, booking.reference,
			     booking.tickets.items[1].code, &own,
			     &(struct ticket_gift){"A", "b", ""}, &ticket),
		    VALIDATION_ERROR),
	    "B10 a holder has a name, and an address is one");
	ok(is_sound(), "and the books are right");
}

/* ---- other seats ---- */

static struct seat_choice choose(
    const struct booking *booking, const char *const *seats, size_t count)
{
	return (struct seat_choice){.reference = booking->reference,
	    .seats = seats,
	    .count = count,
	    .form_key = ""};
}

#define SEATS(...)                                                             \
	(const char *const[]){__VA_ARGS__},                                    \
	    sizeof((const char *const[]){__VA_ARGS__}) / sizeof(char *)

static struct error *change(const struct viewer *viewer,
    const struct seat_choice *choice, const char **due)
{
	struct exchange exchange;

	TRY(exchange_look(&site.shop, choice, viewer, &exchange));
	return exchange_do(&site.shop, choice, viewer,
	    exchange.difference.minor, exchange.refund.minor, &exchange, due);
}

static bool sits_at(const struct booking *booking, const char *seat)
{
	const struct booking now = again(booking);

	for (size_t i = 0; i < now.tickets.count; i++)
		if (text_equal(now.tickets.items[i].seat, seat) &&
		    ticket_is_valid(&now.tickets.items[i]))
			return true;
	return false;
}

static void test_exchange(void)
{
	const struct viewer own = viewer_of("sam");
	struct seat_choice choice;
	struct booking booking, due_booking;
	const char *due;

	add_show("seated", SEATING_RESERVED);
	must(buy("sam", "seated", SEATS("B1", "B2"), &booking));
	choice = choose(&booking, SEATS("B1", "B3"));
	must(change(&own, &choice, &due));
	ok(*due == '\0' && sits_at(&booking, "B3") && !sits_at(&booking, "B2"),
	    "R36 a seat of the same price changes at once");
	choice = choose(&booking, SEATS("B1", "A3"));
	must(change(&own, &choice, &due));
	ok(*due && sits_at(&booking, "B3"),
	    "R36 a dearer seat is paid first, the old one stays until then");
	must(pay(&own, due, "campuspay", &due_booking));
	ok(due_booking.total.minor == 3000 && sits_at(&booking, "A3") &&
		!sits_at(&booking, "B3"),
	    "R36 the difference is paid, and the seat is theirs");
	ok(is_sound(), "and the books are right");
	site_set_clock(&site, start - 5 * DAY);
	choice = choose(&booking, SEATS("B1", "B9"));
	must(change(&own, &choice, &due));
	booking = again(&booking);
	ok(*due == '\0' && sits_at(&booking, "B9") &&
		booking.total.minor == 4000,
	    "R36 a cheaper seat changes at once, half of the rest comes back");
	ok(is_sound(), "and the books are right");
	choice = choose(&booking, SEATS("B1"));
	ok(error_is(change(&own, &choice, &due), INVALID_BOOKING_ERROR),
	    "fewer seats than before are refused");
	choice = choose(&booking, SEATS("B1", "B1"));
	ok(error_is(change(&own, &choice, &due), INVALID_BOOKING_ERROR),
	    "a seat named twice is refused");
	choice = choose(&booking, SEATS("B1", "Z1"));
	ok(error_is(change(&own, &choice, &due), INVALID_BOOKING_ERROR),
	    "a seat that does not exist is refused");
	choice = choose(&booking, SEATS("B9", "B1"));
	ok(error_is(change(&own, &choice, &due), INVALID_BOOKING_ERROR),
	    "the seats one has are no change");
	site_set_clock(&site, start - 20 * DAY);
}

/* The ticket is gone when the difference is paid: the money goes back. */
static void test_exchange_too_late(void)
{
	const struct viewer own = viewer_of("tara");
	struct seat_choice choice;
	struct booking booking, changing;
	struct cancellation look;
	const char *due;
	struct error *error;

	must(buy("tara", "seated", SEATS("B5"), &booking));
	choice = choose(&booking, SEATS("A5"));
	must(change(&own, &choice, &due));
	must(cancel_do(&site.shop, booking.reference, NULL, &own, 0, &look));
	error = pay(&own, due, "campuspay", &changing);
	(void)error;
	changing = again(&changing);
	ok(changing.state == BOOKING_FAILED,
	    "I5 a change of a cancelled ticket fails");
	ok(is_sound(), "I5 and its money goes back");
}

/* ---- a long history ---- */

static const char *any_seat(void)
{
	return arena_format(
	    &site.arena, "%c%u", roll(2) ? 'A' : 'B', 1 + roll(10));
}

static int done[4]; /* how often each kind of step succeeded */

/* Whatever is refused changes nothing; what happens is a surprise. */
static void step(struct booking *bookings, size_t count)
{
	struct booking *booking = &bookings[roll((unsigned)count)];
	const struct viewer own = {.role = ROLE_VISITOR,
	    .browser = booking->id ? booking->browser : "x"};
	const char *seats[2] = {any_seat(), any_seat()};
	struct seat_choice choice;
	struct cancellation look;
	struct ticket given;
	const char *due = "";
	struct error *error;
	static const unsigned kinds[] = {0, 0, 1, 1, 2, 2, 2, 2, 3};
	unsigned kind = kinds[roll(COUNT_OF(kinds))];

	if (!booking->id) {
		if (buy(token_id(&site.arena), "history", seats, 1 + roll(2),
			booking))
			booking->id = 0;
		return;
	}
	*booking = again(booking);
	choice = choose(booking, seats, booking->tickets.count);
	switch (kind) {
	case 0:
		error = cancel_do(&site.shop, booking->reference,
		    booking->tickets.count ? booking->tickets.items[0].code
					   : NULL,
		    &own, 0, &look);
		break;
	case 1:
		error = ticket_give(&site.shop, booking->reference,
		    booking->tickets.count ? booking->tickets.items[0].code
					   : "",
		    &own, &(struct ticket_gift){"N", "n@example.org", ""},
		    &given);
		break;
	case 2:
		error = change(&own, &choice, &due);
		if (!error && *due && roll(3))
			error = pay(
			    &own, due, "campuspay", &(struct booking){.id = 0});
		break;
	default:
		error = TRANSACTION(site.shop.db,
		    cancel_booking_in(&site.shop, booking, roll(101),
			"cancelled by the staff", clock_now()));
		break;
	}
	done[kind] += !error;
	if (booking->state != BOOKING_CONFIRMED)
		booking->id = 0;
}

static void test_history(void)
{
	struct booking bookings[5] = {{.id = 0}};
	bool is_right = true;

	add_show("history", SEATING_RESERVED);
	for (int i = 0; i < 2000 && is_right; i++) {
		site_set_clock(&site, start - (int64_t)roll(12) * DAY - DAY);
		step(bookings, COUNT_OF(bookings));
		error_reset();
		if (i % 50 == 0)
			is_right = is_sound();
	}
	ok(done[0] > 5 && done[1] > 5 && done[2] > 5 && done[3] > 5,
	    "a random history cancels %d times, passes on %d, changes %d, "
	    "ends %d bookings",
	    done[0], done[1], done[2], done[3]);
	ok(is_right && is_sound(),
	    "I1 I2 I5 I6 I7 I10 hold after a random history");
}

int main(void)
{
	site_open(&site);
	site.config.gateways = "campuspay";
	start = (int64_t)time(NULL) + 30 * DAY;
	site_set_clock(&site, start - 20 * DAY);
	test_policy();
	test_cancel();
	test_give();
	test_exchange();
	test_exchange_too_late();
	test_history();
	site_close(&site);
	return done_testing();
}
