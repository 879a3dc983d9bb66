/*
 * Webhook store: addresses of the staff that are called, and the calls.
 *
 * Invariants
 * - A delivery is committed with what it tells of (I12), and keeps its key.
 * - An attempt is counted and put off before it is made, so that a process
 *   that dies in it leaves a delivery that is tried again, later.
 * - A webhook hears of events that its owner runs, for as long as they do.
 * - What is somebody's is found through a viewer: admins see all.
 *
 * Writes run within a TRANSACTION.
 */
#ifndef STORE_WEBHOOK_STORE_H
#define STORE_WEBHOOK_STORE_H

#include "model/viewer.h"
#include "model/webhook.h"
#include "store/db.h"
#include "store/stock_store.h"

/* ---- webhooks ---- */

/* The viewer's, by id. */
MUST_CHECK struct error *webhook_store_list(struct db *db, struct arena *arena,
    const struct viewer *viewer, struct webhook_list *list);

/* One of them. NOT_FOUND_ERROR "Webhook not found". */
MUST_CHECK struct error *webhook_store_find(struct db *db, struct arena *arena,
    const struct viewer *viewer, int64_t id, struct webhook *webhook);

/* Who is told of this type about an event: active ones of who runs it. */
MUST_CHECK struct error *webhook_store_listeners(struct db *db,
    struct arena *arena, int64_t event_id, const char *type,
    struct id_list *webhooks);

/* How many somebody has. */
MUST_CHECK struct error *webhook_store_count(
    struct db *db, struct arena *arena, int64_t user_id, int64_t *count);

/* Add one; its id is set. CONFLICT_ERROR for an address they have already. */
MUST_CHECK struct error *webhook_store_add(
    struct db *db, struct arena *arena, struct webhook *webhook);

MUST_CHECK struct error *webhook_store_set_active(
    struct db *db, int64_t id, bool is_active);

/* With its deliveries. */
MUST_CHECK struct error *webhook_store_remove(struct db *db, int64_t id);

/* ---- deliveries ---- */

/* The newest of the viewer's webhooks, at most `most`. */
MUST_CHECK struct error *delivery_store_list(struct db *db, struct arena *arena,
    const struct viewer *viewer, int64_t most,
    struct webhook_delivery_list *list);

/* The one to be made at `now` that is due for longest; id 0: none is. */
MUST_CHECK struct error *delivery_store_due(struct db *db, struct arena *arena,
    int64_t now, struct webhook_delivery *delivery);

/* Add one for a webhook, due at once. */
MUST_CHECK struct error *delivery_store_add(struct db *db, int64_t webhook_id,
    const char *key, const char *type, const char *body, int64_t now);

/* An attempt begins; *begun is false when it is not due any more. */
MUST_CHECK struct error *delivery_store_begin(
    struct db *db, int64_t id, int64_t now, int64_t due_at, bool *begun);

/* How it ended: its state from now on, the answer's status, why not. */
MUST_CHECK struct error *delivery_store_end(struct db *db, int64_t id,
    enum delivery_state state, int64_t status, const char *problem,
    int64_t now);

/*
 * One of the viewer's that was not answered: due at once, with all attempts
 * ahead of it. NOT_FOUND_ERROR, STATE_ERROR when it arrived.
 */
MUST_CHECK struct error *delivery_store_retry(struct db *db,
    struct arena *arena, const struct viewer *viewer, int64_t id, int64_t now);

/* Forget what ended before a moment; *count of them. */
MUST_CHECK struct error *delivery_store_forget(
    struct db *db, int64_t before, int64_t *count);

#endif
