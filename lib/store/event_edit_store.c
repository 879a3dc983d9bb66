#include "store/event_edit_store.h"

#include "base/clock.h"
#include "store/event_store.h"

/* ---- the event ---- */

struct error *event_edit_store_save(struct db *db, struct arena *arena,
    const struct event *event, int64_t now, bool *changed)
{
	const struct refund_policy *refunds = &event->refunds;

	return db_run_one(db, changed,
	    "UPDATE event SET owner_id = $3, title = $4, type = $5,"
	    " summary = $6, description = $7, venue_id = $8, online_url = $9,"
	    " image_alt = $10, timezone = $11, starts_at = $12, ends_at = $13,"
	    " doors_minutes = $14, booking_opens_at = $15,"
	    " booking_closes_at = $16, seating = $17, hold_minutes = $18,"
	    " max_per_booking = $19, max_per_person = $20,"
	    " one_booking_each = $21, queue_is_open = $22,"
	    " queue_is_manual = $23, door_rule = $24, refund_full_days = $25,"
	    " refund_part_days = $26, refund_part_percent = $27,"
	    " refund_until = $28, search = $29, updated_at = $30,"
	    " starts_offset = $31,"
	    " version = version + 1 WHERE id = $1 AND version = $2",
	    PARAMS(integer(event->id), integer(event->version),
		integer_or_null(event->owner_id), text(event->title),
		text(event->type), text(event->summary),
		text(event->description), integer_or_null(event->venue.id),
		text_or_null(event->online_url), text(event->image_alt),
		text(event->timezone), integer(event->starts_at),
		integer(event->ends_at), integer(event->doors_minutes),
		integer_or_null(event->booking_opens_at),
		integer_or_null(event->booking_closes_at),
		text(event->seating == SEATING_RESERVED ? "reserved"
							: "general"),
		integer_or_null(event->hold_minutes),
		integer_or_null(event->max_per_booking),
		integer_or_null(event->max_per_person),
		integer(event->one_booking_each), integer(event->queue_is_open),
		integer(event->queue_is_manual),
		text(door_rule_word(event->door_rule)),
		refunds->is_own ? integer(refunds->full_days) : null(),
		refunds->is_own ? integer(refunds->part_days) : null(),
		refunds->is_own ? integer(refunds->part_percent) : null(),
		integer_or_null(refunds->full_until),
		text(event_search_text(arena, event)), integer(now),
		integer(clock_offset(event->starts_at, event->timezone))));
}

struct error *event_edit_store_move(struct db *db, int64_t event_id,
    enum event_status from, enum event_status to, int64_t now, bool *moved)
{
	return db_run_one(db, moved,
	    "UPDATE event SET status = $3, updated_at = $4,"
	    " version = version + 1 WHERE id = $1 AND status = $2",
	    PARAMS(integer(event_id), text(event_status_word(from)),
		text(event_status_word(to)), integer(now)));
}

struct error *event_edit_store_set_image(struct db *db, int64_t event_id,
    const char *image, const char *alt, int64_t now)
{
	return db_run(db, NULL,
	    "UPDATE event SET image = $2, image_alt = $3, updated_at = $4"
	    " WHERE id = $1",
	    PARAMS(integer(event_id), text_or_null(image), text(alt),
		integer(now)));
}

struct error *event_edit_store_set_refund_until(
    struct db *db, int64_t event_id, int64_t until, int64_t now)
{
	return db_run(db, NULL,
	    "UPDATE event SET refund_until = $2, updated_at = $3,"
	    " version = version + 1 WHERE id = $1",
	    PARAMS(integer(event_id), integer_or_null(until), integer(now)));
}

struct error *event_edit_store_note_form(
    struct db *db, int64_t event_id, const char *form_key, const char *digest)
{
	return db_run(db, NULL,
	    "UPDATE event SET form_key = $2, form_digest = $3 WHERE id = $1",
	    PARAMS(integer(event_id), text(form_key), text(digest)));
}

