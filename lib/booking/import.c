#include "booking/import.h"

#include "base/clock.h"
#include "base/text.h"
#include "booking/event.h"
#include "booking/seats.h"
#include "booking/venue.h"
#include "document/csv.h"
#include "store/event_store.h"
#include "store/seat_store.h"
#include <inttypes.h>
#include <string.h>

enum column {
	COLUMN_EVENT,
	COLUMN_TITLE,
	COLUMN_TYPE,
	COLUMN_VENUE,
	COLUMN_START,
	COLUMN_END,
	COLUMN_TIER,
	COLUMN_TIER_TITLE,
	COLUMN_PRICE,
	COLUMN_CAPACITY,
	COLUMN_ROWS,
	COLUMN_COUNT
};

static const char *const column_names[COLUMN_COUNT] = {
    [COLUMN_EVENT] = "event",
    [COLUMN_TITLE] = "title",
    [COLUMN_TYPE] = "type",
    [COLUMN_VENUE] = "venue",
    [COLUMN_START] = "start",
    [COLUMN_END] = "end",
    [COLUMN_TIER] = "tier",
    [COLUMN_TIER_TITLE] = "tier_title",
    [COLUMN_PRICE] = "price",
    [COLUMN_CAPACITY] = "capacity",
    [COLUMN_ROWS] = "rows",
};

enum {
	LONGEST_CELL = 200,
	CAPACITY_MOST = 10 * 1000 * 1000
};

/* An event as it is read, line by line. */
struct import_event {
	struct event event;
	struct tier *tiers; /* event.tiers.items, to be added to */
	size_t tier_room;
	const struct csv_row *row; /* its first line */
};

/* The import under way. */
struct import {
	const struct shop *shop;
	struct arena *arena;
	struct import_report *report;
	const struct csv_row *row;   /* being read */
	size_t places[COLUMN_COUNT]; /* of each column, from 1; 0: not there */
	size_t columns;              /* of the first line */
	struct import_event *events;
	size_t event_count;
};

/* ---- problems and cells ---- */

static void complain(
    struct import *import, const char *column, const char *message)
{
	struct import_report *report = import->report;

	if (report->problem_count == IMPORT_PROBLEMS_MOST) {
		report->has_more = true;
		return;
	}
	report->problems[report->problem_count++] = (struct import_problem){
	    .line = import->row->line, .column = column, .message = message};
}

static const char *cell(struct import *import, enum column column)
{
	size_t place = import->places[column];

	if (place == 0 || place > import->row->count)
		return "";
	return text_trim(
	    import->arena, csv_plain(import->row->cells[place - 1]));
}

static bool is_usable(struct import *import, enum column column)
{
	const char *text = cell(import, column);

	if (text_length(text) > LONGEST_CELL)
		complain(import, column_names[column], "is too long");
	else if (text_has_control(text))
		complain(
		    import, column_names[column], "has control characters");
	else
		return true;
	return false;
}

/* ---- the first line ---- */

static void read_column(struct import *import, size_t place)
{
	const char *name = text_lower(import->arena,
	    text_trim(import->arena, import->row->cells[place - 1]));

	for (size_t i = 0; i < COLUMN_COUNT; i++)
		if (text_equal(column_names[i], name)) {
			if (import->places[i])
				complain(import, name, "stands twice");
			import->places[i] = place;
			return;
		}
	complain(import, name, "is no column of an import");
}

static void read_header(struct import *import, const struct csv_row *row)
{
	static const enum column needed[] = {
	    COLUMN_EVENT, COLUMN_TITLE, COLUMN_START, COLUMN_END, COLUMN_TIER};

	import->row = row;
	import->columns = row->count;
	for (size_t i = 1; i <= row->count; i++)
		read_column(import, i);
	for (size_t i = 0; i < COUNT_OF(needed); i++)
		if (!import->places[needed[i]])
			complain(import, column_names[needed[i]],
			    "is missing in the first line");
}

/* ---- events ---- */

static bool read_moment(
    struct import *import, enum column column, int64_t *moment)
{
	struct wall_time wall;

	*moment = 0;
	if (clock_parse_minute(cell(import, column), &wall)) {
		complain(import, column_names[column],
		    "must look like 2026-09-30 19:30");
		return false;
	}
	*moment = clock_from_wall(wall, import->shop->config->timezone);
	return true;
}

