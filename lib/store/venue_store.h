/*
 * Venue store: the places of events.
 */
#ifndef STORE_VENUE_STORE_H
#define STORE_VENUE_STORE_H

#include "model/event.h"
#include "store/db.h"

/* All, by name. */
MUST_CHECK struct error *venue_store_list(
    struct db *db, struct arena *arena, struct venue_list *list);

/* Those that public events take place at, by name. */
MUST_CHECK struct error *venue_store_list_public(
    struct db *db, struct arena *arena, struct venue_list *list);

/*
 * By its slug, also where only drafts are: for the staff. NOT_FOUND_ERROR
 * "Venue not found".
 */
MUST_CHECK struct error *venue_store_find(
    struct db *db, struct arena *arena, const char *slug, struct venue *venue);

/* By its name; id 0: there is none. */
MUST_CHECK struct error *venue_store_find_name(
    struct db *db, struct arena *arena, const char *name, struct venue *venue);

/*
 * A row's id, slug, name, address, latitude and longitude, which stand side
 * by side from column `first` on.
 */
struct venue venue_store_read(struct db_row row, int first);

/* ---- writing: within a TRANSACTION ---- */

/* Add a venue; its id is set. A slug that is taken gets a number behind. */
MUST_CHECK struct error *venue_store_add(
    struct db *db, struct arena *arena, struct venue *venue, int64_t now);

/*
 * After catalogue_raise(): a venue's name, address and place; events there
 * are found by the new name.
 */
MUST_CHECK struct error *venue_store_save(
    struct db *db, struct arena *arena, const struct venue *venue);

#endif
