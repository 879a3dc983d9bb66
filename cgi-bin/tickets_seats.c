/*
 * Other seats for one's tickets (R36): the map, then what the choice costs or
 * gives back, then the deed; a difference is paid at the checkout.
 */
#include "base/clock.h"
#include "base/text.h"
#include "booking/event.h"
#include "booking/exchange.h"
#include "booking/ticket.h"
#include "tickets.h"
#include "web/once.h"
#include "web/own_hold.h"
#include "web/page.h"
#include "web/present.h"
#include "web/seat_map.h"

/* ---- showing ---- */

static const char *const *own_seats(
    struct arena *arena, const struct booking *booking, size_t *count)
{
	const struct ticket_list *tickets = &booking->tickets;
	const char **names = arena_array(arena, tickets->count, sizeof(*names));

	*count = 0;
	for (size_t i = 0; i < tickets->count; i++)
		if (ticket_has_seat(&tickets->items[i]))
			names[(*count)++] = tickets->items[i].seat;
	return names;
}

static const char *join(
    struct arena *arena, const char *const *names, size_t count)
{
	struct out out = {.arena = arena};

	for (size_t i = 0; i < count; i++)
		out_format(&out, "%s%s", i > 0 ? ", " : "", names[i]);
	return out_string(&out);
}

static struct error *start_view(struct request *request,
    const struct exchange *exchange, const struct error *error,
    struct seats_view *view)
{
	struct arena *arena = request->shop.arena;
	const char *reference = exchange->booking.reference;
	const struct event *event = &exchange->event;
	struct booking own;
	const char *const *seats;
	size_t count;

	seats = own_seats(arena, &exchange->booking, &count);
	*view = (struct seats_view){
	    .page = page_frame(request,
		arena_format(arena, "Change seats - %s", event->title)),
	    .box = page_problems(request, NULL, error),
	    .secret = page_secret(request, SECRET_CREATES),
	    .event = event->title,
	    .starts = present_when(event, event->starts_at, WHEN_LONG),
	    .place = event_place(event),
	    .now = join(arena, seats, count),
	    .count = (int64_t)count,
	    .action = url_local(arena, "/tickets/{}/seats", reference),
	    .back = url_local(arena, "/tickets/{}", reference),
	};
	view->page.is_plain = true;
	view->page.has_error = view->box.is_shown;
	return own_hold_make(request, &view->own_hold, &own);
}

/* The map, with the form's choice ticked, else what one has. */
static struct error *show_map(
    struct request *request, const struct error *error)
{
	struct arena *arena = request->shop.arena;
	struct exchange exchange;
	struct seat_marks marks;
	struct seats_view view;

	TRY(exchange_find(&request->shop, request_param(request, "reference"),
	    &request->viewer, &exchange));
	marks.own = own_seats(arena, &exchange.booking, &marks.own_count);
	marks.picked = seat_map_read(request, &marks.picked_count);
	if (request->method == METHOD_GET) {
		marks.picked = marks.own;
		marks.picked_count = marks.own_count;
	}
	TRY(start_view(request, &exchange, error, &view));
	TRY(seat_map_make(
	    &request->shop, &exchange.event, &marks, error, &view.map));
	seat_map_link(arena, &view.map, &view.box);
	view_seats(&request->response.body, &view);
	return NULL;
}

static void fill_moves(struct arena *arena, const struct exchange *exchange,
    struct seats_view *view)
{
	struct seat_move *moves =
	    arena_array(arena, exchange->move_count, sizeof(*moves));

	for (size_t i = 0; i < exchange->move_count; i++) {
		const struct exchange_move *move = &exchange->moves[i];

		moves[i] = (struct seat_move){
		    .from = move->ticket->seat,
		    .to = move->seat->name,
		    .tier = move->tier->name,
		    .price = move->tier->price,
		};
	}
	view->moves = (struct seat_move_list){
	    .items = moves, .count = exchange->move_count};
}

static void fill_amounts(
    const struct exchange *exchange, struct seats_view *view)
{
	view->costs = exchange->difference.minor > 0;
	view->gives = exchange->refund.minor > 0;
	view->keeps = exchange->surplus > 0;
	view->difference = exchange->difference;
	view->surplus =
	    money_of(exchange->surplus, exchange->difference.currency);
	view->refund = exchange->refund;
	view->shown_difference = exchange->difference.minor;
	view->shown_refund = exchange->refund.minor;
}