struct error *event_edit_store_by_form(struct db *db, struct arena *arena,
    const char *form_key, const char **slug, const char **digest)
{
	struct db_rows rows;

	*slug = *digest = "";
	TRY(db_query(db, arena, &rows,
	    "SELECT slug, form_digest FROM event WHERE form_key = $1",
	    PARAMS(text(form_key))));
	if (rows.count == 0)
		return NULL;
	*slug = row_text(db_row_at(&rows, 0), 0);
	*digest = row_text(db_row_at(&rows, 0), 1);
	return NULL;
}

struct error *event_edit_store_count_image(
    struct db *db, struct arena *arena, const char *image, int64_t *count)
{
	struct db_rows rows;

	TRY(db_query(db, arena, &rows,
	    "SELECT count(*) FROM event WHERE image = $1",
	    PARAMS(text(image))));
	*count = row_integer(db_row_at(&rows, 0), 0);
	return NULL;
}

struct error *event_edit_store_count_uses(struct db *db, struct arena *arena,
    int64_t event_id, struct event_uses *uses)
{
	struct db_rows rows;
	struct db_row row;

	TRY(db_query(db, arena, &rows,
	    "SELECT (SELECT count(*) FROM booking WHERE event_id = $1),"
	    " (SELECT count(*) FROM booking WHERE event_id = $1"
	    "   AND state IN ('held', 'paying', 'confirmed')),"
	    " (SELECT count(*) FROM booking WHERE event_id = $1"
	    "   AND state = 'confirmed' AND changes_id IS NULL),"
	    " (SELECT count(*) FROM booking WHERE event_id = $1"
	    "   AND state IN ('held', 'paying') AND is_later = 1),"
	    " (SELECT count(*) FROM queue_entry WHERE event_id = $1)"
	    " /* scan: of entries of past ones, too; seldom asked */",
	    PARAMS(integer(event_id))));
	row = db_row_at(&rows, 0);
	*uses = (struct event_uses){
	    .bookings = row_integer(row, 0),
	    .live = row_integer(row, 1),
	    .confirmed = row_integer(row, 2),
	    .reserved = row_integer(row, 3),
	    .waiting = row_integer(row, 4),
	};
	return NULL;
}

struct error *event_edit_store_delete(struct db *db, int64_t event_id)
{
	TRY(db_run(db, NULL, "DELETE FROM event_staff WHERE event_id = $1",
	    PARAMS(integer(event_id))));
	TRY(db_run(db, NULL, "DELETE FROM event_change WHERE event_id = $1",
	    PARAMS(integer(event_id))));
	TRY(db_run(db, NULL, "DELETE FROM scan WHERE event_id = $1",
	    PARAMS(integer(event_id))));
	TRY(db_run(db, NULL, "DELETE FROM journal WHERE event_id = $1",
	    PARAMS(integer(event_id))));
	TRY(db_run(db, NULL, "DELETE FROM seat WHERE event_id = $1",
	    PARAMS(integer(event_id))));
	TRY(db_run(db, NULL,
	    "DELETE FROM tier WHERE event_id = $1"
	    " /* scan: what might name a tier; deleting is seldom */",
	    PARAMS(integer(event_id))));
	return db_run(db, NULL, "DELETE FROM event WHERE id = $1",
	    PARAMS(integer(event_id)));
}

/* ---- tiers ---- */

struct error *event_edit_store_set_tier(struct db *db, int64_t event_id,
    const struct tier *tier, int64_t position, bool *changed)
{
	return db_run_one(db, changed,
	    "UPDATE tier SET name = $3, position = $4, rank = $5, price = $6,"
	    " capacity = $7, sale_opens_at = $8, sale_closes_at = $9"
	    " WHERE id = $1 AND event_id = $2"
	    " AND ($7 IS NULL OR sold + held <= $7)",
	    PARAMS(integer(tier->id), integer(event_id), text(tier->name),
		integer(position), integer(tier->rank),
		integer(tier->price.minor),
		tier->is_unlimited ? null() : integer(tier->capacity),
		integer_or_null(tier->sale_opens_at),
		integer_or_null(tier->sale_closes_at)));
}

