#include "store/user_store.h"

#include "base/out.h"
#include "base/text.h"
#include <inttypes.h>

static const char *const role_words[] = {
    [ROLE_VISITOR] = "visitor",
    [ROLE_USER] = "user",
    [ROLE_DOOR] = "door",
    [ROLE_ORGANISER] = "organiser",
    [ROLE_ADMIN] = "admin",
};

const char *role_word(enum role role)
{
	return role_words[role];
}

bool role_read(const char *word, enum role *role)
{
	for (size_t i = ROLE_USER; i < COUNT_OF(role_words); i++)
		if (text_equal(role_words[i], word)) {
			*role = (enum role)i;
			return true;
		}
	return false;
}

/* ---- reading ---- */

#define USER_COLUMNS                                                           \
	"SELECT u.id, u.username, u.email, u.first_name, u.last_name,"         \
	" u.password_hash, u.role, u.verified_at, u.disabled_at,"              \
	" u.two_factor_at, u.promotions_at, u.created_at FROM user u "

static struct user read_user(struct db_row row)
{
	enum role role;

	if (!role_read(row_text(row, 6), &role))
		die("unknown role %s", row_text(row, 6));
	return (struct user){
	    .id = row_integer(row, 0),
	    .username = row_text(row, 1),
	    .email = row_text(row, 2),
	    .first_name = row_text(row, 3),
	    .last_name = row_text(row, 4),
	    .password_hash = row_text(row, 5),
	    .role = role,
	    .verified_at = row_integer(row, 7),
	    .disabled_at = row_integer(row, 8),
	    .two_factor_at = row_integer(row, 9),
	    .promotions_at = row_integer(row, 10),
	    .created_at = row_integer(row, 11),
	};
}

static struct error *take_user(const struct db_rows *rows, struct user *user)
{
	*user = (struct user){.id = 0};
	if (rows->count > 0)
		*user = read_user(db_row_at(rows, 0));
	return NULL;
}

struct error *user_store_find(
    struct db *db, struct arena *arena, int64_t id, struct user *user)
{
	struct db_rows rows;

	TRY(db_query(db, arena, &rows,
	    USER_COLUMNS "WHERE u.id = $1 AND u.erased_at IS NULL",
	    PARAMS(integer(id))));
	return take_user(&rows, user);
}

struct error *user_store_find_username(
    struct db *db, struct arena *arena, const char *username, struct user *user)
{
	struct db_rows rows;

	TRY(db_query(db, arena, &rows,
	    USER_COLUMNS "WHERE u.username_key = $1 AND u.erased_at IS NULL",
	    PARAMS(text(text_lower(arena, username)))));
	return take_user(&rows, user);
}

struct error *user_store_find_form_key(
    struct db *db, struct arena *arena, const char *key, struct user *user)
{
	struct db_rows rows;

	TRY(db_query(db, arena, &rows,
	    USER_COLUMNS "WHERE u.form_key = $1 AND u.erased_at IS NULL",
	    PARAMS(text(key))));
	return take_user(&rows, user);
}

struct error *user_store_find_email(
    struct db *db, struct arena *arena, const char *email, struct user *user)
{
	struct db_rows rows;

	TRY(db_query(db, arena, &rows,
	    USER_COLUMNS "WHERE u.email = $1"
			 " ORDER BY u.verified_at IS NULL, u.id LIMIT 1",
	    PARAMS(text(email))));
	return take_user(&rows, user);
}

static struct user_list read_users(
    struct arena *arena, const struct db_rows *rows)
{
	struct user *users = arena_array(arena, rows->count, sizeof(*users));

	for (size_t i = 0; i < rows->count; i++)
		users[i] = read_user(db_row_at(rows, i));
	return (struct user_list){.items = users, .count = rows->count};
}

struct error *user_store_list(
    struct db *db, struct arena *arena, struct user_list *list)
{
	struct db_rows rows;

	TRY(db_query(db, arena, &rows,
	    USER_COLUMNS "WHERE u.erased_at IS NULL"
			 " ORDER BY u.role, u.username_key /* scan: all */",
	    NO_PARAMS));
	*list = read_users(arena, &rows);
	return NULL;
}

