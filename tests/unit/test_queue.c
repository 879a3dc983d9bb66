/*
 * The waiting list: who may join it and when, the same form twice, serving up
 * to one entry, and offers by hand (R55-R58, I4).
 */
#include "stage.h"

#include "base/clock.h"
#include "base/text.h"
#include "booking/hold.h"
#include "booking/queue.h"
#include "booking/queue_staff.h"
#include "store/booking_store.h"
#include "store/event_edit_store.h"
#include "store/queue_store.h"

static const struct viewer staff = {.role = ROLE_ADMIN, .browser = ""};
static const struct viewer own = {.role = ROLE_VISITOR, .browser = "b"};

/* ---- a stage ---- */

/* Two free types, of two and four places; the list is open, served by calls. */
static struct event hall_of(const char *slug)
{
	static const struct tier tiers[] = {
	    {.slug = "vip",
		.name = "VIP",
		.price = {0, "USD"},
		.capacity = 2,
		.rank = 1},
	    {.slug = "back",
		.name = "Back",
		.price = {0, "USD"},
		.capacity = 4,
		.rank = 2},
	};
	struct event event = event_of(slug);

	event.queue_is_open = true;
	event.queue_is_manual = true;
	event.tiers =
	    (struct tier_list){.items = tiers, .count = COUNT_OF(tiers)};
	return event;
}

/* Of somebody without an address, by a form of their own. */
static struct order wish_of(
    const char *event, const char *tier, int64_t quantity, const char *name)
{
	struct order order = order_of(&own, event, tier);

	order.quantity = quantity;
	order.email = "";
	order.name = name;
	order.form_key = arena_format(&site.arena, "%s/%s", event, name);
	return order;
}

static struct queue_entry join(
    const char *event, const char *tier, int64_t quantity, const char *name)
{
	const struct order order = wish_of(event, tier, quantity, name);
	struct queue_entry entry;

	must(queue_join(&site.shop, &order, &entry));
	return entry;
}

static struct queue_entry entry_now(const struct queue_entry *entry)
{
	struct queue_entry now;

	must(queue_store_find(
	    site.shop.db, &site.arena, entry->event_id, entry->key, &now));
	return now;
}

/* ---- joining ---- */

static bool is_closed(struct event event, const char *words)
{
	const char *reason;

	return !queue_is_open(&event, clock_now(), &reason) &&
	    strstr(reason, words);
}

static void test_when(void)
{
	struct event event = hall_of("when");
	const char *reason;

	ok(queue_is_open(&event, clock_now(), &reason) && *reason == '\0',
	    "R58 the list is open");
	event.booking_opens_at = clock_now() + DAY;
	ok(queue_is_open(&event, clock_now(), &reason),
	    "R58 also before the sale, where it is open from the start");
	event.queue_is_open = false;
	ok(is_closed(event, "has not opened yet"),
	    "R58 else not before the sale");
	event.booking_opens_at = 0;
	event.booking_closes_at = clock_now() - DAY;
	ok(is_closed(event, "Booking is closed"), "R58 nor after it");
	event = hall_of("when");
	event.starts_at = clock_now();
	ok(is_closed(event, "has begun"), "R58 nor once the event has begun");
	event = hall_of("when");
	event.status = EVENT_COMPLETED;
	ok(is_closed(event, "is over"), "R58 nor when it is over");
	event.status = EVENT_CANCELLED;
	ok(is_closed(event, "has been cancelled"), "R58 nor cancelled");
}

static bool refuses(struct order order, enum error_kind kind)
{
	struct queue_entry entry;

	return error_is(queue_join(&site.shop, &order, &entry), kind);
}

static void test_sizes(void)
{
	struct event event = hall_of("sizes");

	event.max_per_booking = 3;
	event.max_per_person = 2;
	add_event(event);
	ok(refuses(wish_of("sizes", "vip", 3, "Ada"), INVALID_BOOKING_ERROR),
	    "R20 nobody waits for more than a person may have");
	ok(refuses(wish_of("sizes", "none", 1, "Ada"), INVALID_BOOKING_ERROR),
	    "R19 nor for what there is not");
	is_number(join("sizes", "any", 2, "Ada").tier_id, 0,
	    "R58 but for any type, and so many");
}

static void test_left(void)
{
	struct event event = hall_of("left");
	struct order order = wish_of("left", "vip", 2, "Ada");
	struct booking booking;

	event.queue_is_open = false;
	add_event(event);
	ok(refuses(order, BOOKING_CLOSED_ERROR),
	    "R58 where nothing is sold out nobody waits");
	must(hold_place(&site.shop, &order, &booking));
	ok(refuses(wish_of("left", "back", 1, "Bob"), BOOKING_CLOSED_ERROR) &&
		refuses(wish_of("left", "any", 1, "Bob"), BOOKING_CLOSED_ERROR),
	    "R58 nor for another type that is left, or any");
	is_number(join("left", "vip", 1, "Bob").quantity, 1,
	    "R58 but for the one that is sold out");
	must(hold_release(&site.shop, booking.reference, &own));
}

