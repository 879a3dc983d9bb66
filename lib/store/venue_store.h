/*
 * Venue store: all venues there are, for the staff. event_store.h has those
 * that visitors filter by, and adds new ones.
 */
#ifndef STORE_VENUE_STORE_H
#define STORE_VENUE_STORE_H

#include "model/event.h"
#include "store/db.h"

/* All, by name. */
MUST_CHECK struct error *venue_store_list(
    struct db *db, struct arena *arena, struct venue_list *list);

/* By its slug. NOT_FOUND_ERROR "Venue not found". */
MUST_CHECK struct error *venue_store_find(
    struct db *db, struct arena *arena, const char *slug, struct venue *venue);

/*
 * Within a TRANSACTION, after catalogue_raise(): a venue's name, address and
 * place; events there are found by the new name.
 */
MUST_CHECK struct error *venue_store_save(
    struct db *db, struct arena *arena, const struct venue *venue);

#endif
