#include "booking/confirm.h"

#include "base/clock.h"
#include "base/text.h"
#include "base/token.h"
#include "booking/basket.h"
#include "booking/event.h"
#include "booking/exchange.h"
#include "booking/hold.h"
#include "booking/hook.h"
#include "booking/notice.h"
#include "booking/queue.h"
#include "store/booking_store.h"
#include "store/event_store.h"
#include "store/queue_store.h"
#include "store/seat_store.h"
#include "store/stock_store.h"
#include "store/ticket_store.h"

/* Told from what is at hand, for reading it back costs as much again. */
static struct ticket make_ticket(const struct shop *shop,
    const struct booking *booking, const struct booking_item *item,
    const struct event *event, int64_t now)
{
	return (struct ticket){
	    .booking_id = booking->id,
	    .event_id = booking->event_id,
	    .tier_id = item->tier_id,
	    .seat_id = item->seat_id,
	    .code = token_ticket_code(shop->arena),
	    .tier_name = item->tier_name,
	    .holder_name = booking->name,
	    .holder_email = booking->email,
	    .seat = item->seat,
	    .status = TICKET_ACTIVE,
	    .price = item->price,
	    .refunded = money_of(0, item->price.currency),
	    .valid_from = event->starts_at - event->doors_minutes * MINUTE,
	    .valid_until = event->ends_at,
	    .created_at = now,
	};
}

/* One for each place; they are the booking's from then on. */
static struct error *issue_tickets(const struct shop *shop,
    struct booking *booking, const struct event *event, int64_t now)
{
	struct ticket *tickets = arena_array(
	    shop->arena, (size_t)booking->quantity, sizeof(*tickets));
	size_t count = 0;

	for (size_t i = 0; i < booking->items.count; i++) {
		const struct booking_item *item = &booking->items.items[i];

		for (int64_t n = 0; n < item->quantity; n++) {
			if (count == (size_t)booking->quantity)
				die("a booking's items are more than it");
			tickets[count] =
			    make_ticket(shop, booking, item, event, now);
			TRY(ticket_store_add(shop->db, &tickets[count++]));
		}
	}
	booking->tickets =
	    (struct ticket_list){.items = tickets, .count = count};
	return NULL;
}

static struct error *note(
    const struct shop *shop, const struct booking *booking, int64_t now)
{
	struct journal_line line = {
	    .event_id = booking->event_id,
	    .booking_id = booking->id,
	    .kind = "confirmed",
	    .name = booking->name,
	    .email = booking->email,
	    .quantity = booking->quantity,
	};

	if (booking->items.count == 1)
		line.tier_id = booking->items.items[0].tier_id;
	return journal_add(shop->db, &line, now);
}

/* Its seats move to the booking that it changes, or it fails. */
static struct error *confirm_change(
    const struct shop *shop, struct booking *booking, int64_t now, bool *moved)
{
	struct booking current;
	bool given;

	*moved = false;
	TRY(booking_store_find_id(
	    shop->db, shop->arena, booking->id, &current));
	if (!hold_is_unfinished(current.state))
		return NULL;
	TRY(exchange_apply_in(shop, booking, now, moved));
	if (!*moved)
		return stock_give_back(
		    shop->db, booking->id, BOOKING_FAILED, now, &given);
	TRY(booking_store_confirm(shop->db, shop->arena, booking, now, moved));
	return queue_serve(shop, booking->event_id, now);
}

/* Offers of the waiting list alone have an entry behind them. */
static struct error *serve_entry(
    const struct shop *shop, const struct booking *booking, int64_t now)
{
	if (!text_equal(booking->source, "queue"))
		return NULL;
	return queue_store_serve_booking(shop->db, booking->id, now);
}

struct error *confirm_booking_in(
    const struct shop *shop, struct booking *booking, int64_t now, bool *moved)
{
	struct event event;

	if (booking->changes_id)
		return confirm_change(shop, booking, now, moved);
	TRY(booking_store_confirm(shop->db, shop->arena, booking, now, moved));
	if (!*moved)
		return NULL;
	TRY(event_of_booking(shop, booking, now, &event));
	TRY(stock_sell(shop->db, &booking->items));
	TRY(issue_tickets(shop, booking, &event, now));
	TRY(serve_entry(shop, booking, now));
	TRY(note(shop, booking, now));
	TRY(notice_confirmed_in(shop, booking, &event, now));
	return hook_add_in(shop,
	    &(struct hook_news){.type = HOOK_CONFIRMED,
		.event_id = booking->event_id,
		.booking_id = booking->id},
	    now);
}

/* ---- late money ---- */

static struct error *are_seats_free(const struct shop *shop,
    const struct booking *booking, int64_t now, bool *are_free)
{
	struct seat_list seats;

	*are_free = true;
	TRY(seat_store_list(
	    shop->db, shop->arena, booking->event_id, now, &seats));
	for (size_t i = 0; i < booking->items.count; i++)
		for (size_t j = 0; j < seats.count; j++)
			if (seats.items[j].id ==
				booking->items.items[i].seat_id &&
			    seats.items[j].status != SEAT_FREE)
				*are_free = false;
	return NULL;
}

static struct basket basket_of(const struct booking *booking)
{
	return (struct basket){
	    .items = booking->items,
	    .quantity = booking->quantity,
	    .total = booking->total,
	};
}

struct error *confirm_is_possible(const struct shop *shop,
    const struct booking *booking, int64_t now, bool *is_possible)
{
	const struct basket basket = basket_of(booking);
	bool are_free, is_duplicate;
	struct event event;

	*is_possible = false;
	if (booking->changes_id)
		return NULL;
	TRY(event_store_find_id(
	    shop->db, shop->arena, booking->event_id, EVENTS_ALL, now, &event));
	TRY(are_seats_free(shop, booking, now, &are_free));
	TRY(hold_is_duplicate(shop, booking->email, &event, &is_duplicate));
	/* The waiting list comes before somebody who was late. */
	*is_possible = !is_duplicate && are_free &&
	    !basket_check(shop, &event, &basket) &&
	    event_sale_state(&event, now) == SALE_OPEN;
	return NULL;
}

struct error *confirm_ended_in(
    const struct shop *shop, struct booking *booking, int64_t now, bool *moved)
{
	const struct basket basket = basket_of(booking);
	struct event event;

	TRY(confirm_is_possible(shop, booking, now, moved));
	if (!*moved)
		return NULL;
	TRY(event_store_find_id(
	    shop->db, shop->arena, booking->event_id, EVENTS_ALL, now, &event));
	TRY(basket_take(shop, &event, &basket));
	TRY(booking_store_reopen(shop->db, booking->id, moved));
	if (!*moved)
		return fail(STATE_ERROR, "The booking changed meanwhile");
	return confirm_booking_in(shop, booking, now, moved);
}
