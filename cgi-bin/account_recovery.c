/*
 * A forgotten password: a mailed link, and a new one.
 */
#include "account.h"

#include "account/password.h"
#include "base/clock.h"
#include "base/text.h"
#include "web/pace.h"
#include "web/password_form.h"

/* ---- asking for the link ---- */

static const struct form_field forgot_fields[] = {
    {.name = "email",
	.label = "Email address of your account",
	.type = "email",
	.autocomplete = "email",
	.inputmode = "email",
	.missing = "Enter your email address",
	.longest = EMAIL_LONGEST},
};

static const struct link forgot_links[] = {
    {"Log in", {"/account/login"}},
};

static const struct my_page forgot_page = {
    .title = "Forgotten password",
    .lead = "We send you a link to choose a new one.",
    .action = "/account/forgot",
    .button = "Send me the link",
    .fields = forgot_fields,
    .field_count = COUNT_OF(forgot_fields),
    .links = {.items = forgot_links, .count = COUNT_OF(forgot_links)},
};

struct error *my_show_forgot(struct request *request)
{
	struct form form;

	my_start_form(request, &forgot_page, &form);
	my_show_form(request, &forgot_page, &form, NULL);
	return NULL;
}

static void check_email(struct request *request, struct form *form)
{
	struct arena *arena = request->shop.arena;
	const char *reason;
	char *email;

	if (!text_email(arena, form_value(form, "email"), &email, &reason))
		form_fail(form, "email",
		    arena_format(arena, "The email address %s", reason));
}

struct error *my_forgot(struct request *request)
{
	struct error *error;
	struct form form;

	my_read_form(request, &forgot_page, &form);
	check_email(request, &form);
	if (!form_is_right(&form)) {
		my_show_mistakes(request, &forgot_page, &form);
		return NULL;
	}
	error = pace_take_account(request);
	if (!error)
		error =
		    account_forgot(&request->shop, form_value(&form, "email"));
	if (error)
		return my_refuse(request, &forgot_page, &form, error);
	my_go(request, "/account/done/forgot");
	return NULL;
}

/* ---- following it ---- */

static const struct form_field reset_fields[] = {
    PASSWORD_FORM_FIELDS("New password"),
};

static const struct my_page reset_page = {
    .title = "Choose a new password",
    .lead = "Afterwards you are signed out everywhere and log in with the new "
	    "one.",
    .button = "Save the new password",
    .fields = reset_fields,
    .field_count = COUNT_OF(reset_fields),
};

struct error *my_take_reset_link(struct request *request)
{
	return my_take_link(request, "reset", ACCOUNT_RESET_MINUTES * MINUTE);
}

/* A link that does not work any more: offer another one. */
static struct error *offer_link(struct request *request, struct error *error)
{
	struct form form;

	if (!error_is(error, STATE_ERROR))
		return error;
	my_start_form(request, &forgot_page, &form);
	return my_refuse(request, &forgot_page, &form, error);
}

struct error *my_show_reset(struct request *request)
{
	struct error *error = account_check_reset(
	    &request->shop, my_link_secret(request, "reset"));
	struct form form;

	if (error)
		return offer_link(request, error);
	my_start_form(request, &reset_page, &form);
	my_show_form(request, &reset_page, &form, NULL);
	return NULL;
}

struct error *my_reset(struct request *request)
{
	struct error *error;
	struct form form;

	my_read_form(request, &reset_page, &form);
	password_form_check(&form);
	if (!form_is_right(&form)) {
		my_show_mistakes(request, &reset_page, &form);
		return NULL;
	}
	error = account_reset(&request->shop, my_link_secret(request, "reset"),
	    form_value(&form, "password"));
	if (error && error_is(error, STATE_ERROR))
		return offer_link(request, error);
	if (error)
		return my_refuse(request, &reset_page, &form, error);
	my_forget_link(request, "reset");
	my_go(request, "/account/done/reset");
	return NULL;
}
