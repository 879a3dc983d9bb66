/*
 * Forms: values as typed, mistakes where they are, in the order of the page.
 */
#include "tap.h"

#include "web/form.h"
#include <string.h>

static const struct form_field fields[] = {
    {.name = "tier", .label = "Ticket type", .missing = "Choose a tier"},
    {.name = "quantity",
	.label = "Quantity",
	.missing = "Enter how many",
	.longest = 5},
    {.name = "note", .label = "Note"},
};

static const struct form_field secret_fields[] = {
    {.name = "password", .label = "Password", .type = "password"},
};

static struct arena arena = ARENA_EMPTY;

static struct form read_form(const char *text)
{
	struct fields values;
	struct form form;

	ok(!fields_decode(&arena, text, strlen(text), &values), "decoded");
	form_read(&form, &arena, fields, COUNT_OF(fields), &values);
	return form;
}

static void test_right(void)
{
	struct form form = read_form("quantity=+2+&tier=vip&extra=1");

	ok(form_is_right(&form), "all is there");
	is_text(form_value(&form, "quantity"), " 2 ", "as typed");
	is_text(form_value(&form, "note"), "", "optional and not there");
	ok(form_problems(&form).count == 0, "no problem");
}

static void test_missing(void)
{
	struct form form = read_form("quantity=+++");
	struct problem_list list = form_problems(&form);

	ok(!form_is_right(&form), "two are missing");
	is_number((int64_t)list.count, 2, "two problems");
	is_text(list.items[0].text, "Choose a tier", "in the page's order");
	is_text(list.items[0].anchor, "tier", "linked to the field");
	is_text(list.items[1].text, "Enter how many", "blanks are nothing");
	is_text(form_field(&form, "quantity").value, "   ", "shown as typed");
	is_text(form_field(&form, "quantity").error, "Enter how many",
	    "at the field as well");
}

/* A date's input would show nothing of what is no date. */
static void test_types(void)
{
	static const struct form_field dated[] = {
	    {.name = "day", .label = "Day", .type = "date"},
	    {.name = "start", .label = "Start", .type = "datetime-local"},
	    {.name = "link", .label = "Link", .type = "url"},
	    {.name = "email", .label = "Email", .type = "email"},
	};
	static const struct {
		const char *name, *value, *type;
	} rows[] = {
	    {"day", "", "date"},
	    {"day", "2026-02-28", "date"},
	    {"day", "2026-02-30", "text"},
	    {"day", "soon", "text"},
	    {"start", "2026-02-28T19:30", "datetime-local"},
	    {"start", "half past seven", "text"},
	    {"link", "https://example.org/x", "url"},
	    {"link", "example.org", "text"},
	    {"email", "nobody", "email"},
	};
	struct form form;

	form_start(&form, &arena, dated, COUNT_OF(dated));
	for (size_t i = 0; i < COUNT_OF(rows); i++) {
		form_set(&form, rows[i].name, rows[i].value);
		is_text(form_field(&form, rows[i].name).type, rows[i].type,
		    rows[i].value);
	}
}

static void test_limits(void)
{
	struct form form =
	    read_form("tier=%E2%82%AC&quantity=%E2%82%AC%E2%82%AC"
		      "%E2%82%AC%E2%82%AC%E2%82%AC");

	ok(form_is_right(&form), "five characters, whatever their bytes");
	form = read_form("tier=x&quantity=123456");
	ok(!form_is_right(&form), "six are too many");
	ok(strstr(form_field(&form, "quantity").error, "at most 5") != NULL,
	    "and it says so");
	form = read_form("tier=x&quantity=1&note=a%01b");
	ok(!form_is_right(&form), "a control character");
	form = read_form("tier=x&quantity=1&quantity=2");
	is_text(form_value(&form, "quantity"), "1", "the first one counts");
}

static void test_errors(void)
{
	struct form form = read_form("tier=x&quantity=1");
	const struct error *error = fail_with(INVALID_BOOKING_ERROR, NULL,
	    FIELDS(error_text("field", "Field", "quantity")), "Too many");

	ok(form_take_error(&form, error), "an error of a field is taken");
	is_text(form_field(&form, "quantity").error, "Too many", "its words");
	error = fail_with(INVALID_BOOKING_ERROR, NULL,
	    FIELDS(error_text("field", "Field", "quantity")), "Again");
	ok(form_take_error(&form, error), "a second one of the field");
	is_text(form_field(&form, "quantity").error, "Too many",
	    "the first mistake stays");
	error = fail_with(INVALID_BOOKING_ERROR, NULL,
	    FIELDS(error_text("field", "Field", "tier_name")), "No such tier");
	ok(form_take_error(&form, error), "tier_name is the form's tier");
	is_text(form_field(&form, "tier").error, "No such tier", "its words");
	error = fail_with(INVALID_BOOKING_ERROR, NULL,
	    FIELDS(error_text("field", "Field", "elsewhere")), "No");
	ok(!form_take_error(&form, error), "another form's field is not");
	ok(!form_take_error(&form, fail(STATE_ERROR, "No")),
	    "an error of no field is not");
	error_reset();
}

static void test_start(void)
{
	struct form form;

	form_start(&form, &arena, fields, COUNT_OF(fields));
	ok(form_is_right(&form), "an empty form has no mistakes yet");
	form_set(&form, "quantity", "1");
	is_text(form_field(&form, "quantity").value, "1", "filled in before");
	form_set(&form, "quantity", NULL);
	is_text(form_value(&form, "quantity"), "", "NULL is nothing");
	ok(form_field(&form, "tier").is_required, "required");
	ok(!form_field(&form, "note").is_required, "optional");
}

static void test_password(void)
{
	struct fields values;
	struct form form;

	ok(!fields_decode(&arena, "password=abc", 12, &values), "decoded");
	form_read(
	    &form, &arena, secret_fields, COUNT_OF(secret_fields), &values);
	is_text(form_value(&form, "password"), "abc", "a password is read");
	is_text(form_field(&form, "password").value, "", "but never sent back");
}

int main(void)
{
	test_right();
	test_missing();
	test_types();
	test_limits();
	test_errors();
	test_start();
	test_password();
	arena_close(&arena);
	return done_testing();
}
