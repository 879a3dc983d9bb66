/*
 * What an event, its ticket types and its venue may be (R48, R66), and what is
 * said of one that does not sell (R15).
 */
#include "site.h"

#include "base/clock.h"
#include "base/text.h"
#include "booking/event.h"
#include "booking/event_edit.h"
#include "booking/venue.h"

static struct site site;

static struct tier tiers[EVENT_TIERS_MOST + 1];
static struct planned_seat seat;

/* ---- an event that is right ---- */

static struct event_wish right(void)
{
	for (size_t i = 0; i < COUNT_OF(tiers); i++)
		tiers[i] = (struct tier){
		    .name = arena_format(&site.arena, "Type %zu", i),
		    .price = money_of(1000, "USD"),
		    .capacity = 10,
		};
	seat = (struct planned_seat){.tier = 0};
	return (struct event_wish){
	    .event =
		{
		    .title = "Ball",
		    .type = "concert",
		    .timezone = "UTC",
		    .currency = "USD",
		    .online_url = "",
		    .starts_at = 10 * DAY,
		    .ends_at = 10 * DAY + HOUR,
		    .tiers = {.items = tiers, .count = 2},
		},
	    .seats = {.items = &seat, .count = 1},
	};
}

static void is_taken(const struct event_wish *wish, const char *what)
{
	ok(!event_check_wish(&site.arena, wish), "R48 taken: %s", what);
}

static void is_refused(
    const struct event_wish *wish, const char *field, const char *what)
{
	struct error *error = event_check_wish(&site.arena, wish);

	ok(error_is(error, VALIDATION_ERROR) &&
		text_equal(error_field_value(error, "field"), field),
	    "R48 refused at %s: %s", field, what);
}

