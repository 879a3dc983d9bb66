/*
 * Renders each view with sample structs, one file a case, into the directory
 * given: to be looked at in a browser, and judged by tests/html.bats.
 *
 *	preview DIRECTORY
 *
 * Nothing here depends on the clock, the database or the configuration, so
 * the same program always writes the same bytes.
 */
#include "base/arena.h"
#include "base/clock.h"
#include "base/money.h"
#include "base/out.h"
#include "views/views.h"
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))
#define LIST(array)                                                            \
	{                                                                      \
		.items = (array), .count = COUNT(array)                        \
	}
#define URL(address)                                                           \
	{                                                                      \
		.text = (address)                                              \
	}
#define DOLLARS(amount)                                                        \
	{                                                                      \
		.minor = (amount)*100, .currency = "USD"                       \
	}

/* 2026-11-28T19:30:00+01:00, a Saturday. */
#define EVENING INT64_C(1795890600)
#define MOMENT(added, wanted)                                                  \
	{                                                                      \
		.at = EVENING + (added), .zone = "Europe/Berlin",              \
		.style = (wanted)                                              \
	}

#define LONG_NAME                                                               \
	"Donaudampfschifffahrtselektrizitätenhauptbetriebswerkbauunterbeamten" \
	"gesellschaft and the Very Long Night of Entirely Improvised Chamber "  \
	"Music for Seventeen Bassoons"
#define HEBREW "ערב ג׳אז בקמפוס 🎷"
#define ARABIC "مهرجان الربيع للموسيقى 🎶"

/* ---- the frame ---- */

#define FRAME                                                                  \
	.site_name = "CampusPass", .organiser = "Riverside Student Union",     \
	.contact = "tickets@campus.example",                                   \
	.contact_url = URL("mailto:tickets@campus.example"),                   \
	.stylesheet = URL("/style.css?v=1")

static struct page_view page_of(const char *title)
{
	return (struct page_view){FRAME, .title = title};
}

static struct page_view sale_page_of(const char *title)
{
	return (struct page_view){FRAME, .title = title, .is_plain = true};
}

static struct page_view wrong_page_of(const char *title)
{
	return (struct page_view){
	    FRAME, .title = title, .is_plain = true, .has_error = true};
}

static const struct form_secret_view secret = {
    .csrf_token = "3q2-7wAAAAAB", .form_key = "k7Zb0aQy"};

/* ---- the list ---- */

static const struct option types[] = {
    {.value = "", .label = "Any type"},
    {.value = "concert", .label = "Concert", .is_selected = true},
    {.value = "workshop", .label = "Workshop"},
    {.value = "comedy", .label = "Comedy"},
};

static const struct option venues[] = {
    {.value = "campus-amphitheater",
	.label = "Campus Amphitheater",
	.id = "venue"},
    {.value = "student-union-hall",
	.label = "Student Union Hall",
	.id = "venue-2",
	.is_selected = true},
    {.value = "city-jazz-club", .label = "City Jazz Club", .id = "venue-3"},
};

static const struct tier_view card_tiers[] = {
    {.name = "General", .price = "$15.00", .stock = {.text = "100 left"}},
    {.name = "VIP", .price = "$45.00", .stock = {.text = "12 left"}},
};

static const struct event_card_view cards[] = {
    {.title = "Spring Music Festival",
	.url = URL("/events/spring-concert"),
	.picture = URL("/art/concert.svg"),
	.type = "Concert",
	.summary = "Six student bands, one lawn, and the sun going down.",
	.starts = MOMENT(0, WHEN_SHORT),
	.day = "28",
	.month = "Nov",
	.place = "Campus Amphitheater",
	.price = "$15.00 to $45.00",
	.stock = {.text = "112 left"},
	.tiers = {.items = card_tiers, .count = COUNT_OF(card_tiers)}},
    {.title = "HackCampus 2026",
	.url = URL("/events/hackathon"),
	.picture = URL("/art/hackathon.svg"),
	.type = "Hackathon",
	.summary = "Thirty hours to build something that was not there.",
	.starts = MOMENT(3 * DAY, WHEN_SHORT),
	.day = "1",
	.month = "Dec",
	.place = "Engineering Building",
	.price = "Free",
	.stock = {.text = "3 left", .is_low = true}},
    {.title = "Campus Comedy Night",
	.url = URL("/events/comedy-night"),
	.picture = URL("/art/comedy.svg"),
	.type = "Comedy",
	.summary = "",
	.starts = MOMENT(5 * DAY, WHEN_SHORT),
	.day = "3",
	.month = "Dec",
	.place = "Student Union Hall",
	.price = "$10.00 to $25.00",
	.stock = {.text = "Sold out", .is_sold_out = true}},
    {.title = "AI/ML Workshop Series",
	.url = URL("/events/workshop-ai"),
	.picture = URL("/art/workshop.svg"),
	.type = "Workshop",
	.summary = "From a first neuron to a model that works, by hand.",
	.starts = MOMENT(9 * DAY, WHEN_SHORT),
	.day = "7",
	.month = "Dec",
	.place = "CS Lab 204",
	.price = "$25.00 to $60.00",
	.stock = {.text = "28 left"},
	.state = "Booking not open yet"},
    {.title = "Ghosts of the Old Library",
	.url = URL("/events/ghosts"),
	.picture = URL("/art/theatre.svg"),
	.type = "Theatre",
	.summary = "A play for nine voices and one lamp.",
	.starts = MOMENT(12 * DAY, WHEN_SHORT),
	.day = "10",
	.month = "Dec",
	.place = "Black Box",
	.price = "$12.00",
	.stock = {.text = "40 left"},
	.state = "Cancelled"},
    {.title = "Writing for the Web",
	.url = URL("/events/writing"),
	.picture = URL("/art/webinar.svg"),
	.type = "Webinar",
	.summary = "An hour on words that help.",
	.starts = MOMENT(13 * DAY, WHEN_SHORT),
	.day = "11",
	.month = "Dec",
	.place = "Online",
	.price = "Free",
	.stock = {.text = "Available"}},
};

