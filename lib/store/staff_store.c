#include "store/staff_store.h"

#include "base/text.h"
#include "base/token.h"
#include "store/booking_store.h"
#include "store/catalogue_store.h"
#include "store/ticket_store.h"

_Static_assert(
    ROLE_ORGANISER == 3 && ROLE_ADMIN == 4, "the statements name the roles");

/* SQL: does the viewer ($1 role, $2 account) run the event `e`? */
#define IS_RUN "($1 >= 4 OR ($1 = 3 AND e.owner_id = $2))"

/* ---- bookings ---- */

/* The columns that take_sales() reads, in its order; $3 the moment. */
#define SALE_COLUMNS                                                           \
	"b.reference, e.title, e.slug, e.timezone, b.name, b.email,"           \
	" " STATE_NOW ", b.is_later, b.quantity, b.total, b.currency,"         \
	" b.source, b.created_at"
/* SQL: a lapsed hold is expired, whoever looked last. */
#define STATE_NOW                                                              \
	"CASE WHEN b.state = 'held' AND b.expires_at <= $3 THEN 'expired'"     \
	" ELSE b.state END"
/* SQL: the filter but for whose and which event; changes are of others. */
#define SALE_FITS                                                              \
	" AND b.changes_id IS NULL"                                            \
	" AND ($4 = '' OR " STATE_NOW " = $4"                                  \
	"   OR ($4 = 'later' AND b.is_later = 1 AND " STATE_NOW " = 'held'))"  \
	" AND b.created_at >= $6 AND b.created_at < $7"                        \
	" AND ($10 = '' OR b.reference = $5 OR has_words("                     \
	"  fold(b.name || '\n' || coalesce(b.email, '')), $10))"               \
	" ORDER BY b.id DESC LIMIT $8 OFFSET $9"
#define SALE_PARAMS                                                            \
	integer(viewer->role), integer(viewer->user_id), integer(now),         \
	    text(filter->status), text(reference_of(arena, filter->person)),   \
	    integer(filter->from),                                             \
	    integer(filter->before ? filter->before : INT64_MAX),              \
	    integer(filter->limit), integer(filter->offset),                   \
	    text(filter->person)

static const char *reference_of(struct arena *arena, const char *person)
{
	const char *reference = token_read_reference(arena, person);

	return reference ? reference : "";
}

static void take_sales(
    struct arena *arena, const struct db_rows *rows, struct sale_list *list)
{
	struct sale *sales = arena_array(arena, rows->count, sizeof(*sales));

	for (size_t i = 0; i < rows->count; i++) {
		struct db_row row = db_row_at(rows, i);

		sales[i] = (struct sale){
		    .reference = row_text(row, 0),
		    .event = row_text(row, 1),
		    .slug = row_text(row, 2),
		    .timezone = row_text(row, 3),
		    .name = row_text(row, 4),
		    .email = row_text(row, 5),
		    .state = booking_state_read(row, 6),
		    .is_later = row_integer(row, 7) != 0,
		    .quantity = row_integer(row, 8),
		    .total = money_of(row_integer(row, 9), row_text(row, 10)),
		    .source = row_text(row, 11),
		    .created_at = row_integer(row, 12),
		};
	}
	*list = (struct sale_list){.items = sales, .count = rows->count};
}

/* By the events' index: one event, or those of an organiser. */
static struct error *find_by_event(struct db *db, struct arena *arena,
    const struct viewer *viewer, const struct sale_filter *filter, int64_t now,
    struct db_rows *rows)
{
	if (*filter->event)
		return db_query(db, arena, rows,
		    "SELECT " SALE_COLUMNS " FROM event e"
		    " JOIN booking b ON b.event_id = e.id"
		    " WHERE e.slug = $11 AND " IS_RUN SALE_FITS,
		    PARAMS(SALE_PARAMS, text(filter->event)));
	return db_query(db, arena, rows,
	    "SELECT " SALE_COLUMNS " FROM event e"
	    " JOIN booking b ON b.event_id = e.id"
	    " WHERE e.owner_id = $2 AND $1 = 3" SALE_FITS,
	    PARAMS(SALE_PARAMS));
}

struct error *staff_store_sales(struct db *db, struct arena *arena,
    const struct viewer *viewer, const struct sale_filter *filter, int64_t now,
    struct sale_list *list)
{
	const char *reason;
	struct db_rows rows;
	char *email;

