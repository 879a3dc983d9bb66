#include "store/api_store.h"

#include "store/ticket_store.h"

/* ---- tickets ---- */

/* SQL: the status of ticket `k` of event `e`; $1 is the moment. */
#define STATUS                                                                 \
	"CASE WHEN k.status = 'active' AND e.ends_at < $1 THEN 'expired'"      \
	" ELSE k.status END"

/* The columns that read_ticket() reads, in its order. */
#define TICKET_COLUMNS                                                         \
	"k.id, k.booking_id, k.event_id, k.tier_id, k.code, t.name,"           \
	" k.holder_name, coalesce(s.row_name || s.number, ''), " STATUS        \
	", k.price, e.currency, k.passed_on_at,"                               \
	" e.starts_at - e.doors_minutes * 60, e.ends_at, k.check_in_at,"       \
	" k.created_at, b.user_id, b.reference, t.slug,"                       \
	" (SELECT a.gateway_reference FROM payment_attempt a"                  \
	"   WHERE a.booking_id = b.id AND a.state = 'captured' LIMIT 1),"      \
	" CASE k.metadata WHEN '{}' THEN b.metadata ELSE k.metadata END,"      \
	" max(k.created_at, coalesce(k.check_in_at, 0),"                       \
	"   coalesce(k.passed_on_at, 0), coalesce(k.ended_at, 0),"             \
	"   coalesce((SELECT max(o.created_at) FROM ticket_old_code o"         \
	"     WHERE o.ticket_id = k.id), 0))"
#define TICKET_TABLES                                                          \
	" FROM ticket k JOIN booking b ON b.id = k.booking_id"                 \
	" JOIN event e ON e.id = k.event_id"                                   \
	" JOIN tier t ON t.id = k.tier_id"                                     \
	" LEFT JOIN seat s ON s.id = k.seat_id"

static struct api_ticket read_ticket(struct db_row row)
{
	return (struct api_ticket){
	    .ticket =
		{
		    .id = row_integer(row, 0),
		    .booking_id = row_integer(row, 1),
		    .event_id = row_integer(row, 2),
		    .tier_id = row_integer(row, 3),
		    .code = row_text(row, 4),
		    .tier_name = row_text(row, 5),
		    .holder_name = row_text(row, 6),
		    .holder_email = "",
		    .seat = row_text(row, 7),
		    .status = ticket_read_status(row, 8),
		    .price = money_of(row_integer(row, 9), row_text(row, 10)),
		    .passed_on_at = row_integer(row, 11),
		    .valid_from = row_integer(row, 12),
		    .valid_until = row_integer(row, 13),
		    .check_in_at = row_integer(row, 14),
		    .created_at = row_integer(row, 15),
		},
	    .user_id = row_integer(row, 16),
	    .reference = row_text(row, 17),
	    .tier_slug = row_text(row, 18),
	    .payment = row_text(row, 19),
	    .metadata = row_text(row, 20),
	    .updated_at = row_integer(row, 21),
	};
}

static void take_tickets(struct arena *arena, const struct db_rows *rows,
    struct api_ticket_list *list)
{
	struct api_ticket *tickets =
	    arena_array(arena, rows->count, sizeof(*tickets));

	for (size_t i = 0; i < rows->count; i++)
		tickets[i] = read_ticket(db_row_at(rows, i));
	list->items = tickets;
	list->count = rows->count;
}

/*
 * Fill the list with a page of the tickets whose column (a literal) is `id`,
 * and their number in all.
 */
#define LIST_TICKETS(column, id)                                               \
	do {                                                                   \
		struct db_rows rows;                                           \
		TRY(db_query(db, arena, &rows,                                 \
		    "SELECT count(*)" TICKET_TABLES " WHERE " column " = $2"   \
		    " AND ($3 IS NULL OR " STATUS " = $3)",                    \
		    PARAMS(integer(now), integer(id),                          \
			text_or_null(filter->status))));                       \
		list->total = row_integer(db_row_at(&rows, 0), 0);             \
		TRY(db_query(db, arena, &rows,                                 \
		    "SELECT " TICKET_COLUMNS TICKET_TABLES " WHERE " column    \
		    " = $2 AND ($3 IS NULL OR " STATUS " = $3)"                \
		    " ORDER BY k.created_at DESC, k.id DESC"                   \
		    " LIMIT $4 OFFSET $5",                                     \
		    PARAMS(integer(now), integer(id),                          \
			text_or_null(filter->status), integer(filter->limit),  \
			integer(filter->offset))));                            \
		take_tickets(arena, &rows, list);                              \
	} while (0)

struct error *api_store_tickets(struct db *db, struct arena *arena,
    const struct api_ticket_filter *filter, int64_t now,
    struct api_ticket_list *list)
{
	if (filter->user_id)
		LIST_TICKETS("b.user_id", filter->user_id);
	else
		LIST_TICKETS("k.event_id", filter->event_id);
	return NULL;
}

struct error *api_store_tickets_of(struct db *db, struct arena *arena,
    int64_t booking_id, int64_t now, struct api_ticket_list *list)
{
	struct db_rows rows;

	TRY(db_query(db, arena, &rows,
	    "SELECT " TICKET_COLUMNS TICKET_TABLES
	    " WHERE k.booking_id = $2 ORDER BY k.id",
	    PARAMS(integer(now), integer(booking_id))));
	take_tickets(arena, &rows, list);
	list->total = (int64_t)rows.count;
	return NULL;
}

struct error *api_store_ticket(struct db *db, struct arena *arena, int64_t id,
    int64_t now, struct api_ticket *ticket)
{
	struct db_rows rows;

	TRY(db_query(db, arena, &rows,
	    "SELECT " TICKET_COLUMNS TICKET_TABLES " WHERE k.id = $2",
	    PARAMS(integer(now), integer(id))));
	if (rows.count == 0)
		return fail(NOT_FOUND_ERROR, "Ticket not found");
	*ticket = read_ticket(db_row_at(&rows, 0));
	return NULL;
}

/* ---- events ---- */

struct error *api_store_count_events(struct db *db, struct arena *arena,
    const struct event_filter *filter, int64_t *count)
{
	struct db_rows rows;

	TRY(db_query(db, arena, &rows,
	    "SELECT count(*) FROM event e WHERE e.status <> 'draft'"
	    " AND e.starts_at >= $1 AND e.ends_at > $2"
	    " AND ($3 IS NULL OR e.type = $3)",
	    PARAMS(integer(filter->starts_from), integer(filter->ends_after),
		text_or_null(filter->type))));
	*count = row_integer(db_row_at(&rows, 0), 0);
	return NULL;
}

struct error *api_store_event_metadata(
    struct db *db, struct arena *arena, int64_t event_id, const char **metadata)
{
	struct db_rows rows;

	TRY(db_query(db, arena, &rows,
	    "SELECT metadata FROM event WHERE id = $1",
	    PARAMS(integer(event_id))));
	*metadata = rows.count ? row_text(db_row_at(&rows, 0), 0) : "{}";
	return NULL;
}

struct error *api_store_set_event_metadata(
    struct db *db, int64_t event_id, const char *metadata)
{
	return db_run(db, NULL, "UPDATE event SET metadata = $2 WHERE id = $1",
	    PARAMS(integer(event_id), text(metadata)));
}

struct error *api_store_set_booking_metadata(
    struct db *db, int64_t booking_id, const char *metadata)
{
	return db_run(db, NULL,
	    "UPDATE booking SET metadata = $2 WHERE id = $1",
	    PARAMS(integer(booking_id), text(metadata)));
}
