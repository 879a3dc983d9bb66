#include "booking/event_cancel.h"

#include "base/clock.h"
#include "base/log.h"
#include "booking/cancel.h"
#include "booking/event_parts.h"
#include "booking/notice.h"
#include "store/booking_store.h"
#include "store/event_change_store.h"
#include "store/event_edit_store.h"
#include "store/event_store.h"
#include "store/stock_store.h"

enum {
	SLICE = 50,
	SLICES_AT_ONCE = 20, /* then other chores have their turn */
};

static const char reason[] = "the event is cancelled";

/* ---- at once ---- */

/* Whoever is at a checkout sees it; who was to pay later has gone home. */
static struct error *give_back(
    const struct shop *shop, int64_t booking_id, int64_t now)
{
	struct booking booking;
	bool given;

	TRY(booking_store_find_id(shop->db, shop->arena, booking_id, &booking));
	TRY(stock_give_back(
	    shop->db, booking_id, BOOKING_RELEASED, now, &given));
	if (!booking.is_later)
		return NULL;
	return notice_unreserved_in(shop, booking_id, now);
}

static struct error *give_holds_back(
    const struct shop *shop, int64_t event_id, int64_t now)
{
	struct id_list held;

	TRY(event_change_store_take_offers_back(shop->db, event_id));
	TRY(event_change_store_held(shop->db, shop->arena, event_id, &held));
	for (size_t i = 0; i < held.count; i++)
		TRY(give_back(shop, held.items[i], now));
	return NULL;
}

static struct error *cancel_in(const struct shop *shop,
    const struct viewer *viewer, const char *slug, int64_t now)
{
	struct fact_change change = {
	    .name = "status", .before = "published", .after = "cancelled"};
	const struct fact_change_list changes = {.items = &change, .count = 1};
	struct event event;
	bool moved;

	TRY(event_find_theirs(shop, viewer, slug, &event));
	/* Without the waiting list: nobody is offered anything any more. */
	TRY(stock_end_lapsed(shop->db, shop->arena, event.id, now));
	if (now >= event.ends_at)
		return fail(STATE_ERROR,
		    "The event is over: refund its bookings one by one");
	TRY(event_edit_store_move(
	    shop->db, event.id, EVENT_PUBLISHED, EVENT_CANCELLED, now, &moved));
	if (!moved)
		return fail(
		    STATE_ERROR, "Only a published event can be cancelled");
	TRY(give_holds_back(shop, event.id, now));
	return event_audit_in(
	    shop, viewer, "event.cancel", &event, &changes, now);
}

struct error *event_cancel(
    const struct shop *shop, const struct viewer *viewer, const char *slug)
{
	return TRANSACTION(
	    shop->db, cancel_in(shop, viewer, slug, clock_now()));
}

struct error *event_count_confirmed(
    const struct shop *shop, int64_t event_id, int64_t *count)
{
	struct event_uses uses;

	TRY(event_edit_store_count_uses(
	    shop->db, shop->arena, event_id, &uses));
	*count = uses.confirmed;
	return NULL;
}

/* ---- in slices ---- */

/* Somebody else may have cancelled it meanwhile. */
static struct error *end_booking_in(
    const struct shop *shop, int64_t booking_id, int64_t now)
{
	struct booking booking;

	TRY(booking_store_find_id(shop->db, shop->arena, booking_id, &booking));
	if (booking.state != BOOKING_CONFIRMED)
		return NULL;
	return cancel_booking_in(shop, &booking, 100, reason, now);
}

static struct error *end_all_in(
    const struct shop *shop, const struct id_list *bookings, int64_t now)
{
	for (size_t i = 0; i < bookings->count; i++)
		TRY(end_booking_in(shop, bookings->items[i], now));
	return NULL;
}

/* One whose money is not there must not keep the others from theirs. */
static void end_each(
    const struct shop *shop, const struct id_list *bookings, int64_t now)
{
	for (size_t i = 0; i < bookings->count; i++) {
		struct error *error = TRANSACTION(
		    shop->db, end_booking_in(shop, bookings->items[i], now));

		if (!error)
			continue;
		log_warn("booking %lld of a cancelled event does not end",
		    (long long)bookings->items[i]);
		log_error(LOG_LEVEL_WARN, error);
	}
}

static struct error *end_bookings(
    const struct shop *shop, int64_t event_id, int64_t now)
{
	struct id_list bookings;
	int64_t after = 0;

	for (int slice = 0; slice < SLICES_AT_ONCE; slice++) {
		struct error *error;

		TRY(event_change_store_confirmed(
		    shop->db, shop->arena, event_id, after, SLICE, &bookings));
		if (bookings.count == 0)
			return NULL;
		after = bookings.items[bookings.count - 1];
		error = TRANSACTION(shop->db, end_all_in(shop, &bookings, now));
		if (error_is(error, STORAGE_ERROR))
			return error;
		if (error)
			end_each(shop, &bookings, now);
	}
	return NULL;
}

static struct error *tell_waiting_in(
    const struct shop *shop, int64_t event_id, int64_t now, bool *more)
{
	struct waiting_list waiting;

	TRY(event_change_store_waiting(
	    shop->db, shop->arena, event_id, SLICE, &waiting));
	*more = waiting.count == SLICE;
	for (size_t i = 0; i < waiting.count; i++) {
		TRY(event_change_store_send_away(
		    shop->db, waiting.items[i].id, now));
		TRY(notice_event_cancelled_in(shop, event_id,
		    waiting.items[i].name, waiting.items[i].email, now));
	}
	return NULL;
}

struct error *event_cancel_sweep(const struct shop *shop)
{
	int64_t now = clock_now();
	struct id_list events;
	bool more = false;

	TRY(event_change_store_cancelled(shop->db, shop->arena, &events));
	for (size_t i = 0; i < events.count; i++) {
		TRY(end_bookings(shop, events.items[i], now));
		do
			TRY(TRANSACTION(shop->db,
			    tell_waiting_in(
				shop, events.items[i], now, &more)));
		while (more);
	}
	return NULL;
}
