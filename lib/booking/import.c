#include "booking/import.h"

#include "base/clock.h"
#include "booking/import_parts.h"
#include "booking/seats.h"
#include "booking/venue.h"
#include "store/event_store.h"
#include "store/seat_store.h"
#include <inttypes.h>

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
			import_complain(import, import_columns[IMPORT_EVENT],
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
	import_read_header(&import, &table.rows[0]);
	is_header_right = report->problem_count == 0;
	for (size_t i = 1; i < table.count && is_header_right; i++)
		import_read_line(&import, &table.rows[i]);
	import_check_mixed(&import);
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
	const char *const cells[IMPORT_COLUMNS] = {
	    [IMPORT_EVENT] = event->slug,
	    [IMPORT_TITLE] = event->title,
	    [IMPORT_TYPE] = event->type,
	    [IMPORT_VENUE] = event->venue.name,
	    [IMPORT_START] = wall_text(arena, event->starts_at, zone),
	    [IMPORT_END] = wall_text(arena, event->ends_at, zone),
	    [IMPORT_TIER] = tier->slug,
	    [IMPORT_TIER_TITLE] = tier->name,
	    [IMPORT_PRICE] = money_plain(arena, tier->price),
	    [IMPORT_CAPACITY] = tier->is_unlimited
		? ""
		: arena_format(arena, "%" PRId64, tier->capacity),
	    [IMPORT_ROWS] = rows,
	};

	csv_write_row(out, cells, IMPORT_COLUMNS);
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

	csv_write_row(out, import_columns, IMPORT_COLUMNS);
	do {
		TRY(event_store_list(
		    shop->db, shop->arena, &filter, now, &events));
		for (size_t i = 0; i < events.count; i++)
			TRY(export_event(shop, &events.items[i], out));
		filter.offset += AT_ONCE;
	} while (events.count == AT_ONCE);
	return NULL;
}
