/*
 * Session store: who is signed in where, and the secrets mailed to people.
 * Secrets are here as hashes (token_hash()) alone.
 *
 * Writes run within a TRANSACTION.
 */
#ifndef STORE_SESSION_STORE_H
#define STORE_SESSION_STORE_H

#include "model/user.h"
#include "store/db.h"

/* ---- sessions ---- */

/* A session with what decides whether it still stands. */
struct session_record {
	struct session session;
	enum role role;      /* of its user, as it is now */
	int64_t ends_at;     /* whatever happens */
	int64_t disabled_at; /* its user may not sign in since; 0: may */
};

struct session_record_list {
	const struct session_record *items;
	size_t count;
};

/* By the hash of its secret; id 0: none. */
MUST_CHECK struct error *session_store_find(struct db *db, struct arena *arena,
    const char *hash, struct session_record *record);

/* A user's, the one seen last first. */
MUST_CHECK struct error *session_store_list(struct db *db, struct arena *arena,
    int64_t user_id, struct session_record_list *list);

/* Add one; its id is set. Another of the same browser ends. */
MUST_CHECK struct error *session_store_add(struct db *db, struct arena *arena,
    struct session_record *record, const char *hash, const char *browser);

/* It made a request. */
MUST_CHECK struct error *session_store_seen(
    struct db *db, int64_t id, int64_t now);

/* End a user's session; *ended is false when there is no such one. */
MUST_CHECK struct error *session_store_end(
    struct db *db, int64_t user_id, int64_t id, bool *ended);

/* End all of a user's but `kept` (0: all). */
MUST_CHECK struct error *session_store_end_all(
    struct db *db, int64_t user_id, int64_t kept);

/* API clients of a user have to sign in again. */
MUST_CHECK struct error *session_store_end_tokens(
    struct db *db, int64_t user_id, int64_t now);

/* Remove sessions, mailed secrets and API tokens that are over. */
MUST_CHECK struct error *session_store_sweep(struct db *db, int64_t now);

/* Is there something to sweep? A read. */
MUST_CHECK struct error *session_store_is_due(
    struct db *db, struct arena *arena, int64_t now, bool *is_due);

/* ---- mailed secrets ---- */

/* What a secret is good for. */
enum secret_purpose {
	SECRET_VERIFY, /* the address is theirs */
	SECRET_RESET,  /* the same, and they want another password */
	SECRET_EMAIL,  /* the new address is theirs */
};

struct account_token {
	int64_t id;
	int64_t user_id;
	enum secret_purpose purpose;
	const char *email; /* that it proves */
	int64_t created_at;
	int64_t ends_at;
};

/* By its hash, if it works at `now`; id 0: none. */
MUST_CHECK struct error *account_token_find(struct db *db, struct arena *arena,
    const char *hash, int64_t now, struct account_token *token);

/* Add one; the user's others of that purpose end. */
MUST_CHECK struct error *account_token_add(
    struct db *db, const struct account_token *token, const char *hash);

/* Use up one that was found in the same TRANSACTION. */
MUST_CHECK struct error *account_token_use(
    struct db *db, int64_t id, int64_t now);

/* End a user's links to another password, or to another email. */
MUST_CHECK struct error *account_token_drop_ways_in(
    struct db *db, int64_t user_id);

/* End all of a user's. */
MUST_CHECK struct error *account_token_drop(struct db *db, int64_t user_id);

#endif
