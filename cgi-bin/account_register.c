/*
 * Registering, and proving that the email address is one's own (R1, R2).
 */
#include "account.h"

#include "account/password.h"
#include "base/clock.h"
#include "base/text.h"
#include "web/once.h"
#include "web/pace.h"
#include "web/password_form.h"

/* ---- registering ---- */

static const struct form_field register_fields[] = {
    MY_NAME_FIELDS,
    {.name = "username",
	.label = "User name",
	.hint =
	    "3 to 30 letters, digits, dots, hyphens and underscores. Others "
	    "may see it.",
	.autocomplete = "username",
	.missing = "Choose a user name",
	.longest = 30},
    {.name = "email",
	.label = "Email address",
	.hint = "We send you a link to make sure that it is yours.",
	.type = "email",
	.autocomplete = "email",
	.inputmode = "email",
	.missing = "Enter your email address",
	.longest = EMAIL_LONGEST},
    PASSWORD_FORM_FIELDS("Password"),
    {.name = "promotions",
	.label = "Write to me about coming events",
	.hint = "You can stop that at any time.",
	.type = "checkbox"},
};

static const struct link register_links[] = {
    {"I have an account already", {"/account/login"}},
};

static const struct my_page register_page = {
    .title = "Create an account",
    .lead = "Your tickets in one place, on every device. You can also book "
	    "without an account.",
    .creates = true,
    .button = "Create account",
    .fields = register_fields,
    .field_count = COUNT_OF(register_fields),
    .links = {.items = register_links, .count = COUNT_OF(register_links)},
};

struct error *my_show_register(struct request *request)
{
	struct form form;

	my_start_form(request, &register_page, &form);
	my_show_form(request, &register_page, &form, NULL);
	return NULL;
}

struct error *my_register(struct request *request)
{
	struct registration registration;
	struct error *error;
	struct form form;

	my_read_form(request, &register_page, &form);
	password_form_check(&form);
	if (!form_is_right(&form)) {
		my_show_mistakes(request, &register_page, &form);
		return NULL;
	}
	registration = (struct registration){
	    .first_name = form_value(&form, "first_name"),
	    .last_name = form_value(&form, "last_name"),
	    .username = form_value(&form, "username"),
	    .email = form_value(&form, "email"),
	    .password = form_value(&form, "password"),
	    .wants_promotions = *form_value(&form, "promotions"),
	    .form_key = once_form_key(request, "register"),
	};
	error = pace_take_account(request);
	if (!error)
		error = account_register(&request->shop, &registration);
	if (error)
		return my_refuse(request, &register_page, &form, error);
	my_go(request, "/account/done/register");
	return NULL;
}

/* ---- the mailed link ---- */

/* The link names an account: it may be somebody else's mistake. */
static void show_verify(struct request *request, const struct user *user)
{
	const struct detail facts[] = {
	    {"Account", user->username},
	    {"Email address", user->email},
	};
	const struct my_page page = {
	    .title = "Confirm your email address",
	    .lead = "Are both yours? Then bookings that you made with the "
		    "address join the account.",
	    .button = "Yes, confirm",
	    .facts = {.items = facts, .count = COUNT_OF(facts)},
	};
	struct form form;

	my_start_form(request, &page, &form);
	my_show_form(request, &page, &form, NULL);
}

/* A link that does not work any more: say how to get another. */
static struct error *show_dead_link(
    struct request *request, struct error *error)
{
	static const struct link links[] = {
	    {"Log in and ask for a new link", {"/account"}},
	};
	struct message_view view = {
	    .page = page_frame(request, "The email address is not confirmed"),
	    .lead = error->message,
	    .links = {.items = links, .count = COUNT_OF(links)},
	};

	if (!error_is(error, STATE_ERROR))
		return error;
	page_set_status(request, error);
	view.page.has_error = true;
	view.page.on_account = true;
	view_message(&request->response.body, &view);
	return NULL;
}

/* Also of a newer address, which replaces the one so far. */
struct error *my_take_verify_link(struct request *request)
{
	return my_take_link(request, "verify", ACCOUNT_VERIFY_HOURS * HOUR);
}

struct error *my_show_verify(struct request *request)
{
	struct user user;
	struct error *error = account_check_verify(
	    &request->shop, my_link_secret(request, "verify"), &user);

	if (error)
		return show_dead_link(request, error);
	show_verify(request, &user);
	return NULL;
}

struct error *my_verify(struct request *request)
{
	struct error *error =
	    account_verify(&request->shop, my_link_secret(request, "verify"));

	if (error)
		return show_dead_link(request, error);
	my_forget_link(request, "verify");
	my_go(request, "/account/done/verify");
	return NULL;
}

struct error *my_send_verification(struct request *request)
{
	TRY(account_send_verification(&request->shop, request->viewer.user_id));
	my_go(request, "/account?done=send");
	return NULL;
}
