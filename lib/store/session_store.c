#include "store/session_store.h"

#include "base/text.h"
#include "store/user_store.h"

/* ---- sessions ---- */

#define SESSION_COLUMNS                                                        \
	"SELECT s.id, s.user_id, s.device, s.address, s.is_remembered,"        \
	" s.created_at, s.seen_at, s.ends_at, u.role, u.disabled_at"           \
	" FROM session s JOIN user u ON u.id = s.user_id "

static struct session_record read_session(struct db_row row)
{
	enum role role;

	if (!role_read(row_text(row, 8), &role))
		die("unknown role %s", row_text(row, 8));
	return (struct session_record){
	    .session = {.id = row_integer(row, 0),
		.user_id = row_integer(row, 1),
		.device = row_text(row, 2),
		.address = row_text(row, 3),
		.is_remembered = row_integer(row, 4) != 0,
		.created_at = row_integer(row, 5),
		.seen_at = row_integer(row, 6)},
	    .ends_at = row_integer(row, 7),
	    .role = role,
	    .disabled_at = row_integer(row, 9),
	};
}

struct error *session_store_find(struct db *db, struct arena *arena,
    const char *hash, struct session_record *record)
{
	struct db_rows rows;

	*record = (struct session_record){.session.id = 0};
	TRY(db_query(db, arena, &rows,
	    SESSION_COLUMNS "WHERE s.token_hash = $1", PARAMS(text(hash))));
	if (rows.count > 0)
		*record = read_session(db_row_at(&rows, 0));
	return NULL;
}

struct error *session_store_list(struct db *db, struct arena *arena,
    int64_t user_id, struct session_record_list *list)
{
	struct session_record *records;
	struct db_rows rows;

	TRY(db_query(db, arena, &rows,
	    SESSION_COLUMNS "WHERE s.user_id = $1"
			    " ORDER BY s.seen_at DESC, s.id DESC",
	    PARAMS(integer(user_id))));
	records = arena_array(arena, rows.count, sizeof(*records));
	for (size_t i = 0; i < rows.count; i++)
		records[i] = read_session(db_row_at(&rows, i));
	*list =
	    (struct session_record_list){.items = records, .count = rows.count};
	return NULL;
}

struct error *session_store_add(struct db *db, struct arena *arena,
    struct session_record *record, const char *hash, const char *browser)
{
	struct session *session = &record->session;
	struct db_rows rows;

	TRY(db_run(db, NULL,
	    "DELETE FROM session WHERE browser = $1 AND browser <> ''",
	    PARAMS(text(browser))));
	TRY(db_query(db, arena, &rows,
	    "INSERT INTO session (token_hash, user_id, browser, device,"
	    " address, is_remembered, created_at, seen_at, ends_at)"
	    " VALUES ($1, $2, $3, $4, $5, $6, $7, $7, $8) RETURNING id",
	    PARAMS(text(hash), integer(session->user_id), text(browser),
		text(session->device), text(session->address),
		integer(session->is_remembered), integer(session->created_at),
		integer(record->ends_at))));
	session->id = row_integer(db_row_at(&rows, 0), 0);
	return NULL;
}

struct error *session_store_seen(struct db *db, int64_t id, int64_t now)
{
	return db_run(db, NULL,
	    "UPDATE session SET seen_at = $2 WHERE id = $1 AND seen_at < $2",
	    PARAMS(integer(id), integer(now)));
}

struct error *session_store_end(
    struct db *db, int64_t user_id, int64_t id, bool *ended)
{
	return db_run_one(db, ended,
	    "DELETE FROM session WHERE id = $1 AND user_id = $2",
	    PARAMS(integer(id), integer(user_id)));
}

struct error *session_store_end_all(
    struct db *db, int64_t user_id, int64_t kept)
{
	return db_run(db, NULL,
	    "DELETE FROM session WHERE user_id = $1 AND id <> $2",
	    PARAMS(integer(user_id), integer(kept)));
}

