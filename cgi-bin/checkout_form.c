/*
 * checkout_form: the checkout's page - the order, the time left, the ways to
 * pay with the fields of each.
 */
#include "checkout.h"

#include "base/clock.h"
#include "base/text.h"
#include "booking/checkout.h"
#include "payment/breaker.h"
#include "payment/gateway.h"
#include "store/booking_store.h"
#include "store/event_store.h"
#include "store/payment_store.h"
#include "web/card_form.h"
#include "web/page.h"
#include "web/present.h"

static const struct form_field fields[] = {
    {.name = "method", .label = "Pay with"},
    {.name = "saved_card", .label = "Saved card"},
    CARD_FORM_FIELDS,
    {.name = "save_card",
	.label = "Save this card for the next time",
	.hint = "Its last four digits, expiry date and address are kept, never "
		"its number.",
	.type = "checkbox"},
    {.name = "payment_token",
	.label = "Payment token",
	.hint = "This site sells with a simulated payment service. "
		"tok_valid pays, tok_decline is declined, tok_error cannot "
		"be reached.",
	.autocomplete = "off",
	.longest = 200},
    {.name = "terms",
	.label = "I accept the terms of sale",
	.type = "checkbox",
	.missing = "Accept the terms of sale to go on"},
};

void checkout_start_form(struct request *request, struct form *form)
{
	form_start(form, request->shop.arena, fields, COUNT_OF(fields));
}

void checkout_read_form(struct request *request, struct form *form)
{
	form_read(form, request->shop.arena, fields, COUNT_OF(fields),
	    &request->form);
}

void checkout_go(struct request *request, const char *pattern)
{
	request_redirect(request,
	    url_local(request->shop.arena, pattern,
		request_param(request, "reference")));
}

/* ---- ways to pay ---- */

enum {
	METHODS_MOST = 8
};

/* What there is for this buyer. */
struct methods {
	struct option options[METHODS_MOST];
	size_t count;
	struct saved_card_list cards; /* the buyer's; may be empty */
};

static void add_method(struct methods *methods, const char *value,
    const char *label, const char *hint)
{
	if (methods->count < METHODS_MOST)
		methods->options[methods->count++] = (struct option){
		    .value = value, .label = label, .hint = hint};
}

static struct error *find_methods(struct request *request,
    const struct booking *booking, struct methods *methods)
{
	const struct config *config = request->shop.config;
	const struct gateway *gateway;

	*methods = (struct methods){.count = 0};
	if (request->viewer.user_id && gateway_for_cards(config))
		TRY(card_list_usable(
		    &request->shop, &request->viewer, &methods->cards));
	if (methods->cards.count > 0)
		add_method(methods, "saved", "Saved card", "");
	if (gateway_for_cards(config))
		add_method(methods, "card", "Card", "");
	for (size_t i = 0; (gateway = gateway_at(config, i)); i++)
		add_method(methods, gateway->name, gateway->label,
		    breaker_since(config, gateway->name, clock_now())
			? "Does not answer at the moment"
			: gateway->tokenise ? "With a payment token"
					    : "");
	if (checkout_can_pay_later(&request->shop) && !booking->is_later)
		add_method(methods, "later", "Pay later",
		    "By bank transfer or at the box office");
	return NULL;
}

/* A form that names no way, but has the fields of one filled in. */
static const char *filled_method(
    const struct config *config, const struct form *form)
{
	if (*form_value(form, "card_number") && gateway_for_cards(config))
		return "card";
	if (*form_value(form, "payment_token") &&
	    gateway_find(config, "campuspay"))
		return "campuspay";
	return "";
}

struct error *checkout_method(struct request *request, const struct form *form,
    const struct booking *booking, const char **method)
{
	struct methods methods;

	*method = text_trim(request->shop.arena, form_value(form, "method"));
	if (!**method)
		*method = filled_method(request->shop.config, form);
	if (**method)
		return NULL;
	TRY(find_methods(request, booking, &methods));
	if (methods.count == 1)
		*method = methods.options[0].value;
	return NULL;
}

