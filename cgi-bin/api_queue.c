/*
 * The queue calls: one event's waiting list, for programs that know it as
 * VIP and Regular. They serve the event that the configuration names
 * (queue_event); names of classes are those of its tiers.
 *
 * Who may act: the browser (cookie) or program that made an entry, admins, and
 * whose event it is (anybody's who organises, if it is nobody's); with
 * `queue_open = yes` everybody. An unknown name never drains the queue.
 */
#include "api.h"

#include "base/clock.h"
#include "base/text.h"
#include "base/token.h"
#include "booking/cancel.h"
#include "booking/event.h"
#include "booking/order.h"
#include "booking/queue.h"
#include "store/booking_store.h"
#include "store/event_store.h"
#include "store/queue_store.h"
#include "web/json.h"
#include "web/pace.h"
#include <inttypes.h>
#include <string.h>

enum {
	NAME_LONGEST = 100
};

/* ---- what calls have in common ---- */

/* first_name, last_name, ticket_type. */
struct person {
	const char *name; /* "Ada Lovelace" */
	const struct tier *tier;
};

static struct error *find_event(struct request *request, struct event *event)
{
	const char *slug = request->shop.config->queue_event;

	if (!*slug)
		return fail(NOT_FOUND_ERROR, "No queue is configured");
	return event_store_find(request->shop.db, request->shop.arena, slug,
	    EVENTS_PUBLIC, clock_now(), event);
}

static const char *read_text(
    struct request *request, const json_t *body, const char *name)
{
	const char *text = json_string_value(json_object_get(body, name));

	return text_trim(request->shop.arena, text ? text : "");
}

static struct error *read_person(
    struct request *request, const struct event *event, struct person *person)
{
	const char *first, *last, *type;
	json_t *body;

	TRY(json_read_body(request, &body));
	first = read_text(request, body, "first_name");
	last = read_text(request, body, "last_name");
	type = read_text(request, body, "ticket_type");
	if (!*first || !*last)
		return fail(
		    VALIDATION_ERROR, "First name and last name are required");
	person->name = arena_format(request->shop.arena, "%s %s", first, last);
	if (text_length(person->name) > NAME_LONGEST ||
	    text_has_control(person->name) || strpbrk(person->name, "\t\r\n"))
		return fail(VALIDATION_ERROR,
		    "The name is too long or has "
		    "control characters");
	person->tier = event_find_tier(event, type);
	if (!person->tier)
		return fail(VALIDATION_ERROR, "Invalid ticket type");
	return NULL;
}

/* May the caller act for everybody: admins, and who organises the event? */
static bool may_act_for_all(
    const struct request *request, const struct event *event)
{
	const struct viewer *viewer = &request->viewer;

	if (text_equal(request->shop.config->queue_open, "yes") ||
	    viewer->role >= ROLE_ADMIN)
		return true;
	return viewer->role == ROLE_ORGANISER &&
	    (!event->owner_id || event->owner_id == viewer->user_id);
}

/* May the caller act for what was made by this account or browser? */
static bool may_act(const struct request *request, const struct event *event,
    int64_t user_id, const char *browser)
{
	if (may_act_for_all(request, event))
		return true;
	if (user_id && user_id == request->viewer.user_id)
		return true;
	return *browser && text_equal(browser, request->viewer.browser);
}

/* The person's waiting entry, if the caller may act for it. */
static struct error *find_entry(struct request *request,
    const struct event *event, const struct person *person,
    struct queue_entry *found)
{
	struct queue_entry_list list;

	TRY(queue_store_list(
	    request->shop.db, request->shop.arena, event->id, &list));
	for (size_t i = 0; i < list.count; i++) {
		const struct queue_entry *entry = &list.items[i];

		if (entry->tier_id == person->tier->id &&
		    text_equal(entry->name, person->name) &&
		    may_act(request, event, entry->user_id, entry->browser)) {
			*found = *entry;
			return NULL;
		}
	}
	return fail(NOT_FOUND_ERROR, "Ticket not found");
}

/* ---- joining ---- */

static int64_t count_class(const struct queue_entry_list *list, int64_t tier_id)
{
	int64_t count = 0;

	for (size_t i = 0; i < list->count; i++)
		count += list->items[i].tier_id == tier_id;
	return count;
}

struct error *queue_register(struct request *request)
{
	const struct shop *shop = &request->shop;
	struct person person;
	struct event event;
	struct queue_entry entry;
	struct queue_entry_list list;
	struct order order;

	json_begin(request);
	TRY(find_event(request, &event));
	TRY(read_person(request, &event, &person));
	TRY(pace_take_order(request));
	request_need_browser(request);
	order = (struct order){
	    .event = event.slug,
	    .tier = person.tier->slug,
	    .quantity = 1,
	    .email = "",
	    .name = person.name,
	    .viewer = &request->viewer,
	    .source = "api",
	    .form_key = token_id(shop->arena),
	    .replaces = "",
	};
	TRY(queue_join(shop, &order, &entry));
	TRY(queue_store_list(shop->db, shop->arena, event.id, &list));
	json_answer(request,
	    json_pack("{s:s, s:I, s:I, s:s}", "message",
		arena_format(shop->arena,
		    "%s is number %" PRId64 " in the %s queue", person.name,
		    entry.position, person.tier->name),
		"queue_position", (json_int_t)entry.position,
		"current_queue_length",
		(json_int_t)count_class(&list, person.tier->id), "ticket_type",
		person.tier->name));
	return NULL;
}

/* ---- processing and cancelling ---- */

static const char *status_of(const struct queue_update *update)
{
	return update->is_confirmed ? "Confirmed" : "Sold Out";
}