/* The event that is right, but for one thing. */
#define TAKEN(...)                                                             \
	do {                                                                   \
		struct event_wish wish = right();                              \
		struct event *event = &wish.event;                             \
		__VA_ARGS__;                                                   \
		(void)event;                                                   \
		is_taken(&wish, #__VA_ARGS__);                                 \
	} while (0)
#define REFUSED(field, ...)                                                    \
	do {                                                                   \
		struct event_wish wish = right();                              \
		struct event *event = &wish.event;                             \
		__VA_ARGS__;                                                   \
		(void)event;                                                   \
		is_refused(&wish, field, #__VA_ARGS__);                        \
	} while (0)

/* ---- the event ---- */

static void test_words_and_times(void)
{
	TAKEN();
	REFUSED("title", event->title = "");
	REFUSED("type", event->type = "circus");
	REFUSED("timezone", event->timezone = "Mars/Base");
	TAKEN(event->online_url = "https://example.org/");
	TAKEN(event->online_url = "http://example.org/");
	REFUSED("online_url", event->online_url = "ftp://example.org/");
	REFUSED("end", event->ends_at = event->starts_at);
	TAKEN(event->ends_at = event->starts_at + 3 * 366 * DAY);
	REFUSED("end", event->ends_at = event->starts_at + 3 * 366 * DAY + 1);
	REFUSED("booking_closes",
	    event->booking_opens_at = event->booking_closes_at = DAY);
	REFUSED("booking_opens", event->booking_opens_at = event->ends_at);
	TAKEN(event->booking_closes_at = event->ends_at);
	REFUSED(
	    "booking_closes", event->booking_closes_at = event->ends_at + 1);
	REFUSED("doors_minutes", event->doors_minutes = -1);
	TAKEN(event->doors_minutes = 10080);
	REFUSED("doors_minutes", event->doors_minutes = 10081);
}

static void test_rules(void)
{
	REFUSED("hold_minutes", event->hold_minutes = -1);
	TAKEN(event->hold_minutes = 1440);
	REFUSED("hold_minutes", event->hold_minutes = 1441);
	REFUSED("max_per_booking", event->max_per_booking = -1);
	REFUSED("max_per_booking", event->max_per_booking = 1000001);
	REFUSED("max_per_person", event->max_per_person = -1);
	REFUSED("max_per_person", event->max_per_person = 1000001);
	TAKEN(event->refunds.full_days = -1);
	TAKEN(
	    event->refunds = ((struct refund_policy){true, 365, 365, 100, 0}));
	REFUSED("refund_full_days",
	    event->refunds = ((struct refund_policy){true, -1, 0, 0, 0}));
	REFUSED("refund_full_days",
	    event->refunds = ((struct refund_policy){true, 366, 0, 0, 0}));
	REFUSED("refund_part_days",
	    event->refunds = ((struct refund_policy){true, 7, -1, 0, 0}));
	REFUSED("refund_part_days",
	    event->refunds = ((struct refund_policy){true, 7, 8, 0, 0}));
	REFUSED("refund_part_percent",
	    event->refunds = ((struct refund_policy){true, 7, 1, -1, 0}));
	REFUSED("refund_part_percent",
	    event->refunds = ((struct refund_policy){true, 7, 1, 101, 0}));
}

static void test_tiers(void)
{
	REFUSED("tier_name-1", event->tiers.count = 0);
	TAKEN(event->tiers.count = EVENT_TIERS_MOST);
	REFUSED("tier_name-1", event->tiers.count = EVENT_TIERS_MOST + 1);
	REFUSED("tier_name-2", tiers[1].name = "");
	REFUSED("tier_name-2", tiers[1].name = "TYPE 0");
	REFUSED("tier_price-1", tiers[0].price.minor = -1);
	REFUSED("tier_price-1", tiers[0].price.minor = MONEY_MAX + 1);
	REFUSED("tier_capacity-2", tiers[1].capacity = -1);
	REFUSED("tier_capacity-2", tiers[1].capacity = EVENT_CAPACITY_MOST + 1);
	TAKEN(tiers[1].is_unlimited = true, tiers[1].capacity = -1);
	TAKEN(tiers[0].sale_opens_at = DAY);
	TAKEN(tiers[0].sale_opens_at = DAY, tiers[0].sale_closes_at = DAY + 1);
	REFUSED("tier_closes-1",
	    tiers[0].sale_opens_at = tiers[0].sale_closes_at = DAY);
	REFUSED("seat_rows", event->seating = SEATING_RESERVED,
	    wish.seats.count = 0);
	TAKEN(event->seating = SEATING_RESERVED);
	REFUSED("tier_capacity-2", event->seating = SEATING_RESERVED,
	    tiers[1].is_unlimited = true);
}

/* ---- venues ---- */

static struct error *add_venue(struct venue *venue)
{
	return TRANSACTION(
	    site.shop.db, venue_give_in(&site.shop, venue, clock_now()));
}

static struct error *move_venue(
    const struct venue *venue, double latitude, double longitude)
{
	const struct viewer admin = {.role = ROLE_ADMIN, .browser = ""};
	struct venue moved = *venue;

	moved.has_location = true;
	moved.latitude = latitude;
	moved.longitude = longitude;
	return venue_change(&site.shop, &admin, &moved);
}

static void test_venue(void)
{
	struct venue venue = {.slug = "", .name = "Barn", .address = ""};
	const double wrong[][2] = {{91, 0}, {-91, 0}, {0, 181}, {0, -181}};

	must(add_venue(&venue));
	for (size_t i = 0; i < COUNT_OF(wrong); i++) {
		struct event_wish wish = right();

		ok(error_is(move_venue(&venue, wrong[i][0], wrong[i][1]),
		       VALIDATION_ERROR),
		    "R66 a venue is not at %.0f, %.0f", wrong[i][0],
		    wrong[i][1]);
		wish.event.venue = (struct venue){.has_location = true,
		    .latitude = wrong[i][0],
		    .longitude = wrong[i][1]};
		is_refused(&wish, i < 2 ? "venue_latitude" : "venue_longitude",
		    "degrees");
	}
	must(move_venue(&venue, -90, 180));
	venue.name = "";
	ok(error_is(move_venue(&venue, 0, 0), VALIDATION_ERROR),
	    "R66 a venue has a name");
}

/* ---- why it does not sell ---- */

static bool says(const struct event *event, const struct tier *tier,
    int64_t now, const char *words)
{
	struct error *error = event_check_sale(&site.arena, event, tier, now);

	return error_is(error, BOOKING_CLOSED_ERROR) &&
	    strstr(error->message, words);
}

static void test_reasons(void)
{
	struct event event = right().event;
	struct tier tier = tiers[0];

	event.status = EVENT_PUBLISHED;
	ok(!event_check_sale(&site.arena, &event, &tier, DAY), "R15 it sells");
	tier.sale_opens_at = 2 * DAY;
	ok(says(&event, &tier, DAY, "opens on Saturday 3 January 1970"),
	    "R15 a type that is not on sale yet says when");
	event.booking_opens_at = 3 * DAY;
	ok(says(&event, &tier, DAY, "opens on Sunday 4 January 1970"),
	    "R15 the later of two openings counts");
	event.booking_opens_at = tier.sale_opens_at = 0;
	tier.sale_closes_at = 5 * DAY;
	ok(says(&event, &tier, 6 * DAY, "closed on Tuesday 6 January 1970"),
	    "R15 a type whose sale is over says since when");
	event.booking_closes_at = 4 * DAY;
	ok(says(&event, &tier, 6 * DAY, "closed on Monday 5 January 1970"),
	    "R15 the earlier of two ends counts");
	event.booking_closes_at = 8 * DAY;
	ok(says(&event, &tier, 9 * DAY, "closed on Tuesday 6 January 1970"),
	    "R15 also when it is the type's");
	ok(says(&event, NULL, 9 * DAY, "closed on Friday 9 January 1970"),
	    "R15 without a type the event's end counts");
	event.status = EVENT_DRAFT;
	event.booking_closes_at = 0;
	ok(says(&event, NULL, DAY, "has not opened yet"),
	    "R15 a draft does not sell");
	is_text(event_type_label("circus"), "circus",
	    "R70 a type of another version is shown as it is");
}

int main(void)
{
	site_open(&site);
	test_words_and_times();
	test_rules();
	test_tiers();
	test_venue();
	test_reasons();
	site_close(&site);
	return done_testing();
}
