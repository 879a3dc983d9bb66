#include "booking/event_tell.h"

#include "base/clock.h"
#include "base/text.h"
#include "booking/event_parts.h"
#include "booking/notice.h"
#include "store/catalogue_store.h"
#include "store/event_change_store.h"
#include "store/event_edit_store.h"
#include "store/event_store.h"

enum {
	SLICE = 50
};

/* ---- facts as JSON ---- */

static const char *write_json(const struct shop *shop, const json_t *value)
{
	struct out out = {.arena = shop->arena};

	if (!json_write(&out, value))
		die("a change of an event cannot be written");
	return out_string(&out);
}

static const char *pack_facts(
    const struct shop *shop, const struct event_fact_list *facts)
{
	json_t *array;

	json_use(shop->arena);
	array = json_array();
	for (size_t i = 0; i < facts->count; i++)
		if (facts->items[i].weight >= FACT_TOLD)
			json_array_append_new(array,
			    json_pack("{ss ss ss si}", "name",
				facts->items[i].name, "label",
				facts->items[i].label, "value",
				facts->items[i].value, "weight",
				(int)facts->items[i].weight));
	return write_json(shop, array);
}

static struct event_fact_list unpack_facts(
    const struct shop *shop, const char *text)
{
	struct event_fact *items;
	json_t *array;
	size_t count;

	json_use(shop->arena);
	array = json_loads(text, 0, NULL);
	count = json_array_size(array);
	items = arena_array(shop->arena, count, sizeof(*items));
	for (size_t i = 0; i < count; i++) {
		const json_t *fact = json_array_get(array, i);

		items[i] = (struct event_fact){
		    .name = json_member_text(fact, "name"),
		    .label = json_member_text(fact, "label"),
		    .value = json_member_text(fact, "value"),
		    .weight =
			(enum fact_weight)json_member_number(fact, "weight"),
		};
	}
	return (struct event_fact_list){.items = items, .count = count};
}

static const char *pack_changes(
    const struct shop *shop, const struct fact_change_list *changes)
{
	json_t *array;

	json_use(shop->arena);
	array = json_array();
	for (size_t i = 0; i < changes->count; i++)
		json_array_append_new(array,
		    json_pack("{ss ss ss sb}", "label", changes->items[i].label,
			"before", changes->items[i].before, "after",
			changes->items[i].after, "is_moving",
			changes->items[i].weight == FACT_MOVING));
	return write_json(shop, array);
}

/* ---- noting ---- */

static bool has_moved(const struct fact_change_list *changes)
{
	for (size_t i = 0; i < changes->count; i++)
		if (changes->items[i].weight == FACT_MOVING)
			return true;
	return false;
}

/* R76: who cannot come gets everything back. */
static struct error *open_refund(
    const struct shop *shop, const struct event *event, int64_t now)
{
	int64_t until = now + (int64_t)EVENT_REFUND_DAYS * DAY;

	if (until > event->starts_at)
		until = event->starts_at;
	if (until <= now || until <= event->refunds.full_until)
		return NULL;
	return event_edit_store_set_refund_until(
	    shop->db, event->id, until, now);
}

/* Who is told: those who have tickets, and those who reserved them. */
static struct error *count_bookings(
    const struct shop *shop, int64_t event_id, int64_t *count)
{
	struct event_uses uses;

	TRY(event_edit_store_count_uses(
	    shop->db, shop->arena, event_id, &uses));
	*count = uses.confirmed + uses.reserved;
	return NULL;
}

struct error *event_note_change_in(const struct shop *shop,
    const struct event *event, const struct event_fact_list *before,
    const struct event_fact_list *after, int64_t now, bool *must_tell)
{
	struct fact_change_list changes =
	    event_facts_compare(shop->arena, before, after, FACT_TOLD);
	struct event_change_row row;
	struct event_fact_list known;
	int64_t bookings;

	*must_tell = false;
	TRY(count_bookings(shop, event->id, &bookings));
	if (changes.count == 0 || bookings == 0)
		return NULL;
	if (has_moved(&changes))
		TRY(open_refund(shop, event, now));
	TRY(event_change_store_open(shop->db, shop->arena, event->id, &row));
	if (row.id == 0) {
		*must_tell = true;
		return event_change_store_add(
		    shop->db, event->id, pack_facts(shop, before), now);
	}
	known = unpack_facts(shop, row.before);
	changes = event_facts_compare(shop->arena, &known, after, FACT_TOLD);
	*must_tell = changes.count > 0;
	return *must_tell ? NULL : event_change_store_end(shop->db, &row, now);
}

/* ---- looking ---- */

static struct error *find_open(const struct shop *shop,
    const struct event *event, struct event_change_row *row,
    struct event_tell *tell)
{
	struct event_fact_list known, facts;

	*tell = (struct event_tell){.bookings = 0};
	TRY(event_change_store_open(shop->db, shop->arena, event->id, row));
	if (row->id == 0)
		return NULL;
	TRY(event_read_facts(shop, event, &facts));
	known = unpack_facts(shop, row->before);
	tell->changes =
	    event_facts_compare(shop->arena, &known, &facts, FACT_TOLD);
	tell->is_moved = has_moved(&tell->changes);
	return NULL;
}

struct error *event_tell_look(
    const struct shop *shop, const struct event *event, struct event_tell *tell)
{
	struct event_change_row row;

	TRY(find_open(shop, event, &row, tell));
	TRY(count_bookings(shop, event->id, &tell->bookings));
	return event_change_store_is_under_way(
	    shop->db, shop->arena, event->id, &tell->is_under_way);
}

