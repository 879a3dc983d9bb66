#include "store/booking_store.h"

#include "base/text.h"
#include "store/event_store.h"
#include "store/ticket_store.h"

static const char *const state_words[] = {
    [BOOKING_HELD] = "held",
    [BOOKING_PAYING] = "paying",
    [BOOKING_CONFIRMED] = "confirmed",
    [BOOKING_CANCELLED] = "cancelled",
    [BOOKING_RELEASED] = "released",
    [BOOKING_EXPIRED] = "expired",
    [BOOKING_FAILED] = "failed",
};

const char *booking_state_word(enum booking_state state)
{
	return state_words[state];
}

enum booking_state booking_state_read(struct db_row row, int column)
{
	return ROW_WORD(row, column, enum booking_state, state_words);
}

/* ---- reading ---- */

/* The columns that read_booking() reads, in its order. */
#define BOOKING_COLUMNS                                                        \
	"b.id, b.reference, b.event_id, b.user_id, b.browser, b.name,"         \
	" b.email, b.state, b.quantity, b.total, b.currency, b.created_at,"    \
	" b.expires_at, b.extensions, b.confirmed_at, b.ended_at, b.source,"   \
	" b.is_later, b.changes_id,"                                           \
	" (SELECT a.gateway FROM payment_attempt a WHERE a.booking_id = b.id"  \
	" AND a.state = 'captured' LIMIT 1)"

static struct booking read_booking(struct db_row row)
{
	return (struct booking){
	    .id = row_integer(row, 0),
	    .reference = row_text(row, 1),
	    .event_id = row_integer(row, 2),
	    .user_id = row_integer(row, 3),
	    .browser = row_text(row, 4),
	    .name = row_text(row, 5),
	    .email = row_text(row, 6),
	    .state = booking_state_read(row, 7),
	    .quantity = row_integer(row, 8),
	    .total = money_of(row_integer(row, 9), row_text(row, 10)),
	    .created_at = row_integer(row, 11),
	    .expires_at = row_integer(row, 12),
	    .extensions = row_integer(row, 13),
	    .confirmed_at = row_integer(row, 14),
	    .ended_at = row_integer(row, 15),
	    .source = row_text(row, 16),
	    .is_later = row_integer(row, 17) != 0,
	    .changes_id = row_integer(row, 18),
	    .gateway = row_text(row, 19),
	};
}

static struct error *read_items(
    struct db *db, struct arena *arena, struct booking *booking)
{
	struct db_rows rows;
	struct booking_item *items;
	const char *currency = booking->total.currency;

	TRY(db_query(db, arena, &rows,
	    "SELECT i.tier_id, t.slug, t.name, i.quantity, i.price,"
	    " i.seat_id, coalesce(s.row_name || s.number, '')"
	    " FROM booking_item i JOIN tier t ON t.id = i.tier_id"
	    " LEFT JOIN seat s ON s.id = i.seat_id"
	    " WHERE i.booking_id = $1 ORDER BY i.id",
	    PARAMS(integer(booking->id))));
	items = arena_array(arena, rows.count, sizeof(*items));
	for (size_t i = 0; i < rows.count; i++) {
		struct db_row row = db_row_at(&rows, i);
		int64_t quantity = row_integer(row, 3);
		int64_t price = row_integer(row, 4);

		items[i] = (struct booking_item){
		    .tier_id = row_integer(row, 0),
		    .tier_slug = row_text(row, 1),
		    .tier_name = row_text(row, 2),
		    .seat_id = row_integer(row, 5),
		    .seat = row_text(row, 6),
		    .quantity = quantity,
		    .price = money_of(price, currency),
		    .subtotal = money_of(price * quantity, currency),
		};
	}
	booking->items =
	    (struct booking_item_list){.items = items, .count = rows.count};
	return NULL;
}

/* The first row with items and tickets; id 0 when there is none. */
static struct error *take_booking(struct db *db, struct arena *arena,
    const struct db_rows *rows, struct booking *booking)
{
	*booking = (struct booking){.id = 0};
	if (rows->count == 0)
		return NULL;
	*booking = read_booking(db_row_at(rows, 0));
	TRY(read_items(db, arena, booking));
	return ticket_store_of_booking(
	    db, arena, booking->id, &booking->tickets);
}

/*
 * SQL: is the booking `b` of event `e` the viewer's? $1 the browser, $2 the
 * account, $3 the role, $5 whether they have its key: the buyer, the event's
 * organiser, an admin.
 */