/* What the choice comes to. */
static struct error *show_review(struct request *request,
    const struct seat_choice *choice, const struct exchange *exchange,
    const struct error *error)
{
	struct arena *arena = request->shop.arena;
	struct option *chosen =
	    arena_array(arena, choice->count, sizeof(*chosen));
	struct seats_view view;

	TRY(start_view(request, exchange, error, &view));
	for (size_t i = 0; i < choice->count; i++)
		chosen[i] = (struct option){.value = choice->seats[i]};
	view.chosen =
	    (struct option_list){.items = chosen, .count = choice->count};
	view.is_review = true;
	fill_moves(arena, exchange, &view);
	fill_amounts(exchange, &view);
	view_seats(&request->response.body, &view);
	return NULL;
}

struct error *tickets_show_seats(struct request *request)
{
	return show_map(request, NULL);
}

/* ---- changing ---- */

static struct seat_choice read_choice(struct request *request)
{
	struct seat_choice choice = {
	    .reference = request_param(request, "reference"),
	    .form_key = once_form_key(request, "seats"),
	};

	choice.seats = seat_map_read(request, &choice.count);
	return choice;
}

/* An amount of the form; without it nobody saw one, so the worst is asked. */
static int64_t read_shown(
    const struct request *request, const char *name, int64_t worst)
{
	int64_t shown;

	if (text_number(request_form(request, name), &shown) != NUMBER_OK)
		return worst;
	return shown;
}

/* A second click: the seats are the ones that one has by now. */
static bool is_done(struct request *request, const struct seat_choice *choice)
{
	struct exchange exchange;

	return !exchange_look(
		   &request->shop, choice, &request->viewer, &exchange) &&
	    exchange.move_count == 0;
}

static struct error *refuse(struct request *request,
    const struct seat_choice *choice, struct error *error)
{
	struct exchange exchange;

	if (!page_can_show(error))
		return error;
	page_set_status(request, error);
	if (error->kind == STATE_ERROR &&
	    !exchange_look(&request->shop, choice, &request->viewer, &exchange))
		return show_review(request, choice, &exchange, error);
	return show_map(request, error);
}

/* To the tickets, which say what was done. */
static void go(
    struct request *request, const struct seat_choice *choice, const char *done)
{
	struct arena *arena = request->shop.arena;

	request_redirect(request,
	    url_with(arena, url_local(arena, "/tickets/{}", choice->reference),
		"done", done));
}

static struct error *change(struct request *request,
    const struct seat_choice *choice, int64_t shown_difference,
    int64_t shown_refund)
{
	struct exchange exchange;
	struct error *error;
	const char *due;

	/* Who came by a mailed link may have no cookie of their own yet. */
	request_need_browser(request);
	error = exchange_do(&request->shop, choice, &request->viewer,
	    shown_difference, shown_refund, &exchange, &due);
	if (error && !is_done(request, choice))
		return refuse(request, choice, error);
	if (!error && *due)
		request_redirect(request,
		    url_local(request->shop.arena, "/checkout/{}", due));
	else
		go(request, choice, "changed");
	return NULL;
}

static struct error *look(
    struct request *request, const struct seat_choice *choice)
{
	struct exchange exchange;
	struct error *error =
	    exchange_look(&request->shop, choice, &request->viewer, &exchange);

	if (error)
		return refuse(request, choice, error);
	/* Chosen as they are, or the second click of one that changed them. */
	if (exchange.move_count == 0) {
		go(request, choice, "same");
		return NULL;
	}
	if (exchange_is_even(&exchange))
		return change(request, choice, 0, 0);
	return show_review(request, choice, &exchange, NULL);
}

struct error *tickets_change_seats(struct request *request)
{
	struct seat_choice choice = read_choice(request);

	if (*request_form(request, "confirm"))
		return change(request, &choice,
		    read_shown(request, "shown_difference", 0),
		    read_shown(request, "shown_refund", INT64_MAX));
	return look(request, &choice);
}
