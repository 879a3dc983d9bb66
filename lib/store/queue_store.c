#include "store/queue_store.h"

#include "base/text.h"

static const char *const state_words[] = {
    [QUEUE_WAITING] = "waiting",
    [QUEUE_OFFERED] = "offered",
    [QUEUE_SERVED] = "served",
    [QUEUE_LEFT] = "left",
    [QUEUE_LAPSED] = "lapsed",
};

const char *queue_state_word(enum queue_state state)
{
	return state_words[state];
}

/* ---- reading ---- */

/* The columns that read_entry() reads, in its order. */
#define ENTRY_COLUMNS                                                          \
	"q.id, q.event_id, q.tier_id, t.name, q.entry_key, q.browser,"         \
	" q.user_id, q.name, q.email, q.quantity, q.created_at, q.state,"      \
	" q.booking_id"

/* SQL: how many of its class came no later than `q`. */
#define ENTRY_POSITION                                                         \
	"(SELECT count(*) FROM queue_entry o WHERE o.event_id = q.event_id"    \
	" AND o.state = 'waiting'"                                             \
	" AND coalesce(o.tier_id, 0) = coalesce(q.tier_id, 0)"                 \
	" AND (o.created_at < q.created_at OR (o.created_at = q.created_at"    \
	" AND o.id <= q.id)))"

static struct queue_entry read_entry(struct db_row row)
{
	return (struct queue_entry){
	    .id = row_integer(row, 0),
	    .event_id = row_integer(row, 1),
	    .tier_id = row_integer(row, 2),
	    .tier_name = row_text(row, 3),
	    .key = row_text(row, 4),
	    .browser = row_text(row, 5),
	    .user_id = row_integer(row, 6),
	    .name = row_text(row, 7),
	    .email = row_text(row, 8),
	    .quantity = row_integer(row, 9),
	    .created_at = row_integer(row, 10),
	    .state = ROW_WORD(row, 11, enum queue_state, state_words),
	    .booking_id = row_integer(row, 12),
	};
}

/* The first row, whose last column is the position; id 0 without one. */
static void take_entry(const struct db_rows *rows, struct queue_entry *entry)
{
	struct db_row row;

	*entry = (struct queue_entry){.id = 0};
	if (rows->count == 0)
		return;
	row = db_row_at(rows, 0);
	*entry = read_entry(row);
	if (entry->state == QUEUE_WAITING)
		entry->position = row_integer(row, 13);
}

struct error *queue_store_find(struct db *db, struct arena *arena,
    int64_t event_id, const char *key, struct queue_entry *entry)
{
	struct db_rows rows;

	TRY(db_query(db, arena, &rows,
	    "SELECT " ENTRY_COLUMNS ", " ENTRY_POSITION " FROM queue_entry q"
	    " LEFT JOIN tier t ON t.id = q.tier_id"
	    " WHERE q.entry_key = $2 AND q.event_id = $1",
	    PARAMS(integer(event_id), text(key))));
	if (rows.count == 0)
		return fail(NOT_FOUND_ERROR, "Entry not found");
	take_entry(&rows, entry);
	return NULL;
}

struct error *queue_store_is_empty(
    struct db *db, struct arena *arena, int64_t event_id, bool *is_empty)
{
	struct db_rows rows;

	TRY(db_query(db, arena, &rows,
	    "SELECT id FROM queue_entry WHERE event_id = $1"
	    " AND state = 'waiting' LIMIT 1",
	    PARAMS(integer(event_id))));
	*is_empty = rows.count == 0;
	return NULL;
}

struct error *queue_store_next(struct db *db, struct arena *arena,
    int64_t event_id, int64_t tier_id, struct queue_entry *entry)
{
	struct db_rows rows;

	TRY(db_query(db, arena, &rows,
	    "SELECT " ENTRY_COLUMNS ", 1 FROM queue_entry q"
	    " LEFT JOIN tier t ON t.id = q.tier_id"
	    " WHERE q.event_id = $1 AND q.state = 'waiting'"
	    " AND (q.tier_id = $2 OR q.tier_id IS NULL)"
	    " ORDER BY q.tier_id IS NULL, q.created_at, q.id LIMIT 1",
	    PARAMS(integer(event_id), integer(tier_id))));
	take_entry(&rows, entry);
	return NULL;
}

struct error *queue_store_list(struct db *db, struct arena *arena,
    int64_t event_id, struct queue_entry_list *list)
{
	struct db_rows rows;
	struct queue_entry *entries;

	TRY(db_query(db, arena, &rows,
	    "SELECT " ENTRY_COLUMNS " FROM queue_entry q"
	    " LEFT JOIN tier t ON t.id = q.tier_id"
	    " WHERE q.event_id = $1 AND q.state = 'waiting'"
	    " ORDER BY q.tier_id IS NULL, t.rank, q.created_at, q.id",
	    PARAMS(integer(event_id))));
	entries = arena_array(arena, rows.count, sizeof(*entries));
	for (size_t i = 0; i < rows.count; i++)
		entries[i] = read_entry(db_row_at(&rows, i));
	*list =
	    (struct queue_entry_list){.items = entries, .count = rows.count};
	return NULL;
}

struct error *queue_store_live(struct db *db, struct arena *arena,
    int64_t event_id, struct queue_entry_list *list)
{
	struct queue_entry_list waiting;
	struct queue_entry *entries;
	struct db_rows rows;

	TRY(queue_store_list(db, arena, event_id, &waiting));
	TRY(db_query(db, arena, &rows,
	    "SELECT " ENTRY_COLUMNS " FROM queue_entry q"
	    " LEFT JOIN tier t ON t.id = q.tier_id"
	    " WHERE q.event_id = $1 AND q.state = 'offered'"
	    " ORDER BY q.created_at, q.id",
	    PARAMS(integer(event_id))));
	entries =
	    arena_array(arena, rows.count + waiting.count, sizeof(*entries));
	for (size_t i = 0; i < rows.count; i++)
		entries[i] = read_entry(db_row_at(&rows, i));
	for (size_t i = 0; i < waiting.count; i++)
		entries[rows.count + i] = waiting.items[i];
	*list = (struct queue_entry_list){
	    .items = entries, .count = rows.count + waiting.count};
	return NULL;
}