/* The first option has the field's id: the error summary leads there. */
static void number_options(struct arena *arena, struct field_view *field,
    struct option *options, size_t count)
{
	for (size_t i = 0; i < count; i++)
		options[i].id = i == 0
		    ? field->id
		    : arena_format(arena, "%s-%s", field->id, options[i].value);
	field->is_required = true;
	field->options = (struct option_list){.items = options, .count = count};
}

/* Ways to pay as radios, the first one chosen; a single one needs none. */
static struct field_view method_field(struct request *request,
    const struct form *form, const struct methods *methods)
{
	struct arena *arena = request->shop.arena;
	struct field_view field = form_field(form, "method");
	struct option *options =
	    arena_array(arena, methods->count, sizeof(*options));
	const char *chosen = field.value;

	if (!form->is_checked && methods->count > 0)
		chosen = methods->options[0].value;
	if (methods->count == 1) {
		field.value = methods->options[0].value;
		return field;
	}
	for (size_t i = 0; i < methods->count; i++) {
		options[i] = methods->options[i];
		options[i].is_selected = text_equal(options[i].value, chosen);
	}
	number_options(arena, &field, options, methods->count);
	return field;
}

/* "Visa ending in 4242"; the default is chosen. */
static struct field_view saved_card_field(struct arena *arena,
    const struct form *form, const struct saved_card_list *cards)
{
	struct field_view field = form_field(form, "saved_card");
	struct option *options =
	    arena_array(arena, cards->count, sizeof(*options));

	for (size_t i = 0; i < cards->count; i++) {
		const struct saved_card *card = &cards->items[i];
		const char *id =
		    arena_format(arena, "%lld", (long long)card->id);

		options[i] = (struct option){
		    .value = id,
		    .label = arena_format(
			arena, "%s ending in %s", card->brand, card->last_four),
		    .hint = arena_format(arena, "%s, expires %s%s",
			card->holder, card->expires,
			card->is_default ? ". Your default card" : ""),
		    .is_selected = *field.value ? text_equal(field.value, id)
						: card->is_default,
		};
	}
	number_options(arena, &field, options, cards->count);
	return field;
}

/* Origins that the pay form may lead to. */
static const char *form_targets(const struct request *request)
{
	struct out out = {.arena = request->shop.arena};
	const struct gateway *gateway;

	for (size_t i = 0; (gateway = gateway_at(request->shop.config, i)); i++)
		if (gateway->pages)
			out_format(&out, "%s ",
			    gateway->pages(
				request->shop.arena, request->shop.config));
	return out_string(&out);
}

/* The fields of each way to pay. */
static struct error *fill_methods(struct request *request,
    const struct form *form, const struct booking *booking,
    struct checkout_view *view)
{
	const struct config *config = request->shop.config;
	struct methods methods;

	TRY(find_methods(request, booking, &methods));
	view->method = method_field(request, form, &methods);
	view->saved_card =
	    saved_card_field(request->shop.arena, form, &methods.cards);
	view->wants_card = gateway_for_cards(config) != NULL;
	view->card = card_form_show(form, config);
	view->can_save = request->viewer.user_id != 0;
	view->save_card = form_field(form, "save_card");
	view->save_card.is_checked = *form_value(form, "save_card") != '\0';
	view->save_card.value = "yes";
	view->wants_token = gateway_find(config, "campuspay") != NULL;
	view->payment_token = form_field(form, "payment_token");
	view->payment_token.is_required = true;
	return NULL;
}

static struct error *fill_payment(struct request *request,
    const struct form *form, const struct booking *booking,
    struct checkout_view *view)
{
	struct arena *arena = request->shop.arena;

