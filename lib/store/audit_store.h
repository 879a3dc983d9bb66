/*
 * Audit store: what the staff did, append-only (triggers refuse changes
 * other than taking a reason out).
 */
#ifndef STORE_AUDIT_STORE_H
#define STORE_AUDIT_STORE_H

#include "model/audit.h"
#include "model/viewer.h"
#include "store/db.h"

/* Add a line; within a TRANSACTION. user_id 0: the operator's command. */
MUST_CHECK struct error *audit_store_add(
    struct db *db, int64_t user_id, const struct audit_line *line, int64_t now);

/* Which lines; "" and 0 mean any. */
struct audit_filter {
	const char *action; /* its beginning: "event." */
	const char *person; /* part of a user name, in any letters */
	const char *thing;  /* part of a subject, or an event's slug */
	int64_t from;       /* at this moment or later */
	int64_t before;     /* before this moment */
	int64_t before_id;  /* before the line with this id; 0: the newest */
	int64_t limit;      /* lines at most */
};

/*
 * Lines the viewer may see - an admin all, an organiser those of their
 * events - that a filter lets through, the newest first.
 */
MUST_CHECK struct error *audit_store_list(struct db *db, struct arena *arena,
    const struct viewer *viewer, const struct audit_filter *filter,
    struct audit_list *list);

#endif
