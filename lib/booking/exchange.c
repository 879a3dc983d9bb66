#include "booking/exchange.h"

#include "base/clock.h"
#include "base/text.h"
#include "base/token.h"
#include "booking/cancel.h"
#include "booking/event.h"
#include "booking/exchange_parts.h"
#include "booking/hold.h"
#include "booking/order.h"
#include "booking/seats.h"
#include "booking/settle.h"
#include "booking/ticket.h"
#include "store/booking_store.h"
#include "store/event_store.h"
#include "store/seat_store.h"

/* ---- looking ---- */

static struct error *refuse(const struct booking *booking, const char *message)
{
	return fail_with(STATE_ERROR, NULL,
	    FIELDS(error_text("reference", "Reference", booking->reference),
		error_text(
		    "status", "Status", booking_state_word(booking->state))),
	    "%s", message);
}

struct error *exchange_find(const struct shop *shop, const char *reference,
    const struct viewer *viewer, struct exchange *exchange)
{
	const struct booking *booking = &exchange->booking;
	int64_t now = clock_now();

	*exchange = (struct exchange){.move_count = 0};
	TRY(booking_store_find(
	    shop->db, shop->arena, reference, viewer, &exchange->booking));
	TRY(event_store_find_id(shop->db, shop->arena, booking->event_id,
	    EVENTS_ALL, now, &exchange->event));
	exchange->difference = money_of(0, exchange->event.currency);
	exchange->refund = exchange->difference;
	if (booking->state != BOOKING_CONFIRMED || booking->changes_id)
		return refuse(booking, "This booking is not confirmed");
	if (!exchange_has_seats(&booking->tickets))
		return refuse(booking, "This booking has no numbered seats");
	if (exchange->event.status != EVENT_PUBLISHED ||
	    now >= exchange->event.starts_at)
		return refuse(booking, "Seats cannot be changed any more");
	return NULL;
}

static bool is_named(const struct seat_choice *choice, const char *seat)
{
	for (size_t i = 0; i < choice->count; i++)
		if (text_equal(choice->seats[i], seat))
			return true;
	return false;
}

static bool has_seat(const struct booking *booking, const char *name)
{
	for (size_t i = 0; i < booking->tickets.count; i++)
		if (ticket_has_seat(&booking->tickets.items[i]) &&
		    text_equal(booking->tickets.items[i].seat, name))
			return true;
	return false;
}

bool exchange_has_seats(const struct ticket_list *tickets)
{
	for (size_t i = 0; i < tickets->count; i++)
		if (ticket_has_seat(&tickets->items[i]))
			return true;
	return false;
}

bool exchange_is_even(const struct exchange *exchange)
{
	return exchange->difference.minor <= 0 && exchange->refund.minor == 0 &&
	    exchange->surplus == 0;
}

/* The new seats: named, and not had. They exist and are free. */
static struct error *pick_new(const struct shop *shop,
    const struct seat_choice *choice, const struct exchange *exchange,
    int64_t now, struct seat_list *picked)
{
	const char **names =
	    arena_array(shop->arena, choice->count, sizeof(*names));
	struct seat_list seats;
	size_t count = 0;

	*picked = (struct seat_list){.count = 0};
	for (size_t i = 0; i < choice->count; i++)
		if (!has_seat(&exchange->booking, choice->seats[i]))
			names[count++] = choice->seats[i];
	if (count == 0)
		return NULL;
	TRY(seat_store_list(
	    shop->db, shop->arena, exchange->event.id, now, &seats));
	return seats_pick(
	    shop->arena, &exchange->event, &seats, names, count, picked);
}

static struct error *check_given_up(
    const struct ticket *ticket, const struct viewer *viewer)
{
	struct error_fields fields =
	    FIELDS(error_text("seat", "Seat", ticket->seat));

	if (ticket->status != TICKET_ACTIVE)
		return fail_with(STATE_ERROR, NULL, fields,
		    "The ticket of seat %s was used at the door already",
		    ticket->seat);
	if (!ticket_is_theirs(ticket, viewer))
		return fail_with(STATE_ERROR, NULL, fields,
		    "The ticket of seat %s was passed on", ticket->seat);
	return NULL;
}

static struct error *wrong_count(
    const struct shop *shop, const struct seat_choice *choice, size_t have)
{
	return order_refuse("seat", "Seats",
	    arena_format(shop->arena, "%zu", choice->count),
	    arena_format(shop->arena, "must be as many as before (%zu)", have),
	    NULL);
}

static struct exchange_move make_move(const struct event *event,
    const struct ticket *ticket, const struct seat *seat)
{
	const struct tier *tier = event_tier_of(event, seat->tier_id);

	return (struct exchange_move){
	    .ticket = ticket,
	    .seat = seat,
	    .tier = tier,
	    .price = tier->price,
	};
}

