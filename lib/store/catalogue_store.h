/*
 * Catalogue store: the version of what visitors see, which tells caches when
 * it has changed, and when time alone will change it.
 */
#ifndef STORE_CATALOGUE_STORE_H
#define STORE_CATALOGUE_STORE_H

#include "store/db.h"

/* The version of what visitors see. */
MUST_CHECK struct error *catalogue_version(
    struct db *db, struct arena *arena, int64_t *version);

/*
 * The next moment after `now` at which time alone changes what visitors see:
 * a hold's end, an edge of a booking window, a start, an end, or a start
 * coming within 90 days. INT64_MAX when there is none.
 */
MUST_CHECK struct error *catalogue_next_edge(
    struct db *db, struct arena *arena, int64_t now, int64_t *edge);

/*
 * Raise the version; first of all in a transaction that changes stock or
 * anything else that visitors see.
 */
MUST_CHECK struct error *catalogue_raise(struct db *db);

#endif
