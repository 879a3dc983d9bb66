/*
 * Audit store: what the staff did, append-only (triggers refuse changes).
 */
#ifndef STORE_AUDIT_STORE_H
#define STORE_AUDIT_STORE_H

#include "model/audit.h"
#include "model/viewer.h"
#include "store/db.h"

/* Add a line; within a TRANSACTION. user_id 0: the operator's command. */
MUST_CHECK struct error *audit_store_add(
    struct db *db, int64_t user_id, const struct audit_line *line, int64_t now);

/*
 * Lines the viewer may see - an admin all, an organiser those of their
 * events - the newest first. `before` is the id that they come before (0:
 * from the newest), `action` the beginning of an action ("" any).
 */
MUST_CHECK struct error *audit_store_list(struct db *db, struct arena *arena,
    const struct viewer *viewer, const char *action, int64_t before,
    int64_t limit, struct audit_list *list);

#endif
