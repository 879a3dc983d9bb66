#include "store/event_store.h"

#include "base/clock.h"
#include "base/out.h"
#include "base/text.h"
#include "store/stock_store.h"
#include "store/venue_store.h"

static const char *const status_words[] = {
    [EVENT_DRAFT] = "draft",
    [EVENT_PUBLISHED] = "published",
    [EVENT_CANCELLED] = "cancelled",
    [EVENT_COMPLETED] = "completed",
};

const char *event_status_word(enum event_status status)
{
	return status_words[status];
}

/* ---- tiers ---- */

static struct tier read_tier(struct db_row row, const char *currency)
{
	bool is_unlimited = row_is_null(row, 5);
	int64_t capacity = row_integer(row, 5), sold = row_integer(row, 6);
	int64_t held = row_integer(row, 7), waiting = row_integer(row, 10);
	int64_t free = capacity - sold - held;

	return (struct tier){
	    .id = row_integer(row, 0),
	    .slug = row_text(row, 1),
	    .name = row_text(row, 2),
	    .rank = (int)row_integer(row, 3),
	    .price = money_of(row_integer(row, 4), currency),
	    .is_unlimited = is_unlimited,
	    .has_seats = row_integer(row, 11) != 0,
	    .capacity = capacity,
	    .sold = sold,
	    .held = held,
	    .free = is_unlimited ? INT64_MAX : free,
	    .left = is_unlimited ? INT64_MAX
		: free > waiting ? free - waiting
				 : 0,
	    .sale_opens_at = row_integer(row, 8),
	    .sale_closes_at = row_integer(row, 9),
	};
}

static struct error *read_tiers(
    struct db *db, struct arena *arena, int64_t now, struct event *event)
{
	struct db_rows rows;
	struct tier *tiers;

	TRY(db_query(db, arena, &rows,
	    "SELECT t.id, t.slug, t.name, t.rank, t.price, t.capacity, t.sold, " TIER_HELD
	    ", t.sale_opens_at, t.sale_closes_at,"
	    " CASE $3 WHEN 1 THEN 0 ELSE coalesce((SELECT sum(q.quantity)"
	    "   FROM queue_entry q WHERE q.event_id = t.event_id"
	    "   AND q.state = 'waiting'"
	    "   AND (q.tier_id = t.id OR q.tier_id IS NULL)), 0) END,"
	    " CASE $4 WHEN 1 THEN EXISTS (SELECT 1 FROM seat s"
	    "   WHERE s.tier_id = t.id) ELSE 0 END"
	    " FROM tier t WHERE t.event_id = $2 ORDER BY t.position, t.id",
	    PARAMS(integer(now), integer(event->id),
		integer(event->queue_is_manual),
		integer(event->seating == SEATING_RESERVED))));
	tiers = arena_array(arena, rows.count, sizeof(*tiers));
	for (size_t i = 0; i < rows.count; i++)
		tiers[i] = read_tier(db_row_at(&rows, i), event->currency);
	event->tiers = (struct tier_list){.items = tiers, .count = rows.count};
	return NULL;
}

/* ---- events ---- */

/* The columns that read_event() reads, in its order. */
#define EVENT_COLUMNS                                                          \
	"e.id, e.owner_id, e.slug, e.title, e.type, e.summary, e.description," \
	" e.online_url, e.image, e.timezone, e.currency, e.starts_at,"         \
	" e.ends_at, e.doors_minutes, e.booking_opens_at,"                     \
	" e.booking_closes_at, e.status, e.seating, e.hold_minutes,"           \
	" e.max_per_booking, e.max_per_person, e.one_booking_each,"            \
	" e.queue_is_open, e.queue_is_manual, e.created_at, e.updated_at,"     \
	" e.door_rule, e.version, e.refund_full_days, e.refund_part_days,"     \
	" e.refund_part_percent, e.refund_until, e.image_alt,"                 \
	" v.id, v.slug, v.name, v.address, v.latitude, v.longitude"

static const char *const rule_words[] = {
    [DOOR_ONCE] = "once",
    [DOOR_REENTRY] = "reentry",
    [DOOR_DAILY] = "daily",
};

