/*
 * Fields: name=value pairs from query strings, form bodies and cookies.
 *
 * Invariants
 * - Names and values are valid UTF-8 without NUL; anything else is refused
 *   for the whole input (REQUEST_ERROR), never repaired.
 * - Order is kept; a name given twice has two pairs. fields_get() takes the
 *   first, so a second one can never override what was checked.
 */
#ifndef WEB_FIELDS_H
#define WEB_FIELDS_H

#include "base/arena.h"
#include "base/error.h"
#include <stddef.h>

/* The most pairs of one input. */
enum {
	FIELDS_MOST = 500
};

struct field_pair {
	const char *name;
	const char *value;
};

struct fields {
	const struct field_pair *items;
	size_t count;
};

/*
 * Decode application/x-www-form-urlencoded text (WHATWG URL, 5.1): '&'
 * between pairs, '+' is a blank, %XX a byte. REQUEST_ERROR for a broken %XX,
 * NUL, bad UTF-8, too many pairs.
 */
MUST_CHECK struct error *fields_decode(struct arena *arena, const char *text,
    size_t length, struct fields *fields);

/*
 * Split a Cookie header (RFC 6265, 4.2.1). Lenient: pairs that make no sense
 * are passed over, for other software on the host sets cookies too.
 */
void fields_read_cookies(
    struct arena *arena, const char *header, struct fields *fields);

/* The first value of a name, or NULL. */
const char *fields_get(const struct fields *fields, const char *name);

/* The value of a name's occurrence number `index` (from 0), or NULL. */
const char *fields_get_at(
    const struct fields *fields, const char *name, size_t index);

#endif
