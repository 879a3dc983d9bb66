/*
 * The tickets of an event: list, search, CSV (R54).
 */
#include "admin.h"

#include "base/clock.h"
#include "base/text.h"
#include "document/csv.h"
#include "store/staff_store.h"
#include "store/ticket_store.h"
#include "web/present.h"

enum {
	PAGE_SIZE = 100
};

static const struct form_field fields[] = {
    {.name = "q",
	.label = "Search",
	.hint = "Name, email, code, seat or reference",
	.type = "search"},
    {.name = "status", .label = "Status"},
    {.name = "page", .label = "Page", .has_no_input = true},
};

static const struct option statuses[] = {
    {.value = "", .label = "Any"},
    {.value = "active", .label = "Active"},
    {.value = "used", .label = "Checked in"},
    {.value = "expired", .label = "Expired"},
    {.value = "cancelled", .label = "Cancelled"},
    {.value = "refunded", .label = "Refunded"},
};

static struct staff_ticket_view make_ticket(struct arena *arena,
    const struct event *event, const struct admission *ticket)
{
	return (struct staff_ticket_view){
	    .code = ticket->code,
	    .tier = ticket->tier,
	    .seat = ticket->seat,
	    .holder = ticket->holder,
	    .email = ticket->email,
	    .status = present_ticket_status(ticket->status),
	    .badge = staff_ticket_badge(ticket->status),
	    .price = ticket->price,
	    .refunded = ticket->refunded,
	    .reference = ticket->reference,
	    .booking =
		url_local(arena, "/admin/bookings/{}", ticket->reference),
	    .has_come = ticket->check_in_at != 0,
	    .came_at = present_when(event, ticket->check_in_at, WHEN_TIME),
	};
}

static void fill_tickets(struct arena *arena, const struct event *event,
    const struct form *form, const struct admission_filter *filter,
    struct admission_list *list, struct staff_tickets_view *view)
{
	struct staff_ticket_view *tickets;

	view->pages = staff_turn_pages(
	    form, view->action, filter->offset, PAGE_SIZE, &list->count);
	tickets = arena_array(arena, list->count, sizeof(*tickets));
	for (size_t i = 0; i < list->count; i++)
		tickets[i] = make_ticket(arena, event, &list->items[i]);
	view->tickets =
	    (struct staff_ticket_list){.items = tickets, .count = list->count};
}

static struct error *find(struct request *request, struct form *form,
    struct event *event, struct admission_filter *filter)
{
	int64_t number;

	form_read(form, request->shop.arena, fields, COUNT_OF(fields),
	    &request->query);
	TRY(staff_read_page(form_value(form, "page"), &number));
	TRY(staff_check_choice(form, "status", statuses, COUNT_OF(statuses)));
	*filter = (struct admission_filter){
	    .text = text_trim(request->shop.arena, form_value(form, "q")),
	    .status = form_value(form, "status"),
	    .offset = (number - 1) * PAGE_SIZE,
	    .limit = PAGE_SIZE + 1, /* one more tells whether there is more */
	};
	return staff_event(request, event);
}

struct error *staff_show_tickets(struct request *request)
{
	struct arena *arena = request->shop.arena;
	struct staff_tickets_view view;
	struct admission_filter filter;
	struct admission_list list;
	struct event event;
	struct form form;

	TRY(find(request, &form, &event, &filter));
	TRY(staff_store_tickets(
	    request->shop.db, arena, &event, &filter, clock_now(), &list));
	view = (struct staff_tickets_view){
	    .page = staff_page(request,
		arena_format(arena, "Tickets - %s", event.title), STAFF_EVENTS),
	    .tabs = staff_tabs(request, &event, STAFF_TAB_TICKETS),
	    .action = url_local(arena, "/admin/events/{}/tickets", event.slug),
	    .q = form_field(&form, "q"),
	    .status =
		staff_select(&form, "status", statuses, COUNT_OF(statuses)),
	    .csv = staff_filtered(&form,
		url_local(arena, "/admin/events/{}/tickets.csv", event.slug)),
	};
	fill_tickets(arena, &event, &form, &filter, &list, &view);
	view_staff_tickets(&request->response.body, &view);
	return NULL;
}

static void write_ticket(
    struct arena *arena, struct out *out, const struct admission *ticket)
{
	const char *const cells[] = {
	    ticket->code,
	    ticket_status_word(ticket->status),
	    ticket->tier,
	    ticket->seat,
	    ticket->holder,
	    ticket->email,
	    ticket->reference,
	    ticket->buyer,
	    money_plain(arena, ticket->price),
	    money_plain(arena, ticket->refunded),
	    ticket->price.currency,
	    clock_iso_utc(arena, ticket->created_at),
	    ticket->check_in_at ? clock_iso_utc(arena, ticket->check_in_at)
				: "",
	};

	csv_write_row(out, cells, COUNT_OF(cells));
}

struct error *staff_send_tickets(struct request *request)
{
	static const char *const head[] = {"code", "status", "type", "seat",
	    "holder", "email", "booking", "buyer", "price", "refunded",
	    "currency", "made", "checked in"};
	struct arena *arena = request->shop.arena;
	struct admission_filter filter;
	struct admission_list list;
	struct event event;
	struct form form;

	TRY(find(request, &form, &event, &filter));
	filter.offset = 0;
	filter.limit = INT64_MAX;
	TRY(staff_store_tickets(
	    request->shop.db, arena, &event, &filter, clock_now(), &list));
	staff_begin_csv(request, arena_format(arena, "%s-tickets", event.slug));
	csv_write_row(&request->response.body, head, COUNT_OF(head));
	for (size_t i = 0; i < list.count; i++)
		write_ticket(arena, &request->response.body, &list.items[i]);
	return NULL;
}
