#include "store/refusal_store.h"

struct error *refusal_store_has(
    struct db *db, struct arena *arena, const char *email_hash, bool *is_there)
{
	struct db_rows rows;

	TRY(db_query(db, arena, &rows,
	    "SELECT 1 FROM mail_refusal WHERE email_hash = $1",
	    PARAMS(text(email_hash))));
	*is_there = rows.count > 0;
	return NULL;
}

struct error *refusal_store_add(
    struct db *db, const char *email_hash, int64_t now)
{
	return db_run(db, NULL,
	    "INSERT INTO mail_refusal (email_hash, created_at)"
	    " VALUES ($1, $2) ON CONFLICT (email_hash) DO NOTHING",
	    PARAMS(text(email_hash), integer(now)));
}

/* ---- promotion ---- */

struct error *promotion_store_due(struct db *db, struct arena *arena,
    int64_t since, int64_t most, struct user_list *list)
{
	struct db_rows rows;
	struct user *users;

	TRY(db_query(db, arena, &rows,
	    "SELECT u.id, u.username, u.email, u.first_name"
	    " FROM user u LEFT JOIN promotion p ON p.user_id = u.id"
	    " WHERE u.promotions_at IS NOT NULL AND u.verified_at IS NOT NULL"
	    " AND u.disabled_at IS NULL AND coalesce(p.sent_at, 0) <= $1"
	    " ORDER BY u.id LIMIT $2 /* scan: who said yes */",
	    PARAMS(integer(since), integer(most))));
	users = arena_array(arena, rows.count, sizeof(*users));
	for (size_t i = 0; i < rows.count; i++) {
		struct db_row row = db_row_at(&rows, i);

		users[i] = (struct user){
		    .id = row_integer(row, 0),
		    .username = row_text(row, 1),
		    .email = row_text(row, 2),
		    .first_name = row_text(row, 3),
		};
	}
	*list = (struct user_list){.items = users, .count = rows.count};
	return NULL;
}

struct error *promotion_store_note(struct db *db, int64_t user_id, int64_t now)
{
	return db_run(db, NULL,
	    "INSERT INTO promotion (user_id, sent_at) VALUES ($1, $2)"
	    " ON CONFLICT (user_id) DO UPDATE SET sent_at = $2",
	    PARAMS(integer(user_id), integer(now)));
}
