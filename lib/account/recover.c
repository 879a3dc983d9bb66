/*
 * Mailed secrets: proving an address, and another password by it.
 */
#include "account/account.h"
#include "account/password.h"
#include "account/person.h"
#include "account/tell.h"
#include "base/clock.h"
#include "base/log.h"
#include "base/text.h"
#include "base/token.h"
#include "store/db.h"
#include "store/user_store.h"
#include <inttypes.h>

/*
 * The live secret and its user. STATE_ERROR for one that does not work, also
 * when the address is not the user's any more.
 */
static struct error *find_secret(const struct shop *shop, const char *secret,
    bool is_reset, struct account_token *token, struct user *user)
{
	int64_t now = clock_now();
	struct user owner;
	bool is_known;

	*user = (struct user){.id = 0};
	TRY(account_token_find(shop->db, shop->arena,
	    token_hash(shop->arena, secret ? secret : ""), now, token));
	is_known = token->id && (token->purpose == SECRET_RESET) == is_reset;
	if (is_known)
		TRY(user_store_find(
		    shop->db, shop->arena, token->user_id, user));
	if (!user->id || user->disabled_at ||
	    (token->purpose != SECRET_EMAIL &&
		!text_equal(token->email, user->email)))
		return fail(STATE_ERROR,
		    "This link does not work any more. Ask for a new one");
	TRY(user_store_find_email(shop->db, shop->arena, token->email, &owner));
	if (owner.verified_at && owner.id != user->id)
		return fail(STATE_ERROR,
		    "This address belongs to another account meanwhile");
	return NULL;
}

/* ---- proving an address ---- */

static struct error *send_verification_in(
    const struct shop *shop, int64_t user_id, int64_t now)
{
	struct user user;

	TRY(person_find(shop, user_id, &user));
	if (user.verified_at || text_is_empty(user.email))
		return NULL;
	return tell_secret_in(shop, SECRET_VERIFY, &user, user.email, now);
}

struct error *account_send_verification(
    const struct shop *shop, int64_t user_id)
{
	int64_t now = clock_now();
	struct user user;

	TRY(person_find(shop, user_id, &user));
	if (user.verified_at || !tell_is_allowed(shop, user.email, now))
		return NULL;
	return TRANSACTION(shop->db, send_verification_in(shop, user_id, now));
}

struct error *account_check_verify(
    const struct shop *shop, const char *secret, struct user *user)
{
	struct account_token token;

	TRY(find_secret(shop, secret, false, &token, user));
	user->email = token.email;
	return NULL;
}

static struct error *verify_in(
    const struct shop *shop, const char *secret, int64_t now)
{
	struct account_token token;
	struct user user;

	TRY(find_secret(shop, secret, false, &token, &user));
	TRY(account_token_use(shop->db, token.id, now));
	TRY(user_store_prove_email(shop->db, user.id, token.email, now));
	TRY(user_store_join_bookings(shop->db, user.id, token.email));
	if (!user.verified_at || text_equal(user.email, token.email))
		return NULL;
	/* Links mailed to the old address must not lead back in. */
	TRY(account_token_drop(shop->db, user.id));
	return tell_in(shop, "email_changed", &user, user.email, now);
}

struct error *account_verify(const struct shop *shop, const char *secret)
{
	return TRANSACTION(shop->db, verify_in(shop, secret, clock_now()));
}

/* ---- another password ---- */

static struct error *forgot_in(
    const struct shop *shop, const struct user *user, int64_t now)
{
	if (user->id == 0)
		return tell_nobody_in(shop, now);
	return tell_secret_in(shop, SECRET_RESET, user, user->email, now);
}

struct error *account_forgot(const struct shop *shop, const char *email)
{
	int64_t now = clock_now();
	const char *reason;
	struct user user;
	char *address;

	if (!text_email(shop->arena, email ? email : "", &address, &reason))
		return NULL;
	TRY(user_store_find_email(shop->db, shop->arena, address, &user));
	if (user.disabled_at || !tell_is_allowed(shop, address, now))
		user = (struct user){.id = 0};
	return TRANSACTION(shop->db, forgot_in(shop, &user, now));
}

struct error *account_check_reset(const struct shop *shop, const char *secret)
{
	struct account_token token;
	struct user user;

	return find_secret(shop, secret, true, &token, &user);
}

static struct error *reset_in(
    const struct shop *shop, const char *secret, const char *hash, int64_t now)
{
	struct account_token token;
	struct user user;

	TRY(find_secret(shop, secret, true, &token, &user));
	TRY(account_token_use(shop->db, token.id, now));
	/* Whoever registered with an address that is not theirs loses all. */
	if (!user.verified_at)
		TRY(user_store_drop_extras(shop->db, user.id));
	TRY(user_store_set_password(shop->db, user.id, hash));
	TRY(user_store_prove_email(shop->db, user.id, token.email, now));
	TRY(user_store_join_bookings(shop->db, user.id, token.email));
	TRY(account_token_drop(shop->db, user.id));
	TRY(session_store_end_all(shop->db, user.id, 0));
	TRY(session_store_end_tokens(shop->db, user.id, now));
	return tell_in(shop, "password_changed", &user, token.email, now);
}

struct error *account_reset(
    const struct shop *shop, const char *secret, const char *password)
{
	int64_t now = clock_now();
	struct account_token token;
	struct user user;
	const char *hash;

	TRY(find_secret(shop, secret, true, &token, &user));
	TRY(person_read_password(shop, &user, token.email, password, &hash));
	TRY(TRANSACTION(shop->db, reset_in(shop, secret, hash, now)));
	log_info("user %" PRId64 " has a new password by mail", user.id);
	return NULL;
}
