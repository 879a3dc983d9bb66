#include "store/event_change_store.h"

/* ---- changes to be told ---- */

#define CHANGE_COLUMNS                                                         \
	"id, event_id, before, changes, refund_until, told_at, told_up_to"

static void take_row(const struct db_rows *rows, struct event_change_row *row)
{
	struct db_row cells;

	*row = (struct event_change_row){.id = 0};
	if (rows->count == 0)
		return;
	cells = db_row_at(rows, 0);
	*row = (struct event_change_row){
	    .id = row_integer(cells, 0),
	    .event_id = row_integer(cells, 1),
	    .before = row_text(cells, 2),
	    .changes = row_text(cells, 3),
	    .refund_until = row_integer(cells, 4),
	    .told_at = row_integer(cells, 5),
	    .told_up_to = row_integer(cells, 6),
	};
}

struct error *event_change_store_open(struct db *db, struct arena *arena,
    int64_t event_id, struct event_change_row *row)
{
	struct db_rows rows;

	TRY(db_query(db, arena, &rows,
	    "SELECT " CHANGE_COLUMNS " FROM event_change WHERE event_id = $1"
	    " AND told_at IS NULL AND ended_at IS NULL",
	    PARAMS(integer(event_id))));
	take_row(&rows, row);
	return NULL;
}

struct error *event_change_store_unsaid(struct db *db, struct arena *arena,
    int64_t after, int64_t since, struct event_change_row *row)
{
	struct db_rows rows;

	TRY(db_query(db, arena, &rows,
	    "SELECT " CHANGE_COLUMNS " FROM event_change WHERE id > $1"
	    " AND told_at IS NULL AND ended_at IS NULL AND created_at <= $2"
	    " ORDER BY id LIMIT 1",
	    PARAMS(integer(after), integer(since))));
	take_row(&rows, row);
	return NULL;
}

struct error *event_change_store_told(struct db *db, struct arena *arena,
    int64_t after, struct event_change_row *row)
{
	struct db_rows rows;

	TRY(db_query(db, arena, &rows,
	    "SELECT " CHANGE_COLUMNS " FROM event_change WHERE id > $1"
	    " AND told_at IS NOT NULL AND ended_at IS NULL"
	    " ORDER BY id LIMIT 1",
	    PARAMS(integer(after))));
	take_row(&rows, row);
	return NULL;
}

struct error *event_change_store_is_under_way(
    struct db *db, struct arena *arena, int64_t event_id, bool *is_under_way)
{
	struct db_rows rows;

	TRY(db_query(db, arena, &rows,
	    "SELECT id FROM event_change WHERE event_id = $1"
	    " AND told_at IS NOT NULL AND ended_at IS NULL LIMIT 1",
	    PARAMS(integer(event_id))));
	*is_under_way = rows.count > 0;
	return NULL;
}

struct error *event_change_store_untold(struct db *db, struct arena *arena,
    const struct event_change_row *row, int64_t most, struct id_list *list)
{
	struct db_rows rows;

	TRY(db_query(db, arena, &rows,
	    "SELECT id FROM booking WHERE event_id = $1 AND id > $2"
	    " AND state IN ('held', 'paying', 'confirmed')"
	    " AND changes_id IS NULL AND (confirmed_at <= $3"
	    "   OR (is_later = 1 AND created_at <= $3))"
	    " ORDER BY id LIMIT $4",
	    PARAMS(integer(row->event_id), integer(row->told_up_to),
		integer(row->told_at), integer(most))));
	*list = rows_ids(arena, &rows);
	return NULL;
}

struct error *event_change_store_add(
    struct db *db, int64_t event_id, const char *before, int64_t now)
{
	return db_run(db, NULL,
	    "INSERT INTO event_change (event_id, before, created_at)"
	    " VALUES ($1, $2, $3)",
	    PARAMS(integer(event_id), text(before), integer(now)));
}

struct error *event_change_store_tell(struct db *db, int64_t id,
    const char *changes, int64_t refund_until, int64_t now, bool *moved)
{
	return db_run_one(db, moved,
	    "UPDATE event_change SET changes = $2, refund_until = $3,"
	    " told_at = $4 WHERE id = $1 AND told_at IS NULL"
	    " AND ended_at IS NULL",
	    PARAMS(integer(id), text(changes), integer_or_null(refund_until),
		integer(now)));
}