#define IS_VIEWERS                                                             \
	"(b.browser = $1 OR b.user_id = $2 OR $3 >= 4 OR $5 = 1"               \
	" OR ($3 = 3 AND e.owner_id = $2))"
_Static_assert(
    ROLE_ORGANISER == 3 && ROLE_ADMIN == 4, "IS_VIEWERS names the roles");

bool viewer_has_key(const struct viewer *viewer, const char *name)
{
	return viewer->keys && config_has_word(viewer->keys, name);
}

struct error *booking_store_find(struct db *db, struct arena *arena,
    const char *reference, const struct viewer *viewer, struct booking *booking)
{
	struct db_rows rows;

	TRY(db_query(db, arena, &rows,
	    "SELECT " BOOKING_COLUMNS " FROM booking b"
	    " JOIN event e ON e.id = b.event_id"
	    " WHERE b.reference = $4 AND " IS_VIEWERS,
	    PARAMS(text_or_null(viewer->browser),
		integer_or_null(viewer->user_id), integer(viewer->role),
		text(reference), integer(viewer_has_key(viewer, reference)))));
	if (rows.count == 0)
		return fail(NOT_FOUND_ERROR, "Booking not found");
	return take_booking(db, arena, &rows, booking);
}

struct error *booking_store_find_id(
    struct db *db, struct arena *arena, int64_t id, struct booking *booking)
{
	struct db_rows rows;

	TRY(db_query(db, arena, &rows,
	    "SELECT " BOOKING_COLUMNS " FROM booking b WHERE b.id = $1",
	    PARAMS(integer(id))));
	return take_booking(db, arena, &rows, booking);
}

struct error *booking_store_by_reference(struct db *db, struct arena *arena,
    const char *reference, struct booking *booking)
{
	struct db_rows rows;

	TRY(db_query(db, arena, &rows,
	    "SELECT " BOOKING_COLUMNS " FROM booking b WHERE b.reference = $1",
	    PARAMS(text(reference))));
	return take_booking(db, arena, &rows, booking);
}

/* The event of the last booking; read, unless one before has it. */
static struct error *read_event(struct db *db, struct arena *arena, int64_t now,
    struct booking *bookings, size_t count)
{
	struct booking *last = &bookings[count - 1];
	struct event *event;

	for (size_t i = 0; i + 1 < count && !last->event; i++)
		if (bookings[i].event_id == last->event_id)
			last->event = bookings[i].event;
	if (last->event)
		return NULL;
	event = ARENA_NEW(arena, struct event);
	last->event = event;
	return event_store_find_id(
	    db, arena, last->event_id, EVENTS_ALL, now, event);
}

/* All rows with items and events, without tickets. */
static struct error *take_bookings(struct db *db, struct arena *arena,
    const struct db_rows *rows, int64_t now, struct booking **result)
{
	struct booking *bookings =
	    arena_array(arena, rows->count, sizeof(*bookings));

	for (size_t i = 0; i < rows->count; i++) {
		bookings[i] = read_booking(db_row_at(rows, i));
		TRY(read_items(db, arena, &bookings[i]));
		TRY(read_event(db, arena, now, bookings, i + 1));
	}
	*result = bookings;
	return NULL;
}

struct error *booking_store_list(struct db *db, struct arena *arena,
    const struct viewer *viewer, int64_t now, struct booking_list *list)
{
	struct db_rows rows;
	struct booking *bookings;

	TRY(db_query(db, arena, &rows,
	    "SELECT " BOOKING_COLUMNS " FROM booking b"
	    " WHERE (b.browser = $1 OR b.user_id = $2)"
	    " AND (b.state IN ('held', 'paying')"
	    "   OR (b.state IN ('confirmed', 'cancelled')"
	    "     AND b.changes_id IS NULL))"
	    " ORDER BY b.created_at DESC, b.id DESC LIMIT 200",
	    PARAMS(text_or_null(viewer->browser),
		integer_or_null(viewer->user_id))));
	TRY(take_bookings(db, arena, &rows, now, &bookings));
	*list = (struct booking_list){.items = bookings, .count = rows.count};
	return NULL;
}

struct error *booking_store_list_user(struct db *db, struct arena *arena,
    int64_t user_id, int64_t now, struct booking_list *list)
{
	struct db_rows rows;
	struct booking *bookings;

	TRY(db_query(db, arena, &rows,
	    "SELECT " BOOKING_COLUMNS " FROM booking b WHERE b.user_id = $1"
	    " ORDER BY b.created_at DESC, b.id DESC",
	    PARAMS(integer(user_id))));
	TRY(take_bookings(db, arena, &rows, now, &bookings));
	for (size_t i = 0; i < rows.count; i++)
		TRY(ticket_store_of_booking(
		    db, arena, bookings[i].id, &bookings[i].tickets));
	*list = (struct booking_list){.items = bookings, .count = rows.count};
	return NULL;
}

