#include "store/scan_store.h"

#include "base/text.h"

static const char *const type_words[] = {
    [SCAN_CHECK_IN] = "check_in",
    [SCAN_CHECK_OUT] = "check_out",
    [SCAN_ACCESS] = "access",
};

static const char *const verdict_words[] = {
    [SCAN_ADMITTED] = "admitted",
    [SCAN_NOT_FOUND] = "not_found",
    [SCAN_WRONG_EVENT] = "wrong_event",
    [SCAN_DEAD] = "dead",
    [SCAN_ALREADY_IN] = "already_in",
    [SCAN_NOT_IN] = "not_in",
    [SCAN_TOO_EARLY] = "too_early",
    [SCAN_TOO_LATE] = "too_late",
    [SCAN_OTHER] = "other",
};

static const char *const outcome_words[] = {
    [OUTCOME_ADMITTED] = "admitted",
    [OUTCOME_REFUSED] = "refused",
    [OUTCOME_CONFLICT] = "conflict",
};

const char *scan_type_word(enum scan_type type)
{
	return type_words[type];
}

const char *scan_verdict_word(enum scan_verdict verdict)
{
	return verdict_words[verdict];
}

bool scan_read_type(const char *word, enum scan_type *type)
{
	for (size_t i = 0; i < COUNT_OF(type_words); i++)
		if (text_equal(type_words[i], word)) {
			*type = (enum scan_type)i;
			return true;
		}
	return false;
}

/* ---- reading ---- */

/* The columns that read_scan() reads, in its order, and where from. */
#define SCAN_COLUMNS                                                           \
	"a.id, a.event_id, a.ticket_id, a.code, a.type, a.verdict,"            \
	" a.outcome, a.reason, a.location, a.user_id, a.client_key,"           \
	" a.other_id, a.scanned_at, a.recorded_at, a.undone_at,"               \
	" a.undone_why, k.holder_name, t.name,"                                \
	" coalesce(s.row_name || s.number, ''), e.title, o.scanned_at,"        \
	" o.location, k.code, e.starts_at, e.timezone"
#define SCAN_TABLES                                                            \
	" FROM scan a LEFT JOIN ticket k ON k.id = a.ticket_id"                \
	" LEFT JOIN tier t ON t.id = k.tier_id"                                \
	" LEFT JOIN event e ON e.id = k.event_id"                              \
	" LEFT JOIN seat s ON s.id = k.seat_id"                                \
	" LEFT JOIN scan o ON o.id = a.other_id"

static struct scan read_scan(struct db_row row)
{
	return (struct scan){
	    .id = row_integer(row, 0),
	    .event_id = row_integer(row, 1),
	    .ticket_id = row_integer(row, 2),
	    .code = row_text(row, 3),
	    .type = ROW_WORD(row, 4, enum scan_type, type_words),
	    .verdict = ROW_WORD(row, 5, enum scan_verdict, verdict_words),
	    .outcome = ROW_WORD(row, 6, enum scan_outcome, outcome_words),
	    .reason = row_text(row, 7),
	    .location = row_text(row, 8),
	    .user_id = row_integer(row, 9),
	    .client_key = row_text(row, 10),
	    .other_id = row_integer(row, 11),
	    .scanned_at = row_integer(row, 12),
	    .recorded_at = row_integer(row, 13),
	    .undone_at = row_integer(row, 14),
	    .undone_why = row_text(row, 15),
	    .holder_name = row_text(row, 16),
	    .tier_name = row_text(row, 17),
	    .seat = row_text(row, 18),
	    .ticket_event = row_text(row, 19),
	    .other_at = row_integer(row, 20),
	    .other_location = row_text(row, 21),
	    .ticket_code = row_text(row, 22),
	    .ticket_starts_at = row_integer(row, 23),
	    .ticket_zone = row_text(row, 24),
	};
}

static void take_scans(
    struct arena *arena, const struct db_rows *rows, struct scan_list *list)
{
	struct scan *scans = arena_array(arena, rows->count, sizeof(*scans));

	for (size_t i = 0; i < rows->count; i++)
		scans[i] = read_scan(db_row_at(rows, i));
	*list = (struct scan_list){.items = scans, .count = rows->count};
}

static void take_scan(const struct db_rows *rows, struct scan *scan)
{
	*scan = (struct scan){.id = 0};
	if (rows->count > 0)
		*scan = read_scan(db_row_at(rows, 0));
}

struct error *scan_store_find(struct db *db, struct arena *arena,
    int64_t event_id, int64_t id, struct scan *scan)
{
	struct db_rows rows;

	TRY(db_query(db, arena, &rows,
	    "SELECT " SCAN_COLUMNS SCAN_TABLES
	    " WHERE a.id = $1 AND a.event_id = $2",
	    PARAMS(integer(id), integer(event_id))));
	take_scan(&rows, scan);
	return scan->id ? NULL : fail(NOT_FOUND_ERROR, "Scan not found");
}

