/*
 * What all pages of the back office share.
 */
#include "admin.h"

#include "base/clock.h"
#include "base/text.h"
#include "booking/hold.h"
#include "store/event_store.h"

struct section {
	enum staff_section id;
	const char *text;
	const char *path;
	enum role role; /* who sees it */
};

static const struct section sections[] = {
    {STAFF_DASHBOARD, "Dashboard", "/admin", ROLE_ORGANISER},
    {STAFF_EVENTS, "Events", "/admin/events", ROLE_ORGANISER},
    {STAFF_BOOKINGS, "Bookings", "/admin/bookings", ROLE_ORGANISER},
    {STAFF_VENUES, "Venues", "/admin/venues", ROLE_ORGANISER},
    {STAFF_REPORTS, "Reports", "/admin/reports", ROLE_ORGANISER},
    {STAFF_MAIL, "Mail", "/admin/mail", ROLE_ORGANISER},
    {STAFF_USERS, "Users", "/admin/users", ROLE_ADMIN},
    {STAFF_SETTINGS, "Settings", "/admin/settings", ROLE_ADMIN},
    {STAFF_WEBHOOKS, "Webhooks", "/admin/webhooks", ROLE_ORGANISER},
    {STAFF_AUDIT, "Audit", "/admin/audit", ROLE_ORGANISER},
    {STAFF_CHECK, "Check", "/admin/check", ROLE_ADMIN},
};

struct page_view staff_page(
    struct request *request, const char *title, enum staff_section section)
{
	struct arena *arena = request->shop.arena;
	struct nav_link *links =
	    arena_array(arena, COUNT_OF(sections), sizeof(*links));
	struct page_view page = page_staff_frame(request, title);
	size_t count = 0;

	for (size_t i = 0; i < COUNT_OF(sections); i++)
		if (request->viewer.role >= sections[i].role)
			links[count++] = (struct nav_link){
			    .text = sections[i].text,
			    .url = url_local(arena, sections[i].path),
			    .is_current = sections[i].id == section,
			};
	page.sections = (struct nav_link_list){.items = links, .count = count};
	return page;
}

struct error *staff_event(struct request *request, struct event *event)
{
	return event_store_find_managed(request->shop.db, request->shop.arena,
	    request_param(request, "event"), &request->viewer, clock_now(),
	    event);
}

const char *staff_wall_text(
    struct arena *arena, const struct event *event, int64_t at)
{
	if (at == 0)
		return "";
	return clock_format_minute(arena, clock_wall(at, event->timezone));
}

const char *staff_ticket_badge(enum ticket_status status)
{
	if (status == TICKET_ACTIVE)
		return "good";
	return status == TICKET_USED ? "low" : "off";
}

const char *staff_booking_badge(enum booking_state state)
{
	if (state == BOOKING_CONFIRMED)
		return "good";
	return hold_is_unfinished(state) ? "low" : "off";
}

const char *staff_source_words(const char *source)
{
	if (text_equal(source, "counter"))
		return "At the counter";
	if (text_equal(source, "queue"))
		return "From the waiting list";
	return text_equal(source, "api") ? "By a program" : "On the site";
}

struct staff_input_view staff_input(const struct form *form, const char *name)
{
	struct field_view field = form_field(form, name);

	return (struct staff_input_view){
	    .field = field,
	    .is_select = text_equal(field.type, "select"),
	    .is_area = text_equal(field.type, "textarea"),
	    .is_checkbox = text_equal(field.type, "checkbox"),
	};
}

double staff_read_degrees(struct form *form, const char *name)
{
	const char *text = text_trim(form->arena, form_value(form, name));
	double value = 0;

	if (!text_decimal(text, 180, &value))
		form_fail(form, name,
		    arena_format(form->arena,
			"%s must be degrees like 52.520008",
			form_field(form, name).label));
	return value;
}

struct error *staff_read_id(const struct request *request, int64_t *id)
{
	const char *text = request_param(request, "id");

	if (text_number(text, id) != NUMBER_OK || *id < 1)
		return fail(NOT_FOUND_ERROR, "There is no such number");
	return NULL;
}
