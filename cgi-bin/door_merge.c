/*
 * Handing in scans that were made without a network: JSON from the page that
 * made them, or the same as the text of a CSV file.
 */
#include "door.h"

#include "base/clock.h"
#include "base/text.h"
#include "base/token.h"
#include "booking/order.h"
#include "document/csv.h"
#include "store/scan_store.h"
#include "web/json.h"
#include <string.h>

struct request_list {
	struct scan_request *items;
	size_t count;
};

/* ---- from JSON ---- */

/* The telephone's clock may be wrong: it says what it shows now. */
static struct error *read_scan(
    const json_t *item, int64_t skew, struct scan_request *scan)
{
	const json_t *refused = json_object_get(item, "refused");

	*scan = (struct scan_request){
	    .code = json_member_text(item, "code"),
	    .location = json_member_text(item, "location"),
	    .override = json_member_text(item, "override"),
	    .client_key = json_member_text(item, "key"),
	    .scanned_at = json_member_number(item, "scanned_at"),
	    .refused =
		json_is_string(refused) ? json_string_value(refused) : NULL,
	};
	if (!scan_read_type(json_member_text(item, "scan_type"), &scan->type))
		return order_refuse("scan_type", "What for", "",
		    "must be check_in, check_out or access", NULL);
	if (scan->scanned_at <= 0 || scan->scanned_at > clock_now() + 366 * DAY)
		return order_refuse("scanned_at", "Time", "",
		    "must be seconds since 1970", NULL);
	scan->scanned_at += skew;
	return NULL;
}

static struct error *read_json(
    struct request *request, struct request_list *list)
{
	json_t *body, *scans, *item;
	int64_t sent_at, skew = 0;
	size_t i;

	TRY(json_read_body(request, &body));
	scans = json_object_get(body, "scans");
	if (!json_is_array(scans))
		return order_refuse(
		    "scans", "Scans", "", "must be a list", NULL);
	sent_at = json_member_number(body, "sent_at");
	if (sent_at > 0 && sent_at < clock_now() + 366 * DAY)
		skew = clock_now() - sent_at;
	list->count = json_array_size(scans);
	list->items =
	    arena_array(request->shop.arena, list->count, sizeof(*list->items));
	json_array_foreach(scans, i, item)
	    TRY(read_scan(item, skew, &list->items[i]));
	return NULL;
}

/* ---- from CSV ---- */

enum column {
	COLUMN_KEY,
	COLUMN_CODE,
	COLUMN_TYPE,
	COLUMN_TIME,
	COLUMN_LOCATION,
	COLUMN_REFUSED,
	COLUMN_OVERRIDE,
	COLUMN_COUNT
};

static const char *const column_names[] = {
    [COLUMN_KEY] = "key",
    [COLUMN_CODE] = "code",
    [COLUMN_TYPE] = "scan_type",
    [COLUMN_TIME] = "scanned_at",
    [COLUMN_LOCATION] = "location",
    [COLUMN_REFUSED] = "refused",
    [COLUMN_OVERRIDE] = "override",
};

static struct error *refuse_row(const struct csv_row *row, const char *why)
{
	return fail_with(VALIDATION_ERROR, NULL,
	    FIELDS(error_text("field", "Field", "scans"),
		error_number("line", "Line", row->line)),
	    "Line %lld: %s", (long long)row->line, why);
}

/* -1: there is none of that name. */
static int find_column(const struct csv_table *table, const char *name)
{
	for (size_t i = 0; table->count && i < table->rows[0].count; i++)
		if (text_equal(name, table->rows[0].cells[i]))
			return (int)i;
	return -1;
}

/* Which cell of a row is which column; -1: it has none. */
static struct error *read_head(
    const struct csv_table *table, int places[COLUMN_COUNT])
{
	for (int i = 0; i < COLUMN_COUNT; i++)
		places[i] = find_column(table, column_names[i]);
	if (places[COLUMN_CODE] < 0 || places[COLUMN_TIME] < 0)
		return fail_field("scans",
		    "The first line must name the columns: code and "
		    "scanned_at at least");
	return NULL;
}

static const char *cell(struct arena *arena, const struct csv_row *row,
    const int places[COLUMN_COUNT], enum column column)
{
	int place = places[column];

	if (place < 0 || (size_t)place >= row->count)
		return "";
	return csv_plain(arena, row->cells[place]);
}

/* Seconds since 1970, or a minute on the event's wall: from a paper list. */
static bool read_time(const struct event *event, const char *text, int64_t *at)
{
	struct wall_time wall;

	if (text_number(text, at) == NUMBER_OK)
		return *at > 0;
	if (clock_parse_minute(text, &wall))
		return false;
	*at = clock_from_wall(wall, event->timezone);
	return *at > 0;
}

static struct error *read_row(struct arena *arena, const struct event *event,
    const struct csv_row *row, const int places[COLUMN_COUNT],
    struct scan_request *scan)
{
	const char *type = cell(arena, row, places, COLUMN_TYPE);
	const char *refused = cell(arena, row, places, COLUMN_REFUSED);
	const char *time = cell(arena, row, places, COLUMN_TIME);

