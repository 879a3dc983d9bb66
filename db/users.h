/*
 * The verbs of campuspass(1) about people: user add, list, role, disable,
 * enable; and the first admin.
 */
#ifndef DB_USERS_H
#define DB_USERS_H

#include "booking/shop.h"

/*
 * --role ROLE --username U --email E --password-stdin, in any order; the
 * password is the line on standard input. REQUEST_ERROR for other words.
 */
MUST_CHECK struct error *users_add(
    const struct shop *shop, int count, char **words);

/* A line for each account. */
MUST_CHECK struct error *users_list(const struct shop *shop);

/* Another role; they have to sign in again. */
MUST_CHECK struct error *users_set_role(
    const struct shop *shop, const char *username, const char *role);

/* May they sign in? */
MUST_CHECK struct error *users_set_disabled(
    const struct shop *shop, const char *username, bool is_disabled);

/* Make the first admin (R6), say so, and warn of a password in a file. */
MUST_CHECK struct error *users_make_first_admin(const struct shop *shop);

#endif