/* ---- telling ---- */

int64_t event_tell_refund_until(const struct event *event, int64_t now)
{
	return event->refunds.full_until > now ? event->refunds.full_until : 0;
}

static struct error *check_until(
    const struct event *event, int64_t refund_until, int64_t now)
{
	const char *message = NULL;

	if (refund_until && refund_until <= now)
		message = "The end of refunds must be in the future";
	if (refund_until > event->starts_at)
		message = "Refunds must end before the event starts";
	if (!message)
		return NULL;
	return fail_field("refund_until", "%s", message);
}

static struct error *start_telling_in(const struct shop *shop,
    const struct event *event, const struct event_change_row *row,
    const struct event_tell *tell, int64_t refund_until, int64_t now)
{
	bool moved = false;

	TRY(catalogue_raise(shop->db));
	if (tell->changes.count)
		TRY(event_change_store_tell(shop->db, row->id,
		    pack_changes(shop, &tell->changes), refund_until, now,
		    &moved));
	if (!moved)
		return fail(STATE_ERROR, "There is nothing to tell any more");
	if (!tell->is_moved)
		return NULL;
	return event_edit_store_set_refund_until(
	    shop->db, event->id, refund_until, now);
}

static struct error *tell_in(const struct shop *shop,
    const struct viewer *viewer, const char *slug, int64_t refund_until,
    int64_t now)
{
	struct event_change_row row;
	struct event_tell tell;
	struct event event;

	TRY(event_find_theirs(shop, viewer, slug, &event));
	TRY(find_open(shop, &event, &row, &tell));
	if (!tell.is_moved)
		refund_until = 0;
	TRY(check_until(&event, refund_until, now));
	TRY(start_telling_in(shop, &event, &row, &tell, refund_until, now));
	return event_audit_in(
	    shop, viewer, "event.tell", &event, &tell.changes, now);
}

struct error *event_tell_do(const struct shop *shop,
    const struct viewer *viewer, const char *slug, int64_t refund_until)
{
	return TRANSACTION(
	    shop->db, tell_in(shop, viewer, slug, refund_until, clock_now()));
}

static struct error *drop_in(const struct shop *shop,
    const struct viewer *viewer, const char *slug, int64_t now)
{
	struct event_change_row row;
	struct event_tell tell;
	struct event event;

	TRY(event_find_theirs(shop, viewer, slug, &event));
	TRY(find_open(shop, &event, &row, &tell));
	if (row.id == 0)
		return fail(STATE_ERROR, "There is nothing to tell any more");
	TRY(event_change_store_end(shop->db, &row, now));
	return event_audit_in(
	    shop, viewer, "event.tell_nobody", &event, &tell.changes, now);
}

struct error *event_tell_drop(
    const struct shop *shop, const struct viewer *viewer, const char *slug)
{
	return TRANSACTION(shop->db, drop_in(shop, viewer, slug, clock_now()));
}

/* ---- mails, in slices ---- */

/* First the mark, so that of two at it the second finds it moved. */
static struct error *tell_slice_in(const struct shop *shop,
    const struct event_change_row *row, int64_t now, int64_t *last)
{
	struct id_list bookings;
	bool moved;

	*last = 0;
	TRY(event_change_store_untold(
	    shop->db, shop->arena, row, SLICE, &bookings));
	if (bookings.count == 0)
		return event_change_store_end(shop->db, row, now);
	TRY(event_change_store_advance(shop->db, row->id, row->told_up_to,
	    bookings.items[bookings.count - 1], &moved));
	if (!moved)
		return NULL;
	for (size_t i = 0; i < bookings.count; i++)
		TRY(notice_event_changed_in(shop, bookings.items[i],
		    row->changes, row->refund_until, now));
	*last = bookings.items[bookings.count - 1];
	return NULL;
}

/* As the page proposes it. A change that no booker minds any more ends. */
static struct error *tell_unasked_in(
    const struct shop *shop, int64_t event_id, int64_t now)
{
	struct event_change_row row;
	struct event_tell tell;
	struct event event;

	TRY(event_store_find_id(
	    shop->db, shop->arena, event_id, EVENTS_ALL, now, &event));
	TRY(find_open(shop, &event, &row, &tell));
	if (row.id == 0)
		return NULL;
	if (tell.changes.count == 0 || event.status == EVENT_CANCELLED ||
	    now >= event.ends_at)
		return event_change_store_end(shop->db, &row, now);
	return start_telling_in(shop, &event, &row, &tell,
	    tell.is_moved ? event_tell_refund_until(&event, now) : 0, now);
}

/* What nobody has said anything about. */
static struct error *tell_unasked(const struct shop *shop, int64_t now)
{
	struct event_change_row row = {.id = 0};

	for (;;) {
		TRY(event_change_store_unsaid(shop->db, shop->arena, row.id,
		    now - (int64_t)EVENT_TELL_MINUTES * MINUTE, &row));
		if (row.id == 0)
			return NULL;
		TRY(TRANSACTION(
		    shop->db, tell_unasked_in(shop, row.event_id, now)));
	}
}

struct error *event_tell_sweep(const struct shop *shop)
{
	int64_t now = clock_now(), last;
	struct event_change_row row = {.id = 0};

	TRY(tell_unasked(shop, now));
	for (;;) {
		TRY(event_change_store_told(
		    shop->db, shop->arena, row.id, &row));
		if (row.id == 0)
			return NULL;
		for (;;) {
			TRY(TRANSACTION(
			    shop->db, tell_slice_in(shop, &row, now, &last)));
			if (last == 0)
				break;
			row.told_up_to = last;
		}
	}
}
