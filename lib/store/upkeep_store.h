/*
 * Upkeep store: what the operator asks of the database now and then, and
 * forgetting the people of past events.
 */
#ifndef STORE_UPKEEP_STORE_H
#define STORE_UPKEEP_STORE_H

#include "store/stock_store.h"

/* ---- looking ---- */

/* Names of gateways that ever had a payment. */
struct name_list {
	const char *const *items;
	size_t count;
};
MUST_CHECK struct error *upkeep_store_gateways(
    struct db *db, struct arena *arena, struct name_list *list);

/* Mails: how many wait since before `since`, and how many failed. */
MUST_CHECK struct error *upkeep_store_mails(struct db *db, struct arena *arena,
    int64_t since, int64_t *waiting, int64_t *failed);

/* Accounts of admins that may sign in, and those without a second factor. */
MUST_CHECK struct error *upkeep_store_admins(struct db *db, struct arena *arena,
    int64_t *count, struct name_list *unprotected);

/* ---- forgetting ---- */

/* Events that ended at `before` or earlier. */
MUST_CHECK struct error *upkeep_store_past_events(
    struct db *db, struct arena *arena, int64_t before, struct id_list *list);

/*
 * Up to `most` bookings of an event that still say whose they are. One that
 * is being paid, or whose refund is on its way, is passed over.
 */
MUST_CHECK struct error *upkeep_store_named_bookings(struct db *db,
    struct arena *arena, int64_t event_id, int64_t most, struct id_list *list);

/* Within a TRANSACTION: forget the holders of a booking's tickets. */
MUST_CHECK struct error *upkeep_store_erase_holders(
    struct db *db, int64_t booking_id);

/*
 * Within a TRANSACTION: forget the people of an event who booked nothing:
 * its waiting list, its journal, and what the door wrote or read by chance.
 * *changed rows.
 */
MUST_CHECK struct error *upkeep_store_erase_event(
    struct db *db, int64_t event_id, int64_t *changed);

/*
 * Within a TRANSACTION: forget mails of no booking that were sent or given
 * up, made at `before` or earlier. *changed rows.
 */
MUST_CHECK struct error *upkeep_store_erase_mails(
    struct db *db, int64_t before, int64_t *changed);

#endif
