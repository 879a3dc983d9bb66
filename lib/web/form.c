#include "web/form.h"

#include "base/clock.h"
#include "base/text.h"
#include <string.h>

enum {
	LONGEST = 200
};

static size_t find_field(const struct form *form, const char *name)
{
	for (size_t i = 0; i < form->count; i++)
		if (text_equal(form->fields[i].name, name))
			return i;
	die("the form has no field %s", name);
}

static size_t longest_of(const struct form_field *field)
{
	return field->longest ? field->longest : LONGEST;
}

void form_start(struct form *form, struct arena *arena,
    const struct form_field *fields, size_t count)
{
	if (count > FORM_FIELDS_MOST)
		die("a form has too many fields");
	*form = (struct form){.arena = arena, .fields = fields, .count = count};
	for (size_t i = 0; i < count; i++)
		form->values[i] = "";
}

static bool has_lines(const struct form_field *field)
{
	return text_equal(field->type, "textarea");
}

/* Browsers send a line's end as CR LF. */
static const char *unify_lines(struct arena *arena, const char *value)
{
	char *text = arena_copy(arena, value), *to = text;

	for (const char *from = text; *from; from++)
		if (*from != '\r')
			*to++ = *from;
	*to = '\0';
	return text;
}

/* A program may send a box that is not ticked as a word for no (R31). */
static bool means_no(struct arena *arena, const char *value)
{
	static const char *const words[] = {"no", "false", "off", "0"};
	const char *word = text_lower(arena, text_trim(arena, value));

	for (size_t i = 0; i < COUNT_OF(words); i++)
		if (text_equal(word, words[i]))
			return true;
	return *word == '\0';
}

static const char *read_value(
    struct arena *arena, const struct form_field *field, const char *value)
{
	if (has_lines(field))
		return unify_lines(arena, value);
	if (text_equal(field->type, "checkbox") && means_no(arena, value))
		return "";
	return value;
}

static const char *check_value(
    struct arena *arena, const struct form_field *field, const char *value)
{
	if (text_length(value) > longest_of(field))
		return arena_format(arena,
		    "%s must have at most %zu characters", field->label,
		    longest_of(field));
	if (text_has_control(value) ||
	    (!has_lines(field) && strpbrk(value, "\t\r\n")))
		return arena_format(
		    arena, "%s must not have control characters", field->label);
	if (field->missing && *text_trim(arena, value) == '\0')
		return field->missing;
	return NULL;
}

void form_read(struct form *form, struct arena *arena,
    const struct form_field *fields, size_t count, const struct fields *values)
{
	form_start(form, arena, fields, count);
	form->is_checked = true;
	for (size_t i = 0; i < count; i++) {
		const char *value = fields_get(values, fields[i].name);

		if (value)
			form->values[i] = read_value(arena, &fields[i], value);
		form->errors[i] =
		    check_value(arena, &fields[i], form->values[i]);
	}
}

const char *form_value(const struct form *form, const char *name)
{
	return form->values[find_field(form, name)];
}

void form_set(struct form *form, const char *name, const char *value)
{
	form->values[find_field(form, name)] = value ? value : "";
}

void form_fail(struct form *form, const char *name, const char *message)
{
	size_t index = find_field(form, name);

	if (!form->errors[index])
		form->errors[index] = message;
}

void form_take(struct form *form, const char *name, const struct error *error)
{
	form_fail(form, name, error->message);
	form->error = error;
}

void form_excuse(struct form *form, const char *name)
{
	form->errors[find_field(form, name)] = NULL;
}

void form_excuse_all(struct form *form)
{
	for (size_t i = 0; i < form->count; i++)
		form->errors[i] = NULL;
}

/* The field of ours that an error is about; NULL: it says none. */
static const char *field_of(const struct error *error)
{
	const char *name = error_field_value(error, "field");

	if (text_equal(name, "tier_name"))
		return "tier";
	if (!name && error_is(error, SOLD_OUT_ERROR))
		return "quantity";
	if (!name && error_is(error, DUPLICATE_BOOKING_ERROR))
		return "email";
	return name;
}

