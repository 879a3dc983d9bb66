/*
 * The booking form and the hold it makes (R15-R21, R29, R30, R75).
 */
#include "book.h"

#include "base/clock.h"
#include "base/text.h"
#include "booking/event.h"
#include "booking/hold.h"
#include "web/own_hold.h"
#include "web/pace.h"
#include "web/page.h"
#include "web/present.h"
#include "web/seat_map.h"
#include "web/waiting.h"

/* ---- showing ---- */

static struct error *fill_own_hold(
    struct request *request, struct book_view *view)
{
	struct booking own;

	TRY(own_hold_make(request, &view->own_hold, &own));
	if (own.id && own.state == BOOKING_HELD)
		view->replaces = own.reference;
	return NULL;
}

static void fill_sale(struct arena *arena, const struct event *event,
    int64_t now, struct book_view *view)
{
	const struct sale_offer offer =
	    present_offer(arena, event, now, view->replaces != NULL);

	view->is_open = offer.is_open;
	view->offers_queue = offer.offers_queue;
	view->closed_title = offer.title;
	view->closed_why = offer.why;
}

static enum form_kind form_kind_of(const struct event *event)
{
	return event->seating == SEATING_RESERVED ? FORM_SEATS : FORM_PLACES;
}

/* The map with what was picked ticked. */
static struct error *fill_map(struct request *request, const struct form *form,
    const struct event *event, const struct error *error,
    struct book_view *view)
{
	struct seat_marks marks = {.own_count = 0};

	view->has_seats = event->seating == SEATING_RESERVED;
	if (!view->has_seats)
		return NULL;
	view->quantity.hint = "How many tickets, if we choose for you";
	marks.picked = seat_map_read(request, &marks.picked_count);
	TRY(seat_map_make(&request->shop, event, &marks, error, &view->map));
	seat_map_link(request->shop.arena, &view->map, &view->box);
	view->beside = book_beside_fields(form);
	return NULL;
}

/* The page with the form, and with an error where there is one. */
static struct error *show(
    struct request *request, const struct form *form, const struct error *error)
{
	struct arena *arena = request->shop.arena;
	int64_t now = clock_now();
	struct event event;
	struct book_view view;

	TRY(request_event(request, &event));
	view = (struct book_view){
	    .page = page_frame(
		request, arena_format(arena, "Book - %s", event.title)),
	    .box = page_problems(request, form, error),
	    .secret = page_secret(request, SECRET_CREATES),
	    .head = present_sale_head(arena, &event, "Book tickets"),
	    .action = url_local(arena, "/book/{}", event.slug),
	    .name = form_field(form, "name"),
	    .email = form_field(form, "email"),
	    .quantity = form_field(form, "quantity"),
	    .tier = book_tier_field(request, form, &event, CHOOSE_AVAILABLE),
	    .hold_time =
		clock_span(arena, hold_seconds(&request->shop, &event)),
	    .queue = url_local(arena, "/book/{}/queue", event.slug),
	};
	if (!*request->shop.config->sendmail)
		view.email.hint = "So that the organiser can write to you";
	view.page.has_error = view.box.is_shown;
	TRY(fill_map(request, form, &event, error, &view));
	TRY(fill_own_hold(request, &view));
	fill_sale(arena, &event, now, &view);
	view_book(&request->response.body, &view);
	return NULL;
}

struct error *book_show_form(struct request *request)
{
	struct event event;
	struct form form;
	bool is_in;

	TRY(request_event(request, &event));
	TRY(waiting_pass(request, &event, &is_in));
	if (!is_in)
		return NULL;
	TRY(book_start_form(request, form_kind_of(&event), &event, &form));
	return show(request, &form, NULL);
}

/* ---- placing ---- */

/* The only one with seats, for a program that names none; else "". */
static const char *only_tier(const struct event *event)
{
	const char *slug = "";

	for (size_t i = 0; i < event->tiers.count; i++) {
		if (!event->tiers.items[i].has_seats)
			continue;
		if (*slug)
			return "";
		slug = event->tiers.items[i].slug;
	}
	return slug;
}

/* It is their turn: what they typed before they stood in line. */
static struct error *show_again(
    struct request *request, const struct event *event)
{
	struct form form;

	TRY(book_start_form(request, form_kind_of(event), event, &form));
	for (size_t i = 0; i < form.count; i++) {
		const char *name = form.fields[i].name;
		const char *value = fields_get(&request->form, name);

		if (value)
			form_set(&form, name, value);
	}
	return show(request, &form, NULL);
}

/*
 * The button that lets us choose. Enter in any field presses it as well, the
 * page's first: without a number it counts only where no seat is ticked.
 */
static const struct error *read_best(struct request *request,
    const struct event *event, struct form *form, struct order *order)
{
	const struct error *error;

	if (!*request_form(request, "best"))
		return NULL;
	if (order->quantity == 0 && order->seat_count > 0)
		return NULL;
	order->seat_count = 0;
	if (!*order->tier)
		order->tier = only_tier(event);
	if (order->quantity > 0 && *order->tier)
		return NULL;
	if (order->quantity == 0 && order->place_count > 0)
		return NULL;
	error = !*order->tier
	    ? order_refuse("tier", "Ticket type", "", "must be chosen",
		  fail(KEY_ERROR, "'tier' is missing"))
	    : order_refuse("quantity", "Quantity", "", "must be chosen",
		  fail(KEY_ERROR, "'quantity' is missing"));
	form_take_error(form, error);
	return error;
}

struct error *book_place(struct request *request)
{
	struct order order;
	struct booking booking;
	const struct error *mistake;
	struct error *error;
	struct event event;
	struct form form;
	bool is_in;

	TRY(request_event(request, &event));
	TRY(waiting_pass(request, &event, &is_in));
	if (!is_in)
		return NULL;
	if (waiting_looks(request))
		return show_again(request, &event);
	book_read_form(request, form_kind_of(&event), &event, &form);
	mistake = book_read_order(request, &form, &order);
	order.seats = seat_map_read(request, &order.seat_count);
	if (!mistake)
		mistake = read_best(request, &event, &form, &order);
	if (mistake) {
		page_set_status(request, mistake);
		return show(request, &form, mistake);
	}
	error = pace_take_order(request);
	if (!error)
		error = hold_place(&request->shop, &order, &booking);
	if (!error) {
		waiting_end(request, &event);
		request_redirect(request,
		    url_local(request->shop.arena, "/checkout/{}",
			booking.reference));
		return NULL;
	}
	if (book_take_beside(&form, error))
		page_set_status(request, error);
	else if (!page_take_error(request, &form, error))
		return error;
	return show(request, &form, error);
}
