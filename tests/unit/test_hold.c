/*
 * Holds and stock with a clock of the test's own: totals, the moments at which
 * pages change, what lapses when, and that everything happens once.
 */
#include "stage.h"

#include "base/clock.h"
#include "booking/hold.h"
#include "store/catalogue_store.h"
#include "store/event_store.h"
#include "store/stock_store.h"

enum {
	NOW = 1000 * 1000 * 1000,
	HOLD = 600, /* ten minutes */
};

/* From NOW + 10 days, with one type of tickets. */
static struct event add_show(const char *slug, int64_t price, int64_t capacity)
{
	struct event event = event_of(slug);

	event.starts_at = NOW + 10 * DAY;
	event.ends_at = NOW + 11 * DAY;
	event.one_booking_each = true;
	event.tiers = one_tier(price, capacity);
	return add_event(event);
}

/* The event's tier as a visitor sees it at a moment. */
static struct tier tier_at(const char *slug, int64_t now)
{
	struct event event;

	must(event_store_find(
	    site.shop.db, &site.arena, slug, EVENTS_PUBLIC, now, &event));
	return event.tiers.items[0];
}

/* Hold places as somebody with a browser and an email of that name. */
static struct error *hold_as(const char *who, const char *slug,
    int64_t quantity, int64_t now, struct booking *booking)
{
	const struct viewer viewer = viewer_of(who);
	struct order order = order_of(&viewer, slug, "general");

	order.quantity = quantity;
	return TRANSACTION(
	    site.shop.db, hold_place_in(&site.shop, &order, now, booking));
}

/* ---- totals (R23, R28) ---- */

static void test_totals(void)
{
	static const struct {
		int64_t price, quantity, total;
	} rows[] = {
	    {0, 1, 0},
	    {0, 1000, 0},
	    {1, 1, 1},
	    {1, 3, 3},
	    {999, 3, 2997},
	    {1500, 2, 3000},
	    {3333, 3, 9999},
	    {1999, 1000, 1999000},
	    {9999999, 1000, INT64_C(9999999000)},
	};

	for (size_t i = 0; i < COUNT_OF(rows); i++) {
		const char *slug = arena_format(&site.arena, "price-%zu", i);
		struct booking booking, kept;

		add_show(slug, rows[i].price, 0);
		must(hold_as(slug, slug, rows[i].quantity, NOW, &booking));
		is_number(booking.total.minor, rows[i].total, "total");
		kept = again(&booking);
		is_number(kept.total.minor, rows[i].total, "total, kept");
		is_number(kept.items.items[0].subtotal.minor, rows[i].total,
		    "subtotal, kept");
	}
}

static void test_overflow(void)
{
	struct booking booking;
	struct error *error;

	add_show("dear", INT64_MAX / 2, 0);
	error = hold_as("dear", "dear", 3, NOW, &booking);
	ok(error != NULL, "a total beyond 64 bits is refused");
	is_number(tier_at("dear", NOW).left, INT64_MAX, "nothing was taken");
	db_check_idle(site.shop.db);
}

/* ---- the end of a hold (R29, R30, I8) ---- */

static void test_lapse(void)
{
	struct booking first, second;
	struct error *error;

	add_show("lapse", 1500, 10);
	must(hold_as("anna", "lapse", 7, NOW, &first));
	is_number(first.expires_at, NOW + HOLD, "ten minutes");
	is_number(tier_at("lapse", NOW + HOLD - 1).left, 3,
	    "a second before the end they are held");
	error = hold_as("bert", "lapse", 4, NOW + HOLD - 1, &second);
	ok(error_is(error, SOLD_OUT_ERROR), "and not for others");
	is_text(error_field_value(error, "remaining"), "3", "remaining");
	is_number(
	    tier_at("lapse", NOW + HOLD).left, 10, "at the end they are free");
	ok(again(&first).state == BOOKING_HELD, "though nobody has settled");
	must(hold_as("bert", "lapse", 10, NOW + HOLD, &second));
	ok(again(&first).state == BOOKING_EXPIRED,
	    "who needs them ends the hold");
	is_number(tier_at("lapse", NOW + HOLD).left, 0, "once");
}

static struct error *settle_twice(int64_t event_id, int64_t now)
{
	TRY(stock_end_lapsed(site.shop.db, &site.arena, event_id, now));
	return stock_end_lapsed(site.shop.db, &site.arena, event_id, now);
}

static struct error *give_back(
    const struct booking *booking, bool *first, bool *second)
{
	TRY(stock_give_back(
	    site.shop.db, booking->id, BOOKING_RELEASED, NOW, first));
	return stock_give_back(
	    site.shop.db, booking->id, BOOKING_RELEASED, NOW, second);
}