	TRY(db_query(db, arena, &rows,
	    "SELECT " SALE_COLUMNS " FROM booking b"
	    " JOIN event e ON e.id = b.event_id"
	    " WHERE b.reference = $5 AND ($11 = '' OR e.slug = $11)"
	    " AND " IS_RUN SALE_FITS,
	    PARAMS(SALE_PARAMS, text(filter->event))));
	/* Ten letters may be somebody's name as well. */
	if (rows.count > 0) {
		take_sales(arena, &rows, list);
		return NULL;
	}
	if (*filter->event || viewer->role < ROLE_ADMIN)
		TRY(find_by_event(db, arena, viewer, filter, now, &rows));
	else if (text_email(arena, filter->person, &email, &reason))
		TRY(db_query(db, arena, &rows,
		    "SELECT " SALE_COLUMNS " FROM booking b"
		    " JOIN event e ON e.id = b.event_id"
		    " WHERE b.email = $11 AND " IS_RUN SALE_FITS,
		    PARAMS(SALE_PARAMS, text(email))));
	else
		TRY(db_query(db, arena, &rows,
		    "SELECT " SALE_COLUMNS " FROM booking b"
		    " JOIN event e ON e.id = b.event_id"
		    " WHERE " IS_RUN SALE_FITS
		    " /* scan: from the newest, until the page is full */",
		    PARAMS(SALE_PARAMS)));
	take_sales(arena, &rows, list);
	return NULL;
}

struct error *staff_store_booking(struct db *db, struct arena *arena,
    const char *reference, const struct viewer *viewer, struct booking *booking,
    const char **note)
{
	struct db_rows rows;
	struct db_row row;

	TRY(db_query(db, arena, &rows,
	    "SELECT b.id, b.note FROM booking b"
	    " JOIN event e ON e.id = b.event_id"
	    " WHERE b.reference = $3 AND " IS_RUN,
	    PARAMS(integer(viewer->role), integer(viewer->user_id),
		text(reference))));
	if (rows.count == 0)
		return fail(NOT_FOUND_ERROR, "Booking not found");
	row = db_row_at(&rows, 0);
	*note = row_text(row, 1);
	return booking_store_find_id(db, arena, row_integer(row, 0), booking);
}

struct error *staff_store_set_note(
    struct db *db, int64_t booking_id, const char *note)
{
	return db_run(db, NULL, "UPDATE booking SET note = $2 WHERE id = $1",
	    PARAMS(integer(booking_id), text(note)));
}

/* ---- tickets ---- */

static enum ticket_status read_status(const char *word)
{
	for (int i = TICKET_ACTIVE; i <= TICKET_REFUNDED; i++)
		if (text_equal(ticket_status_word((enum ticket_status)i), word))
			return (enum ticket_status)i;
	die("ticket status %s", word);
}

static struct admission read_admission(
    struct db_row row, const struct event *event)
{
	return (struct admission){
	    .code = row_text(row, 0),
	    .tier = row_text(row, 1),
	    .seat = row_text(row, 2),
	    .holder = row_text(row, 3),
	    .email = row_text(row, 4),
	    .status = read_status(row_text(row, 5)),
	    .price = money_of(row_integer(row, 6), event->currency),
	    .refunded = money_of(row_integer(row, 7), event->currency),
	    .reference = row_text(row, 8),
	    .buyer = row_text(row, 9),
	    .check_in_at = row_integer(row, 10),
	    .created_at = row_integer(row, 11),
	};
}

/* As people see it; $6: is the event over? */
#define TICKET_STATUS                                                          \
	"CASE WHEN k.status = 'active' AND $6 = 1 THEN 'expired'"              \
	" ELSE k.status END"

struct error *staff_store_tickets(struct db *db, struct arena *arena,
    const struct event *event, const struct admission_filter *filter,
    int64_t now, struct admission_list *list)
{
	struct admission *items;
	struct db_rows rows;

	TRY(db_query(db, arena, &rows,
	    "SELECT k.code, t.name, coalesce(s.row_name || s.number, ''),"
	    " k.holder_name, k.holder_email, " TICKET_STATUS ", k.price,"
	    " k.refunded, b.reference, b.name, k.check_in_at, k.created_at"
	    " FROM ticket k JOIN tier t ON t.id = k.tier_id"
	    " JOIN booking b ON b.id = k.booking_id"
	    " LEFT JOIN seat s ON s.id = k.seat_id"
	    " WHERE k.event_id = $1"
	    " AND ($2 = '' OR " TICKET_STATUS " = $2"
	    "   OR ($2 = 'used' AND k.check_in_at IS NOT NULL"
	    "     AND k.status IN ('active', 'used', 'expired')))"
	    " AND ($3 = '' OR s.row_name || s.number = upper($3)"
	    "   OR has_words(fold("
	    "     k.holder_name || '\n' || coalesce(k.holder_email, '')"
	    "     || '\n' || b.name || '\n' || coalesce(b.email, '')"
	    "     || '\n' || k.code || '\n' || b.reference), $3))"
	    " ORDER BY k.holder_name, k.id LIMIT $4 OFFSET $5",
	    PARAMS(integer(event->id), text(filter->status), text(filter->text),
		integer(filter->limit), integer(filter->offset),
		integer(event->ends_at < now))));
	items = arena_array(arena, rows.count, sizeof(*items));
	for (size_t i = 0; i < rows.count; i++)
		items[i] = read_admission(db_row_at(&rows, i), event);
	*list = (struct admission_list){.items = items, .count = rows.count};
	return NULL;
}

