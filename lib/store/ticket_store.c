#include "store/ticket_store.h"

#include "base/text.h"

static const char *const status_words[] = {
    [TICKET_ACTIVE] = "active",
    [TICKET_USED] = "used",
    [TICKET_EXPIRED] = "expired",
    [TICKET_CANCELLED] = "cancelled",
    [TICKET_REFUNDED] = "refunded",
};

const char *ticket_status_word(enum ticket_status status)
{
	return status_words[status];
}

enum ticket_status ticket_read_status(struct db_row row, int column)
{
	return ROW_WORD(row, column, enum ticket_status, status_words);
}

/* ---- reading ---- */

/* The columns that read_ticket() reads, in its order, and where from. */
#define TICKET_COLUMNS                                                         \
	"k.id, k.booking_id, k.event_id, k.tier_id, k.seat_id, k.code,"        \
	" t.name, k.holder_name, k.holder_email,"                              \
	" coalesce(s.row_name || s.number, ''), k.status, k.price,"            \
	" k.refunded, e.currency, k.passed_on_at,"                             \
	" e.starts_at - e.doors_minutes * 60, e.ends_at, k.check_in_at,"       \
	" k.created_at, k.ended_at, k.kept,"                                   \
	" (SELECT count(*) FROM ticket_old_code o WHERE o.ticket_id = k.id)"
#define TICKET_TABLES                                                          \
	" FROM ticket k JOIN tier t ON t.id = k.tier_id"                       \
	" JOIN event e ON e.id = k.event_id"                                   \
	" LEFT JOIN seat s ON s.id = k.seat_id"

static struct ticket read_ticket(struct db_row row)
{
	const char *currency = row_text(row, 13);

	return (struct ticket){
	    .id = row_integer(row, 0),
	    .booking_id = row_integer(row, 1),
	    .event_id = row_integer(row, 2),
	    .tier_id = row_integer(row, 3),
	    .seat_id = row_integer(row, 4),
	    .code = row_text(row, 5),
	    .tier_name = row_text(row, 6),
	    .holder_name = row_text(row, 7),
	    .holder_email = row_text(row, 8),
	    .seat = row_text(row, 9),
	    .status = ticket_read_status(row, 10),
	    .price = money_of(row_integer(row, 11), currency),
	    .refunded = money_of(row_integer(row, 12), currency),
	    .passed_on_at = row_integer(row, 14),
	    .valid_from = row_integer(row, 15),
	    .valid_until = row_integer(row, 16),
	    .check_in_at = row_integer(row, 17),
	    .created_at = row_integer(row, 18),
	    .ended_at = row_integer(row, 19),
	    .kept = money_of(row_integer(row, 20), currency),
	    .changes = row_integer(row, 21),
	};
}

struct error *ticket_store_of_booking(struct db *db, struct arena *arena,
    int64_t booking_id, struct ticket_list *list)
{
	struct db_rows rows;
	struct ticket *tickets;

	TRY(db_query(db, arena, &rows,
	    "SELECT " TICKET_COLUMNS TICKET_TABLES
	    " WHERE k.booking_id = $1 ORDER BY k.id",
	    PARAMS(integer(booking_id))));
	tickets = arena_array(arena, rows.count, sizeof(*tickets));
	for (size_t i = 0; i < rows.count; i++)
		tickets[i] = read_ticket(db_row_at(&rows, i));
	*list = (struct ticket_list){.items = tickets, .count = rows.count};
	return NULL;
}

struct error *ticket_store_find(struct db *db, struct arena *arena,
    const char *code, struct ticket *ticket, bool *is_old)
{
	struct db_rows rows;

	*ticket = (struct ticket){.id = 0};
	*is_old = false;
	TRY(db_query(db, arena, &rows,
	    "SELECT " TICKET_COLUMNS TICKET_TABLES " WHERE k.code = $1",
	    PARAMS(text(code))));
	if (rows.count == 0) {
		*is_old = true;
		TRY(db_query(db, arena, &rows,
		    "SELECT " TICKET_COLUMNS TICKET_TABLES
		    " WHERE k.id = (SELECT ticket_id FROM ticket_old_code"
		    "   WHERE code = $1)",
		    PARAMS(text(code))));
	}
	if (rows.count > 0)
		*ticket = read_ticket(db_row_at(&rows, 0));
	return NULL;
}

/* ---- writing ---- */

struct error *ticket_store_add(struct db *db, struct ticket *ticket)
{
	return db_insert(db, &ticket->id,
	    "INSERT INTO ticket (booking_id, event_id, tier_id, code,"
	    " holder_name, holder_email, price, created_at, seat_id)"
	    " VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)",
	    PARAMS(integer(ticket->booking_id), integer(ticket->event_id),
		integer(ticket->tier_id), text(ticket->code),
		text(ticket->holder_name), text_or_null(ticket->holder_email),
		integer(ticket->price.minor), integer(ticket->created_at),
		integer_or_null(ticket->seat_id)));
}

static struct error *retire_code(
    struct db *db, const struct ticket *ticket, int64_t now)
{
	return db_run(db, NULL,
	    "INSERT INTO ticket_old_code (code, ticket_id, created_at)"
	    " VALUES ($1, $2, $3)",
	    PARAMS(text(ticket->code), integer(ticket->id), integer(now)));
}

struct error *ticket_store_give(struct db *db, const struct ticket *ticket,
    const char *name, const char *email, bool passed_on, const char *code,
    int64_t now, bool *changed)
{
	int64_t count;

	TRY(db_run(db, &count,
	    "UPDATE ticket SET holder_name = $3, holder_email = $4, code = $5,"
	    " passed_on_at = coalesce($6, passed_on_at)"
	    " WHERE id = $1 AND code = $2 AND status = 'active'",
	    PARAMS(integer(ticket->id), text(ticket->code), text(name),
		text_or_null(email), text(code),
		passed_on ? integer(now) : null())));
	*changed = count == 1;
	return *changed ? retire_code(db, ticket, now) : NULL;
}

struct error *ticket_store_move(struct db *db, const struct ticket *ticket,
    const struct booking_item *item, int64_t kept, const char *code,
    int64_t now, bool *changed)
{
	int64_t count;

	TRY(db_run(db, &count,
	    "UPDATE ticket SET seat_id = $3, tier_id = $4, price = $5,"
	    " refunded = 0, kept = kept + $6, code = $7"
	    " WHERE id = $1 AND code = $2 AND status = 'active'",
	    PARAMS(integer(ticket->id), text(ticket->code),
		integer_or_null(item->seat_id), integer(item->tier_id),
		integer(item->price.minor), integer(kept), text(code))));
	*changed = count == 1;
	return *changed ? retire_code(db, ticket, now) : NULL;
}

struct error *ticket_store_refunded(
    struct db *db, int64_t ticket_id, int64_t amount)
{
	return db_run(db, NULL,
	    "UPDATE ticket SET refunded = min(price, refunded + $2),"
	    " kept = kept - max(0, refunded + $2 - price),"
	    " status = CASE status WHEN 'cancelled' THEN 'refunded'"
	    "   ELSE status END WHERE id = $1",
	    PARAMS(integer(ticket_id), integer(amount)));
}
