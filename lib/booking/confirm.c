#include "booking/confirm.h"

#include "base/token.h"
#include "booking/basket.h"
#include "booking/event.h"
#include "booking/exchange.h"
#include "booking/hook.h"
#include "booking/notice.h"
#include "booking/queue.h"
#include "store/booking_store.h"
#include "store/event_store.h"
#include "store/queue_store.h"
#include "store/seat_store.h"
#include "store/stock_store.h"
#include "store/ticket_store.h"

static struct error *issue_tickets(
    const struct shop *shop, const struct booking *booking, int64_t now)
{
	for (size_t i = 0; i < booking->items.count; i++) {
		const struct booking_item *item = &booking->items.items[i];

		for (int64_t n = 0; n < item->quantity; n++)
			TRY(ticket_store_add(shop->db, booking, item,
			    token_ticket_code(shop->arena), now));
	}
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
static struct error *confirm_change(const struct shop *shop,
    const struct booking *booking, int64_t now, bool *moved)
{
	struct booking current;
	bool given;

	*moved = false;
	TRY(booking_store_find_id(
	    shop->db, shop->arena, booking->id, &current));
	if (current.state != BOOKING_HELD && current.state != BOOKING_PAYING)
		return NULL;
	TRY(exchange_apply_in(shop, booking, now, moved));
	if (!*moved)
		return stock_give_back(
		    shop->db, booking->id, BOOKING_FAILED, now, &given);
	TRY(booking_store_confirm(shop->db, booking->id, now, moved));
	return queue_serve(shop, booking->event_id, now);
}

struct error *confirm_booking_in(const struct shop *shop,
    const struct booking *booking, int64_t now, bool *moved)
{
	if (booking->changes_id)
		return confirm_change(shop, booking, now, moved);
	TRY(booking_store_confirm(shop->db, booking->id, now, moved));
	if (!*moved)
		return NULL;
	TRY(stock_sell(shop->db, booking->id));
	TRY(issue_tickets(shop, booking, now));
	TRY(queue_store_serve_booking(shop->db, booking->id, now));
	TRY(note(shop, booking, now));
	TRY(notice_confirmed_in(shop, booking, now));
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

/* The waiting list comes before somebody who was late. */
static bool is_left(const struct event *event, const struct basket *basket,
    const struct shop *shop)
{
	return basket_check(shop, event, basket) == NULL;
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
	int64_t bookings = 0, tickets;
	struct event event;
	bool are_free;

	*is_possible = false;
	if (booking->changes_id)
		return NULL;
	TRY(event_store_find_id(
	    shop->db, shop->arena, booking->event_id, EVENTS_ALL, now, &event));
	TRY(are_seats_free(shop, booking, now, &are_free));
	if (event.one_booking_each && *booking->email)
		TRY(booking_store_count_person(shop->db, shop->arena, event.id,
		    booking->email, &bookings, &tickets));
	*is_possible = bookings == 0 && are_free &&
	    is_left(&event, &basket, shop) &&
	    event_sale_state(&event, now) == SALE_OPEN;
	return NULL;
}

struct error *confirm_ended_in(const struct shop *shop,
    const struct booking *booking, int64_t now, bool *moved)
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
