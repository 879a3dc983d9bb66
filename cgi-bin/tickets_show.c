/*
 * One booking with its tickets, and one ticket (R34, R39, R66, R77). A mailed
 * link comes here with a key.
 */
#include "base/clock.h"
#include "base/text.h"
#include "booking/exchange.h"
#include "booking/hold.h"
#include "booking/ticket.h"
#include "store/booking_store.h"
#include "store/refund_store.h"
#include "tickets.h"
#include "web/opened.h"
#include "web/page.h"
#include "web/present.h"

/* ---- a mailed link ---- */

/*
 * The key goes into the cookie, and the browser to the address without it.
 * One that does not fit opens nothing.
 */
static bool took_key(
    struct request *request, const char *reference, const char *code)
{
	const char *key = request_query(request, "key");

	if (!*key || !ticket_key_fits(&request->shop, reference, code, key))
		return false;
	opened_add(request, code ? code : reference);
	request_redirect(request,
	    code ? url_local(
		       request->shop.arena, "/tickets/{}/{}", reference, code)
		 : url_local(request->shop.arena, "/tickets/{}", reference));
	return true;
}

/* ---- a booking ---- */

static struct error *fill_tickets(
    struct request *request, const struct own *own, struct booking_view *view)
{
	size_t count = own->booking.tickets.count;
	struct ticket_view *views =
	    arena_array(request->shop.arena, count, sizeof(*views));

	for (size_t i = 0; i < count; i++) {
		TRY(tickets_make_view(request, own,
		    &own->booking.tickets.items[i], TICKET_LISTED, &views[i]));
		if (count > 1)
			views[i].number = arena_format(
			    request->shop.arena, "%zu of %zu", i + 1, count);
	}
	view->tickets =
	    (struct ticket_view_list){.items = views, .count = count};
	return NULL;
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

/* A booking ends with all that is valid of it, or not at all (cancel.h). */
static bool all_can_end(const struct ticket_view_list *tickets)
{
	for (size_t i = 0; i < tickets->count; i++)
		if (tickets->items[i].is_valid &&
		    !url_is_set(tickets->items[i].cancel))
			return false;
	return true;
}

static bool has_any(const struct ticket_view_list *tickets, bool that_end)
{
	for (size_t i = 0; i < tickets->count; i++)
		if (that_end ? url_is_set(tickets->items[i].cancel)
			     : !tickets->items[i].is_passed_on)
			return true;
	return false;
}

static void fill_actions(
    struct request *request, const struct own *own, struct booking_view *view)
{
	struct arena *arena = request->shop.arena;
	const char *reference = own->booking.reference;
	struct ticket_actions_view *actions = &view->actions;
	bool can_end = view->is_confirmed && has_any(&view->tickets, true);

	/* What has ended is nothing to print or to keep a date for. */
	if (view->is_confirmed && has_any(&view->tickets, false))
		actions->pdf = url_local(arena, "/tickets/{}.pdf", reference);
	if (view->is_confirmed)
		actions->calendar =
		    url_local(arena, "/tickets/{}.ics", reference);
	if (can_end) {
		if (all_can_end(&view->tickets))
			actions->cancel =
			    url_local(arena, "/tickets/{}/cancel", reference);
		if (exchange_has_seats(&own->booking.tickets) &&
		    own->event.status == EVENT_PUBLISHED)
			actions->seats =
			    url_local(arena, "/tickets/{}/seats", reference);
	}
	if (view->is_confirmed && *own->booking.email &&
	    *request->shop.config->sendmail) {
		actions->resend =
		    url_local(arena, "/tickets/{}/resend", reference);
		actions->secret = page_secret(request, SECRET_PLAIN);
	}
}

/*
 * One that changes another's seats: its seats are there once it is paid.
 * *is_elsewhere: the answer leads to the other.
 */
static struct error *fill_change(struct request *request,
    const struct booking *booking, struct booking_view *view,
    bool *is_elsewhere)
{
	struct arena *arena = request->shop.arena;
	struct booking other;

	*is_elsewhere = false;
	if (!booking->changes_id)
		return NULL;
	TRY(booking_store_find_id(
	    request->shop.db, arena, booking->changes_id, &other));
	view->changes = url_local(arena, "/tickets/{}", other.reference);
	if (booking->state != BOOKING_CONFIRMED)
		return NULL;
	*is_elsewhere = true;
	request_redirect(
	    request, url_with(arena, view->changes, "done", "changed"));
	return NULL;
}

static struct error *show(
    struct request *request, const struct own *own, struct booking_view *view)
{
	TRY(fill_tickets(request, own, view));
	TRY(fill_refunds(request, &own->booking, view));
	fill_actions(request, own, view);
	view->page.on_tickets = true;
	view_booking(&request->response.body, view);
	return NULL;
}

struct error *tickets_show_booking(struct request *request)
{
	struct arena *arena = request->shop.arena;
	const char *reference = request_param(request, "reference");
	enum booking_state state;
	struct booking_view view;
	bool is_elsewhere;
	struct own own;

	if (took_key(request, reference, NULL))
		return NULL;
	TRY(tickets_find(request, NULL, &own));
	state = hold_state(&own.booking, clock_now());
	view = (struct booking_view){
	    .page = page_frame(request,
		arena_format(arena, "%s - %s",
		    state == BOOKING_CONFIRMED ? "Your tickets"
					       : "Your booking",
		    own.event.title)),
	    .notice = tickets_notice(request),
	    .order = present_order(arena, &own.event, &own.booking),
	    .state = present_state(state, own.booking.is_later),
	    .is_confirmed = state == BOOKING_CONFIRMED,
	    .is_new =
		state == BOOKING_CONFIRMED && *request_query(request, "new"),
	    .state_sentence =
		present_state_sentence(state, own.booking.is_later),
	};
	view.is_mailed = view.is_new && *own.booking.email &&
	    *request->shop.config->sendmail;
	if (hold_is_unfinished(state))
		view.checkout = url_local(arena, "/checkout/{}", reference);
	view.is_later = state == BOOKING_HELD && own.booking.is_later;
	view.pay_until =
	    present_when(&own.event, own.booking.expires_at, WHEN_LONG);
	TRY(fill_change(request, &own.booking, &view, &is_elsewhere));
	return is_elsewhere ? NULL : show(request, &own, &view);
}

/* ---- a ticket ---- */

struct error *tickets_show_ticket(struct request *request)
{
	struct arena *arena = request->shop.arena;
	const char *reference = request_param(request, "reference");
	const char *code = request_param(request, "code");
	struct ticket_page_view view;
	struct own own;

	if (took_key(request, reference, code))
		return NULL;
	TRY(tickets_find(request, code, &own));
	view = (struct ticket_page_view){
	    .page = page_frame(request,
		arena_format(arena, "Your ticket - %s", own.event.title)),
	    .notice = tickets_notice(request),
	    .actions =
		{
		    .pdf =
			url_local(arena, "/tickets/{}/{}.pdf", reference, code),
		    .calendar =
			url_local(arena, "/tickets/{}/{}.ics", reference, code),
		},
	};
	TRY(tickets_make_view(
	    request, &own, own.ticket, TICKET_ALONE, &view.ticket));
	view.back.url = tickets_home(request, reference, NULL, NULL);
	view.back.text = text_equal(view.back.url.text, "/tickets")
	    ? "My tickets"
	    : "The whole booking";
	view.page.on_tickets = true;
	view_ticket_page(&request->response.body, &view);
	return NULL;
}
