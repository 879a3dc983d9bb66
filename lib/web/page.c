#include "web/page.h"

#include "base/text.h"
#include "base/token.h"
#include <cmark.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#ifndef STYLE_VERSION
#error                                                                         \
    "the build defines STYLE_VERSION as a string: what the style sheets hash to"
#endif

enum {
	FORM_KEY_LONGEST = 64
};

/* ---- the frame ---- */

struct form_secret_view page_secret(
    struct request *request, enum secret_kind kind)
{
	const char *key = request_form(request, "form_key");

	/* Ours are short: a longer one is not carried on. */
	if (kind == SECRET_CREATES && (!*key || strlen(key) > FORM_KEY_LONGEST))
		key = token_id(request->shop.arena);
	return (struct form_secret_view){
	    .csrf_token = request_csrf_token(request),
	    .form_key = kind == SECRET_CREATES ? key : "",
	};
}

struct page_view page_frame(struct request *request, const char *title)
{
	const struct config *config = request->shop.config;
	struct arena *arena = request->shop.arena;

	struct page_view view = {
	    .title = title,
	    .site_name = config->site_name,
	    .organiser = config->organiser,
	    .contact = config->contact,
	    .contact_url = *config->contact
		? url_outside(
		      arena, arena_format(arena, "mailto:%s", config->contact))
		: (struct url){.text = NULL},
	    .is_staff = request->viewer.role > ROLE_USER,
	    .stylesheet = {"/style.css?v=" STYLE_VERSION},
	};

	if (request->viewer.role >= ROLE_ORGANISER)
		view.office = (struct link){"Back office", {"/admin"}};
	else if (request->viewer.role == ROLE_DOOR)
		view.office = (struct link){"Doors", {"/door"}};
	if (request->viewer.role > ROLE_VISITOR) {
		view.is_signed_in = true;
		view.log_out = page_secret(request, SECRET_PLAIN);
	}
	return view;
}

struct page_view page_staff_frame(struct request *request, const char *title)
{
	struct page_view view = page_frame(request, title);

	view.more_style = (struct url){"/office.css?v=" STYLE_VERSION};
	return view;
}

/* ---- problems ---- */

/* Fields that a page says by its headers. */
static bool is_for_programs(const struct error_field *field)
{
	return text_equal(field->name, "allow") ||
	    text_equal(field->name, "retry_after");
}

static struct detail_list make_details(
    struct arena *arena, const struct error *error)
{
	struct detail *details =
	    arena_array(arena, error->field_count, sizeof(*details));
	size_t count = 0;

	for (size_t i = 0; i < error->field_count; i++)
		if (!is_for_programs(&error->fields[i]))
			details[count++] =
			    (struct detail){.label = error->fields[i].label,
				.value = *error->fields[i].value
				    ? error->fields[i].value
				    : "nothing"};
	return (struct detail_list){.items = details, .count = count};
}

static struct cause_list make_causes(
    struct arena *arena, const struct error *error)
{
	struct cause_view *causes;
	size_t count = 0;

	for (const struct error *at = error->cause; at; at = at->cause)
		count++;
	causes = arena_array(arena, count, sizeof(*causes));
	count = 0;
	for (const struct error *at = error->cause; at; at = at->cause)
		causes[count++] = (struct cause_view){
		    .name = error_kind_name(at->kind), .message = at->message};
	return (struct cause_list){.items = causes, .count = count};
}

void page_list_problems(
    struct problem_box_view *box, struct problem_list problems)
{
	box->is_shown = problems.count > 0;
	box->only = (struct problem){.text = ""};
	box->problems = problems;
	if (problems.count == 1) {
		box->only = problems.items[0];
		box->problems.count = 0;
	}
}

static struct problem_list one_problem(
    struct arena *arena, const struct error *error)
{
	struct problem *problem = ARENA_NEW(arena, struct problem);

	*problem = (struct problem){.text = error->message};
	return (struct problem_list){.items = problem, .count = 1};
}

struct problem_box_view page_problems(
    struct request *request, const struct form *form, const struct error *error)
{
	struct arena *arena = request->shop.arena;
	struct problem_box_view box = {.is_shown = false};

	if (form)
		page_list_problems(&box, form_problems(form));
	if (form && !error)
		error = form->error;
	if (box.is_shown)
		page_name_mistakes(request, &box);
	else if (error)
		page_list_problems(&box, one_problem(arena, error));
	box.is_folded = true;
	if (error) {
		box.kind = error_kind_name(error->kind);
		box.details = make_details(arena, error);
		box.causes = make_causes(arena, error);
		box.request_id = request_id(request);
	} else if (form) {
		box.details = form_details(form);
	}
	return box;
}

void page_name_mistakes(struct request *request, struct problem_box_view *box)
{
	box->is_shown = true;
	box->is_folded = true;
	box->kind = error_kind_name(VALIDATION_ERROR);
	box->request_id = request_id(request);
}

void page_set_status(struct request *request, const struct error *error)
{
	const char *wait = error_field_value(error, "retry_after");

	request->response.status = face_status(&page_face, error->kind);
	if (wait)
		request_header(request, "Retry-After", wait);
}

bool page_can_show(const struct error *error)
{
	return error_is(error, VALIDATION_ERROR) ||
	    error_is(error, AVAILABILITY_ERROR) ||
	    error_is(error, PAYMENT_ERROR) || error_is(error, STATE_ERROR) ||
	    error_is(error, RATE_LIMIT_ERROR);
}

