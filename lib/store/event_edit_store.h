/*
 * Event edit store: what the staff change of an event, its tiers, seats and
 * door staff. Adding a whole event is event_store.h's.
 *
 * Each change is conditional, and its count tells whether it happened: a
 * capacity never falls below what is sold and held (I1), what was sold is
 * never removed, and of two editors the second finds the version gone.
 *
 * Writes run within a TRANSACTION, after catalogue_raise().
 */
#ifndef STORE_EVENT_EDIT_STORE_H
#define STORE_EVENT_EDIT_STORE_H

#include "model/event.h"
#include "model/seat.h"
#include "store/db.h"

/* ---- the event ---- */

/*
 * Write every column that an editor may change, if the version is still
 * event->version, which is raised. *changed is false when it is not.
 */
MUST_CHECK struct error *event_edit_store_save(struct db *db,
    struct arena *arena, const struct event *event, int64_t now, bool *changed);

/* From one status to another; *moved is false when it is in none such. */
MUST_CHECK struct error *event_edit_store_move(struct db *db, int64_t event_id,
    enum event_status from, enum event_status to, int64_t now, bool *moved);

/* Its picture and the words for it; "" none. */
MUST_CHECK struct error *event_edit_store_set_image(struct db *db,
    int64_t event_id, const char *image, const char *alt, int64_t now);

/* Full refunds until then (0: no more than the policy says). */
MUST_CHECK struct error *event_edit_store_set_refund_until(
    struct db *db, int64_t event_id, int64_t until, int64_t now);

/* The form that made it: its one-time key, and what it said, hashed. */
MUST_CHECK struct error *event_edit_store_note_form(
    struct db *db, int64_t event_id, const char *form_key, const char *digest);

/* Which event a form has made, and what that form said; "" none. */
MUST_CHECK struct error *event_edit_store_by_form(struct db *db,
    struct arena *arena, const char *form_key, const char **slug,
    const char **digest);

/* How many events show that picture. */
MUST_CHECK struct error *event_edit_store_count_image(
    struct db *db, struct arena *arena, const char *image, int64_t *count);

/* How many of each an event has. */
struct event_uses {
	int64_t bookings;  /* of any state, ever */
	int64_t live;      /* held, being paid or confirmed */
	int64_t confirmed; /* changes of seats are not counted */
	int64_t reserved;  /* to be paid later */
	int64_t waiting;   /* in its waiting list, ever */
};
MUST_CHECK struct error *event_edit_store_count_uses(struct db *db,
    struct arena *arena, int64_t event_id, struct event_uses *uses);

/* Remove an event that nobody ever booked, with all that hangs on it. */
MUST_CHECK struct error *event_edit_store_delete(
    struct db *db, int64_t event_id);

/* ---- tiers ---- */

/*
 * Write a tier's name, rank, price, capacity, window and place. *changed is
 * false when more is sold and held than the new capacity has.
 */
MUST_CHECK struct error *event_edit_store_set_tier(struct db *db,
    int64_t event_id, const struct tier *tier, int64_t position, bool *changed);

/* Remove a tier that nobody ever booked or waited for. */
MUST_CHECK struct error *event_edit_store_remove_tier(
    struct db *db, int64_t event_id, int64_t tier_id, bool *removed);

/* ---- seats ---- */

MUST_CHECK struct error *event_edit_store_add_seat(
    struct db *db, int64_t event_id, const struct seat *seat);

/* Its tier and whether it is accessible. */
MUST_CHECK struct error *event_edit_store_set_seat(
    struct db *db, const struct seat *seat);

/*
 * Remove a seat that was never sold and is not held. *removed is false for
 * others.
 */
MUST_CHECK struct error *event_edit_store_remove_seat(
    struct db *db, int64_t seat_id, bool *removed);

/* ---- people ---- */

/* User names of who works at the door, with blanks between. */
MUST_CHECK struct error *event_edit_store_staff(
    struct db *db, struct arena *arena, int64_t event_id, const char **names);

/* Nobody works there any more; and one more does (twice is once). */
MUST_CHECK struct error *event_edit_store_clear_staff(
    struct db *db, int64_t event_id);
MUST_CHECK struct error *event_edit_store_add_staff(
    struct db *db, int64_t event_id, int64_t user_id);

#endif
