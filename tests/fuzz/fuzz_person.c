/*
 * What people say about themselves: names, user names, addresses, passwords
 * that pass keep their promises, and pass again as they are kept.
 */
#include "fuzz.h"

#include "account/password.h"
#include "account/person.h"
#include "base/text.h"
#include "booking/order.h"
#include <string.h>

static bool is_refused(const struct error *error, const char *field)
{
	if (!error)
		return false;
	require(error_is(error, VALIDATION_ERROR));
	require(text_equal(error_field_value(error, "field"), field));
	return true;
}

static void check_username(struct arena *arena, const char *text)
{
	const char *name, *again;

	if (is_refused(person_read_username(arena, text, &name), "username"))
		return;
	require(strlen(name) >= PERSON_USERNAME_SHORTEST);
	require(strlen(name) <= PERSON_USERNAME_LONGEST);
	require(!strpbrk(name, " @\"'<>&/\\") && !text_has_control(name));
	require(!person_read_username(arena, name, &again));
	require(text_equal(name, again));
}

static void check_name(struct arena *arena, const char *text)
{
	const char *name, *again;

	if (is_refused(person_read_name(
			   arena, "first_name", "First name", text, &name),
		"first_name"))
		return;
	require(text_is_utf8(name, strlen(name)) && !strpbrk(name, "\t\r\n"));
	require(text_length(name) <= PERSON_NAME_LONGEST);
	require(
	    !person_read_name(arena, "first_name", "First name", name, &again));
	require(text_equal(name, again));
}

/* Two spellings are never two addresses. */
static void check_email(struct arena *arena, const char *text)
{
	const char *email, *again;

	if (is_refused(person_read_email(arena, text, &email), "email"))
		return;
	require(!person_read_email(
	    arena, arena_format(arena, " %s\n", email), &again));
	require(text_equal(email, again));
	require(!order_read_email(arena, text, &again));
	require(text_equal(email, again));
	require(email[0] != '@' && !strchr(strchr(email, '@') + 1, '@'));
}

static void check_password(struct arena *arena, const char *text)
{
	const char *const own[] = {"ada", "Lovelace", NULL};

	if (!text_is_utf8(text, strlen(text)) ||
	    is_refused(password_check(arena, text, own), "password"))
		return;
	require(text_length(text) >= PASSWORD_SHORTEST);
	require(text_length(text) <= PASSWORD_LONGEST);
}

static void check_quantity(const char *text)
{
	struct error *error;
	int64_t quantity;

	error = order_read_quantity(text, &quantity);
	require(error || quantity >= 1);
	require(!error || error_is(error, INVALID_BOOKING_ERROR));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static struct arena arena;
	const char *text = arena_copy_bytes(&arena, data, size);

	check_username(&arena, text);
	check_name(&arena, text);
	check_email(&arena, text);
	check_password(&arena, text);
	check_quantity(text);
	error_reset();
	arena_reset(&arena);
	return 0;
}
