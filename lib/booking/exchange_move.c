/*
 * Tickets get their new seats, at once or when the difference is paid.
 */
#include "base/token.h"
#include "booking/basket.h"
#include "booking/exchange_parts.h"
#include "booking/hold.h"
#include "booking/notice.h"
#include "booking/queue.h"
#include "booking/refund.h"
#include "store/booking_store.h"
#include "store/queue_store.h"
#include "store/stock_store.h"
#include "store/ticket_store.h"

/* ---- moving ---- */

/* Whom it was passed on to gets the new code; the buyer is told of all. */
static struct error *tell_holder(const struct shop *shop,
    const struct booking *booking, const struct ticket *ticket,
    const struct booking_item *item, const char *code, int64_t now)
{
	struct ticket given = *ticket;

	if (!ticket->passed_on_at)
		return NULL;
	given.code = code;
	given.seat = item->seat;
	given.tier_name = item->tier_name;
	given.price = item->price;
	return notice_given_in(shop, booking, ticket, &given, now);
}

/* `kept` of what it was worth beyond the new price stays with us. */
static struct error *move_ticket(const struct shop *shop,
    const struct booking *booking, const struct ticket *ticket,
    const struct booking_item *item, int64_t kept, int64_t now)
{
	const char *code = token_ticket_code(shop->arena);
	bool changed, moved;

	TRY(ticket_store_move(
	    shop->db, ticket, item, kept, code, now, &changed));
	if (!changed)
		return fail(STATE_ERROR, "The ticket changed meanwhile");
	TRY(stock_move(shop->db, ticket, item, &moved));
	if (!moved)
		return fail_with(SOLD_OUT_ERROR, NULL,
		    FIELDS(error_text(
			"tier_name", "Ticket type", item->tier_name)),
		    "There are no more %s tickets", item->tier_name);
	return tell_holder(shop, booking, ticket, item, code, now);
}

static struct booking_item item_of(const struct exchange_move *move)
{
	return (struct booking_item){
	    .tier_id = move->tier->id,
	    .tier_slug = move->tier->slug,
	    .tier_name = move->tier->name,
	    .seat_id = move->seat->id,
	    .seat = move->seat->name,
	    .quantity = 1,
	    .price = move->price,
	    .subtotal = move->price,
	};
}

/* What is kept in all stands with the first ticket. */
static struct error *move_all(
    const struct shop *shop, const struct exchange *exchange, int64_t now)
{
	int64_t kept = exchange->surplus - exchange->refund.minor;

	for (size_t i = 0; i < exchange->move_count; i++) {
		const struct exchange_move *move = &exchange->moves[i];
		const struct booking_item item = item_of(move);

		TRY(move_ticket(shop, &exchange->booking, move->ticket, &item,
		    i == 0 ? kept : 0, now));
	}
	return NULL;
}

static struct error *note(const struct shop *shop,
    const struct booking *booking, int64_t quantity, int64_t now)
{
	const struct journal_line line = {
	    .event_id = booking->event_id,
	    .booking_id = booking->id,
	    .kind = "changed",
	    .name = booking->name,
	    .email = booking->email,
	    .quantity = quantity,
	};

	return journal_add(shop->db, &line, now);
}

struct error *exchange_change_in(
    const struct shop *shop, const struct exchange *exchange, int64_t now)
{
	const struct booking *booking = &exchange->booking;
	struct notice_move *moves =
	    arena_array(shop->arena, exchange->move_count, sizeof(*moves));
	const struct notice_move_list list = {
	    .items = moves, .count = exchange->move_count};

	for (size_t i = 0; i < list.count; i++)
		moves[i] = (struct notice_move){
		    .from = exchange->moves[i].ticket->seat,
		    .to = exchange->moves[i].seat->name};
	TRY(move_all(shop, exchange, now));
	TRY(booking_store_recount(shop->db, booking->id));
	TRY(refund_give_in(
	    shop, booking->id, exchange->refund, "seats were changed", now));
	TRY(note(shop, booking, (int64_t)exchange->move_count, now));
	TRY(notice_changed_in(shop, booking->id, &list, exchange->refund, now));
	return queue_serve(shop, booking->event_id, now);
}

/* ---- paying the difference first ---- */

static struct basket basket_of(
    const struct shop *shop, const struct exchange *exchange)
{
	struct booking_item *items =
	    arena_array(shop->arena, exchange->move_count, sizeof(*items));

	for (size_t i = 0; i < exchange->move_count; i++)
		items[i] = item_of(&exchange->moves[i]);
	return (struct basket){
	    .items = {.items = items, .count = exchange->move_count},
	    .quantity = (int64_t)exchange->move_count,
	    .total = exchange->difference,
	};
}