/* Each seat given up for one of the new ones, in order. */
static struct error *pair(const struct shop *shop,
    const struct seat_choice *choice, const struct viewer *viewer,
    const struct seat_list *picked, struct exchange *exchange)
{
	struct exchange_move *moves =
	    arena_array(shop->arena, picked->count, sizeof(*moves));
	const struct ticket_list *tickets = &exchange->booking.tickets;
	size_t have = 0, given = 0;

	for (size_t i = 0; i < tickets->count; i++) {
		const struct ticket *ticket = &tickets->items[i];

		if (!ticket_has_seat(ticket))
			continue;
		have++;
		if (is_named(choice, ticket->seat))
			continue;
		TRY(check_given_up(ticket, viewer));
		if (given < picked->count)
			moves[given] = make_move(
			    &exchange->event, ticket, &picked->items[given]);
		given++;
	}
	if (choice->count != have || given != picked->count)
		return wrong_count(shop, choice, have);
	exchange->moves = moves;
	exchange->move_count = given;
	return NULL;
}

int64_t exchange_value_of(const struct ticket *ticket)
{
	return ticket->price.minor - ticket->refunded.minor;
}

static void count_up(struct exchange *exchange, int64_t now)
{
	int64_t difference = 0;

	for (size_t i = 0; i < exchange->move_count; i++)
		difference += exchange->moves[i].price.minor -
		    exchange_value_of(exchange->moves[i].ticket);
	if (difference > 0) {
		exchange->difference.minor = difference;
		return;
	}
	exchange->surplus = -difference;
	exchange->refund.minor = refund_part(
	    exchange->surplus, refund_percent(&exchange->event, now, NULL));
}

struct error *exchange_look(const struct shop *shop,
    const struct seat_choice *choice, const struct viewer *viewer,
    struct exchange *exchange)
{
	int64_t now = clock_now();
	struct seat_list picked;

	TRY(exchange_find(shop, choice->reference, viewer, exchange));
	TRY(pick_new(shop, choice, exchange, now, &picked));
	TRY(pair(shop, choice, viewer, &picked, exchange));
	for (size_t i = 0; i < exchange->move_count; i++)
		TRY(event_check_sale(shop->arena, &exchange->event,
		    exchange->moves[i].tier, now));
	count_up(exchange, now);
	return NULL;
}

static struct error *check_unfinished(
    const struct shop *shop, const struct viewer *viewer, int64_t now)
{
	struct booking own;

	TRY(booking_store_unfinished(shop->db, shop->arena, viewer, now, &own));
	return hold_check_unfinished(&own);
}

/* ---- doing it ---- */

const char *exchange_digest(
    struct arena *arena, const struct seat_choice *choice)
{
	struct out out = {.arena = arena};

	out_text(&out, choice->reference);
	for (size_t i = 0; i < choice->count; i++)
		out_format(&out, "\n%s", choice->seats[i]);
	return token_hash(arena, out_string(&out));
}

/* The form that was sent before leads to what it made (I4). */
static struct error *find_repeated(
    const struct shop *shop, const struct seat_choice *choice, const char **due)
{
	struct booking booking;
	const char *digest;

	TRY(booking_store_by_form_key(
	    shop->db, shop->arena, choice->form_key, &booking, &digest));
	*due = booking.id ? booking.reference : "";
	if (!**due || text_equal(digest, exchange_digest(shop->arena, choice)))
		return NULL;
	return fail(STATE_ERROR,
	    "This form was sent before with other seats. Open the map again "
	    "to choose these");
}

static struct error *do_in(const struct shop *shop,
    const struct seat_choice *choice, const struct viewer *viewer,
    int64_t shown_difference, int64_t shown_refund, int64_t now,
    struct exchange *exchange, const char **due)
{
	struct booking held;

	TRY(find_repeated(shop, choice, due));
	if (**due)
		return NULL;
	TRY(exchange_find(shop, choice->reference, viewer, exchange));
	TRY(settle_event(shop, exchange->event.id, now));
	TRY(exchange_look(shop, choice, viewer, exchange));
	if (exchange->move_count == 0)
		return order_refuse(
		    "seat", "Seats", "", "are the ones that you have", NULL);
	if (exchange->difference.minor > shown_difference ||
	    exchange->refund.minor < shown_refund)
		return fail(STATE_ERROR,
		    "What the change costs is not the same any more: look "
		    "again");
	if (exchange->difference.minor == 0)
		return exchange_change_in(shop, exchange, now);
	TRY(check_unfinished(shop, viewer, now));
	TRY(exchange_hold_in(shop, choice, viewer, exchange, now, &held));
	*due = held.reference;
	return NULL;
}

struct error *exchange_do(const struct shop *shop,
    const struct seat_choice *choice, const struct viewer *viewer,
    int64_t shown_difference, int64_t shown_refund, struct exchange *exchange,
    const char **due)
{
	*due = "";
	return TRANSACTION(shop->db,
	    do_in(shop, choice, viewer, shown_difference, shown_refund,
		clock_now(), exchange, due));
}
