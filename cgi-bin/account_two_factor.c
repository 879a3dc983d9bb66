/*
 * The second factor: switching it on and off, and the step of the login that
 * asks for it.
 */
#include "account.h"

#include "account/password.h"
#include "account/two_factor.h"
#include "base/clock.h"
#include "base/text.h"
#include "document/qr.h"
#include "web/sign_in.h"

#define PARKED_COOKIE "campuspass-second"

enum {
	CODE_LONGEST = 40 /* characters, with blanks between */
};

/* ---- the page ---- */

static const struct notice notices[] = {
    {"off", "Two-factor sign-in is off."},
};

static const struct form_field factor_fields[] = {
    {.name = "current",
	.label = "Your password",
	.type = "password",
	.autocomplete = "current-password",
	.missing = "Enter your password",
	.longest = PASSWORD_LONGEST},
    {.name = "code",
	.label = "Code",
	.hint = "Six digits from your app, or a recovery code",
	.autocomplete = "one-time-code",
	.missing = "Enter the code",
	.longest = CODE_LONGEST,
	.is_short = true},
};

/* The code as a picture; without one, the secret can still be typed. */
static struct html draw_code(struct request *request, const char *url)
{
	struct out out = {.arena = request->shop.arena};

	if (!*url ||
	    qr_write_svg(request->shop.arena, &out, url,
		"QR code for your authenticator app"))
		return (struct html){.markup = ""};
	return (struct html){.markup = out_string(&out)};
}

static struct error *show(struct request *request, const struct form *form,
    const struct error *error, const struct recovery_codes *codes)
{
	const struct shop *shop = &request->shop;
	struct account_two_factor_view view = {
	    .page = page_frame(request, "Two-factor sign-in"),
	    .box = page_problems(request, form, error),
	    .secret = page_secret(request, SECRET_PLAIN),
	    .password = form_field(form, "current"),
	    .code = form_field(form, "code"),
	    .notice = page_notice(request, notices, COUNT_OF(notices)),
	};
	struct two_factor state;

	TRY(two_factor_find(shop, &request->viewer, &state));
	view.is_on = state.is_on;
	view.has_begun = state.has_begun;
	if (state.has_begun)
		view.code.hint = "Six digits from your app";
	view.key = state.secret;
	view.picture = draw_code(request, state.url);
	view.codes_left = state.codes_left;
	if (codes)
		view.codes = (struct text_list){
		    .items = codes->items, .count = TWO_FACTOR_CODES};
	view.code.value = "";
	view.page.has_error = view.box.is_shown;
	view.page.on_account = true;
	view_account_two_factor(&request->response.body, &view);
	return NULL;
}

struct error *my_show_two_factor(struct request *request)
{
	struct form form;

	form_start(
	    &form, request->shop.arena, factor_fields, COUNT_OF(factor_fields));
	return show(request, &form, NULL, NULL);
}

/* Which of the two fields a form of the page has. */
enum asked {
	ASKS_PASSWORD = 1,
	ASKS_CODE = 2,
};

static bool read_form(struct request *request, int asked, struct form *form)
{
	form_read(form, request->shop.arena, factor_fields,
	    COUNT_OF(factor_fields), &request->form);
	if (!(asked & ASKS_PASSWORD))
		form_excuse(form, "current");
	if (!(asked & ASKS_CODE))
		form_excuse(form, "code");
	if (form_is_right(form))
		return true;
	request->response.status = 400;
	return false;
}

static struct error *refuse(
    struct request *request, struct form *form, struct error *error)
{
	if (!page_take_error(request, form, error))
		return error;
	return show(request, form, error, NULL);
}

struct error *my_begin_two_factor(struct request *request)
{
	struct error *error;
	struct form form;

	if (!read_form(request, ASKS_PASSWORD, &form))
		return show(request, &form, NULL, NULL);
	error = two_factor_begin(
	    &request->shop, &request->viewer, form_value(&form, "current"));
	if (error)
		return refuse(request, &form, error);
	my_go(request, "/account/two-factor");
	return NULL;
}

/* The codes stand in the answer to the form: they are shown once. */
struct error *my_confirm_two_factor(struct request *request)
{
	struct recovery_codes codes;
	struct error *error;
	struct form form;

