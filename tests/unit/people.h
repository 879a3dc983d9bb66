/*
 * Accounts for unit tests of people.
 *
 *   struct viewer ada = join("ada");   an account whose address is proved
 */
#ifndef UNIT_PEOPLE_H
#define UNIT_PEOPLE_H

#include "account/account.h"
#include "stage.h"
#include "store/outbox_store.h"
#include "store/user_store.h"

#define PASSWORD "vital kangaroo mops"

static inline const char *email_of(const char *name)
{
	return arena_format(&site.arena, "%s@example.org", name);
}

static inline struct user find(const char *username)
{
	struct user user;

	must(user_store_find_username(
	    site.shop.db, &site.arena, username, &user));
	return user;
}

static inline struct error *create(
    const char *name, enum role role, bool is_verified)
{
	const struct registration registration = {.username = name,
	    .email = email_of(name),
	    .password = PASSWORD,
	    .wants_promotions = true};
	struct user user;

	return account_create(
	    &site.shop, &registration, role, is_verified, &user);
}

/* An account whose address is proved. */
static inline struct viewer join(const char *name)
{
	must(create(name, ROLE_USER, true));
	return (struct viewer){
	    .role = ROLE_USER, .user_id = find(name).id, .browser = "browser"};
}

/* The error is of that kind and names the field: two checks. */
static inline void is_refused_as(struct error *error, enum error_kind kind,
    const char *field, const char *name)
{
	ok(error_is(error, kind), "%s", name);
	is_text(error ? error_field_value(error, "field") : NULL, field, name);
}

static inline void is_refused(
    struct error *error, const char *field, const char *name)
{
	is_refused_as(error, VALIDATION_ERROR, field, name);
}

/* The newest mail to an address; id 0: none. */
static inline struct mail last_mail(const char *recipient)
{
	struct mail_list list;

	must(outbox_store_list(site.shop.db, &site.arena, 1000, &list));
	for (size_t i = 0; i < list.count; i++)
		if (text_equal(list.items[i].recipient, recipient))
			return list.items[i];
	return (struct mail){.kind = "", .snapshot = ""};
}

/* The secret in it. */
static inline const char *secret_to(const char *recipient)
{
	const char *at = strstr(last_mail(recipient).snapshot, "\"secret\":");

	at = at ? strchr(at + strlen("\"secret\":"), '"') + 1 : "";
	return arena_copy_bytes(&site.arena, at, strcspn(at, "\""));
}

#endif
