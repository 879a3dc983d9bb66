#include "account/account.h"

#include "account/password.h"
#include "account/person.h"
#include "account/tell.h"
#include "base/clock.h"
#include "base/log.h"
#include "base/text.h"
#include "store/db.h"
#include "store/limit.h"
#include "store/user_store.h"
#include <stdlib.h>
#include <string.h>

/* ---- registering ---- */

/* Everything but the password, in the form that is kept. */
static struct error *read_person(const struct shop *shop,
    const struct registration *registration, struct user *user)
{
	struct arena *arena = shop->arena;
	int64_t now = clock_now();

	*user = (struct user){
	    .role = ROLE_USER,
	    .promotions_at = registration->wants_promotions ? now : 0,
	    .created_at = now,
	    .form_key = registration->form_key,
	};
	TRY(person_read_name(arena, "first_name", "First name",
	    registration->first_name, &user->first_name));
	TRY(person_read_name(arena, "last_name", "Last name",
	    registration->last_name, &user->last_name));
	TRY(person_read_username(
	    arena, registration->username, &user->username));
	return person_read_email(arena, registration->email, &user->email);
}

/* Has this form made its account already? */
static struct error *find_made(
    const struct shop *shop, const struct user *user, bool *is_made)
{
	struct user made;

	*is_made = false;
	if (text_is_empty(user->form_key))
		return NULL;
	TRY(user_store_find_form_key(
	    shop->db, shop->arena, user->form_key, &made));
	*is_made = made.id != 0;
	if (!*is_made || text_equal(made.username, user->username))
		return NULL;
	return fail(STATE_ERROR,
	    "This form was sent before with other details, and has made the "
	    "account %s. Open the page again to make another",
	    made.username);
}

static struct error *register_in(
    const struct shop *shop, struct user *user, bool is_mailed)
{
	bool is_made;

	TRY(find_made(shop, user, &is_made));
	if (is_made)
		return NULL;
	TRY(person_check_free(shop, VALIDATION_ERROR, user->username, 0));
	TRY(user_store_add(shop->db, shop->arena, user));
	if (!is_mailed)
		return NULL;
	return tell_secret_in(
	    shop, SECRET_VERIFY, user, user->email, user->created_at);
}

struct error *account_register(
    const struct shop *shop, const struct registration *registration)
{
	struct user user;
	bool is_mailed, is_made;

	TRY(read_person(shop, registration, &user));
	TRY(find_made(shop, &user, &is_made));
	if (is_made)
		return NULL;
	TRY(person_check_free(shop, VALIDATION_ERROR, user.username, 0));
	TRY(person_read_password(shop, &user, user.email,
	    registration->password, &user.password_hash));
	is_mailed = tell_is_allowed(shop, user.email, user.created_at);
	return TRANSACTION(shop->db, register_in(shop, &user, is_mailed));
}

/* ---- creating ---- */

static struct error *check_email_free(
    const struct shop *shop, const char *email, bool is_verified)
{
	struct user owner;

	TRY(user_store_find_email(shop->db, shop->arena, email, &owner));
	if (owner.id == 0 || (is_verified && !owner.verified_at))
		return NULL;
	return person_refuse(
	    STATE_ERROR, "email", "Email", "is registered already");
}

static struct error *create_in(const struct shop *shop, struct user *user,
    bool is_verified, bool is_mailed)
{
	int64_t now = user->created_at;

	TRY(person_check_free(shop, STATE_ERROR, user->username, 0));
	TRY(check_email_free(shop, user->email, is_verified));
	TRY(user_store_add(shop->db, shop->arena, user));
	if (!is_verified && !is_mailed)
		return NULL;
	if (!is_verified)
		return tell_secret_in(
		    shop, SECRET_VERIFY, user, user->email, now);
	TRY(user_store_prove_email(shop->db, user->id, user->email, now));
	user->verified_at = now;
	return user_store_join_bookings(shop->db, user->id, user->email);
}

struct error *account_create(const struct shop *shop,
    const struct registration *registration, enum role role, bool is_verified,
    struct user *user)
{
	bool is_mailed;

	TRY(read_person(shop, registration, user));
	user->role = role;
	TRY(person_check_free(shop, STATE_ERROR, user->username, 0));
	TRY(check_email_free(shop, user->email, is_verified));
	TRY(person_read_password(shop, user, user->email,
	    registration->password, &user->password_hash));
	is_mailed = !is_verified &&
	    tell_is_allowed(shop, user->email, user->created_at);
	return TRANSACTION(
	    shop->db, create_in(shop, user, is_verified, is_mailed));
}

/* ---- the first admin ---- */

static const char *setting(const char *variable, const char *configured)
{
	const char *value = getenv(variable);

	return text_is_empty(value) ? configured : value;
}

