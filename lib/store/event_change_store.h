/*
 * Event change store: what bookers of an event have to be told (R45), and
 * whom cancelling it still concerns. Both are worked off in slices: each
 * answers what comes next, so that a process which dies is carried on by
 * another.
 *
 * Writes run within a TRANSACTION.
 */
#ifndef STORE_EVENT_CHANGE_STORE_H
#define STORE_EVENT_CHANGE_STORE_H

#include "store/db.h"
#include "store/stock_store.h"

/* A change that has to be told, or is being told. */
struct event_change_row {
	int64_t id;
	int64_t event_id;
	const char *before;   /* JSON: what bookers know so far */
	const char *changes;  /* JSON: what they are told */
	int64_t refund_until; /* 0: no refund for it */
	int64_t told_at;      /* 0: nobody has said so yet */
	int64_t told_up_to;   /* id of the last booking told */
};

/* The change that waits for its organiser's word; id 0: none. */
MUST_CHECK struct error *event_change_store_open(struct db *db,
    struct arena *arena, int64_t event_id, struct event_change_row *row);

/*
 * The oldest change, with an id over `after`, that has waited for that word
 * since `since` or longer; id 0: none.
 */
MUST_CHECK struct error *event_change_store_unsaid(struct db *db,
    struct arena *arena, int64_t after, int64_t since,
    struct event_change_row *row);

/* The oldest change that is being told, with an id over `after`; id 0: none. */
MUST_CHECK struct error *event_change_store_told(struct db *db,
    struct arena *arena, int64_t after, struct event_change_row *row);

/* Is a change of the event being told? */
MUST_CHECK struct error *event_change_store_is_under_way(
    struct db *db, struct arena *arena, int64_t event_id, bool *is_under_way);

/* Confirmed bookings it still has to be told to: the next `most`. */
MUST_CHECK struct error *event_change_store_untold(struct db *db,
    struct arena *arena, const struct event_change_row *row, int64_t most,
    struct id_list *list);

MUST_CHECK struct error *event_change_store_add(
    struct db *db, int64_t event_id, const char *before, int64_t now);

/* The organiser has said so: what is told, and until when money goes back. */
MUST_CHECK struct error *event_change_store_tell(struct db *db, int64_t id,
    const char *changes, int64_t refund_until, int64_t now, bool *moved);

/* From one booking to the next; *moved is false when somebody did it. */
MUST_CHECK struct error *event_change_store_advance(
    struct db *db, int64_t id, int64_t from, int64_t to, bool *moved);

/* All are told, or nobody has to be; not if it is told meanwhile. */
MUST_CHECK struct error *event_change_store_end(
    struct db *db, const struct event_change_row *row, int64_t now);

/* ---- what cancelling an event concerns ---- */

/* Cancelled events with confirmed bookings or people who wait. */
MUST_CHECK struct error *event_change_store_cancelled(
    struct db *db, struct arena *arena, struct id_list *events);

/* Confirmed bookings with an id over `after`: the next `most`. */
MUST_CHECK struct error *event_change_store_confirmed(struct db *db,
    struct arena *arena, int64_t event_id, int64_t after, int64_t most,
    struct id_list *bookings);

/* Holds that nobody is paying. */
MUST_CHECK struct error *event_change_store_held(struct db *db,
    struct arena *arena, int64_t event_id, struct id_list *bookings);

/* Somebody who waits. */
struct waiting_person {
	int64_t id;
	const char *name;
	const char *email; /* "" none */
};

struct waiting_list {
	const struct waiting_person *items;
	size_t count;
};

MUST_CHECK struct error *event_change_store_waiting(struct db *db,
    struct arena *arena, int64_t event_id, int64_t most,
    struct waiting_list *list);

/* Who has an offer waits again: before its hold is given back. */
MUST_CHECK struct error *event_change_store_take_offers_back(
    struct db *db, int64_t event_id);

/* They wait no more. */
MUST_CHECK struct error *event_change_store_send_away(
    struct db *db, int64_t entry_id, int64_t now);

#endif
