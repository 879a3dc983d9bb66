/*
 * Card form: the fields of a payment card, at the checkout and among one's
 * saved cards alike, and what keeps the number off every page.
 *
 * A form's table takes CARD_FORM_FIELDS among its rows. The number is read
 * where the browser's bytes lie and wiped there: it is shown on no page
 * again, not even where it was typed.
 */
#ifndef WEB_CARD_FORM_H
#define WEB_CARD_FORM_H

#include "account/card.h"
#include "web/form.h"
#include "web/request.h"

/* Rows of a form's table. Which ones must be filled in, card_read() says. */
#define CARD_FORM_FIELDS                                                       \
	{.name = "card_number",                                                \
	    .label = "Card number",                                            \
	    .autocomplete = "cc-number",                                       \
	    .inputmode = "numeric",                                            \
	    .longest = 40},                                                    \
	    {.name = "expiration_date",                                        \
		.label = "Expiry date",                                        \
		.hint = "As the card has it, like 04/30, or 2030-04",          \
		.autocomplete = "cc-exp",                                      \
		.longest = 20,                                                 \
		.is_short = true},                                             \
	    {.name = "cardholder_name",                                        \
		.label = "Name on the card",                                   \
		.autocomplete = "cc-name",                                     \
		.longest = CARD_HOLDER_LONGEST},                               \
	    {.name = "card_type",                                              \
		.label = "Card type",                                          \
		.autocomplete = "cc-type",                                     \
		.longest = 40},                                                \
	{                                                                      \
		.name = "billing_address", .label = "Billing address",         \
		.hint = "Street, postcode, town and country",                  \
		.autocomplete = "billing address-line1",                       \
		.longest = CARD_ADDRESS_LONGEST                                \
	}

/*
 * What the view card_form.html shows of them. Where cards go to a simulation
 * it says so, and which number pays: nobody should type a real one.
 */
struct card_form_view card_form_show(
    const struct form *form, const struct config *config);

/*
 * Read the card of the request's form, before card_form_wipe(). Mistakes are
 * noted in the form; false if there are any.
 */
bool card_form_read(
    const struct request *request, struct form *form, struct card *card);

/*
 * Overwrite the number in the request: in its field, in the body, and
 * wherever else somebody typed one. Every page that takes a card calls it
 * before it shows anything.
 */
void card_form_wipe(struct request *request);

#endif