const char *door_rule_word(enum door_rule rule)
{
	return rule_words[rule];
}

/* Without one of the event's own, what R37 says. */
static struct refund_policy read_refunds(struct db_row row, int first)
{
	bool is_own = !row_is_null(row, first);

	return (struct refund_policy){
	    .is_own = is_own,
	    .full_days = is_own ? row_integer(row, first) : REFUND_FULL_DAYS,
	    .part_days =
		is_own ? row_integer(row, first + 1) : REFUND_PART_DAYS,
	    .part_percent =
		is_own ? row_integer(row, first + 2) : REFUND_PART_PERCENT,
	    .full_until = row_integer(row, first + 3),
	};
}

static struct event read_event(struct db_row row)
{
	return (struct event){
	    .id = row_integer(row, 0),
	    .owner_id = row_integer(row, 1),
	    .slug = row_text(row, 2),
	    .title = row_text(row, 3),
	    .type = row_text(row, 4),
	    .summary = row_text(row, 5),
	    .description = row_text(row, 6),
	    .online_url = row_text(row, 7),
	    .image = row_text(row, 8),
	    .timezone = row_text(row, 9),
	    .currency = row_text(row, 10),
	    .starts_at = row_integer(row, 11),
	    .ends_at = row_integer(row, 12),
	    .doors_minutes = row_integer(row, 13),
	    .booking_opens_at = row_integer(row, 14),
	    .booking_closes_at = row_integer(row, 15),
	    .status = ROW_WORD(row, 16, enum event_status, status_words),
	    .seating = text_equal(row_text(row, 17), "reserved")
		? SEATING_RESERVED
		: SEATING_GENERAL,
	    .hold_minutes = row_integer(row, 18),
	    .max_per_booking = row_integer(row, 19),
	    .max_per_person = row_integer(row, 20),
	    .one_booking_each = row_integer(row, 21) != 0,
	    .queue_is_open = row_integer(row, 22) != 0,
	    .queue_is_manual = row_integer(row, 23) != 0,
	    .created_at = row_integer(row, 24),
	    .updated_at = row_integer(row, 25),
	    .door_rule = ROW_WORD(row, 26, enum door_rule, rule_words),
	    .version = row_integer(row, 27),
	    .refunds = read_refunds(row, 28),
	    .image_alt = row_text(row, 32),
	    .venue = venue_store_read(row, 33),
	};
}

/* The first row as an event the scope may see. */
static struct error *take_event(struct db *db, struct arena *arena,
    const struct db_rows *rows, enum event_scope scope, int64_t now,
    struct event *event)
{
	if (rows->count == 0)
		return fail(NOT_FOUND_ERROR, "Event not found");
	*event = read_event(db_row_at(rows, 0));
	if (scope == EVENTS_PUBLIC && event->status == EVENT_DRAFT)
		return fail(NOT_FOUND_ERROR, "Event not found");
	return read_tiers(db, arena, now, event);
}

struct error *event_store_find(struct db *db, struct arena *arena,
    const char *slug, enum event_scope scope, int64_t now, struct event *event)
{
	struct db_rows rows;

	TRY(db_query(db, arena, &rows,
	    "SELECT " EVENT_COLUMNS " FROM event e"
	    " LEFT JOIN venue v ON v.id = e.venue_id WHERE e.slug = $1",
	    PARAMS(text(slug))));
	return take_event(db, arena, &rows, scope, now, event);
}

struct error *event_store_find_id(struct db *db, struct arena *arena,
    int64_t id, enum event_scope scope, int64_t now, struct event *event)
{
	struct db_rows rows;

	TRY(db_query(db, arena, &rows,
	    "SELECT " EVENT_COLUMNS " FROM event e"
	    " LEFT JOIN venue v ON v.id = e.venue_id WHERE e.id = $1",
	    PARAMS(integer(id))));
	return take_event(db, arena, &rows, scope, now, event);
}

struct error *event_store_find_slug(
    struct db *db, struct arena *arena, const char *slug, int64_t *id)
{
	struct db_rows rows;