struct error *staff_store_seats_in(
    struct db *db, struct arena *arena, int64_t event_id, struct id_list *seats)
{
	struct db_rows rows;

	TRY(db_query(db, arena, &rows,
	    "SELECT seat_id FROM ticket WHERE event_id = $1"
	    " AND seat_id IS NOT NULL AND check_in_at IS NOT NULL"
	    " AND status IN ('active', 'used', 'expired')",
	    PARAMS(integer(event_id))));
	*seats = rows_ids(arena, &rows);
	return NULL;
}

struct error *staff_store_scan_mark(
    struct db *db, struct arena *arena, int64_t event_id, const char **mark)
{
	struct db_rows rows;

	TRY(db_query(db, arena, &rows,
	    "SELECT coalesce((SELECT max(id) FROM scan WHERE event_id = $1), 0)"
	    " || '.' || (SELECT count(*) FROM scan WHERE event_id = $1"
	    "   AND undone_at IS NOT NULL)",
	    PARAMS(integer(event_id))));
	*mark = row_text(db_row_at(&rows, 0), 0);
	return NULL;
}

/* ---- the waiting list ---- */

struct error *staff_store_open_queue(
    struct db *db, int64_t event_id, bool is_open, int64_t now)
{
	TRY(catalogue_raise(db));
	return db_run(db, NULL,
	    "UPDATE event SET queue_is_open = $2, updated_at = $3,"
	    " version = version + 1 WHERE id = $1",
	    PARAMS(integer(event_id), integer(is_open), integer(now)));
}

/* ---- the journal ---- */

/* What both statements read, in the order of the loop below. */
#define HAPPENING                                                              \
	"SELECT j.created_at, e.title, e.slug, e.timezone, t.name,"            \
	" b.reference, j.kind, j.name, j.email, j.quantity"
#define HAPPENING_MORE                                                         \
	" LEFT JOIN tier t ON t.id = j.tier_id"                                \
	" LEFT JOIN booking b ON b.id = j.booking_id"

struct error *staff_store_journal(struct db *db, struct arena *arena,
    const struct viewer *viewer, const char *event, struct happening_list *list)
{
	struct happening *items;
	struct db_rows rows;

	if (*event || viewer->role < ROLE_ADMIN)
		TRY(db_query(db, arena, &rows,
		    HAPPENING
		    " FROM event e JOIN journal j ON j.event_id = e.id" HAPPENING_MORE
		    " WHERE e.id IN (SELECT id FROM event WHERE slug = $3"
		    "   UNION SELECT id FROM event WHERE $3 = ''"
		    "     AND owner_id = $2)"
		    " AND " IS_RUN " ORDER BY j.id",
		    PARAMS(integer(viewer->role), integer(viewer->user_id),
			text(event))));
	else
		TRY(db_query(db, arena, &rows,
		    HAPPENING
		    " FROM journal j JOIN event e ON e.id = j.event_id" HAPPENING_MORE
		    " ORDER BY j.id"
		    " /* scan: an admin takes out all of it */",
		    NO_PARAMS));
	items = arena_array(arena, rows.count, sizeof(*items));
	for (size_t i = 0; i < rows.count; i++) {
		struct db_row row = db_row_at(&rows, i);

		items[i] = (struct happening){
		    .at = row_integer(row, 0),
		    .event = row_text(row, 1),
		    .slug = row_text(row, 2),
		    .timezone = row_text(row, 3),
		    .tier = row_text(row, 4),
		    .reference = row_text(row, 5),
		    .kind = row_text(row, 6),
		    .name = row_text(row, 7),
		    .email = row_text(row, 8),
		    .quantity = row_integer(row, 9),
		};
	}
	*list = (struct happening_list){.items = items, .count = rows.count};
	return NULL;
}

struct error *staff_store_was_refused(struct db *db, struct arena *arena,
    int64_t event_id, int64_t tier_id, const char *email, int64_t since,
    bool *was_refused)
{
	struct db_rows rows;

	TRY(db_query(db, arena, &rows,
	    "SELECT id FROM journal WHERE event_id = $1 AND kind = 'sold_out'"
	    " AND created_at > $4 AND coalesce(tier_id, 0) = $2"
	    " AND coalesce(email, '') = $3 LIMIT 1",
	    PARAMS(integer(event_id), integer(tier_id), text(email),
		integer(since))));
	*was_refused = rows.count > 0;
	return NULL;
}
