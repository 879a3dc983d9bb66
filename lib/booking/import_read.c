/*
 * The lines of an import, as events; every mistake is noted.
 */
#include "base/clock.h"
#include "base/slug.h"
#include "base/text.h"
#include "booking/event.h"
#include "booking/import_parts.h"
#include "booking/seats.h"
#include <string.h>

enum {
	LONGEST_CELL = 200,
	CAPACITY_MOST = 10 * 1000 * 1000
};

const char *const import_columns[IMPORT_COLUMNS] = {
    [IMPORT_EVENT] = "event",
    [IMPORT_TITLE] = "title",
    [IMPORT_TYPE] = "type",
    [IMPORT_VENUE] = "venue",
    [IMPORT_START] = "start",
    [IMPORT_END] = "end",
    [IMPORT_TIER] = "tier",
    [IMPORT_TIER_TITLE] = "tier_title",
    [IMPORT_PRICE] = "price",
    [IMPORT_CAPACITY] = "capacity",
    [IMPORT_ROWS] = "rows",
};

/* ---- problems and cells ---- */

void import_complain(
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

static const char *cell(struct import *import, enum import_column column)
{
	size_t place = import->places[column];

	if (place == 0 || place > import->row->count)
		return "";
	return text_trim(import->arena,
	    csv_plain(import->arena, import->row->cells[place - 1]));
}

static bool is_usable(struct import *import, enum import_column column)
{
	const char *text = cell(import, column);

	if (text_length(text) > LONGEST_CELL)
		import_complain(import, import_columns[column], "is too long");
	else if (text_has_control(text))
		import_complain(
		    import, import_columns[column], "has control characters");
	else
		return true;
	return false;
}

/* ---- the first line ---- */

static void read_column(struct import *import, size_t place)
{
	const char *name = text_lower(import->arena,
	    text_trim(import->arena, import->row->cells[place - 1]));

	for (size_t i = 0; i < IMPORT_COLUMNS; i++)
		if (text_equal(import_columns[i], name)) {
			if (import->places[i])
				import_complain(import, name, "stands twice");
			import->places[i] = place;
			return;
		}
	import_complain(import, name, "is no column of an import");
}

void import_read_header(struct import *import, const struct csv_row *row)
{
	static const enum import_column needed[] = {
	    IMPORT_EVENT, IMPORT_TITLE, IMPORT_START, IMPORT_END, IMPORT_TIER};

	import->row = row;
	import->columns = row->count;
	for (size_t i = 1; i <= row->count; i++)
		read_column(import, i);
	for (size_t i = 0; i < COUNT_OF(needed); i++)
		if (!import->places[needed[i]])
			import_complain(import, import_columns[needed[i]],
			    "is missing in the first line");
}

/* ---- events ---- */

static bool read_moment(
    struct import *import, enum import_column column, int64_t *moment)
{
	struct wall_time wall;

	*moment = 0;
	if (clock_parse_minute(cell(import, column), &wall)) {
		import_complain(import, import_columns[column],
		    "must look like 2026-09-30 19:30");
		return false;
	}
	*moment = clock_from_wall(wall, import->shop->config->timezone);
	return true;
}

static const char *read_type(struct import *import)
{
	const char *type = cell(import, IMPORT_TYPE);

	if (*type == '\0')
		return "other";
	if (event_is_type(type))
		return type;
	import_complain(
	    import, import_columns[IMPORT_TYPE], "is no type of event");
	return "other";
}

static void start_event(struct import *import, struct event *event)
{
	const char *slug = cell(import, IMPORT_EVENT);
	const char *title = cell(import, IMPORT_TITLE);
	int64_t starts_at, ends_at;
	bool has_start = read_moment(import, IMPORT_START, &starts_at);
	bool has_end = read_moment(import, IMPORT_END, &ends_at);

	if (!slug_is_valid(slug))
		import_complain(import, import_columns[IMPORT_EVENT],
		    "must be of small letters, digits and hyphens");
	if (*title == '\0')
		import_complain(
		    import, import_columns[IMPORT_TITLE], "is empty");
	*event = (struct event){
	    .slug = slug,
	    .title = title,
	    .type = read_type(import),
	    .venue = {.name = cell(import, IMPORT_VENUE)},
	    .timezone = import->shop->config->timezone,
	    .currency = import->shop->config->currency,
	    .starts_at = starts_at,
	    .ends_at = ends_at,
	    .doors_minutes = 60,
	    .status = EVENT_PUBLISHED,
	    .one_booking_each = true,
	};
	if (has_start && has_end && ends_at <= starts_at)
		import_complain(import, import_columns[IMPORT_END],
		    "must be after the start");
}

static void check_same(
    struct import *import, enum import_column column, const char *value)
{
	const char *text = cell(import, column);

	if (*text && !text_equal(text, value))
		import_complain(import, import_columns[column],
		    "differs from the event's first line");
}

static void check_same_moment(
    struct import *import, enum import_column column, int64_t value)
{
	int64_t moment;

	if (*cell(import, column) && read_moment(import, column, &moment) &&
	    moment != value)
		import_complain(import, import_columns[column],
		    "differs from the event's first line");
}

static struct import_event *find_event(struct import *import)
{
	const char *slug = cell(import, IMPORT_EVENT);

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
	check_same(import, IMPORT_TITLE, found->event.title);
	check_same(import, IMPORT_TYPE, found->event.type);
	check_same(import, IMPORT_VENUE, found->event.venue.name);
	check_same_moment(import, IMPORT_START, found->event.starts_at);
	check_same_moment(import, IMPORT_END, found->event.ends_at);
	return found;
}

/* ---- tiers ---- */

static struct money read_price(struct import *import, const char *currency)
{
	const char *text = cell(import, IMPORT_PRICE);
	struct money price = money_of(0, currency);
	const struct error *error;

	if (*text == '\0')
		return price;
	error = money_parse(text, currency, &price);
	if (error)
		import_complain(
		    import, import_columns[IMPORT_PRICE], error->message);
	return price;
}

/* Places by `capacity`, else by `rows`, else without a limit. */
static void read_capacity(struct import *import, struct tier *tier)
{
	const char *text = cell(import, IMPORT_CAPACITY);
	const char *rows = cell(import, IMPORT_ROWS);
	struct seat_range_list seats = {.seats = 0};
	const struct error *error = seats_parse(import->arena, rows, &seats);

	if (error)
		import_complain(
		    import, import_columns[IMPORT_ROWS], error->message);
	tier->is_unlimited = *text == '\0' && *rows == '\0';
	tier->capacity = seats.seats;
	if (*text == '\0')
		return;
	if (text_number(text, &tier->capacity) != NUMBER_OK ||
	    tier->capacity < 0 || tier->capacity > CAPACITY_MOST)
		import_complain(import, import_columns[IMPORT_CAPACITY],
		    "must be a whole number, or empty for no limit");
	else if (*rows && tier->capacity != seats.seats)
		import_complain(import, import_columns[IMPORT_CAPACITY],
		    "is not the number of seats in rows");
}

static const char *read_tier_slug(struct import *import)
{
	const char *slug = cell(import, IMPORT_TIER);
	const char *name = cell(import, IMPORT_TIER_TITLE);

	if (*slug == '\0' && *name)
		slug = slug_make(import->arena, name);
	if (!slug_is_valid(slug))
		import_complain(import, import_columns[IMPORT_TIER],
		    "must be of small letters, digits and hyphens");
	return slug;
}

/* An event has numbered seats when one of its tiers has. */
static void read_rows(
    struct import *import, struct event *event, struct tier *tier)
{
	tier->rows = cell(import, IMPORT_ROWS);
	if (*tier->rows)
		event->seating = SEATING_RESERVED;
}

void import_check_mixed(struct import *import)
{
	for (size_t i = 0; i < import->event_count; i++) {
		const struct event *event = &import->events[i].event;

		import->row = import->events[i].row;
		for (size_t j = 0; event->seating == SEATING_RESERVED &&
		     j < event->tiers.count;
		     j++)
			if (event->tiers.items[j].is_unlimited)
				import_complain(import,
				    import_columns[IMPORT_CAPACITY],
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
	const char *name = cell(import, IMPORT_TIER_TITLE);
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
			import_complain(import, import_columns[IMPORT_TIER],
			    "stands twice in this event");
	*next_tier(import, found) = tier;
	import->report->tiers++;
}

void import_read_line(struct import *import, const struct csv_row *row)
{
	bool is_good = true;

	import->row = row;
	if (row->count != import->columns) {
		import_complain(import, "",
		    arena_format(import->arena,
			"it has %zu cells, but there are %zu columns",
			row->count, import->columns));
		return;
	}
	for (enum import_column column = 0; column < IMPORT_COLUMNS; column++)
		is_good &= is_usable(import, column);
	if (is_good)
		add_tier(import, find_or_start_event(import));
}