	view->terms = form_field(form, "terms");
	view->terms.is_checked = *form_value(form, "terms") != '\0';
	view->terms_page = url_local(arena, "/terms");
	if (booking->total.minor == 0) {
		view->button = "Confirm booking";
		return NULL;
	}
	TRY(fill_methods(request, form, booking, view));
	request->response.form_targets = form_targets(request);
	if (!gateway_at(request->shop.config, 0)) {
		view->later_span =
		    clock_span(arena, request->shop.config->later_hours * HOUR);
		view->button = "Reserve and pay later";
		return NULL;
	}
	view->button =
	    arena_format(arena, "Pay %s", money_format(arena, booking->total));
	return NULL;
}

/* ---- the rest of the page ---- */

static void fill_time(struct request *request, const struct booking *booking,
    const struct event *event, struct checkout_view *view)
{
	const struct config *config = request->shop.config;
	struct arena *arena = request->shop.arena;
	int64_t left = booking->expires_at - clock_now();

	if (booking->state != BOOKING_HELD || left <= 0)
		return;
	view->is_later = booking->is_later;
	view->pay_until = present_when(event, booking->expires_at, WHEN_LONG);
	view->later_details = config->later_details;
	view->can_pay = !booking->is_later || gateway_at(config, 0);
	if (booking->is_later)
		return;
	view->time_left = clock_span(arena, left);
	view->holds_until = present_when(event, booking->expires_at, WHEN_TIME);
	view->can_extend = booking->extensions < config->extend_limit;
	view->extend_time = clock_span(arena, config->extend_minutes * MINUTE);
}

/* A double click or the back button leads here, away from the gateway. */
static struct error *fill_waiting(struct request *request,
    const struct booking *booking, struct checkout_view *view)
{
	struct payment_attempt attempt;
	const struct gateway *gateway;

	view->is_paying = booking->state == BOOKING_PAYING;
	if (!view->is_paying)
		return NULL;
	TRY(payment_store_last(
	    request->shop.db, request->shop.arena, booking->id, &attempt));
	gateway = gateway_find(request->shop.config, attempt.gateway);
	if (!gateway || attempt.state != ATTEMPT_STARTED || !*attempt.approve)
		return NULL;
	view->approve = (struct url){attempt.approve};
	view->gateway = gateway->label;
	return NULL;
}

static const char *after_decline(
    struct arena *arena, const struct checkout_view *view)
{
	const char *places = view->is_later
	    ? "stay reserved"
	    : arena_format(arena, "are held for %s", view->time_left);

	return arena_format(arena,
	    "Nothing was charged, and your places %s. Try again, or pay in "
	    "another way.",
	    places);
}

struct error *checkout_show(
    struct request *request, const struct form *form, const struct error *error)
{
	struct arena *arena = request->shop.arena;
	const char *reference = request_param(request, "reference");
	struct booking booking;
	struct event event;
	struct checkout_view view;

	TRY(booking_store_find(
	    request->shop.db, arena, reference, &request->viewer, &booking));
	TRY(event_store_find_id(request->shop.db, arena, booking.event_id,
	    EVENTS_ALL, clock_now(), &event));
	view = (struct checkout_view){
	    .page = page_frame(request, "Checkout"),
	    .box = page_problems(request, form, error),
	    .secret = page_secret(request, SECRET_PLAIN),
	    .order = present_order(arena, &event, &booking),
	    .action = url_local(arena, "/checkout/{}", reference),
	    .extend = url_local(arena, "/checkout/{}/extend", reference),
	    .release = url_local(arena, "/checkout/{}/release", reference),
	    .refresh = url_local(arena, "/checkout/{}", reference),
	};
	view.page.is_plain = true;
	view.page.has_error = view.box.is_shown;
	TRY(fill_payment(request, form, &booking, &view));
	TRY(fill_waiting(request, &booking, &view));
	fill_time(request, &booking, &event, &view);
	if (view.can_pay && error_is(error, PAYMENT_DECLINED_ERROR))
		view.box.next = after_decline(arena, &view);
	view_checkout(&request->response.body, &view);
	return NULL;
}

struct error *checkout_show_error(
    struct request *request, const struct form *form, struct error *error)
{
	if (!page_can_show(error))
		return error;
	page_set_status(request, error);
	return checkout_show(request, form, error);
}
