/*
 * Account: people, from registering to being forgotten.
 *
 * Invariants
 * - No answer tells a stranger which email addresses have accounts: register
 *   and forgot look alike and cost the same either way; the address's owner
 *   learns by mail. User names are public and may be refused as taken.
 * - An address belongs to the account that proved it. Unproved, several may
 *   claim it: registering always makes an account one can sign in to, else
 *   signing in would tell. Who proves the address takes it from the others;
 *   an email signs in to the account that proved it, else to the oldest.
 * - Refusals of what was typed have the fields `field` and `reason`, never
 *   the value.
 * - Whoever reads a mailed secret owns the address: verifying and resetting
 *   both prove it. Secrets are stored hashed, work once, and end.
 * - A changed password ends every other session and all API tokens, unless
 *   the person keeps the sessions.
 * - Bookings made with a proved address join the account.
 */
#ifndef ACCOUNT_ACCOUNT_H
#define ACCOUNT_ACCOUNT_H

#include "base/error.h"
#include "booking/shop.h"
#include "model/user.h"

enum {
	ACCOUNT_RESET_MINUTES = 30, /* a reset link works */
	ACCOUNT_VERIFY_HOURS = 24,  /* a verification link works */
};

/* What somebody who registers says. */
struct registration {
	const char *first_name;
	const char *last_name;
	const char *username;
	const char *email;
	const char *password;
	bool wants_promotions;
	const char *form_key; /* the form's one-time key; "" none */
};

/*
 * R1, R2. VALIDATION_ERROR with the field: username (3 to 30 of letters,
 * digits, . _ -, beginning with a letter; taken, whatever the case), email,
 * password. For a taken email: success, and a mail to its owner. The same form
 * again makes nothing more; for another user name it is a STATE_ERROR.
 */
MUST_CHECK struct error *account_register(
    const struct shop *shop, const struct registration *registration);

/*
 * The same for callers that may tell: DUPLICATE_BOOKING_ERROR is not it -
 * STATE_ERROR with the field `field` for a taken email or username; *user is
 * the new one. For the API and the operator, who gives a role and whose
 * accounts are verified from the start.
 */
MUST_CHECK struct error *account_create(const struct shop *shop,
    const struct registration *registration, enum role role, bool is_verified,
    struct user *user);

/*
 * Who is that? `login` is a user name or an email. ACCESS_ERROR with one
 * message whatever was wrong (R3), RATE_LIMIT_ERROR while waits last:
 * they rise with failures per account and address, per address, and - never
 * above 30 seconds - per account. Disabled accounts are refused the same
 * way. Does not open a session; with two_factor_at set the caller asks for
 * the second factor first.
 */
MUST_CHECK struct error *account_log_in(const struct shop *shop,
    const char *login, const char *password, const char *address,
    struct user *user);

/* NOT_FOUND_ERROR */
MUST_CHECK struct error *account_find(
    const struct shop *shop, int64_t user_id, struct user *user);

/* "Ada Lovelace"; "" of an account without names. */
NONNULL_RESULT const char *account_full_name(
    struct arena *arena, const struct user *user);

/* How somebody is called: the full name, else the user name. */
NONNULL_RESULT const char *account_name(
    struct arena *arena, const struct user *user);

/* ---- mailed secrets ---- */

/* Mail the verification link (once more); nothing when it is verified. */
MUST_CHECK struct error *account_send_verification(
    const struct shop *shop, int64_t user_id);

/*
 * Whom would the secret verify? The page names the account and the email
 * before anybody agrees: it may be somebody else who registered with it.
 * STATE_ERROR as below. Looks only.
 */
MUST_CHECK struct error *account_check_verify(
    const struct shop *shop, const char *secret, struct user *user);

/*
 * The address is the account's, and guests' bookings made with it join it.
 * STATE_ERROR when the secret is unknown, used, or too old.
 */
MUST_CHECK struct error *account_verify(
    const struct shop *shop, const char *secret);

/* Mail a reset link if the address has an account; always succeeds. */
MUST_CHECK struct error *account_forgot(
    const struct shop *shop, const char *email);

/* Is it a reset secret that still works? Looks only. */
MUST_CHECK struct error *account_check_reset(
    const struct shop *shop, const char *secret);

/* A new password; ends all sessions and tokens, proves the address. */
MUST_CHECK struct error *account_reset(
    const struct shop *shop, const char *secret, const char *password);

/* ---- one's own account ---- */

/* Editable details; a new email is used once its mailed link was followed. */
struct account_details {
	const char *first_name;
	const char *last_name;
	const char *username;
	const char *email;
	bool wants_promotions;
	const char *current; /* password; needed for a new email alone */
};

/* VALIDATION_ERROR with the field. *is_mailed: a new address has to be
 * proved first. */
MUST_CHECK struct error *account_change(const struct shop *shop,
    int64_t user_id, const struct account_details *details, bool *is_mailed);

/*
 * VALIDATION_ERROR: field `password` for the new one, `current` for the one
 * so far. `keeps_sessions`: other browsers stay signed in. The viewer's own
 * session stays in any case.
 */
MUST_CHECK struct error *account_change_password(const struct shop *shop,
    const struct viewer *viewer, const char *current, const char *password,
    bool keeps_sessions);

/*
 * Forget the person: name, email, sessions, cards, tokens go; bookings stay
 * without them (name and email of past ones are erased, of coming ones kept
 * until the event is over). VALIDATION_ERROR (field `current`) without the
 * right password.
 */
MUST_CHECK struct error *account_delete(
    const struct shop *shop, const struct viewer *viewer, const char *current);

/* Stop mails about events, by the signed link in them; see
 * account_unsubscribe_key(). */
MUST_CHECK struct error *account_unsubscribe(
    const struct shop *shop, const char *key);
NONNULL_RESULT const char *account_unsubscribe_key(
    const struct shop *shop, int64_t user_id);

/* ---- for admins and the operator ---- */

/*
 * Another role. Sessions and tokens end, since they were given for the old
 * rights. The audit log says that the viewer (user_id 0: the operator) did it.
 * NOT_FOUND_ERROR; STATE_ERROR for the last admin.
 */
MUST_CHECK struct error *account_set_role(const struct shop *shop,
    const struct viewer *viewer, int64_t user_id, enum role role);

/* May they sign in? If not, sessions and tokens end. The rest as above. */
MUST_CHECK struct error *account_set_disabled(const struct shop *shop,
    const struct viewer *viewer, int64_t user_id, bool is_disabled);

/* ---- starting ---- */

/*
 * The first admin (R6): if there is no admin and the environment or the
 * configuration names ADMIN_EMAIL, ADMIN_USERNAME and ADMIN_PASSWORD
 * (admin_email ... in campuspass.conf), make one: *admin, or id 0. Called by
 * `campuspass init` and `migrate`, and so at `make run`'s start.
 */
MUST_CHECK struct error *account_make_first_admin(
    const struct shop *shop, struct user *admin);

#endif
