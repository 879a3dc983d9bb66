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
	.hint = "A simulation: tok_valid pays, tok_decline is declined, "
		"tok_error cannot be reached.",
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
	struct pay_way ways[METHODS_MOST];
	size_t count;
	struct saved_card_list cards; /* the buyer's; may be empty */
};

static void add_method(struct methods *methods, struct pay_way way)
{
	if (methods->count < METHODS_MOST)
		methods->ways[methods->count++] = way;
}

static struct pay_way gateway_way(
    const struct config *config, const struct gateway *gateway)
{
	const char *hint = gateway->tokenise ? "With a payment token" : "";

	if (breaker_since(config, gateway->name, clock_now()))
		hint = "Does not answer at the moment";
	return (struct pay_way){
	    .option = {.value = gateway->name,
		.label = gateway->label,
		.hint = hint},
	    .asks_token = gateway->tokenise,
	};
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
		add_method(methods,
		    (struct pay_way){
			.option = {.value = "saved", .label = "Saved card"},
			.asks_saved = true});
	if (gateway_for_cards(config))
		add_method(methods,
		    (struct pay_way){
			.option = {.value = "card", .label = "Card"},
			.asks_card = true});
	for (size_t i = 0; (gateway = gateway_at(config, i)); i++)
		add_method(methods, gateway_way(config, gateway));
	if (checkout_can_pay_later(&request->shop) && !booking->is_later)
		add_method(methods,
		    (struct pay_way){.option = {.value = "later",
					 .label = "Pay later",
					 .hint = "By bank transfer or at the "
						 "box office"}});
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
		*method = methods.ways[0].option.value;
	return NULL;
}

/* The first option has the field's id: the error summary leads there. */
static const char *option_id(struct arena *arena,
    const struct field_view *field, const char *value, size_t i)
{
	return i == 0 ? field->id
		      : arena_format(arena, "%s-%s", field->id, value);
}

/* Ways to pay as radios, the first one chosen; a single one needs none. */
static void fill_ways(struct request *request, const struct form *form,
    const struct methods *methods, struct checkout_view *view)
{
	struct arena *arena = request->shop.arena;
	struct pay_way *ways =
	    arena_array(arena, methods->count, sizeof(*ways));
	const char *chosen;

	view->method = form_field(form, "method");
	view->method.is_required = true;
	chosen = view->method.value;
	if (!form->is_checked && methods->count > 0)
		chosen = methods->ways[0].option.value;
	if (methods->count == 1) {
		view->method.value = methods->ways[0].option.value;
		return;
	}
	for (size_t i = 0; i < methods->count; i++) {
		struct option *option = &ways[i].option;

		ways[i] = methods->ways[i];
		option->is_selected = text_equal(option->value, chosen);
		option->id = option_id(arena, &view->method, option->value, i);
	}
	view->ways =
	    (struct pay_way_list){.items = ways, .count = methods->count};
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
		const char *value =
		    arena_format(arena, "%lld", (long long)card->id);

		options[i] = (struct option){
		    .value = value,
		    .id = option_id(arena, &field, value, i),
		    .label = arena_format(
			arena, "%s ending in %s", card->brand, card->last_four),
		    .hint = arena_format(arena, "%s, expires %s%s",
			card->holder, card->expires,
			card->is_default ? ". Your default card" : ""),
		    .is_selected = *field.value ? text_equal(field.value, value)
						: card->is_default,
		};
	}
	field.is_required = true;
	field.options =
	    (struct option_list){.items = options, .count = cards->count};
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
	fill_ways(request, form, &methods, view);
	view->saved_card =
	    saved_card_field(request->shop.arena, form, &methods.cards);
	view->card = card_form_show(form, config);
	view->can_save = request->viewer.user_id != 0;
	view->save_card = form_field(form, "save_card");
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

/* The field to begin with again: what the chosen way asks for. */
static const char *declined_field(const struct checkout_view *view)
{
	for (size_t i = 0; i < view->ways.count; i++) {
		const struct pay_way *way = &view->ways.items[i];

		if (!way->option.is_selected)
			continue;
		return way->asks_card ? view->card.number.id
		    : way->asks_saved ? view->saved_card.id
		    : way->asks_token ? view->payment_token.id
				      : view->method.id;
	}
	return view->terms.id;
}

static void tell_decline(struct checkout_view *view)
{
	view->box.only.anchor = declined_field(view);
	view->box.next =
	    "Nothing was charged. Try again, or pay in another way.";
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
		tell_decline(&view);
	view_checkout(&request->response.body, &view);
	return NULL;
}

struct error *checkout_show_error(
    struct request *request, const struct form *form, struct error *error)
{
	if (!page_take_error(request, NULL, error))
		return error;
	return checkout_show(request, form, error);
}
