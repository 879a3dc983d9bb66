#include "web/present.h"

#include "base/clock.h"
#include "base/text.h"
#include "booking/event.h"
#include <inttypes.h>

/* ---- stock and prices ---- */

struct stock_view present_stock(struct arena *arena, int64_t left)
{
	if (left <= 0)
		return (struct stock_view){
		    .text = "Sold out", .is_sold_out = true};
	if (left == INT64_MAX)
		return (struct stock_view){.text = "Available"};
	return (struct stock_view){
	    .text = arena_format(arena, "%" PRId64 " left", left),
	    .is_low = left <= STOCK_LOW};
}

struct stock_view present_event_stock(
    struct arena *arena, const struct event *event)
{
	int64_t left = 0;

	for (size_t i = 0; i < event->tiers.count; i++) {
		int64_t of_tier = event->tiers.items[i].left;

		if (of_tier == INT64_MAX)
			return present_stock(arena, INT64_MAX);
		left += of_tier;
	}
	return present_stock(arena, left);
}

static struct sale_offer not_available(const char *why)
{
	return (struct sale_offer){
	    .title = "Booking not available", .why = why};
}

struct sale_offer present_offer(struct arena *arena, const struct event *event,
    int64_t now, bool gives_back)
{
	enum sale_state state = event_sale_state(event, now);
	struct sale_offer offer = {.is_open = true, .title = "", .why = ""};

	if (state != SALE_OPEN) {
		offer =
		    not_available(event_sale_reason(arena, event, NULL, state));
		offer.offers_queue =
		    state == SALE_NOT_YET && event->queue_is_open;
		return offer;
	}
	offer.offers_queue =
	    event_has_sold_out_tier(event) || event->queue_is_open;
	if (gives_back)
		return offer;
	if (event_is_sold_out(event))
		return (struct sale_offer){
		    .is_sold_out = true,
		    .offers_queue = true,
		    .title = "Sold out",
		    .why = "All places are taken.",
		};
	if (!event_can_book(event, now))
		return not_available(
		    "No ticket type is on sale at the moment.");
	return offer;
}

const char *present_sale(enum sale_state state)
{
	static const char *const states[] = {
	    [SALE_OPEN] = "",
	    [SALE_NOT_YET] = "Booking not open yet",
	    [SALE_CLOSED] = "Booking closed",
	    [SALE_ENDED] = "Over",
	    [SALE_CANCELLED] = "Cancelled",
	    [SALE_COMPLETED] = "Over",
	};

	return states[state];
}

const char *present_price_range(struct arena *arena, const struct event *event)
{
	struct money least = money_of(0, event->currency);
	struct money most = least;

	for (size_t i = 0; i < event->tiers.count; i++) {
		struct money price = event->tiers.items[i].price;

		if (i == 0 || price.minor < least.minor)
			least = price;
		if (i == 0 || price.minor > most.minor)
			most = price;
	}
	if (least.minor == most.minor)
		return money_price(arena, least);
	return arena_format(arena, "%s to %s", money_price(arena, least),
	    money_price(arena, most));
}

struct tier_view_list present_tiers(
    struct arena *arena, const struct event *event, int64_t now)
{
	size_t count = event->tiers.count;
	struct tier_view *views = arena_array(arena, count, sizeof(*views));
	enum sale_state sale = event_sale_state(event, now);
	bool sells = sale == SALE_OPEN;
	/* Places of what will not take place any more are no offer. */
	bool is_over = sale == SALE_CANCELLED || sale == SALE_COMPLETED ||
	    sale == SALE_ENDED;
	const struct stock_view no_stock = {.text = ""};

	for (size_t i = 0; i < count; i++) {
		const struct tier *tier = &event->tiers.items[i];
		enum sale_state state = tier_sale_state(event, tier, now);

		views[i] = (struct tier_view){
		    .name = tier->name,
		    .price = money_price(arena, tier->price),
		    .stock =
			is_over ? no_stock : present_stock(arena, tier->left),
		    .note = sells ? event_sale_reason(arena, event, tier, state)
				  : "",
		};
	}
	return (struct tier_view_list){.items = views, .count = count};
}

/* ---- moments and addresses ---- */

struct summary_row present_summary_row(const struct tier *tier)
{
	return (struct summary_row){
	    .name = tier->name,
	    .is_unlimited = tier->is_unlimited,
	    .capacity = tier->capacity,
	    .sold = tier->sold,
	    .held = tier->held,
	    .taken = tier->sold + tier->held,
	    .remaining = tier->free,
	};
}

struct when present_site_when(
    const struct config *config, int64_t at, enum when_style style)
{
	return (struct when){
	    .at = at, .zone = config->timezone, .style = style};
}

struct when present_when(
    const struct event *event, int64_t at, enum when_style style)
{
	return (struct when){.at = at, .zone = event->timezone, .style = style};
}

const char *present_doors(
    struct arena *arena, const struct event *event, int64_t now)
{
	int64_t doors = event->starts_at - event->doors_minutes * MINUTE;

	if (event->status != EVENT_PUBLISHED || doors > now + DAY)
		return "";
	if (doors <= now)
		return "Doors are open";
	return arena_format(arena, "Doors open at %s",
	    when_format(arena, present_when(event, doors, WHEN_TIME)));
}

struct url present_picture(struct arena *arena, const struct event *event)
{
	if (*event->image)
		return url_local(arena, "/images/{}", event->image);
	return url_local(arena, "/art/{}.svg", event->type);
}

