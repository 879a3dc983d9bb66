#include "store/outbox_store.h"

#include "base/text.h"
#include "base/token.h"
#include <inttypes.h>

static const char *const state_words[] = {
    [MAIL_WAITING] = "waiting",
    [MAIL_SENT] = "sent",
    [MAIL_FAILED] = "failed",
};

const char *mail_state_word(enum mail_state state)
{
	return state_words[state];
}

/* ---- reading ---- */

#define MAIL_COLUMNS                                                           \
	"SELECT id, message_id, kind, recipient, booking_id, snapshot, state," \
	" attempts, due_at, error, created_at, sent_at FROM outbox "

static struct mail read_mail(struct db_row row)
{
	return (struct mail){
	    .id = row_integer(row, 0),
	    .message_id = row_text(row, 1),
	    .kind = row_text(row, 2),
	    .recipient = row_text(row, 3),
	    .booking_id = row_integer(row, 4),
	    .snapshot = row_text(row, 5),
	    .state = ROW_WORD(row, 6, enum mail_state, state_words),
	    .attempts = row_integer(row, 7),
	    .due_at = row_integer(row, 8),
	    .error = row_text(row, 9),
	    .created_at = row_integer(row, 10),
	    .sent_at = row_integer(row, 11),
	};
}

static struct mail_list read_mails(
    struct arena *arena, const struct db_rows *rows)
{
	struct mail *mails = arena_array(arena, rows->count, sizeof(*mails));

	for (size_t i = 0; i < rows->count; i++)
		mails[i] = read_mail(db_row_at(rows, i));
	return (struct mail_list){.items = mails, .count = rows->count};
}

struct error *outbox_store_due(
    struct db *db, struct arena *arena, int64_t now, struct mail *mail)
{
	struct db_rows rows;

	*mail = (struct mail){.id = 0};
	TRY(db_query(db, arena, &rows,
	    MAIL_COLUMNS "WHERE state = 'waiting' AND due_at <= $1"
			 " ORDER BY due_at, id LIMIT 1",
	    PARAMS(integer(now))));
	if (rows.count)
		*mail = read_mail(db_row_at(&rows, 0));
	return NULL;
}

struct error *outbox_store_list(
    struct db *db, struct arena *arena, int64_t most, struct mail_list *list)
{
	struct db_rows rows;

	TRY(db_query(db, arena, &rows,
	    MAIL_COLUMNS "ORDER BY id DESC LIMIT $1 /* scan: ends by itself */",
	    PARAMS(integer(most))));
	*list = read_mails(arena, &rows);
	return NULL;
}

struct error *outbox_store_find(
    struct db *db, struct arena *arena, int64_t id, struct mail *mail)
{
	struct db_rows rows;

	TRY(db_query(db, arena, &rows, MAIL_COLUMNS "WHERE id = $1",
	    PARAMS(integer(id))));
	if (rows.count == 0)
		return fail(NOT_FOUND_ERROR, "There is no mail %" PRId64, id);
	*mail = read_mail(db_row_at(&rows, 0));
	return NULL;
}

struct error *outbox_store_count_made(struct db *db, struct arena *arena,
    int64_t booking_id, const char *kind, int64_t since, int64_t *count)
{
	struct db_rows rows;

	TRY(db_query(db, arena, &rows,
	    "SELECT count(*) FROM outbox WHERE booking_id = $1 AND kind = $2"
	    " AND created_at > $3",
	    PARAMS(integer(booking_id), text(kind), integer(since))));
	*count = row_integer(db_row_at(&rows, 0), 0);
	return NULL;
}

/* ---- as the staff see it ---- */

/* SQL: with the viewer's role as $1 and account as $2. */
#define LINES                                                                  \
	"SELECT o.id, o.message_id, o.kind, o.recipient, o.booking_id,"        \
	" o.snapshot, o.state, o.attempts, o.due_at, o.error, o.created_at,"   \
	" o.sent_at, b.reference, e.id, e.title FROM outbox o"                 \
	" LEFT JOIN booking b ON b.id = o.booking_id"                          \
	" LEFT JOIN event e ON e.id = b.event_id"                              \
	" WHERE ($1 >= 4 OR e.owner_id = $2)"