static const struct event_card_view later_cards[] = {
    {.title = "Riverside Conference on Small Software",
	.url = URL("/events/small-software"),
	.picture = URL("/art/conference.svg"),
	.type = "Conference",
	.summary = "Two days of talks about programs one can read.",
	.starts = MOMENT(120 * DAY, WHEN_SHORT),
	.day = "28",
	.month = "Mar",
	.place = "Great Hall",
	.price = "$80.00",
	.stock = {.text = "200 left"}},
    {.title = "Astronomy Evenings",
	.url = URL("/events/astronomy"),
	.picture = URL("/art/series.svg"),
	.type = "Series",
	.summary = "Four clear nights, we hope.",
	.starts = MOMENT(124 * DAY, WHEN_SHORT),
	.day = "1",
	.month = "Apr",
	.place = "Observatory",
	.price = "$5.00",
	.stock = {.text = "5 left", .is_low = true}},
    {.title = "Summer Fair",
	.url = URL("/events/fair"),
	.picture = URL("/art/other.svg"),
	.type = "Other",
	.summary = "",
	.starts = MOMENT(190 * DAY, WHEN_SHORT),
	.day = "6",
	.month = "Jun",
	.place = "The Green",
	.price = "Free",
	.stock = {.text = "Available"}},
};

static const struct event_card_view odd_cards[] = {
    {.title = LONG_NAME,
	.url = URL("/events/long"),
	.picture = URL("/art/theatre.svg"),
	.type = "Theatre",
	.summary = LONG_NAME,
	.starts = MOMENT(0, WHEN_SHORT),
	.day = "28",
	.month = "Nov",
	.place = LONG_NAME,
	.price = "$1,234,567.00 to $9,999,999.00",
	.stock = {.text = "1234567 left"}},
    {.title = HEBREW,
	.url = URL("/events/hebrew"),
	.picture = URL("/art/concert.svg"),
	.type = "Concert",
	.summary = ARABIC,
	.starts = MOMENT(0, WHEN_SHORT),
	.day = "28",
	.month = "Nov",
	.place = "בית הסטודנט",
	.price = "₪40.00",
	.stock = {.text = "2 left", .is_low = true}},
    {.title = "<script>alert(\"1\")</script> & 'friends'",
	.url = URL("/events/x?a=1&b=2"),
	.picture = URL("/art/other.svg"),
	.type = "Other",
	.summary = "",
	.starts = MOMENT(0, WHEN_SHORT),
	.day = "28",
	.month = "Nov",
	.place = "O'Neill's <Pub>",
	.price = "Free",
	.stock = {.text = "Sold out", .is_sold_out = true}},
};

static struct list_view list_of(void)
{
	return (struct list_view){
	    .page = {FRAME, .title = "Events", .on_events = true},
	    .q = {.name = "q",
		.id = "q",
		.label = "Search events",
		.type = "search",
		.value = ""},
	    .type = {.name = "type",
		.id = "type",
		.label = "Type",
		.options = LIST(types)},
	    .venue = {.name = "venue",
		.id = "venue",
		.label = "Places",
		.options = LIST(venues)},
	    .from = {.name = "from",
		.id = "from",
		.label = "From",
		.type = "date",
		.is_short = true},
	    .to = {.name = "to",
		.id = "to",
		.label = "To",
		.type = "date",
		.is_short = true},
	    .price_min = {.name = "price_min",
		.id = "price_min",
		.label = "Price from",
		.type = "text",
		.inputmode = "decimal",
		.is_short = true},
	    .price_max = {.name = "price_max",
		.id = "price_max",
		.label = "Price to",
		.type = "text",
		.inputmode = "decimal",
		.is_short = true},
	};
}

static void list_home(struct out *out)
{
	struct list_view view = list_of();

	view.is_home = true;
	view.page.is_staff = true;
	view.upcoming = (struct event_card_list)LIST(cards);
	view.later = (struct event_card_list)LIST(later_cards);
	view.page_number = "1";
	view.next = (struct url)URL("/?page=2");
	view_list(out, &view);
}

static void list_filtered(struct out *out)
{
	struct list_view view = list_of();

	view.q.value = "jazz \"late\" & <more>";
	view.filters_are_open = true;
	view.is_filtered = true;
	view.upcoming = (struct event_card_list)LIST(odd_cards);
	view.page_number = "2";
	view.previous = (struct url)URL("/?q=jazz&page=1");
	view.next = (struct url)URL("/?q=jazz&page=3");
	view_list(out, &view);
}

static void list_empty(struct out *out)
{
	struct list_view view = list_of();

	view.q.value = "polka";
	view.is_filtered = true;
	view.is_empty = true;
	view_list(out, &view);
}

