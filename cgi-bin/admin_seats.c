/*
 * The seat monitor (R53): who sits where, fresh every second. A script asks
 * for seats.json; when nothing has changed the answer is 304, for which no
 * seat is read. Without a script the page has a link, or renews itself if
 * that was asked for (WCAG 2.2.1).
 */
#include "admin.h"

#include "base/clock.h"
#include "base/text.h"
#include "store/catalogue_store.h"
#include "store/seat_store.h"
#include "store/staff_store.h"
#include "web/json.h"
#include "web/present.h"
#include <inttypes.h>

/* What the monitor tells apart; a seat's status comes first, in order. */
enum live_state {
	LIVE_FREE,
	LIVE_HELD,
	LIVE_SOLD,
	LIVE_IN,
	LIVE_STATES
};
_Static_assert(LIVE_FREE == (int)SEAT_FREE && LIVE_HELD == (int)SEAT_HELD &&
	LIVE_SOLD == (int)SEAT_SOLD,
    "a seat's status is its live state, unless it is checked in");

static const struct {
	const char
	    *word; /* class, and in seats.json; www/scripts/seats.js knows it */
	const char *sign;
	const char *label;
} states[LIVE_STATES] = {
    [LIVE_FREE] = {"free", "", "free"},
    [LIVE_HELD] = {"held", "…", "held"},
    [LIVE_SOLD] = {"sold", "●", "sold"},
    [LIVE_IN] = {"in", "✓", "checked in"},
};

/* The seats of an event with their live states. */
struct monitor {
	struct seat_list seats;
	enum live_state *states; /* of each */
	int64_t counts[LIVE_STATES];
};

static bool has_id(const struct id_list *list, int64_t id)
{
	for (size_t i = 0; i < list->count; i++)
		if (list->items[i] == id)
			return true;
	return false;
}

static struct error *read_seats(
    struct request *request, const struct event *event, struct monitor *monitor)
{
	const struct shop *shop = &request->shop;
	struct id_list in;

	*monitor = (struct monitor){.states = NULL};
	TRY(seat_store_list(
	    shop->db, shop->arena, event->id, clock_now(), &monitor->seats));
	TRY(staff_store_seats_in(shop->db, shop->arena, event->id, &in));
	monitor->states = arena_array(
	    shop->arena, monitor->seats.count, sizeof(*monitor->states));
	for (size_t i = 0; i < monitor->seats.count; i++) {
		const struct seat *seat = &monitor->seats.items[i];

		monitor->states[i] = (enum live_state)seat->status;
		if (seat->status == SEAT_SOLD && has_id(&in, seat->id))
			monitor->states[i] = LIVE_IN;
		monitor->counts[monitor->states[i]]++;
	}
	return NULL;
}

static struct error *find_event(struct request *request, struct event *event)
{
	TRY(staff_event(request, event));
	if (event->seating != SEATING_RESERVED)
		return fail(NOT_FOUND_ERROR, "This event has no seats");
	return NULL;
}

/* ---- the page ---- */

static struct live_count_list make_counts(
    struct arena *arena, const struct monitor *monitor)
{
	struct live_count *counts =
	    arena_array(arena, LIVE_STATES, sizeof(*counts));

	for (size_t i = 0; i < LIVE_STATES; i++)
		counts[i] = (struct live_count){
		    .state = states[i].word,
		    .sign = states[i].sign,
		    .label = states[i].label,
		    .number = monitor->counts[i],
		};
	return (struct live_count_list){.items = counts, .count = LIVE_STATES};
}

/* The list is in order, so a row ends where another begins. */
static struct live_row_list make_rows(
    struct arena *arena, const struct monitor *monitor)
{
	size_t total = monitor->seats.count, count = 0;
	struct live_row *rows = arena_array(arena, total, sizeof(*rows));
	struct live_seat *seats = arena_array(arena, total, sizeof(*seats));

	for (size_t i = 0; i < total; i++) {
		const struct seat *seat = &monitor->seats.items[i];

		if (count == 0 || !text_equal(rows[count - 1].name, seat->row))
			rows[count++] = (struct live_row){
			    .name = seat->row, .seats = {.items = &seats[i]}};
		seats[i] = (struct live_seat){
		    .name = seat->name,
		    .number = arena_format(arena, "%" PRId64, seat->number),
		    .state = states[monitor->states[i]].word,
		    .label = states[monitor->states[i]].label,
		};
		rows[count - 1].seats.count++;
	}
	return (struct live_row_list){.items = rows, .count = count};
}

struct error *staff_show_seats(struct request *request)
{
	struct arena *arena = request->shop.arena;
	struct url here = url_local(arena, request->path);
	struct staff_seats_view view;
	struct monitor monitor;
	struct event event;

	TRY(find_event(request, &event));
	TRY(read_seats(request, &event, &monitor));
	view = (struct staff_seats_view){
	    .page = staff_page(request,
		arena_format(arena, "Seats - %s", event.title), STAFF_EVENTS),
	    .tabs = staff_tabs(request, &event, STAFF_TAB_SEATS),
	    .counts = make_counts(arena, &monitor),
	    .rows = make_rows(arena, &monitor),
	    .now = present_when(&event, clock_now(), WHEN_TIME),
	    .refresh = here,
	    .live = page_renewal(request, here, 1).live,
	    .still = here,
	};
	request->response.runs_scripts = true;
	view_staff_seats(&request->response.body, &view);
	return NULL;
}

/* ---- for the script ---- */

/*
 * Another one when a seat may look another way: stock and holds raise the
 * catalogue, a hold's end is an edge in time, the door has its scans.
 */
static struct error *make_etag(
    struct request *request, const struct event *event, const char **etag)
{
	const struct shop *shop = &request->shop;
	int64_t version, edge;
	const char *mark;

	TRY(catalogue_version(shop->db, shop->arena, &version));
	TRY(catalogue_next_edge(shop->db, shop->arena, clock_now(), &edge));
	TRY(staff_store_scan_mark(shop->db, shop->arena, event->id, &mark));
	*etag = arena_format(shop->arena,
	    "W/\"%" PRId64 "-%" PRId64 "-%s-seats\"", version, edge, mark);
	return NULL;
}

static json_t *make_json(
    const struct event *event, const struct monitor *monitor)
{
	json_t *counts = json_object(), *seats = json_object();

	for (size_t i = 0; i < LIVE_STATES; i++)
		json_object_set_new(
		    counts, states[i].word, json_integer(monitor->counts[i]));
	for (size_t i = 0; i < monitor->seats.count; i++)
		json_object_set_new(seats, monitor->seats.items[i].name,
		    json_string(states[monitor->states[i]].word));
	return json_pack("{ss so so}", "event", event->slug, "counts", counts,
	    "seats", seats);
}

struct error *staff_send_seats(struct request *request)
{
	struct monitor monitor;
	struct event event;
	const char *etag;

	TRY(find_event(request, &event));
	TRY(make_etag(request, &event, &etag));
	request->response.cache_control = "private, no-cache";
	if (request_knows(request, etag))
		return NULL;
	TRY(read_seats(request, &event, &monitor));
	json_begin(request);
	json_answer(request, make_json(&event, &monitor));
	return NULL;
}
