/*
 * The box office: places for whoever stands at the counter.
 */
#include "admin.h"

#include "base/clock.h"
#include "base/text.h"
#include "booking/counter.h"
#include "booking/order.h"
#include "web/once.h"
#include "web/present.h"
#include "web/seat_map.h"
#include <inttypes.h>
#include <string.h>

static const struct form_field fields[] = {
    {.name = "seats",
	.label = "Seats",
	.hint = "Like A7 A8, or tick them below; none: the best ones of a "
		"ticket type"},
    {.name = "tier", .label = "Ticket type"},
    {.name = "quantity",
	.label = "Quantity",
	.inputmode = "numeric",
	.longest = 30,
	.is_short = true},
    {.name = "name",
	.label = "Name",
	.hint = "As it should stand on the tickets",
	.autocomplete = "off",
	.longest = 100},
    {.name = "email",
	.label = "Email address",
	.hint = "If the tickets are to be mailed as well",
	.type = "email",
	.autocomplete = "off",
	.longest = EMAIL_LONGEST},
    {.name = "how", .label = "Payment", .missing = "Choose how it is paid"},
};

const char *const *staff_split_seats(
    struct arena *arena, const char *text, size_t *count)
{
	static const char between[] = " ,;\t";
	const char **names =
	    arena_array(arena, strlen(text) / 2 + 1, sizeof(*names));

	*count = 0;
	for (text += strspn(text, between); *text;
	     text += strspn(text, between)) {
		size_t length = strcspn(text, between);
		char *name = arena_copy_bytes(arena, text, length);

		for (char *at = name; *at; at++)
			if (*at >= 'a' && *at <= 'z')
				*at = (char)(*at - 'a' + 'A');
		names[(*count)++] = name;
		text += length;
	}
	return names;
}

/* ---- showing ---- */

static struct field_view tier_field(
    struct arena *arena, const struct form *form, const struct event *event)
{
	struct field_view field = form_field(form, "tier");
	size_t count = event->tiers.count;
	struct option *options = arena_array(arena, count, sizeof(*options));

	for (size_t i = 0; i < count; i++) {
		const struct tier *tier = &event->tiers.items[i];
		struct stock_view stock = present_stock(arena, tier->left);

		options[i] = (struct option){
		    .value = tier->slug,
		    .label = tier->name,
		    .hint = arena_format(arena, "%s, %s",
			money_price(arena, tier->price), stock.text),
		    .id = i == 0 ? field.id
				 : arena_format(arena, "tier-%s", tier->slug),
		    .is_selected = text_equal(field.value, tier->slug) ||
			(count == 1 && event->seating == SEATING_GENERAL),
		};
	}
	field.is_required = event->seating == SEATING_GENERAL;
	field.options = (struct option_list){.items = options, .count = count};
	return field;
}

static struct field_view how_field(struct arena *arena, const struct form *form)
{
	static const struct option both[] = {
	    {.value = "cash", .label = "In cash", .id = "how"},
	    {.value = "free",
		.label = "Complimentary",
		.hint = "Nothing is paid",
		.id = "how-free"},
	};
	struct field_view field = form_field(form, "how");

	field.options = form_options(arena, both, COUNT_OF(both), field.value);
	return field;
}

static struct error *make_map(struct request *request,
    const struct event *event, struct seat_map_view *map)
{
	struct seat_marks marks = {.own_count = 0};

	marks.picked = seat_map_read(request, &marks.picked_count);
	return seat_map_make(&request->shop, event, &marks, NULL, map);
}

/* What the sale comes to, before the money is taken. */
static const char *price_words(struct arena *arena, const struct basket *basket)
{
	return arena_format(arena, "%" PRId64 " %s to %s.", basket->quantity,
	    basket->quantity == 1 ? "place comes" : "places come",
	    money_format(arena, basket->total));
}

