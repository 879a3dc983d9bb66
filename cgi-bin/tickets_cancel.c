/*
 * Giving a booking or a ticket back (R35, R37, R76): first what comes back,
 * then the deed.
 */
#include "base/clock.h"
#include "base/text.h"
#include "booking/cancel.h"
#include "booking/event.h"
#include "booking/ticket.h"
#include "tickets.h"
#include "web/page.h"
#include "web/present.h"

static struct ticket_view_list make_tickets(
    struct arena *arena, const struct cancellation *cancellation)
{
	const struct ticket_list *tickets = &cancellation->booking.tickets;
	struct ticket_view *views =
	    arena_array(arena, tickets->count, sizeof(*views));
	size_t count = 0;

	for (size_t i = 0; i < tickets->count; i++) {
		const struct ticket *ticket = &tickets->items[i];

		if (!ticket_is_valid(ticket) ||
		    (cancellation->ticket && ticket != cancellation->ticket))
			continue;
		views[count++] = (struct ticket_view){
		    .code = ticket->code,
		    .tier = ticket->tier_name,
		    .seat = ticket->seat,
		    .holder = ticket->holder_name,
		};
	}
	return (struct ticket_view_list){.items = views, .count = count};
}

static void fill_quote(
    const struct cancellation *cancellation, struct cancel_view *view)
{
	const struct refund_quote *quote = &cancellation->quote;
	const struct event *event = &cancellation->event;

	view->is_free = quote->paid.minor == 0;
	view->paid = quote->paid;
	view->has_returned = quote->returned.minor > 0;
	view->returned = quote->returned;
	view->refund = quote->refund;
	view->percent = quote->percent;
	view->shown = quote->refund.minor;
	view->has_until = quote->until != 0;
	view->until = present_when(event, quote->until, WHEN_LONG);
	view->is_special =
	    quote->percent == 100 && quote->until == event->refunds.full_until;
}

static struct error *show(
    struct request *request, const char *code, const struct error *error)
{
	const char *reference = request_param(request, "reference");
	struct arena *arena = request->shop.arena;
	struct cancellation cancellation;
	const struct event *event = &cancellation.event;
	struct cancel_view view;

	TRY(cancel_look(
	    &request->shop, reference, code, &request->viewer, &cancellation));
	view = (struct cancel_view){
	    .page = page_frame(
		request, arena_format(arena, "Cancel - %s", event->title)),
	    .box = page_problems(request, NULL, error),
	    .secret = page_secret(request, SECRET_PLAIN),
	    .is_ticket = code != NULL,
	    .event = event->title,
	    .starts = present_when(event, event->starts_at, WHEN_LONG),
	    .place = event_place(event),
	    .tickets = make_tickets(arena, &cancellation),
	    .action = code
		? url_local(arena, "/tickets/{}/{}/cancel", reference, code)
		: url_local(arena, "/tickets/{}/cancel", reference),
	    .back = tickets_home(request, reference, code, NULL),
	};
	view.page.is_plain = true;
	view.page.has_error = view.box.is_shown;
	fill_quote(&cancellation, &view);
	view_cancel(&request->response.body, &view);
	return NULL;
}

/*
 * What was shown is what they get, or more. A program that sends the form
 * without having looked at it takes what there is.
 */
static struct error *act(struct request *request, const char *code)
{
	const char *reference = request_param(request, "reference");
	struct cancellation cancellation;
	const char *text = request_form(request, "shown");
	struct error *error;
	int64_t shown = 0;

	if (*text && (text_number(text, &shown) != NUMBER_OK || shown < 0))
		error = fail(VALIDATION_ERROR, "See first what comes back");
	else
		error = cancel_do(&request->shop, reference, code,
		    &request->viewer, shown, &cancellation);
	if (!error) {
		request_redirect(request,
		    tickets_home(request, reference, code,
			code ? "returned" : "cancelled"));
		return NULL;
	}
	if (!page_take_error(request, NULL, error))
		return error;
	return show(request, code, error);
}

struct error *tickets_look_at_cancelling(struct request *request)
{
	return show(request, NULL, NULL);
}

struct error *tickets_cancel(struct request *request)
{
	return act(request, NULL);
}

struct error *tickets_look_at_returning(struct request *request)
{
	return show(request, request_param(request, "code"), NULL);
}

struct error *tickets_return(struct request *request)
{
	return act(request, request_param(request, "code"));
}
