/*
 * Reports (R52): after random histories of sales, cancellations and refunds
 * in several currencies, over weeks, every report agrees with the ledger to
 * the cent, and its parts with its whole; days follow their zone.
 */
#include "stage.h"

#include "base/clock.h"
#include "base/text.h"
#include "base/token.h"
#include "booking/cancel.h"
#include "booking/exchange.h"
#include "booking/hold.h"
#include "booking/refund.h"
#include "booking/report.h"
#include "store/event_store.h"
#include <time.h>

static int64_t start; /* of the history */

static const struct viewer admin = {
    .role = ROLE_ADMIN, .user_id = 1, .browser = ""};

/* ---- a stage ---- */

static void add_show(const char *slug, const char *currency)
{
	const struct tier tiers[] = {
	    {.slug = "vip",
		.name = "VIP",
		.price = money_of(4999, currency),
		.capacity = 10},
	    {.slug = "back",
		.name = "Back",
		.price = money_of(1733, currency),
		.capacity = 10},
	    {.slug = "free",
		.name = "Free",
		.price = money_of(0, currency),
		.capacity = 10},
	};
	struct event event = event_of(slug);

	event.currency = currency;
	event.starts_at = start + 60 * DAY;
	event.ends_at = start + 60 * DAY + 3 * HOUR;
	event.seating = SEATING_RESERVED;
	event.tiers =
	    (struct tier_list){.items = tiers, .count = COUNT_OF(tiers)};
	add_event(event);
}

static const char *any_seat(void)
{
	return arena_format(
	    &site.arena, "%c%u", 'A' + (int)roll(3), 1 + roll(10));
}

static struct error *buy(const char *event, struct booking *booking)
{
	const struct viewer viewer = viewer_of(token_id(&site.arena));
	const char *const seats[] = {any_seat(), any_seat()};
	const struct order order =
	    order_of_seats(&viewer, event, seats, 1 + roll(2));

	TRY(hold_place(&site.shop, &order, booking));
	return pay(&viewer, booking->reference, "campuspay", booking);
}

/* Another seat; a dearer one is paid. */
static struct error *change(const struct booking *booking)
{
	const struct viewer own = viewer_of(booking->browser);
	const char *const seats[] = {
	    any_seat(),
	    booking->tickets.count > 1 ? booking->tickets.items[1].seat : "",
	};
	const struct seat_choice choice = {.reference = booking->reference,
	    .seats = seats,
	    .count = booking->tickets.count,
	    .form_key = ""};
	struct exchange exchange;
	struct booking paid;
	const char *due;

	TRY(exchange_look(&site.shop, &choice, &own, &exchange));
	TRY(exchange_do(&site.shop, &choice, &own, exchange.difference.minor,
	    exchange.refund.minor, &exchange, &due));
	if (!*due)
		return NULL;
	return pay(&own, due, "campuspay", &paid);
}

static int done[4]; /* sold, a ticket cancelled, a booking ended, changed */

static void step(struct booking *booking)
{
	static const char *const events[] = {"dollars", "euros", "yen"};
	struct cancellation look;
	struct error *error;
	struct viewer own;

	if (!booking->id) {
		error = buy(events[roll(3)], booking);
		done[0] += !error;
		if (error)
			booking->id = 0;
		return;
	}
	*booking = again(booking);
	own = viewer_of(booking->browser);
	if (booking->state != BOOKING_CONFIRMED || roll(4) == 0) {
		booking->id = 0;
		return;
	}
	switch (roll(3)) {
	case 0:
		error = cancel_do(&site.shop, booking->reference,
		    booking->tickets.items[0].code, &own, 0, &look);
		done[1] += !error;
		break;
	case 1:
		error = TRANSACTION(site.shop.db,
		    cancel_booking_in(&site.shop, booking, roll(101),
			"cancelled by the staff", clock_now()));
		done[2] += !error;
		break;
	default:
		error = change(booking);
		done[3] += !error;
	}
}

static void make_history(int steps)
{
	struct booking bookings[12] = {{.id = 0}};
	struct error *error;

	for (int i = 0; i < steps; i++) {
		site_set_clock(&site, start + (int64_t)i * 50 * DAY / steps);
		step(&bookings[roll(COUNT_OF(bookings))]);
		if (roll(5) == 0)
			error = refund_settle_open(&site.shop);
		(void)error;
		error_reset();
	}
	site_set_clock(&site, clock_now() + HOUR);
	must(refund_settle_open(&site.shop));
}

/* ---- the books ---- */

