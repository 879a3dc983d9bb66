/*
 * Scan store: what happened at the doors, and who is in by that.
 *
 * A scan counts when it let somebody in or out - admitted, or a conflict -
 * and is not undone. Counted ones in the order of scanned_at (then of id) say
 * whether a ticket is in. Scans are never changed but to be undone, and when
 * a conflict turns out to be none.
 *
 * Writes run within a TRANSACTION.
 */
#ifndef STORE_SCAN_STORE_H
#define STORE_SCAN_STORE_H

#include "model/scan.h"
#include "store/db.h"

/* ---- reading ---- */

/* A scan of an event. NOT_FOUND_ERROR "Scan not found". */
MUST_CHECK struct error *scan_store_find(struct db *db, struct arena *arena,
    int64_t event_id, int64_t id, struct scan *scan);

/* The one with that client key; id 0: there is none. */
MUST_CHECK struct error *scan_store_find_key(struct db *db, struct arena *arena,
    const char *client_key, struct scan *scan);

/* The last one somebody made at an event; id 0: none. */
MUST_CHECK struct error *scan_store_last_of(struct db *db, struct arena *arena,
    int64_t event_id, int64_t user_id, struct scan *scan);

/* A ticket's counted check-ins and check-outs, in order. */
MUST_CHECK struct error *scan_store_of_ticket(struct db *db,
    struct arena *arena, int64_t ticket_id, struct scan_list *list);

/* The last scans of an event, the latest first, undone ones too. */
MUST_CHECK struct error *scan_store_recent(struct db *db, struct arena *arena,
    int64_t event_id, int64_t limit, struct scan_list *list);

/* Its conflicts that are not undone, the latest first. */
MUST_CHECK struct error *scan_store_conflicts(struct db *db,
    struct arena *arena, int64_t event_id, struct scan_list *list);

/*
 * How many are in. Check-ins before `since` count as gone home: for doors
 * that admit daily; 0 for others.
 */
MUST_CHECK struct error *scan_store_count(struct db *db, struct arena *arena,
    int64_t event_id, int64_t since, struct door_count *count);

/* All valid tickets of an event, in no special order. */
MUST_CHECK struct error *scan_store_tickets(struct db *db, struct arena *arena,
    int64_t event_id, struct door_ticket_list *list);

/* Codes of its cancelled and refunded tickets, and codes given up. */
MUST_CHECK struct error *scan_store_dead_codes(struct db *db,
    struct arena *arena, int64_t event_id, struct dead_code_list *list);

/* ---- writing ---- */

/* Add one; its id is set. What is known of the ticket is not looked at. */
MUST_CHECK struct error *scan_store_add(
    struct db *db, struct arena *arena, struct scan *scan);

/* It counts no more. *changed is false when it was undone before. */
MUST_CHECK struct error *scan_store_undo(
    struct db *db, int64_t id, const char *why, int64_t now, bool *changed);

/* A conflict is none: what was missing has come in. */
MUST_CHECK struct error *scan_store_clear(struct db *db, int64_t id);

/*
 * The ticket says what its scans say: the first counted check-in's time
 * stays with it and makes it used (R42); without one it is active again.
 */
MUST_CHECK struct error *scan_store_settle(struct db *db, int64_t ticket_id);

/* ---- words of the database ---- */

NONNULL_RESULT const char *scan_type_word(enum scan_type type);
NONNULL_RESULT const char *scan_verdict_word(enum scan_verdict verdict);

/* The type with that word; false: there is none. */
bool scan_read_type(const char *word, enum scan_type *type);

#endif
