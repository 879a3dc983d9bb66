/*
 * Queue store: the waiting lists in the database.
 *
 * A class is a tier, or "any". Within a class the order is that of arrival
 * (created_at, then id). Writes run within a TRANSACTION.
 */
#ifndef STORE_QUEUE_STORE_H
#define STORE_QUEUE_STORE_H

#include "model/queue.h"
#include "store/db.h"

/*
 * Add a waiting entry; its id is set. DUPLICATE_BOOKING_ERROR (`email`) when
 * the email waits for this event already. The form key makes one entry: when
 * it was used, *entry becomes the one it made.
 */
MUST_CHECK struct error *queue_store_add(struct db *db, struct arena *arena,
    struct queue_entry *entry, const char *form_key);

/*
 * An entry of an event by its key, with its position. NOT_FOUND_ERROR "Entry
 * not found".
 */
MUST_CHECK struct error *queue_store_find(struct db *db, struct arena *arena,
    int64_t event_id, const char *key, struct queue_entry *entry);

#endif
