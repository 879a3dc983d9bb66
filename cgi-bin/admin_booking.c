/*
 * The page of one booking, and what the staff can do with it (R38, R51, R71).
 */
#include "admin_booking.h"

#include "base/clock.h"
#include "base/text.h"
#include "booking/cancel.h"
#include "booking/exchange.h"
#include "booking/hold.h"
#include "booking/staff.h"
#include "booking/ticket.h"
#include "payment/gateway.h"
#include "store/booking_store.h"
#include "store/event_store.h"
#include "store/refund_store.h"
#include "store/staff_store.h"
#include "web/present.h"
#include "web/seat_map.h"
#include <inttypes.h>

/* What is shown of a booking, as it was found. */
struct subject {
	struct booking booking;
	struct event event;
	const char *note;
	enum booking_state state; /* at `now` */
	int64_t now;
};

static struct error *find(struct request *request, struct subject *subject)
{
	const struct shop *shop = &request->shop;

	subject->now = clock_now();
	TRY(staff_store_booking(shop->db, shop->arena,
	    request_param(request, "reference"), &request->viewer,
	    &subject->booking, &subject->note));
	subject->state = hold_state(&subject->booking, subject->now);
	return event_store_find_id(shop->db, shop->arena,
	    subject->booking.event_id, EVENTS_ALL, subject->now,
	    &subject->event);
}

/* ---- its parts ---- */

static struct staff_ticket_list make_tickets(
    struct arena *arena, const struct booking *booking, int64_t now)
{
	size_t count = booking->tickets.count;
	struct staff_ticket_view *views =
	    arena_array(arena, count, sizeof(*views));

	for (size_t i = 0; i < count; i++) {
		const struct ticket *ticket = &booking->tickets.items[i];
		enum ticket_status status = ticket_status_at(ticket, now);

		views[i] = (struct staff_ticket_view){
		    .code = ticket->code,
		    .tier = ticket->tier_name,
		    .seat = ticket->seat,
		    .holder = ticket->holder_name,
		    .email = ticket->holder_email,
		    .status = present_ticket_status(status),
		    .badge = staff_ticket_badge(status),
		    .is_passed_on = ticket->passed_on_at != 0,
		    .price = ticket->price,
		    .refunded = ticket->refunded,
		};
	}
	return (struct staff_ticket_list){.items = views, .count = count};
}

static const char *refund_state(const struct refund *refund)
{
	if (refund->is_refused)
		return "was refused by the payment service: pay it back by "
		       "hand";
	if (refund->settled_at)
		return "was given back";
	return refund->is_by_hand ? "waits to be paid back by hand"
				  : "is on its way";
}

static struct error *make_refunds(struct request *request,
    const struct booking *booking, struct staff_refund_list *list)
{
	struct arena *arena = request->shop.arena;
	struct staff_refund_view *views;
	struct refund_list refunds;

	TRY(refund_store_of_booking(
	    request->shop.db, arena, booking->id, &refunds));
	views = arena_array(arena, refunds.count, sizeof(*views));
	for (size_t i = 0; i < refunds.count; i++) {
		const struct refund *refund = &refunds.items[i];

		views[i] = (struct staff_refund_view){
		    .id = refund->id,
		    .amount = refund->amount,
		    .state = refund_state(refund),
		    .reason = refund->reason,
		    .is_due = refund->is_refused ||
			(refund->is_by_hand && !refund->settled_at),
		};
	}
	*list =
	    (struct staff_refund_list){.items = views, .count = refunds.count};
	return NULL;
}

static const char *how_paid(const struct booking *booking)
{
	const struct gateway *gateway = gateway_named(booking->gateway);

	if (booking->total.minor == 0)
		return "Nothing to pay";
	if (text_equal(booking->gateway, "cash"))
		return "In cash";
	if (text_equal(booking->gateway, "later"))
		return "Later, to the staff";
	if (gateway)
		return gateway->label;
	return *booking->gateway ? booking->gateway : "Not yet";
}

static const char *write_when(
    struct arena *arena, const struct event *event, int64_t at)
{
	return when_format(arena, present_when(event, at, WHEN_SHORT));
}

static struct detail_list make_facts(
    struct arena *arena, const struct subject *subject)
{
	const struct booking *booking = &subject->booking;
	struct detail *facts = arena_array(arena, 5, sizeof(*facts));
	size_t count = 0;

