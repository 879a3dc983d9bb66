/*
 * The door beside the single scan: merging, taking back, counting, listing.
 */
#include "base/clock.h"
#include "base/text.h"
#include "base/words.h"
#include "booking/audit.h"
#include "booking/door.h"
#include "booking/door_parts.h"
#include "booking/order.h"
#include "store/event_store.h"
#include "store/scan_store.h"
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

/* ---- merging ---- */

/* A request and its place among what was sent. */
struct merged {
	const struct scan_request *request;
	size_t index;
};

static int compare_times(const void *a, const void *b)
{
	const struct merged *x = a, *y = b;
	int64_t at = x->request->scanned_at, other = y->request->scanned_at;

	if (at != other)
		return at < other ? -1 : 1;
	return x->index < y->index ? -1 : 1;
}

static struct error *merge_in(const struct shop *shop,
    const struct event *event, const struct viewer *viewer,
    const struct merged *merged, size_t count, struct scan_answer *answers)
{
	for (size_t i = 0; i < count; i++)
		TRY(door_scan_in(shop, event, viewer, merged[i].request,
		    &answers[merged[i].index]));
	return NULL;
}

/* One made off line says when, and has a key of its own. */
static struct error *check_off_line(
    struct arena *arena, const struct scan_request *request)
{
	enum {
		KEY_LONGEST = 64
	};

	if (request->scanned_at <= 0)
		return order_refuse(
		    "scanned_at", "Time", "", "is missing", NULL);
	if (!*request->client_key ||
	    strlen(request->client_key) > KEY_LONGEST ||
	    text_has_control(request->client_key))
		return order_refuse("key", "Key", request->client_key,
		    *request->client_key ? "cannot be used" : "is missing",
		    NULL);
	if (request->refused)
		TRY(door_check_text("reason", "Reason", request->refused));
	return door_check(arena, request);
}

struct error *door_merge(const struct shop *shop, const char *event,
    const struct viewer *viewer, const struct scan_request *requests,
    size_t count, struct scan_answer *answers)
{
	struct merged *merged =
	    arena_array(shop->arena, count, sizeof(*merged));
	struct event found;

	TRY(event_store_find_door(
	    shop->db, shop->arena, event, viewer, clock_now(), &found));
	if (count > DOOR_MERGE_MOST)
		return fail(VALIDATION_ERROR,
		    "These are too many scans at once: send %d at most",
		    DOOR_MERGE_MOST);
	for (size_t i = 0; i < count; i++) {
		TRY(check_off_line(shop->arena, &requests[i]));
		merged[i] =
		    (struct merged){.request = &requests[i], .index = i};
	}
	qsort(merged, count, sizeof(*merged), compare_times);
	return TRANSACTION(
	    shop->db, merge_in(shop, &found, viewer, merged, count, answers));
}

/* ---- taking back ---- */

static struct error *undo_in(const struct shop *shop, const struct event *event,
    const struct viewer *viewer, int64_t scan_id, const char *why)
{
	const struct audit audit = {
	    .action = "door.undo",
	    .event_id = event->id,
	    .subject = arena_format(shop->arena, "scan %" PRId64, scan_id),
	};
	int64_t now = clock_now();
	struct scan scan;
	bool changed;

	TRY(scan_store_find(shop->db, shop->arena, event->id, scan_id, &scan));
	if (scan.outcome == OUTCOME_REFUSED)
		return fail(STATE_ERROR,
		    "This scan let nobody in: nothing is to be taken back");
	TRY(scan_store_undo(shop->db, scan_id, why, now, &changed));
	if (!changed)
		return fail(STATE_ERROR, "This scan was taken back already");
	if (scan.ticket_id)
		TRY(door_settle_in(shop, event, scan.ticket_id));
	return audit_in(shop, viewer, &audit, now);
}

struct error *door_undo(const struct shop *shop, const char *event,
    const struct viewer *viewer, int64_t scan_id, const char *why)
{
	const char *reason = text_trim(shop->arena, why);
	struct event found;

	TRY(event_store_find_door(
	    shop->db, shop->arena, event, viewer, clock_now(), &found));
	if (!*reason)
		return order_refuse("why", "Reason", "", "is missing", NULL);
	TRY(door_check_text("why", "Reason", reason));
	return TRANSACTION(
	    shop->db, undo_in(shop, &found, viewer, scan_id, reason));
}

/* ---- counting and listing ---- */

struct error *door_count(const struct shop *shop, const struct event *event,
    int64_t now, struct door_count *count)
{
	int64_t since = event->door_rule == DOOR_DAILY
	    ? clock_day_start(now, event->timezone)
	    : 0;

	return scan_store_count(shop->db, shop->arena, event->id, since, count);
}

/* A ticket with its name in small letters, to sort and search by. */
struct listed {
	struct door_ticket ticket;
	const char *folded;
};

static int compare_names(const void *a, const void *b)
{
	const struct listed *x = a, *y = b;
	int order = strcmp(x->folded, y->folded);

	if (order)
		return order;
	return x->ticket.id < y->ticket.id ? -1 : 1;
}

static const char *first_letter(struct arena *arena, const char *folded)
{
	return arena_copy_bytes(arena, folded, text_character_size(folded));
}

/* Append a letter unless it is the last one there: the names are sorted. */
static void add_letter(
    struct arena *arena, const char *folded, struct out *letters)
{
	const char *letter = first_letter(arena, folded);
	size_t length = strlen(letter);

	if (length == 0 ||
	    (letters->length >= length &&
		text_equal(letters->data + letters->length - length, letter)))
		return;
	out_text(letters, letter);
}

static bool is_wanted(struct arena *arena, const struct listed *listed,
    const struct words *wanted, const char *letter)
{
	const char *all = arena_format(arena, "%s %s %s", listed->folded,
	    text_fold(arena, listed->ticket.code),
	    text_fold(arena, listed->ticket.reference));

	if (*letter && !text_equal(first_letter(arena, listed->folded), letter))
		return false;
	return words_are_in(wanted, all);
}

struct error *door_list(const struct shop *shop, const struct event *event,
    const char *text, const char *letter, struct door_ticket_list *list,
    const char **letters)
{
	struct arena *arena = shop->arena;
	struct words wanted = words_read(arena, text_fold(arena, text));
	const char *initial = text_fold(arena, text_trim(arena, letter));
	struct out initials = {.arena = arena};
	struct door_ticket *tickets;
	struct door_ticket_list all;
	struct listed *listed;
	size_t count = 0;

	TRY(scan_store_tickets(shop->db, arena, event->id, &all));
	listed = arena_array(arena, all.count, sizeof(*listed));
	tickets = arena_array(arena, all.count, sizeof(*tickets));
	for (size_t i = 0; i < all.count; i++)
		listed[i] = (struct listed){.ticket = all.items[i],
		    .folded = text_fold(arena, all.items[i].holder_name)};
	qsort(listed, all.count, sizeof(*listed), compare_names);
	for (size_t i = 0; i < all.count; i++) {
		add_letter(arena, listed[i].folded, &initials);
		if (is_wanted(arena, &listed[i], &wanted, initial))
			tickets[count++] = listed[i].ticket;
	}
	*list = (struct door_ticket_list){.items = tickets, .count = count};
	if (letters)
		*letters = out_string(&initials);
	return NULL;
}