	TRY(db_query(db, arena, &rows, "SELECT id FROM event WHERE slug = $1",
	    PARAMS(text(slug))));
	if (rows.count == 0)
		return fail(NOT_FOUND_ERROR, "Event not found");
	*id = row_integer(db_row_at(&rows, 0), 0);
	return NULL;
}

/* All with a blank before and behind; a slug has none. "": any venue. */
static const char *venues_of(
    struct arena *arena, const struct event_filter *filter)
{
	struct out out = {.arena = arena};

	for (size_t i = 0; i < filter->venue_count; i++)
		out_format(&out, " %s ", filter->venues[i]);
	return out_string(&out);
}

/*
 * What ends after a moment cannot have begun more than the longest event
 * before it: so years of past events are not looked through. No wall is a day
 * from UTC.
 */
static struct error *find_earliest(struct db *db, struct arena *arena,
    const struct event_filter *filter, int64_t *starts_from)
{
	struct db_rows rows;
	int64_t earliest;

	*starts_from = filter->starts_from;
	if (filter->wall_from > *starts_from + DAY)
		*starts_from = filter->wall_from - DAY;
	if (filter->ends_after <= 0)
		return NULL;
	TRY(db_query(db, arena, &rows,
	    "SELECT max(ends_at - starts_at) FROM event"
	    " WHERE status <> 'draft'",
	    NO_PARAMS));
	earliest = filter->ends_after - row_integer(db_row_at(&rows, 0), 0);
	if (earliest > *starts_from)
		*starts_from = earliest;
	return NULL;
}

/* Likewise the end of those by which the index is walked. */
static int64_t find_latest(const struct event_filter *filter)
{
	int64_t before =
	    filter->starts_before ? filter->starts_before : INT64_MAX;

	if (filter->wall_before && filter->wall_before < before - DAY)
		before = filter->wall_before + DAY;
	return before;
}

static struct error *query_list(struct db *db, struct arena *arena,
    const struct event_filter *filter, struct db_rows *rows)
{
	int64_t starts_from;

	TRY(find_earliest(db, arena, filter, &starts_from));
	return db_query(db, arena, rows,
	    "SELECT " EVENT_COLUMNS " FROM event e"
	    " LEFT JOIN venue v ON v.id = e.venue_id"
	    " WHERE e.status <> 'draft'"
	    " AND e.starts_at >= $1 AND e.starts_at < $2 AND e.ends_at > $3"
	    " AND ($4 IS NULL OR e.type = $4)"
	    " AND (($5 IS NULL AND $6 IS NULL) OR EXISTS ("
	    "   SELECT 1 FROM tier p WHERE p.event_id = e.id"
	    "   AND ($5 IS NULL OR p.price >= $5)"
	    "   AND ($6 IS NULL OR p.price <= $6)))"
	    " AND ($7 = '' OR instr($7, ' ' || v.slug || ' '))"
	    " AND ($8 IS NULL OR has_words(e.search, $8))"
	    " AND e.starts_at + e.starts_offset >= $9"
	    " AND ($10 = 0 OR e.starts_at + e.starts_offset < $10)"
	    " ORDER BY e.starts_at, e.id LIMIT $11 OFFSET $12",
	    PARAMS(integer(starts_from), integer(find_latest(filter)),
		integer(filter->ends_after), text_or_null(filter->type),
		filter->has_price_min ? integer(filter->price_min) : null(),
		filter->has_price_max ? integer(filter->price_max) : null(),
		text(venues_of(arena, filter)), text_or_null(filter->text),
		integer(filter->wall_from), integer(filter->wall_before),
		integer(filter->limit), integer(filter->offset)));
}

/* All rows as events, with their tiers. */
static struct error *take_events(struct db *db, struct arena *arena,
    const struct db_rows *rows, int64_t now, struct event_list *list)
{
	struct event *events = arena_array(arena, rows->count, sizeof(*events));

	for (size_t i = 0; i < rows->count; i++) {
		events[i] = read_event(db_row_at(rows, i));
		TRY(read_tiers(db, arena, now, &events[i]));
	}
	*list = (struct event_list){.items = events, .count = rows->count};
	return NULL;
}

