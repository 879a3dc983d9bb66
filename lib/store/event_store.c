#include "store/event_store.h"

#include "base/clock.h"
#include "base/text.h"
#include "store/stock_store.h"
#include <inttypes.h>

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
	int64_t free = row_integer(row, 7), waiting = row_integer(row, 10);

	return (struct tier){
	    .id = row_integer(row, 0),
	    .slug = row_text(row, 1),
	    .name = row_text(row, 2),
	    .rank = (int)row_integer(row, 3),
	    .price = money_of(row_integer(row, 4), currency),
	    .is_unlimited = is_unlimited,
	    .has_seats = row_integer(row, 11) != 0,
	    .capacity = row_integer(row, 5),
	    .sold = row_integer(row, 6),
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
	    "SELECT t.id, t.slug, t.name, t.rank, t.price, t.capacity, t.sold, " TIER_LEFT
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

static struct venue read_venue(struct db_row row, int first)
{
	return (struct venue){
	    .id = row_integer(row, first),
	    .slug = row_text(row, first + 1),
	    .name = row_text(row, first + 2),
	    .address = row_text(row, first + 3),
	    .has_location = !row_is_null(row, first + 4),
	    .latitude = row_real(row, first + 4),
	    .longitude = row_real(row, first + 5),
	};
}

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
	    .venue = read_venue(row, 33),
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

static const char *venue_of(const struct event_filter *filter, size_t index)
{
	return index < filter->venue_count ? filter->venues[index] : "";
}

/*
 * What ends after a moment cannot have begun more than the longest event
 * before it: so years of past events are not looked through.
 */
static struct error *find_earliest(struct db *db, struct arena *arena,
    const struct event_filter *filter, int64_t *starts_from)
{
	struct db_rows rows;
	int64_t earliest;

	*starts_from = filter->starts_from;
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

static struct error *query_list(struct db *db, struct arena *arena,
    const struct event_filter *filter, struct db_rows *rows)
{
	const char *pattern = text_is_empty(filter->text)
	    ? NULL
	    : db_like(arena, text_fold(arena, filter->text));
	int64_t starts_from;

	TRY(find_earliest(db, arena, filter, &starts_from));
	_Static_assert(EVENT_FILTER_VENUES == 16, "$9 to $24 are the venues");
	return db_query(db, arena, rows,
	    "SELECT " EVENT_COLUMNS " FROM event e"
	    " LEFT JOIN venue v ON v.id = e.venue_id"
	    " WHERE e.status <> 'draft'"
	    " AND e.starts_at >= $1 AND e.starts_at < $2 AND e.ends_at > $3"
	    " AND ($4 IS NULL OR e.type = $4)"
	    " AND ($5 IS NULL OR e.search LIKE $5 ESCAPE '!')"
	    " AND (($6 IS NULL AND $7 IS NULL) OR EXISTS ("
	    "   SELECT 1 FROM tier p WHERE p.event_id = e.id"
	    "   AND ($6 IS NULL OR p.price >= $6)"
	    "   AND ($7 IS NULL OR p.price <= $7)))"
	    " AND ($8 = 0 OR v.slug IN"
	    "   ($9, $10, $11, $12, $13, $14, $15, $16,"
	    "   $17, $18, $19, $20, $21, $22, $23, $24))"
	    " ORDER BY e.starts_at, e.id LIMIT $25 OFFSET $26",
	    PARAMS(integer(starts_from),
		integer(
		    filter->starts_before ? filter->starts_before : INT64_MAX),
		integer(filter->ends_after), text_or_null(filter->type),
		text(pattern),
		filter->has_price_min ? integer(filter->price_min) : null(),
		filter->has_price_max ? integer(filter->price_max) : null(),
		integer((int64_t)filter->venue_count),
		text(venue_of(filter, 0)), text(venue_of(filter, 1)),
		text(venue_of(filter, 2)), text(venue_of(filter, 3)),
		text(venue_of(filter, 4)), text(venue_of(filter, 5)),
		text(venue_of(filter, 6)), text(venue_of(filter, 7)),
		text(venue_of(filter, 8)), text(venue_of(filter, 9)),
		text(venue_of(filter, 10)), text(venue_of(filter, 11)),
		text(venue_of(filter, 12)), text(venue_of(filter, 13)),
		text(venue_of(filter, 14)), text(venue_of(filter, 15)),
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
	" OR (e.owner_id IS NULL AND NOT EXISTS (SELECT 1 FROM event_staff n"  \
	" WHERE n.event_id = e.id))))"
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
	    " AND e.search LIKE $5 ESCAPE '!'"
	    " ORDER BY CASE $4 WHEN 2 THEN -e.starts_at ELSE e.starts_at END,"
	    " e.id LIMIT $6 OFFSET $7"
	    " /* scan: an organiser's own events, by any word */",
	    PARAMS(integer(now), integer(viewer->role),
		integer(viewer->user_id), integer(filter->time),
		text(db_like(arena, text_fold(arena, filter->text))),
		integer(filter->limit), integer(filter->offset))));
	_Static_assert(
	    MANAGED_ANY_TIME == 0 && MANAGED_COMING == 1 && MANAGED_PAST == 2,
	    "the statement names them");
	return take_events(db, arena, &rows, now, list);
}

struct error *event_store_venues(
    struct db *db, struct arena *arena, struct venue_list *list)
{
	struct db_rows rows;
	struct venue *venues;

	TRY(db_query(db, arena, &rows,
	    "SELECT v.id, v.slug, v.name, v.address, v.latitude, v.longitude"
	    " FROM venue v WHERE EXISTS (SELECT 1 FROM event e"
	    " WHERE e.venue_id = v.id AND e.status <> 'draft')"
	    " ORDER BY v.name LIMIT 500"
	    " /* scan: the filter offers every venue; they are few */",
	    NO_PARAMS));
	venues = arena_array(arena, rows.count, sizeof(*venues));
	for (size_t i = 0; i < rows.count; i++)
		venues[i] = read_venue(db_row_at(&rows, i), 0);
	*list = (struct venue_list){.items = venues, .count = rows.count};
	return NULL;
}

struct error *event_store_find_venue(
    struct db *db, struct arena *arena, const char *name, struct venue *venue)
{
	struct db_rows rows;

	TRY(db_query(db, arena, &rows,
	    "SELECT v.id, v.slug, v.name, v.address, v.latitude, v.longitude"
	    " FROM venue v WHERE v.name = $1 LIMIT 1",
	    PARAMS(text(name))));
	*venue = (struct venue){.id = 0};
	if (rows.count)
		*venue = read_venue(db_row_at(&rows, 0), 0);
	return NULL;
}

/* ---- the catalogue ---- */

struct error *catalogue_version(
    struct db *db, struct arena *arena, int64_t *version)
{
	struct db_rows rows;

	TRY(db_query(db, arena, &rows,
	    "SELECT version FROM catalogue WHERE id = 1", NO_PARAMS));
	*version = row_integer(db_row_at(&rows, 0), 0);
	return NULL;
}

struct error *catalogue_next_edge(
    struct db *db, struct arena *arena, int64_t now, int64_t *edge)
{
	struct db_rows rows;
	struct db_row row;

	TRY(db_query(db, arena, &rows,
	    "SELECT"
	    " (SELECT min(expires_at) FROM booking"
	    "   WHERE state = 'held' AND expires_at > $1),"
	    " (SELECT min(ends_at) FROM event"
	    "   WHERE status <> 'draft' AND ends_at > $1),"
	    " (SELECT min(starts_at) FROM event"
	    "   WHERE status <> 'draft' AND starts_at > $1),"
	    " (SELECT min(starts_at) - $2 FROM event"
	    "   WHERE status <> 'draft' AND starts_at > $1 + $2),"
	    " (SELECT min(booking_opens_at) FROM event"
	    "   WHERE booking_opens_at > $1),"
	    " (SELECT min(booking_closes_at) FROM event"
	    "   WHERE booking_closes_at > $1),"
	    " (SELECT min(sale_opens_at) FROM tier WHERE sale_opens_at > $1),"
	    " (SELECT min(sale_closes_at) FROM tier WHERE sale_closes_at > $1)",
	    PARAMS(integer(now), integer((int64_t)90 * DAY))));
	row = db_row_at(&rows, 0);
	*edge = INT64_MAX;
	for (int i = 0; i < (int)rows.columns; i++)
		if (!row_is_null(row, i) && row_integer(row, i) < *edge)
			*edge = row_integer(row, i);
	return NULL;
}

struct error *catalogue_raise(struct db *db)
{
	return db_run(db, NULL,
	    "UPDATE catalogue SET version = version + 1 WHERE id = 1",
	    NO_PARAMS);
}

/* ---- writing ---- */

/* "hall", else "hall-2", "hall-3" ... */
static struct error *free_venue_slug(
    struct db *db, struct arena *arena, const char *wanted, const char **slug)
{
	struct db_rows rows;

	*slug = wanted;
	for (int number = 2;; number++) {
		TRY(db_query(db, arena, &rows,
		    "SELECT id FROM venue WHERE slug = $1",
		    PARAMS(text(*slug))));
		if (rows.count == 0)
			return NULL;
		*slug = arena_format(arena, "%s-%d", wanted, number);
	}
}

struct error *event_store_add_venue(
    struct db *db, struct arena *arena, struct venue *venue, int64_t now)
{
	struct db_rows rows;

	TRY(free_venue_slug(db, arena, venue->slug, &venue->slug));

	TRY(db_query(db, arena, &rows,
	    "INSERT INTO venue"
	    " (slug, name, address, latitude, longitude, created_at)"
	    " VALUES ($1, $2, $3, $4, $5, $6) RETURNING id",
	    PARAMS(text(venue->slug), text(venue->name),
		text(venue->address ? venue->address : ""),
		venue->has_location ? real(venue->latitude) : null(),
		venue->has_location ? real(venue->longitude) : null(),
		integer(now))));
	venue->id = row_integer(db_row_at(&rows, 0), 0);
	return NULL;
}

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
	    " door_rule, image_alt)"
	    " VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13,"
	    " $14, $15, $16, $17, $18, $19, $20, $21, $22, $23, $24, $25, $25, $26,"
	    " $27, $28, $29, $30, $31)"
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
		text(event->image_alt ? event->image_alt : ""))));
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

struct error *event_store_set_status(
    struct db *db, int64_t event_id, enum event_status status, int64_t now)
{
	TRY(catalogue_raise(db));
	return db_run(db, NULL,
	    "UPDATE event SET status = $2, updated_at = $3,"
	    " version = version + 1 WHERE id = $1",
	    PARAMS(integer(event_id), text(event_status_word(status)),
		integer(now)));
}
