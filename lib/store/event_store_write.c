/*
 * Adding events and tiers; see event_store.h.
 */
#include "base/clock.h"
#include "base/text.h"
#include "store/catalogue_store.h"
#include "store/event_store.h"

struct error *event_store_add_tier(struct db *db, const struct event *event,
    const struct tier *tier, int64_t position)
{
	return db_run(db, NULL,
	    "INSERT INTO tier (event_id, slug, name, position, rank, price,"
	    " capacity, sale_opens_at, sale_closes_at)"
	    " VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)",
	    PARAMS(integer(event->id), text(tier->slug), text(tier->name),
		integer(position), integer(tier->rank),
		integer(tier->price.minor),
		tier->is_unlimited ? null() : integer(tier->capacity),
		integer_or_null(tier->sale_opens_at),
		integer_or_null(tier->sale_closes_at)));
}

const char *event_search_text(struct arena *arena, const struct event *event)
{
	return text_fold(arena,
	    arena_format(arena, "%s\n%s\n%s", event->title,
		event->summary ? event->summary : "",
		event->venue.id ? event->venue.name : ""));
}

static struct error *add_event(
    struct db *db, struct arena *arena, struct event *event, int64_t now)
{
	struct db_rows rows;

	TRY(db_query(db, arena, &rows,
	    "INSERT INTO event (slug, owner_id, title, type, summary,"
	    " description, venue_id, online_url, image, timezone, currency,"
	    " starts_at, ends_at, doors_minutes, booking_opens_at,"
	    " booking_closes_at, status, seating, hold_minutes,"
	    " max_per_booking, max_per_person, one_booking_each,"
	    " queue_is_open, queue_is_manual, created_at, updated_at, search,"
	    " refund_full_days, refund_part_days, refund_part_percent,"
	    " door_rule, image_alt, starts_offset)"
	    " VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13,"
	    " $14, $15, $16, $17, $18, $19, $20, $21, $22, $23, $24, $25, $25, $26,"
	    " $27, $28, $29, $30, $31, $32)"
	    " RETURNING id",
	    PARAMS(text(event->slug), integer_or_null(event->owner_id),
		text(event->title), text(event->type),
		text(event->summary ? event->summary : ""),
		text(event->description ? event->description : ""),
		integer_or_null(event->venue.id),
		text_or_null(event->online_url), text_or_null(event->image),
		text(event->timezone), text(event->currency),
		integer(event->starts_at), integer(event->ends_at),
		integer(event->doors_minutes),
		integer_or_null(event->booking_opens_at),
		integer_or_null(event->booking_closes_at),
		text(event_status_word(event->status)),
		text(event->seating == SEATING_RESERVED ? "reserved"
							: "general"),
		integer_or_null(event->hold_minutes),
		integer_or_null(event->max_per_booking),
		integer_or_null(event->max_per_person),
		integer(event->one_booking_each), integer(event->queue_is_open),
		integer(event->queue_is_manual), integer(now),
		text(event_search_text(arena, event)),
		event->refunds.is_own ? integer(event->refunds.full_days)
				      : null(),
		event->refunds.is_own ? integer(event->refunds.part_days)
				      : null(),
		event->refunds.is_own ? integer(event->refunds.part_percent)
				      : null(),
		text(door_rule_word(event->door_rule)),
		text(event->image_alt ? event->image_alt : ""),
		integer(clock_offset(event->starts_at, event->timezone)))));
	event->id = row_integer(db_row_at(&rows, 0), 0);
	return NULL;
}

struct error *event_store_add(
    struct db *db, struct arena *arena, struct event *event, int64_t now)
{
	TRY(catalogue_raise(db));
	TRY(add_event(db, arena, event, now));
	for (size_t i = 0; i < event->tiers.count; i++)
		TRY(event_store_add_tier(
		    db, event, &event->tiers.items[i], (int64_t)i));
	return NULL;
}
