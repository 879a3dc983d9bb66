/*
 * The waiting list of an event: who is next, and what the staff do about it
 * (R56-R60).
 */
#include "admin.h"

#include "base/clock.h"
#include "base/text.h"
#include "booking/event.h"
#include "booking/queue_staff.h"
#include "document/csv.h"
#include "store/queue_store.h"
#include "web/present.h"
#include <inttypes.h>

static const char *class_of(const struct queue_entry *entry)
{
	return entry->tier_id ? entry->tier_name : "any";
}

static const struct notice notices[] = {
    {"offer", "The places are offered."},
    {"remove", "The entry was removed."},
    {"open", "The waiting list is open."},
    {"close", "The waiting list opens when the event is sold out."},
};

/* ---- showing ---- */

static struct error *make_classes(struct request *request,
    const struct event *event, struct summary_row_list *list)
{
	const struct shop *shop = &request->shop;
	size_t count = event->tiers.count;
	struct summary_row *rows =
	    arena_array(shop->arena, count + 1, sizeof(*rows));
	int64_t any;

	for (size_t i = 0; i < count; i++) {
		const struct tier *tier = &event->tiers.items[i];

		rows[i] = present_summary_row(tier);
		TRY(queue_store_wanted(shop->db, shop->arena, event->id,
		    tier->id, &rows[i].waiting));
	}
	*list = (struct summary_row_list){.items = rows, .count = count};
	TRY(queue_store_wanted(shop->db, shop->arena, event->id, 0, &any));
	if (any > 0)
		rows[list->count++] =
		    (struct summary_row){.name = "Any", .waiting = any};
	return NULL;
}

static struct staff_entry_view make_entry(
    const struct event *event, const struct queue_entry *entry)
{
	bool is_waiting = entry->state == QUEUE_WAITING;

	return (struct staff_entry_view){
	    .key = entry->key,
	    .name = entry->name,
	    .email = entry->email,
	    .class_name = class_of(entry),
	    .quantity = entry->quantity,
	    .since = present_when(event, entry->created_at, WHEN_SHORT),
	    .state = is_waiting ? "Waiting" : "Offered",
	    .badge = is_waiting ? "low" : "good",
	    .is_waiting = is_waiting,
	};
}

static struct error *make_entries(struct request *request,
    const struct event *event, struct staff_entry_list *list)
{
	struct arena *arena = request->shop.arena;
	struct queue_entry_list entries;
	struct staff_entry_view *views;

	TRY(queue_store_live(request->shop.db, arena, event->id, &entries));
	views = arena_array(arena, entries.count, sizeof(*views));
	for (size_t i = 0; i < entries.count; i++)
		views[i] = make_entry(event, &entries.items[i]);
	*list =
	    (struct staff_entry_list){.items = views, .count = entries.count};
	return NULL;
}

static const char *rule_of(const struct event *event)
{
	if (event->queue_is_manual)
		return "It is served by hand and by calls alone: nobody is "
		       "offered anything by itself.";
	return event->queue_is_open
	    ? "People can join it until the event begins. What comes free is "
	      "offered to the next in line by itself."
	    : "People can join it when the event is sold out. What comes free "
	      "is offered to the next in line by itself.";
}

static struct error *show(struct request *request, const struct error *error)
{
	struct arena *arena = request->shop.arena;
	struct staff_queue_view view;
	struct event event;

	TRY(staff_event(request, &event));
	view = (struct staff_queue_view){
	    .page = staff_page(request,
		arena_format(arena, "Waiting list - %s", event.title),
		STAFF_EVENTS),
	    .box = page_problems(request, NULL, error),
	    .secret = page_secret(request, SECRET_PLAIN),
	    .tabs = staff_tabs(request, &event, STAFF_TAB_QUEUE),
	    .notice = page_notice(request, notices, COUNT_OF(notices)),
	    .rule = rule_of(&event),
	    .is_open = event.queue_is_open,
	    .action = url_local(arena, "/admin/events/{}/queue", event.slug),
	    .csv = url_local(arena, "/admin/events/{}/queue.csv", event.slug),
	};
	view.page.has_error = view.box.is_shown;
	TRY(make_classes(request, &event, &view.classes));
	TRY(make_entries(request, &event, &view.entries));
	view_staff_queue(&request->response.body, &view);
	return NULL;
}

struct error *staff_show_queue(struct request *request)
{
	return show(request, NULL);
}

/* ---- changing ---- */

static struct error *change(struct request *request, const char *action)
{
	const char *event = request_param(request, "event");
	const char *key = request_form(request, "entry");
	const struct viewer *viewer = &request->viewer;

	if (text_equal(action, "offer"))
		return queue_staff_offer(&request->shop, event, key, viewer);
	if (text_equal(action, "remove"))
		return queue_staff_remove(&request->shop, event, key, viewer);
	if (text_equal(action, "open") || text_equal(action, "close"))
		return queue_staff_open(
		    &request->shop, event, text_equal(action, "open"), viewer);
	return fail(VALIDATION_ERROR, "There is no such action");
}

struct error *staff_change_queue(struct request *request)
{
	const char *action = request_form(request, "action");
	struct error *error = change(request, action);

	if (!error) {
		request_redirect(request,
		    url_local(request->shop.arena,
			"/admin/events/{}/queue?done={}",
			request_param(request, "event"), action));
		return NULL;
	}
	if (!page_take_error(request, NULL, error))
		return error;
	return show(request, error);
}

/* ---- the file ---- */

struct error *staff_send_queue(struct request *request)
{
	static const char *const head[] = {
	    "place", "type", "name", "email", "places", "state", "since"};
	struct arena *arena = request->shop.arena;
	struct queue_entry_list entries;
	struct event event;

	TRY(staff_event(request, &event));
	TRY(queue_store_live(request->shop.db, arena, event.id, &entries));
	staff_begin_csv(request, arena_format(arena, "%s-queue", event.slug));
	csv_write_row(&request->response.body, head, COUNT_OF(head));
	for (size_t i = 0; i < entries.count; i++) {
		const struct queue_entry *entry = &entries.items[i];
		const char *const cells[] = {
		    arena_format(arena, "%zu", i + 1),
		    class_of(entry),
		    entry->name,
		    entry->email,
		    arena_format(arena, "%" PRId64, entry->quantity),
		    queue_state_word(entry->state),
		    clock_iso_utc(arena, entry->created_at),
		};

		csv_write_row(&request->response.body, cells, COUNT_OF(cells));
	}
	return NULL;
}
