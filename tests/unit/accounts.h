/*
 * Accounts that are made as visitors make them, and a clock of the test's own,
 * for unit tests of what happens to an account.
 *
 *   struct user ada = sign_up("ada", "ada@example.org");
 */
#ifndef UNIT_ACCOUNTS_H
#define UNIT_ACCOUNTS_H

#include "account/session.h"
#include "base/clock.h"
#include "people.h"

#define OTHER_PASSWORD "seven purple otters"

/* The shop's clock goes on. */
static inline void pass_time(int64_t seconds)
{
	site_set_clock(&site, clock_now() + seconds);
}

/* What a visitor types. */
static inline struct registration person(
    const char *username, const char *email)
{
	return (struct registration){.first_name = "Ada",
	    .last_name = "Lovelace",
	    .username = username,
	    .email = email,
	    .password = PASSWORD};
}

static inline struct error *register_as(const char *username, const char *email)
{
	const struct registration registration = person(username, email);

	return account_register(&site.shop, &registration);
}

static inline int64_t count_mails(void)
{
	struct mail_list list;

	must(outbox_store_list(site.shop.db, &site.arena, 1000, &list));
	return (int64_t)list.count;
}

static inline struct error *log_in(const char *login, const char *password)
{
	struct user user;

	return account_log_in(&site.shop, login, password, "192.0.2.1", &user);
}

/* Register, verified by mail. */
static inline struct user sign_up(const char *username, const char *email)
{
	must(register_as(username, email));
	must(account_verify(&site.shop, secret_to(email)));
	return find(username);
}

/* Does the cookie sign somebody in? */
static inline bool is_in(const char *cookie)
{
	struct viewer viewer = {.browser = ""};

	must(session_find(&site.shop, cookie, &viewer));
	return viewer.user_id != 0;
}

#endif