static struct outbox_page read_lines(
    struct arena *arena, const struct db_rows *rows)
{
	struct outbox_line *lines =
	    arena_array(arena, rows->count, sizeof(*lines));

	_Static_assert(ROLE_ADMIN == 4, "the statements name the role");
	for (size_t i = 0; i < rows->count; i++) {
		struct db_row row = db_row_at(rows, i);

		lines[i] = (struct outbox_line){
		    .mail = read_mail(row),
		    .reference = row_text(row, 12),
		    .event_id = row_integer(row, 13),
		    .event = row_text(row, 14),
		};
	}
	return (struct outbox_page){.items = lines, .count = rows->count};
}

struct error *outbox_store_list_for(struct db *db, struct arena *arena,
    const struct viewer *viewer, const char *state, int64_t before,
    int64_t limit, struct outbox_page *page)
{
	struct db_rows rows;
	int64_t end = before ? before : INT64_MAX;

	if (*state)
		TRY(db_query(db, arena, &rows,
		    LINES " AND o.state = $3 AND o.id < $4"
			  " ORDER BY o.id DESC LIMIT $5",
		    PARAMS(integer(viewer->role), integer(viewer->user_id),
			text(state), integer(end), integer(limit))));
	else
		TRY(db_query(db, arena, &rows,
		    LINES " AND o.id < $3 ORDER BY o.id DESC LIMIT $4",
		    PARAMS(integer(viewer->role), integer(viewer->user_id),
			integer(end), integer(limit))));
	*page = read_lines(arena, &rows);
	return NULL;
}

struct error *outbox_store_find_for(struct db *db, struct arena *arena,
    const struct viewer *viewer, int64_t id, struct outbox_line *line)
{
	struct db_rows rows;

	TRY(db_query(db, arena, &rows, LINES " AND o.id = $3",
	    PARAMS(
		integer(viewer->role), integer(viewer->user_id), integer(id))));
	if (rows.count == 0)
		return fail(NOT_FOUND_ERROR, "There is no mail %" PRId64, id);
	*line = read_lines(arena, &rows).items[0];
	return NULL;
}

struct error *outbox_store_count_sent(
    struct db *db, struct arena *arena, int64_t since, int64_t *count)
{
	struct db_rows rows;

	TRY(db_query(db, arena, &rows,
	    "SELECT count(*) FROM outbox WHERE sent_at > $1",
	    PARAMS(integer(since))));
	*count = row_integer(db_row_at(&rows, 0), 0);
	return NULL;
}

/* ---- writing ---- */

struct error *outbox_store_add(
    struct db *db, struct arena *arena, const struct mail *mail)
{
	return db_run(db, NULL,
	    "INSERT INTO outbox (message_id, kind, recipient, booking_id,"
	    " snapshot, due_at, created_at)"
	    " VALUES ($1, $2, $3, $4, $5, $6, $6)",
	    PARAMS(text(token_id(arena)), text(mail->kind),
		text(mail->recipient), integer_or_null(mail->booking_id),
		text(mail->snapshot), integer(mail->created_at)));
}

struct error *outbox_store_pretend(
    struct db *db, struct arena *arena, int64_t now)
{
	const char *id = token_id(arena);

	TRY(db_run(db, NULL,
	    "INSERT INTO outbox (message_id, kind, recipient, due_at,"
	    " created_at) VALUES ($1, '', '', $2, $2)",
	    PARAMS(text(id), integer(now))));
	return db_run(db, NULL, "DELETE FROM outbox WHERE message_id = $1",
	    PARAMS(text(id)));
}