struct error *event_edit_store_remove_tier(
    struct db *db, int64_t event_id, int64_t tier_id, bool *removed)
{
	return db_run_one(db, removed,
	    "DELETE FROM tier WHERE id = $2 AND event_id = $1"
	    " AND NOT EXISTS (SELECT 1 FROM booking b JOIN booking_item i"
	    "   ON i.booking_id = b.id WHERE b.event_id = $1"
	    "   AND i.tier_id = $2)"
	    " AND NOT EXISTS (SELECT 1 FROM ticket k WHERE k.event_id = $1"
	    "   AND k.tier_id = $2)"
	    " AND NOT EXISTS (SELECT 1 FROM journal j WHERE j.event_id = $1"
	    "   AND j.tier_id = $2)"
	    " AND NOT EXISTS (SELECT 1 FROM queue_entry q"
	    "   WHERE q.event_id = $1 AND q.tier_id = $2)"
	    " /* scan: of entries of past ones, too; seldom asked */",
	    PARAMS(integer(event_id), integer(tier_id)));
}

/* ---- seats ---- */

struct error *event_edit_store_add_seat(
    struct db *db, int64_t event_id, const struct seat *seat)
{
	return db_run(db, NULL,
	    "INSERT INTO seat"
	    " (event_id, tier_id, row_name, number, is_accessible)"
	    " VALUES ($1, $2, $3, $4, $5)",
	    PARAMS(integer(event_id), integer(seat->tier_id), text(seat->row),
		integer(seat->number), integer(seat->is_accessible)));
}

struct error *event_edit_store_set_seat(struct db *db, const struct seat *seat)
{
	return db_run(db, NULL,
	    "UPDATE seat SET tier_id = $2, is_accessible = $3 WHERE id = $1",
	    PARAMS(integer(seat->id), integer(seat->tier_id),
		integer(seat->is_accessible)));
}

/* Holds that came to nothing forget which seat it was. */
struct error *event_edit_store_remove_seat(
    struct db *db, int64_t seat_id, bool *removed)
{
	TRY(db_run(db, NULL,
	    "UPDATE booking_item SET seat_id = NULL"
	    " WHERE seat_id = $1 AND is_live = 0 AND NOT EXISTS ("
	    "   SELECT 1 FROM ticket k WHERE k.seat_id = $1)",
	    PARAMS(integer(seat_id))));
	return db_run_one(db, removed,
	    "DELETE FROM seat WHERE id = $1 AND NOT EXISTS ("
	    "   SELECT 1 FROM ticket k WHERE k.seat_id = $1)"
	    " AND NOT EXISTS ("
	    "   SELECT 1 FROM booking_item i WHERE i.seat_id = $1)",
	    PARAMS(integer(seat_id)));
}

/* ---- people ---- */

struct error *event_edit_store_staff(
    struct db *db, struct arena *arena, int64_t event_id, const char **names)
{
	struct out out = {.arena = arena};
	struct db_rows rows;

	TRY(db_query(db, arena, &rows,
	    "SELECT u.username FROM event_staff f JOIN user u"
	    " ON u.id = f.user_id WHERE f.event_id = $1"
	    " ORDER BY u.username_key",
	    PARAMS(integer(event_id))));
	for (size_t i = 0; i < rows.count; i++)
		out_format(&out, "%s%s", i ? " " : "",
		    row_text(db_row_at(&rows, i), 0));
	*names = out_string(&out);
	return NULL;
}

struct error *event_edit_store_clear_staff(struct db *db, int64_t event_id)
{
	return db_run(db, NULL, "DELETE FROM event_staff WHERE event_id = $1",
	    PARAMS(integer(event_id)));
}

struct error *event_edit_store_add_staff(
    struct db *db, int64_t event_id, int64_t user_id)
{
	return db_run(db, NULL,
	    "INSERT INTO event_staff (event_id, user_id) VALUES ($1, $2)"
	    " ON CONFLICT DO NOTHING",
	    PARAMS(integer(event_id), integer(user_id)));
}
