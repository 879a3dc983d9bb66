/*
 * The audit log: who did what, when, and what changed by it.
 */
#include "admin.h"

#include "base/clock.h"
#include "base/text.h"
#include "document/csv.h"
#include "document/json.h"
#include "store/audit_store.h"
#include "web/present.h"
#include <string.h>

enum {
	PAGE_SIZE = 50,
	FILE_MOST = 20 * 1000, /* lines; older ones by their dates */
};

static const struct form_field fields[] = {
    {.name = "what", .label = "What"},
    {.name = "person",
	.label = "Who",
	.hint = "User name, or a part of it",
	.type = "search"},
    {.name = "thing",
	.label = "Of what",
	.hint = "An event's address, a booking's reference ...",
	.type = "search"},
    {.name = "from", .label = "From", .type = "date"},
    {.name = "to", .label = "Until", .type = "date"},
    {.name = "before", .label = "Page", .has_no_input = true},
};

/* Beginnings of actions. */
static const struct option subjects[] = {
    {.value = "", .label = "Everything"},
    {.value = "event.", .label = "Events"},
    {.value = "booking.", .label = "Bookings"},
    {.value = "ticket.", .label = "Tickets"},
    {.value = "refund.", .label = "Refunds"},
    {.value = "queue.", .label = "Waiting lists"},
    {.value = "door.", .label = "Doors"},
    {.value = "mail.", .label = "Mail"},
    {.value = "user.", .label = "Users"},
    {.value = "settings.", .label = "Settings"},
};

/* Where a subject has its page: its first word, and what stands behind. */
static const struct {
	const char *word;
	const char *path;
	enum role role; /* who may open it */
} places[] = {
    {"event ", "/admin/events/{}", ROLE_ORGANISER},
    {"booking ", "/admin/bookings/{}", ROLE_ORGANISER},
    {"user ", "/admin/users/{}", ROLE_ADMIN},
};

static struct url subject_url(
    const struct request *request, const char *subject)
{
	for (size_t i = 0; i < COUNT_OF(places); i++)
		if (text_starts_with(subject, places[i].word) &&
		    request->viewer.role >= places[i].role)
			return url_local(request->shop.arena, places[i].path,
			    subject + strlen(places[i].word));
	return (struct url){.text = ""};
}

/* ---- values ---- */

/* A value as people read it; what is no text is shown as JSON. */
static const char *value_text(struct arena *arena, const json_t *value)
{
	struct out out = {.arena = arena};

	if (json_is_absent(value))
		return "";
	if (json_is_string(value))
		return json_string_value(value);
	return json_write(&out, value) ? out_string(&out) : "";
}

static bool has_name(
    const struct audit_change *changes, size_t count, const char *name)
{
	for (size_t i = 0; i < count; i++)
		if (text_equal(changes[i].name, name))
			return true;
	return false;
}

/* Each name that stands on one side or both. */
static struct audit_change_list read_changes(
    struct arena *arena, const struct audit_line *line)
{
	json_t *sides[] = {json_loads(line->before, 0, NULL),
	    json_loads(line->after, 0, NULL)};
	size_t most = json_object_size(sides[0]) + json_object_size(sides[1]);
	struct audit_change *changes =
	    arena_array(arena, most, sizeof(*changes));
	size_t count = 0;

	for (size_t i = 0; i < COUNT_OF(sides); i++) {
		const char *name;
		json_t *value;

		json_object_foreach(sides[i], name, value)
		{
			if (has_name(changes, count, name))
				continue;
			changes[count++] = (struct audit_change){
			    .name = name,
			    .before = value_text(
				arena, json_object_get(sides[0], name)),
			    .after = value_text(
				arena, json_object_get(sides[1], name)),
			};
		}
	}
	return (struct audit_change_list){.items = changes, .count = count};
}

/* ---- the page ---- */

static struct audit_row make_row(
    const struct request *request, const struct audit_line *line)
{
	return (struct audit_row){
	    .at = present_site_when(
		request->shop.config, line->created_at, WHEN_SHORT),
	    .who = *line->username ? line->username : "(operator)",
	    .action = line->action,
	    .subject = line->subject,
	    .url = subject_url(request, line->subject),
	    .event = line->event,
	    .changes = read_changes(request->shop.arena, line),
	    .reason = line->reason,
	};
}

