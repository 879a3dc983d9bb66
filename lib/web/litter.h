/*
 * Litter: files of a moment that a killed process left in DATA, where nobody
 * else would ever remove them: bodies that lighttpd keeps while they arrive,
 * records and pictures that had not got their names yet.
 */
#ifndef WEB_LITTER_H
#define WEB_LITTER_H

#include "booking/shop.h"

/* Remove those that nobody has written to for an hour. */
MUST_CHECK struct error *litter_sweep(const struct shop *shop);

#endif
