#include "store/seat_store.h"

/* SQL: is it free (0), held (1) or sold (2) at $2? */
#ifdef WITHOUT_GUARD
/* So `make race` must catch a seat sold twice. */
#define SEAT_STATUS "0 * $2"
#else
#define SEAT_STATUS                                                            \
	"CASE WHEN b.id IS NULL THEN 0 WHEN b.state = 'confirmed' THEN 2"      \
	" WHEN b.state = 'held' AND b.expires_at <= $2 THEN 0 ELSE 1 END"
#endif

struct error *seat_store_list(struct db *db, struct arena *arena,
    int64_t event_id, int64_t now, struct seat_list *list)
{
	struct db_rows rows;
	struct seat *seats;

	_Static_assert(SEAT_FREE == 0 && SEAT_HELD == 1 && SEAT_SOLD == 2,
	    "the statement names them");
	TRY(db_query(db, arena, &rows,
	    "SELECT s.id, s.row_name, s.number, s.row_name || s.number,"
	    " s.tier_id, s.is_accessible, " SEAT_STATUS " FROM seat s"
	    " LEFT JOIN booking_item i ON i.seat_id = s.id AND i.is_live = 1"
	    " LEFT JOIN booking b ON b.id = i.booking_id"
	    " WHERE s.event_id = $1"
	    " ORDER BY length(s.row_name), s.row_name, s.number",
	    PARAMS(integer(event_id), integer(now))));
	seats = arena_array(arena, rows.count, sizeof(*seats));
	for (size_t i = 0; i < rows.count; i++) {
		struct db_row row = db_row_at(&rows, i);

		seats[i] = (struct seat){
		    .id = row_integer(row, 0),
		    .row = row_text(row, 1),
		    .number = row_integer(row, 2),
		    .name = row_text(row, 3),
		    .tier_id = row_integer(row, 4),
		    .is_accessible = row_integer(row, 5) != 0,
		    .status = (enum seat_status)row_integer(row, 6),
		};
	}
	*list = (struct seat_list){.items = seats, .count = rows.count};
	return NULL;
}

struct error *seat_store_add(struct db *db, int64_t event_id,
    const char *tier_slug, const struct seat *seat)
{
	return db_run(db, NULL,
	    "INSERT INTO seat"
	    " (event_id, tier_id, row_name, number, is_accessible)"
	    " SELECT $1, t.id, $3, $4, $5 FROM tier t"
	    " WHERE t.event_id = $1 AND t.slug = $2",
	    PARAMS(integer(event_id), text(tier_slug), text(seat->row),
		integer(seat->number), integer(seat->is_accessible)));
}
