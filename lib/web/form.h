/*
 * Form: a page's inputs as a table, read, checked and shown again.
 *
 * A page declares its fields once: name, label, hint, limits, the words for
 * a missing value. form_read() takes the values and notes every mistake;
 * form_field() makes what a view shows, with the value as typed and the
 * words of its mistake. Nothing typed is lost, but a password, which is
 * never sent back.
 */
#ifndef WEB_FORM_H
#define WEB_FORM_H

#include "views/views.h"
#include "web/fields.h"
#include "web/request.h"
#include <stdbool.h>

enum {
	FORM_FIELDS_MOST = 40
};

/* One input of a form. */
struct form_field {
	const char *name; /* form field name, and id of the input */
	const char *label;
	const char *hint;         /* NULL: none */
	const char *type;         /* of <input>, or textarea; NULL: text */
	const char *autocomplete; /* NULL: none */
	const char *inputmode;    /* NULL: none */
	const char *missing;      /* said when empty; NULL: optional */
	size_t longest;           /* in characters; 0: 200 */
	bool is_short;            /* a narrow input */
	bool has_no_input;        /* part of the address alone */
};

struct form {
	struct arena *arena;
	const struct form_field *fields;
	size_t count;
	const char *values[FORM_FIELDS_MOST]; /* as typed; "" not there */
	const char *errors[FORM_FIELDS_MOST]; /* NULL: right so far */
	bool is_checked;                      /* came from the browser */
	const struct error *error; /* noted at a field last; NULL: none */
};

/* An empty form, to be filled in. */
void form_start(struct form *form, struct arena *arena,
    const struct form_field *fields, size_t count);

/*
 * Take the values from what the browser sent. Too long ones and ones with
 * control characters, and missing ones (`missing`), are mistakes. A checkbox
 * with nothing but a word for no ("no", "off", "false", "0") is not ticked: "".
 */
void form_read(struct form *form, struct arena *arena,
    const struct form_field *fields, size_t count, const struct fields *values);

/* A value as typed. */
NONNULL_RESULT const char *form_value(
    const struct form *form, const char *name);

/* Fill a field in before the form is shown. */
void form_set(struct form *form, const char *name, const char *value);

/* Note a mistake, unless the field has one already. */
void form_fail(struct form *form, const char *name, const char *message);

/* Note an error at a field: its words there, its kind in the box above. */
void form_take(struct form *form, const char *name, const struct error *error);

/* Forget the mistake of a field that does not count this time. */
void form_excuse(struct form *form, const char *name);

/* Forget all mistakes: the form is shown again before it is to be right. */
void form_excuse_all(struct form *form);

/*
 * Note a domain's error at the field that it names (its field `field`), by
 * the form's name for it; more than remain is about the quantity, a second
 * booking about the email. False when it is about none of this form.
 */
bool form_take_error(struct form *form, const struct error *error);

/* Is there no mistake? */
bool form_is_right(const struct form *form);

/* Options as they are, the one with the value `chosen` selected. */
struct option_list form_options(struct arena *arena,
    const struct option *options, size_t count, const char *chosen);

/* What a view shows of a field; a checkbox is ticked by its value. */
struct field_view form_field(const struct form *form, const char *name);

/* The mistakes for the box at the top, in the order of the fields. */
struct problem_list form_problems(const struct form *form);

/* The wrong fields' labels, and what was typed; secrets are not shown. */
struct detail_list form_details(const struct form *form);

#endif