struct error *scan_store_find_key(struct db *db, struct arena *arena,
    const char *client_key, struct scan *scan)
{
	struct db_rows rows;

	TRY(db_query(db, arena, &rows,
	    "SELECT " SCAN_COLUMNS SCAN_TABLES " WHERE a.client_key = $1",
	    PARAMS(text(client_key))));
	take_scan(&rows, scan);
	return NULL;
}

struct error *scan_store_last_of(struct db *db, struct arena *arena,
    int64_t event_id, int64_t user_id, struct scan *scan)
{
	struct db_rows rows;

	TRY(db_query(db, arena, &rows,
	    "SELECT " SCAN_COLUMNS SCAN_TABLES
	    " WHERE a.user_id = $2 AND a.event_id = $1"
	    " ORDER BY a.id DESC LIMIT 1",
	    PARAMS(integer(event_id), integer(user_id))));
	take_scan(&rows, scan);
	return NULL;
}

struct error *scan_store_of_ticket(struct db *db, struct arena *arena,
    int64_t ticket_id, struct scan_list *list)
{
	struct db_rows rows;

	TRY(db_query(db, arena, &rows,
	    "SELECT " SCAN_COLUMNS SCAN_TABLES
	    " WHERE a.ticket_id = $1 AND a.type <> 'access'"
	    " AND a.outcome <> 'refused' AND a.undone_at IS NULL"
	    " ORDER BY a.scanned_at, a.id",
	    PARAMS(integer(ticket_id))));
	take_scans(arena, &rows, list);
	return NULL;
}

struct error *scan_store_recent(struct db *db, struct arena *arena,
    int64_t event_id, int64_t limit, struct scan_list *list)
{
	struct db_rows rows;

	TRY(db_query(db, arena, &rows,
	    "SELECT " SCAN_COLUMNS SCAN_TABLES
	    " WHERE a.event_id = $1 ORDER BY a.id DESC LIMIT $2",
	    PARAMS(integer(event_id), integer(limit))));
	take_scans(arena, &rows, list);
	return NULL;
}

struct error *scan_store_conflicts(struct db *db, struct arena *arena,
    int64_t event_id, struct scan_list *list)
{
	struct db_rows rows;

	TRY(db_query(db, arena, &rows,
	    "SELECT " SCAN_COLUMNS SCAN_TABLES
	    " WHERE a.event_id = $1 AND a.outcome = 'conflict'"
	    " AND a.undone_at IS NULL ORDER BY a.id DESC LIMIT 200",
	    PARAMS(integer(event_id))));
	take_scans(arena, &rows, list);
	return NULL;
}

/* Of ticket k: its last counted check-in or check-out. */
#define LAST_MOVE(column)                                                      \
	"(SELECT a." column " FROM scan a WHERE a.ticket_id = k.id"            \
	" AND a.type <> 'access' AND a.outcome <> 'refused'"                   \
	" AND a.undone_at IS NULL"                                             \
	" ORDER BY a.scanned_at DESC, a.id DESC LIMIT 1)"

#define IS_VALID " AND k.status IN ('active', 'used', 'expired')"

struct error *scan_store_count(struct db *db, struct arena *arena,
    int64_t event_id, int64_t since, struct door_count *count)
{
	struct db_rows rows;

	TRY(db_query(db, arena, &rows,
	    "SELECT count(k.check_in_at),"
	    " count(*) - count(k.check_in_at),"
	    " count(CASE WHEN k.check_in_at IS NOT NULL"
	    "   AND " LAST_MOVE(
		"type") " = 'check_in'"
			"   AND " LAST_MOVE(
			    "scanned_at") " >= $2 THEN 1 END)"
					  " FROM ticket k WHERE k.event_id = $1" IS_VALID,
	    PARAMS(integer(event_id), integer(since))));
	*count = (struct door_count){
	    .came = row_integer(db_row_at(&rows, 0), 0),
	    .to_come = row_integer(db_row_at(&rows, 0), 1),
	    .inside = row_integer(db_row_at(&rows, 0), 2),
	};
	return NULL;
}

