/*
 * Another name on a ticket, or another person (B10); and the tickets once
 * more by mail.
 */
#include "base/clock.h"
#include "base/text.h"
#include "booking/remind.h"
#include "booking/ticket.h"
#include "tickets.h"
#include "web/once.h"
#include "web/opened.h"
#include "web/page.h"
#include "web/present.h"

static const struct form_field fields[] = {
    {.name = "holder_name",
	.label = "Name",
	.hint = "As it should stand on the ticket",
	.autocomplete = "off",
	.missing = "Enter the name of who comes",
	.longest = 100},
    {.name = "holder_email",
	.label = "Their email address",
	.hint = "With it the ticket is theirs: they get the new code by mail, "
		"and you see it no more. Empty, only the name changes",
	.type = "email",
	.autocomplete = "off",
	.longest = EMAIL_LONGEST},
};

static struct error *show(
    struct request *request, const struct form *form, const struct error *error)
{
	struct arena *arena = request->shop.arena;
	const char *reference = request_param(request, "reference");
	const char *code = request_param(request, "code");
	struct transfer_view view;
	struct own own;

	TRY(tickets_find(request, code, &own));
	TRY(ticket_check_give(own.ticket, &request->viewer, clock_now()));
	view = (struct transfer_view){
	    .page = page_frame(
		request, arena_format(arena, "Pass on - %s", own.event.title)),
	    .box = page_problems(request, form, error),
	    .secret = page_secret(request, SECRET_CREATES),
	    .event = own.event.title,
	    .starts = present_when(&own.event, own.event.starts_at, WHEN_LONG),
	    .tier = own.ticket->tier_name,
	    .seat = own.ticket->seat,
	    .holder = own.ticket->holder_name,
	    .holder_name = form_field(form, "holder_name"),
	    .holder_email = form_field(form, "holder_email"),
	    .action =
		url_local(arena, "/tickets/{}/{}/transfer", reference, code),
	    .back = tickets_home(request, reference, code, NULL),
	};
	view.page.is_plain = true;
	view.page.has_error = view.box.is_shown;
	view_transfer(&request->response.body, &view);
	return NULL;
}

struct error *tickets_show_transfer(struct request *request)
{
	struct form form;

	form_start(&form, request->shop.arena, fields, COUNT_OF(fields));
	return show(request, &form, NULL);
}

/* Whoever keeps it needs the key of its new code. */
static void go_on(
    struct request *request, const char *old_holder, const struct ticket *given)
{
	const char *reference = request_param(request, "reference");
	bool is_kept = text_equal(old_holder, given->holder_email);

	if (is_kept && given->passed_on_at)
		opened_add(request, given->code);
	request_redirect(request,
	    tickets_home(request, reference, is_kept ? given->code : NULL,
		is_kept ? "renamed" : "passed-on"));
}

/* Sent twice: what the first made is what the second finds (B5). */
static struct error *find_given(
    struct request *request, const struct ticket_gift *gift, bool *is_given)
{
	const char *reference = request_param(request, "reference");
	struct ticket given;

	TRY(ticket_find_given(&request->shop, reference,
	    request_param(request, "code"), &request->viewer, gift, &given));
	*is_given = given.code != NULL;
	if (*is_given)
		go_on(request,
		    ticket_is_theirs(&given, &request->viewer)
			? given.holder_email
			: NULL,
		    &given);
	return NULL;
}

struct error *tickets_transfer(struct request *request)
{
	const char *code = request_param(request, "code");
	struct ticket_gift gift;
	struct ticket given;
	struct error *error;
	struct form form;
	struct own own;
	bool is_given;

	form_read(&form, request->shop.arena, fields, COUNT_OF(fields),
	    &request->form);
	gift = (struct ticket_gift){.name = form_value(&form, "holder_name"),
	    .email = form_value(&form, "holder_email"),
	    .form_key = once_form_key(request, "transfer")};
	TRY(find_given(request, &gift, &is_given));
	if (is_given)
		return NULL;
	TRY(tickets_find(request, code, &own));
	if (!form_is_right(&form)) {
		request->response.status = 400;
		return show(request, &form, NULL);
	}
	error = ticket_give(&request->shop, own.booking.reference, code,
	    &request->viewer, &gift, &given);
	if (!error) {
		go_on(request, own.ticket->holder_email, &given);
		return NULL;
	}
	if (!page_take_error(request, &form, error))
		return error;
	return show(request, &form, error);
}

struct error *tickets_resend(struct request *request)
{
	const char *reference = request_param(request, "reference");

	TRY(remind_tickets(&request->shop, reference, &request->viewer));
	request_redirect(
	    request, tickets_home(request, reference, NULL, "mailed"));
	return NULL;
}
