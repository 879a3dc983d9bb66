/*
 * User store: people with accounts, in the database.
 *
 * Invariants
 * - An email belongs to who proved it: one account at most. Unproved it may
 *   stand in several, so that registering looks the same for every address;
 *   who proves it takes it from the others.
 * - A user is never removed, for bookings name it; an erased one keeps its
 *   id and nothing that tells who it was.
 *
 * Writes run within a TRANSACTION.
 */
#ifndef STORE_USER_STORE_H
#define STORE_USER_STORE_H

#include "model/user.h"
#include "store/db.h"
#include "store/stock_store.h"

/* ---- reading: id 0 when there is none; erased ones are not found ---- */

MUST_CHECK struct error *user_store_find(
    struct db *db, struct arena *arena, int64_t id, struct user *user);

/* By name, whatever the case. */
MUST_CHECK struct error *user_store_find_username(struct db *db,
    struct arena *arena, const char *username, struct user *user);

/* By email: who proved it, else the oldest of those who say it is theirs. */
MUST_CHECK struct error *user_store_find_email(
    struct db *db, struct arena *arena, const char *email, struct user *user);

/* By the key of the form that made it. */
MUST_CHECK struct error *user_store_find_form_key(
    struct db *db, struct arena *arena, const char *key, struct user *user);

/* All, by role and name. */
MUST_CHECK struct error *user_store_list(
    struct db *db, struct arena *arena, struct user_list *list);

/* Whom somebody looks for. */
struct user_filter {
	const char *text; /* words of name, user name, email; "" any */
	const char *role; /* its word; "staff": all but buyers; "" any */
	int64_t offset;   /* rows to pass over */
	int64_t limit;    /* rows at most */
};

/* Those that a filter lets through, by user name. */
MUST_CHECK struct error *user_store_search(struct db *db, struct arena *arena,
    const struct user_filter *filter, struct user_list *list);

/*
 * How many admins are there, disabled ones included, and how many beside this
 * user who may sign in?
 */
MUST_CHECK struct error *user_store_count_admins(struct db *db,
    struct arena *arena, int64_t id, int64_t *all, int64_t *others);

/* ---- writing ---- */

/* Add one; its id is set. CONFLICT_ERROR: the name or proved email is taken. */
MUST_CHECK struct error *user_store_add(
    struct db *db, struct arena *arena, struct user *user);

/* Keep changed names and promotions_at. CONFLICT_ERROR as above. */
MUST_CHECK struct error *user_store_change(
    struct db *db, struct arena *arena, const struct user *user);

MUST_CHECK struct error *user_store_set_password(
    struct db *db, int64_t id, const char *hash);

/* The email is theirs: kept, proved, and taken from others who claimed it. */
MUST_CHECK struct error *user_store_prove_email(
    struct db *db, int64_t id, const char *email, int64_t now);

/* *moved is false when it is not there, or was so before. */
MUST_CHECK struct error *user_store_set_role(
    struct db *db, int64_t id, enum role role, bool *moved);

/* `at` 0 lets them sign in again. */
MUST_CHECK struct error *user_store_set_disabled(
    struct db *db, int64_t id, int64_t at);

/*
 * Remove what whoever claimed the address before may have left to come back
 * by: second factor, recovery codes, saved cards.
 */
MUST_CHECK struct error *user_store_drop_extras(struct db *db, int64_t id);

/* Guests' bookings made with the address, finished or to be paid later. */
MUST_CHECK struct error *user_store_join_bookings(
    struct db *db, int64_t id, const char *email);

/* Forget who that was. Their events go to the admins. */
MUST_CHECK struct error *user_store_erase(
    struct db *db, int64_t id, int64_t now);

/* Erased people's bookings whose event is over at `now`: at most 200. */
MUST_CHECK struct error *user_store_erased_bookings(
    struct db *db, struct arena *arena, int64_t now, struct id_list *list);

/*
 * Forget the names and emails in a booking, its tickets, queue entry, mails
 * and lines of the journal.
 */
MUST_CHECK struct error *user_store_erase_booking(
    struct db *db, int64_t booking_id);

/* ---- for the operator ---- */

/*
 * What must not be, a line each: an erased person who can come back or leaves
 * something behind, a second factor without its secret. "" when sound.
 */
MUST_CHECK struct error *user_store_check(
    struct db *db, struct arena *arena, const char **findings);

/* ---- words of the database ---- */

/* "organiser"; "visitor" is not in the database. */
NONNULL_RESULT const char *role_word(enum role role);

/* False when there is no such role that a user can have. */
bool role_read(const char *word, enum role *role);

#endif
