/*
 * Person: what somebody says about themselves, judged and brought into one
 * form. Used within lib/account alone.
 *
 * A refusal is a VALIDATION_ERROR whose fields are `field`, the form field's
 * name, and `reason`; never the value, which may be a password.
 */
#ifndef ACCOUNT_PERSON_H
#define ACCOUNT_PERSON_H

#include "base/arena.h"
#include "base/error.h"
#include "booking/shop.h"
#include "model/user.h"

enum {
	PERSON_USERNAME_SHORTEST = 3,
	PERSON_USERNAME_LONGEST = 30,
	PERSON_NAME_LONGEST = 100,
};

/* "Password is too short", of a field: VALIDATION_ERROR or STATE_ERROR. */
NONNULL_RESULT struct error *person_refuse(enum error_kind kind,
    const char *field, const char *label, const char *reason);

/*
 * A first or last name: trimmed, without control characters, at most
 * PERSON_NAME_LONGEST characters; may be empty.
 */
MUST_CHECK struct error *person_read_name(struct arena *arena,
    const char *field, const char *label, const char *text, const char **name);

/*
 * A user name: 3 to 30 of ASCII letters, digits, . _ -, beginning with a
 * letter, so that no two look alike and none looks like an email.
 */
MUST_CHECK struct error *person_read_username(
    struct arena *arena, const char *text, const char **username);

/* An email address as it is kept. */
MUST_CHECK struct error *person_read_email(
    struct arena *arena, const char *text, const char **email);

/*
 * A password that this person may have (see password_check()), hashed. Before
 * a transaction, for it lasts.
 */
MUST_CHECK struct error *person_read_password(const struct shop *shop,
    const struct user *user, const char *email, const char *password,
    const char **hash);

/* Is a user name somebody else's? VALIDATION_ERROR. */
MUST_CHECK struct error *person_check_free(const struct shop *shop,
    enum error_kind kind, const char *username, int64_t own_id);

/*
 * The user who acts on their own account. ACCESS_ERROR when nobody is signed
 * in, or they are gone or disabled.
 */
MUST_CHECK struct error *person_find(
    const struct shop *shop, int64_t user_id, struct user *user);

/* STATE_ERROR when nobody else could administrate without this user. */
MUST_CHECK struct error *person_check_not_last(
    const struct shop *shop, const struct user *user);

#endif
