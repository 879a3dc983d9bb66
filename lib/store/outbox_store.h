/*
 * Outbox store: mail to be sent, in the database.
 *
 * Invariants
 * - A row is committed with what it tells of (I12), and keeps its Message-ID.
 * - An attempt is counted and put off before it is made, so that a process
 *   that dies in it leaves a mail that is tried again, later.
 *
 * Writes run within a TRANSACTION.
 */
#ifndef STORE_OUTBOX_STORE_H
#define STORE_OUTBOX_STORE_H

#include "model/mail.h"
#include "model/viewer.h"
#include "store/db.h"

/* ---- reading ---- */

/* The mail to be sent at `now` that is due for longest; id 0: none is. */
MUST_CHECK struct error *outbox_store_due(
    struct db *db, struct arena *arena, int64_t now, struct mail *mail);

/* The newest mails, at most `most`, newest first. */
MUST_CHECK struct error *outbox_store_list(
    struct db *db, struct arena *arena, int64_t most, struct mail_list *list);

/* A mail. NOT_FOUND_ERROR "There is no mail 7". */
MUST_CHECK struct error *outbox_store_find(
    struct db *db, struct arena *arena, int64_t id, struct mail *mail);

/* How many of a kind were made about a booking after `since`. */
MUST_CHECK struct error *outbox_store_count_made(struct db *db,
    struct arena *arena, int64_t booking_id, const char *kind, int64_t since,
    int64_t *count);

/*
 * Mails that the viewer may see - an admin all, an organiser those about
 * bookings of their events - newest first. `state` is its word ("" any),
 * `before` the id that they come before (0: from the newest).
 */
MUST_CHECK struct error *outbox_store_list_for(struct db *db,
    struct arena *arena, const struct viewer *viewer, const char *state,
    int64_t before, int64_t limit, struct outbox_page *page);

/* One of these. NOT_FOUND_ERROR. */
MUST_CHECK struct error *outbox_store_find_for(struct db *db,
    struct arena *arena, const struct viewer *viewer, int64_t id,
    struct outbox_line *line);

/* How many were sent after `since`. */
MUST_CHECK struct error *outbox_store_count_sent(
    struct db *db, struct arena *arena, int64_t since, int64_t *count);

/* ---- writing: within a TRANSACTION ---- */

/* Add a mail of a kind, recipient, booking and snapshot, due at created_at. */
MUST_CHECK struct error *outbox_store_add(
    struct db *db, struct arena *arena, const struct mail *mail);

/*
 * Add one and remove it: who asks on behalf of somebody unknown waits as long
 * as for somebody known.
 */
MUST_CHECK struct error *outbox_store_pretend(
    struct db *db, struct arena *arena, int64_t now);

/*
 * An attempt begins: counted, and due again at `due_at` unless one of the
 * next three follows. *begun is false when it is not due any more.
 */
MUST_CHECK struct error *outbox_store_begin(
    struct db *db, int64_t id, int64_t now, int64_t due_at, bool *begun);

/* The mail program took it. */
MUST_CHECK struct error *outbox_store_sent(
    struct db *db, int64_t id, int64_t now);

/* It did not; the mail stays waiting until it is due again. */
MUST_CHECK struct error *outbox_store_put_off(
    struct db *db, int64_t id, const char *reason);

/* It never will, or the mail is of no use any more. */
MUST_CHECK struct error *outbox_store_give_up(
    struct db *db, int64_t id, const char *reason);

/*
 * Waiting or failed -> waiting, due at `now`, with its attempts ahead of it
 * again. *moved is false for one that was sent.
 */
MUST_CHECK struct error *outbox_store_retry(
    struct db *db, int64_t id, int64_t now, bool *moved);

/* Once more, as a mail of its own: *copy is its id. Keeps nothing but what it
 * says, to whom, and about which booking. */
MUST_CHECK struct error *outbox_store_copy(
    struct db *db, struct arena *arena, int64_t id, int64_t now, int64_t *copy);

/*
 * Forget at most `most` mails that were sent before a moment; of the one that
 * confirmed a booking a row stays, with neither address nor text. *count of
 * them; 0: there are no more.
 */
MUST_CHECK struct error *outbox_store_forget(
    struct db *db, int64_t before, int64_t most, int64_t *count);

/* Is there one to forget? */
MUST_CHECK struct error *outbox_store_is_old(
    struct db *db, struct arena *arena, int64_t before, bool *is_old);

/* ---- words of the database ---- */

NONNULL_RESULT const char *mail_state_word(enum mail_state state);

#endif
