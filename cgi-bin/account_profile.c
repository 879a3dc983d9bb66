/*
 * One's own details and password (R7).
 */
#include "account.h"

#include "account/password.h"
#include "base/clock.h"
#include "base/text.h"
#include "web/password_form.h"
#include "web/present.h"

/* ---- the details ---- */

static const struct form_field detail_fields[] = {
    MY_NAME_FIELDS,
    {.name = "username",
	.label = "User name",
	.autocomplete = "username",
	.missing = "Choose a user name",
	.longest = 30},
    {.name = "email",
	.label = "Email address",
	.hint = "A new address is used once you have followed the link that we "
		"send to it.",
	.type = "email",
	.autocomplete = "email",
	.inputmode = "email",
	.missing = "Enter your email address",
	.longest = EMAIL_LONGEST},
    {.name = "current",
	.label = "Current password",
	.hint = "For another email address, so that nobody else takes the "
		"account.",
	.type = "password",
	.autocomplete = "current-password",
	.longest = PASSWORD_LONGEST},
    {.name = "promotions",
	.label = "Write to me about coming events",
	.type = "checkbox"},
};

/* The other pages of an account. */
static const struct link account_links[] = {
    {"My tickets", {"/tickets"}},
    {"Your cards", {"/account/cards"}},
    {"Change password", {"/account/password"}},
    {"Two-factor sign-in", {"/account/two-factor"}},
    {"Your sessions", {"/account/sessions"}},
    {"Your data", {"/account/data"}},
    {"Delete the account", {"/account/delete"}},
};

static const struct notice notices[] = {
    {"save", "Your details are saved."},
    {"mail",
	"Your details are saved. We have sent a link to the new email address; "
	"it is used once you have followed it."},
    {"send", "We have sent the link. Look at your mail."},
    {"password", "Your password is changed."},
};

static const char *role_name(enum role role)
{
	switch (role) {
	case ROLE_DOOR:
		return "Door staff";
	case ROLE_ORGANISER:
		return "Organiser";
	case ROLE_ADMIN:
		return "Administrator";
	case ROLE_VISITOR:
	case ROLE_USER:
	default:
		return "";
	}
}

static struct field_view_list list_inputs(
    struct arena *arena, const struct form *form)
{
	static const char *const names[] = {
	    "first_name", "last_name", "username", "email", "current"};
	struct field_view *fields =
	    arena_array(arena, COUNT_OF(names), sizeof(*fields));

	for (size_t i = 0; i < COUNT_OF(names); i++)
		fields[i] = form_field(form, names[i]);
	return (struct field_view_list){
	    .items = fields, .count = COUNT_OF(names)};
}

static void show(struct request *request, const struct user *user,
    const struct form *form, const struct error *error)
{
	const struct shop *shop = &request->shop;
	struct account_view view = {
	    .page = page_frame(request, "Your account"),
	    .box = page_problems(request, form, error),
	    .secret = page_secret(request, SECRET_PLAIN),
	    .notice = page_notice(request, notices, COUNT_OF(notices)),
	    .username = user->username,
	    .role = role_name(user->role),
	    .since =
		present_site_when(shop->config, user->created_at, WHEN_DATE),
	    .is_verified = user->verified_at,
	    .needs_two_factor = user->role > ROLE_USER && !user->two_factor_at,
	    .fields = list_inputs(shop->arena, form),
	    .promotions = form_field(form, "promotions"),
	    .links = {.items = account_links, .count = COUNT_OF(account_links)},
	};

	view.page.has_error = view.box.is_shown;
	view.page.on_account = true;
	view_account(&request->response.body, &view);
}

struct error *my_show_account(struct request *request)
{
	struct user user;
	struct form form;

	TRY(account_find(&request->shop, request->viewer.user_id, &user));
	form_start(
	    &form, request->shop.arena, detail_fields, COUNT_OF(detail_fields));
	form_set(&form, "first_name", user.first_name);
	form_set(&form, "last_name", user.last_name);
	form_set(&form, "username", user.username);
	form_set(&form, "email", user.email);
	form_set(&form, "promotions", user.promotions_at ? "yes" : "");
	show(request, &user, &form, NULL);
	return NULL;
}

/* The details as typed, with what was wrong. */
static struct error *show_again(
    struct request *request, struct form *form, struct error *error)
{
	struct user user;

	request->response.status = 400;
	if (error && !page_take_error(request, form, error))
		return error;
	TRY(account_find(&request->shop, request->viewer.user_id, &user));
	show(request, &user, form, error);
	return NULL;
}

struct error *my_change_account(struct request *request)
{
	struct account_details details;
	struct error *error;
	bool is_mailed;
	struct form form;

	form_read(&form, request->shop.arena, detail_fields,
	    COUNT_OF(detail_fields), &request->form);
	if (!form_is_right(&form))
		return show_again(request, &form, NULL);
	details = (struct account_details){
	    .first_name = form_value(&form, "first_name"),
	    .last_name = form_value(&form, "last_name"),
	    .username = form_value(&form, "username"),
	    .email = form_value(&form, "email"),
	    .wants_promotions = *form_value(&form, "promotions"),
	    .current = form_value(&form, "current"),
	};
	error = account_change(
	    &request->shop, request->viewer.user_id, &details, &is_mailed);
	if (error)
		return show_again(request, &form, error);
	my_go(request, is_mailed ? "/account?done=mail" : "/account?done=save");
	return NULL;
}

/* ---- the password ---- */

static const struct form_field password_fields[] = {
    {.name = "current",
	.label = "Current password",
	.type = "password",
	.autocomplete = "current-password",
	.missing = "Enter your current password",
	.longest = PASSWORD_LONGEST},
    PASSWORD_FORM_FIELDS("New password"),
    {.name = "keep",
	.label = "Stay signed in on my other devices",
	.hint = "Leave this empty if somebody may know the old password.",
	.type = "checkbox"},
};

static const struct link password_links[] = {
    {"Back to your account", {"/account"}},
};

static const struct my_page password_page = {
    .title = "Change password",
    .lead = "",
    .button = "Change the password",
    .fields = password_fields,
    .field_count = COUNT_OF(password_fields),
    .links = {.items = password_links, .count = COUNT_OF(password_links)},
};

struct error *my_show_password(struct request *request)
{
	struct form form;

	my_start_form(request, &password_page, &form);
	my_show_form(request, &password_page, &form, NULL);
	return NULL;
}

struct error *my_change_password(struct request *request)
{
	struct error *error;
	struct form form;

	my_read_form(request, &password_page, &form);
	password_form_check(&form);
	if (!form_is_right(&form)) {
		my_show_mistakes(request, &password_page, &form);
		return NULL;
	}
	error = account_change_password(&request->shop, &request->viewer,
	    form_value(&form, "current"), form_value(&form, "password"),
	    *form_value(&form, "keep"));
	if (error)
		return my_refuse(request, &password_page, &form, error);
	my_go(request, "/account?done=password");
	return NULL;
}
