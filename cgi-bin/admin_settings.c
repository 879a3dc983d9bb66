/*
 * The settings that can be changed in the browser. They are written into
 * campuspass.conf; every program sees them with its next page. Secrets are
 * neither shown nor changed here.
 */
#include "admin.h"

#include "base/clock.h"
#include "base/file.h"
#include "base/text.h"
#include "booking/audit.h"
#include "store/db.h"
#include "web/terms.h"
#include <string.h>

enum {
	TERMS_LONGEST = 32 * 1024 /* characters */
};

/* A field has the name of its key, but for the terms. */
static const struct form_field fields[] = {
    {.name = "site_name",
	.label = "Name of the site",
	.missing = "Enter a name for the site",
	.longest = 60},
    {.name = "organiser",
	.label = "Organiser",
	.hint =
	    "Who sells the tickets: in the footer, on tickets and in mails."},
    {.name = "contact",
	.label = "Contact",
	.hint = "Email address for visitors' questions.",
	.type = "email",
	.inputmode = "email",
	.longest = EMAIL_LONGEST},
    {.name = "map_url",
	.label = "Map",
	.hint = "Where \"Show on a map\" leads, with {latitude} and "
		"{longitude} in it.",
	.longest = 500},
    {.name = "currency",
	.label = "Currency of new events",
	.hint = "Three capital letters, like EUR.",
	.missing = "Enter a currency",
	.longest = 3,
	.is_short = true},
    {.name = "timezone",
	.label = "Time zone of new events and of reports",
	.hint = "Like Europe/Berlin.",
	.missing = "Enter a time zone",
	.longest = 60},
    {.name = "hold_minutes",
	.label = "Minutes that places are held while somebody pays",
	.inputmode = "numeric",
	.missing = "Enter a number of minutes",
	.is_short = true},
    {.name = "extend_minutes",
	.label = "Minutes that \"I need more time\" adds",
	.inputmode = "numeric",
	.missing = "Enter a number of minutes",
	.is_short = true},
    {.name = "extend_limit",
	.label = "How often a hold can be extended",
	.inputmode = "numeric",
	.missing = "Enter a number",
	.is_short = true},
    {.name = "later_hours",
	.label = "Hours that places are reserved for who pays later",
	.inputmode = "numeric",
	.missing = "Enter a number of hours",
	.is_short = true},
    {.name = "later_details",
	.label = "How they pay",
	.hint = "Bank account, hours of the box office: said to who chose it.",
	.longest = 300},
    {.name = "offer_minutes",
	.label = "Minutes that an offer of the waiting list lasts",
	.inputmode = "numeric",
	.missing = "Enter a number of minutes",
	.is_short = true},
    {.name = "quiet_from",
	.label = "Hour from which, at night, offers stand still",
	.hint = "0 to 23. The same hour twice: no quiet hours.",
	.inputmode = "numeric",
	.missing = "Enter an hour",
	.is_short = true},
    {.name = "quiet_to",
	.label = "Hour at which they go on",
	.inputmode = "numeric",
	.missing = "Enter an hour",
	.is_short = true},
    {.name = "mail_keep_days",
	.label = "Days that sent mails stay in the outbox",
	.hint = "0: for ever. What was not sent always stays.",
	.inputmode = "numeric",
	.missing = "Enter a number",
	.is_short = true},
    {.name = "mail_per_hour",
	.label = "Most mails in an hour",
	.hint = "0: no limit.",
	.inputmode = "numeric",
	.missing = "Enter a number",
	.is_short = true},
    {.name = "limits",
	.label = "Slow down who asks too often",
	.hint = "Leave it on: it is what slows down the guessing of passwords.",
	.type = "checkbox"},
    {.name = "terms",
	.label = "Terms of sale",
	.hint = "Markdown. Empty: the terms that come with CampusPass.",
	.type = "textarea",
	.longest = TERMS_LONGEST},
};

/* Which of them stand together: from the first to the next group's. */
static const struct {
	const char *legend;
	const char *first;
} groups[] = {
    {"The site", "site_name"},
    {"New events", "currency"},
    {"Holds", "hold_minutes"},
    {"Waiting lists", "offer_minutes"},
    {"Mail and limits", "mail_keep_days"},
    {"Terms", "terms"},
};

