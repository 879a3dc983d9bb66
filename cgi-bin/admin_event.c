/*
 * Creating and changing an event (R48, R49).
 */
#include "admin_event.h"

#include "base/clock.h"
#include "base/text.h"
#include "booking/event_tell.h"
#include "store/event_store.h"
#include "web/once.h"

/* ---- showing ---- */

struct error *staff_show_new(struct request *request)
{
	struct event event = edit_new_event(request);
	struct event_form *edit =
	    ARENA_NEW(request->shop.arena, struct event_form);

	TRY(edit_read(request, &event, edit));
	return edit_show(request, edit, NULL, false);
}

struct error *staff_show_event(struct request *request)
{
	struct event_form *edit =
	    ARENA_NEW(request->shop.arena, struct event_form);
	struct event event;

	TRY(staff_event(request, &event));
	TRY(edit_read(request, &event, edit));
	return edit_show(request, edit, NULL, false);
}

/* ---- saving ---- */

/* Nothing is to be right before it is saved. */
static void forget_mistakes(struct event_form *edit)
{
	edit->form.is_checked = false;
	form_excuse_all(&edit->form);
	for (size_t i = 0; i < edit->tier_count; i++)
		form_excuse_all(&edit->tiers[i].form);
}

/*
 * Buttons that only show the form again, and mistakes that do the same.
 * *is_done: the answer is written.
 */
static struct error *look(
    struct request *request, struct event_form *edit, bool *is_done)
{
	bool is_preview = text_equal(request_form(request, "do"), "preview");

	*is_done = true;
	if (edit_press_tiers(request, edit)) {
		forget_mistakes(edit);
		return edit_show(request, edit, NULL, false);
	}
	edit_make_wish(request, edit);
	if (is_preview)
		return edit_show(request, edit, NULL, true);
	*is_done = edit_is_right(edit) == false;
	if (!*is_done)
		return NULL;
	request->response.status = 400;
	return edit_show(request, edit, NULL, false);
}

static struct error *refuse(
    struct request *request, struct event_form *edit, struct error *error)
{
	if (!page_take_error(request, NULL, error))
		return error;
	if (edit_take_error(request, edit, error) &&
	    error_is(error, VALIDATION_ERROR))
		error = NULL;
	return edit_show(request, edit, error, false);
}

struct error *staff_create(struct request *request)
{
	struct event event = edit_new_event(request);
	struct event_form *edit =
	    ARENA_NEW(request->shop.arena, struct event_form);
	struct error *error;
	bool is_done;

	TRY(edit_read(request, &event, edit));
	TRY(look(request, edit, &is_done));
	if (is_done)
		return NULL;
	edit->wish.form_key = once_form_key(request, "event");
	edit->wish.form_digest = once_form_digest(request);
	error = event_create(&request->shop, &request->viewer, &edit->wish);
	if (error)
		return refuse(request, edit, error);
	edit_go(request, edit->wish.event.slug,
	    edit->wish.event.status == EVENT_DRAFT ? "draft" : "create");
	return NULL;
}

/*
 * Our page sends the version that it shows, and its reader is asked whether
 * bookers are told. A call without one sees no page: it means what it says.
 */
static struct error *tell_at_once(struct request *request)
{
	struct event event;

	TRY(staff_event(request, &event));
	TRY(event_tell_do(&request->shop, &request->viewer, event.slug,
	    event_tell_refund_until(&event, clock_now())));
	edit_go(request, event.slug, "tell");
	return NULL;
}

struct error *staff_change(struct request *request)
{
	struct event_form *edit =
	    ARENA_NEW(request->shop.arena, struct event_form);
	struct error *error;
	struct event event;
	bool is_done, must_tell;

	TRY(staff_event(request, &event));
	TRY(edit_read(request, &event, edit));
	TRY(look(request, edit, &is_done));
	if (is_done)
		return NULL;
	error = event_change(
	    &request->shop, &request->viewer, &edit->wish, &must_tell);
	if (error)
		return refuse(request, edit, error);
	if (must_tell && !*request_form(request, "version"))
		return tell_at_once(request);
	if (must_tell)
		request_redirect(request,
		    url_local(request->shop.arena, "/admin/events/{}/tell",
			event.slug));
	else
		edit_go(request, event.slug, "save");
	return NULL;
}