/* What the ledger and the tickets say, asked in the plainest way. */
static int64_t ask(
    const char *what, const char *currency, const struct report_period *period)
{
	struct db_rows rows;

	must(db_query(site.shop.db, &site.arena, &rows,
	    "SELECT CASE $1"
	    " WHEN 'gateways' THEN (SELECT sum(amount) FROM ledger"
	    "   WHERE account LIKE 'gateway:%' AND currency = $2"
	    "   AND created_at >= $3 AND created_at < $4)"
	    " WHEN 'tickets' THEN (SELECT count(*) FROM ticket k"
	    "   JOIN booking b ON b.id = k.booking_id WHERE b.currency = $2"
	    "   AND k.status IN ('active', 'used', 'expired')"
	    "   AND b.confirmed_at >= $3 AND b.confirmed_at < $4)"
	    " WHEN 'bookings' THEN (SELECT count(*) FROM booking"
	    "   WHERE state = 'confirmed' AND currency = $2"
	    "   AND changes_id IS NULL"
	    "   AND confirmed_at >= $3 AND confirmed_at < $4)"
	    " ELSE (SELECT sum(amount) FROM ledger"
	    "   WHERE account = $1 AND currency = $2"
	    "   AND created_at >= $3 AND created_at < $4) END",
	    PARAMS(text(what), text(currency), integer(period->from),
		integer(period->to))));
	return row_integer(db_row_at(&rows, 0), 0);
}

static bool agrees(const struct report_part *part, const struct report *report)
{
	const struct report_period *period = &report->period;
	const char *currency = part->currency;

	return part->total.gross == -ask("sales", currency, period) &&
	    part->total.refunds == ask("refunds", currency, period) &&
	    report_net(&part->total) == ask("gateways", currency, period) &&
	    part->total.tickets == ask("tickets", currency, period) &&
	    part->total.bookings == ask("bookings", currency, period);
}

static struct report_sum add_up(const struct report_sum *sums, size_t count)
{
	struct report_sum all = {.key = ""};

	for (size_t i = 0; i < count; i++) {
		all.bookings += sums[i].bookings;
		all.tickets += sums[i].tickets;
		all.gross += sums[i].gross;
		all.refunds += sums[i].refunds;
	}
	return all;
}

static bool is_same(const struct report_sum *a, const struct report_sum *b)
{
	return a->gross == b->gross && a->refunds == b->refunds;
}

static bool counts_same(const struct report_sum *a, const struct report_sum *b)
{
	return a->bookings == b->bookings && a->tickets == b->tickets;
}

static bool adds_up(const struct report_part *part, const struct report *report)
{
	struct report_sum days = add_up(part->days, report->day_count);
	struct report_sum events =
	    add_up(part->events.items, part->events.count);
	struct report_sum gateways =
	    add_up(part->gateways.items, part->gateways.count);
	struct report_sum tiers = add_up(part->tiers.items, part->tiers.count);

	return is_same(&days, &part->total) &&
	    counts_same(&days, &part->total) &&
	    is_same(&events, &part->total) &&
	    counts_same(&events, &part->total) &&
	    is_same(&gateways, &part->total) &&
	    tiers.tickets == part->total.tickets;
}

static void test_ranges(void)
{
	static const char *const zones[] = {"UTC", "Europe/Berlin",
	    "Pacific/Auckland", "America/St_Johns", "Asia/Kathmandu"};
	bool agree = true, whole = true;
	int parts = 0;

	for (int i = 0; i < 200; i++) {
		struct report_period period =
		    report_last_days(zones[roll(COUNT_OF(zones))], 1 + roll(40),
			start + (int64_t)roll(60) * DAY + roll(DAY));
		struct report report;

		must(report_make(
		    &site.shop, &admin, 0, &period, "USD", &report));
		for (size_t p = 0; p < report.part_count; p++) {
			agree &= agrees(&report.parts[p], &report);
			whole &= adds_up(&report.parts[p], &report);
			parts++;
		}
	}
	ok(parts > 300, "%d reports over random days in five zones", parts);
	ok(agree, "R52 each agrees with the ledger, account by account");
	ok(whole, "R52 days, events and gateways add up to the total");
}

static void test_all_time(void)
{
	struct report_period period =
	    report_last_days("UTC", 100, start + 70 * DAY);
	struct report report;

	must(report_make(&site.shop, &admin, 0, &period, "USD", &report));
	ok(report.part_count == 3, "each currency is a part of its own");
	for (size_t p = 0; p < report.part_count; p++) {
		const struct report_part *part = &report.parts[p];
		struct report_sum tiers =
		    add_up(part->tiers.items, part->tiers.count);

		ok(part->total.gross > 0 && part->total.refunds > 0 &&
			part->total.tickets > 0,
		    "%s: sales, refunds, tickets", part->currency);
		ok(report_net(&tiers) == report_net(&part->total),
		    "%s: what types of tickets brought in is the ledger's net",
		    part->currency);
	}
}