	facts[count++] =
	    (struct detail){"Sold", staff_source_words(booking->source)};
	facts[count++] = (struct detail){"Paid", how_paid(booking)};
	facts[count++] = (struct detail){
	    "Booked", write_when(arena, &subject->event, booking->created_at)};
	if (subject->state == BOOKING_HELD)
		facts[count++] = (struct detail){
		    booking->is_later ? "To be paid until" : "Held until",
		    write_when(arena, &subject->event, booking->expires_at)};
	if (booking->ended_at)
		facts[count++] = (struct detail){"Ended",
		    write_when(arena, &subject->event, booking->ended_at)};
	return (struct detail_list){.items = facts, .count = count};
}

static struct field_view code_field(
    struct arena *arena, const struct form *form, const struct booking *booking)
{
	struct field_view field = form_field(form, "code");
	struct option *options =
	    arena_array(arena, booking->tickets.count, sizeof(*options));
	size_t count = 0;

	for (size_t i = 0; i < booking->tickets.count; i++) {
		const struct ticket *ticket = &booking->tickets.items[i];

		if (ticket->status != TICKET_ACTIVE)
			continue;
		options[count++] = (struct option){
		    .value = ticket->code,
		    .label = arena_format(arena, "%s%s%s%s%s, %s",
			ticket->tier_name, *ticket->seat ? ", seat " : "",
			ticket->seat, *ticket->holder_name ? ", " : "",
			ticket->holder_name, ticket->code),
		    .is_selected = text_equal(ticket->code, field.value),
		};
	}
	field.options = (struct option_list){.items = options, .count = count};
	return field;
}

/* ---- the page ---- */

static void fill_what_can_be_done(
    const struct subject *subject, struct staff_booking_view *view)
{
	const struct booking *booking = &subject->booking;
	const struct event *event = &subject->event;
	bool is_live =
	    subject->state == BOOKING_CONFIRMED && !booking->changes_id;

	view->refundable = staff_refundable(booking);
	view->can_refund = view->refundable.minor > 0;
	view->can_cancel = is_live;
	view->can_release = subject->state == BOOKING_HELD;
	view->can_mark_paid = view->can_release && booking->is_later;
	view->can_resend = is_live && *booking->email;
	view->can_change_seats = is_live &&
	    exchange_has_seats(&booking->tickets) &&
	    event->status == EVENT_PUBLISHED && subject->now < event->starts_at;
	view->can_rename = is_live && view->code.options.count > 0 &&
	    subject->now <= event->ends_at;
	view->is_unfinished = hold_is_unfinished(subject->state);
	view->has_tickets_file = booking->tickets.count > 0;
}

static void fill_addresses(struct arena *arena, const struct subject *subject,
    struct staff_booking_view *view)
{
	const char *ref = subject->booking.reference;

	view->pdf = url_local(arena, "/tickets/{}.pdf", ref);
	view->map =
	    url_local(arena, "/admin/events/{}/seats", subject->event.slug);
	view->refund = url_local(arena, "/admin/bookings/{}/refund", ref);
	view->paid_back = url_local(arena, "/admin/bookings/{}/paid-back", ref);
	view->cancel = url_local(arena, "/admin/bookings/{}/cancel", ref);
	view->change = url_local(arena, "/admin/bookings/{}/seats", ref);
	view->resend = url_local(arena, "/admin/bookings/{}/resend", ref);
	view->holder = url_local(arena, "/admin/bookings/{}/holder", ref);
	view->paid = url_local(arena, "/admin/bookings/{}/paid", ref);
	view->note_action = url_local(arena, "/admin/bookings/{}/note", ref);
}

static void fill_fields(struct arena *arena, const struct subject *subject,
    const struct form *form, struct staff_booking_view *view)
{
	view->amount = form_field(form, "amount");
	view->reason = form_field(form, "reason");
	view->by_hand = form_field(form, "by_hand");
	view->code = code_field(arena, form, &subject->booking);
	view->holder_name = form_field(form, "holder_name");
	view->holder_email = form_field(form, "holder_email");
	view->note = form_field(form, "note");
	view->percent = form_field(form, "percent");
	view->why = form_field(form, "why");
}

/* The map, with the form's choice ticked, else what the booking has. */
static struct error *fill_map(struct request *request,
    const struct subject *subject, const struct error *error,
    struct staff_booking_view *view)
{
	const struct ticket_list *tickets = &subject->booking.tickets;
	const char **own =
	    arena_array(request->shop.arena, tickets->count, sizeof(*own));
	struct seat_marks marks = {.own = own};