struct sale_head_view present_sale_head(
    struct arena *arena, const struct event *event, const char *kind)
{
	return (struct sale_head_view){
	    .kind = kind,
	    .title = event->title,
	    .picture = present_picture(arena, event),
	    .starts = present_when(event, event->starts_at, WHEN_LONG),
	    .place = event_place(event),
	    .event = present_event_url(arena, event),
	};
}

struct url present_event_url(struct arena *arena, const struct event *event)
{
	return url_local(arena, "/events/{}", event->slug);
}

struct url present_map_url(
    struct arena *arena, const struct config *config, const struct venue *venue)
{
	struct out out = {.arena = arena};

	if (!venue->has_location)
		return (struct url){.text = NULL};
	for (const char *at = config->map_url; *at;) {
		if (text_starts_with(at, "{latitude}")) {
			out_format(&out, "%.5f", venue->latitude);
			at += sizeof("{latitude}") - 1;
		} else if (text_starts_with(at, "{longitude}")) {
			out_format(&out, "%.5f", venue->longitude);
			at += sizeof("{longitude}") - 1;
		} else {
			out_char(&out, *at++);
		}
	}
	return url_outside(arena, out_string(&out));
}

/* ---- bookings ---- */

/* Items of one tier and price are one line, with the seats behind. */
static struct order_line *find_line(
    struct order_line *lines, size_t count, const struct booking_item *item)
{
	for (size_t i = 0; i < count; i++)
		if (text_equal(lines[i].tier, item->tier_name) &&
		    lines[i].price.minor == item->price.minor)
			return &lines[i];
	return NULL;
}

static struct order_line_list make_lines(
    struct arena *arena, const struct booking *booking)
{
	struct order_line *lines =
	    arena_array(arena, booking->items.count, sizeof(*lines));
	size_t count = 0;

	for (size_t i = 0; i < booking->items.count; i++) {
		const struct booking_item *item = &booking->items.items[i];
		struct order_line *line = find_line(lines, count, item);

		if (!line) {
			line = &lines[count++];
			*line = (struct order_line){.tier = item->tier_name,
			    .price = item->price,
			    .subtotal = money_of(0, item->price.currency),
			    .seats = ""};
		}
		line->quantity += item->quantity;
		line->subtotal.minor += item->subtotal.minor;
		if (*item->seat)
			line->seats = arena_format(arena, "%s%s%s", line->seats,
			    *line->seats ? ", " : "", item->seat);
	}
	return (struct order_line_list){.items = lines, .count = count};
}

/* What the seats given up for these are worth: they cost so much less. */
static struct money credit_of(const struct booking *booking)
{
	struct money credit = money_of(0, booking->total.currency);

	if (!booking->changes_id)
		return credit;
	for (size_t i = 0; i < booking->items.count; i++)
		credit.minor += booking->items.items[i].subtotal.minor;
	credit.minor = booking->total.minor - credit.minor;
	return credit;
}

struct order_view present_order(struct arena *arena, const struct event *event,
    const struct booking *booking)
{
	return (struct order_view){
	    .event = event->title,
	    .event_url = present_event_url(arena, event),
	    .starts = present_when(event, event->starts_at, WHEN_LONG),
	    .place = event_place(event),
	    .reference = booking->reference,
	    .name = booking->name,
	    .email = booking->email,
	    .lines = make_lines(arena, booking),
	    .has_credit = booking->changes_id != 0,
	    .credit = credit_of(booking),
	    .total = booking->total,
	    .is_free = booking->total.minor == 0,
	};
}

const char *present_places(struct arena *arena, const struct booking *booking)
{
	struct order_line_list lines = make_lines(arena, booking);
	struct out out = {.arena = arena};

	for (size_t i = 0; i < lines.count; i++) {
		if (i > 0)
			out_text(&out, i + 1 == lines.count ? " and " : ", ");
		out_format(&out, "%" PRId64 " %s", lines.items[i].quantity,
		    lines.items[i].tier);
	}
	return out_string(&out);
}

struct state_words {
	const char *state;
	const char *sentence;
};

static const struct state_words state_words[] = {
    [BOOKING_HELD] = {"Held", "Your places are held, but not booked yet."},
    [BOOKING_PAYING] = {"Being paid",
	"The payment service has not answered yet. Your places are kept."},
    [BOOKING_CONFIRMED] = {"Confirmed", "Your places are booked."},
    [BOOKING_CANCELLED] = {"Cancelled", "This booking was cancelled."},
    [BOOKING_RELEASED] = {"Given back",
	"The places were given back. Nothing was charged."},
    [BOOKING_EXPIRED] = {"Expired",
	"The time to pay ended and the places were given back. Nothing was "
	"charged."},
    [BOOKING_FAILED] = {"Failed",
	"The payment could not be made and the places were given back. "
	"Nothing was charged."},
};

static const struct state_words *find_words(
    enum booking_state state, bool is_later)
{
	static const struct state_words later = {"To be paid",
	    "Your places are reserved. Tickets are made once they are paid for."};

	return state == BOOKING_HELD && is_later ? &later : &state_words[state];
}

const char *present_state(enum booking_state state, bool is_later)
{
	return find_words(state, is_later)->state;
}

const char *present_state_sentence(enum booking_state state, bool is_later)
{
	return find_words(state, is_later)->sentence;
}

const char *present_ticket_status(enum ticket_status status)
{
	static const char *const words[] = {
	    [TICKET_ACTIVE] = "Active",
	    [TICKET_USED] = "Used",
	    [TICKET_EXPIRED] = "Expired",
	    [TICKET_CANCELLED] = "Cancelled",
	    [TICKET_REFUNDED] = "Refunded",
	};

	return words[status];
}
