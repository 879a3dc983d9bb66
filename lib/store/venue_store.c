#include "store/venue_store.h"

#include "store/event_store.h"

struct venue venue_store_read(struct db_row row, int first)
{
	return (struct venue){
	    .id = row_integer(row, first),
	    .slug = row_text(row, first + 1),
	    .name = row_text(row, first + 2),
	    .address = row_text(row, first + 3),
	    .has_location = !row_is_null(row, first + 4),
	    .latitude = row_real(row, first + 4),
	    .longitude = row_real(row, first + 5),
	};
}

static struct venue_list take_venues(
    struct arena *arena, const struct db_rows *rows)
{
	struct venue *venues = arena_array(arena, rows->count, sizeof(*venues));

	for (size_t i = 0; i < rows->count; i++)
		venues[i] = venue_store_read(db_row_at(rows, i), 0);
	return (struct venue_list){.items = venues, .count = rows->count};
}

struct error *venue_store_list(
    struct db *db, struct arena *arena, struct venue_list *list)
{
	struct db_rows rows;

	TRY(db_query(db, arena, &rows,
	    "SELECT id, slug, name, address, latitude, longitude FROM venue"
	    " ORDER BY name /* scan: all; they are few */",
	    NO_PARAMS));
	*list = take_venues(arena, &rows);
	return NULL;
}

struct error *venue_store_find(
    struct db *db, struct arena *arena, const char *slug, struct venue *venue)
{
	struct db_rows rows;

	TRY(db_query(db, arena, &rows,
	    "SELECT id, slug, name, address, latitude, longitude FROM venue"
	    " WHERE slug = $1",
	    PARAMS(text(slug))));
	if (rows.count == 0)
		return fail(NOT_FOUND_ERROR, "Venue not found");
	*venue = venue_store_read(db_row_at(&rows, 0), 0);
	return NULL;
}

struct error *venue_store_list_public(
    struct db *db, struct arena *arena, struct venue_list *list)
{
	struct db_rows rows;

	TRY(db_query(db, arena, &rows,
	    "SELECT v.id, v.slug, v.name, v.address, v.latitude, v.longitude"
	    " FROM venue v WHERE EXISTS (SELECT 1 FROM event e"
	    " WHERE e.venue_id = v.id AND e.status <> 'draft')"
	    " ORDER BY v.name LIMIT 500"
	    " /* scan: the filter offers every venue; they are few */",
	    NO_PARAMS));
	*list = take_venues(arena, &rows);
	return NULL;
}

struct error *venue_store_find_name(
    struct db *db, struct arena *arena, const char *name, struct venue *venue)
{
	struct db_rows rows;

	TRY(db_query(db, arena, &rows,
	    "SELECT v.id, v.slug, v.name, v.address, v.latitude, v.longitude"
	    " FROM venue v WHERE v.name = $1 LIMIT 1",
	    PARAMS(text(name))));
	*venue = (struct venue){.id = 0};
	if (rows.count)
		*venue = venue_store_read(db_row_at(&rows, 0), 0);
	return NULL;
}

/* ---- writing ---- */

/* "hall", else "hall-2", "hall-3" ... */
static struct error *free_venue_slug(
    struct db *db, struct arena *arena, const char *wanted, const char **slug)
{
	struct db_rows rows;

	*slug = wanted;
	for (int number = 2;; number++) {
		TRY(db_query(db, arena, &rows,
		    "SELECT id FROM venue WHERE slug = $1",
		    PARAMS(text(*slug))));
		if (rows.count == 0)
			return NULL;
		*slug = arena_format(arena, "%s-%d", wanted, number);
	}
}

struct error *venue_store_add(
    struct db *db, struct arena *arena, struct venue *venue, int64_t now)
{
	struct db_rows rows;

	TRY(free_venue_slug(db, arena, venue->slug, &venue->slug));
	TRY(db_query(db, arena, &rows,
	    "INSERT INTO venue"
	    " (slug, name, address, latitude, longitude, created_at)"
	    " VALUES ($1, $2, $3, $4, $5, $6) RETURNING id",
	    PARAMS(text(venue->slug), text(venue->name),
		text(venue->address ? venue->address : ""),
		venue->has_location ? real(venue->latitude) : null(),
		venue->has_location ? real(venue->longitude) : null(),
		integer(now))));
	venue->id = row_integer(db_row_at(&rows, 0), 0);
	return NULL;
}

struct error *venue_store_save(
    struct db *db, struct arena *arena, const struct venue *venue)
{
	struct db_rows rows;

	TRY(db_run(db, NULL,
	    "UPDATE venue SET name = $2, address = $3, latitude = $4,"
	    " longitude = $5 WHERE id = $1",
	    PARAMS(integer(venue->id), text(venue->name), text(venue->address),
		venue->has_location ? real(venue->latitude) : null(),
		venue->has_location ? real(venue->longitude) : null())));
	TRY(db_query(db, arena, &rows,
	    "SELECT id, title, summary FROM event WHERE venue_id = $1",
	    PARAMS(integer(venue->id))));
	for (size_t i = 0; i < rows.count; i++) {
		struct db_row row = db_row_at(&rows, i);
		const struct event event = {
		    .title = row_text(row, 1),
		    .summary = row_text(row, 2),
		    .venue = *venue,
		};

		TRY(db_run(db, NULL,
		    "UPDATE event SET search = $2 WHERE id = $1",
		    PARAMS(integer(row_integer(row, 0)),
			text(event_search_text(arena, &event)))));
	}
	return NULL;
}