static void test_once(void)
{
	struct event event = add_show("once", 1500, 10);
	struct booking lapsing, released;
	bool first = false, second = false;

	must(hold_as("carl", "once", 4, NOW, &lapsing));
	must(hold_as("dora", "once", 3, NOW + 1, &released));
	must(TRANSACTION(site.shop.db, settle_twice(event.id, NOW + HOLD)));
	is_number(tier_at("once", NOW + HOLD).left, 7, "settled once");
	ok(again(&released).state == BOOKING_HELD, "the later one is held");
	must(TRANSACTION(site.shop.db, give_back(&released, &first, &second)));
	ok(first && !second, "given back once");
	is_number(tier_at("once", NOW).left, 10, "all are free");
	must(TRANSACTION(site.shop.db, give_back(&lapsing, &first, &second)));
	ok(!first && !second, "what expired is not released");
	ok(is_sound(), "the books are sound");
}

static void test_settling_raises(void)
{
	struct event event = add_show("raise", 0, 5);
	int64_t before, after;

	must(catalogue_version(site.shop.db, &site.arena, &before));
	must(TRANSACTION(site.shop.db,
	    stock_end_lapsed(site.shop.db, &site.arena, event.id, NOW)));
	must(catalogue_version(site.shop.db, &site.arena, &after));
	ok(after > before, "each change of stock raises the catalogue");
}

/* ---- capacity (I1) ---- */

static struct error *hold_stock(int64_t tier_id, int64_t quantity, bool *taken)
{
	return stock_hold(site.shop.db, tier_id, quantity, taken);
}

static void test_capacity(void)
{
	int64_t tier;
	bool taken;

	add_show("full", 0, 3);
	tier = tier_at("full", NOW).id;
	must(TRANSACTION(site.shop.db, hold_stock(tier, 4, &taken)));
	ok(!taken, "four of three are not taken");
	must(TRANSACTION(site.shop.db, hold_stock(tier, 3, &taken)));
	ok(taken, "three are");
	must(TRANSACTION(site.shop.db, hold_stock(tier, 1, &taken)));
	ok(!taken, "no more");
	must(TRANSACTION(site.shop.db, hold_stock(tier, INT64_MAX, &taken)));
	ok(!taken, "not even the largest number");
	must(TRANSACTION(site.shop.db, hold_stock(4711, 1, &taken)));
	ok(!taken, "of a tier that is not there nothing is taken");
}

/* ---- edges in time ---- */

static void is_edge(int64_t now, int64_t expected, const char *name)
{
	int64_t edge;

	must(catalogue_next_edge(site.shop.db, &site.arena, now, &edge));
	is_number(edge, expected, name);
}

static struct error *set_edges(void)
{
	TRY(db_run(site.shop.db, NULL,
	    "UPDATE event SET starts_at = $1 + 8640000, booking_opens_at ="
	    " $1 + 100, booking_closes_at = $1 + 300, ends_at = $1 + 8640100",
	    PARAMS(integer(NOW))));
	return db_run(site.shop.db, NULL,
	    "UPDATE tier SET sale_opens_at = $1 + 150,"
	    " sale_closes_at = $1 + 250",
	    PARAMS(integer(NOW)));
}

/* A site of its own: edges are those of all events. */
static void test_edges(void)
{
	struct booking booking;

	is_edge(NOW, INT64_MAX, "an empty house has no edge");
	add_show("edge", 0, 10);
	is_edge(NOW, NOW + 10 * DAY, "the start");
	is_edge(NOW + 10 * DAY, NOW + 11 * DAY, "at the start: the end");
	is_edge(NOW + 11 * DAY, INT64_MAX, "at the end: none");
	is_edge(NOW - 100 * DAY, NOW - 80 * DAY, "90 days before the start");
	must(hold_as("emil", "edge", 1, NOW, &booking));
	is_edge(NOW, NOW + HOLD, "a hold's end");
	is_edge(NOW + HOLD, NOW + 10 * DAY, "a lapsed hold is no edge");
	must(TRANSACTION(site.shop.db, set_edges()));
	is_edge(NOW, NOW + 100, "booking opens");
	is_edge(NOW + 100, NOW + 150, "the tier's sale opens");
	is_edge(NOW + 150, NOW + 250, "the tier's sale closes");
	is_edge(NOW + 250, NOW + 300, "booking closes");
	is_edge(NOW + 300, NOW + HOLD, "a hold's end");
	is_edge(NOW + HOLD, NOW + 10 * DAY, "90 days before, 100 days ahead");
	is_edge(NOW + 10 * DAY, NOW + 100 * DAY, "the start");
}

int main(void)
{
	site_open(&site);
	test_edges();
	site_close(&site);
	site_open(&site);
	test_totals();
	test_overflow();
	test_lapse();
	test_once();
	test_settling_raises();
	test_capacity();
	site_close(&site);
	return done_testing();
}