static void list_wrong(struct out *out)
{
	static const struct problem problems[] = {
	    {.text = "\"From\" must be a date like 2026-11-28",
		.anchor = "from"},
	    {.text = "\"Price to\" must look like 12.50",
		.anchor = "price_max"},
	};
	static const struct cause_view causes[] = {
	    {.name = "ValueError", .message = "there is no 30 February"}};
	struct list_view view = list_of();

	view.page.has_error = true;
	view.box = (struct problem_box_view){.is_shown = true,
	    .problems = LIST(problems),
	    .kind = "ValidationError",
	    .causes = LIST(causes),
	    .request_id = "7f3a9c21"};
	view.filters_are_open = true;
	view.is_filtered = true;
	view.from.error = problems[0].text;
	view.from.type = "text";
	view.from.value = "2026-02-30";
	view.price_max.error = problems[1].text;
	view.price_max.value = "12,50";
	view.is_empty = true;
	view_list(out, &view);
}

/* ---- one event ---- */

static const struct tier_view tiers[] = {
    {.name = "General", .price = "$15.00", .stock = {.text = "110 left"}},
    {.name = "VIP",
	.price = "$45.00",
	.stock = {.text = "2 left", .is_low = true},
	.note = "Front rows and a drink"},
    {.name = "Early bird",
	.price = "$10.00",
	.stock = {.text = "Sold out", .is_sold_out = true}},
};

static const struct tier_view sold_out_tiers[] = {
    {.name = "General",
	.price = "$10.00",
	.stock = {.text = "Sold out", .is_sold_out = true}},
    {.name = "Front Row",
	.price = "$25.00",
	.stock = {.text = "Sold out", .is_sold_out = true}},
};

static struct event_view event_of(void)
{
	return (struct event_view){
	    .page = {FRAME, .title = "Jazz Evening", .on_events = true},
	    .title = "Jazz Evening",
	    .type = "Concert",
	    .summary = "Standards and surprises from the campus big band.",
	    .description =
		{.markup =
			"<p>The big band of the music school plays two sets: "
			"Ellington before the break, its own pieces after it. "
			"There are tables, and there is a bar.</p>\n"
			"<h3>Good to know</h3>\n<ul>\n"
			"<li>The hall is reached without steps.</li>\n"
			"<li>Children under twelve sit in the gallery.</li>\n"
			"</ul>\n<p>More at <a href=\"https://band.example/\">the "
			"band's page</a>.</p>\n"},
	    .picture = URL("/art/concert.svg"),
	    .starts = MOMENT(0, WHEN_LONG),
	    .ends = MOMENT(3 * HOUR, WHEN_TIME),
	    .doors = MOMENT(-HOUR, WHEN_TIME),
	    .venue = "City Jazz Club",
	    .address = "12 River Street, Riverside",
	    .map = URL("https://www.openstreetmap.org/?mlat=52.5&mlon=13.4"),
	    .tiers = LIST(tiers),
	    .can_book = true,
	    .book = URL("/book/jazz-evening"),
	    .compare = URL("/compare?event=jazz-evening"),
	};
}

static void event_open(struct out *out)
{
	struct event_view view = event_of();

	view_event(out, &view);
}

static void event_sold_out(struct out *out)
{
	struct event_view view = event_of();

	view.tiers = (struct tier_view_list)LIST(sold_out_tiers);
	view.can_book = false;
	view.closed_title = "Sold out";
	view.closed_why = "All places are taken. Some may come back.";
	view.offers_queue = true;
	view.queue = (struct url)URL("/book/jazz-evening/queue");
	view.type = "Comedy";
	view.picture = (struct url)URL("/art/comedy.svg");
	view_event(out, &view);
}

static void event_closed(struct out *out)
{
	struct event_view view = event_of();

	view.can_book = false;
	view.closed_title = "Booking not available";
	view.closed_why = "Booking opens on Monday 23 November 2026, 09:00.";
	view.is_online = true;
	view.ends = (struct when)MOMENT(2 * DAY, WHEN_LONG);
	view.description = (struct html){.markup = NULL};
	view.summary = "";
	view_event(out, &view);
}

static void event_odd(struct out *out)
{
	static const struct tier_view odd_tiers[] = {
	    {.name = LONG_NAME,
		.price = "$1,234,567.00",
		.stock = {.text = "1234567 left"},
		.note = LONG_NAME},
	    {.name = ARABIC,
		.price = "Free",
		.stock = {.text = "1 left", .is_low = true}},
	};
	struct event_view view = event_of();

	view.title = LONG_NAME;
	view.page.title = LONG_NAME;
	view.summary = HEBREW;
	view.venue = LONG_NAME;
	view.address = ARABIC;
	view.tiers = (struct tier_view_list)LIST(odd_tiers);
	view_event(out, &view);
}

/* ---- comparing ---- */

static const struct compared_event compared[] = {
    {.title = "Jazz Evening",
	.url = URL("/events/jazz-evening"),
	.starts = MOMENT(0, WHEN_SHORT),
	.place = "City Jazz Club",
	.address = "12 River Street, Riverside",
	.type = "Concert",
	.tiers = LIST(tiers),
	.stock = {.text = "112 left"},
	.book = URL("/book/jazz-evening"),
	.remove = URL("/compare?event=comedy-night&event=long")},
    {.title = "Campus Comedy Night",
	.url = URL("/events/comedy-night"),
	.starts = MOMENT(5 * DAY, WHEN_SHORT),
	.place = "Student Union Hall",
	.type = "Comedy",
	.tiers = LIST(sold_out_tiers),
	.stock = {.text = "Sold out", .is_sold_out = true},
	.remove = URL("/compare?event=jazz-evening&event=long")},
    {.title = LONG_NAME,
	.url = URL("/events/long"),
	.starts = MOMENT(9 * DAY, WHEN_SHORT),
	.place = HEBREW,
	.address = ARABIC,
	.type = "Theatre",
	.tiers = LIST(tiers),
	.stock = {.text = "3 left", .is_low = true},
	.book = URL("/book/long"),
	.remove = URL("/compare?event=jazz-evening&event=comedy-night")},
};

