/*
 * Queue store: the waiting lists in the database, and the journal of what
 * happened to people's wishes.
 *
 * A class is a tier, or "any". Within a class the order is that of arrival
 * (created_at, then id). Writes run within a TRANSACTION.
 */
#ifndef STORE_QUEUE_STORE_H
#define STORE_QUEUE_STORE_H

#include "model/booking.h"
#include "model/queue.h"
#include "store/db.h"

/* ---- entries ---- */

/*
 * Add a waiting entry; its id is set. DUPLICATE_BOOKING_ERROR (`email`) when
 * the email waits for this event already. A form key can be used once.
 */
MUST_CHECK struct error *queue_store_add(struct db *db, struct arena *arena,
    struct queue_entry *entry, const char *form_key);

/* The entry that a form made, with its position; id 0: none. */
MUST_CHECK struct error *queue_store_find_form(struct db *db,
    struct arena *arena, const char *form_key, struct queue_entry *entry);

/*
 * An entry of an event by its key, with its position. NOT_FOUND_ERROR "Entry
 * not found".
 */
MUST_CHECK struct error *queue_store_find(struct db *db, struct arena *arena,
    int64_t event_id, const char *key, struct queue_entry *entry);

/* Does anybody wait for the event? */
MUST_CHECK struct error *queue_store_is_empty(
    struct db *db, struct arena *arena, int64_t event_id, bool *is_empty);

/*
 * Who is next for a tier: its own class by arrival, then those who take any.
 * id 0: nobody.
 */
MUST_CHECK struct error *queue_store_next(struct db *db, struct arena *arena,
    int64_t event_id, int64_t tier_id, struct queue_entry *entry);

/* All who wait, in the order of service: tier rank, "any" last, arrival. */
MUST_CHECK struct error *queue_store_list(struct db *db, struct arena *arena,
    int64_t event_id, struct queue_entry_list *list);

/* The same, those with an offer before them. */
MUST_CHECK struct error *queue_store_live(struct db *db, struct arena *arena,
    int64_t event_id, struct queue_entry_list *list);

/* All entries of an account, newest first, without positions. */
MUST_CHECK struct error *queue_store_list_user(struct db *db,
    struct arena *arena, int64_t user_id, struct queue_entry_list *list);

/* Places that the waiting entries of a class want (tier 0: any). */
MUST_CHECK struct error *queue_store_wanted(struct db *db, struct arena *arena,
    int64_t event_id, int64_t tier_id, int64_t *places);

/* waiting -> offered, with the hold made for it. */
MUST_CHECK struct error *queue_store_offer(
    struct db *db, int64_t entry_id, int64_t booking_id);

/* waiting or offered -> served, left or lapsed; *moved if it was so. */
MUST_CHECK struct error *queue_store_end(struct db *db, int64_t entry_id,
    enum queue_state state, int64_t now, bool *moved);

/* The entry whose offer a booking was: served. */
MUST_CHECK struct error *queue_store_serve_booking(
    struct db *db, int64_t booking_id, int64_t now);

/* ---- the journal ---- */

struct journal_line {
	int64_t event_id;
	int64_t tier_id;    /* 0: any, or several */
	int64_t booking_id; /* 0: none */
	const char *kind;   /* "confirmed", "sold_out" ...: the table's words */
	const char *name;
	const char *email;
	int64_t quantity;
};
MUST_CHECK struct error *journal_add(
    struct db *db, const struct journal_line *line, int64_t now);

/* ---- words of the database ---- */

NONNULL_RESULT const char *queue_state_word(enum queue_state state);

#endif
