#include "store/refresh_store.h"

#include "store/user_store.h"

struct error *refresh_store_add(
    struct db *db, const struct refresh_token *token, int64_t now)
{
	return db_run(db, NULL,
	    "INSERT INTO refresh_token"
	    " (token_hash, family, user_id, created_at, ends_at)"
	    " VALUES ($1, $2, $3, $4, $5)",
	    PARAMS(text(token->hash), text(token->family),
		integer(token->user_id), integer(now),
		integer(token->ends_at)));
}

struct error *refresh_store_find(struct db *db, struct arena *arena,
    const char *hash, struct refresh_token *token)
{
	struct db_rows rows;
	struct db_row row;

	*token = (struct refresh_token){.user_id = 0};
	TRY(db_query(db, arena, &rows,
	    "SELECT token_hash, family, user_id, ends_at"
	    " FROM refresh_token WHERE token_hash = $1",
	    PARAMS(text(hash))));
	if (rows.count == 0)
		return NULL;
	row = db_row_at(&rows, 0);
	*token = (struct refresh_token){
	    .hash = row_text(row, 0),
	    .family = row_text(row, 1),
	    .user_id = row_integer(row, 2),
	    .ends_at = row_integer(row, 3),
	};
	return NULL;
}

struct error *refresh_store_use(
    struct db *db, const char *hash, int64_t now, bool *moved)
{
	int64_t changed = 0;

	TRY(db_run(db, &changed,
	    "UPDATE refresh_token SET used_at = $2 WHERE token_hash = $1"
	    " AND used_at IS NULL AND revoked_at IS NULL AND ends_at > $2",
	    PARAMS(text(hash), integer(now))));
	*moved = changed > 0;
	return NULL;
}

struct error *refresh_store_role(struct db *db, struct arena *arena,
    int64_t user_id, const char *family, int64_t now, enum role *role)
{
	struct db_rows rows;

	*role = ROLE_VISITOR;
	TRY(db_query(db, arena, &rows,
	    "SELECT u.role FROM user u"
	    " WHERE u.id = $1 AND u.disabled_at IS NULL"
	    " AND EXISTS (SELECT 1 FROM refresh_token r WHERE r.family = $2"
	    " AND r.user_id = $1 AND r.revoked_at IS NULL AND r.ends_at > $3)",
	    PARAMS(integer(user_id), text(family), integer(now))));
	if (rows.count > 0)
		role_read(row_text(db_row_at(&rows, 0), 0), role);
	return NULL;
}

struct error *refresh_store_revoke(
    struct db *db, const char *family, int64_t now)
{
	return db_run(db, NULL,
	    "UPDATE refresh_token SET revoked_at = $2"
	    " WHERE family = $1 AND revoked_at IS NULL",
	    PARAMS(text(family), integer(now)));
}