/* What an organiser sees are their events' figures. */
static void test_viewers(void)
{
	const struct viewer ada = {.role = ROLE_ORGANISER, .user_id = 5};
	const struct viewer nobody = {.role = ROLE_ORGANISER};
	struct report_period period =
	    report_last_days("UTC", 100, start + 70 * DAY);
	struct report all, own, one;
	struct event event;

	must(event_store_find(site.shop.db, &site.arena, "euros", EVENTS_ALL,
	    clock_now(), &event));
	CHANGE("INSERT INTO user (id, username, username_key, created_at)"
	       " VALUES (5, 'ada', 'ada', 0)");
	must(TRANSACTION(site.shop.db,
	    db_run(site.shop.db, NULL,
		"UPDATE event SET owner_id = 5 WHERE id = $1",
		PARAMS(integer(event.id)))));
	must(report_make(&site.shop, &admin, 0, &period, "USD", &all));
	must(report_make(&site.shop, &ada, 0, &period, "USD", &own));
	must(report_make(&site.shop, &admin, event.id, &period, "EUR", &one));
	ok(own.part_count == 1 && text_equal(own.parts[0].currency, "EUR") &&
		is_same(&own.parts[0].total, &all.parts[0].total),
	    "an organiser sees the own event alone");
	ok(one.part_count == 1 &&
		is_same(&one.parts[0].total, &own.parts[0].total),
	    "one event's report");
	must(report_make(&site.shop, &nobody, 0, &period, "USD", &own));
	ok(own.part_count == 1 && own.parts[0].total.gross == 0 &&
		text_equal(own.parts[0].currency, "USD"),
	    "who runs nothing sees zeros");
}

/* ---- periods ---- */

static int64_t at(const char *day, const char *zone)
{
	struct wall_time wall;

	must(clock_parse_minute(day, &wall));
	return clock_from_wall(wall, zone);
}

static void refuses(
    const char *timeframe, const char *from, const char *to, const char *field)
{
	struct report_period period;
	struct error *error = report_read_period(
	    "UTC", timeframe, from, to, at("2026-06-15 12:00", "UTC"), &period);

	ok(error_is(error, VALIDATION_ERROR) &&
		text_equal(error_field_value(error, "field"), field),
	    "\"%s\" \"%s\" \"%s\" is refused at %s", timeframe, from, to,
	    field);
}

static void test_periods(void)
{
	const char *zone = "Europe/Berlin";
	int64_t now = at("2026-03-31 23:30", zone);
	struct report_period period;
	struct report report;

	must(report_read_period(zone, "7days", "", "", now, &period));
	ok(period.from == at("2026-03-25 00:00", zone) &&
		period.to == at("2026-04-01 00:00", zone),
	    "seven days over the change of clocks");
	must(report_make(&site.shop, &admin, 0, &period, "USD", &report));
	ok(report.day_count == 7 &&
		report.days[5] - report.days[4] == 23 * HOUR,
	    "the day on which the clocks change has 23 hours");
	must(report_read_period(zone, "1year", "", "", now, &period));
	must(report_make(&site.shop, &admin, 0, &period, "USD", &report));
	ok(report.day_count == 365, "a year has 365 days");
	must(report_read_period(zone, "", "", "", now, &period));
	ok(period.from == at("2026-03-02 00:00", zone), "30 days by default");
	must(report_read_period(
	    zone, "7days", "2026-10-25", "2026-10-25", now, &period));
	ok(period.to - period.from == 25 * HOUR,
	    "an own range wins; one day of 25 hours");
	must(report_read_period(zone, "", "", "2026-02-28", now, &period));
	ok(period.from == at("2026-01-30 00:00", zone) &&
		period.to == at("2026-03-01 00:00", zone),
	    "a last day alone: the month before it");
	must(report_read_period(
	    "UTC", "", "2024-01-01", "2025-12-31", now, &period));
	must(report_make(&site.shop, &admin, 0, &period, "USD", &report));
	ok(report.day_count == REPORT_DAYS_MOST, "two years with a leap day");
	refuses("2days", "", "", "timeframe");
	refuses("", "2026-02-30", "", "from");
	refuses("", "", "x", "to");
	refuses("", "2026-06-02", "2026-06-01", "to");
	refuses("", "2027-01-01", "", "to");
	refuses("", "2024-01-01", "2026-01-01", "from");
}

int main(void)
{
	site_open(&site);
	site.config.gateways = "campuspay";
	start = (int64_t)time(NULL);
	site_set_clock(&site, start);
	add_show("dollars", "USD");
	add_show("euros", "EUR");
	add_show("yen", "JPY");
	make_history(1500);
	ok(done[0] > 50 && done[1] > 20 && done[2] > 20 && done[3] > 20,
	    "a random history sells %d, cancels %d tickets and %d bookings, "
	    "changes %d",
	    done[0], done[1], done[2], done[3]);
	test_ranges();
	test_all_time();
	test_viewers();
	test_periods();
	site_close(&site);
	return done_testing();
}