struct error *session_store_end_tokens(
    struct db *db, int64_t user_id, int64_t now)
{
	return db_run(db, NULL,
	    "UPDATE refresh_token SET revoked_at = $2"
	    " WHERE user_id = $1 AND revoked_at IS NULL",
	    PARAMS(integer(user_id), integer(now)));
}

struct error *session_store_sweep(struct db *db, int64_t now)
{
	TRY(db_run(db, NULL, "DELETE FROM session WHERE ends_at <= $1",
	    PARAMS(integer(now))));
	TRY(db_run(db, NULL, "DELETE FROM account_token WHERE ends_at <= $1",
	    PARAMS(integer(now))));
	return db_run(db, NULL, "DELETE FROM refresh_token WHERE ends_at <= $1",
	    PARAMS(integer(now)));
}

struct error *session_store_is_due(
    struct db *db, struct arena *arena, int64_t now, bool *is_due)
{
	struct db_rows rows;

	TRY(db_query(db, arena, &rows,
	    "SELECT 1 WHERE EXISTS (SELECT 1 FROM session WHERE ends_at <= $1)"
	    " OR EXISTS (SELECT 1 FROM account_token WHERE ends_at <= $1)"
	    " OR EXISTS (SELECT 1 FROM refresh_token WHERE ends_at <= $1)",
	    PARAMS(integer(now))));
	*is_due = rows.count > 0;
	return NULL;
}

/* ---- mailed secrets ---- */

static const char *const purpose_words[] = {
    [SECRET_VERIFY] = "verify",
    [SECRET_RESET] = "reset",
    [SECRET_EMAIL] = "email",
};

static enum secret_purpose read_purpose(const char *word)
{
	for (size_t i = 0; i < COUNT_OF(purpose_words); i++)
		if (text_equal(purpose_words[i], word))
			return (enum secret_purpose)i;
	die("unknown purpose %s", word);
}

struct error *account_token_find(struct db *db, struct arena *arena,
    const char *hash, int64_t now, struct account_token *token)
{
	struct db_rows rows;
	struct db_row row;

	*token = (struct account_token){.id = 0};
	TRY(db_query(db, arena, &rows,
	    "SELECT id, user_id, purpose, email, created_at, ends_at"
	    " FROM account_token WHERE token_hash = $1"
	    " AND used_at IS NULL AND ends_at > $2",
	    PARAMS(text(hash), integer(now))));
	if (rows.count == 0)
		return NULL;
	row = db_row_at(&rows, 0);
	*token = (struct account_token){
	    .id = row_integer(row, 0),
	    .user_id = row_integer(row, 1),
	    .purpose = read_purpose(row_text(row, 2)),
	    .email = row_text(row, 3),
	    .created_at = row_integer(row, 4),
	    .ends_at = row_integer(row, 5),
	};
	return NULL;
}

struct error *account_token_add(
    struct db *db, const struct account_token *token, const char *hash)
{
	TRY(db_run(db, NULL,
	    "DELETE FROM account_token WHERE user_id = $1 AND purpose = $2",
	    PARAMS(
		integer(token->user_id), text(purpose_words[token->purpose]))));
	return db_run(db, NULL,
	    "INSERT INTO account_token (token_hash, user_id, purpose, email,"
	    " created_at, ends_at) VALUES ($1, $2, $3, $4, $5, $6)",
	    PARAMS(text(hash), integer(token->user_id),
		text(purpose_words[token->purpose]), text(token->email),
		integer(token->created_at), integer(token->ends_at)));
}

struct error *account_token_use(struct db *db, int64_t id, int64_t now)
{
	return db_run(db, NULL,
	    "UPDATE account_token SET used_at = $2 WHERE id = $1",
	    PARAMS(integer(id), integer(now)));
}

struct error *account_token_drop_ways_in(struct db *db, int64_t user_id)
{
	return db_run(db, NULL,
	    "DELETE FROM account_token"
	    " WHERE user_id = $1 AND purpose <> 'verify'",
	    PARAMS(integer(user_id)));
}

struct error *account_token_drop(struct db *db, int64_t user_id)
{
	return db_run(db, NULL, "DELETE FROM account_token WHERE user_id = $1",
	    PARAMS(integer(user_id)));
}