struct error *queue_store_list_user(struct db *db, struct arena *arena,
    int64_t user_id, struct queue_entry_list *list)
{
	struct db_rows rows;
	struct queue_entry *entries;

	TRY(db_query(db, arena, &rows,
	    "SELECT " ENTRY_COLUMNS " FROM queue_entry q"
	    " LEFT JOIN tier t ON t.id = q.tier_id"
	    " WHERE q.user_id = $1 ORDER BY q.created_at DESC, q.id DESC",
	    PARAMS(integer(user_id))));
	entries = arena_array(arena, rows.count, sizeof(*entries));
	for (size_t i = 0; i < rows.count; i++)
		entries[i] = read_entry(db_row_at(&rows, i));
	*list =
	    (struct queue_entry_list){.items = entries, .count = rows.count};
	return NULL;
}

struct error *queue_store_wanted(struct db *db, struct arena *arena,
    int64_t event_id, int64_t tier_id, int64_t *places)
{
	struct db_rows rows;

	TRY(db_query(db, arena, &rows,
	    "SELECT coalesce(sum(quantity), 0) FROM queue_entry"
	    " WHERE event_id = $1 AND state = 'waiting'"
	    " AND coalesce(tier_id, 0) = $2",
	    PARAMS(integer(event_id), integer(tier_id))));
	*places = row_integer(db_row_at(&rows, 0), 0);
	return NULL;
}

/* ---- joining ---- */

struct error *queue_store_find_form(struct db *db, struct arena *arena,
    const char *form_key, struct queue_entry *entry)
{
	struct db_rows rows;

	TRY(db_query(db, arena, &rows,
	    "SELECT " ENTRY_COLUMNS ", " ENTRY_POSITION " FROM queue_entry q"
	    " LEFT JOIN tier t ON t.id = q.tier_id WHERE q.form_key = $1",
	    PARAMS(text_or_null(form_key))));
	take_entry(&rows, entry);
	return NULL;
}

static struct error *check_person(
    struct db *db, struct arena *arena, const struct queue_entry *entry)
{
	struct db_rows rows;

	TRY(db_query(db, arena, &rows,
	    "SELECT id FROM queue_entry"
	    " WHERE event_id = $1 AND person_key = $2",
	    PARAMS(integer(entry->event_id), text_or_null(entry->email))));
	if (rows.count == 0)
		return NULL;
	return fail_with(DUPLICATE_BOOKING_ERROR, NULL,
	    FIELDS(error_text("email", "Email", entry->email)),
	    "%s is on this waiting list already", entry->email);
}

struct error *queue_store_add(struct db *db, struct arena *arena,
    struct queue_entry *entry, const char *form_key)
{
	struct db_rows rows;

	TRY(check_person(db, arena, entry));
	TRY(db_query(db, arena, &rows,
	    "INSERT INTO queue_entry (event_id, tier_id, entry_key, browser,"
	    " user_id, name, email, quantity, person_key, form_key, created_at)"
	    " VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $7, $9, $10)"
	    " RETURNING id",
	    PARAMS(integer(entry->event_id), integer_or_null(entry->tier_id),
		text(entry->key), text_or_null(entry->browser),
		integer_or_null(entry->user_id), text(entry->name),
		text_or_null(entry->email), integer(entry->quantity),
		text_or_null(form_key), integer(entry->created_at))));
	entry->id = row_integer(db_row_at(&rows, 0), 0);
	return NULL;
}

/* ---- moving on ---- */

struct error *queue_store_offer(
    struct db *db, int64_t entry_id, int64_t booking_id)
{
	return db_run(db, NULL,
	    "UPDATE queue_entry SET state = 'offered', booking_id = $2"
	    " WHERE id = $1 AND state = 'waiting'",
	    PARAMS(integer(entry_id), integer(booking_id)));
}

struct error *queue_store_end(struct db *db, int64_t entry_id,
    enum queue_state state, int64_t now, bool *moved)
{
	return db_run_one(db, moved,
	    "UPDATE queue_entry SET state = $2, person_key = NULL,"
	    " ended_at = $3 WHERE id = $1"
	    " AND state IN ('waiting', 'offered')",
	    PARAMS(integer(entry_id), text(state_words[state]), integer(now)));
}

struct error *queue_store_serve_booking(
    struct db *db, int64_t booking_id, int64_t now)
{
	return db_run(db, NULL,
	    "UPDATE queue_entry SET state = 'served', person_key = NULL,"
	    " ended_at = $2 WHERE booking_id = $1 AND state = 'offered'",
	    PARAMS(integer(booking_id), integer(now)));
}

/* ---- the journal ---- */

struct error *journal_add(
    struct db *db, const struct journal_line *line, int64_t now)
{
	return db_run(db, NULL,
	    "INSERT INTO journal (event_id, tier_id, booking_id, kind, name,"
	    " email, quantity, created_at)"
	    " VALUES ($1, $2, $3, $4, $5, $6, $7, $8)",
	    PARAMS(integer(line->event_id), integer_or_null(line->tier_id),
		integer_or_null(line->booking_id), text(line->kind),
		text(line->name ? line->name : ""), text_or_null(line->email),
		integer(line->quantity), integer(now)));
}
