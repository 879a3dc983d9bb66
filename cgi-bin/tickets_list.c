/*
 * "My tickets" (R34): what belongs to the browser or the account, and what
 * mailed links have opened; and the way to what was booked elsewhere.
 */
#include "base/clock.h"
#include "base/text.h"
#include "base/token.h"
#include "booking/event.h"
#include "booking/hold.h"
#include "booking/order.h"
#include "booking/remind.h"
#include "booking/ticket.h"
#include "store/booking_store.h"
#include "store/limit.h"
#include "store/ticket_store.h"
#include "tickets.h"
#include "web/opened.h"
#include "web/page.h"
#include "web/present.h"
#include <stdlib.h>
#include <string.h>

static const struct form_field fields[] = {
    {.name = "email",
	.label = "Email address",
	.hint = "That the tickets were booked with, or passed on to",
	.type = "email",
	.autocomplete = "email",
	.missing = "Enter the email address",
	.longest = EMAIL_LONGEST},
    {.name = "reference",
	.label = "Reference",
	.hint = "10 letters and digits, from the booking or its mail",
	.autocomplete = "off",
	.missing = "Enter the reference",
	.longest = 40,
	.is_short = true},
};

/* ---- what there is ---- */

/* A line of the list, before it is sorted. */
struct entry {
	int64_t booking_id;
	int64_t starts_at;
	int64_t ends_at;
	struct booking_card_view card;
};

struct entries {
	struct entry *items;
	size_t count;
};

static struct entry start_entry(const struct event *event, int64_t booking_id)
{
	return (struct entry){
	    .booking_id = booking_id,
	    .starts_at = event->starts_at,
	    .ends_at = event->ends_at,
	    .card =
		{
		    .event = event->title,
		    .starts = present_when(event, event->starts_at, WHEN_LONG),
		    .place = event_place(event),
		},
	};
}

/* What they have of a confirmed booking: neither given back nor passed on. */
static struct error *read_own_places(
    struct request *request, const struct booking *booking, const char **places)
{
	const struct shop *shop = &request->shop;
	struct ticket_list tickets;
	struct booking_item *items;
	size_t count = 0;

	TRY(ticket_store_of_booking(
	    shop->db, shop->arena, booking->id, &tickets));
	items = arena_array(shop->arena, tickets.count, sizeof(*items));
	for (size_t i = 0; i < tickets.count; i++) {
		const struct ticket *ticket = &tickets.items[i];

		if (ticket_is_valid(ticket) &&
		    ticket_is_theirs(ticket, &request->viewer))
			items[count++] = (struct booking_item){
			    .tier_id = ticket->tier_id,
			    .tier_name = ticket->tier_name,
			    .seat = "",
			    .quantity = 1,
			    .price = ticket->price,
			    .subtotal = ticket->price,
			};
	}
	*places = count == 0 ? "Passed on"
			     : present_places(shop->arena,
				   &(struct booking){.items = {items, count}});
	return NULL;
}

static struct error *add_booking(struct request *request,
    const struct booking *booking, struct entries *entries)
{
	struct arena *arena = request->shop.arena;
	enum booking_state state = hold_state(booking, clock_now());
	struct entry *entry = &entries->items[entries->count];
	struct event event;

	TRY(event_of_booking(&request->shop, booking, clock_now(), &event));
	*entry = start_entry(&event, booking->id);
	if (state == BOOKING_CONFIRMED)
		TRY(read_own_places(request, booking, &entry->card.places));
	else
		entry->card.places = present_places(arena, booking);
	entry->card.state = present_state(state, booking->is_later);
	entry->card.is_good = state == BOOKING_CONFIRMED;
	entry->card.is_open = hold_is_unfinished(state);
	entry->card.reference = booking->reference;
	entry->card.url = url_local(arena, "/tickets/{}", booking->reference);
	entries->count++;
	return NULL;
}

static bool has_booking(const struct entries *entries, int64_t id)
{
	for (size_t i = 0; i < entries->count; i++)
		if (entries->items[i].booking_id == id)
			return true;
	return false;
}

/* The key of a ticket that has another code by now opens nothing. */
static struct error *add_ticket_key(
    struct request *request, const char *code, struct entries *entries)
{
	const struct shop *shop = &request->shop;
	struct entry *entry = &entries->items[entries->count];
	enum ticket_status status;
	struct booking booking;
	struct ticket ticket;
	struct event event;
	bool is_old;

	TRY(ticket_store_find(shop->db, shop->arena, code, &ticket, &is_old));
	if (ticket.id == 0 || is_old)
		return NULL;
	TRY(booking_store_find_id(
	    shop->db, shop->arena, ticket.booking_id, &booking));
	TRY(event_of_booking(shop, &booking, clock_now(), &event));
	*entry = start_entry(&event, 0);
	status = ticket_status_at(&ticket, clock_now());
	entry->card.places = arena_format(shop->arena, "%s%s%s",
	    ticket.tier_name, *ticket.seat ? ", seat " : "", ticket.seat);
	entry->card.state = present_ticket_status(status);
	entry->card.is_good = status == TICKET_ACTIVE;
	entry->card.reference = ticket.code;
	entry->card.url = url_local(
	    shop->arena, "/tickets/{}/{}", booking.reference, ticket.code);
	entries->count++;
	return NULL;
}