static const struct notice notices[] = {
    {"save", "The settings are saved."},
};

static bool is_terms(const struct form_field *field)
{
	return text_equal(field->name, "terms");
}

/* ---- the terms ---- */

/*
 * "" when there are none, or they are not to be changed here. False when
 * there are some that cannot be read: the log says why.
 */
static bool read_terms(const struct shop *shop, const char **text)
{
	*text = "";
	return !*terms_path(shop) || !terms_read(shop, text);
}

/* As files have it: the last line ends, too. */
static const char *plain_lines(struct arena *arena, const char *text)
{
	const char *result = text_trim(arena, text);

	return *result ? arena_format(arena, "%s\n", result) : "";
}

/* ---- showing ---- */

static void fill(const struct shop *shop, struct form *form)
{
	const char *terms;
	bool is_read = read_terms(shop, &terms);

	form_start(form, shop->arena, fields, COUNT_OF(fields));
	for (size_t i = 0; i < COUNT_OF(fields); i++)
		form_set(form, fields[i].name,
		    is_terms(&fields[i]) ? terms
					 : config_value(shop->arena,
					       shop->config, fields[i].name));
	if (!is_read)
		form_fail(form, "terms",
		    arena_format(shop->arena,
			"%s cannot be read, so nobody can see the terms. Left "
			"empty here it stays as it is; what you enter "
			"replaces it",
			terms_path(shop)));
}

static struct settings_group_list make_groups(const struct form *form)
{
	struct settings_group *made =
	    arena_array(form->arena, COUNT_OF(groups), sizeof(*made));
	struct staff_input_view *inputs =
	    arena_array(form->arena, COUNT_OF(fields), sizeof(*inputs));
	size_t count = 0;

	for (size_t i = 0; i < COUNT_OF(fields); i++) {
		if (count < COUNT_OF(groups) &&
		    text_equal(groups[count].first, fields[i].name)) {
			made[count] = (struct settings_group){
			    .legend = groups[count].legend,
			    .inputs = {.items = &inputs[i]}};
			count++;
		}
		inputs[i] = staff_input(form, fields[i].name);
		made[count - 1].inputs.count++;
	}
	return (struct settings_group_list){.items = made, .count = count};
}

static void show(
    struct request *request, const struct form *form, const struct error *error)
{
	struct staff_settings_view view = {
	    .page = staff_page(request, "Settings", STAFF_SETTINGS),
	    .box = page_problems(request, form, error),
	    .secret = page_secret(request, SECRET_PLAIN),
	    .notice = page_notice(request, notices, COUNT_OF(notices)),
	    .groups = make_groups(form),
	};
	const char *terms;

	view.terms_are_unread = !read_terms(&request->shop, &terms);
	view.page.has_error = view.box.is_shown;
	view_staff_settings(&request->response.body, &view);
}

struct error *staff_show_settings(struct request *request)
{
	struct form form;

	fill(&request->shop, &form);
	show(request, &form, NULL);
	return NULL;
}

/* ---- saving ---- */

/* What is different from how it was. */
struct difference {
	struct config_change changes[FORM_FIELDS_MOST + 1];
	size_t count;
	const char *terms; /* to be written; NULL: they stay */
	json_t *before;
	json_t *after;
};

static void add_change(const struct shop *shop, struct difference *difference,
    const char *key, const char *value)
{
	difference->changes[difference->count++] =
	    (struct config_change){.key = key, .value = value};
	json_object_set_new(difference->before, key,
	    json_string(config_value(shop->arena, shop->config, key)));
	json_object_set_new(difference->after, key, json_string(value));
}