static const char *read_type(struct import *import)
{
	const char *type = cell(import, COLUMN_TYPE);
	size_t count;
	const struct event_type *types = event_types(&count);

	if (*type == '\0')
		return "other";
	for (size_t i = 0; i < count; i++)
		if (text_equal(types[i].name, type))
			return types[i].name;
	complain(import, column_names[COLUMN_TYPE], "is no type of event");
	return "other";
}

static void start_event(struct import *import, struct event *event)
{
	const char *slug = cell(import, COLUMN_EVENT);
	const char *title = cell(import, COLUMN_TITLE);
	int64_t starts_at, ends_at;
	bool has_start = read_moment(import, COLUMN_START, &starts_at);
	bool has_end = read_moment(import, COLUMN_END, &ends_at);

	if (!text_is_slug(slug))
		complain(import, column_names[COLUMN_EVENT],
		    "must be of small letters, digits and hyphens");
	if (*title == '\0')
		complain(import, column_names[COLUMN_TITLE], "is empty");
	*event = (struct event){
	    .slug = slug,
	    .title = title,
	    .type = read_type(import),
	    .venue = {.name = cell(import, COLUMN_VENUE)},
	    .timezone = import->shop->config->timezone,
	    .currency = import->shop->config->currency,
	    .starts_at = starts_at,
	    .ends_at = ends_at,
	    .doors_minutes = 60,
	    .status = EVENT_PUBLISHED,
	    .one_booking_each = true,
	};
	if (has_start && has_end && ends_at <= starts_at)
		complain(import, column_names[COLUMN_END],
		    "must be after the start");
}

static void check_same(
    struct import *import, enum column column, const char *value)
{
	const char *text = cell(import, column);

	if (*text && !text_equal(text, value))
		complain(import, column_names[column],
		    "differs from the event's first line");
}

static void check_same_moment(
    struct import *import, enum column column, int64_t value)
{
	int64_t moment;

	if (*cell(import, column) && read_moment(import, column, &moment) &&
	    moment != value)
		complain(import, column_names[column],
		    "differs from the event's first line");
}

static struct import_event *find_event(struct import *import)
{
	const char *slug = cell(import, COLUMN_EVENT);

	for (size_t i = import->event_count; i > 0; i--)
		if (text_equal(import->events[i - 1].event.slug, slug))
			return &import->events[i - 1];
	return NULL;
}

static struct import_event *find_or_start_event(struct import *import)
{
	struct import_event *found = find_event(import);

	if (!found) {
		found = &import->events[import->event_count++];
		found->row = import->row;
		start_event(import, &found->event);
		return found;
	}
	check_same(import, COLUMN_TITLE, found->event.title);
	check_same(import, COLUMN_TYPE, found->event.type);
	check_same(import, COLUMN_VENUE, found->event.venue.name);
	check_same_moment(import, COLUMN_START, found->event.starts_at);
	check_same_moment(import, COLUMN_END, found->event.ends_at);
	return found;
}

/* ---- tiers ---- */

static struct money read_price(struct import *import, const char *currency)
{
	const char *text = cell(import, COLUMN_PRICE);
	struct money price = money_of(0, currency);
	const struct error *error;

	if (*text == '\0')
		return price;
	error = money_parse(text, currency, &price);
	if (error)
		complain(import, column_names[COLUMN_PRICE], error->message);
	return price;
}

/* Places by `capacity`, else by `rows`, else without a limit. */
static void read_capacity(struct import *import, struct tier *tier)
{
	const char *text = cell(import, COLUMN_CAPACITY);
	const char *rows = cell(import, COLUMN_ROWS);
	struct seat_range_list seats = {.seats = 0};
	const struct error *error = seats_parse(import->arena, rows, &seats);

	if (error)
		complain(import, column_names[COLUMN_ROWS], error->message);
	tier->is_unlimited = *text == '\0' && *rows == '\0';
	tier->capacity = seats.seats;
	if (*text == '\0')
		return;
	if (text_number(text, &tier->capacity) != NUMBER_OK ||
	    tier->capacity < 0 || tier->capacity > CAPACITY_MOST)
		complain(import, column_names[COLUMN_CAPACITY],
		    "must be a whole number, or empty for no limit");
	else if (*rows && tier->capacity != seats.seats)
		complain(import, column_names[COLUMN_CAPACITY],
		    "is not the number of seats in rows");
}

