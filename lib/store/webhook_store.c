#include "store/webhook_store.h"

static const char *const state_words[] = {
    [DELIVERY_WAITING] = "waiting",
    [DELIVERY_SENT] = "sent",
    [DELIVERY_FAILED] = "failed",
};

/* ---- webhooks ---- */

/* The columns that read_webhook() reads, in its order. */
#define WEBHOOK_COLUMNS                                                        \
	"w.id, w.user_id, u.username, w.url, w.types, w.salt, w.is_active,"    \
	" w.created_at"
#define WEBHOOK_WIDTH 8

/* SQL: is webhook `w` the viewer's: $1 the role, $2 the account? */
#define IS_VIEWERS "($1 >= 4 OR w.user_id = $2)"
_Static_assert(ROLE_ADMIN == 4, "IS_VIEWERS names the role");

static struct webhook read_webhook(struct db_row row)
{
	return (struct webhook){
	    .id = row_integer(row, 0),
	    .user_id = row_integer(row, 1),
	    .username = row_text(row, 2),
	    .url = row_text(row, 3),
	    .types = row_text(row, 4),
	    .salt = row_text(row, 5),
	    .is_active = row_integer(row, 6) != 0,
	    .created_at = row_integer(row, 7),
	};
}

struct error *webhook_store_list(struct db *db, struct arena *arena,
    const struct viewer *viewer, struct webhook_list *list)
{
	struct db_rows rows;
	struct webhook *webhooks;

	TRY(db_query(db, arena, &rows,
	    "SELECT " WEBHOOK_COLUMNS
	    " FROM webhook w JOIN user u ON u.id = w.user_id WHERE " IS_VIEWERS
	    " ORDER BY w.id /* scan: admins see all; they are few */",
	    PARAMS(integer(viewer->role), integer(viewer->user_id))));
	webhooks = arena_array(arena, rows.count, sizeof(*webhooks));
	for (size_t i = 0; i < rows.count; i++)
		webhooks[i] = read_webhook(db_row_at(&rows, i));
	*list = (struct webhook_list){.items = webhooks, .count = rows.count};
	return NULL;
}

struct error *webhook_store_find(struct db *db, struct arena *arena,
    const struct viewer *viewer, int64_t id, struct webhook *webhook)
{
	struct db_rows rows;

	TRY(db_query(db, arena, &rows,
	    "SELECT " WEBHOOK_COLUMNS
	    " FROM webhook w JOIN user u ON u.id = w.user_id WHERE w.id = $3"
	    " AND " IS_VIEWERS,
	    PARAMS(
		integer(viewer->role), integer(viewer->user_id), integer(id))));
	if (rows.count == 0)
		return fail(NOT_FOUND_ERROR, "Webhook not found");
	*webhook = read_webhook(db_row_at(&rows, 0));
	return NULL;
}

struct error *webhook_store_listeners(struct db *db, struct arena *arena,
    int64_t event_id, const char *type, struct id_list *webhooks)
{
	struct db_rows rows;

	TRY(db_query(db, arena, &rows,
	    "SELECT w.id FROM webhook w JOIN user u ON u.id = w.user_id"
	    " WHERE w.is_active = 1 AND instr(w.types, $2) > 0"
	    " AND u.disabled_at IS NULL AND u.erased_at IS NULL"
	    " AND (u.role = 'admin' OR (u.role = 'organiser'"
	    "   AND EXISTS (SELECT 1 FROM event e WHERE e.id = $1"
	    "     AND e.owner_id = u.id)))"
	    " ORDER BY w.id /* scan: webhooks are few */",
	    PARAMS(integer(event_id), text(type))));
	*webhooks = rows_ids(arena, &rows);
	return NULL;
}

struct error *webhook_store_count(
    struct db *db, struct arena *arena, int64_t user_id, int64_t *count)
{
	struct db_rows rows;

	TRY(db_query(db, arena, &rows,
	    "SELECT count(*) FROM webhook w WHERE w.user_id = $1",
	    PARAMS(integer(user_id))));
	*count = row_integer(db_row_at(&rows, 0), 0);
	return NULL;
}

struct error *webhook_store_add(
    struct db *db, struct arena *arena, struct webhook *webhook)
{
	struct db_rows rows;

	TRY(db_query(db, arena, &rows,
	    "INSERT INTO webhook (user_id, url, types, salt, created_at)"
	    " VALUES ($1, $2, $3, $4, $5) RETURNING id",
	    PARAMS(integer(webhook->user_id), text(webhook->url),
		text(webhook->types), text(webhook->salt),
		integer(webhook->created_at))));
	webhook->id = row_integer(db_row_at(&rows, 0), 0);
	return NULL;
}

struct error *webhook_store_set_active(
    struct db *db, int64_t id, bool is_active)
{
	return db_run(db, NULL,
	    "UPDATE webhook SET is_active = $2 WHERE id = $1",
	    PARAMS(integer(id), integer(is_active)));
}

struct error *webhook_store_remove(struct db *db, int64_t id)
{
	TRY(db_run(db, NULL,
	    "DELETE FROM webhook_delivery WHERE webhook_id = $1",
	    PARAMS(integer(id))));
	return db_run(
	    db, NULL, "DELETE FROM webhook WHERE id = $1", PARAMS(integer(id)));
}

/* ---- deliveries ---- */

