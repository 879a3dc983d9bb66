/*
 * What the tickets pages share: finding what is one's own, and showing a
 * ticket.
 */
#include "base/clock.h"
#include "booking/event.h"
#include "booking/paper.h"
#include "booking/ticket.h"
#include "document/qr.h"
#include "store/booking_store.h"
#include "store/event_store.h"
#include "tickets.h"
#include "web/page.h"
#include "web/present.h"

struct error *tickets_find(
    struct request *request, const char *code, struct own *own)
{
	const struct shop *shop = &request->shop;

	TRY(ticket_find_own(shop, request_param(request, "reference"), code,
	    &request->viewer, &own->booking, &own->ticket));
	if (own->ticket && !ticket_is_theirs(own->ticket, &request->viewer))
		return fail(NOT_FOUND_ERROR, "Ticket not found");
	return event_store_find_id(shop->db, shop->arena, own->booking.event_id,
	    EVENTS_ALL, clock_now(), &own->event);
}

struct url tickets_home(struct request *request, const char *reference,
    const char *code, const char *done)
{
	const struct shop *shop = &request->shop;
	struct booking booking;
	struct url url;

	if (!booking_store_find(
		shop->db, shop->arena, reference, &request->viewer, &booking))
		url = url_local(shop->arena, "/tickets/{}", reference);
	else if (code)
		url = url_local(shop->arena, "/tickets/{}/{}", reference, code);
	else
		url = url_local(shop->arena, "/tickets");
	return done ? url_with(shop->arena, url, "done", done) : url;
}

const char *tickets_notice(const struct request *request)
{
	static const struct notice notices[] = {
	    {"cancelled", "Cancelled. The places are free for others."},
	    {"returned", "The ticket was given back."},
	    {"same", "These are the seats that you have."},
	    {"changed", "Your seats were changed. The tickets have new codes."},
	    {"passed-on",
		"The ticket was passed on. Its holder gets the new code."},
	    {"renamed", "The ticket has another name, and a new code with it."},
	    {"mailed", "The tickets are on their way to your address."},
	    {"asked",
		"If there is such a booking, the way to its tickets is now "
		"being mailed to the address it was made with."},
	};

	return page_notice(request, notices, COUNT_OF(notices));
}

/* ---- a ticket ---- */

/* For whoever may come in with it: code, picture, the way to it online. */
static struct error *fill_secrets(struct request *request,
    const struct own *own, const struct ticket *ticket,
    struct ticket_view *view)
{
	struct arena *arena = request->shop.arena;
	struct out svg = {.arena = arena};

	view->code = ticket->code;
	if (!view->is_valid)
		return NULL;
	if (own->event.venue.id == 0)
		view->online = url_outside(arena, own->event.online_url);
	TRY(qr_write_svg(arena, &svg, paper_pass(&request->shop, ticket),
	    arena_format(arena, "QR code of ticket %s", ticket->code)));
	view->qr = (struct html){.markup = out_string(&svg)};
	return NULL;
}

static void fill_links(struct arena *arena, const struct own *own,
    const struct ticket *ticket, enum ticket_place place,
    struct ticket_view *view)
{
	const char *reference = own->booking.reference;
	int64_t now = clock_now();

	if (place == TICKET_LISTED)
		view->page =
		    url_local(arena, "/tickets/{}/{}", reference, ticket->code);
	if (!view->is_active)
		return;
	view->transfer = url_local(
	    arena, "/tickets/{}/{}/transfer", reference, ticket->code);
	if (now < own->event.starts_at)
		view->cancel = url_local(
		    arena, "/tickets/{}/{}/cancel", reference, ticket->code);
}

struct error *tickets_make_view(struct request *request, const struct own *own,
    const struct ticket *ticket, enum ticket_place place,
    struct ticket_view *view)
{
	struct arena *arena = request->shop.arena;
	const struct event *event = &own->event;
	enum ticket_status status = ticket_status_at(ticket, clock_now());

	*view = (struct ticket_view){
	    .event = event->title,
	    .starts = present_when(event, event->starts_at, WHEN_LONG),
	    .doors = present_when(event,
		event->starts_at - event->doors_minutes * MINUTE, WHEN_TIME),
	    .place = event_place(event),
	    .is_online = event->venue.id == 0,
	    .address = event->venue.address,
	    .map = present_map_url(arena, request->shop.config, &event->venue),
	    .tier = ticket->tier_name,
	    .holder = ticket->holder_name,
	    .seat = ticket->seat,
	    .status = present_ticket_status(status),
	    .is_active = status == TICKET_ACTIVE,
	    .is_valid = ticket_is_valid(ticket),
	    .is_passed_on = !ticket_is_theirs(ticket, &request->viewer),
	};
	if (view->is_passed_on) {
		if (view->is_active)
			view->status = "Passed on";
		return NULL;
	}
	fill_links(arena, own, ticket, place, view);
	return fill_secrets(request, own, ticket, view);
}
