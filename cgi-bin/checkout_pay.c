/*
 * checkout_pay: the checkout's form was sent. Only the fields of the way to
 * pay that was chosen count.
 */
#include "checkout.h"

#include "base/clock.h"
#include "base/log.h"
#include "base/text.h"
#include "booking/checkout.h"
#include "booking/hold.h"
#include "payment/gateway.h"
#include "store/booking_store.h"
#include "web/card_form.h"
#include "web/page.h"

/* A payment on its way. */
struct purchase {
	struct payment payment;  /* for the domain */
	struct card card;        /* typed; wiped once there is a token */
	struct saved_card token; /* what was made of it; to be saved */
	bool has_card;           /* there is a card to make a token of */
	bool saves;              /* the buyer wants to keep the token */
};

static bool is_card_field(const struct form_field *field)
{
	return text_starts_with(field->name, "card") ||
	    text_equal(field->name, "expiration_date") ||
	    text_equal(field->name, "billing_address");
}

/* The fields of the ways that were not chosen. */
static void excuse_others(struct form *form, const char *method)
{
	for (size_t i = 0; i < form->count; i++)
		if (is_card_field(&form->fields[i]) &&
		    !text_equal(method, "card"))
			form_excuse(form, form->fields[i].name);
	if (!text_equal(method, "saved"))
		form_excuse(form, "saved_card");
	if (text_equal(method, "card") || text_equal(method, "saved"))
		form_excuse(form, "payment_token");
}

static struct error *take_saved_card(
    struct request *request, struct form *form, struct purchase *purchase)
{
	struct saved_card card;
	int64_t id;

	if (*form_value(form, "saved_card") == '\0') {
		form_fail(form, "saved_card", "Choose a card");
		return NULL;
	}
	if (text_number(form_value(form, "saved_card"), &id) != NUMBER_OK)
		return fail(NOT_FOUND_ERROR, "Card not found");
	TRY(card_open(&request->shop, &request->viewer, id, &card));
	purchase->payment =
	    (struct payment){.gateway = card.gateway, .token = card.token};
	return NULL;
}

static void take_typed_card(
    struct request *request, struct form *form, struct purchase *purchase)
{
	const struct gateway *gateway = gateway_for_cards(request->shop.config);

	if (!gateway)
		return;
	purchase->payment.gateway = gateway->name;
	purchase->has_card = card_form_read(request, form, &purchase->card);
	purchase->saves =
	    request->viewer.user_id && *form_value(form, "save_card") != '\0';
}

/* What the form says; its mistakes are noted in it. */
static struct error *read_purchase(struct request *request, struct form *form,
    const struct booking *booking, struct purchase *purchase)
{
	const char *method;

	*purchase = (struct purchase){.payment = {.gateway = "", .token = ""}};
	checkout_read_form(request, form);
	TRY(checkout_method(request, form, booking, &method));
	excuse_others(form, method);
	if (booking->total.minor == 0)
		return NULL;
	purchase->payment = (struct payment){
	    .gateway = method, .token = form_value(form, "payment_token")};
	if (text_equal(method, "saved"))
		return take_saved_card(request, form, purchase);
	if (text_equal(method, "card"))
		take_typed_card(request, form, purchase);
	return NULL;
}

/* A booking that cannot be paid now makes no token. */
static struct error *make_token(struct request *request,
    const struct booking *booking, struct purchase *purchase)
{
	if (!purchase->has_card)
		return NULL;
	if (booking->state == BOOKING_CONFIRMED ||
	    hold_check_live(booking, clock_now())) {
		card_wipe(&purchase->card);
		return NULL;
	}
	TRY(card_tokenise(&request->shop, &purchase->card, &purchase->token));
	purchase->payment.token = purchase->token.token;
	return NULL;
}

/* The purchase stands, whatever becomes of this. */
static void save_card(struct request *request, const struct purchase *purchase)
{
	struct error *error = NULL;

	if (purchase->saves && purchase->token.token)
		error = card_save(
		    &request->shop, &request->viewer, &purchase->token);
	if (error)
		log_warn("a card was not saved: %s", error->message);
}

/* Where the buyer goes on, once the payment is under way or done. */
static void go_on(struct request *request, const struct booking *booking,
    const struct purchase *purchase, const char *approve)
{
	if (*approve) {
		request_redirect(request, (struct url){approve});
		return;
	}
	if (booking->state == BOOKING_HELD) {
		checkout_go(request, "/checkout/{}");
		return;
	}
	save_card(request, purchase);
	checkout_go(request, "/tickets/{}?new=yes");
}

static struct error *pay(struct request *request, struct purchase *purchase,
    struct booking *booking, const char **approve)
{
	TRY(make_token(request, booking, purchase));
	return checkout_pay(&request->shop, request_param(request, "reference"),
	    &request->viewer, &purchase->payment, booking, approve);
}

struct error *checkout_take_payment(struct request *request)
{
	struct purchase purchase;
	struct booking booking;
	const char *approve;
	struct error *error;
	struct form form;

	TRY(booking_store_find(request->shop.db, request->shop.arena,
	    request_param(request, "reference"), &request->viewer, &booking));
	error = read_purchase(request, &form, &booking, &purchase);
	card_form_wipe(request);
	if (!error && !form_is_right(&form)) {
		card_wipe(&purchase.card);
		request->response.status = 400;
		return checkout_show(request, &form, NULL);
	}
	if (!error)
		error = pay(request, &purchase, &booking, &approve);
	if (!error) {
		go_on(request, &booking, &purchase, approve);
		return NULL;
	}
	card_wipe(&purchase.card);
	if (error_is(error, PAYMENT_PENDING_ERROR)) {
		checkout_go(request, "/checkout/{}");
		return NULL;
	}
	form_take_error(&form, error);
	return checkout_show_error(request, &form, error);
}