static const struct option choices[] = {
    {.value = "", .label = "Choose an event"},
    {.value = "hackathon", .label = "HackCampus 2026"},
    {.value = "long", .label = LONG_NAME},
};

static void compare_some(struct out *out)
{
	static const struct option chosen[] = {
	    {.value = "jazz-evening"}, {.value = "comedy-night"}};
	struct compare_view view = {
	    .page = page_of("Compare events"),
	    .events = LIST(compared),
	    .choice = {.name = "event",
		.id = "event",
		.label = "Add an event",
		.is_required = true,
		.options = LIST(choices)},
	    .chosen = LIST(chosen),
	    .can_add = true,
	};

	view_compare(out, &view);
}

static void compare_none(struct out *out)
{
	struct compare_view view = {
	    .page = page_of("Compare events"),
	    .choice = {.name = "event",
		.id = "event",
		.label = "Add an event",
		.is_required = true,
		.options = LIST(choices)},
	    .can_add = true,
	};

	view_compare(out, &view);
}

/* ---- buying ---- */

static const struct option book_tiers[] = {
    {.value = "general",
	.label = "General",
	.hint = "$15.00, 110 left",
	.id = "tier",
	.is_selected = true},
    {.value = "vip", .label = "VIP", .hint = "$45.00, 2 left", .id = "tier-2"},
    {.value = "early",
	.label = "Early bird",
	.hint = "$10.00, sold out",
	.id = "tier-3",
	.is_disabled = true},
};

static struct book_view book_of(void)
{
	return (struct book_view){
	    .page = sale_page_of("Book tickets - Jazz Evening"),
	    .secret = secret,
	    .head = {.kind = "Book tickets",
		.title = "Jazz Evening",
		.starts = MOMENT(0, WHEN_SHORT),
		.place = "City Jazz Club",
		.event = URL("/events/jazz-evening"),
		.picture = URL("/art/concert.svg")},
	    .action = URL("/book/jazz-evening"),
	    .name = {.name = "name",
		.id = "name",
		.label = "Your name",
		.type = "text",
		.autocomplete = "name"},
	    .email = {.name = "email",
		.id = "email",
		.label = "Email address",
		.hint = "Your tickets are sent here.",
		.type = "email",
		.autocomplete = "email",
		.inputmode = "email",
		.is_required = true},
	    .quantity = {.name = "quantity",
		.id = "quantity",
		.label = "How many tickets?",
		.hint = "Up to 10",
		.value = "1",
		.type = "text",
		.inputmode = "numeric",
		.is_short = true,
		.is_required = true},
	    .tier = {.name = "tier",
		.id = "tier",
		.label = "Which tickets?",
		.is_required = true,
		.options = LIST(book_tiers)},
	    .hold_time = "10 minutes",
	    .is_open = true,
	};
}

static void book_open(struct out *out)
{
	struct book_view view = book_of();

	view_book(out, &view);
}

static void book_wrong(struct out *out)
{
	static const struct problem problems[] = {
	    {.text = "Choose which tickets you want", .anchor = "tier"},
	    {.text = "Enter how many tickets as a whole number, like 2",
		.anchor = "quantity"},
	    {.text = "Enter an email address like name@example.com",
		.anchor = "email"},
	};
	static const struct detail details[] = {
	    {.label = "Field", .value = "quantity"},
	    {.label = "Value", .value = "two"},
	    {.label = "Reason", .value = "must be a whole number"},
	};
	static const struct cause_view causes[] = {
	    {.name = "ValueError", .message = "\"two\" is not a number"}};
	struct book_view view = book_of();

	view.page = wrong_page_of("Book tickets - Jazz Evening");
	view.box = (struct problem_box_view){
	    .is_shown = true,
	    .problems = LIST(problems),
	    .kind = "InvalidBookingError",
	    .details = LIST(details),
	    .causes = LIST(causes),
	    .request_id = "7f3a9c21",
	};
	view.tier.error = problems[0].text;
	view.quantity.error = problems[1].text;
	view.quantity.value = "two";
	view.email.error = problems[2].text;
	view.email.value = "ada.example.com";
	view_book(out, &view);
}

static void book_too_many(struct out *out)
{
	static const struct problem problems[] = {
	    {.text = "Requested 5 VIP tickets, only 3 remaining",
		.anchor = "quantity"}};
	static const struct detail details[] = {
	    {.label = "Event", .value = LONG_NAME},
	    {.label = "Tickets", .value = "VIP"},
	    {.label = "Requested", .value = "5"},
	    {.label = "Remaining", .value = "3"},
	};
	struct book_view view = book_of();

	view.page = wrong_page_of("Book tickets - Jazz Evening");
	view.box = (struct problem_box_view){
	    .is_shown = true,
	    .problems = LIST(problems),
	    .kind = "SoldOutError",
	    .details = LIST(details),
	    .request_id = "7f3a9c21",
	};
	view.head.title = LONG_NAME;
	view.head.place = ARABIC;
	view.quantity.error = problems[0].text;
	view.quantity.value = "5";
	view_book(out, &view);
}

static void book_held(struct out *out)
{
	struct book_view view = book_of();

	view.own_hold = (struct own_hold_view){
	    .is_shown = true,
	    .event = "Jazz Evening",
	    .places = "2 VIP",
	    .time_left = "8 minutes 20 seconds",
	    .checkout = URL("/checkout/7K3MZ9QX2A"),
	    .release = URL("/checkout/7K3MZ9QX2A/release"),
	    .extend = URL("/checkout/7K3MZ9QX2A/extend"),
	    .can_extend = true,
	    .secret = secret,
	};
	view.replaces = "7K3MZ9QX2A";
	view_book(out, &view);
}

