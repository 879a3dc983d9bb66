/*
 * Cache: visitors' list and event pages, kept in this process's memory.
 *
 * Invariants
 * - A page is kept for one version of the catalogue and until the next
 *   moment at which time alone changes what it shows (catalogue_next_edge).
 *   Each request reads the version, so a page is never staler than that.
 * - Only pages that are the same for everybody: no cookie is read or set, no
 *   CSRF token is in them. Signed-in viewers pass by.
 * - It can be thrown away at any time; past a limit it is.
 * - The ETag is made of that version, that moment, the build and the
 *   configuration, so all workers agree on it.
 */
#ifndef WEB_CACHE_H
#define WEB_CACHE_H

#include "web/request.h"

/*
 * Answer from memory, or with 304 if the browser has it; else call `build`,
 * keep what it answers (if its status is 200) and give it its ETag.
 */
MUST_CHECK struct error *cache_answer(
    struct request *request, struct error *(*build)(struct request *request));

#endif