static const char *read_tier_slug(struct import *import)
{
	const char *slug = cell(import, COLUMN_TIER);
	const char *name = cell(import, COLUMN_TIER_TITLE);

	if (*slug == '\0' && *name)
		slug = text_slug(import->arena, name);
	if (!text_is_slug(slug))
		complain(import, column_names[COLUMN_TIER],
		    "must be of small letters, digits and hyphens");
	return slug;
}

/* An event has numbered seats when one of its tiers has. */
static void read_rows(
    struct import *import, struct event *event, struct tier *tier)
{
	tier->rows = cell(import, COLUMN_ROWS);
	if (*tier->rows)
		event->seating = SEATING_RESERVED;
}

/* Beside seats, "no limit" is more likely a cell that was forgotten. */
static void check_mixed(struct import *import)
{
	for (size_t i = 0; i < import->event_count; i++) {
		const struct event *event = &import->events[i].event;

		import->row = import->events[i].row;
		for (size_t j = 0; event->seating == SEATING_RESERVED &&
		     j < event->tiers.count;
		     j++)
			if (event->tiers.items[j].is_unlimited)
				complain(import, column_names[COLUMN_CAPACITY],
				    arena_format(import->arena,
					"or rows must be given for %s: other "
					"ticket types have rows",
					event->tiers.items[j].slug));
	}
}

/* Room for one more tier, by doubling. */
static struct tier *next_tier(struct import *import, struct import_event *found)
{
	struct tier_list *list = &found->event.tiers;

	if (list->count == found->tier_room) {
		struct tier *tiers;

		found->tier_room = found->tier_room ? found->tier_room * 2 : 4;
		tiers = arena_array(
		    import->arena, found->tier_room, sizeof(*tiers));
		if (list->count)
			memcpy(
			    tiers, list->items, list->count * sizeof(*tiers));
		found->tiers = tiers;
		list->items = tiers;
	}
	return &found->tiers[list->count++];
}

static void add_tier(struct import *import, struct import_event *found)
{
	struct event *event = &found->event;
	const char *name = cell(import, COLUMN_TIER_TITLE);
	struct tier tier = {
	    .slug = read_tier_slug(import),
	    .price = read_price(import, event->currency),
	};

	tier.name = *name ? name : tier.slug;
	tier.rank = text_equal(tier.slug, "vip") ? 0 : 1;
	read_capacity(import, &tier);
	read_rows(import, event, &tier);
	for (size_t i = 0; i < event->tiers.count; i++)
		if (text_equal(event->tiers.items[i].slug, tier.slug))
			complain(import, column_names[COLUMN_TIER],
			    "stands twice in this event");
	*next_tier(import, found) = tier;
	import->report->tiers++;
}

static void read_line(struct import *import, const struct csv_row *row)
{
	bool is_good = true;

	import->row = row;
	if (row->count != import->columns) {
		complain(import, "",
		    arena_format(import->arena,
			"it has %zu cells, but there are %zu columns",
			row->count, import->columns));
		return;
	}
	for (enum column column = 0; column < COLUMN_COUNT; column++)
		is_good &= is_usable(import, column);
	if (is_good)
		add_tier(import, find_or_start_event(import));
}

/* Events that the site has already are named with their lines. */
static struct error *check_new(struct import *import)
{
	const struct shop *shop = import->shop;
	int64_t id;

	for (size_t i = 0; i < import->event_count; i++) {
		struct import_event *found = &import->events[i];
		struct error *error = event_store_find_slug(
		    shop->db, shop->arena, found->event.slug, &id);

		import->row = found->row;
		if (!error)
			complain(import, column_names[COLUMN_EVENT],
			    arena_format(import->arena, "%s exists already",
				found->event.slug));
		else if (!error_is(error, NOT_FOUND_ERROR))
			return error;
	}
	return NULL;
}

/* ---- writing ---- */

static struct error *add_seats(
    const struct shop *shop, const struct event *event)
{
	for (size_t i = 0; i < event->tiers.count; i++)
		TRY(seats_add(shop, event->id, event->tiers.items[i].slug,
		    event->tiers.items[i].rows));
	return NULL;
}

