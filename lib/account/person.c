#include "account/person.h"

#include "account/password.h"
#include "base/text.h"
#include "store/user_store.h"
#include <ctype.h>
#include <string.h>

struct error *person_refuse(enum error_kind kind, const char *field,
    const char *label, const char *reason)
{
	return fail_with(kind, NULL,
	    FIELDS(error_text("field", "Field", field),
		error_text("reason", "Reason", reason)),
	    "%s %s", label, reason);
}

struct error *person_read_name(struct arena *arena, const char *field,
    const char *label, const char *text, const char **name)
{
	const char *trimmed = text_trim(arena, text ? text : "");

	if (!text_is_utf8(trimmed, strlen(trimmed)) ||
	    text_has_control(trimmed) || strpbrk(trimmed, "\t\r\n"))
		return person_refuse(VALIDATION_ERROR, field, label,
		    "must not have control characters");
	if (text_length(trimmed) > PERSON_NAME_LONGEST)
		return person_refuse(
		    VALIDATION_ERROR, field, label, "is too long");
	*name = trimmed;
	return NULL;
}

static bool is_username_character(char character)
{
	return isascii((unsigned char)character) &&
	    (isalnum((unsigned char)character) || strchr("._-", character));
}

struct error *person_read_username(
    struct arena *arena, const char *text, const char **username)
{
	const char *trimmed = text_trim(arena, text ? text : "");
	size_t length = strlen(trimmed);

	for (size_t i = 0; i < length; i++)
		if (!is_username_character(trimmed[i]))
			return person_refuse(VALIDATION_ERROR, "username",
			    "User name",
			    "may have letters from a to z, digits, full stops, "
			    "hyphens and underscores");
	if (length < PERSON_USERNAME_SHORTEST ||
	    length > PERSON_USERNAME_LONGEST)
		return person_refuse(VALIDATION_ERROR, "username", "User name",
		    "must have 3 to 30 characters");
	if (!isalpha((unsigned char)trimmed[0]))
		return person_refuse(VALIDATION_ERROR, "username", "User name",
		    "must begin with a letter");
	*username = trimmed;
	return NULL;
}

struct error *person_read_email(
    struct arena *arena, const char *text, const char **email)
{
	const char *reason;
	char *result;

	if (!text_email(arena, text ? text : "", &result, &reason))
		return person_refuse(
		    VALIDATION_ERROR, "email", "Email", reason);
	*email = result;
	return NULL;
}

struct error *person_read_password(const struct shop *shop,
    const struct user *user, const char *email, const char *password,
    const char **hash)
{
	const char *typed = password ? password : "";
	const char *mailbox =
	    arena_copy_bytes(shop->arena, email, strcspn(email, "@"));
	const char *const own[] = {user->username, user->first_name,
	    user->last_name, mailbox, shop->config->site_name, NULL};

	TRY(password_check(shop->arena, typed, own));
	return password_hash(shop, typed, hash);
}

struct error *person_check_free(const struct shop *shop, enum error_kind kind,
    const char *username, int64_t own_id)
{
	struct user other;

	TRY(user_store_find_username(shop->db, shop->arena, username, &other));
	if (other.id == 0 || other.id == own_id)
		return NULL;
	return person_refuse(
	    kind, "username", "User name", "is taken: choose another");
}

struct error *person_find(
    const struct shop *shop, int64_t user_id, struct user *user)
{
	TRY(user_store_find(shop->db, shop->arena, user_id, user));
	if (user->id == 0 || user->disabled_at)
		return fail(ACCESS_ERROR, "Sign in first");
	return NULL;
}

struct error *person_check_not_last(
    const struct shop *shop, const struct user *user)
{
	int64_t all, others;

	if (user->role != ROLE_ADMIN || user->disabled_at)
		return NULL;
	TRY(user_store_count_admins(
	    shop->db, shop->arena, user->id, &all, &others));
	if (others > 0)
		return NULL;
	return fail(STATE_ERROR,
	    "There is no other admin: make somebody else one first");
}