struct error *booking_store_unfinished(struct db *db, struct arena *arena,
    const struct viewer *viewer, int64_t now, struct booking *booking)
{
	struct db_rows rows;

	TRY(db_query(db, arena, &rows,
	    "SELECT " BOOKING_COLUMNS " FROM booking b"
	    " WHERE (b.browser = $1 OR b.user_id = $2)"
	    " AND (b.state = 'paying'"
	    "   OR (b.state = 'held' AND b.is_later = 0"
	    "     AND b.expires_at > $3))"
	    " ORDER BY b.created_at DESC LIMIT 1",
	    PARAMS(text_or_null(viewer->browser),
		integer_or_null(viewer->user_id), integer(now))));
	return take_booking(db, arena, &rows, booking);
}

struct error *booking_store_by_form_key(struct db *db, struct arena *arena,
    const char *form_key, struct booking *booking, const char **digest)
{
	struct db_rows rows;

	*booking = (struct booking){.id = 0};
	*digest = "";
	if (text_is_empty(form_key))
		return NULL;
	TRY(db_query(db, arena, &rows,
	    "SELECT " BOOKING_COLUMNS ", b.form_digest FROM booking b"
	    " WHERE b.form_key = $1",
	    PARAMS(text(form_key))));
	if (rows.count == 0)
		return NULL;
	*digest = row_text(db_row_at(&rows, 0), (int)rows.columns - 1);
	return take_booking(db, arena, &rows, booking);
}

struct error *booking_store_count_person(struct db *db, struct arena *arena,
    int64_t event_id, const char *email, int64_t *bookings, int64_t *tickets)
{
	struct db_rows rows;
	struct db_row row;

	TRY(db_query(db, arena, &rows,
	    "SELECT count(*), coalesce(sum(b.quantity), 0) FROM booking b"
	    " WHERE b.event_id = $1 AND b.email = $2 AND b.changes_id IS NULL"
	    " AND (b.state = 'held' OR b.state = 'paying'"
	    "   OR b.state = 'confirmed')",
	    PARAMS(integer(event_id), text(email))));
	row = db_row_at(&rows, 0);
	*bookings = row_integer(row, 0);
	*tickets = row_integer(row, 1);
	return NULL;
}

struct error *booking_store_find_name(struct db *db, struct arena *arena,
    int64_t tier_id, const char *name, const struct viewer *owner,
    struct booking *booking)
{
	struct db_rows rows;

	TRY(db_query(db, arena, &rows,
	    "SELECT " BOOKING_COLUMNS " FROM booking b"
	    " WHERE b.state = 'confirmed' AND b.name = $2"
	    " AND ($3 = 1 OR b.browser = $4 OR b.user_id = $5)"
	    " AND b.event_id = (SELECT event_id FROM tier WHERE id = $1)"
	    " AND EXISTS (SELECT 1 FROM booking_item i"
	    "   WHERE i.booking_id = b.id AND i.tier_id = $1)"
	    " ORDER BY b.id LIMIT 1",
	    PARAMS(integer(tier_id), text(name), integer(owner == NULL),
		text_or_null(owner ? owner->browser : ""),
		integer_or_null(owner ? owner->user_id : 0))));
	return take_booking(db, arena, &rows, booking);
}

struct error *booking_store_newest(
    struct db *db, struct arena *arena, int64_t *created_at)
{
	struct db_rows rows;

	TRY(db_query(db, arena, &rows,
	    "SELECT created_at FROM booking ORDER BY id DESC LIMIT 1"
	    " /* scan: stops at the first row */",
	    NO_PARAMS));
	*created_at = rows.count ? row_integer(db_row_at(&rows, 0), 0) : 0;
	return NULL;
}

struct error *booking_store_given_up(struct db *db, struct arena *arena,
    int64_t booking_id, struct id_list *tickets)
{
	struct db_rows rows;

	TRY(db_query(db, arena, &rows,
	    "SELECT c.ticket_id FROM booking_item i"
	    " JOIN seat_change c ON c.booking_item_id = i.id"
	    " WHERE i.booking_id = $1 ORDER BY i.id",
	    PARAMS(integer(booking_id))));
	*tickets = rows_ids(arena, &rows);
	return NULL;
}