static struct error *write_events(struct import *import, const char **conflict)
{
	const struct shop *shop = import->shop;
	int64_t now = clock_now();

	for (size_t i = 0; i < import->event_count; i++) {
		struct event *event = &import->events[i].event;

		*conflict = event->slug;
		TRY(venue_give_in(shop, &event->venue, now));
		TRY(event_store_add(shop->db, shop->arena, event, now));
		TRY(add_seats(shop, event));
	}
	return NULL;
}

struct error *import_events(const struct shop *shop, const char *text,
    size_t length, struct import_report *report)
{
	struct import import = {
	    .shop = shop, .arena = shop->arena, .report = report};
	const char *conflict = "";
	struct csv_table table;
	struct error *error;
	bool is_header_right;

	*report = (struct import_report){.problem_count = 0};
	TRY(csv_read(shop->arena, text, length, &table));
	if (table.count < 2)
		return fail(VALIDATION_ERROR, "The file has no events");
	import.events =
	    arena_array(shop->arena, table.count, sizeof(*import.events));
	read_header(&import, &table.rows[0]);
	is_header_right = report->problem_count == 0;
	for (size_t i = 1; i < table.count && is_header_right; i++)
		read_line(&import, &table.rows[i]);
	check_mixed(&import);
	report->events = import.event_count;
	if (report->problem_count == 0)
		TRY(check_new(&import));
	if (report->problem_count)
		return fail(VALIDATION_ERROR, "Nothing was imported");
	error = TRANSACTION(shop->db, write_events(&import, &conflict));
	if (error_is(error, CONFLICT_ERROR))
		return fail(VALIDATION_ERROR,
		    "Nothing was imported: a seat of the event %s stands in "
		    "two ticket types",
		    conflict);
	return error;
}

/* ---- export ---- */

static const char *wall_text(struct arena *arena, int64_t at, const char *zone)
{
	struct wall_time wall = clock_wall(at, zone);

	return arena_format(arena, "%04d-%02d-%02d %02d:%02d", wall.year,
	    wall.month, wall.day, wall.hour, wall.minute);
}

static void export_tier(const struct shop *shop, const struct event *event,
    const struct tier *tier, const char *rows, struct out *out)
{
	struct arena *arena = shop->arena;
	const char *zone = shop->config->timezone;
	const char *const cells[COLUMN_COUNT] = {
	    [COLUMN_EVENT] = event->slug,
	    [COLUMN_TITLE] = event->title,
	    [COLUMN_TYPE] = event->type,
	    [COLUMN_VENUE] = event->venue.name,
	    [COLUMN_START] = wall_text(arena, event->starts_at, zone),
	    [COLUMN_END] = wall_text(arena, event->ends_at, zone),
	    [COLUMN_TIER] = tier->slug,
	    [COLUMN_TIER_TITLE] = tier->name,
	    [COLUMN_PRICE] = money_plain(arena, tier->price),
	    [COLUMN_CAPACITY] = tier->is_unlimited
		? ""
		: arena_format(arena, "%" PRId64, tier->capacity),
	    [COLUMN_ROWS] = rows,
	};

	csv_write_row(out, cells, COLUMN_COUNT);
}

static struct error *export_event(
    const struct shop *shop, const struct event *event, struct out *out)
{
	struct seat_list seats;

	TRY(seat_store_list(
	    shop->db, shop->arena, event->id, clock_now(), &seats));
	for (size_t i = 0; i < event->tiers.count; i++) {
		const struct tier *tier = &event->tiers.items[i];

		export_tier(shop, event, tier,
		    seats_write(shop->arena, &seats, tier->id), out);
	}
	return NULL;
}

struct error *export_events(const struct shop *shop, struct out *out)
{
	enum {
		AT_ONCE = 500
	};
	int64_t now = clock_now();
	struct event_filter filter = {.limit = AT_ONCE};
	struct event_list events;

	csv_write_row(out, column_names, COLUMN_COUNT);
	do {
		TRY(event_store_list(
		    shop->db, shop->arena, &filter, now, &events));
		for (size_t i = 0; i < events.count; i++)
			TRY(export_event(shop, &events.items[i], out));
		filter.offset += AT_ONCE;
	} while (events.count == AT_ONCE);
	return NULL;
}