static struct error *add_key(
    struct request *request, const char *name, struct entries *entries)
{
	const struct shop *shop = &request->shop;
	struct booking booking;
	struct error *error;

	if (text_starts_with(name, "TKT-"))
		return add_ticket_key(request, name, entries);
	error = booking_store_find(
	    shop->db, shop->arena, name, &request->viewer, &booking);
	if (error_is(error, NOT_FOUND_ERROR))
		return NULL;
	TRY(error);
	if (has_booking(entries, booking.id))
		return NULL;
	return add_booking(request, &booking, entries);
}

static struct error *find_all(struct request *request, struct entries *entries)
{
	const struct shop *shop = &request->shop;
	char *rest = arena_copy(shop->arena, request->viewer.keys), *name;
	struct booking_list bookings;

	TRY(booking_store_list(
	    shop->db, shop->arena, &request->viewer, clock_now(), &bookings));
	entries->items = arena_array(
	    shop->arena, bookings.count + OPENED_MOST, sizeof(*entries->items));
	entries->count = 0;
	for (size_t i = 0; i < bookings.count; i++)
		TRY(add_booking(request, &bookings.items[i], entries));
	for (size_t i = 0; i < OPENED_MOST && (name = strsep(&rest, " ")); i++)
		TRY(add_key(request, name, entries));
	return NULL;
}

/* ---- showing ---- */

/* Of one event, the newest first. */
static int by_start(const void *a, const void *b)
{
	const struct entry *one = a, *other = b;

	if (one->starts_at != other->starts_at)
		return one->starts_at > other->starts_at ? 1 : -1;
	return (one->booking_id < other->booking_id) -
	    (one->booking_id > other->booking_id);
}

/* What comes next stands first, and of what is over the last. */
static void fill_cards(struct arena *arena, const struct entries *entries,
    struct bookings_view *view)
{
	struct booking_card_view *coming =
	    arena_array(arena, entries->count, sizeof(*coming));
	struct booking_card_view *past =
	    arena_array(arena, entries->count, sizeof(*past));
	int64_t now = clock_now();

	if (entries->count > 0)
		qsort(entries->items, entries->count, sizeof(*entries->items),
		    by_start);
	for (size_t i = 0; i < entries->count; i++)
		if (entries->items[i].ends_at > now)
			coming[view->upcoming.count++] = entries->items[i].card;
	for (size_t i = entries->count; i-- > 0;)
		if (entries->items[i].ends_at <= now) {
			entries->items[i].card.is_good = false;
			past[view->past.count++] = entries->items[i].card;
		}
	view->upcoming.items = coming;
	view->past.items = past;
	view->is_empty = entries->count == 0;
}

static struct error *show(struct request *request, const struct form *form)
{
	struct entries entries;
	struct bookings_view view = {
	    .page = page_frame(request, "My tickets"),
	    .box = page_problems(request, form, NULL),
	    .notice = tickets_notice(request),
	    .secret = page_secret(request, SECRET_PLAIN),
	    .email = form_field(form, "email"),
	    .reference = form_field(form, "reference"),
	};

	TRY(find_all(request, &entries));
	fill_cards(request->shop.arena, &entries, &view);
	view.page.on_tickets = true;
	view.page.has_error = view.box.is_shown;
	view_bookings(&request->response.body, &view);
	return NULL;
}

struct error *tickets_show_all(struct request *request)
{
	struct form form;

	form_start(&form, request->shop.arena, fields, COUNT_OF(fields));
	return show(request, &form);
}

/* ---- finding ---- */

static void check_find(struct form *form, struct arena *arena,
    const char **email, const char **reference)
{
	*reference = token_read_reference(arena, form_value(form, "reference"));
	if (!*reference)
		form_fail(form, "reference",
		    "The reference has 10 letters and digits");
	if (*form_value(form, "email")) {
		struct error *error =
		    order_read_email(arena, form_value(form, "email"), email);

		if (error)
			form_take_error(form, error);
	}
}

/* Nobody tries references out; a campus behind one address can still ask. */
static struct error *take_turn(const struct request *request)
{
	static const struct limit_rate rate = {
	    .name = "links to tickets",
	    .burst = 30,
	    .seconds = 5 * MINUTE,
	    .count = 30,
	};

	return limit_take(request->shop.config, &rate,
	    limit_network(request->shop.arena, request->remote), clock_now());
}

/* The answer is the same whether there is such a booking or not. */
struct error *tickets_mail_link(struct request *request)
{
	const char *email = "", *reference;
	struct form form;

	form_read(&form, request->shop.arena, fields, COUNT_OF(fields),
	    &request->form);
	check_find(&form, request->shop.arena, &email, &reference);
	if (!form_is_right(&form)) {
		request->response.status = 400;
		return show(request, &form);
	}
	TRY(take_turn(request));
	TRY(remind_link(&request->shop, email, reference));
	request_redirect(
	    request, url_local(request->shop.arena, "/tickets?done=asked"));
	return NULL;
}
