/*
 * What is played with in unit tests of the shop: a site, events that sell,
 * orders, and what the database says of them afterwards.
 *
 *   site_open(&site);
 *   event = event_of("show");            changed to what the test is about
 *   add_event(event);
 *   order = order_of(&viewer, "show", "vip");
 *   must(hold_place(&site.shop, &order, &booking));
 *   must(pay(&viewer, booking.reference, "campuspay", &booking));
 *   booking = again(&booking);
 *   site_close(&site);
 */
#ifndef UNIT_STAGE_H
#define UNIT_STAGE_H

#include "booking/checkout.h"
#include "booking/hold.h"
#include "booking/refund.h"
#include "booking/seats.h"
#include "site.h"
#include "store/booking_store.h"
#include "store/event_store.h"
#include "store/proof_store.h"

static struct site site;

/* A statement, which has to be a literal, changes the site's database. */
#define CHANGE(statement)                                                      \
	must(TRANSACTION(                                                      \
	    site.shop.db, db_run(site.shop.db, NULL, statement, NO_PARAMS)))

/* ---- chance ---- */

/* 0 .. sides - 1; the same row of them in each run. */
static inline unsigned roll(unsigned sides)
{
	static uint64_t state = 42;

	state = state * UINT64_C(6364136223846793005) + 1442695040888963407u;
	return (unsigned)(state >> 33) % sides;
}

/* ---- events ---- */

/* One type, "general"; capacity 0: as many as there are wishes. */
static inline struct tier_list one_tier(int64_t price, int64_t capacity)
{
	struct tier *tier = ARENA_NEW(&site.arena, struct tier);

	*tier = (struct tier){.slug = "general",
	    .name = "General",
	    .price = money_of(price, "USD"),
	    .is_unlimited = capacity == 0,
	    .capacity = capacity};
	return (struct tier_list){.items = tier, .count = 1};
}

/*
 * A published event ten days from now, of three hours, with "vip" at 50.00
 * and "back" at 20.00, ten places each.
 */
static inline struct event event_of(const char *slug)
{
	static const struct tier tiers[] = {
	    {.slug = "vip",
		.name = "VIP",
		.price = {.minor = 5000, .currency = "USD"},
		.capacity = 10},
	    {.slug = "back",
		.name = "Back",
		.price = {.minor = 2000, .currency = "USD"},
		.capacity = 10},
	};

	return (struct event){
	    .slug = slug,
	    .title = slug,
	    .type = "other",
	    .timezone = "UTC",
	    .currency = "USD",
	    .starts_at = clock_now() + 10 * DAY,
	    .ends_at = clock_now() + 10 * DAY + 3 * HOUR,
	    .status = EVENT_PUBLISHED,
	    .tiers = {.items = tiers, .count = COUNT_OF(tiers)},
	};
}

/*
 * Put it on sale; the result has its numbers. A hall with seats gets a row
 * for each type: A1-A10, B1-B10 ...
 */
static inline struct event add_event(struct event event)
{
	struct db *db = site.shop.db;

	must(TRANSACTION(
	    db, event_store_add(db, &site.arena, &event, clock_now())));
	if (event.seating == SEATING_GENERAL)
		return event;
	for (size_t i = 0; i < event.tiers.count; i++) {
		const struct tier *tier = &event.tiers.items[i];
		int row = 'A' + (int)i;
		const char *seats = arena_format(
		    &site.arena, "%c1-%c%" PRId64, row, row, tier->capacity);

		must(TRANSACTION(
		    db, seats_add(&site.shop, event.id, tier->slug, seats)));
	}
	return event;
}

/* ---- orders ---- */

static inline struct viewer viewer_of(const char *who)
{
	return (struct viewer){.role = ROLE_VISITOR, .browser = who};
}

/* One place, for somebody who is called and written to as the browser is. */
static inline struct order order_of(
    const struct viewer *viewer, const char *event, const char *tier)
{
	return (struct order){
	    .event = event,
	    .tier = tier,
	    .quantity = 1,
	    .email =
		arena_format(&site.arena, "%s@example.org", viewer->browser),
	    .name = viewer->browser,
	    .viewer = viewer,
	    .source = "page",
	    .form_key = "",
	    .replaces = "",
	};
}

/* The same of seats by their names. */
static inline struct order order_of_seats(const struct viewer *viewer,
    const char *event, const char *const *seats, size_t count)
{
	struct order order = order_of(viewer, event, "");

	order.quantity = 0;
	order.seats = seats;
	order.seat_count = count;
	return order;
}

/* Pay for a hold with a card that is good; *paid is the booking then. */
static inline struct error *pay(const struct viewer *viewer,
    const char *reference, const char *gateway, struct booking *paid)
{
	const struct payment payment = {
	    .gateway = gateway, .token = "tok_valid_1"};
	const char *approve;

	return checkout_pay(
	    &site.shop, reference, viewer, &payment, paid, &approve);
}

/* ---- afterwards ---- */

/* The booking as the database has it now. */
static inline struct booking again(const struct booking *booking)
{
	struct booking now;

	must(booking_store_find_id(
	    site.shop.db, &site.arena, booking->id, &now));
	return now;
}

/* Nothing is oversold, and the money is what the tickets are worth. */
static inline bool is_sound(void)
{
	const char *findings;

	must(refund_settle_open(&site.shop));
	must(proof_store_check(site.shop.db, &site.arena, &findings));
	if (*findings)
		printf("# %s\n", findings);
	return *findings == '\0';
}

#endif