struct error *outbox_store_begin(
    struct db *db, int64_t id, int64_t now, int64_t due_at, bool *begun)
{
	return db_run_one(db, begun,
	    "UPDATE outbox SET attempts = attempts + 1, due_at = $3,"
	    " error = 'The attempt was cut short.'"
	    " WHERE id = $1 AND state = 'waiting' AND due_at <= $2",
	    PARAMS(integer(id), integer(now), integer(due_at)));
}

struct error *outbox_store_sent(struct db *db, int64_t id, int64_t now)
{
	return db_run(db, NULL,
	    "UPDATE outbox SET state = 'sent', sent_at = $2, error = ''"
	    " WHERE id = $1 AND state = 'waiting'",
	    PARAMS(integer(id), integer(now)));
}

struct error *outbox_store_put_off(
    struct db *db, int64_t id, const char *reason)
{
	return db_run(db, NULL,
	    "UPDATE outbox SET error = $2"
	    " WHERE id = $1 AND state = 'waiting'",
	    PARAMS(integer(id), text(reason)));
}

struct error *outbox_store_give_up(
    struct db *db, int64_t id, const char *reason)
{
	return db_run(db, NULL,
	    "UPDATE outbox SET state = 'failed', error = $2"
	    " WHERE id = $1 AND state = 'waiting'",
	    PARAMS(integer(id), text(reason)));
}

struct error *outbox_store_retry(
    struct db *db, int64_t id, int64_t now, bool *moved)
{
	return db_run_one(db, moved,
	    "UPDATE outbox SET state = 'waiting', attempts = 0, due_at = $2"
	    " WHERE id = $1 AND state <> 'sent'",
	    PARAMS(integer(id), integer(now)));
}

struct error *outbox_store_copy(
    struct db *db, struct arena *arena, int64_t id, int64_t now, int64_t *copy)
{
	struct db_rows rows;

	TRY(db_query(db, arena, &rows,
	    "INSERT INTO outbox (message_id, kind, recipient, booking_id,"
	    " snapshot, due_at, created_at)"
	    " SELECT $2, kind, recipient, booking_id, snapshot, $3, $3"
	    " FROM outbox WHERE id = $1 RETURNING id",
	    PARAMS(integer(id), text(token_id(arena)), integer(now))));
	*copy = row_integer(db_row_at(&rows, 0), 0);
	return NULL;
}

/* SQL: sent before $1, and not forgotten yet. */
#define IS_OLD                                                                 \
	"sent_at < $1 AND state = 'sent'"                                      \
	" AND (kind <> 'confirmed' OR recipient <> '')"

struct error *outbox_store_is_old(
    struct db *db, struct arena *arena, int64_t before, bool *is_old)
{
	struct db_rows rows;

	TRY(db_query(db, arena, &rows,
	    "SELECT EXISTS (SELECT 1 FROM outbox WHERE " IS_OLD ")",
	    PARAMS(integer(before))));
	*is_old = row_integer(db_row_at(&rows, 0), 0) != 0;
	return NULL;
}

/* That a booking was confirmed by mail is proved by its row (I12). */
struct error *outbox_store_forget(
    struct db *db, int64_t before, int64_t most, int64_t *count)
{
	int64_t emptied;

	TRY(db_run(db, &emptied,
	    "UPDATE outbox SET recipient = '', error = '',"
	    " snapshot = '{\"valid_until\": 1}' WHERE id IN"
	    " (SELECT id FROM outbox WHERE kind = 'confirmed' AND " IS_OLD
	    "   ORDER BY sent_at LIMIT $2)",
	    PARAMS(integer(before), integer(most))));
	TRY(db_run(db, count,
	    "DELETE FROM outbox WHERE id IN"
	    " (SELECT id FROM outbox WHERE kind <> 'confirmed' AND " IS_OLD
	    "   ORDER BY sent_at LIMIT $2)",
	    PARAMS(integer(before), integer(most))));
	*count += emptied;
	return NULL;
}