/* A wrong date is noted in the form. */
static struct error *read_filter(
    struct request *request, struct form *form, struct audit_filter *filter)
{
	struct arena *arena = request->shop.arena;

	form_read(form, arena, fields, COUNT_OF(fields), &request->query);
	TRY(staff_check_choice(form, "what", subjects, COUNT_OF(subjects)));
	*filter = (struct audit_filter){
	    .action = form_value(form, "what"),
	    .person = text_trim(arena, form_value(form, "person")),
	    .thing = text_trim(arena, form_value(form, "thing")),
	    .from = staff_read_day(request, form, "from", 0),
	    .before = staff_read_day(request, form, "to", 1),
	};
	return staff_read_before(form, &filter->before_id);
}

static void fill_rows(struct request *request, const struct form *form,
    const struct audit_filter *filter, const struct audit_list *list,
    struct staff_audit_view *view)
{
	struct arena *arena = request->shop.arena;
	size_t count = list->count < PAGE_SIZE ? list->count : PAGE_SIZE;
	struct audit_row *rows = arena_array(arena, count, sizeof(*rows));

	json_use(arena);
	for (size_t i = 0; i < count; i++)
		rows[i] = make_row(request, &list->items[i]);
	view->lines = (struct audit_row_list){.items = rows, .count = count};
	view->pages = staff_turn_older(form, url_local(arena, "/admin/audit"),
	    filter->before_id,
	    list->count > PAGE_SIZE ? list->items[count - 1].id : 0);
}

struct error *staff_show_audit(struct request *request)
{
	struct arena *arena = request->shop.arena;
	struct staff_audit_view view;
	struct audit_filter filter;
	struct audit_list list;
	struct form form;

	TRY(read_filter(request, &form, &filter));
	filter.limit = PAGE_SIZE + 1; /* one more tells whether there is more */
	TRY(audit_store_list(
	    request->shop.db, arena, &request->viewer, &filter, &list));
	view = (struct staff_audit_view){
	    .page = staff_page(request, "Audit log", STAFF_AUDIT),
	    .what = staff_select(&form, "what", subjects, COUNT_OF(subjects)),
	    .person = form_field(&form, "person"),
	    .thing = form_field(&form, "thing"),
	    .from = form_field(&form, "from"),
	    .to = form_field(&form, "to"),
	    .file = staff_filtered(&form, url_local(arena, "/admin/audit.csv")),
	};
	fill_rows(request, &form, &filter, &list, &view);
	view.box = page_problems(request, &form, NULL);
	view.page.has_error = view.box.is_shown;
	if (view.box.is_shown)
		request->response.status = 400;
	view_staff_audit(&request->response.body, &view);
	return NULL;
}

/* ---- the file ---- */

struct error *staff_send_audit(struct request *request)
{
	static const char *const head[] = {"time", "who", "what", "of_what",
	    "event", "before", "after", "reason"};
	struct arena *arena = request->shop.arena;
	struct audit_filter filter;
	struct audit_list list;
	struct form form;

	TRY(read_filter(request, &form, &filter));
	if (!form_is_right(&form))
		return fail(
		    VALIDATION_ERROR, "%s", form_problems(&form).items[0].text);
	filter.limit = FILE_MOST;
	TRY(audit_store_list(
	    request->shop.db, arena, &request->viewer, &filter, &list));
	staff_begin_csv(request, "audit");
	csv_write_row(&request->response.body, head, COUNT_OF(head));
	for (size_t i = 0; i < list.count; i++) {
		const struct audit_line *line = &list.items[i];
		const char *const cells[] = {
		    clock_iso_utc(arena, line->created_at),
		    line->username,
		    line->action,
		    line->subject,
		    line->event,
		    line->before,
		    line->after,
		    line->reason,
		};

		csv_write_row(&request->response.body, cells, COUNT_OF(cells));
	}
	return NULL;
}