static void book_closed(struct out *out)
{
	struct book_view view = book_of();

	view.is_open = false;
	view.closed_title = "Sold out";
	view.closed_why = "All places for Jazz Evening are taken.";
	view.offers_queue = true;
	view.queue = (struct url)URL("/book/jazz-evening/queue");
	view_book(out, &view);
}

static const struct order_line lines[] = {
    {.tier = "General",
	.quantity = 2,
	.price = DOLLARS(15),
	.subtotal = DOLLARS(30)},
    {.tier = "VIP",
	.quantity = 1,
	.price = DOLLARS(45),
	.subtotal = DOLLARS(45),
	.seats = "A1"},
};

static struct order_view order_of(void)
{
	return (struct order_view){
	    .event = "Jazz Evening",
	    .event_url = URL("/events/jazz-evening"),
	    .starts = MOMENT(0, WHEN_SHORT),
	    .place = "City Jazz Club",
	    .reference = "7K3MZ9QX2A",
	    .name = "Ada Lovelace",
	    .email = "ada@example.com",
	    .lines = LIST(lines),
	    .total = DOLLARS(75),
	};
}

static const struct pay_way ways[] = {
    {.option = {.value = "campuspay",
	 .label = "CampusPay",
	 .hint = "The simulated gateway",
	 .id = "method",
	 .is_selected = true},
	.asks_token = true},
    {.option = {.value = "paypal", .label = "PayPal", .id = "method-2"}},
    {.option = {.value = "later",
	 .label = "Pay later",
	 .hint = "By bank transfer within 3 days",
	 .id = "method-3"}},
};

static struct checkout_view checkout_of(void)
{
	return (struct checkout_view){
	    .page = sale_page_of("Pay for your places"),
	    .secret = secret,
	    .order = order_of(),
	    .can_pay = true,
	    .time_left = "9 minutes 30 seconds",
	    .holds_until = MOMENT(-5 * DAY, WHEN_TIME),
	    .can_extend = true,
	    .extend_time = "10 minutes",
	    .action = URL("/checkout/7K3MZ9QX2A"),
	    .extend = URL("/checkout/7K3MZ9QX2A/extend"),
	    .release = URL("/checkout/7K3MZ9QX2A/release"),
	    .refresh = URL("/checkout/7K3MZ9QX2A"),
	    .method = {.name = "method",
		.id = "method",
		.label = "How do you want to pay?",
		.is_required = true},
	    .ways = LIST(ways),
	    .payment_token = {.name = "payment_token",
		.id = "payment_token",
		.label = "Payment token",
		.hint = "For tests: tok_valid, tok_decline or tok_error",
		.type = "text",
		.autocomplete = "off",
		.is_required = true},
	    .terms = {.name = "terms",
		.id = "terms",
		.label = "I accept the terms of sale",
		.value = "yes",
		.is_required = true},
	    .terms_page = URL("/terms"),
	    .button = "Pay $75.00",
	};
}

static void checkout_open(struct out *out)
{
	struct checkout_view view = checkout_of();

	view_checkout(out, &view);
}

static void checkout_free(struct out *out)
{
	struct checkout_view view = checkout_of();

	view.page.title = "Confirm your booking";
	view.order.is_free = true;
	view.order.lines.count = 1;
	view.order.event = ARABIC;
	view.method = (struct field_view){.name = "method"};
	view.ways.count = 0;
	view.can_extend = false;
	view.button = "Confirm booking";
	view_checkout(out, &view);
}

static void checkout_declined(struct out *out)
{
	static const struct problem problems[] = {
	    {.text = "Your payment was declined. Nothing was charged."},
	    {.text = "Accept the terms of sale to go on", .anchor = "terms"},
	};
	static const struct detail details[] = {
	    {.label = "Paid through", .value = "CampusPay"},
	    {.label = "Reason", .value = "insufficient funds"},
	};
	struct checkout_view view = checkout_of();

	view.page = wrong_page_of("Pay for your places");
	view.box = (struct problem_box_view){
	    .is_shown = true,
	    .problems = LIST(problems),
	    .kind = "PaymentDeclinedError",
	    .details = LIST(details),
	    .request_id = "7f3a9c21",
	};
	view.terms.error = problems[1].text;
	view_checkout(out, &view);
}

static void checkout_paying(struct out *out)
{
	struct checkout_view view = checkout_of();

	view.can_pay = false;
	view.can_extend = false;
	view.is_paying = true;
	view.time_left = "";
	view_checkout(out, &view);
}

static void checkout_expired(struct out *out)
{
	static const struct problem problems[] = {
	    {.text = "The time to pay has ended; your places are free again"}};
	struct checkout_view view = checkout_of();

	view.page = wrong_page_of("Pay for your places");
	view.box = (struct problem_box_view){.is_shown = true,
	    .problems = LIST(problems),
	    .kind = "HoldExpiredError",
	    .request_id = "7f3a9c21"};
	view.can_pay = false;
	view.can_extend = false;
	view.time_left = NULL;
	view_checkout(out, &view);
}

/* ---- after the sale ---- */

#define AT_JAZZ                                                                \
	.event = "Jazz Evening", .starts = MOMENT(0, WHEN_LONG),               \
	.doors = MOMENT(-HOUR, WHEN_TIME), .place = "City Jazz Club"

