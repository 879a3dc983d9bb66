#include "store/queue_store.h"

/* The columns that take_entry() reads, in its order. */
#define ENTRY_COLUMNS                                                          \
	"q.id, q.event_id, q.tier_id, t.name, q.entry_key, q.browser,"         \
	" q.user_id, q.name, q.email, q.quantity, q.created_at,"               \
	" CASE q.state WHEN 'waiting' THEN (SELECT count(*) FROM queue_entry"  \
	" o WHERE o.event_id = q.event_id AND o.state = 'waiting'"             \
	" AND coalesce(o.tier_id, 0) = coalesce(q.tier_id, 0)"                 \
	" AND (o.created_at < q.created_at OR (o.created_at = q.created_at"    \
	" AND o.id <= q.id))) ELSE 0 END"

static void take_entry(struct db_row row, struct queue_entry *entry)
{
	*entry = (struct queue_entry){
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
	    .position = row_integer(row, 11),
	};
}

static struct error *find_by_form_key(struct db *db, struct arena *arena,
    const char *form_key, struct queue_entry *entry, bool *found)
{
	struct db_rows rows;

	TRY(db_query(db, arena, &rows,
	    "SELECT " ENTRY_COLUMNS " FROM queue_entry q"
	    " LEFT JOIN tier t ON t.id = q.tier_id WHERE q.form_key = $1",
	    PARAMS(text_or_null(form_key))));
	*found = rows.count > 0;
	if (*found)
		take_entry(db_row_at(&rows, 0), entry);
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
	bool found;

	TRY(find_by_form_key(db, arena, form_key, entry, &found));
	if (found)
		return NULL;
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

struct error *queue_store_find(struct db *db, struct arena *arena,
    int64_t event_id, const char *key, struct queue_entry *entry)
{
	struct db_rows rows;

	TRY(db_query(db, arena, &rows,
	    "SELECT " ENTRY_COLUMNS " FROM queue_entry q"
	    " LEFT JOIN tier t ON t.id = q.tier_id"
	    " WHERE q.entry_key = $2 AND q.event_id = $1",
	    PARAMS(integer(event_id), text(key))));
	if (rows.count == 0)
		return fail(NOT_FOUND_ERROR, "Entry not found");
	take_entry(db_row_at(&rows, 0), entry);
	return NULL;
}