struct error *queue_process(struct request *request)
{
	struct queue_update_list updates;
	const struct queue_update *last;
	struct person person;
	struct event event;
	struct queue_entry entry;
	json_t *shown;

	json_begin(request);
	TRY(find_event(request, &event));
	TRY(read_person(request, &event, &person));
	TRY(find_entry(request, &event, &person, &entry));
	TRY(queue_serve_up_to(&request->shop, event.id, entry.id, &updates));
	shown = json_array();
	for (size_t i = 0; i < updates.count; i++) {
		const struct queue_update *update = &updates.items[i];

		json_array_append_new(shown,
		    json_pack("{s:s, s:s, s:s, s:I}", "name", update->name,
			"ticket_type", update->tier->name, "status",
			status_of(update), "remaining",
			(json_int_t)update->remaining));
	}
	last = &updates.items[updates.count - 1];
	json_answer(request,
	    json_pack("{s:o, s:s, s:I}", "updates", shown, "final_status",
		status_of(last), "remaining_tickets",
		(json_int_t)last->remaining));
	return NULL;
}

/* A ticket that the person has already; whoever may act for all may for it. */
static struct error *cancel_ticket_in(struct request *request,
    const struct event *event, const struct person *person)
{
	const struct shop *shop = &request->shop;
	const struct viewer *owner =
	    may_act_for_all(request, event) ? NULL : &request->viewer;
	struct booking booking;

	TRY(booking_store_find_name(shop->db, shop->arena, person->tier->id,
	    person->name, owner, &booking));
	if (booking.id == 0)
		return fail(NOT_FOUND_ERROR, "Ticket not found");
	if (booking.total.minor > 0)
		return fail(VALIDATION_ERROR,
		    "A paid ticket is cancelled on its own page");
	return cancel_booking_in(shop, &booking, 0, "", clock_now());
}

/* Somebody may have ended it since it was found. */
static struct error *leave(
    struct request *request, const char *event, const char *key)
{
	struct error *error = queue_leave(&request->shop, event, key);

	if (error_is(error, STATE_ERROR))
		return fail(NOT_FOUND_ERROR, "Ticket not found");
	return error;
}

struct error *queue_cancel(struct request *request)
{
	struct person person;
	struct event event;
	struct queue_entry entry;
	struct error *error;

	json_begin(request);
	TRY(find_event(request, &event));
	TRY(read_person(request, &event, &person));
	error = find_entry(request, &event, &person, &entry);
	if (error_is(error, NOT_FOUND_ERROR))
		TRY(TRANSACTION(request->shop.db,
		    cancel_ticket_in(request, &event, &person)));
	else
		TRY(error ? error : leave(request, event.slug, entry.key));
	json_answer(request,
	    json_pack("{s:s}", "message",
		arena_format(request->shop.arena,
		    "The %s ticket of %s is cancelled", person.tier->name,
		    person.name)));
	return NULL;
}

/* ---- looking ---- */

/* Strangers see initials: "A. L.". */
static const char *shown_name(struct request *request,
    const struct event *event, const struct queue_entry *entry)
{
	const char *space = strrchr(entry->name, ' ');

	if (may_act(request, event, entry->user_id, entry->browser) || !space)
		return entry->name;
	return arena_format(request->shop.arena, "%.*s. %.*s.",
	    (int)text_character_size(entry->name), entry->name,
	    (int)text_character_size(space + 1), space + 1);
}

struct error *queue_show(struct request *request)
{
	const struct shop *shop = &request->shop;
	struct queue_entry_list list;
	struct event event;
	json_t *tree;

	json_begin(request);
	TRY(find_event(request, &event));
	TRY(queue_store_list(shop->db, shop->arena, event.id, &list));
	tree = json_object();
	for (size_t i = 0; i < event.tiers.count; i++) {
		const struct tier *tier = &event.tiers.items[i];
		json_t *names = json_array();

		for (size_t j = 0; j < list.count; j++)
			if (list.items[j].tier_id == tier->id)
				json_array_append_new(names,
				    json_string(shown_name(
					request, &event, &list.items[j])));
		json_object_set_new(tree,
		    arena_format(shop->arena, "%s Queue", tier->name), names);
	}
	json_answer(request, tree);
	return NULL;
}

/* How many are left of a tier, null when unlimited. */
static json_t *show_free(const struct tier *tier)
{
	return tier->is_unlimited ? json_null() : json_integer(tier->free);
}

struct error *queue_show_availability(struct request *request)
{
	struct event event;
	json_t *tree;

	json_begin(request);
	TRY(find_event(request, &event));
	tree = json_object();
	for (size_t i = 0; i < event.tiers.count; i++)
		json_object_set_new(tree, event.tiers.items[i].name,
		    show_free(&event.tiers.items[i]));
	json_answer(request, tree);
	return NULL;
}

struct error *queue_show_summary(struct request *request)
{
	struct arena *arena = request->shop.arena;
	int64_t sold = 0, remaining = 0;
	struct event event;
	json_t *tree;

	json_begin(request);
	TRY(find_event(request, &event));
	tree = json_object();
	for (size_t i = 0; i < event.tiers.count; i++) {
		const struct tier *tier = &event.tiers.items[i];

		sold += tier->sold;
		remaining += tier->is_unlimited ? 0 : tier->free;
		json_object_set_new(tree,
		    arena_format(arena, "%s_sold", tier->slug),
		    json_integer(tier->sold));
		json_object_set_new(tree,
		    arena_format(arena, "%s_remaining", tier->slug),
		    show_free(tier));
	}
	json_object_set_new(tree, "total_sold", json_integer(sold));
	json_object_set_new(tree, "total_remaining", json_integer(remaining));
	json_answer(request, tree);
	return NULL;
}