static const struct ticket_view tickets[] = {
    {AT_JAZZ, .code = "TKT-9F86D081884C7D65", .tier = "General",
	.holder = "Ada Lovelace", .status = "Active", .is_active = true,
	.is_valid = true, .transfer = URL("/transfer"),
	.cancel = URL("/cancel")},
    {AT_JAZZ, .code = "TKT-60303AE22B998861", .tier = "General",
	.holder = HEBREW, .status = "Refunded"},
    {AT_JAZZ, .tier = "VIP", .holder = LONG_NAME, .seat = "A1",
	.status = "Active", .is_active = true, .is_valid = true,
	.is_passed_on = true},
};

static struct booking_view booking_of(void)
{
	return (struct booking_view){
	    .page = {FRAME, .title = "Jazz Evening", .on_tickets = true},
	    .order = order_of(),
	    .state = "Confirmed",
	    .is_confirmed = true,
	    .state_sentence = "Your places are booked.",
	    .tickets = LIST(tickets),
	    .actions = {.pdf = URL("/pdf"), .calendar = URL("/ics")},
	};
}

static void booking_new(struct out *out)
{
	struct booking_view view = booking_of();

	view.is_new = true;
	view_booking(out, &view);
}

static void booking_again(struct out *out)
{
	struct booking_view view = booking_of();

	view.order.event = ARABIC;
	view.tickets.count = 1;
	view_booking(out, &view);
}

static void booking_held(struct out *out)
{
	struct booking_view view = booking_of();

	view.state = "Held";
	view.is_confirmed = false;
	view.state_sentence = "Your places are held until 12:40.";
	view.checkout = (struct url)URL("/checkout/7K3MZ9QX2A");
	view.tickets.count = 0;
	view_booking(out, &view);
}

#define BOOKINGS_FINDER                                                        \
	.email = {.id = "email",                                               \
	    .name = "email",                                                   \
	    .label = "Email address",                                          \
	    .type = "email"},                                                  \
	.reference = {.id = "reference",                                       \
	    .name = "reference",                                               \
	    .label = "Reference",                                              \
	    .type = "text"}

static void bookings_some(struct out *out)
{
	static const struct booking_card_view upcoming[] = {
	    {.event = "Jazz Evening",
		.starts = MOMENT(0, WHEN_SHORT),
		.place = "City Jazz Club",
		.places = "2 General, 1 VIP",
		.state = "Confirmed",
		.is_good = true,
		.reference = "7K3MZ9QX2A",
		.url = URL("/tickets/7K3MZ9QX2A")},
	    {.event = LONG_NAME,
		.starts = MOMENT(DAY, WHEN_SHORT),
		.place = HEBREW,
		.places = "1 Participant",
		.state = "Held",
		.reference = "2B8XW4TN5C",
		.url = URL("/tickets/2B8XW4TN5C")},
	};
	static const struct booking_card_view past[] = {
	    {.event = ARABIC,
		.starts = MOMENT(-200 * DAY, WHEN_SHORT),
		.place = "Campus Amphitheater",
		.places = "4 General",
		.state = "Confirmed",
		.is_good = true,
		.reference = "QX27K3MZ9A",
		.url = URL("/tickets/QX27K3MZ9A")},
	};
	struct bookings_view view = {
	    .page = {FRAME, .title = "My tickets", .on_tickets = true},
	    .upcoming = LIST(upcoming),
	    .past = LIST(past),
	    BOOKINGS_FINDER,
	};

	view_bookings(out, &view);
}

static void bookings_none(struct out *out)
{
	struct bookings_view view = {
	    .page = {FRAME, .title = "My tickets", .on_tickets = true},
	    .is_empty = true,
	    BOOKINGS_FINDER,
	};

	view_bookings(out, &view);
}

static struct queue_view queue_of(void)
{
	struct book_view book = book_of();

	return (struct queue_view){
	    .page = sale_page_of("Waiting list - Jazz Evening"),
	    .secret = secret,
	    .head = book.head,
	    .action = URL("/book/jazz-evening/queue"),
	    .name = book.name,
	    .email = book.email,
	    .quantity = book.quantity,
	    .tier = book.tier,
	    .is_open = true,
	};
}

static struct room_view room_of(void)
{
	struct book_view book = book_of();

	return (struct room_view){
	    .page = sale_page_of("In line - Jazz Evening"),
	    .head = book.head,
	    .opens = book.head.starts,
	    .gathered = "120",
	    .position = "17",
	    .wait = "2 minutes",
	    .turn = "10 minutes",
	    .now = book.head.starts,
	    .refresh = URL("/book/jazz-evening"),
	    .live = URL("/book/jazz-evening?live=yes"),
	};
}

static void room_waiting(struct out *out)
{
	struct room_view view = room_of();

	view_room(out, &view);
}

static void room_gathering(struct out *out)
{
	struct room_view view = room_of();

	view.is_gathering = true;
	view_room(out, &view);
}

static void queue_open(struct out *out)
{
	struct queue_view view = queue_of();

	view_queue(out, &view);
}

static void queue_joined(struct out *out)
{
	struct queue_view view = queue_of();

	view.has_joined = true;
	view.is_waiting = true;
	view.position = "3";
	view.class_name = "VIP";
	view.offer_time = "2 hours";
	view.quiet = "22:00 to 8:00";
	view.told = "ada@example.org";
	view_queue(out, &view);
}

static void queue_closed(struct out *out)
{
	struct queue_view view = queue_of();

	view.is_open = false;
	view.closed_why = "The event has begun.";
	view_queue(out, &view);
}

/* ---- the rest ---- */

