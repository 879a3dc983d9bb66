/*
 * Booking store: bookings, their items and tickets in the database.
 *
 * Invariants
 * - States move as model/booking.h draws; each move is a conditional UPDATE
 *   whose count is looked at (I9, I10).
 * - Queries for somebody take a viewer; what is not theirs is not found.
 */
#ifndef STORE_BOOKING_STORE_H
#define STORE_BOOKING_STORE_H

#include "model/booking.h"
#include "model/event.h"
#include "model/viewer.h"
#include "store/db.h"
#include "store/stock_store.h"

struct booking_list {
	const struct booking *items;
	size_t count;
};

/* Has a mailed link opened this booking or ticket to the viewer? */
bool viewer_has_key(const struct viewer *viewer, const char *name);

/* ---- reading ---- */

/*
 * A booking by its reference, with items and tickets, if it is the viewer's.
 * NOT_FOUND_ERROR "Booking not found" otherwise, whoever's it is.
 */
MUST_CHECK struct error *booking_store_find(struct db *db, struct arena *arena,
    const char *reference, const struct viewer *viewer,
    struct booking *booking);

/* The same by id, for the program itself. */
MUST_CHECK struct error *booking_store_find_id(
    struct db *db, struct arena *arena, int64_t id, struct booking *booking);

/*
 * The same by reference, for one who proves otherwise that it is theirs; id 0:
 * none.
 */
MUST_CHECK struct error *booking_store_by_reference(struct db *db,
    struct arena *arena, const char *reference, struct booking *booking);

/*
 * A viewer's bookings that are live or confirmed or were, with items and
 * events: the newest 200, newest first.
 */
MUST_CHECK struct error *booking_store_list(struct db *db, struct arena *arena,
    const struct viewer *viewer, int64_t now, struct booking_list *list);

/*
 * All that is kept of an account's bookings, also ended ones, with items,
 * events and tickets, newest first: for its owner's copy.
 */
MUST_CHECK struct error *booking_store_list_user(struct db *db,
    struct arena *arena, int64_t user_id, int64_t now,
    struct booking_list *list);

/* The viewer's unfinished booking (held in time, or being paid); id 0: none. */
MUST_CHECK struct error *booking_store_unfinished(struct db *db,
    struct arena *arena, const struct viewer *viewer, int64_t now,
    struct booking *booking);

/* A booking made with a form key; id 0: none. *digest is what was asked. */
MUST_CHECK struct error *booking_store_by_form_key(struct db *db,
    struct arena *arena, const char *form_key, struct booking *booking,
    const char **digest);

/* Tickets that an email has or holds for an event, and in how many bookings. */
MUST_CHECK struct error *booking_store_count_person(struct db *db,
    struct arena *arena, int64_t event_id, const char *email, int64_t *bookings,
    int64_t *tickets);

/*
 * The first confirmed booking of a tier by its buyer's name, of one viewer
 * (NULL: of anybody); id 0: none.
 */
MUST_CHECK struct error *booking_store_find_name(struct db *db,
    struct arena *arena, int64_t tier_id, const char *name,
    const struct viewer *owner, struct booking *booking);

/* When the newest booking was made; 0 without any. */
MUST_CHECK struct error *booking_store_newest(
    struct db *db, struct arena *arena, int64_t *created_at);

/* ---- writing: within a TRANSACTION ---- */

/* What a new booking needs beside struct booking. */
struct booking_origin {
	const char *form_key;    /* NULL: none */
	const char *form_digest; /* of what the form said; NULL: none */
	bool is_only_one;        /* the email may have no other (R20) */
};

/*
 * Add a held booking with its items; its id is set. What somebody signed in
 * books is the account's alone: whoever uses the browser after them does not
 * see it.
 */
MUST_CHECK struct error *booking_store_add(struct db *db,
    struct booking *booking, const struct booking_origin *origin);

/* A new booking of seats takes this one for a ticket's. */
MUST_CHECK struct error *booking_store_add_change(
    struct db *db, int64_t booking_id, int64_t seat_id, int64_t ticket_id);

/* The tickets that give their seats up, in the order of its items. */
MUST_CHECK struct error *booking_store_given_up(struct db *db,
    struct arena *arena, int64_t booking_id, struct id_list *tickets);

/* The total is that of the items again, after their seats changed. */
MUST_CHECK struct error *booking_store_recount(
    struct db *db, int64_t booking_id);

/* held in time -> paying. *moved is false when it is not so any more. */
MUST_CHECK struct error *booking_store_start_paying(
    struct db *db, int64_t booking_id, int64_t now, bool *moved);

/* paying -> held, for another try. */
MUST_CHECK struct error *booking_store_hold_again(
    struct db *db, int64_t booking_id, bool *moved);

/*
 * held or paying -> confirmed; the terms were accepted at `now`. A guest's
 * booking joins the account that proved its email, if there is one; the
 * browser that made it keeps it, too, and is not told. `booking` says so
 * afterwards.
 */
MUST_CHECK struct error *booking_store_confirm(struct db *db,
    struct arena *arena, struct booking *booking, int64_t now, bool *moved);

/*
 * expired, failed or released -> paying, its items live again: its money came
 * after all, and its places were taken again.
 */
MUST_CHECK struct error *booking_store_reopen(
    struct db *db, int64_t booking_id, bool *moved);

/* confirmed -> cancelled, without its tickets: they are the caller's. */
MUST_CHECK struct error *booking_store_cancel(
    struct db *db, int64_t booking_id, int64_t now, bool *moved);

/* A longer hold, if it is held in time and not extended `limit` times. */
MUST_CHECK struct error *booking_store_extend(struct db *db, int64_t booking_id,
    int64_t seconds, int64_t limit, int64_t now, bool *moved);

/* A hold in time becomes one that pays later, until `until`; joins as above. */
MUST_CHECK struct error *booking_store_pay_later(
    struct db *db, int64_t booking_id, int64_t until, int64_t now, bool *moved);

/*
 * Make a booking the viewer's: they proved that it is theirs. The account's,
 * if they are signed in, else the browser's.
 */
MUST_CHECK struct error *booking_store_give_to(
    struct db *db, int64_t booking_id, const struct viewer *viewer);

/* ---- words of the database ---- */

NONNULL_RESULT const char *booking_state_word(enum booking_state state);

/* The state that a cell of the database names. */
enum booking_state booking_state_read(struct db_row row, int column);

#endif