#define DELIVERY_COLUMNS                                                       \
	WEBHOOK_COLUMNS                                                        \
	", d.id, d.delivery_key, d.type, d.body, d.state, d.attempts,"         \
	" d.due_at, d.status, d.error, d.created_at, d.sent_at"
#define DELIVERY_TABLES                                                        \
	" FROM webhook_delivery d JOIN webhook w ON w.id = d.webhook_id"       \
	" JOIN user u ON u.id = w.user_id"

static struct webhook_delivery read_delivery(struct db_row row)
{
	const int first = WEBHOOK_WIDTH;

	return (struct webhook_delivery){
	    .id = row_integer(row, first),
	    .key = row_text(row, first + 1),
	    .type = row_text(row, first + 2),
	    .body = row_text(row, first + 3),
	    .state = ROW_WORD(row, first + 4, enum delivery_state, state_words),
	    .attempts = row_integer(row, first + 5),
	    .due_at = row_integer(row, first + 6),
	    .status = row_integer(row, first + 7),
	    .error = row_text(row, first + 8),
	    .created_at = row_integer(row, first + 9),
	    .sent_at = row_integer(row, first + 10),
	    .webhook = read_webhook(row),
	};
}

static struct webhook_delivery_list read_deliveries(
    struct arena *arena, const struct db_rows *rows)
{
	struct webhook_delivery *deliveries =
	    arena_array(arena, rows->count, sizeof(*deliveries));

	for (size_t i = 0; i < rows->count; i++)
		deliveries[i] = read_delivery(db_row_at(rows, i));
	return (struct webhook_delivery_list){
	    .items = deliveries, .count = rows->count};
}

struct error *delivery_store_list(struct db *db, struct arena *arena,
    const struct viewer *viewer, int64_t most,
    struct webhook_delivery_list *list)
{
	struct db_rows rows;

	TRY(db_query(db, arena, &rows,
	    "SELECT " DELIVERY_COLUMNS DELIVERY_TABLES " WHERE " IS_VIEWERS
	    " ORDER BY d.id DESC LIMIT $3"
	    " /* scan: from the newest, until the page is full */",
	    PARAMS(integer(viewer->role), integer(viewer->user_id),
		integer(most))));
	*list = read_deliveries(arena, &rows);
	return NULL;
}

struct error *delivery_store_due(struct db *db, struct arena *arena,
    int64_t now, struct webhook_delivery *delivery)
{
	struct db_rows rows;

	*delivery = (struct webhook_delivery){.id = 0};
	TRY(db_query(db, arena, &rows,
	    "SELECT " DELIVERY_COLUMNS DELIVERY_TABLES
	    " WHERE d.state = 'waiting' AND d.due_at <= $1"
	    " ORDER BY d.due_at, d.id LIMIT 1",
	    PARAMS(integer(now))));
	if (rows.count)
		*delivery = read_delivery(db_row_at(&rows, 0));
	return NULL;
}

struct error *delivery_store_add(struct db *db, int64_t webhook_id,
    const char *key, const char *type, const char *body, int64_t now)
{
	return db_run(db, NULL,
	    "INSERT INTO webhook_delivery (webhook_id, delivery_key, type,"
	    " body, due_at, created_at) VALUES ($1, $2, $3, $4, $5, $5)",
	    PARAMS(integer(webhook_id), text(key), text(type), text(body),
		integer(now)));
}

struct error *delivery_store_begin(
    struct db *db, int64_t id, int64_t now, int64_t due_at, bool *begun)
{
	return db_run_one(db, begun,
	    "UPDATE webhook_delivery SET attempts = attempts + 1,"
	    " due_at = $3, status = 0, error = 'The attempt was cut short.'"
	    " WHERE id = $1 AND state = 'waiting' AND due_at <= $2",
	    PARAMS(integer(id), integer(now), integer(due_at)));
}

struct error *delivery_store_end(struct db *db, int64_t id,
    enum delivery_state state, int64_t status, const char *problem, int64_t now)
{
	return db_run(db, NULL,
	    "UPDATE webhook_delivery SET state = $2, status = $3, error = $4,"
	    " sent_at = CASE $2 WHEN 'sent' THEN $5 END"
	    " WHERE id = $1 AND state = 'waiting'",
	    PARAMS(integer(id), text(state_words[state]), integer(status),
		text(problem), integer(now)));
}

struct error *delivery_store_retry(struct db *db, struct arena *arena,
    const struct viewer *viewer, int64_t id, int64_t now)
{
	struct db_rows rows;
	int64_t changed;

	TRY(db_query(db, arena, &rows,
	    "SELECT d.id" DELIVERY_TABLES " WHERE d.id = $3 AND " IS_VIEWERS,
	    PARAMS(
		integer(viewer->role), integer(viewer->user_id), integer(id))));
	if (rows.count == 0)
		return fail(NOT_FOUND_ERROR, "Delivery not found");
	TRY(db_run(db, &changed,
	    "UPDATE webhook_delivery SET state = 'waiting', attempts = 0,"
	    " due_at = $2 WHERE id = $1 AND state <> 'sent'",
	    PARAMS(integer(id), integer(now))));
	if (changed == 0)
		return fail(STATE_ERROR, "This delivery has arrived already");
	return NULL;
}

struct error *delivery_store_forget(
    struct db *db, int64_t before, int64_t *count)
{
	return db_run(db, count,
	    "DELETE FROM webhook_delivery"
	    " WHERE state <> 'waiting' AND created_at < $1",
	    PARAMS(integer(before)));
}