struct error *user_store_search(struct db *db, struct arena *arena,
    const struct user_filter *filter, struct user_list *list)
{
	struct db_rows rows;

	TRY(db_query(db, arena, &rows,
	    USER_COLUMNS
	    "WHERE u.erased_at IS NULL AND ($1 = '' OR u.role = $1"
	    "   OR ($1 = 'staff' AND u.role <> 'user'))"
	    " AND ($4 = '' OR has_words(fold("
	    "   u.username || '\n' || coalesce(u.email, '')"
	    "   || '\n' || u.first_name || ' ' || u.last_name), $4))"
	    " ORDER BY u.username_key LIMIT $2 OFFSET $3"
	    " /* scan: by name, until the page is full */",
	    PARAMS(text(filter->role), integer(filter->limit),
		integer(filter->offset), text(filter->text))));
	*list = read_users(arena, &rows);
	return NULL;
}

struct error *user_store_count_admins(struct db *db, struct arena *arena,
    int64_t id, int64_t *all, int64_t *others)
{
	struct db_rows rows;

	TRY(db_query(db, arena, &rows,
	    "SELECT count(*), coalesce(sum(CASE WHEN id <> $1"
	    " AND disabled_at IS NULL THEN 1 ELSE 0 END), 0) FROM user"
	    " WHERE role = 'admin' AND erased_at IS NULL",
	    PARAMS(integer(id))));
	*all = row_integer(db_row_at(&rows, 0), 0);
	*others = row_integer(db_row_at(&rows, 0), 1);
	return NULL;
}

/* ---- writing ---- */

struct error *user_store_add(
    struct db *db, struct arena *arena, struct user *user)
{
	struct db_rows rows;

	TRY(db_query(db, arena, &rows,
	    "INSERT INTO user (username, username_key, email, first_name,"
	    " last_name, password_hash, role, verified_at, promotions_at,"
	    " created_at, form_key)"
	    " VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)"
	    " RETURNING id",
	    PARAMS(text(user->username),
		text(text_lower(arena, user->username)),
		text_or_null(user->email), text(user->first_name),
		text(user->last_name), text_or_null(user->password_hash),
		text(role_word(user->role)), integer_or_null(user->verified_at),
		integer_or_null(user->promotions_at), integer(user->created_at),
		text_or_null(user->form_key))));
	user->id = row_integer(db_row_at(&rows, 0), 0);
	return NULL;
}

struct error *user_store_change(
    struct db *db, struct arena *arena, const struct user *user)
{
	return db_run(db, NULL,
	    "UPDATE user SET username = $2, username_key = $3, first_name = $4,"
	    " last_name = $5, promotions_at = $6"
	    " WHERE id = $1 AND erased_at IS NULL",
	    PARAMS(integer(user->id), text(user->username),
		text(text_lower(arena, user->username)), text(user->first_name),
		text(user->last_name), integer_or_null(user->promotions_at)));
}

struct error *user_store_set_password(
    struct db *db, int64_t id, const char *hash)
{
	return db_run(db, NULL,
	    "UPDATE user SET password_hash = $2"
	    " WHERE id = $1 AND erased_at IS NULL",
	    PARAMS(integer(id), text(hash)));
}

struct error *user_store_prove_email(
    struct db *db, int64_t id, const char *email, int64_t now)
{
	TRY(db_run(db, NULL,
	    "UPDATE user SET email = NULL"
	    " WHERE email = $1 AND id <> $2 AND verified_at IS NULL",
	    PARAMS(text(email), integer(id))));
	return db_run(db, NULL,
	    "UPDATE user SET email = $1, verified_at = $3"
	    " WHERE id = $2 AND erased_at IS NULL",
	    PARAMS(text(email), integer(id), integer(now)));
}

struct error *user_store_set_role(
    struct db *db, int64_t id, enum role role, bool *moved)
{
	return db_run_one(db, moved,
	    "UPDATE user SET role = $2"
	    " WHERE id = $1 AND role <> $2 AND erased_at IS NULL",
	    PARAMS(integer(id), text(role_word(role))));
}

struct error *user_store_set_disabled(struct db *db, int64_t id, int64_t at)
{
	return db_run(db, NULL,
	    "UPDATE user SET disabled_at = $2"
	    " WHERE id = $1 AND erased_at IS NULL",
	    PARAMS(integer(id), integer_or_null(at)));
}

