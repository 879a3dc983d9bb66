/*
 * Adding bookings and moving their states; see booking_store.h.
 */
#include "base/text.h"
#include "store/booking_store.h"

static struct error *add_booking(
    struct db *db, struct booking *booking, const struct booking_origin *origin)
{
	TRY(db_insert(db, &booking->id,
	    "INSERT INTO booking (reference, event_id, user_id, browser, name,"
	    " email, state, source, quantity, total, currency, person_key,"
	    " form_key, form_digest, created_at, expires_at, changes_id)"
	    " VALUES ($1, $2, $3, $4, $5, $6, 'held', $7, $8, $9, $10, $11,"
	    " $12, $13, $14, $15, $16)",
	    PARAMS(text(booking->reference), integer(booking->event_id),
		integer_or_null(booking->user_id),
		text_or_null(booking->browser), text(booking->name),
		text_or_null(booking->email), text(booking->source),
		integer(booking->quantity), integer(booking->total.minor),
		text(booking->total.currency),
		origin->is_only_one ? text_or_null(booking->email) : null(),
		text_or_null(origin->form_key),
		text_or_null(origin->form_digest), integer(booking->created_at),
		integer(booking->expires_at),
		integer_or_null(booking->changes_id))));
	booking->state = BOOKING_HELD;
	return NULL;
}

struct error *booking_store_add(
    struct db *db, struct booking *booking, const struct booking_origin *origin)
{
	if (booking->user_id)
		booking->browser = "";
	TRY(add_booking(db, booking, origin));
	for (size_t i = 0; i < booking->items.count; i++) {
		const struct booking_item *item = &booking->items.items[i];

		TRY(db_run(db, NULL,
		    "INSERT INTO booking_item"
		    " (booking_id, tier_id, seat_id, quantity, price)"
		    " VALUES ($1, $2, $3, $4, $5)",
		    PARAMS(integer(booking->id), integer(item->tier_id),
			integer_or_null(item->seat_id), integer(item->quantity),
			integer(item->price.minor))));
	}
	return NULL;
}

struct error *booking_store_add_change(
    struct db *db, int64_t booking_id, int64_t seat_id, int64_t ticket_id)
{
	return db_run(db, NULL,
	    "INSERT INTO seat_change (booking_item_id, ticket_id)"
	    " SELECT i.id, $3 FROM booking_item i"
	    " WHERE i.booking_id = $1 AND i.seat_id = $2",
	    PARAMS(integer(booking_id), integer(seat_id), integer(ticket_id)));
}

struct error *booking_store_recount(struct db *db, int64_t booking_id)
{
	return db_run(db, NULL,
	    "UPDATE booking SET total = (SELECT sum(i.quantity * i.price)"
	    " FROM booking_item i WHERE i.booking_id = $1) WHERE id = $1",
	    PARAMS(integer(booking_id)));
}

struct error *booking_store_start_paying(
    struct db *db, int64_t booking_id, int64_t now, bool *moved)
{
	return db_run_one(db, moved,
	    "UPDATE booking SET state = 'paying', terms_at = $2"
	    " WHERE id = $1 AND state = 'held' AND expires_at > $2",
	    PARAMS(integer(booking_id), integer(now)));
}

struct error *booking_store_hold_again(
    struct db *db, int64_t booking_id, bool *moved)
{
	return db_run_one(db, moved,
	    "UPDATE booking SET state = 'held'"
	    " WHERE id = $1 AND state = 'paying'",
	    PARAMS(integer(booking_id)));
}

/* Whose account proved the email of a guest's booking; 0: nobody's. */
static struct error *find_owner(struct db *db, struct arena *arena,
    const struct booking *booking, int64_t *user_id)
{
	struct db_rows rows;

	*user_id = booking->user_id;
	if (*user_id || text_is_empty(booking->email))
		return NULL;
	TRY(db_query(db, arena, &rows,
	    "SELECT id FROM user WHERE email = $1 AND verified_at IS NOT NULL",
	    PARAMS(text(booking->email))));
	if (rows.count > 0)
		*user_id = row_integer(db_row_at(&rows, 0), 0);
	return NULL;
}