	*scan = (struct scan_request){
	    .code = cell(arena, row, places, COLUMN_CODE),
	    .type = SCAN_CHECK_IN,
	    .location = cell(arena, row, places, COLUMN_LOCATION),
	    .override = cell(arena, row, places, COLUMN_OVERRIDE),
	    .client_key = cell(arena, row, places, COLUMN_KEY),
	    .refused = *refused ? refused : NULL,
	};
	if (!*text_trim(arena, scan->code))
		return refuse_row(row, "the code is missing");
	if (*type && !scan_read_type(type, &scan->type))
		return refuse_row(
		    row, "scan_type must be check_in, check_out or access");
	if (!read_time(event, time, &scan->scanned_at))
		return refuse_row(row,
		    "scanned_at must be seconds since 1970, or look like "
		    "2026-11-28 19:30");
	/* One written by hand has no key: its words are. */
	if (!*scan->client_key)
		scan->client_key = arena_copy_bytes(arena,
		    token_hash(arena,
			arena_format(
			    arena, "%s %s %s", scan->code, type, time)),
		    32);
	return NULL;
}

static struct error *read_csv(struct request *request,
    const struct event *event, const char *text, size_t length,
    struct request_list *list)
{
	struct arena *arena = request->shop.arena;
	int places[COLUMN_COUNT] = {0};
	struct csv_table table;

	TRY(csv_read(arena, text, length, &table));
	TRY(read_head(&table, places));
	list->count = table.count - 1;
	list->items = arena_array(arena, list->count, sizeof(*list->items));
	for (size_t i = 0; i < list->count; i++)
		TRY(read_row(
		    arena, event, &table.rows[i + 1], places, &list->items[i]));
	return NULL;
}

/* ---- what became of them ---- */

struct report {
	const struct scan_answer *answers;
	size_t count;
	size_t repeated;
	struct scan_list conflicts;
};

static struct error *merge(struct request *request, const struct event *event,
    const struct request_list *list, struct report *report)
{
	struct arena *arena = request->shop.arena;
	struct scan_answer *answers =
	    arena_array(arena, list->count, sizeof(*answers));
	struct scan *conflicts =
	    arena_array(arena, list->count, sizeof(*conflicts));
	size_t count = 0;

	TRY(door_merge(&request->shop, event->slug, &request->viewer,
	    list->items, list->count, answers));
	*report = (struct report){.answers = answers, .count = list->count};
	for (size_t i = 0; i < list->count; i++) {
		report->repeated += answers[i].is_repeated;
		if (answers[i].scan.outcome == OUTCOME_CONFLICT)
			conflicts[count++] = answers[i].scan;
	}
	report->conflicts =
	    (struct scan_list){.items = conflicts, .count = count};
	return NULL;
}

static json_t *conflict_json(const struct scan *scan)
{
	return json_pack("{ss ss ss sI ss sI ss}", "key",
	    strchr(scan->client_key, ':') + 1, "code", scan->code, "reason",
	    scan->reason, "scanned_at", (json_int_t)scan->scanned_at,
	    "location", scan->location, "other_at", (json_int_t)scan->other_at,
	    "other_location", scan->other_location);
}

static void answer_json(struct request *request, const struct report *report)
{
	json_t *conflicts = json_array();

	for (size_t i = 0; i < report->conflicts.count; i++)
		json_array_append_new(
		    conflicts, conflict_json(&report->conflicts.items[i]));
	json_answer(request,
	    json_pack("{sI sI so}", "taken", (json_int_t)report->count,
		"repeated", (json_int_t)report->repeated, "conflicts",
		conflicts));
}

/* ---- the page ---- */

static void show(struct request *request, const struct event *event,
    const struct report *report, const struct error *error)
{
	struct arena *arena = request->shop.arena;
	struct door_merge_view view = {
	    .page = page_staff_frame(request,
		arena_format(arena, "Hand in scans - %s", event->title)),
	    .title = event->title,
	    .scans = error ? request_form(request, "scans") : "",
	    .most = request->shop.config->max_image_kib,
	    .problem = error ? error->message : "",
	    .secret = page_secret(request, SECRET_PLAIN),
	    .door_url = door_url(arena, event, ""),
	    .hand_in_url = door_url(arena, event, "/hand-in"),
	};

	view.page.is_plain = true;
	view.page.has_error = error != NULL;
	if (error) {
		view.box = page_problems(request, NULL, error);
		page_set_status(request, error);
	}
	if (report) {
		view.is_merged = true;
		view.taken = report->count;
		view.repeated = report->repeated;
		view.conflict_count = report->conflicts.count;
		view.conflicts =
		    door_verdicts(arena, event, &report->conflicts);
	}
	view_door_merge(&request->response.body, &view);
}

struct error *door_show_hand_in(struct request *request)
{
	struct event event;

	TRY(door_find_event(request, &event));
	show(request, &event, NULL, NULL);
	return NULL;
}

struct error *door_take_file(struct request *request)
{
	const struct upload *file = &request->upload;
	const char *typed = request_form(request, "scans");
	struct request_list list;
	struct report report;
	struct error *error;
	struct event event;

	TRY(door_find_event(request, &event));
	error = file->length > 0
	    ? read_csv(request, &event, file->bytes, file->length, &list)
	    : read_csv(request, &event, typed, strlen(typed), &list);
	if (!error)
		error = merge(request, &event, &list, &report);
	if (error && !page_can_show(error))
		return error;
	show(request, &event, error ? NULL : &report, error);
	return NULL;
}

struct error *door_take_json(struct request *request)
{
	struct request_list list = {.count = 0};
	struct report report;
	struct event event;

	TRY(door_find_event(request, &event));
	json_begin(request);
	TRY(read_json(request, &list));
	TRY(merge(request, &event, &list, &report));
	answer_json(request, &report);
	return NULL;
}