struct error *scan_store_tickets(struct db *db, struct arena *arena,
    int64_t event_id, struct door_ticket_list *list)
{
	struct door_ticket *tickets;
	struct db_rows rows;

	TRY(db_query(db, arena, &rows,
	    "SELECT k.id, k.code, k.holder_name, b.reference, k.tier_id,"
	    " t.name, coalesce(s.row_name || s.number, ''), k.check_in_at,"
	    " (SELECT max(a.scanned_at) FROM scan a WHERE a.ticket_id = k.id"
	    "   AND a.type = 'check_in' AND a.outcome <> 'refused'"
	    "   AND a.undone_at IS NULL),"
	    " coalesce(" LAST_MOVE(
		"type") " = 'check_in', 0)"
			" FROM ticket k JOIN tier t ON t.id = k.tier_id"
			" JOIN booking b ON b.id = k.booking_id"
			" LEFT JOIN seat s ON s.id = k.seat_id"
			" WHERE k.event_id = $1" IS_VALID,
	    PARAMS(integer(event_id))));
	tickets = arena_array(arena, rows.count, sizeof(*tickets));
	for (size_t i = 0; i < rows.count; i++) {
		struct db_row row = db_row_at(&rows, i);

		tickets[i] = (struct door_ticket){
		    .id = row_integer(row, 0),
		    .code = row_text(row, 1),
		    .holder_name = row_text(row, 2),
		    .reference = row_text(row, 3),
		    .tier_id = row_integer(row, 4),
		    .tier_name = row_text(row, 5),
		    .seat = row_text(row, 6),
		    .check_in_at = row_integer(row, 7),
		    .last_in_at = row_integer(row, 8),
		    .is_inside = row_integer(row, 9) != 0,
		};
	}
	*list =
	    (struct door_ticket_list){.items = tickets, .count = rows.count};
	return NULL;
}

struct error *scan_store_dead_codes(struct db *db, struct arena *arena,
    int64_t event_id, struct dead_code_list *list)
{
	struct db_rows rows;
	struct dead_code *codes;

	TRY(db_query(db, arena, &rows,
	    "SELECT k.code, k.status FROM ticket k WHERE k.event_id = $1"
	    " AND k.status IN ('cancelled', 'refunded')"
	    " UNION ALL SELECT c.code, 'replaced' FROM ticket k"
	    " JOIN ticket_old_code c ON c.ticket_id = k.id"
	    " WHERE k.event_id = $1",
	    PARAMS(integer(event_id))));
	codes = arena_array(arena, rows.count, sizeof(*codes));
	for (size_t i = 0; i < rows.count; i++)
		codes[i] =
		    (struct dead_code){.code = row_text(db_row_at(&rows, i), 0),
			.status = row_text(db_row_at(&rows, i), 1)};
	*list = (struct dead_code_list){.items = codes, .count = rows.count};
	return NULL;
}

/* ---- writing ---- */

struct error *scan_store_add(
    struct db *db, struct arena *arena, struct scan *scan)
{
	struct db_rows rows;

	TRY(db_query(db, arena, &rows,
	    "INSERT INTO scan (event_id, ticket_id, code, type, verdict,"
	    " outcome, reason, location, user_id, client_key, other_id,"
	    " scanned_at, recorded_at)"
	    " VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)"
	    " RETURNING id",
	    PARAMS(integer(scan->event_id), integer_or_null(scan->ticket_id),
		text(scan->code), text(type_words[scan->type]),
		text(scan_verdict_word(scan->verdict)),
		text(outcome_words[scan->outcome]), text(scan->reason),
		text(scan->location), integer_or_null(scan->user_id),
		text_or_null(scan->client_key), integer_or_null(scan->other_id),
		integer(scan->scanned_at), integer(scan->recorded_at))));
	scan->id = row_integer(db_row_at(&rows, 0), 0);
	return NULL;
}

struct error *scan_store_undo(
    struct db *db, int64_t id, const char *why, int64_t now, bool *changed)
{
	return db_run_one(db, changed,
	    "UPDATE scan SET undone_at = $2, undone_why = $3"
	    " WHERE id = $1 AND undone_at IS NULL",
	    PARAMS(integer(id), integer(now), text(why)));
}

struct error *scan_store_clear(struct db *db, int64_t id)
{
	return db_run(db, NULL,
	    "UPDATE scan SET verdict = 'admitted', outcome = 'admitted',"
	    " reason = '', other_id = NULL"
	    " WHERE id = $1 AND outcome = 'conflict'",
	    PARAMS(integer(id)));
}

struct error *scan_store_settle(struct db *db, int64_t ticket_id)
{
	return db_run(db, NULL,
	    "UPDATE ticket SET check_in_at = a.first, status = CASE"
	    "   WHEN status NOT IN ('active', 'used') THEN status"
	    "   WHEN a.first IS NULL THEN 'active' ELSE 'used' END"
	    " FROM (SELECT min(scanned_at) AS first FROM scan"
	    "   WHERE ticket_id = $1 AND type = 'check_in'"
	    "   AND outcome <> 'refused' AND undone_at IS NULL) a"
	    " WHERE id = $1",
	    PARAMS(integer(ticket_id)));
}
