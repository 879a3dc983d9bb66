#include "store/two_factor_store.h"

/* The columns that read_row() reads, in its order. */
#define TWO_FACTOR_COLUMNS                                                     \
	"u.id, u.totp_secret, u.totp_step, u.two_factor_at,"                   \
	" (SELECT count(*) FROM recovery_code r WHERE r.user_id = u.id"        \
	"   AND r.used_at IS NULL)"

static struct two_factor_row read_row(struct db_row row)
{
	return (struct two_factor_row){
	    .user_id = row_integer(row, 0),
	    .secret_box = row_text(row, 1),
	    .step = row_integer(row, 2),
	    .on_at = row_integer(row, 3),
	    .codes_left = row_integer(row, 4),
	};
}

struct error *two_factor_store_find(struct db *db, struct arena *arena,
    int64_t user_id, struct two_factor_row *row)
{
	struct db_rows rows;

	TRY(db_query(db, arena, &rows,
	    "SELECT " TWO_FACTOR_COLUMNS " FROM user u WHERE u.id = $1",
	    PARAMS(integer(user_id))));
	if (rows.count == 0)
		return fail(NOT_FOUND_ERROR, "Account not found");
	*row = read_row(db_row_at(&rows, 0));
	return NULL;
}

struct error *two_factor_store_after(struct db *db, struct arena *arena,
    int64_t after, struct two_factor_row_list *list)
{
	struct two_factor_row *items;
	struct db_rows rows;

	TRY(db_query(db, arena, &rows,
	    "SELECT " TWO_FACTOR_COLUMNS " FROM user u"
	    " WHERE u.id > $1 AND u.totp_secret IS NOT NULL"
	    " ORDER BY u.id LIMIT 100",
	    PARAMS(integer(after))));
	items = arena_array(arena, rows.count, sizeof(*items));
	for (size_t i = 0; i < rows.count; i++)
		items[i] = read_row(db_row_at(&rows, i));
	*list =
	    (struct two_factor_row_list){.items = items, .count = rows.count};
	return NULL;
}

/* ---- the secret ---- */

struct error *two_factor_store_begin(
    struct db *db, int64_t user_id, const char *secret_box, bool *moved)
{
	int64_t changed;

	TRY(db_run(db, &changed,
	    "UPDATE user SET totp_secret = $2, totp_step = 0"
	    " WHERE id = $1 AND two_factor_at IS NULL",
	    PARAMS(integer(user_id), text(secret_box))));
	*moved = changed > 0;
	return NULL;
}

struct error *two_factor_store_switch_on(
    struct db *db, int64_t user_id, int64_t now, bool *moved)
{
	int64_t changed;

	TRY(db_run(db, &changed,
	    "UPDATE user SET two_factor_at = $2"
	    " WHERE id = $1 AND two_factor_at IS NULL"
	    " AND totp_secret IS NOT NULL",
	    PARAMS(integer(user_id), integer(now))));
	*moved = changed > 0;
	return NULL;
}

/* The step stays: logins that are parked stay dead. */
struct error *two_factor_store_switch_off(struct db *db, int64_t user_id)
{
	TRY(recovery_store_clear(db, user_id));
	return db_run(db, NULL,
	    "UPDATE user SET totp_secret = NULL, two_factor_at = NULL"
	    " WHERE id = $1",
	    PARAMS(integer(user_id)));
}

struct error *two_factor_store_take_step(
    struct db *db, int64_t user_id, int64_t step, bool *moved)
{
	int64_t changed;

	TRY(db_run(db, &changed,
	    "UPDATE user SET totp_step = $2 WHERE id = $1 AND totp_step < $2",
	    PARAMS(integer(user_id), integer(step))));
	*moved = changed > 0;
	return NULL;
}

struct error *two_factor_store_reseal(
    struct db *db, int64_t user_id, const char *secret_box)
{
	return db_run(db, NULL,
	    "UPDATE user SET totp_secret = $2 WHERE id = $1",
	    PARAMS(integer(user_id), text(secret_box)));
}

/* ---- recovery codes ---- */

struct error *recovery_store_clear(struct db *db, int64_t user_id)
{
	return db_run(db, NULL, "DELETE FROM recovery_code WHERE user_id = $1",
	    PARAMS(integer(user_id)));
}

struct error *recovery_store_add(
    struct db *db, int64_t user_id, const char *code_hash)
{
	return db_run(db, NULL,
	    "INSERT INTO recovery_code (user_id, code_hash) VALUES ($1, $2)",
	    PARAMS(integer(user_id), text(code_hash)));
}

struct error *recovery_store_use(struct db *db, int64_t user_id,
    const char *code_hash, int64_t now, bool *moved)
{
	int64_t changed;

	TRY(db_run(db, &changed,
	    "UPDATE recovery_code SET used_at = $3"
	    " WHERE user_id = $1 AND code_hash = $2 AND used_at IS NULL",
	    PARAMS(integer(user_id), text(code_hash), integer(now))));
	*moved = changed > 0;
	return NULL;
}