struct error *user_store_drop_extras(struct db *db, int64_t id)
{
	TRY(db_run(db, NULL,
	    "UPDATE user SET totp_secret = NULL, totp_step = 0,"
	    " two_factor_at = NULL WHERE id = $1",
	    PARAMS(integer(id))));
	TRY(db_run(db, NULL, "DELETE FROM recovery_code WHERE user_id = $1",
	    PARAMS(integer(id))));
	return db_run(db, NULL, "DELETE FROM saved_card WHERE user_id = $1",
	    PARAMS(integer(id)));
}

struct error *user_store_join_bookings(
    struct db *db, int64_t id, const char *email)
{
	return db_run(db, NULL,
	    "UPDATE booking SET user_id = $1"
	    " WHERE email = $2 AND user_id IS NULL"
	    " AND (state IN ('confirmed', 'cancelled') OR is_later = 1)",
	    PARAMS(integer(id), text(email)));
}

/* ---- forgetting ---- */

/*
 * Places in waiting lists, also those that have ended, and what is told of
 * them. What was offered is a booking: see user_store_erase_booking().
 */
static struct error *erase_waiting(struct db *db, int64_t id, int64_t now)
{
	TRY(db_run(db, NULL,
	    "UPDATE journal SET name = '', email = NULL"
	    " WHERE booking_id IS NULL AND (email = (SELECT u.email FROM user u"
	    "   WHERE u.id = $1 AND u.verified_at IS NOT NULL)"
	    " OR EXISTS (SELECT 1 FROM queue_entry q WHERE q.user_id = $1"
	    "   AND q.event_id = journal.event_id AND q.name = journal.name"
	    "   AND q.email IS journal.email)) /* scan: seldom */",
	    PARAMS(integer(id))));
	return db_run(db, NULL,
	    "UPDATE queue_entry SET name = '', email = NULL, browser = NULL,"
	    " person_key = NULL, ended_at = coalesce(ended_at, $2),"
	    " state = CASE state WHEN 'waiting' THEN 'left' ELSE state END"
	    " WHERE user_id = $1 AND booking_id IS NULL",
	    PARAMS(integer(id), integer(now)));
}

/*
 * Mails of the account. An address that was never proved may be somebody
 * else's, whose mails still have to go.
 */
static struct error *erase_mails(struct db *db, int64_t id)
{
	return db_run(db, NULL,
	    "DELETE FROM outbox WHERE booking_id IS NULL"
	    " AND EXISTS (SELECT 1 FROM user u WHERE u.id = $1 AND CASE"
	    "   WHEN u.verified_at IS NOT NULL AND recipient = u.email THEN 1"
	    "   WHEN state = 'waiting'"
	    "     THEN json_extract(snapshot, '$.username') = u.username"
	    "   ELSE recipient = u.email AND kind = 'verify_email' END)"
	    " /* scan: seldom */",
	    PARAMS(integer(id)));
}

struct error *user_store_erase(struct db *db, int64_t id, int64_t now)
{
	TRY(user_store_drop_extras(db, id));
	TRY(db_run(db, NULL, "DELETE FROM event_staff WHERE user_id = $1",
	    PARAMS(integer(id))));
	TRY(db_run(db, NULL,
	    "UPDATE event SET owner_id = NULL WHERE owner_id = $1",
	    PARAMS(integer(id))));
	TRY(erase_waiting(db, id, now));
	TRY(erase_mails(db, id));
	TRY(db_run(db, NULL, "DELETE FROM promotion WHERE user_id = $1",
	    PARAMS(integer(id))));
	/* No name that somebody can register has these characters. */
	return db_run(db, NULL,
	    "UPDATE user SET username = '(erased)', username_key = '#' || id,"
	    " email = NULL, first_name = '', last_name = '',"
	    " password_hash = NULL, role = 'user', verified_at = NULL,"
	    " disabled_at = $2, promotions_at = NULL, erased_at = $2"
	    " WHERE id = $1",
	    PARAMS(integer(id), integer(now)));
}

struct error *user_store_erased_bookings(
    struct db *db, struct arena *arena, int64_t now, struct id_list *list)
{
	struct db_rows rows;

