/*
 * What people do with their own account.
 */
#include "account/account.h"
#include "account/password.h"
#include "account/person.h"
#include "account/tell.h"
#include "base/clock.h"
#include "base/log.h"
#include "base/text.h"
#include "base/token.h"
#include "booking/forget.h"
#include "store/db.h"
#include "store/limit.h"
#include "store/user_store.h"
#include <inttypes.h>
#include <string.h>

/* ---- who asks ---- */

/* Who sits at somebody else's browser may not try passwords without end. */
static struct error *check_current(
    const struct shop *shop, const struct user *user, const char *current)
{
	static const struct limit_wait wait = {
	    .name = "current-password", .free = 5, .most = 15 * MINUTE};
	const char *who = arena_format(shop->arena, "%" PRId64, user->id);
	int64_t now = clock_now();
	bool fits;

	TRY(limit_check(shop->config, &wait, who, now));
	TRY(password_verify(
	    shop, user->password_hash, current ? current : "", &fits));
	if (fits) {
		limit_forgive(shop->config, &wait, who);
		return NULL;
	}
	limit_failed(shop->config, &wait, who, now);
	return person_refuse(
	    VALIDATION_ERROR, "current", "Current password", "is not right");
}

/* ---- details ---- */

static struct error *read_details(const struct shop *shop,
    const struct account_details *details, struct user *user,
    const char **email)
{
	struct arena *arena = shop->arena;

	TRY(person_read_name(arena, "first_name", "First name",
	    details->first_name, &user->first_name));
	TRY(person_read_name(arena, "last_name", "Last name",
	    details->last_name, &user->last_name));
	TRY(person_read_username(arena, details->username, &user->username));
	TRY(person_read_email(arena, details->email, email));
	if (!details->wants_promotions)
		user->promotions_at = 0;
	else if (!user->promotions_at)
		user->promotions_at = clock_now();
	return NULL;
}

static struct error *change_in(const struct shop *shop, const struct user *user,
    const char *email, bool is_mailed)
{
	TRY(person_check_free(
	    shop, VALIDATION_ERROR, user->username, user->id));
	TRY(user_store_change(shop->db, shop->arena, user));
	if (!is_mailed)
		return NULL;
	return tell_secret_in(shop, SECRET_EMAIL, user, email, clock_now());
}

struct error *account_change(const struct shop *shop, int64_t user_id,
    const struct account_details *details, bool *is_mailed)
{
	const char *email;
	struct user user;
	bool is_allowed;

	TRY(person_find(shop, user_id, &user));
	TRY(read_details(shop, details, &user, &email));
	*is_mailed = !text_equal(email, user.email);
	/* Whose the address is can choose another password. */
	if (*is_mailed)
		TRY(check_current(shop, &user, details->current));
	is_allowed = *is_mailed && tell_is_allowed(shop, email, clock_now());
	return TRANSACTION(shop->db, change_in(shop, &user, email, is_allowed));
}

/* ---- the password ---- */

static struct error *change_password_in(const struct shop *shop,
    const struct viewer *viewer, const struct user *user, const char *hash,
    bool keeps_sessions)
{
	int64_t now = clock_now();

	TRY(user_store_set_password(shop->db, user->id, hash));
	TRY(account_token_drop_ways_in(shop->db, user->id));
	if (!keeps_sessions) {
		TRY(session_store_end_all(
		    shop->db, user->id, viewer->session_id));
		TRY(session_store_end_tokens(shop->db, user->id, now));
	}
	return tell_in(shop, "password_changed", user, user->email, now);
}

struct error *account_change_password(const struct shop *shop,
    const struct viewer *viewer, const char *current, const char *password,
    bool keeps_sessions)
{
	struct user user;
	const char *hash;

	TRY(person_find(shop, viewer->user_id, &user));
	TRY(check_current(shop, &user, current));
	TRY(person_read_password(shop, &user, user.email, password, &hash));
	return TRANSACTION(shop->db,
	    change_password_in(shop, viewer, &user, hash, keeps_sessions));
}

/* ---- being forgotten ---- */

static struct error *delete_in(
    const struct shop *shop, const struct user *user, int64_t now)
{
	TRY(person_check_not_last(shop, user));
	TRY(account_token_drop(shop->db, user->id));
	TRY(session_store_end_all(shop->db, user->id, 0));
	TRY(session_store_end_tokens(shop->db, user->id, now));
	TRY(user_store_erase(shop->db, user->id, now));
	return forget_bookings_in(shop, now);
}

struct error *account_delete(
    const struct shop *shop, const struct viewer *viewer, const char *current)
{
	struct user user;

	TRY(person_find(shop, viewer->user_id, &user));
	TRY(check_current(shop, &user, current));
	TRY(TRANSACTION(shop->db, delete_in(shop, &user, clock_now())));
	log_info("user %" PRId64 " is erased", user.id);
	return NULL;
}

/* ---- mails about events ---- */

static const char *sign_out_of_mail(const struct shop *shop, const char *id)
{
	return token_sign(
	    shop->arena, shop->config->cookie_key, "unsubscribe", id);
}

const char *account_unsubscribe_key(const struct shop *shop, int64_t user_id)
{
	const char *id = arena_format(shop->arena, "%" PRId64, user_id);

	return arena_format(
	    shop->arena, "%s-%s", id, sign_out_of_mail(shop, id));
}

static struct error *unsubscribe_in(const struct shop *shop, int64_t user_id)
{
	struct user user;

	TRY(user_store_find(shop->db, shop->arena, user_id, &user));
	if (user.id == 0)
		return NULL;
	user.promotions_at = 0;
	return user_store_change(shop->db, shop->arena, &user);
}

struct error *account_unsubscribe(const struct shop *shop, const char *key)
{
	size_t length = strcspn(key, "-");
	const char *id = arena_copy_bytes(shop->arena, key, length);
	int64_t user_id;

	if (key[length] == '\0' || text_number(id, &user_id) != NUMBER_OK ||
	    !token_equal(key + length + 1, sign_out_of_mail(shop, id)))
		return fail(STATE_ERROR, "This link is not complete");
	return TRANSACTION(shop->db, unsubscribe_in(shop, user_id));
}
