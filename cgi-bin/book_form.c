/*
 * What the booking form and the waiting list's form share.
 */
#include "account/account.h"
#include "base/text.h"
#include "book.h"
#include "booking/event.h"
#include "web/once.h"
#include "web/present.h"
#include <string.h>

#define QUANTITY_FIELD                                                         \
	.name = "quantity", .label = "Quantity", .inputmode = "numeric",       \
	.longest = 30, .is_short = true

#define PERSON_FIELDS                                                          \
	{.name = "name",                                                       \
	    .label = "Name",                                                   \
	    .hint = "As it should stand on the tickets",                       \
	    .autocomplete = "name",                                            \
	    .missing = "Enter your name",                                      \
	    .longest = 100},                                                   \
	{                                                                      \
		.name = "email", .label = "Email address",                     \
		.hint = "The tickets are sent there", .type = "email",         \
		.autocomplete = "email",                                       \
		.missing = "Enter your email address",                         \
		.longest = EMAIL_LONGEST                                       \
	}

static const struct form_field place_fields[] = {
    {.name = "tier", .label = "Ticket type", .missing = "Choose a ticket type"},
    {QUANTITY_FIELD, .missing = "Enter how many tickets you want"},
    PERSON_FIELDS,
};

static const struct form_field seat_fields[] = {
    PERSON_FIELDS,
    {.name = "tier", .label = "Ticket type"},
    {QUANTITY_FIELD},
};

/* Begins the names of quantities beside seats. */
#define BESIDE "places-"

/* The fields of a form. */
struct field_table {
	const struct form_field *items;
	size_t count;
};

static bool is_beside(const struct event *event, const struct tier *tier)
{
	return event->seating == SEATING_RESERVED && !tier->has_seats;
}

static struct form_field beside_field(
    struct arena *arena, const struct tier *tier)
{
	return (struct form_field){
	    .name = arena_format(arena, BESIDE "%s", tier->slug),
	    .label = tier->name,
	    .hint = arena_format(arena, "%s, %s. How many, beside any seats",
		money_price(arena, tier->price),
		present_stock(arena, tier->left).text),
	    .inputmode = "numeric",
	    .longest = 30,
	    .is_short = true,
	};
}

/* With seats, a quantity for each tier without; as many as a form may have. */
static struct field_table seat_table(
    struct arena *arena, const struct event *event)
{
	struct form_field *fields =
	    arena_array(arena, FORM_FIELDS_MOST, sizeof(*fields));
	size_t count = COUNT_OF(seat_fields);

	memcpy(fields, seat_fields, sizeof(seat_fields));
	for (size_t i = 0; i < event->tiers.count && count < FORM_FIELDS_MOST;
	     i++)
		if (is_beside(event, &event->tiers.items[i]))
			fields[count++] =
			    beside_field(arena, &event->tiers.items[i]);
	return (struct field_table){.items = fields, .count = count};
}

static struct field_table fields_of(
    struct arena *arena, enum form_kind kind, const struct event *event)
{
	if (kind == FORM_SEATS)
		return seat_table(arena, event);
	return (struct field_table){
	    .items = place_fields, .count = COUNT_OF(place_fields)};
}

void book_read_form(struct request *request, enum form_kind kind,
    const struct event *event, struct form *form)
{
	struct field_table table = fields_of(request->shop.arena, kind, event);

	form_read(form, request->shop.arena, table.items, table.count,
	    &request->form);
}

/* What the account of whoever is signed in knows already. */
static struct error *fill_person(struct request *request, struct form *form)
{
	struct user user;

	if (request->viewer.user_id == 0)
		return NULL;
	TRY(account_find(&request->shop, request->viewer.user_id, &user));
	form_set(form, "name", account_full_name(request->shop.arena, &user));
	form_set(form, "email", user.email);
	return NULL;
}

struct error *book_start_form(struct request *request, enum form_kind kind,
    const struct event *event, struct form *form)
{
	struct field_table table = fields_of(request->shop.arena, kind, event);

	form_start(form, request->shop.arena, table.items, table.count);
	if (kind == FORM_PLACES)
		form_set(form, "quantity", "1");
	return fill_person(request, form);
}

struct field_view_list book_beside_fields(const struct form *form)
{
	struct field_view *views =
	    arena_array(form->arena, form->count, sizeof(*views));
	size_t count = 0;

	for (size_t i = 0; i < form->count; i++)
		if (text_starts_with(form->fields[i].name, BESIDE))
			views[count++] = form_field(form, form->fields[i].name);
	return (struct field_view_list){.items = views, .count = count};
}

