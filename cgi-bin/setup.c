/*
 * setup: the pages on which the owner of an uploaded site sets it up, or
 * brings its data to a new version. See setup.h.
 */
#include "setup.h"

#include "base/config.h"
#include "base/text.h"
#include "base/token.h"
#include "programs.h"
#include "web/page.h"
#include "web/password_form.h"
#include <string.h>

#define TOKEN_HINT                                                             \
	"Look at the file setup-token in the folder campuspass-data, by FTP: " \
	"so we know that the site is yours."

static const struct form_field first_fields[] = {
    {.name = "token",
	.label = "Code",
	.hint = TOKEN_HINT,
	.autocomplete = "off",
	.missing = "Enter the code from the file setup-token"},
    {.name = "site_name",
	.label = "Name of the site",
	.hint = "At the top of every page.",
	.missing = "Enter a name for the site",
	.longest = 60},
    {.name = "base_url",
	.label = "Address of the site",
	.hint = "As visitors type it, with https:// and without a slash at "
		"its end. Links in mails begin with it.",
	.type = "url",
	.autocomplete = "url",
	.inputmode = "url",
	.missing = "Enter the address of the site"},
    {.name = "username",
	.label = "Your user name",
	.hint = "3 to 30 letters, digits, dots, hyphens and underscores.",
	.autocomplete = "username",
	.missing = "Choose a user name",
	.longest = 30},
    {.name = "email",
	.label = "Your email address",
	.type = "email",
	.autocomplete = "email",
	.inputmode = "email",
	.missing = "Enter your email address",
	.longest = EMAIL_LONGEST},
    PASSWORD_FORM_FIELDS("Password"),
};

/* An upgrade needs the code alone. */
enum {
	UPGRADE_FIELDS = 1
};

/* What a request is about. */
struct setup {
	const char *data;
	const char *token; /* that proves who asks */
	enum setup_state state;
};

static struct error *find_setup(struct request *request, struct setup *setup)
{
	TRY(setup_find_state(&request->shop, &setup->data, &setup->state));
	if (setup->state == SETUP_DONE)
		return fail(NOT_FOUND_ERROR, "Page not found");
	return setup_find_token(
	    request->shop.arena, setup->data, &setup->token);
}

static size_t count_fields(const struct setup *setup)
{
	return setup->state == SETUP_FIRST ? COUNT_OF(first_fields)
					   : UPGRADE_FIELDS;
}

static void show_form(struct request *request, const struct setup *setup,
    const struct form *form, const struct error *error)
{
	bool is_first = setup->state == SETUP_FIRST;
	struct arena *arena = request->shop.arena;
	size_t count = count_fields(setup);
	struct field_view *fields = arena_array(arena, count, sizeof(*fields));
	struct account_form_view view = {
	    .page = page_frame(
		request, is_first ? "Set up your box office" : "New version"),
	    .box = page_problems(request, form, error),
	    .secret = {.csrf_token = "", .form_key = ""},
	    .lead = is_first
		? "A few answers, and you can sell tickets. This page closes "
		  "for good afterwards."
		: "The program is newer than its data. Nothing is lost; keep "
		  "a copy of the folder campuspass-data all the same.",
	    .action = url_local(arena, "/setup"),
	    .button = is_first ? "Set up" : "Upgrade",
	    .fields = {.items = fields, .count = count},
	};

	for (size_t i = 0; i < count; i++)
		fields[i] = form_field(form, first_fields[i].name);
	view.page.has_error = view.box.is_shown;
	view.page.is_plain = true;
	view.page.is_alone = true;
	view_account_form(&request->response.body, &view);
}

static struct error *show_setup(struct request *request)
{
	struct setup setup;
	struct form form;

	TRY(find_setup(request, &setup));
	form_start(
	    &form, request->shop.arena, first_fields, count_fields(&setup));
	show_form(request, &setup, &form, NULL);
	return NULL;
}

/* ---- the answers ---- */

static bool is_address(const char *url)
{
	return (text_starts_with(url, "https://") ||
		   text_starts_with(url, "http://")) &&
	    url[strlen(url) - 1] != '/' && !strpbrk(url, " \"<>#?");
}

static void check_answers(struct form *form, const struct setup *setup)
{
	if (*form_value(form, "token") &&
	    !token_equal(form_value(form, "token"), setup->token))
		form_fail(form, "token",
		    "That is not the code in the file setup-token");
	if (setup->state != SETUP_FIRST)
		return;
	if (!is_address(form_value(form, "base_url")))
		form_fail(form, "base_url",
		    "Enter an address like https://tickets.example.org, "
		    "without a slash at its end");
	password_form_check(form);
}

static struct error *carry_out(
    struct request *request, const struct setup *setup, const struct form *form)
{
	const struct setup_answers answers = {
	    .site_name = form_value(form, "site_name"),
	    .base_url = form_value(form, "base_url"),
	    .admin = {.first_name = "",
		.last_name = "",
		.username = form_value(form, "username"),
		.email = form_value(form, "email"),
		.password = form_value(form, "password")},
	};

	return setup_make_site(request->shop.arena, setup->data, &answers);
}

static struct error *take_answers(struct request *request)
{
	struct setup setup;
	struct form form;
	struct error *error;

	TRY(find_setup(request, &setup));
	form_read(&form, request->shop.arena, first_fields,
	    count_fields(&setup), &request->form);
	check_answers(&form, &setup);
	if (!form_is_right(&form)) {
		request->response.status = 400;
		show_form(request, &setup, &form, NULL);
		return NULL;
	}
	error = setup.state == SETUP_FIRST
	    ? carry_out(request, &setup, &form)
	    : setup_upgrade(request->shop.arena, setup.data);
	if (error && page_take_error(request, &form, error)) {
		show_form(request, &setup, &form, error);
		return NULL;
	}
	if (error)
		return error;
	request_redirect(
	    request, url_local(request->shop.arena, "/account/login"));
	return NULL;
}

/* While nothing is set up every visitor's first page is this one. */
static struct error *go_to_setup(struct request *request)
{
	request_redirect(request, url_local(request->shop.arena, "/setup"));
	return NULL;
}

static bool is_due(void)
{
	struct arena arena = ARENA_EMPTY;
	const char *data;
	bool is_due = !config_find_data(&arena, &data) &&
	    !setup_has_database(&arena, data);

	arena_close(&arena);
	return is_due;
}

/* The code from the file proves each POST: no other site knows it. */
static const struct route routes[] = {
    {METHOD_GET, "/", go_to_setup, ACCESS_ANYONE, OWNER_NOTHING},
    {METHOD_GET, "/setup", show_setup, ACCESS_ANYONE, OWNER_NOTHING},
    {METHOD_POST, "/setup", take_answers, ACCESS_ANYONE, OWNER_NOTHING,
	CSRF_NONE},
};

const struct program setup_program = {
    .name = "setup",
    .face = &page_face,
    .routes = routes,
    .route_count = COUNT_OF(routes),
    .works_without_shop = true,
    .is_due = is_due,
};