struct error *exchange_hold_in(const struct shop *shop,
    const struct seat_choice *choice, const struct viewer *owner,
    const struct exchange *exchange, int64_t now, struct booking *held)
{
	const struct booking_origin origin = {
	    .form_key = choice->form_key,
	    .form_digest = exchange_digest(shop->arena, choice),
	};
	const struct basket basket = basket_of(shop, exchange);
	const struct booking *changed = &exchange->booking;

	*held = (struct booking){
	    .reference = token_reference(shop->arena),
	    .event_id = changed->event_id,
	    .user_id = owner->user_id,
	    .browser = owner->browser,
	    .name = changed->name,
	    .email = changed->email,
	    .quantity = basket.quantity,
	    .total = basket.total,
	    .created_at = now,
	    .expires_at = now + hold_seconds(shop, &exchange->event),
	    .changes_id = changed->id,
	    .source = "page",
	    .items = basket.items,
	};

	TRY(basket_take(shop, &exchange->event, &basket));
	TRY(booking_store_add(shop->db, held, &origin));
	for (size_t i = 0; i < exchange->move_count; i++)
		TRY(booking_store_add_change(shop->db, held->id,
		    exchange->moves[i].seat->id,
		    exchange->moves[i].ticket->id));
	return NULL;
}

/* ---- when the difference is paid ---- */

static const struct ticket *find_ticket(
    const struct ticket_list *tickets, int64_t id)
{
	for (size_t i = 0; i < tickets->count; i++)
		if (tickets->items[i].id == id &&
		    tickets->items[i].status == TICKET_ACTIVE)
			return &tickets->items[i];
	return NULL;
}

/* Copies of those that are given up; none when one of them cannot be. */
static struct error *find_leaving(const struct shop *shop,
    const struct booking *booking, const struct ticket_list *tickets,
    struct ticket_list *leaving)
{
	struct ticket *copies;
	struct id_list given;

	TRY(booking_store_given_up(shop->db, shop->arena, booking->id, &given));
	copies = arena_array(shop->arena, given.count, sizeof(*copies));
	*leaving = (struct ticket_list){.items = copies};
	for (size_t i = 0; i < given.count; i++) {
		const struct ticket *ticket =
		    find_ticket(tickets, given.items[i]);

		if (!ticket)
			return NULL;
		copies[i] = *ticket;
	}
	leaving->count = given.count;
	return NULL;
}

/*
 * What was given back of the tickets since the difference was counted; less
 * than 0 when they were changed for dearer ones meanwhile.
 */
static int64_t given_since(
    const struct booking *booking, const struct ticket_list *leaving)
{
	int64_t given = -booking->total.minor;

	for (size_t i = 0; i < leaving->count; i++)
		given += booking->items.items[i].price.minor -
		    exchange_value_of(&leaving->items[i]);
	return given;
}

/* That stays given back; *given is what is left of it. */
static struct error *take_off(const struct shop *shop,
    const struct ticket *ticket, const struct booking_item *item,
    int64_t *given)
{
	int64_t part = *given;

	if (part > item->price.minor)
		part = item->price.minor;
	*given -= part;
	return part ? ticket_store_refunded(shop->db, ticket->id, part) : NULL;
}

struct error *exchange_apply_in(const struct shop *shop,
    const struct booking *booking, int64_t now, bool *applied)
{
	struct ticket_list leaving;
	struct notice_move_list list;
	struct notice_move *moves;
	struct booking changed;
	int64_t given;

	TRY(booking_store_find_id(
	    shop->db, shop->arena, booking->changes_id, &changed));
	TRY(find_leaving(shop, booking, &changed.tickets, &leaving));
	given = given_since(booking, &leaving);
	*applied = leaving.count > 0 && given >= 0;
	if (!*applied)
		return NULL;
	TRY(stock_end_items(shop->db, booking->id));
	moves = arena_array(shop->arena, leaving.count, sizeof(*moves));
	list =
	    (struct notice_move_list){.items = moves, .count = leaving.count};
	for (size_t i = 0; i < leaving.count; i++) {
		const struct ticket *ticket = &leaving.items[i];
		const struct booking_item *item = &booking->items.items[i];

		moves[i] = (struct notice_move){
		    .from = ticket->seat, .to = item->seat};
		TRY(move_ticket(shop, &changed, ticket, item, 0, now));
		TRY(take_off(shop, ticket, item, &given));
	}
	TRY(booking_store_recount(shop->db, changed.id));
	TRY(note(shop, booking, (int64_t)leaving.count, now));
	return notice_changed_in(
	    shop, changed.id, &list, money_of(0, changed.total.currency), now);
}
