/*
 * What the staff do with a booking: each form of its page.
 */
#include "admin_booking.h"

#include "base/clock.h"
#include "base/text.h"
#include "booking/exchange_staff.h"
#include "booking/staff.h"
#include "store/staff_store.h"
#include "web/once.h"
#include "web/seat_map.h"

/* What a field says when it is empty. */
static const char *missing_words(const struct form *form, const char *name)
{
	for (size_t i = 0; i < form->count; i++)
		if (text_equal(form->fields[i].name, name))
			return form->fields[i].missing;
	return NULL;
}

/* What the form itself found; also of a field that was not sent at all. */
static struct error *check_fields(
    const struct form *form, const char *const *names, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		struct field_view field = form_field(form, names[i]);

		if (field.error)
			return fail_field(names[i], "%s", field.error);
		if (field.is_required && !*field.value)
			return fail_field(
			    names[i], "%s", missing_words(form, names[i]));
	}
	return NULL;
}
#define CHECK_FIELDS(form, ...)                                                \
	check_fields((form), (const char *const[]){__VA_ARGS__},               \
	    sizeof((const char *const[]){__VA_ARGS__}) / sizeof(char *))

/* Do what a form is for; then to the booking, which says what was done. */
static struct error *act(struct request *request,
    struct error *(*work)(
	struct request *request, struct form *form, const char *reference),
    const char *done)
{
	const char *reference = request_param(request, "reference");
	struct error *error;
	struct form form;

	staff_booking_read(request, &form);
	error = work(request, &form, reference);
	if (!error) {
		request_redirect(request,
		    url_local(request->shop.arena, "/admin/bookings/{}?done={}",
			reference, done));
		return NULL;
	}
	if (!page_take_error(request, &form, error))
		return error;
	return staff_booking_show(request, &form, error);
}

/* ---- money ---- */

/* Our pages send each field; a call sends what differs from the usual. */
static bool is_sent(const struct request *request, const char *name)
{
	return fields_get(&request->form, name) != NULL;
}

/* All that is left to give back, when the call does not say. */
static struct error *read_amount(struct request *request, struct form *form,
    const char *reference, struct money *amount)
{
	struct booking booking;
	struct error *error;
	const char *note;

	TRY(staff_store_booking(request->shop.db, request->shop.arena,
	    reference, &request->viewer, &booking, &note));
	*amount = staff_refundable(&booking);
	if (!is_sent(request, "amount"))
		return NULL;
	TRY(CHECK_FIELDS(form, "amount"));
	error = money_parse(
	    form_value(form, "amount"), booking.total.currency, amount);
	if (error)
		return fail_field("amount", "The amount %s", error->message);
	return NULL;
}

static struct error *do_refund(
    struct request *request, struct form *form, const char *reference)
{
	struct staff_refund refund = {
	    .reason = is_sent(request, "reason")
		? text_trim(request->shop.arena, form_value(form, "reason"))
		: "given back by the organiser",
	    .form_key = once_form_key(request, "staff"),
	    .is_given = *form_value(form, "by_hand") != '\0',
	};

	TRY(read_amount(request, form, reference, &refund.amount));
	if (is_sent(request, "reason"))
		TRY(CHECK_FIELDS(form, "reason"));
	return staff_refund(
	    &request->shop, reference, &request->viewer, &refund);
}

struct error *staff_post_refund(struct request *request)
{
	return act(request, do_refund, "refunded");
}

static struct error *do_paid_back(
    struct request *request, struct form *form, const char *reference)
{
	int64_t id;

	(void)form;
	if (text_number(request_form(request, "refund"), &id) != NUMBER_OK)
		return fail(NOT_FOUND_ERROR, "Refund not found");
	return staff_paid_back(&request->shop, reference, &request->viewer, id);
}

struct error *staff_post_paid_back(struct request *request)
{
	return act(request, do_paid_back, "paid-back");
}

static struct error *do_paid(
    struct request *request, struct form *form, const char *reference)
{
	(void)form;
	return staff_mark_paid(&request->shop, reference, &request->viewer);
}

struct error *staff_post_paid(struct request *request)
{
	return act(request, do_paid, "paid");
}

static struct error *read_percent(
    struct request *request, struct form *form, int64_t *percent)
{
	if (!is_sent(request, "percent"))
		return staff_booking_percent(request, percent);
	TRY(CHECK_FIELDS(form, "percent"));
	if (text_number(form_value(form, "percent"), percent) != NUMBER_OK ||
	    *percent < 0 || *percent > 100)
		return fail_field("percent", "Enter a number from 0 to 100");
	return NULL;
}

static struct error *do_cancel(
    struct request *request, struct form *form, const char *reference)
{
	const char *why =
	    text_trim(request->shop.arena, form_value(form, "why"));
	int64_t percent;

	TRY(read_percent(request, form, &percent));
	TRY(CHECK_FIELDS(form, "why"));
	return staff_cancel(&request->shop, reference, &request->viewer,
	    percent, *why ? why : "cancelled by the organiser");
}

struct error *staff_post_cancel(struct request *request)
{
	return act(request, do_cancel, "cancelled");
}

/* ---- tickets ---- */

static struct error *do_holder(
    struct request *request, struct form *form, const char *reference)
{
	TRY(CHECK_FIELDS(form, "code", "holder_name", "holder_email"));
	return staff_set_holder(&request->shop, reference,
	    form_value(form, "code"), &request->viewer,
	    form_value(form, "holder_name"), form_value(form, "holder_email"));
}