struct error *account_make_first_admin(
    const struct shop *shop, struct user *admin)
{
	const struct config *config = shop->config;
	const struct registration registration = {
	    .email = setting("ADMIN_EMAIL", config->admin_email),
	    .username = setting("ADMIN_USERNAME", config->admin_username),
	    .password = setting("ADMIN_PASSWORD", config->admin_password),
	};
	int64_t count, others;

	*admin = (struct user){.id = 0};
	if (text_is_empty(registration.email) ||
	    text_is_empty(registration.username) ||
	    text_is_empty(registration.password))
		return NULL;
	TRY(user_store_count_admins(shop->db, shop->arena, 0, &count, &others));
	if (count > 0)
		return NULL;
	TRY(account_create(shop, &registration, ROLE_ADMIN, true, admin));
	log_info("the first admin is %s", admin->username);
	return NULL;
}

/* ---- signing in ---- */

static const struct limit_wait pair_wait = {
    .name = "login-pair", .free = 5, .most = 15 * MINUTE};
static const struct limit_wait address_wait = {
    .name = "login-address", .free = 300, .most = MINUTE};
static const struct limit_wait account_wait = {
    .name = "login-account", .free = 10, .most = 30};

/* Whose failures an attempt counts among. */
struct attempt {
	const char *account; /* the login as typed, in one form */
	const char *address; /* the network it comes from */
	const char *pair;    /* both */
};

/*
 * The login as typed and not the account: else the waits would tell which
 * name and which email belong together.
 */
static struct attempt attempt_of(
    const struct shop *shop, const char *login, const char *address)
{
	const char *account = text_lower(shop->arena, login);
	const char *network = limit_network(shop->arena, address);

	return (struct attempt){
	    .account = account,
	    .address = network,
	    .pair = arena_format(shop->arena, "%s %s", network, account),
	};
}

static struct error *check_waits(
    const struct config *config, const struct attempt *attempt, int64_t now)
{
	TRY(limit_check(config, &pair_wait, attempt->pair, now));
	TRY(limit_check(config, &address_wait, attempt->address, now));
	return limit_check(config, &account_wait, attempt->account, now);
}

static void note_failure(
    const struct config *config, const struct attempt *attempt, int64_t now)
{
	limit_failed(config, &pair_wait, attempt->pair, now);
	limit_failed(config, &address_wait, attempt->address, now);
	limit_failed(config, &account_wait, attempt->account, now);
}

/*
 * Many share an address, so their successes end its wait; but one account
 * does so seldom, else whoever has one could guess at others without end.
 */
static void note_success(
    const struct config *config, const struct attempt *attempt, int64_t now)
{
	static const struct limit_rate heals = {
	    .name = "login-heal", .burst = 1, .seconds = 10 * MINUTE};

	limit_forgive(config, &pair_wait, attempt->pair);
	limit_forgive(config, &account_wait, attempt->account);
	if (!limit_take(config, &heals, attempt->pair, now))
		limit_forgive(config, &address_wait, attempt->address);
}

static struct error *find_login(
    const struct shop *shop, const char *login, struct user *user)
{
	const char *reason;
	char *email;

	*user = (struct user){.id = 0};
	if (!strchr(login, '@'))
		return user_store_find_username(
		    shop->db, shop->arena, login, user);
	if (!text_email(shop->arena, login, &email, &reason))
		return NULL;
	return user_store_find_email(shop->db, shop->arena, email, user);
}

struct error *account_log_in(const struct shop *shop, const char *login,
    const char *password, const char *address, struct user *user)
{
	int64_t now = clock_now();
	const char *name = text_trim(shop->arena, login ? login : "");
	struct attempt attempt = attempt_of(shop, name, address ? address : "");
	bool fits;

	TRY(check_waits(shop->config, &attempt, now));
	TRY(find_login(shop, name, user));
	TRY(password_verify(shop, user->id ? user->password_hash : "",
	    password ? password : "", &fits));
	if (!fits || user->disabled_at) {
		note_failure(shop->config, &attempt, now);
		*user = (struct user){.id = 0};
		return fail(ACCESS_ERROR,
		    "The user name, email or password is not right");
	}
	note_success(shop->config, &attempt, now);
	return NULL;
}

struct error *account_find(
    const struct shop *shop, int64_t user_id, struct user *user)
{
	TRY(user_store_find(shop->db, shop->arena, user_id, user));
	if (user->id == 0)
		return fail(NOT_FOUND_ERROR, "User not found");
	return NULL;
}

const char *account_full_name(struct arena *arena, const struct user *user)
{
	return text_trim(arena,
	    arena_format(arena, "%s %s", user->first_name, user->last_name));
}

const char *account_name(struct arena *arena, const struct user *user)
{
	const char *name = account_full_name(arena, user);

	return *name ? name : user->username;
}