bool form_take_error(struct form *form, const struct error *error)
{
	const char *name = field_of(error);

	for (size_t i = 0; name && i < form->count; i++)
		if (text_equal(form->fields[i].name, name)) {
			form_take(form, name, error);
			return true;
		}
	return false;
}

bool form_is_right(const struct form *form)
{
	for (size_t i = 0; i < form->count; i++)
		if (form->errors[i])
			return false;
	return true;
}

/*
 * A browser shows nothing of a value that the input's type cannot hold, and
 * sends nothing of it the next time: what is no date is shown as text.
 */
static const char *shown_type(const struct form_field *field, const char *value)
{
	struct wall_time wall;
	bool holds = true;

	if (*value == '\0' || !field->type)
		return field->type ? field->type : "text";
	if (text_equal(field->type, "date"))
		holds = !clock_parse_date(value, &wall);
	if (text_equal(field->type, "datetime-local"))
		holds = !clock_parse_minute(value, &wall);
	if (text_equal(field->type, "url"))
		holds = strstr(value, "://") && !strpbrk(value, " <>\"");
	return holds ? field->type : "text";
}

/* Ticked, unless what was sent or is kept is a word for no. */
static bool is_ticked(const struct form *form, size_t index)
{
	return text_equal(form->fields[index].type, "checkbox") &&
	    !means_no(form->arena, form->values[index]);
}

struct field_view form_field(const struct form *form, const char *name)
{
	size_t index = find_field(form, name);
	const struct form_field *field = &form->fields[index];
	const char *value = form->values[index];

	return (struct field_view){
	    .name = field->name,
	    .id = field->name,
	    .label = field->label,
	    .hint = field->hint,
	    .error = form->errors[index],
	    .value = text_equal(field->type, "password") ? "" : value,
	    .type = shown_type(field, value),
	    .autocomplete = field->autocomplete,
	    .inputmode = field->inputmode,
	    .is_required = field->missing != NULL,
	    .is_short = field->is_short,
	    .is_checked = is_ticked(form, index),
	};
}

struct option_list form_options(struct arena *arena,
    const struct option *options, size_t count, const char *chosen)
{
	struct option *list = arena_array(arena, count, sizeof(*list));

	for (size_t i = 0; i < count; i++) {
		list[i] = options[i];
		list[i].is_selected = text_equal(options[i].value, chosen);
	}
	return (struct option_list){.items = list, .count = count};
}

struct problem_list form_problems(const struct form *form)
{
	struct problem *problems =
	    arena_array(form->arena, form->count, sizeof(*problems));
	size_t count = 0;

	for (size_t i = 0; i < form->count; i++)
		if (form->errors[i])
			problems[count++] =
			    (struct problem){.text = form->errors[i],
				.anchor = form->fields[i].has_no_input
				    ? ""
				    : form->fields[i].name};
	return (struct problem_list){.items = problems, .count = count};
}

/* What a page never repeats, nor says at length. */
static bool is_kept_back(const struct form_field *field, const char *value)
{
	return text_equal(field->type, "password") ||
	    (field->autocomplete &&
		text_starts_with(field->autocomplete, "cc-number")) ||
	    text_length(value) > LONGEST;
}

static struct detail make_detail(
    const struct form_field *field, const char *value)
{
	if (*value == '\0')
		value = "nothing";
	else if (is_kept_back(field, value))
		value = "not shown";
	return (struct detail){.label = field->label, .value = value};
}

struct detail_list form_details(const struct form *form)
{
	struct detail *details =
	    arena_array(form->arena, form->count, sizeof(*details));
	size_t count = 0;

	for (size_t i = 0; i < form->count; i++)
		if (form->errors[i])
			details[count++] =
			    make_detail(&form->fields[i], form->values[i]);
	return (struct detail_list){.items = details, .count = count};
}
