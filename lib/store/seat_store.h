/*
 * Seat store: the seats of events with reserved seating. Who has a seat
 * stands in booking_item, where a UNIQUE index allows one live booking of it
 * (I2).
 */
#ifndef STORE_SEAT_STORE_H
#define STORE_SEAT_STORE_H

#include "model/seat.h"
#include "store/db.h"

/* All seats of an event as they stand at `now`: lapsed holds are free. */
MUST_CHECK struct error *seat_store_list(struct db *db, struct arena *arena,
    int64_t event_id, int64_t now, struct seat_list *list);

/* Add a seat to a tier of an event; within a TRANSACTION. */
MUST_CHECK struct error *seat_store_add(struct db *db, int64_t event_id,
    const char *tier_slug, const struct seat *seat);

#endif
