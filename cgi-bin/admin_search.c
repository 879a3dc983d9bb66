/*
 * Search forms of the back office, and the pages of what they find.
 */
#include "admin.h"

#include "base/clock.h"
#include "base/text.h"
#include <inttypes.h>

struct error *staff_check_choice(const struct form *form, const char *name,
    const struct option *choices, size_t count)
{
	const char *value = form_value(form, name);

	for (size_t i = 0; i < count; i++)
		if (text_equal(choices[i].value, value))
			return NULL;
	return fail_with(VALIDATION_ERROR, NULL,
	    FIELDS(error_text("field", "Field", name),
		error_text("value", "Value", value)),
	    "Choose one from the list");
}

struct field_view staff_select(const struct form *form, const char *name,
    const struct option *choices, size_t count)
{
	struct field_view field = form_field(form, name);

	field.options = form_options(form->arena, choices, count, field.value);
	return field;
}

struct url staff_filtered(const struct form *form, struct url list)
{
	for (size_t i = 0; i < form->count; i++)
		if (!form->fields[i].has_no_input && !form->errors[i])
			list = url_with(form->arena, list, form->fields[i].name,
			    form->values[i]);
	return list;
}

static struct url page_url(
    const struct form *form, struct url list, int64_t page)
{
	return url_with(form->arena, staff_filtered(form, list), "page",
	    arena_format(form->arena, "%" PRId64, page));
}

struct turn_pages_view staff_turn_pages(const struct form *form,
    struct url list, int64_t offset, int64_t size, size_t *count)
{
	int64_t page = offset / size + 1;
	struct turn_pages_view pages = {.previous = {.text = NULL}};

	if (page > 1)
		pages.previous = page_url(form, list, page - 1);
	if (*count > (size_t)size) {
		pages.next = page_url(form, list, page + 1);
		*count = (size_t)size;
	}
	return pages;
}

struct turn_older_view staff_turn_older(
    const struct form *form, struct url list, int64_t before, int64_t last)
{
	struct turn_older_view pages = {.newest = {.text = NULL}};

	if (before > 0)
		pages.newest = staff_filtered(form, list);
	if (last > 0)
		pages.older = url_with(form->arena, staff_filtered(form, list),
		    "before", arena_format(form->arena, "%" PRId64, last));
	return pages;
}

static struct error *no_such_page(const char *field, const char *text)
{
	return fail_with(VALIDATION_ERROR, NULL,
	    FIELDS(error_text("field", "Field", field),
		error_text("value", "Value", text)),
	    "There is no such page");
}

struct error *staff_read_page(const char *text, int64_t *number)
{
	*number = 1;
	if (*text == '\0' ||
	    (text_number(text, number) == NUMBER_OK && *number >= 1 &&
		*number <= 100000))
		return NULL;
	return no_such_page("page", text);
}

struct error *staff_read_before(const struct form *form, int64_t *id)
{
	const char *text = form_value(form, "before");

	*id = 0;
	if (!*text || (text_number(text, id) == NUMBER_OK && *id >= 1))
		return NULL;
	return no_such_page("before", text);
}

int64_t staff_read_day(
    struct request *request, struct form *form, const char *name, int later)
{
	const char *zone = request->shop.config->timezone;
	const char *text = form_value(form, name);
	struct wall_time wall;

	if (*text == '\0')
		return 0;
	if (clock_parse_date(text, &wall)) {
		form_fail(form, name, "Write the date as 2026-11-28");
		return 0;
	}
	return clock_day_start(
	    clock_from_wall(wall, zone) + later * (DAY + 2 * HOUR), zone);
}