static void test_same_form(void)
{
	struct order order = wish_of("form", "vip", 1, "Ada"), other;
	struct queue_entry entry;
	int64_t id;

	add_event(hall_of("form"));
	add_event(hall_of("form2"));
	id = join("form", "vip", 1, "Ada").id;
	must(queue_join(&site.shop, &order, &entry));
	is_number(entry.id, id, "I4 the same form again is the same place");
	other = order;
	other.event = "form2";
	ok(refuses(other, STATE_ERROR), "I4 not with another event");
	other = order;
	other.tier = "back";
	ok(refuses(other, STATE_ERROR), "I4 nor another type");
	other.tier = "none";
	ok(refuses(other, INVALID_BOOKING_ERROR), "I4 nor one there is not");
	other = order;
	other.quantity = 2;
	ok(refuses(other, STATE_ERROR), "I4 nor another quantity");
	other = order;
	other.name = "Bob";
	ok(refuses(other, STATE_ERROR), "I4 nor another name");
	other = order;
	other.email = "ada@example.org";
	ok(refuses(other, STATE_ERROR), "I4 nor another email");
}

/* ---- serving ---- */

static void test_up_to(void)
{
	int64_t event = add_event(hall_of("serve")).id;
	struct queue_entry any = join("serve", "any", 4, "Ada");
	struct queue_entry first = join("serve", "vip", 2, "Bob");
	struct queue_entry second = join("serve", "vip", 1, "Cleo");
	struct queue_entry last = join("serve", "back", 1, "Dan");
	struct queue_update_list updates;
	int64_t offered;

	must(queue_serve_up_to(&site.shop, event, second.id, &updates));
	is_number((int64_t)updates.count, 2, "R56 the first class comes first");
	ok(updates.items[0].is_confirmed && updates.items[0].remaining == 0,
	    "R57 the first in line gets its last places");
	ok(!updates.items[1].is_confirmed, "R57 for the second it is sold out");
	is_number(
	    entry_now(&second).state, QUEUE_LAPSED, "R57 who waits no more");
	is_number(entry_now(&last).state, QUEUE_WAITING,
	    "R56 and who stands behind waits on");
	ok(error_is(queue_serve_up_to(&site.shop, event, second.id, &updates),
	       NOT_FOUND_ERROR),
	    "R56 up to somebody who does not wait nobody is served");
	is_number(entry_now(&any).state, QUEUE_WAITING, "R56 nobody at all");
	ok(error_is(queue_staff_offer(&site.shop, "serve", second.key, &staff),
	       STATE_ERROR),
	    "R58 who has been turned away is offered nothing by hand");
	must(queue_serve_up_to(&site.shop, event, any.id, &updates));
	ok(updates.items[0].is_confirmed &&
		text_equal(updates.items[0].tier->slug, "back"),
	    "R58 who takes any type gets the one that has so many");
	offered = entry_now(&first).booking_id;
	ok(error_is(queue_staff_offer(&site.shop, "serve", first.key, &staff),
	       STATE_ERROR) &&
		entry_now(&first).booking_id == offered,
	    "R58 who has a ticket is offered nothing more");
}

/* By hand, too, "any" is the type that has so many. */
static void test_by_hand(void)
{
	struct queue_entry entry;
	struct booking booking;

	add_event(hall_of("hand"));
	entry = join("hand", "any", 4, "Ada");
	must(queue_staff_offer(&site.shop, "hand", entry.key, &staff));
	entry = entry_now(&entry);
	must(booking_store_find_id(
	    site.shop.db, &site.arena, entry.booking_id, &booking));
	is_text(booking.items.items[0].tier_slug, "back",
	    "R58 an offer by hand is of a type that has so many");
}

/* Whoever has booked meanwhile is passed over (R20). */
static void test_passed_over(void)
{
	const struct viewer bobs = viewer_of("bobs");
	struct event event = hall_of("passed");
	struct order order = wish_of("passed", "vip", 2, "Ada");
	struct queue_entry first, second;
	struct booking full, own_booking;
	int64_t id;

	event.one_booking_each = true;
	event.queue_is_manual = false;
	event.queue_is_open = false;
	id = add_event(event).id;
	order.email = "full@example.org";
	must(hold_place(&site.shop, &order, &full));
	order = wish_of("passed", "vip", 1, "Bob");
	order.email = "bob@example.org";
	must(queue_join(&site.shop, &order, &first));
	second = join("passed", "vip", 1, "Cleo");
	/* Bob books another type elsewhere, and then places come free. */
	order.tier = "back";
	order.form_key = "";
	order.viewer = &bobs;
	must(hold_place(&site.shop, &order, &own_booking));
	must(hold_release(&site.shop, full.reference, &own));
	is_number(entry_now(&first).state, QUEUE_LAPSED,
	    "R20 who has booked meanwhile is passed over");
	ok(entry_now(&second).booking_id != 0 && id,
	    "R58 and the next in line gets the place");
}

int main(void)
{
	site_open(&site);
	site.config.gateways = "campuspay";
	test_when();
	test_sizes();
	test_left();
	test_same_form();
	test_up_to();
	test_by_hand();
	test_passed_over();
	ok(is_sound(), "I1 after all that the books are right: ");
	site_close(&site);
	return done_testing();
}
