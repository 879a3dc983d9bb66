/*
 * Refresh store: the refresh tokens of API clients. The database has their
 * hashes alone.
 *
 * A family is what came of one sign-in: each token is used once and answered
 * with the next. A family lives while it has a token that is neither revoked
 * nor over; access tokens name their family and die with it.
 *
 * Writes run within a TRANSACTION.
 */
#ifndef STORE_REFRESH_STORE_H
#define STORE_REFRESH_STORE_H

#include "model/viewer.h"
#include "store/db.h"

struct refresh_token {
	const char *hash;   /* of the secret */
	const char *family; /* random; joins a chain */
	int64_t user_id;
	int64_t ends_at;
};

MUST_CHECK struct error *refresh_store_add(
    struct db *db, const struct refresh_token *token, int64_t now);

/* A token by its hash, used, revoked and old ones too; user_id 0: none. */
MUST_CHECK struct error *refresh_store_find(struct db *db, struct arena *arena,
    const char *hash, struct refresh_token *token);

/* Use it up: *moved is false when somebody was faster. */
MUST_CHECK struct error *refresh_store_use(
    struct db *db, const char *hash, int64_t now, bool *moved);

/*
 * The role of a user who may sign in and whose family lives; ROLE_VISITOR
 * otherwise.
 */
MUST_CHECK struct error *refresh_store_role(struct db *db, struct arena *arena,
    int64_t user_id, const char *family, int64_t now, enum role *role);

/* End a family; session_store_end_tokens() ends all of a user,
 * session_store_sweep() removes what is over. */
MUST_CHECK struct error *refresh_store_revoke(
    struct db *db, const char *family, int64_t now);

#endif
