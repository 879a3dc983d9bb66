/*
 * The pages of program checkout, by subject, and what they share. What
 * happens between a gateway and us is checkout_return.h's.
 */
#ifndef CHECKOUT_H
#define CHECKOUT_H

#include "model/booking.h"
#include "web/form.h"
#include "web/request.h"

/* ---- checkout_form.c: the page with its form ---- */

/* An empty form of the checkout, or one as the browser sent it. */
void checkout_start_form(struct request *request, struct form *form);
void checkout_read_form(struct request *request, struct form *form);

/*
 * How to pay, as the form says it: the name of a gateway, "card", "saved",
 * "later". A form that names none means the way whose fields it fills in, or
 * the only one there is; else "".
 */
MUST_CHECK struct error *checkout_method(struct request *request,
    const struct form *form, const struct booking *booking,
    const char **method);

/* Answer with the page of the booking in the path. */
MUST_CHECK struct error *checkout_show(struct request *request,
    const struct form *form, const struct error *error);

/* An error of an action: on the page where that helps, else its own page. */
MUST_CHECK struct error *checkout_show_error(
    struct request *request, const struct form *form, struct error *error);

/* Answer 303 to a path with the booking's reference for {}. */
void checkout_go(struct request *request, const char *pattern);

/* ---- checkout_pay.c ---- */

/* POST /checkout/{reference} */
MUST_CHECK struct error *checkout_take_payment(struct request *request);

#endif