/* What is wrong is noted at its field. */
static void read_beside(struct form *form, struct order *order)
{
	struct order_place *places =
	    arena_array(form->arena, form->count, sizeof(*places));

	for (size_t i = 0; i < form->count; i++) {
		const char *name = form->fields[i].name;
		const char *text = text_trim(form->arena, form->values[i]);
		struct order_place *place = &places[order->place_count];

		if (!text_starts_with(name, BESIDE) || *text == '\0' ||
		    text_equal(text, "0"))
			continue;
		place->tier = name + strlen(BESIDE);
		if (order_read_quantity(text, &place->quantity))
			form_fail(form, name,
			    arena_format(form->arena,
				"%s: enter a whole number, or nothing",
				form->fields[i].label));
		else
			order->place_count++;
	}
	order->places = places;
}

bool book_take_beside(struct form *form, const struct error *error)
{
	const char *tier = error_field_value(error, "tier_name");

	if (!error_is(error, SOLD_OUT_ERROR))
		return false;
	for (size_t i = 0; i < form->count; i++) {
		const struct form_field *field = &form->fields[i];

		if (!text_starts_with(field->name, BESIDE) ||
		    !text_equal(field->label, tier))
			continue;
		form_take(form, field->name, error);
		return true;
	}
	return false;
}

/* An empty quantity is as many as the seats. */
static const struct error *read_quantity(
    struct form *form, const char *text, int64_t *quantity)
{
	struct error *error;

	*quantity = 0;
	if (*text == '\0')
		return NULL;
	error = order_read_quantity(text, quantity);
	if (error)
		form_take_error(form, error);
	return error;
}

static const struct error *read_email(
    struct form *form, const char *text, const char **email)
{
	struct error *error;

	if (*text == '\0')
		return NULL;
	error = order_read_email(form->arena, text, email);
	if (error)
		form_take_error(form, error);
	return error;
}

static const struct error *field_error(struct arena *arena,
    const struct form_field *field, const char *value, const char *mistake)
{
	const char *reason = "is not right";
	size_t length = strlen(field->label);

	if (*text_trim(arena, value) == '\0')
		return order_refuse(field->name, field->label, value,
		    "is missing",
		    fail(KEY_ERROR, "'%s' is missing", field->name));
	if (text_starts_with(mistake, field->label) && mistake[length] == ' ')
		reason = mistake + length + 1;
	return order_refuse(field->name, field->label, value, reason, NULL);
}

/* A mistake that the form itself found, as the domain says it. */
static const struct error *form_error(const struct form *form)
{
	for (size_t i = 0; i < form->count; i++)
		if (form->errors[i])
			return field_error(form->arena, &form->fields[i],
			    form->values[i], form->errors[i]);
	return NULL;
}

const struct error *book_read_order(
    struct request *request, struct form *form, struct order *order)
{
	struct arena *arena = request->shop.arena;
	const struct error *of_quantity, *of_email;

	request_need_browser(request);
	*order = (struct order){
	    .event = request_param(request, "event"),
	    .tier = text_trim(arena, form_value(form, "tier")),
	    .name = text_trim(arena, form_value(form, "name")),
	    .email = "",
	    .viewer = &request->viewer,
	    .source = "page",
	    .form_key = once_form_key(request, "book"),
	    .replaces = request_form(request, "replaces"),
	};
	of_quantity = read_quantity(form,
	    text_trim(arena, form_value(form, "quantity")), &order->quantity);
	of_email = read_email(
	    form, text_trim(arena, form_value(form, "email")), &order->email);
	read_beside(form, order);
	if (of_quantity)
		return of_quantity;
	return of_email ? of_email : form_error(form);
}

static struct option tier_option(struct arena *arena, const struct tier *tier,
    const struct form *form, enum tier_choice choice)
{
	struct stock_view stock = present_stock(arena, tier->left);

	return (struct option){
	    .value = tier->slug,
	    .label = tier->name,
	    .hint = arena_format(
		arena, "%s, %s", money_price(arena, tier->price), stock.text),
	    .id = arena_format(arena, "tier-%s", tier->slug),
	    .is_selected = text_equal(form_value(form, "tier"), tier->slug),
	    .is_disabled = choice == CHOOSE_AVAILABLE && stock.is_sold_out,
	};
}

struct field_view book_tier_field(struct request *request,
    const struct form *form, const struct event *event, enum tier_choice choice)
{
	struct arena *arena = request->shop.arena;
	struct field_view field = form_field(form, "tier");
	struct option *options =
	    arena_array(arena, event->tiers.count + 1, sizeof(*options));
	size_t count = 0;

	for (size_t i = 0; i < event->tiers.count; i++)
		if (choice == CHOOSE_CLASS ||
		    !is_beside(event, &event->tiers.items[i]))
			options[count++] = tier_option(
			    arena, &event->tiers.items[i], form, choice);
	if (choice == CHOOSE_CLASS && count > 1)
		options[count++] = (struct option){
		    .value = "any",
		    .label = "Whatever comes free first",
		    .id = "tier-any",
		    .is_selected = text_equal(form_value(form, "tier"), "any"),
		};
	if (count == 1 && !form->is_checked)
		options[0].is_selected = true;
	if (count > 0)
		options[0].id = field.id;
	field.options = (struct option_list){.items = options, .count = count};
	return field;
}
