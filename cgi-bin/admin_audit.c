/*
 * The audit log: who did what, when, and what changed by it.
 */
#include "admin.h"

#include "base/clock.h"
#include "base/text.h"
#include "document/json.h"
#include "store/audit_store.h"
#include <inttypes.h>
#include <string.h>

enum {
	PAGE_SIZE = 50
};

static const struct form_field fields[] = {
    {.name = "what", .label = "What"},
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

	if (!value || json_is_null(value))
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
	    .at = {.at = line->created_at,
		.zone = request->shop.config->timezone,
		.style = WHEN_SHORT},
	    .who = *line->username ? line->username : "(operator)",
	    .action = line->action,
	    .subject = line->subject,
	    .url = subject_url(request, line->subject),
	    .event = line->event,
	    .changes = read_changes(request->shop.arena, line),
	};
}

static const char *chosen_subject(const struct form *form)
{
	for (size_t i = 0; i < COUNT_OF(subjects); i++)
		if (text_equal(subjects[i].value, form_value(form, "what")))
			return subjects[i].value;
	return "";
}

struct error *staff_show_audit(struct request *request)
{
	struct arena *arena = request->shop.arena;
	struct staff_audit_view view;
	struct audit_list list;
	struct audit_row *rows;
	const char *what;
	struct form form;
	int64_t before;
	size_t count;

	form_read(&form, arena, fields, COUNT_OF(fields), &request->query);
	TRY(staff_read_before(&form, &before));
	what = chosen_subject(&form);
	TRY(audit_store_list(request->shop.db, arena, &request->viewer, what,
	    before, PAGE_SIZE + 1, &list));
	count = list.count < PAGE_SIZE ? list.count : PAGE_SIZE;
	json_use(arena);
	rows = arena_array(arena, count, sizeof(*rows));
	for (size_t i = 0; i < count; i++)
		rows[i] = make_row(request, &list.items[i]);
	view = (struct staff_audit_view){
	    .page = staff_page(request, "Audit log", STAFF_AUDIT),
	    .what = staff_select(&form, "what", subjects, COUNT_OF(subjects)),
	    .lines = {.items = rows, .count = count},
	};
	if (before > 0)
		view.newest = url_local(arena, "/admin/audit?what={}", what);
	if (list.count > PAGE_SIZE)
		view.older = url_local(arena, "/admin/audit?what={}&before={}",
		    what,
		    arena_format(arena, "%" PRId64, list.items[count - 1].id));
	view_staff_audit(&request->response.body, &view);
	return NULL;
}