struct error *booking_store_confirm(struct db *db, struct arena *arena,
    struct booking *booking, int64_t now, bool *moved)
{
	int64_t changed, user_id;

	TRY(find_owner(db, arena, booking, &user_id));
	TRY(db_run(db, &changed,
	    "UPDATE booking SET state = 'confirmed', confirmed_at = $2,"
	    " terms_at = coalesce(terms_at, $2),"
	    " user_id = coalesce(user_id, $3)"
	    " WHERE id = $1 AND (state = 'held' OR state = 'paying')",
	    PARAMS(
		integer(booking->id), integer(now), integer_or_null(user_id))));
	*moved = changed == 1;
	if (!*moved)
		return NULL;
	booking->state = BOOKING_CONFIRMED;
	booking->confirmed_at = now;
	booking->user_id = user_id;
	return NULL;
}

/* SQL: whose account proved the email of the booking under change. */
#define OWNER_OF_EMAIL                                                         \
	"(SELECT u.id FROM user u WHERE u.email = booking.email"               \
	" AND u.verified_at IS NOT NULL)"

struct error *booking_store_reopen(
    struct db *db, int64_t booking_id, bool *moved)
{
	int64_t changed;

	TRY(db_run(db, &changed,
	    "UPDATE booking SET state = 'paying', ended_at = NULL,"
	    " person_key = (SELECT CASE e.one_booking_each WHEN 1"
	    "   THEN booking.email END FROM event e"
	    "   WHERE e.id = booking.event_id)"
	    " WHERE id = $1 AND state IN ('expired', 'failed', 'released')",
	    PARAMS(integer(booking_id))));
	*moved = changed == 1;
	return db_run(db, NULL,
	    "UPDATE booking_item SET is_live = 1 WHERE booking_id = $1"
	    " AND EXISTS (SELECT 1 FROM booking b"
	    "   WHERE b.id = $1 AND b.state = 'paying')",
	    PARAMS(integer(booking_id)));
}

struct error *booking_store_cancel(
    struct db *db, int64_t booking_id, int64_t now, bool *moved)
{
	return db_run_one(db, moved,
	    "UPDATE booking SET state = 'cancelled', person_key = NULL,"
	    " ended_at = $2 WHERE id = $1 AND state = 'confirmed'",
	    PARAMS(integer(booking_id), integer(now)));
}

struct error *booking_store_extend(struct db *db, int64_t booking_id,
    int64_t seconds, int64_t limit, int64_t now, bool *moved)
{
	return db_run_one(db, moved,
	    "UPDATE booking SET expires_at = expires_at + $2,"
	    " extensions = extensions + 1 WHERE id = $1 AND state = 'held'"
	    " AND is_later = 0"
	    " AND expires_at > $4 AND extensions < $3",
	    PARAMS(integer(booking_id), integer(seconds), integer(limit),
		integer(now)));
}

struct error *booking_store_pay_later(
    struct db *db, int64_t booking_id, int64_t until, int64_t now, bool *moved)
{
	return db_run_one(db, moved,
	    "UPDATE booking SET is_later = 1, expires_at = $2, terms_at = $3,"
	    " user_id = coalesce(user_id, " OWNER_OF_EMAIL ")"
	    " WHERE id = $1 AND state = 'held' AND is_later = 0"
	    " AND expires_at > $3",
	    PARAMS(integer(booking_id), integer(until), integer(now)));
}

struct error *booking_store_give_to(
    struct db *db, int64_t booking_id, const struct viewer *viewer)
{
	return db_run(db, NULL,
	    "UPDATE booking SET user_id = coalesce($3, user_id), browser ="
	    " CASE WHEN $3 IS NULL THEN coalesce($2, browser)"
	    "   ELSE browser END WHERE id = $1",
	    PARAMS(integer(booking_id), text_or_null(viewer->browser),
		integer_or_null(viewer->user_id)));
}
