/*
 * Cache: visitors' list and event pages, kept in this process's memory.
 *
 * Invariants
 * - A page is kept for one version of the catalogue and until the next
 *   moment at which time alone changes what it shows (catalogue_next_edge).
 *   Each request reads the version, so a page is never staler than that. A
 *   process for one request only (plain CGI) keeps none and asks for neither.
 * - Only pages that are the same for everybody: no cookie is read or set, no
 *   CSRF token is in them. Signed-in viewers pass by.
 * - Path and query alone are a page's name, and of its headers Content-Type and
 *   ETag alone are kept: what depends on another header does not come here.
 * - It can be thrown away at any time; past a limit it is.
 * - The ETag is a digest of the page, so all workers agree on it, whatever
 *   made them write the same.
 */
#ifndef WEB_CACHE_H
#define WEB_CACHE_H

#include "web/request.h"

/*
 * Answer from memory, else call `build`, give what it answers (if its status
 * is 200) its ETag and keep it; 304 if the browser has it.
 */
MUST_CHECK struct error *cache_answer(
    struct request *request, struct error *(*build)(struct request *request));

/* All pages go: the configuration is another. */
void cache_forget(void);

#endif
