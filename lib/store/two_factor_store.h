/*
 * Two-factor store: what the second factor of an account needs in the
 * database. Writes run within a TRANSACTION.
 */
#ifndef STORE_TWO_FACTOR_STORE_H
#define STORE_TWO_FACTOR_STORE_H

#include "store/db.h"

/* The second factor of a user. */
struct two_factor_row {
	int64_t user_id;
	const char *secret_box; /* sealed; "" none */
	int64_t step;           /* last step that was taken */
	int64_t on_at;          /* asked for since; 0: not */
	int64_t codes_left;     /* recovery codes that still work */
};

/* NOT_FOUND_ERROR "Account not found" */
MUST_CHECK struct error *two_factor_store_find(struct db *db,
    struct arena *arena, int64_t user_id, struct two_factor_row *row);

/* A secret for a user without a second factor; *moved if it was kept. */
MUST_CHECK struct error *two_factor_store_begin(
    struct db *db, int64_t user_id, const char *secret_box, bool *moved);

/* It is asked for from now on; *moved if it was not. */
MUST_CHECK struct error *two_factor_store_switch_on(
    struct db *db, int64_t user_id, int64_t now, bool *moved);

/* Forget secret and recovery codes. */
MUST_CHECK struct error *two_factor_store_switch_off(
    struct db *db, int64_t user_id);

/* Take a step; *moved is false when it or a later one was taken before. */
MUST_CHECK struct error *two_factor_store_take_step(
    struct db *db, int64_t user_id, int64_t step, bool *moved);

/* Forget the recovery codes so far. */
MUST_CHECK struct error *recovery_store_clear(struct db *db, int64_t user_id);
MUST_CHECK struct error *recovery_store_add(
    struct db *db, int64_t user_id, const char *code_hash);

/* Use one up; *moved is false when there is none such that still works. */
MUST_CHECK struct error *recovery_store_use(struct db *db, int64_t user_id,
    const char *code_hash, int64_t now, bool *moved);

/* ---- for changing the key ---- */

/* Rows with a secret, up to 100 with a user's id above `after`, by id. */
struct two_factor_row_list {
	const struct two_factor_row *items;
	size_t count;
};
MUST_CHECK struct error *two_factor_store_after(struct db *db,
    struct arena *arena, int64_t after, struct two_factor_row_list *list);

/* Another box for the secret. */
MUST_CHECK struct error *two_factor_store_reseal(
    struct db *db, int64_t user_id, const char *secret_box);

#endif