static void error_not_found(struct out *out)
{
	static const struct link links[] = {
	    {.text = "All events", .url = URL("/")},
	    {.text = "My tickets", .url = URL("/tickets")},
	};
	struct error_view view = {
	    .page = page_of("Page not found"),
	    .heading = "Page not found",
	    .help = "If you typed it, look for a slip. If you followed a "
		    "link, the event may be over.",
	    .links = LIST(links),
	};

	view_error(out, &view);
}

static void error_gateway(struct out *out)
{
	static const struct problem problems[] = {
	    {.text = "CampusPay cannot be reached; nothing was charged"}};
	static const struct detail details[] = {
	    {.label = "Paid through", .value = "CampusPay"}};
	static const struct cause_view causes[] = {
	    {.name = "ConnectionError", .message = "no answer in 3 seconds"}};
	struct error_view view = {
	    .page = page_of("Payment not possible"),
	    .box = {.is_shown = true,
		.problems = LIST(problems),
		.kind = "PaymentError",
		.details = LIST(details),
		.causes = LIST(causes),
		.request_id = "7f3a9c21"},
	    .heading = "Payment not possible",
	    .help = "Try again in a few minutes.",
	};

	view.page.has_error = true;
	view_error(out, &view);
}

static void terms_ours(struct out *out)
{
	struct terms_view view = {
	    .page = page_of("Terms of sale"), .hold_time = "10 minutes"};

	view_terms(out, &view);
}

static void terms_theirs(struct out *out)
{
	struct terms_view view = {
	    .page = page_of("Terms of sale"),
	    .text = {.markup = "<h2>One</h2>\n<p>Be kind.</p>\n"},
	};

	view_terms(out, &view);
}

static void status_mixed(struct out *out)
{
	static const struct status_part_view parts[] = {
	    {.name = "Database",
		.state = "Working",
		.detail = "Schema 12, 4.1 MB.",
		.is_good = true},
	    {.name = "Mail",
		.state = "Failing",
		.detail = "3 mails wait; the last try was refused.",
		.is_bad = true},
	    {.name = "Payment gateway",
		.state = "Not set up",
		.detail = "Paid bookings can be made \"pay later\" only."},
	    {.name = "Clock", .state = "Working", .is_good = true},
	};
	struct status_view view = {
	    .page = page_of("Status"),
	    .summary = "One part needs care.",
	    .parts = LIST(parts),
	    .now = MOMENT(-7 * DAY, WHEN_LONG),
	};

	view.page.is_staff = true;
	view_status(out, &view);
}

/* ---- letters ---- */

#define SITE "https://tickets.campus.example"
#define MAIL                                                                   \
	.mail = {.subject = "Your tickets: Jazz Evening",                      \
	    .site_name = "CampusPass",                                         \
	    .organiser = "Riverside Student Union",                            \
	    .contact = "tickets@campus.example",                               \
	    .contact_url = URL("mailto:tickets@campus.example"),               \
	    .home = URL(SITE "/")}

static const struct mail_line mail_lines[] = {
    {.quantity = 1, .tier = "VIP", .seat = "A7", .subtotal = DOLLARS(45)},
    {.quantity = 2, .tier = LONG_NAME, .subtotal = DOLLARS(1234567)},
};

static const struct mail_ticket mail_tickets[] = {
    {.code = "TKT-9F86D081884C7D65",
	.tier = "VIP",
	.seat = "A7",
	.holder = "Ada Lovelace"},
    {.code = "TKT-60303AE22B998861", .tier = LONG_NAME, .holder = HEBREW},
};

static const struct mail_move mail_moves[] = {
    {.from = "A1", .to = "A7"}, {.from = "A2", .to = "A8"}};

static const struct mail_booking_view mail_booking = {
    MAIL,
    .name = "Ada Lovelace",
    .occasion =
	{
	    .title = HEBREW,
	    .starts = MOMENT(0, WHEN_LONG),
	    .doors = MOMENT(-HOUR, WHEN_TIME),
	    .venue = "City Jazz Club",
	    .address = "12 River Street, Riverside",
	},
    .reference = "7K3MZ9QX2A",
    .lines = LIST(mail_lines),
    .total = DOLLARS(1234612),
    .tickets = LIST(mail_tickets),
    .has_files = true,
    .ended = LIST(mail_tickets),
    .moves = LIST(mail_moves),
    .has_refund = true,
    .refund = DOLLARS(15),
    .amount = DOLLARS(15),
    .reason = "cancelled by the buyer",
    .giver = "Ada Lovelace",
    .holder = LONG_NAME,
    .tier = "VIP",
    .seat = "A7",
    .is_new = true,
    .link = URL(SITE "/tickets/7K3MZ9QX2A?key=FKCK4P1GX532GWZPHTN2ZNA36Q2F"),
    .until = MOMENT(-DAY, WHEN_LONG),
};

static const struct mail_card mail_cards[] = {
    {.title = "Spring Music Festival",
	.summary = "Six student bands, one lawn, and the sun going down.",
	.starts = MOMENT(0, WHEN_LONG),
	.place = "Campus Amphitheater",
	.url = URL(SITE "/events/spring-concert")},
    {.title = ARABIC,
	.summary = LONG_NAME,
	.starts = MOMENT(DAY, WHEN_LONG),
	.place = "Online",
	.url = URL(SITE "/events/long")},
};

static const struct mail_quote mail_quotes[] = {
    {.line = "Are you coming?"}, {.line = ""}, {.line = LONG_NAME}};

static const struct mail_events_view mail_events = {
    MAIL,
    .name = "Ada",
    .sender = "Grace Hopper",
    .message = LIST(mail_quotes),
    .events = LIST(mail_cards),
    .stop = URL(SITE "/mail/stop/b1c15f1ac29c8216a71919ddd1ebdb2e2fc5623e1ae6"),
};