bool page_take_error(
    struct request *request, struct form *form, const struct error *error)
{
	if (!page_can_show(error))
		return false;
	if (form)
		form_take_error(form, error);
	page_set_status(request, error);
	return true;
}

/* ---- the error page ---- */

static const struct kind_status page_statuses[] = {
    {VALIDATION_ERROR, 400},
    {AVAILABILITY_ERROR, 409},
    {PAYMENT_ERROR, 502},
    {PAYMENT_DECLINED_ERROR, 402},
    {PAYMENT_PENDING_ERROR, 409},
    {PAYMENT_OUTAGE_ERROR, 503},
    {LOGIN_ERROR, 303},
    {REQUEST_ERROR, 400},
    {CONFLICT_ERROR, 409},
};

/* What the error page says above and below the message. */
struct error_words {
	int status;
	const char *heading;
	const char *help;
};

static const struct error_words error_words[] = {
    {400, "That did not work", "Check what was entered and try again."},
    {402, "The payment was declined", "You can try another way to pay."},
    {403, "You may not open this page",
	"It is not for the account that you are signed in with. If you sent a "
	"form, go back, reload the page and send it again."},
    {404, "Page not found",
	"It may have moved, or the address may have a typing mistake. All "
	"events are on the first page."},
    {405, "This page cannot be asked in that way",
	"Go back and use the buttons and links of the page."},
    {409, "That is not available", "Somebody may have been faster."},
    {413, "That was too much", "Send less at once."},
    {429, "Too many requests", "Wait a moment and try again."},
    {502, "The payment service does not answer",
	"Nothing is lost. Try again in a few minutes."},
    {503, "Out of order for a moment",
	"Nothing is lost. Try again in a few seconds."},
};

/* Bookings and tickets are there for their owner alone. */
static const struct error_words own_words = {404, "Page not found",
    "It may belong to another browser or account. Log in with the account it "
    "was booked with, or let us mail you the way to your tickets."};

static const struct error_words state_words = {409, "That is not possible now",
    "It has changed since you opened the page, or was done already."};

static bool is_of_an_owner(const struct request *request)
{
	return text_starts_with(request->path, "/tickets/") ||
	    text_starts_with(request->path, "/checkout/");
}

static const struct error_words *find_words(
    const struct request *request, const struct error *error)
{
	int status = request->response.status;

	if (status == own_words.status && is_of_an_owner(request))
		return &own_words;
	if (error_is(error, STATE_ERROR))
		return &state_words;
	for (size_t i = 0; i < COUNT_OF(error_words); i++)
		if (error_words[i].status == status)
			return &error_words[i];
	return &error_words[0];
}

static struct link_list find_links(
    const struct request *request, const struct error_words *words)
{
	static const struct link links[] = {
	    {"All events", {"/"}},
	    {"My tickets", {"/tickets"}},
	};
	static const struct link own_links[] = {
	    {"Find your tickets", {"/tickets/find"}},
	    {"All events", {"/"}},
	    {"Log in", {"/account/login"}},
	};
	size_t count = COUNT_OF(own_links);

	if (words != &own_words)
		return (struct link_list){
		    .items = links, .count = COUNT_OF(links)};
	if (request->viewer.role > ROLE_VISITOR)
		count--;
	return (struct link_list){.items = own_links, .count = count};
}

static void render_error(struct request *request, const struct error *error)
{
	const struct error_words *words = find_words(request, error);
	const char *heading = words->heading;
	struct error_view view;

	if (error->kind == LOGIN_ERROR) {
		request_redirect(request,
		    url_local(request->shop.arena, "/account/login?next={}",
			request->come_back));
		return;
	}
	/* What is not there is named: "Event not found". */
	if (error_is(error, NOT_FOUND_ERROR))
		heading = error->message;
	view = (struct error_view){
	    .page = page_frame(request, heading),
	    .box = page_problems(request, NULL, error),
	    .heading = heading,
	    .help = words->help,
	    .links = find_links(request, words),
	};
	/* This page is there to say it. */
	view.box.is_folded = false;
	view.box.is_said = text_equal(heading, error->message);
	view.page.has_error = true;
	view_error(&request->response.body, &view);
}

const struct face page_face = {
    .statuses = page_statuses,
    .status_count = COUNT_OF(page_statuses),
    .fallback = 500,
    .render = render_error,
};

/* ---- small things ---- */

const char *page_notice(
    const struct request *request, const struct notice *notices, size_t count)
{
	const char *done = request_query(request, "done");

	if (request->method != METHOD_GET)
		return "";
	for (size_t i = 0; i < count; i++)
		if (text_equal(notices[i].done, done))
			return notices[i].says;
	return "";
}

struct renewal page_renewal(
    struct request *request, struct url here, int seconds)
{
	struct arena *arena = request->shop.arena;
	struct url live = url_with(arena, here, "live", "yes");

	if (!*request_query(request, "live"))
		return (struct renewal){.refresh = here, .live = live};
	request_header(request, "Refresh", arena_format(arena, "%d", seconds));
	return (struct renewal){.refresh = live};
}

struct html page_markdown(struct arena *arena, const char *text)
{
	char *html = cmark_markdown_to_html(
	    text, strlen(text), CMARK_OPT_DEFAULT | CMARK_OPT_SMART);
	struct html result = {.markup = arena_copy(arena, html)};

	free(html);
	return result;
}
