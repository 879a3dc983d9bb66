/*
 * Refusal store: who wants no mail that they did not ask for, and who got the
 * last one about coming events when.
 *
 * An address that refuses is kept as a hash (token_hash): the list tells
 * nobody's address.
 */
#ifndef STORE_REFUSAL_STORE_H
#define STORE_REFUSAL_STORE_H

#include "model/user.h"
#include "store/db.h"

MUST_CHECK struct error *refusal_store_has(
    struct db *db, struct arena *arena, const char *email_hash, bool *is_there);

/* Within a TRANSACTION; once more changes nothing. */
MUST_CHECK struct error *refusal_store_add(
    struct db *db, const char *email_hash, int64_t now);

/* ---- promotion ---- */

/*
 * People who asked for mails about events, proved their address, may sign in,
 * and got none after `since`: at most `most`, by id, names and email alone.
 */
MUST_CHECK struct error *promotion_store_due(struct db *db, struct arena *arena,
    int64_t since, int64_t most, struct user_list *list);

/* Within a TRANSACTION: they got one. */
MUST_CHECK struct error *promotion_store_note(
    struct db *db, int64_t user_id, int64_t now);

#endif
