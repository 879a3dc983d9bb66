/*
 * Logging in and out (R3, R4).
 */
#include "account.h"

#include "base/text.h"
#include "web/sign_in.h"

static const struct form_field login_fields[] = {
    {.name = "login",
	.label = "User name or email address",
	.autocomplete = "username",
	.missing = "Enter your user name or email address",
	.longest = EMAIL_LONGEST},
    {.name = "password",
	.label = "Password",
	.type = "password",
	.autocomplete = "current-password",
	.missing = "Enter your password"},
    {.name = "remember",
	.label = "Keep me signed in on this device",
	.hint = "Not on a device that others use.",
	.type = "checkbox"},
};

static const struct link login_links[] = {
    {"I have forgotten my password", {"/account/forgot"}},
    {"Create an account", {"/account/register"}},
};

static const struct my_page login_page = {
    .title = "Log in",
    .lead = "",
    .action = "/account/login",
    .comes_back = true,
    .button = "Log in",
    .fields = login_fields,
    .field_count = COUNT_OF(login_fields),
    .links = {.items = login_links, .count = COUNT_OF(login_links)},
};

void my_go_on(struct request *request, enum role role)
{
	struct url next = my_next(request);

	if (url_is_set(next))
		request_redirect(request, next);
	else if (role >= ROLE_ORGANISER)
		my_go(request, "/admin");
	else
		my_go(request, role == ROLE_DOOR ? "/door" : "/account");
}

struct error *my_show_login(struct request *request)
{
	struct form form;

	if (request->viewer.role > ROLE_VISITOR) {
		my_go_on(request, request->viewer.role);
		return NULL;
	}
	my_start_form(request, &login_page, &form);
	my_show_form(request, &login_page, &form, NULL);
	return NULL;
}

void my_ask_login_again(struct request *request, const char *why)
{
	struct form form;

	my_start_form(request, &login_page, &form);
	form_fail(&form, "login", why);
	my_show_mistakes(request, &login_page, &form);
}

struct error *my_log_in(struct request *request)
{
	struct error *error;
	struct user user;
	struct form form;

	my_read_form(request, &login_page, &form);
	if (!form_is_right(&form)) {
		my_show_mistakes(request, &login_page, &form);
		return NULL;
	}
	error = account_log_in(&request->shop, form_value(&form, "login"),
	    form_value(&form, "password"), request->remote, &user);
	if (error && error->kind == ACCESS_ERROR) {
		page_set_status(request, error);
		form_take(&form, "login", error);
		my_show_form(request, &login_page, &form, NULL);
		return NULL;
	}
	if (error)
		return my_refuse(request, &login_page, &form, error);
	if (user.two_factor_at)
		return my_ask_code(
		    request, &user, *form_value(&form, "remember"));
	TRY(sign_in_begin(request, &user, *form_value(&form, "remember")));
	my_go_on(request, user.role);
	return NULL;
}

struct error *my_log_out(struct request *request)
{
	TRY(sign_in_end(request));
	my_go(request, "/account/done/logout");
	return NULL;
}