	if (!view->can_change_seats)
		return NULL;
	for (size_t i = 0; i < tickets->count; i++)
		if (ticket_has_seat(&tickets->items[i]))
			own[marks.own_count++] = tickets->items[i].seat;
	marks.picked = seat_map_read(request, &marks.picked_count);
	if (marks.picked_count == 0) {
		marks.picked = own;
		marks.picked_count = marks.own_count;
	}
	return seat_map_make(
	    &request->shop, &subject->event, &marks, error, &view->seats);
}

static int64_t proposed_percent(const struct subject *subject)
{
	return refund_percent(&subject->event, subject->now, NULL);
}

struct error *staff_booking_percent(struct request *request, int64_t *percent)
{
	struct subject subject;

	TRY(find(request, &subject));
	*percent = proposed_percent(&subject);
	return NULL;
}

static void prefill(struct arena *arena, const struct subject *subject,
    const struct request *request, struct form *form)
{
	if (!fields_get(&request->form, "note"))
		form_set(form, "note", subject->note);
	if (!fields_get(&request->form, "percent"))
		form_set(form, "percent",
		    arena_format(arena, "%" PRId64, proposed_percent(subject)));
}

static const struct notice notices[] = {
    {"refunded", "The refund is noted."},
    {"paid-back", "Noted as paid back by hand."},
    {"cancelled", "The booking was cancelled."},
    {"seats", "The seats were changed."},
    {"same", "These are the seats of this booking."},
    {"resent", "The tickets are mailed again."},
    {"holder", "The ticket has another holder, and another code."},
    {"note", "The note was saved."},
    {"paid", "Marked as paid: the tickets were made."},
    {"sold", "Sold. The tickets can be printed."},
};

static void fill_done(struct request *request, const struct subject *subject,
    struct staff_booking_view *view)
{
	view->notice = page_notice(request, notices, COUNT_OF(notices));
	if (text_equal(request_query(request, "done"), "sold"))
		view->next_sale = url_local(request->shop.arena,
		    "/admin/events/{}/sell", subject->event.slug);
}

/* Staff think of people: whoever gave no name has at least an address. */
static const char *buyer(const struct booking *booking)
{
	if (*booking->name)
		return booking->name;
	return *booking->email ? booking->email : booking->reference;
}

/* The reference once, also where nobody is named. */
static const char *page_title(
    struct arena *arena, const struct booking *booking)
{
	const char *reference = booking->reference;

	if (text_equal(buyer(booking), reference))
		return arena_format(arena, "Booking %s", reference);
	return arena_format(
	    arena, "%s - Booking %s", buyer(booking), reference);
}

struct error *staff_booking_show(
    struct request *request, struct form *form, const struct error *error)
{
	struct arena *arena = request->shop.arena;
	struct staff_booking_view view;
	struct subject subject;

	TRY(find(request, &subject));
	prefill(arena, &subject, request, form);
	view = (struct staff_booking_view){
	    .buyer = buyer(&subject.booking),
	    .page = staff_page(
		request, page_title(arena, &subject.booking), STAFF_BOOKINGS),
	    .box = page_problems(request, form, error),
	    .secret = page_secret(request, SECRET_CREATES),
	    .order = present_order(arena, &subject.event, &subject.booking),
	    .state = present_state(subject.state, subject.booking.is_later),
	    .badge = staff_booking_badge(subject.state),
	    .state_more = subject.booking.changes_id
		? "It pays for a change of seats of another booking."
		: "",
	    .facts = make_facts(arena, &subject),
	    .tickets = make_tickets(arena, &subject.booking, subject.now),
	};
	view.page.has_error = view.box.is_shown;
	view.order.heading = "What was booked";
	TRY(make_refunds(request, &subject.booking, &view.refunds));
	fill_fields(arena, &subject, form, &view);
	fill_what_can_be_done(&subject, &view);
	TRY(fill_map(request, &subject, error, &view));
	fill_addresses(arena, &subject, &view);
	fill_done(request, &subject, &view);
	view_staff_booking(&request->response.body, &view);
	return NULL;
}

struct error *staff_show_booking(struct request *request)
{
	struct form form;

	staff_booking_start(request, &form);
	return staff_booking_show(request, &form, NULL);
}