static const struct mail_account_view mail_account = {
    MAIL,
    .name = "Ada",
    .email = "ada@example.org",
    .link = URL(SITE "/account/verify/CB0905JYM5MEQET08ZE7BKW2CW"),
    .has_until = true,
    .until = MOMENT(0, WHEN_LONG),
};

/* A letter's HTML and its text. */
#define LETTER(kind, about)                                                    \
	static void mail_##kind(struct out *out)                               \
	{                                                                      \
		view_mail_##kind(out, &mail_##about);                          \
	}                                                                      \
	static void mail_##kind##_text(struct out *out)                        \
	{                                                                      \
		view_mail_##kind##_text(out, &mail_##about);                   \
	}

LETTER(confirmed, booking)
LETTER(offered, booking)
LETTER(reserved, booking)
LETTER(changed, booking)
LETTER(cancelled, booking)
LETTER(refunded, booking)
LETTER(ticket_given, booking)
LETTER(ticket_passed_on, booking)
LETTER(ticket_link, booking)
LETTER(share, events)
LETTER(promotion, events)
LETTER(verify_email, account)
LETTER(taken_email, account)
LETTER(reset_password, account)
LETTER(password_changed, account)
LETTER(email_changed, account)

/* ---- writing them ---- */

static const struct sample {
	const char *name;
	void (*render)(struct out *out);
} samples[] = {
    {"list_home", list_home},
    {"list_filtered", list_filtered},
    {"list_empty", list_empty},
    {"list_wrong", list_wrong},
    {"event_open", event_open},
    {"event_sold_out", event_sold_out},
    {"event_closed", event_closed},
    {"event_odd", event_odd},
    {"compare_some", compare_some},
    {"compare_none", compare_none},
    {"book_open", book_open},
    {"book_wrong", book_wrong},
    {"book_too_many", book_too_many},
    {"book_held", book_held},
    {"book_closed", book_closed},
    {"checkout_open", checkout_open},
    {"checkout_free", checkout_free},
    {"checkout_declined", checkout_declined},
    {"checkout_paying", checkout_paying},
    {"checkout_expired", checkout_expired},
    {"booking_new", booking_new},
    {"booking_again", booking_again},
    {"booking_held", booking_held},
    {"bookings_some", bookings_some},
    {"bookings_none", bookings_none},
    {"room_waiting", room_waiting},
    {"room_gathering", room_gathering},
    {"queue_open", queue_open},
    {"queue_joined", queue_joined},
    {"queue_closed", queue_closed},
    {"error_not_found", error_not_found},
    {"error_gateway", error_gateway},
    {"terms_ours", terms_ours},
    {"terms_theirs", terms_theirs},
    {"status_mixed", status_mixed},
    {"mail_confirmed", mail_confirmed},
    {"mail_confirmed.txt", mail_confirmed_text},
    {"mail_offered", mail_offered},
    {"mail_offered.txt", mail_offered_text},
    {"mail_reserved", mail_reserved},
    {"mail_reserved.txt", mail_reserved_text},
    {"mail_changed", mail_changed},
    {"mail_changed.txt", mail_changed_text},
    {"mail_cancelled", mail_cancelled},
    {"mail_cancelled.txt", mail_cancelled_text},
    {"mail_refunded", mail_refunded},
    {"mail_refunded.txt", mail_refunded_text},
    {"mail_ticket_given", mail_ticket_given},
    {"mail_ticket_given.txt", mail_ticket_given_text},
    {"mail_ticket_passed_on", mail_ticket_passed_on},
    {"mail_ticket_passed_on.txt", mail_ticket_passed_on_text},
    {"mail_ticket_link", mail_ticket_link},
    {"mail_ticket_link.txt", mail_ticket_link_text},
    {"mail_share", mail_share},
    {"mail_share.txt", mail_share_text},
    {"mail_promotion", mail_promotion},
    {"mail_promotion.txt", mail_promotion_text},
    {"mail_verify_email", mail_verify_email},
    {"mail_verify_email.txt", mail_verify_email_text},
    {"mail_taken_email", mail_taken_email},
    {"mail_taken_email.txt", mail_taken_email_text},
    {"mail_reset_password", mail_reset_password},
    {"mail_reset_password.txt", mail_reset_password_text},
    {"mail_password_changed", mail_password_changed},
    {"mail_password_changed.txt", mail_password_changed_text},
    {"mail_email_changed", mail_email_changed},
    {"mail_email_changed.txt", mail_email_changed_text},
};

static void write_sample(const char *directory, const struct sample *sample)
{
	struct arena arena = ARENA_EMPTY;
	struct out out = {.arena = &arena};
	const char *path = arena_format(&arena, "%s/%s%s", directory,
	    sample->name, strchr(sample->name, '.') ? "" : ".html");
	FILE *file;

	sample->render(&out);
	file = fopen(path, "w");
	if (!file || fwrite(out.data, 1, out.length, file) != out.length ||
	    fclose(file)) {
		fprintf(stderr, "preview: %s: %s\n", path, strerror(errno));
		exit(EXIT_FAILURE);
	}
	arena_close(&arena);
}

int main(int argc, char **argv)
{
	if (argc != 2) {
		fprintf(stderr, "usage: preview DIRECTORY\n");
		return EXIT_FAILURE;
	}
	for (size_t i = 0; i < COUNT(samples); i++)
		write_sample(argv[1], &samples[i]);
	return EXIT_SUCCESS;
}
