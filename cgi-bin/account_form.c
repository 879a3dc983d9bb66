/*
 * What the account's forms share: one page a form, mistakes beside the fields,
 * mailed secrets out of the address.
 */
#include "account.h"

#include "base/text.h"
#include <string.h>

static bool is_checkbox(const struct form_field *field)
{
	return text_equal(field->type, "checkbox");
}

static void fill_fields(struct arena *arena, const struct form *form,
    struct account_form_view *view)
{
	struct field_view *fields =
	    arena_array(arena, form->count, sizeof(*fields));
	struct field_view *checks =
	    arena_array(arena, form->count, sizeof(*checks));

	view->fields.items = fields;
	view->checks.items = checks;
	for (size_t i = 0; i < form->count; i++) {
		const struct form_field *field = &form->fields[i];

		if (is_checkbox(field))
			checks[view->checks.count++] =
			    form_field(form, field->name);
		else
			fields[view->fields.count++] =
			    form_field(form, field->name);
	}
}

struct url my_next(const struct request *request)
{
	const char *next = fields_get(&request->form, "next");

	/* A program may send the form to the address that it was led to. */
	if (!next)
		next = fields_get(&request->query, "next");
	return url_inside(request->shop.arena, next ? next : "");
}

void my_show_form(struct request *request, const struct my_page *page,
    const struct form *form, const struct error *error)
{
	struct account_form_view view = {
	    .page = page_frame(request, page->title),
	    .box = page_problems(request, form, error),
	    .secret = page_secret(
		request, page->creates ? SECRET_CREATES : SECRET_PLAIN),
	    .lead = page->lead,
	    .facts = page->facts,
	    .action = url_inside(request->shop.arena,
		page->action ? page->action : request->path),
	    .button = page->button,
	    .is_grave = page->is_grave,
	    .links = page->links,
	};

	fill_fields(request->shop.arena, form, &view);
	if (page->comes_back)
		view.next = my_next(request);
	view.page.has_error = view.box.is_shown;
	view.page.on_account = true;
	view_account_form(&request->response.body, &view);
}

void my_start_form(
    struct request *request, const struct my_page *page, struct form *form)
{
	form_start(form, request->shop.arena, page->fields, page->field_count);
}

void my_read_form(
    struct request *request, const struct my_page *page, struct form *form)
{
	form_read(form, request->shop.arena, page->fields, page->field_count,
	    &request->form);
}

void my_show_mistakes(struct request *request, const struct my_page *page,
    const struct form *form)
{
	request->response.status = 400;
	my_show_form(request, page, form, NULL);
}

struct error *my_refuse(struct request *request, const struct my_page *page,
    struct form *form, struct error *error)
{
	if (!page_take_error(request, form, error))
		return error;
	my_show_form(request, page, form, error);
	return NULL;
}

void my_go(struct request *request, const char *path)
{
	request_redirect(request, url_local(request->shop.arena, path));
}

/* ---- mailed links ---- */

/* What a secret is made of: safe in a cookie. */
static bool is_secret(const char *text)
{
	size_t length = strspn(text,
	    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
	    "0123456789-_.");

	return length > 0 && text[length] == '\0';
}

static const char *cookie_of(const struct request *request, const char *purpose)
{
	return arena_format(request->shop.arena, "campuspass-%s", purpose);
}

const char *my_link_secret(const struct request *request, const char *purpose)
{
	if (request->params[0].name)
		return request_param(request, "token");
	return request_cookie(request, cookie_of(request, purpose));
}

struct error *my_take_link(
    struct request *request, const char *purpose, int64_t seconds)
{
	const char *secret = request_param(request, "token");

	if (!is_secret(secret))
		return fail(NOT_FOUND_ERROR, "Page not found");
	request_set_cookie(
	    request, cookie_of(request, purpose), secret, seconds);
	request_redirect(
	    request, url_local(request->shop.arena, "/account/{}", purpose));
	return NULL;
}

void my_forget_link(struct request *request, const char *purpose)
{
	request_set_cookie(
	    request, cookie_of(request, purpose), "", COOKIE_FORGET);
}
