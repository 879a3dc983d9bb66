#include "store/venue_store.h"

#include "store/event_store.h"

static struct venue read_venue(struct db_row row)
{
	return (struct venue){
	    .id = row_integer(row, 0),
	    .slug = row_text(row, 1),
	    .name = row_text(row, 2),
	    .address = row_text(row, 3),
	    .has_location = !row_is_null(row, 4),
	    .latitude = row_real(row, 4),
	    .longitude = row_real(row, 5),
	};
}

struct error *venue_store_list(
    struct db *db, struct arena *arena, struct venue_list *list)
{
	struct db_rows rows;
	struct venue *venues;

	TRY(db_query(db, arena, &rows,
	    "SELECT id, slug, name, address, latitude, longitude FROM venue"
	    " ORDER BY name /* scan: all; they are few */",
	    NO_PARAMS));
	venues = arena_array(arena, rows.count, sizeof(*venues));
	for (size_t i = 0; i < rows.count; i++)
		venues[i] = read_venue(db_row_at(&rows, i));
	*list = (struct venue_list){.items = venues, .count = rows.count};
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
	*venue = read_venue(db_row_at(&rows, 0));
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
