/*
 * The long form of an event: what its files share. A field that the browser
 * did not send keeps the event's own value (R49); so a program may send only
 * what it wants to change, and nothing typed is lost when the page is shown
 * again.
 */
#ifndef ADMIN_EVENT_H
#define ADMIN_EVENT_H

#include "admin.h"
#include "booking/event_edit.h"

/* A ticket type in the form. */
struct tier_form {
	struct form form;
	const struct tier *current; /* NULL: a new one */
};

/* The form as it is shown or was sent. */
struct event_form {
	struct form form;
	struct tier_form tiers[EVENT_TIERS_MOST + 1];
	size_t tier_count;
	const struct event *current; /* id 0: a new one */
	struct event_sides sides;    /* of the current one */
	struct event_wish wish;      /* once it was read */
};

/* ---- admin_event_fields.c ---- */

/*
 * Fill in what the event has and what the browser sent; mistakes of single
 * fields are noted. An event with id 0 has the defaults.
 */
MUST_CHECK struct error *edit_read(struct request *request,
    const struct event *current, struct event_form *edit);

/* Is there no mistake in it, nor in a ticket type? */
bool edit_is_right(const struct event_form *edit);

/* Note a domain's error at its field. False when it names none. */
bool edit_take_error(struct request *request, struct event_form *edit,
    const struct error *error);

/* The defaults of a new event. */
struct event edit_new_event(const struct request *request);

/* ---- admin_event_wish.c: what was sent, as a wish; notes mistakes ---- */

void edit_make_wish(struct request *request, struct event_form *edit);

/* ---- admin_event_tiers.c: ticket types ---- */

void edit_read_tiers(struct request *request, struct event_form *edit);

/* Do what the buttons "add" and "remove" ask for; false for other buttons. */
bool edit_press_tiers(struct request *request, struct event_form *edit);

/* ---- admin_event_beside.c: what stands beside the form ---- */

/* The map of the seats that are wished. */
struct staff_plan_view edit_plan(
    struct arena *arena, const struct event_wish *wish);

/* Go to an event's page, which says what was done: a word of its notices. */
void edit_go(struct request *request, const char *slug, const char *done);

/* What was done; "" nothing. */
NONNULL_RESULT const char *edit_notice(const struct request *request);

/* What is saved by now beside what was typed. */
struct staff_difference_list edit_differences(
    struct request *request, const struct event_form *edit);

/* Of an event that is there: tabs, status, actions, picture, progress. */
MUST_CHECK struct error *edit_show_current(struct request *request,
    const struct event *event, struct staff_event_form_view *view);

/* ---- admin_event_form.c: the page ---- */

MUST_CHECK struct error *edit_show(struct request *request,
    struct event_form *edit, const struct error *error, bool is_preview);

/*
 * The page of the event in the path as it is saved, with the error of another
 * form than this one.
 */
MUST_CHECK struct error *edit_show_saved(
    struct request *request, const struct error *error);

#endif
