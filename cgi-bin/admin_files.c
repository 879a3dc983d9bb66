/*
 * What is taken out as a file: transactions and availability (R60, R73).
 */
#include "admin.h"

#include "base/clock.h"
#include "base/text.h"
#include "booking/event.h"
#include "document/csv.h"
#include "store/event_store.h"
#include "store/queue_store.h"
#include "store/staff_store.h"
#include "web/json.h"
#include <inttypes.h>

void staff_begin_csv(struct request *request, const char *name)
{
	request->response.content_type = "text/csv; charset=utf-8";
	request_header(request, "Content-Disposition",
	    arena_format(
		request->shop.arena, "attachment; filename=\"%s.csv\"", name));
}

/* ---- transactions ---- */

static const struct {
	const char *kind; /* the journal's */
	const char *text;
} kinds[] = {
    {"confirmed", "Confirmed"},
    {"sold_out", "Sold Out"},
    {"cancelled", "Cancelled"},
    {"joined", "Joined the waiting list"},
    {"offered", "Offered"},
    {"expired", "Expired"},
    {"left", "Left the waiting list"},
    {"late_money", "Paid too late"},
    {"changed", "Seats changed"},
    {"passed_on", "Passed on"},
};

static const char *text_of(const char *kind)
{
	for (size_t i = 0; i < COUNT_OF(kinds); i++)
		if (text_equal(kinds[i].kind, kind))
			return kinds[i].text;
	die("the journal has the kind %s", kind);
}

struct error *staff_send_transactions(struct request *request)
{
	static const char *const head[] = {"time", "event", "type", "status",
	    "name", "email", "places", "booking"};
	struct arena *arena = request->shop.arena;
	struct happening_list list;

	TRY(staff_store_journal(request->shop.db, arena, &request->viewer,
	    request_query(request, "event"), &list));
	staff_begin_csv(request, "transactions");
	csv_write_row(&request->response.body, head, COUNT_OF(head));
	for (size_t i = 0; i < list.count; i++) {
		const struct happening *line = &list.items[i];
		const char *const cells[] = {
		    clock_iso_utc(arena, line->at),
		    line->slug,
		    line->tier,
		    text_of(line->kind),
		    line->name,
		    line->email,
		    arena_format(arena, "%" PRId64, line->quantity),
		    line->reference,
		};

		csv_write_row(&request->response.body, cells, COUNT_OF(cells));
	}
	return NULL;
}

/* ---- availability ---- */

static struct error *find_events(
    struct request *request, struct event_list *list)
{
	const struct managed_filter filter = {
	    .text = "", .time = MANAGED_COMING, .limit = INT64_MAX};

	return event_store_list_managed(request->shop.db, request->shop.arena,
	    &request->viewer, &filter, clock_now(), list);
}

/* Places of a tier that the waiting list wants. */
static struct error *read_waiting(struct request *request,
    const struct event *event, const struct tier *tier, int64_t *waiting)
{
	return queue_store_wanted(request->shop.db, request->shop.arena,
	    event->id, tier->id, waiting);
}

static void write_tier(struct arena *arena, struct out *out,
    const struct event *event, const struct tier *tier, int64_t waiting)
{
	bool is_unlimited = tier->is_unlimited;
	const char *const cells[] = {
	    event->slug,
	    event->title,
	    clock_iso_utc(arena, event->starts_at),
	    tier->slug,
	    tier->name,
	    is_unlimited ? "" : arena_format(arena, "%" PRId64, tier->capacity),
	    arena_format(arena, "%" PRId64, tier->sold),
	    arena_format(arena, "%" PRId64, tier->held),
	    is_unlimited ? "" : arena_format(arena, "%" PRId64, tier->free),
	    arena_format(arena, "%" PRId64, waiting),
	};

	csv_write_row(out, cells, COUNT_OF(cells));
}

struct error *staff_send_availability(struct request *request)
{
	static const char *const head[] = {"event", "title", "start", "type",
	    "name", "capacity", "sold", "held", "remaining", "waiting"};
	struct event_list events;
	int64_t waiting;

	TRY(find_events(request, &events));
	staff_begin_csv(request, "availability");
	csv_write_row(&request->response.body, head, COUNT_OF(head));
	for (size_t i = 0; i < events.count; i++)
		for (size_t j = 0; j < events.items[i].tiers.count; j++) {
			const struct event *event = &events.items[i];
			const struct tier *tier = &event->tiers.items[j];

			TRY(read_waiting(request, event, tier, &waiting));
			write_tier(request->shop.arena, &request->response.body,
			    event, tier, waiting);
		}
	return NULL;
}

static json_t *number_or_null(bool is_null, int64_t number)
{
	return is_null ? json_null() : json_integer(number);
}

static json_t *pack_tier(const struct tier *tier, int64_t waiting)
{
	return json_pack("{ss ss so sI sI so sI}", "type", tier->slug, "name",
	    tier->name, "capacity",
	    number_or_null(tier->is_unlimited, tier->capacity), "sold",
	    tier->sold, "held", tier->held, "remaining",
	    number_or_null(tier->is_unlimited, tier->free), "waiting", waiting);
}

struct error *staff_send_availability_json(struct request *request)
{
	struct event_list events;
	json_t *list;

	json_begin(request);
	list = json_array();
	TRY(find_events(request, &events));
	for (size_t i = 0; i < events.count; i++) {
		const struct event *event = &events.items[i];
		json_t *tiers = json_array();
		int64_t waiting;

		for (size_t j = 0; j < event->tiers.count; j++) {
			const struct tier *tier = &event->tiers.items[j];

			TRY(read_waiting(request, event, tier, &waiting));
			json_array_append_new(tiers, pack_tier(tier, waiting));
		}
		json_array_append_new(list,
		    json_pack("{ss ss ss so}", "event", event->slug, "title",
			event->title, "start",
			clock_iso_utc(request->shop.arena, event->starts_at),
			"types", tiers));
	}
	json_answer(request, json_pack("{so}", "events", list));
	return NULL;
}
