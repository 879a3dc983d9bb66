/*
 * Shop: what the domain works with - the database, the configuration and
 * memory for the request. Made once a request, passed first.
 *
 * lib/booking is the domain: it decides; lib/store remembers; cgi-bin shows.
 * It knows no HTTP, no HTML and no SQL.
 */
#ifndef BOOKING_SHOP_H
#define BOOKING_SHOP_H

#include "base/arena.h"
#include "base/config.h"

struct db;

struct shop {
	struct db *db;               /* the connection */
	const struct config *config; /* what the operator decided */
	struct arena *arena;         /* of the request */
};

#endif