struct error *staff_post_holder(struct request *request)
{
	return act(request, do_holder, "holder");
}

static struct error *do_resend(
    struct request *request, struct form *form, const char *reference)
{
	(void)form;
	return staff_resend(&request->shop, reference, &request->viewer);
}

struct error *staff_post_resend(struct request *request)
{
	return act(request, do_resend, "resent");
}

static struct error *do_note(
    struct request *request, struct form *form, const char *reference)
{
	TRY(CHECK_FIELDS(form, "note"));
	return staff_set_note(&request->shop, reference, &request->viewer,
	    text_trim(request->shop.arena, form_value(form, "note")));
}

struct error *staff_post_note(struct request *request)
{
	return act(request, do_note, "note");
}

/* ---- seats ---- */

static struct option due_options[] = {
    {.value = "cash",
	.label = "I take the difference in cash",
	.id = "due",
	.is_selected = true},
    {.value = "waived",
	.label = "It is waived",
	.hint = "The tickets keep the price they had",
	.id = "due-waived"},
};

static struct detail_list make_facts(
    struct arena *arena, const struct exchange *exchange)
{
	struct detail *facts =
	    arena_array(arena, exchange->move_count + 2, sizeof(*facts));
	size_t count = 0;

	for (size_t i = 0; i < exchange->move_count; i++) {
		const struct exchange_move *move = &exchange->moves[i];

		facts[count++] = (struct detail){
		    .label =
			arena_format(arena, "From seat %s", move->ticket->seat),
		    .value = arena_format(arena, "to %s, %s for %s",
			move->seat->name, move->tier->name,
			money_format(arena, move->price)),
		};
	}
	facts[count++] = (struct detail){.label = "To pay",
	    .value = money_format(arena, exchange->difference)};
	facts[count++] = (struct detail){.label = "Goes back",
	    .value = money_format(arena, exchange->refund)};
	return (struct detail_list){.items = facts, .count = count};
}

static void show_change(
    struct request *request, const char *seats, const struct exchange *exchange)
{
	struct arena *arena = request->shop.arena;
	const char *reference = exchange->booking.reference;
	const struct staff_change_view view = {
	    .page = staff_page(request, "Change seats", STAFF_BOOKINGS),
	    .secret = page_secret(request, SECRET_CREATES),
	    .facts = make_facts(arena, exchange),
	    .seats = seats,
	    .shown = exchange->difference.minor,
	    .is_dearer = exchange->difference.minor > 0,
	    .due = {.name = "due",
		.id = "due",
		.label = "The new seats cost more",
		.is_required = true,
		.options = {.items = due_options,
		    .count = COUNT_OF(due_options)}},
	    .action = url_local(arena, "/admin/bookings/{}/seats", reference),
	    .back = url_local(arena, "/admin/bookings/{}", reference),
	};

	view_staff_change(&request->response.body, &view);
}

/* The map's seats, or, once they were looked at, their names as a text. */
static struct seat_choice read_choice(
    struct request *request, const char *reference)
{
	const char *text = request_form(request, "seats");
	struct seat_choice choice = {
	    .reference = reference,
	    .form_key = once_form_key(request, "staff"),
	};

	choice.seats = *text
	    ? staff_split_seats(request->shop.arena, text, &choice.count)
	    : seat_map_read(request, &choice.count);
	return choice;
}

static const char *join(struct arena *arena, const struct seat_choice *choice)
{
	struct out out = {.arena = arena};

	for (size_t i = 0; i < choice->count; i++)
		out_format(&out, "%s%s", i ? " " : "", choice->seats[i]);
	return out_string(&out);
}

/*
 * Shows the price first, unless it was seen or there is none; *done is NULL
 * when that page is out, else what the booking's page says was done.
 */
static struct error *change_seats(
    struct request *request, const char *reference, const char **done)
{
	struct seat_choice choice = read_choice(request, reference);
	enum exchange_due due =
	    text_equal(request_form(request, "due"), "waived")
	    ? EXCHANGE_WAIVED
	    : EXCHANGE_IN_CASH;
	struct exchange exchange;
	int64_t shown;

	*done = "seats";
	if (choice.count == 0)
		return fail_field("seats", "Choose the seats");
	if (*request_form(request, "confirm") &&
	    text_number(request_form(request, "shown"), &shown) == NUMBER_OK)
		return exchange_staff_do(&request->shop, &choice,
		    &request->viewer, due, shown, &exchange);
	TRY(exchange_staff_look(
	    &request->shop, &choice, &request->viewer, &exchange));
	if (exchange.move_count == 0) {
		*done = "same";
		return NULL;
	}
	if (exchange_is_even(&exchange))
		return exchange_staff_do(&request->shop, &choice,
		    &request->viewer, due, 0, &exchange);
	show_change(request, join(request->shop.arena, &choice), &exchange);
	*done = NULL;
	return NULL;
}

struct error *staff_post_seats(struct request *request)
{
	struct arena *arena = request->shop.arena;
	const char *reference = request_param(request, "reference");
	struct error *error;
	struct form form;
	const char *done;

	staff_booking_read(request, &form);
	error = change_seats(request, reference, &done);
	if (!error) {
		if (done)
			request_redirect(request,
			    url_with(arena,
				url_local(
				    arena, "/admin/bookings/{}", reference),
				"done", done));
		return NULL;
	}
	if (!page_take_error(request, NULL, error))
		return error;
	form_take(&form, "seats", error);
	return staff_booking_show(request, &form, error);
}
