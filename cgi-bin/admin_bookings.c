/*
 * Bookings, found by status, person, event and date (R51).
 */
#include "admin.h"

#include "base/clock.h"
#include "base/text.h"
#include "store/booking_store.h"
#include "store/event_store.h"
#include "store/staff_store.h"
#include "web/present.h"

enum {
	PAGE_SIZE = 50,
	EVENTS_MOST = 300, /* in the select */
};

static const struct form_field fields[] = {
    {.name = "person",
	.label = "Person",
	.hint = "Name, email or reference",
	.type = "search"},
    {.name = "status", .label = "State"},
    {.name = "event", .label = "Event"},
    {.name = "from", .label = "Booked from", .type = "date"},
    {.name = "to", .label = "Booked until", .type = "date"},
    {.name = "page", .label = "Page", .has_no_input = true},
};

static const struct option statuses[] = {
    {.value = "", .label = "Any"},
    {.value = "confirmed", .label = "Confirmed"},
    {.value = "later", .label = "To be paid later"},
    {.value = "held", .label = "Held"},
    {.value = "paying", .label = "Being paid"},
    {.value = "cancelled", .label = "Cancelled"},
    {.value = "expired", .label = "Expired"},
    {.value = "released", .label = "Given back"},
    {.value = "failed", .label = "Failed"},
};

/* ---- the form ---- */

static struct error *make_event_field(struct request *request,
    const struct form *form, int64_t now, struct field_view *field)
{
	const struct managed_filter filter = {
	    .text = "", .time = MANAGED_ANY_TIME, .limit = EVENTS_MOST};
	struct arena *arena = request->shop.arena;
	struct event_list events;
	struct option *options;

	TRY(event_store_list_managed(
	    request->shop.db, arena, &request->viewer, &filter, now, &events));
	options = arena_array(arena, events.count + 1, sizeof(*options));
	options[0] = (struct option){.value = "", .label = "Any"};
	for (size_t i = 0; i < events.count; i++)
		options[i + 1] = (struct option){
		    .value = events.items[i].slug,
		    .label = events.items[i].title,
		    .is_selected = text_equal(
			events.items[i].slug, form_value(form, "event")),
		};
	*field = form_field(form, "event");
	field->options =
	    (struct option_list){.items = options, .count = events.count + 1};
	return NULL;
}

/* An event that there is not would find nothing, silently. */
static struct error *check_event(
    struct request *request, struct form *form, int64_t now)
{
	const char *slug = form_value(form, "event");
	struct error *error = NULL;
	struct event event;

	if (*slug)
		error = event_store_find_managed(request->shop.db,
		    request->shop.arena, slug, &request->viewer, now, &event);
	if (!error_is(error, NOT_FOUND_ERROR))
		return error;
	form_fail(form, "event", "Choose an event from the list");
	return NULL;
}

static struct error *read_filter(struct request *request, struct form *form,
    int64_t now, struct sale_filter *filter)
{
	int64_t number;

	TRY(staff_read_page(form_value(form, "page"), &number));
	TRY(staff_check_choice(form, "status", statuses, COUNT_OF(statuses)));
	TRY(check_event(request, form, now));
	*filter = (struct sale_filter){
	    .status = form_value(form, "status"),
	    .person =
		text_trim(request->shop.arena, form_value(form, "person")),
	    .event = form_value(form, "event"),
	    .from = staff_read_day(request, form, "from", 0),
	    .before = staff_read_day(request, form, "to", 1),
	    .offset = (number - 1) * PAGE_SIZE,
	    .limit = PAGE_SIZE + 1, /* one more tells whether there is more */
	};
	return NULL;
}

/* By more than a person. */
static bool is_filtered(const struct form *form)
{
	static const char *const names[] = {"status", "event", "from", "to"};

	for (size_t i = 0; i < COUNT_OF(names); i++)
		if (*form_value(form, names[i]))
			return true;
	return false;
}

/* ---- the list ---- */

static struct staff_sale_view make_sale(
    struct arena *arena, const struct sale *sale)
{
	return (struct staff_sale_view){
	    .reference = sale->reference,
	    .url = url_local(arena, "/admin/bookings/{}", sale->reference),
	    .name = sale->name,
	    .email = sale->email,
	    .event = sale->event,
	    .made = {.at = sale->created_at,
		.zone = sale->timezone,
		.style = WHEN_SHORT},
	    .state = present_state(sale->state, sale->is_later),
	    .badge = staff_booking_badge(sale->state),
	    .source = staff_source_words(sale->source),
	    .quantity = sale->quantity,
	    .total = sale->total,
	};
}

static void fill_sales(struct request *request, const struct form *form,
    const struct sale_filter *filter, struct sale_list *list,
    struct staff_bookings_view *view)
{
	struct arena *arena = request->shop.arena;
	struct staff_sale_view *sales;

	view->pages =
	    staff_turn_pages(form, url_local(arena, "/admin/bookings"),
		filter->offset, PAGE_SIZE, &list->count);
	sales = arena_array(arena, list->count, sizeof(*sales));
	for (size_t i = 0; i < list->count; i++)
		sales[i] = make_sale(arena, &list->items[i]);
	view->sales =
	    (struct staff_sale_list){.items = sales, .count = list->count};
}

struct error *staff_show_bookings(struct request *request)
{
	struct arena *arena = request->shop.arena;
	struct staff_bookings_view view;
	int64_t now = clock_now();
	struct sale_filter filter;
	struct sale_list list;
	struct form form;

	form_read(&form, arena, fields, COUNT_OF(fields), &request->query);
	TRY(read_filter(request, &form, now, &filter));
	TRY(staff_store_sales(
	    request->shop.db, arena, &request->viewer, &filter, now, &list));
	view = (struct staff_bookings_view){
	    .page = staff_page(request, "Bookings", STAFF_BOOKINGS),
	    .person = form_field(&form, "person"),
	    .status =
		staff_select(&form, "status", statuses, COUNT_OF(statuses)),
	    .from = form_field(&form, "from"),
	    .to = form_field(&form, "to"),
	    .filters_are_open = is_filtered(&form),
	    .transactions = url_local(arena, "/admin/transactions.csv?event={}",
		form_value(&form, "event")),
	};
	TRY(make_event_field(request, &form, now, &view.event));
	fill_sales(request, &form, &filter, &list, &view);
	view.box = page_problems(request, &form, NULL);
	view.page.has_error = view.box.is_shown;
	if (view.box.is_shown)
		request->response.status = 400;
	view_staff_bookings(&request->response.body, &view);
	return NULL;
}
