/*
 * Book: choosing places, and waiting for them. Each function answers one
 * route of book.c.
 */
#ifndef BOOK_H
#define BOOK_H

#include "booking/order.h"
#include "web/form.h"
#include "web/request.h"

/* book_places.c */
MUST_CHECK struct error *book_show_form(struct request *request);
MUST_CHECK struct error *book_place(struct request *request);

/* book_queue.c */
MUST_CHECK struct error *book_show_queue(struct request *request);
MUST_CHECK struct error *book_join_queue(struct request *request);
MUST_CHECK struct error *book_show_entry(struct request *request);
MUST_CHECK struct error *book_leave_queue(struct request *request);
MUST_CHECK struct error *book_accept_offer(struct request *request);
MUST_CHECK struct error *book_show_summary(struct request *request);

/* ---- shared by both forms: book_form.c ---- */

/*
 * Fields of both forms: tier, quantity, name, email. With seats to choose
 * from, tier and quantity can stay empty, and each tier without seats has a
 * quantity of its own, "places-TIER".
 */
enum form_kind {
	FORM_PLACES,
	FORM_SEATS,
};
void book_read_form(struct request *request, enum form_kind kind,
    const struct event *event, struct form *form);

/* Empty, but for what the account of whoever is signed in knows. */
MUST_CHECK struct error *book_start_form(struct request *request,
    enum form_kind kind, const struct event *event, struct form *form);

/*
 * Note more than remain at the field "places-TIER" that asked for it. False
 * when none did.
 */
bool book_take_beside(struct form *form, const struct error *error);

/* The fields "places-TIER" of a form, if it has any. */
struct field_view_list book_beside_fields(const struct form *form);

/*
 * The form's values as an order; every value that is wrong is a mistake of
 * the form. The tier is not checked here. The result is the first mistake as
 * an error, or NULL.
 */
const struct error *book_read_order(
    struct request *request, struct form *form, struct order *order);

/* Whether sold-out tiers can be chosen. */
enum tier_choice {
	CHOOSE_AVAILABLE, /* sold-out ones are shown, but disabled */
	CHOOSE_CLASS,     /* all, and "any" */
};

/* The tiers as radio buttons; the first one's id is the field's. */
struct field_view book_tier_field(struct request *request,
    const struct form *form, const struct event *event,
    enum tier_choice choice);

#endif