	TRY(db_query(db, arena, &rows,
	    "SELECT b.id FROM booking b"
	    " WHERE b.user_id IN"
	    "   (SELECT u.id FROM user u WHERE u.erased_at IS NOT NULL)"
	    " AND (b.name <> '' OR b.email IS NOT NULL)"
	    " AND (SELECT e.ends_at FROM event e WHERE e.id = b.event_id) <= $1"
	    " LIMIT 200",
	    PARAMS(integer(now))));
	*list = rows_ids(arena, &rows);
	return NULL;
}

/*
 * Why the staff gave money back may tell of an illness. A gateway that is asked
 * again gets the words that it got before.
 */
static struct error *erase_reasons(struct db *db, int64_t booking_id)
{
	TRY(db_run(db, NULL,
	    "UPDATE refund SET reason = ''"
	    " WHERE booking_id = $1 AND settled_at IS NOT NULL",
	    PARAMS(integer(booking_id))));
	return db_run(db, NULL,
	    "UPDATE audit SET reason = '' WHERE reason <> '' AND subject ="
	    " (SELECT 'booking ' || reference FROM booking WHERE id = $1)",
	    PARAMS(integer(booking_id)));
}

struct error *user_store_erase_booking(struct db *db, int64_t booking_id)
{
	TRY(db_run(db, NULL,
	    "UPDATE ticket SET holder_name = '', holder_email = NULL"
	    " WHERE booking_id = $1 AND passed_on_at IS NULL",
	    PARAMS(integer(booking_id))));
	TRY(db_run(db, NULL,
	    "UPDATE journal SET name = '', email = NULL WHERE booking_id = $1",
	    PARAMS(integer(booking_id))));
	TRY(db_run(db, NULL,
	    "UPDATE queue_entry SET name = '', email = NULL, person_key = NULL"
	    " WHERE booking_id = $1",
	    PARAMS(integer(booking_id))));
	TRY(db_run(db, NULL, "DELETE FROM outbox WHERE booking_id = $1",
	    PARAMS(integer(booking_id))));
	TRY(erase_reasons(db, booking_id));
	return db_run(db, NULL,
	    "UPDATE booking SET name = '', email = NULL, person_key = NULL,"
	    " browser = NULL, note = '', metadata = '{}' WHERE id = $1",
	    PARAMS(integer(booking_id)));
}

/* ---- for the operator ---- */

static void report(
    struct out *out, const char *finding, const struct db_rows *rows)
{
	for (size_t i = 0; i < rows->count; i++)
		out_format(out, "%s: user %" PRId64 "\n", finding,
		    row_integer(db_row_at(rows, i), 0));
}

struct error *user_store_check(
    struct db *db, struct arena *arena, const char **findings)
{
	struct out out = {.arena = arena};
	struct db_rows rows;

	TRY(db_query(db, arena, &rows,
	    "SELECT u.id FROM user u WHERE u.erased_at IS NOT NULL"
	    " AND (u.email IS NOT NULL OR u.password_hash IS NOT NULL"
	    "   OR u.disabled_at IS NULL OR u.first_name <> ''"
	    "   OR u.last_name <> '' OR u.totp_secret IS NOT NULL)",
	    NO_PARAMS));
	report(&out, "an erased account still says who it was", &rows);
	TRY(db_query(db, arena, &rows,
	    "SELECT u.id FROM user u WHERE u.erased_at IS NOT NULL AND ("
	    "EXISTS (SELECT 1 FROM session s WHERE s.user_id = u.id)"
	    " OR EXISTS (SELECT 1 FROM account_token t WHERE t.user_id = u.id)"
	    " OR EXISTS (SELECT 1 FROM recovery_code c WHERE c.user_id = u.id)"
	    " OR EXISTS (SELECT 1 FROM saved_card d WHERE d.user_id = u.id)"
	    " OR EXISTS (SELECT 1 FROM refresh_token r WHERE r.user_id = u.id"
	    "   AND r.revoked_at IS NULL))",
	    NO_PARAMS));
	report(&out, "an erased account can still be used", &rows);
	TRY(db_query(db, arena, &rows,
	    "SELECT u.id FROM user u"
	    " WHERE u.two_factor_at IS NOT NULL AND u.totp_secret IS NULL"
	    " /* scan: proves every user */",
	    NO_PARAMS));
	report(&out, "a second factor has no secret", &rows);
	*findings = out_string(&out);
	return NULL;
}