static struct error *show(struct request *request, const struct form *form,
    const char *price, const struct error *error)
{
	struct arena *arena = request->shop.arena;
	struct staff_sell_view view;
	struct event event;

	TRY(staff_event(request, &event));
	view = (struct staff_sell_view){
	    .page = staff_page(request,
		arena_format(arena, "Box office - %s", event.title),
		STAFF_EVENTS),
	    .box = page_problems(request, form, error),
	    .secret = page_secret(request, SECRET_CREATES),
	    .tabs = staff_tabs(request, &event, STAFF_TAB_SELL),
	    .has_seats = event.seating == SEATING_RESERVED,
	    .seats = form_field(form, "seats"),
	    .tier = tier_field(arena, form, &event),
	    .quantity = form_field(form, "quantity"),
	    .name = form_field(form, "name"),
	    .email = form_field(form, "email"),
	    .how = how_field(arena, form),
	    .price = price,
	    .action = url_local(arena, "/admin/events/{}/sell", event.slug),
	    .monitor = url_local(arena, "/admin/events/{}/seats", event.slug),
	};
	view.page.has_error = view.box.is_shown;
	view.quantity.is_required = !view.has_seats;
	if (!view.has_seats && !*price && !error)
		view.quantity.value = "1";
	if (view.has_seats)
		TRY(make_map(request, &event, &view.map));
	view_staff_sell(&request->response.body, &view);
	return NULL;
}

struct error *staff_show_counter(struct request *request)
{
	struct form form;

	form_start(&form, request->shop.arena, fields, COUNT_OF(fields));
	form_set(&form, "how", "cash");
	return show(request, &form, "", NULL);
}

/* ---- selling ---- */

/* Those that were typed, and those that were ticked. */
static void read_seats(
    struct request *request, const struct form *form, struct counter_sale *sale)
{
	size_t typed_count, ticked_count;
	const char *const *typed = staff_split_seats(
	    request->shop.arena, form_value(form, "seats"), &typed_count);
	const char *const *ticked = seat_map_read(request, &ticked_count);
	const char **seats = arena_array(
	    request->shop.arena, typed_count + ticked_count, sizeof(*seats));

	for (size_t i = 0; i < typed_count; i++)
		seats[i] = typed[i];
	for (size_t i = 0; i < ticked_count; i++)
		seats[typed_count + i] = ticked[i];
	sale->seats = seats;
	sale->seat_count = typed_count + ticked_count;
}

static struct error *read_sale(
    struct request *request, struct form *form, struct counter_sale *sale)
{
	struct arena *arena = request->shop.arena;
	const char *quantity = text_trim(arena, form_value(form, "quantity"));
	const char *email = text_trim(arena, form_value(form, "email"));

	*sale = (struct counter_sale){
	    .event = request_param(request, "event"),
	    .tier = text_trim(arena, form_value(form, "tier")),
	    .name = text_trim(arena, form_value(form, "name")),
	    .email = "",
	    .is_gift = text_equal(form_value(form, "how"), "free"),
	    .form_key = once_form_key(request, "sell"),
	};
	read_seats(request, form, sale);
	if (*quantity || sale->seat_count == 0)
		TRY(order_read_quantity(quantity, &sale->quantity));
	if (*email)
		TRY(order_read_email(arena, email, &sale->email));
	if (!form_is_right(form))
		return fail(VALIDATION_ERROR, "Something is missing");
	return NULL;
}

static struct error *sell(struct request *request, struct form *form)
{
	struct counter_sale sale;
	struct booking booking;

	TRY(read_sale(request, form, &sale));
	TRY(counter_sell(&request->shop, &sale, &request->viewer, &booking));
	request_redirect(request,
	    url_local(request->shop.arena, "/admin/bookings/{}?done=sold",
		booking.reference));
	return NULL;
}

/* The other button: what it comes to. */
static struct error *price(struct request *request, struct form *form)
{
	struct counter_sale sale;
	struct basket basket;

	TRY(read_sale(request, form, &sale));
	TRY(counter_price(&request->shop, &sale, &request->viewer, &basket));
	return show(
	    request, form, price_words(request->shop.arena, &basket), NULL);
}

/* What is wrong with seats names the field `seat`, or none. */
static bool is_of_seats(const struct error *error)
{
	return error_is(error, SEAT_TAKEN_ERROR) ||
	    text_equal(error_field_value(error, "field"), "seat");
}

struct error *staff_sell(struct request *request)
{
	struct error *error;
	struct form form;

	form_read(&form, request->shop.arena, fields, COUNT_OF(fields),
	    &request->form);
	error = text_equal(request_form(request, "do"), "price")
	    ? price(request, &form)
	    : sell(request, &form);
	if (!error)
		return NULL;
	if (!page_take_error(request, &form, error))
		return error;
	if (is_of_seats(error))
		form_take(&form, "seats", error);
	return show(request, &form, "", error);
}