struct error *event_change_store_advance(
    struct db *db, int64_t id, int64_t from, int64_t to, bool *moved)
{
	return db_run_one(db, moved,
	    "UPDATE event_change SET told_up_to = $3"
	    " WHERE id = $1 AND told_up_to = $2 AND told_at IS NOT NULL"
	    " AND ended_at IS NULL",
	    PARAMS(integer(id), integer(from), integer(to)));
}

struct error *event_change_store_end(
    struct db *db, const struct event_change_row *row, int64_t now)
{
	return db_run(db, NULL,
	    "UPDATE event_change SET ended_at = $2"
	    " WHERE id = $1 AND coalesce(told_at, 0) = $3"
	    " AND ended_at IS NULL",
	    PARAMS(integer(row->id), integer(now), integer(row->told_at)));
}

/* ---- what cancelling an event concerns ---- */

struct error *event_change_store_cancelled(
    struct db *db, struct arena *arena, struct id_list *events)
{
	struct db_rows rows;

	TRY(db_query(db, arena, &rows,
	    "SELECT e.id FROM event e WHERE e.status = 'cancelled'"
	    " AND (EXISTS (SELECT 1 FROM booking b WHERE b.event_id = e.id"
	    "   AND b.state = 'confirmed' AND b.changes_id IS NULL)"
	    " OR EXISTS (SELECT 1 FROM queue_entry q"
	    "   WHERE q.event_id = e.id AND q.state = 'waiting'))"
	    " ORDER BY e.id /* scan: the index of cancelled ones alone */",
	    NO_PARAMS));
	*events = rows_ids(arena, &rows);
	return NULL;
}

struct error *event_change_store_confirmed(struct db *db, struct arena *arena,
    int64_t event_id, int64_t after, int64_t most, struct id_list *bookings)
{
	struct db_rows rows;

	TRY(db_query(db, arena, &rows,
	    "SELECT id FROM booking WHERE event_id = $1 AND id > $2"
	    " AND state = 'confirmed' AND changes_id IS NULL"
	    " ORDER BY id LIMIT $3",
	    PARAMS(integer(event_id), integer(after), integer(most))));
	*bookings = rows_ids(arena, &rows);
	return NULL;
}

struct error *event_change_store_held(struct db *db, struct arena *arena,
    int64_t event_id, struct id_list *bookings)
{
	struct db_rows rows;

	TRY(db_query(db, arena, &rows,
	    "SELECT id FROM booking WHERE event_id = $1 AND state = 'held'",
	    PARAMS(integer(event_id))));
	*bookings = rows_ids(arena, &rows);
	return NULL;
}

struct error *event_change_store_waiting(struct db *db, struct arena *arena,
    int64_t event_id, int64_t most, struct waiting_list *list)
{
	struct waiting_person *people;
	struct db_rows rows;

	TRY(db_query(db, arena, &rows,
	    "SELECT id, name, email FROM queue_entry WHERE event_id = $1"
	    " AND state = 'waiting' ORDER BY created_at, id LIMIT $2",
	    PARAMS(integer(event_id), integer(most))));
	people = arena_array(arena, rows.count, sizeof(*people));
	for (size_t i = 0; i < rows.count; i++) {
		struct db_row row = db_row_at(&rows, i);

		people[i] = (struct waiting_person){
		    .id = row_integer(row, 0),
		    .name = row_text(row, 1),
		    .email = row_text(row, 2),
		};
	}
	*list = (struct waiting_list){.items = people, .count = rows.count};
	return NULL;
}

struct error *event_change_store_take_offers_back(
    struct db *db, int64_t event_id)
{
	return db_run(db, NULL,
	    "UPDATE queue_entry SET state = 'waiting', booking_id = NULL"
	    " WHERE event_id = $1 AND state = 'offered'"
	    " /* scan: of entries of past ones, too; seldom asked */",
	    PARAMS(integer(event_id)));
}

struct error *event_change_store_send_away(
    struct db *db, int64_t entry_id, int64_t now)
{
	return db_run(db, NULL,
	    "UPDATE queue_entry SET state = 'left', person_key = NULL,"
	    " ended_at = $2 WHERE id = $1 AND state = 'waiting'",
	    PARAMS(integer(entry_id), integer(now)));
}