struct error *event_store_list(struct db *db, struct arena *arena,
    const struct event_filter *filter, int64_t now, struct event_list *list)
{
	struct db_rows rows;

	TRY(query_list(db, arena, filter, &rows));
	return take_events(db, arena, &rows, now, list);
}

/* ---- the staff's ---- */

/*
 * SQL: does the event `e` belong to somebody with the role $2 and the
 * account $3: an admin, or its organiser?
 */
#define IS_MANAGED "($2 >= 4 OR ($2 = 3 AND e.owner_id = $3))"
_Static_assert(
    ROLE_ORGANISER == 3 && ROLE_ADMIN == 4, "IS_MANAGED names the roles");

/*
 * SQL: does the account $3 with the role $2 work at the door of the event
 * `e`? Who is named there; where nobody is, and administrators alone run the
 * event, all door staff.
 */
#define IS_AT_DOOR                                                             \
	"($2 = 2 AND (EXISTS (SELECT 1 FROM event_staff f"                     \
	" WHERE f.event_id = e.id AND f.user_id = $3)"                         \
	" OR (NOT EXISTS (SELECT 1 FROM event_staff n"                         \
	" WHERE n.event_id = e.id) AND (e.owner_id IS NULL"                    \
	" OR EXISTS (SELECT 1 FROM user o WHERE o.id = e.owner_id"             \
	" AND o.role = 'admin')))))"
_Static_assert(ROLE_DOOR == 2, "IS_AT_DOOR names the role");

struct error *event_store_find_managed(struct db *db, struct arena *arena,
    const char *slug, const struct viewer *viewer, int64_t now,
    struct event *event)
{
	struct db_rows rows;

	TRY(db_query(db, arena, &rows,
	    "SELECT " EVENT_COLUMNS " FROM event e"
	    " LEFT JOIN venue v ON v.id = e.venue_id"
	    " WHERE e.slug = $1 AND " IS_MANAGED,
	    PARAMS(
		text(slug), integer(viewer->role), integer(viewer->user_id))));
	return take_event(db, arena, &rows, EVENTS_ALL, now, event);
}

struct error *event_store_find_door(struct db *db, struct arena *arena,
    const char *slug, const struct viewer *viewer, int64_t now,
    struct event *event)
{
	struct db_rows rows;

	TRY(db_query(db, arena, &rows,
	    "SELECT " EVENT_COLUMNS " FROM event e"
	    " LEFT JOIN venue v ON v.id = e.venue_id"
	    " WHERE e.slug = $1 AND (" IS_MANAGED " OR " IS_AT_DOOR ")",
	    PARAMS(
		text(slug), integer(viewer->role), integer(viewer->user_id))));
	return take_event(db, arena, &rows, EVENTS_ALL, now, event);
}

struct error *event_store_list_managed(struct db *db, struct arena *arena,
    const struct viewer *viewer, const struct managed_filter *filter,
    int64_t now, struct event_list *list)
{
	struct db_rows rows;

	TRY(db_query(db, arena, &rows,
	    "SELECT " EVENT_COLUMNS " FROM event e"
	    " LEFT JOIN venue v ON v.id = e.venue_id"
	    " WHERE (" IS_MANAGED " OR " IS_AT_DOOR ")"
	    " AND ($4 = 0 OR (e.ends_at > $1) = ($4 = 1))"
	    " AND ($7 = '' OR has_words(e.search, $7))"
	    " ORDER BY CASE $4 WHEN 2 THEN -e.starts_at ELSE e.starts_at END,"
	    " e.id LIMIT $5 OFFSET $6"
	    " /* scan: an organiser's own events, by any word */",
	    PARAMS(integer(now), integer(viewer->role),
		integer(viewer->user_id), integer(filter->time),
		integer(filter->limit), integer(filter->offset),
		text(filter->text))));
	_Static_assert(
	    MANAGED_ANY_TIME == 0 && MANAGED_COMING == 1 && MANAGED_PAST == 2,
	    "the statement names them");
	return take_events(db, arena, &rows, now, list);
}