	if (!read_form(request, ASKS_CODE, &form))
		return show(request, &form, NULL, NULL);
	error = two_factor_confirm(&request->shop, &request->viewer,
	    form_value(&form, "code"), &codes);
	if (error)
		return refuse(request, &form, error);
	return show(request, &form, NULL, &codes);
}

struct error *my_renew_codes(struct request *request)
{
	struct recovery_codes codes;
	struct error *error;
	struct form form;

	if (!read_form(request, ASKS_PASSWORD | ASKS_CODE, &form))
		return show(request, &form, NULL, NULL);
	error = two_factor_renew_codes(&request->shop, &request->viewer,
	    form_value(&form, "current"), form_value(&form, "code"), &codes);
	if (error)
		return refuse(request, &form, error);
	return show(request, &form, NULL, &codes);
}

struct error *my_end_two_factor(struct request *request)
{
	struct error *error;
	struct form form;

	if (!read_form(request, ASKS_PASSWORD | ASKS_CODE, &form))
		return show(request, &form, NULL, NULL);
	error = two_factor_switch_off(&request->shop, &request->viewer,
	    form_value(&form, "current"), form_value(&form, "code"));
	if (error)
		return refuse(request, &form, error);
	my_go(request, "/account/two-factor?done=off");
	return NULL;
}

/* ---- the login's second step ---- */

static const struct form_field login_fields[] = {
    {.name = "code",
	.label = "Code",
	.hint = "Six digits from your authenticator app, or one of your "
		"recovery codes",
	.autocomplete = "one-time-code",
	.missing = "Enter the code",
	.longest = CODE_LONGEST,
	.is_short = true},
};

static const struct link login_links[] = {
    {"Start again", {"/account/login"}},
};

static const struct my_page login_page = {
    .title = "Enter your code",
    .lead = "Your password is right. This account also asks for a code.",
    .action = "/account/login/code",
    .comes_back = true,
    .button = "Log in",
    .fields = login_fields,
    .field_count = COUNT_OF(login_fields),
    .links = {.items = login_links, .count = COUNT_OF(login_links)},
};

struct error *my_ask_code(
    struct request *request, const struct user *user, bool is_remembered)
{
	struct url next = my_next(request);
	const char *parked;

	TRY(two_factor_park(&request->shop, user, request_need_browser(request),
	    is_remembered, &parked));
	request_set_cookie(
	    request, PARKED_COOKIE, parked, TWO_FACTOR_PARK_MINUTES * MINUTE);
	if (url_is_set(next))
		request_redirect(request,
		    url_local(request->shop.arena,
			"/account/login/code?next={}", next.text));
	else
		my_go(request, "/account/login/code");
	return NULL;
}

struct error *my_show_code(struct request *request)
{
	struct form form;

	if (!*request_cookie(request, PARKED_COOKIE)) {
		my_go(request, "/account/login");
		return NULL;
	}
	my_start_form(request, &login_page, &form);
	my_show_form(request, &login_page, &form, NULL);
	return NULL;
}

static struct error *finish(
    struct request *request, const struct parked_login *login)
{
	struct user user;

	TRY(account_find(&request->shop, login->user_id, &user));
	request_set_cookie(request, PARKED_COOKIE, "", COOKIE_FORGET);
	TRY(sign_in_begin(request, &user, login->is_remembered));
	my_go_on(request, user.role);
	return NULL;
}

struct error *my_take_code(struct request *request)
{
	struct parked_login login;
	struct error *error;
	struct form form;

	my_read_form(request, &login_page, &form);
	error = two_factor_unpark(&request->shop,
	    request_cookie(request, PARKED_COOKIE), request->viewer.browser,
	    &login);
	if (error_is(error, ACCESS_ERROR)) {
		my_ask_login_again(request, error->message);
		return NULL;
	}
	if (error)
		return error;
	if (!form_is_right(&form)) {
		my_show_mistakes(request, &login_page, &form);
		return NULL;
	}
	error = two_factor_check(
	    &request->shop, login.user_id, form_value(&form, "code"));
	form_set(&form, "code", "");
	if (error)
		return my_refuse(request, &login_page, &form, error);
	return finish(request, &login);
}
