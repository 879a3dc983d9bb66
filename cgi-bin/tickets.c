/*
 * tickets: what somebody has booked (R34). A booking is shown to its buyer -
 * the browser or account it was made with - and to nobody else.
 */
#include "base/clock.h"
#include "base/text.h"
#include "booking/event.h"
#include "booking/hold.h"
#include "store/booking_store.h"
#include "store/event_store.h"
#include "store/refund_store.h"
#include "web/page.h"
#include "web/present.h"
#include "web/server.h"

/* ---- one booking ---- */

static struct ticket_view_list make_tickets(
    struct arena *arena, const struct booking *booking)
{
	size_t count = booking->tickets.count;
	struct ticket_view *views = arena_array(arena, count, sizeof(*views));

	for (size_t i = 0; i < count; i++) {
		const struct ticket *ticket = &booking->tickets.items[i];

		views[i] = (struct ticket_view){
		    .code = ticket->code,
		    .tier = ticket->tier_name,
		    .holder = ticket->holder_name,
		    .seat = ticket->seat,
		    .status = present_ticket_status(ticket->status),
		    .is_valid = ticket->status == TICKET_ACTIVE,
		};
	}
	return (struct ticket_view_list){.items = views, .count = count};
}

/* R77: on its way until the gateway confirms it. */
static const char *refund_state(const struct refund *refund)
{
	if (refund->is_refused)
		return "could not be given back by the payment service; we "
		       "will do it by hand";
	return refund->settled_at ? "was given back to you"
				  : "is on its way back to you";
}

static struct error *fill_refunds(struct request *request,
    const struct booking *booking, struct booking_view *view)
{
	struct arena *arena = request->shop.arena;
	struct refund_list refunds;
	struct refund_view *views;

	TRY(refund_store_of_booking(
	    request->shop.db, arena, booking->id, &refunds));
	views = arena_array(arena, refunds.count, sizeof(*views));
	for (size_t i = 0; i < refunds.count; i++)
		views[i] = (struct refund_view){
		    .amount = refunds.items[i].amount,
		    .state = refund_state(&refunds.items[i]),
		};
	view->refunds =
	    (struct refund_view_list){.items = views, .count = refunds.count};
	/* The usual words say that nothing was charged. */
	if (refunds.count > 0 && !view->is_confirmed &&
	    booking->state != BOOKING_CANCELLED)
		view->state_sentence = "Your payment came too late: the places "
				       "had been given back.";
	return NULL;
}

static struct error *show_booking(struct request *request)
{
	struct arena *arena = request->shop.arena;
	const char *reference = request_param(request, "reference");
	enum booking_state state;
	struct booking booking;
	struct event event;
	struct booking_view view;

	TRY(booking_store_find(
	    request->shop.db, arena, reference, &request->viewer, &booking));
	TRY(event_store_find_id(request->shop.db, arena, booking.event_id,
	    EVENTS_ALL, clock_now(), &event));
	state = hold_state(&booking, clock_now());
	view = (struct booking_view){
	    .page = page_frame(request, event.title),
	    .order = present_order(arena, &event, &booking),
	    .state = present_state(state),
	    .is_confirmed = state == BOOKING_CONFIRMED,
	    .is_new =
		state == BOOKING_CONFIRMED && *request_query(request, "new"),
	    .state_sentence = present_state_sentence(state),
	    .tickets = make_tickets(arena, &booking),
	    .doors = present_when(&event,
		event.starts_at - event.doors_minutes * MINUTE, WHEN_TIME),
	};
	view.is_mailed =
	    view.is_new && *booking.email && *request->shop.config->sendmail;
	if (state == BOOKING_HELD || state == BOOKING_PAYING)
		view.checkout = url_local(arena, "/checkout/{}", reference);
	TRY(fill_refunds(request, &booking, &view));
	view.page.on_tickets = true;
	view_booking(&request->response.body, &view);
	return NULL;
}

/* ---- all of them ---- */

static struct booking_card make_card(struct arena *arena,
    const struct event *event, const struct booking *booking)
{
	enum booking_state state = hold_state(booking, clock_now());

	return (struct booking_card){
	    .event = event->title,
	    .starts = present_when(event, event->starts_at, WHEN_LONG),
	    .place = event_place(event),
	    .places = present_places(arena, booking),
	    .state = present_state(state),
	    .is_good = state == BOOKING_CONFIRMED,
	    .reference = booking->reference,
	    .url = url_local(arena, "/tickets/{}", booking->reference),
	};
}

static struct error *show_bookings(struct request *request)
{
	const struct shop *shop = &request->shop;
	struct bookings_view view = {.page = page_frame(request, "My tickets")};
	struct booking_list bookings;
	struct booking_card *coming, *past;
	int64_t now = clock_now();

	TRY(booking_store_list(
	    shop->db, shop->arena, &request->viewer, &bookings));
	coming = arena_array(shop->arena, bookings.count, sizeof(*coming));
	past = arena_array(shop->arena, bookings.count, sizeof(*past));
	view.upcoming.items = coming;
	view.past.items = past;
	for (size_t i = 0; i < bookings.count; i++) {
		const struct booking *booking = &bookings.items[i];
		struct event event;

		TRY(event_store_find_id(shop->db, shop->arena,
		    booking->event_id, EVENTS_ALL, now, &event));
		if (event.ends_at > now)
			coming[view.upcoming.count++] =
			    make_card(shop->arena, &event, booking);
		else
			past[view.past.count++] =
			    make_card(shop->arena, &event, booking);
	}
	view.is_empty = bookings.count == 0;
	view.page.on_tickets = true;
	view_bookings(&request->response.body, &view);
	return NULL;
}

static const struct route routes[] = {
    {METHOD_GET, "/tickets", show_bookings, ACCESS_ANYONE, OWNER_VIEWER},
    {METHOD_GET, "/tickets/{reference}", show_booking, ACCESS_ANYONE,
	OWNER_VIEWER},
};

static const struct program program = {
    .name = "tickets",
    .face = &page_face,
    .routes = routes,
    .route_count = COUNT_OF(routes),
};

int main(void)
{
	return server_main(&program);
}