/* The text itself is too long for the audit log. */
static void compare_terms(const struct request *request,
    const struct form *form, struct difference *difference)
{
	const struct shop *shop = &request->shop;
	const char *terms = plain_lines(shop->arena, form_value(form, "terms"));
	const char *old;
	bool is_read = read_terms(shop, &old);

	old = plain_lines(shop->arena, old);
	if (text_equal(old, terms))
		return;
	/* An empty field is no wish of who was not shown what there is. */
	if (!*terms && (!is_read || *request_form(request, "terms_unread")))
		return;
	difference->terms = terms;
	json_object_set_new(difference->before, "terms",
	    json_sprintf("%d characters", (int)text_length(old)));
	json_object_set_new(difference->after, "terms",
	    json_sprintf("%d characters", (int)text_length(terms)));
	if (*terms && !*shop->config->terms_file)
		add_change(shop, difference, "terms_file", TERMS_FILE);
	else if (!*terms)
		add_change(shop, difference, "terms_file", "");
}

static void compare(const struct request *request, const struct form *form,
    struct difference *difference)
{
	const struct shop *shop = &request->shop;

	*difference = (struct difference){.count = 0};
	json_use(shop->arena);
	difference->before = json_object();
	difference->after = json_object();
	for (size_t i = 0; i < COUNT_OF(fields); i++) {
		const char *key = fields[i].name;
		const char *value =
		    text_trim(shop->arena, form_value(form, key));

		if (is_terms(&fields[i]))
			continue;
		if (!text_equal(
			value, config_value(shop->arena, shop->config, key)))
			add_change(shop, difference, key, value);
	}
	compare_terms(request, form, difference);
}

/* The configuration's words begin with the key, which no page shows. */
static const char *in_words(struct arena *arena, const struct form_field *field,
    const struct error *error)
{
	size_t length = strlen(field->name);

	if (strncmp(error->message, field->name, length) != 0)
		return error->message;
	return arena_format(
	    arena, "%s%s", field->label, error->message + length);
}

/* Every field's own mistake, in words for people. */
static void check(const struct shop *shop, struct form *form)
{
	for (size_t i = 0; i < COUNT_OF(fields); i++) {
		const struct form_field *field = &fields[i];
		struct error *error;

		if (is_terms(field))
			continue;
		error = config_check(field->name,
		    text_trim(shop->arena, form_value(form, field->name)));
		if (!error)
			continue;
		form_fail(
		    form, field->name, in_words(shop->arena, field, error));
		form_take(form, field->name, error);
	}
	if (!*terms_path(shop) && *form_value(form, "terms"))
		form_fail(form, "terms",
		    "These stand in a file outside the data directory: change "
		    "it there");
}

static struct error *note(const struct request *request, const char *action,
    const struct difference *difference)
{
	const struct shop *shop = &request->shop;
	const struct audit audit = {
	    .action = action,
	    .subject = "settings",
	    .before = difference->before,
	    .after = difference->after,
	};

	return TRANSACTION(
	    shop->db, audit_in(shop, &request->viewer, &audit, clock_now()));
}

/* Files, so outside the transaction that notes what is about to change. */
static struct error *write_files(
    const struct shop *shop, const struct difference *difference)
{
	if (difference->terms && *difference->terms)
		TRY(file_replace(
		    shop->arena, terms_path(shop), difference->terms));
	return config_set(
	    shop->arena, shop->config, difference->changes, difference->count);
}

static struct error *save(
    const struct request *request, const struct form *form)
{
	struct difference difference;
	struct error *error;

	compare(request, form, &difference);
	if (difference.count == 0 && !difference.terms)
		return NULL;
	TRY(note(request, "settings.change", &difference));
	error = write_files(&request->shop, &difference);
	if (error)
		TRY(note(request, "settings.failed", &difference));
	return error;
}

struct error *staff_save_settings(struct request *request)
{
	struct error *error = NULL;
	struct form form;

	form_read(&form, request->shop.arena, fields, COUNT_OF(fields),
	    &request->form);
	if (!*form_value(&form, "limits"))
		form_set(&form, "limits", "no");
	check(&request->shop, &form);
	if (form_is_right(&form))
		error = save(request, &form);
	if (error && !form_take_error(&form, error))
		return error;
	if (form_is_right(&form)) {
		request_redirect(request,
		    url_local(
			request->shop.arena, "/admin/settings?done=save"));
		return NULL;
	}
	request->response.status = 400;
	show(request, &form, NULL);
	return NULL;
}
