/*
 * Refusal: people who want no mail that they did not ask for. A link in each
 * such mail puts their address on the list, for good; whoever shares an event
 * with them is not told.
 */
#ifndef BOOKING_REFUSAL_H
#define BOOKING_REFUSAL_H

#include "booking/shop.h"
#include <stdbool.h>

/* The path of the link for an address; its end is a key. */
NONNULL_RESULT const char *refusal_path(
    const struct shop *shop, const char *email);

/* Has the address refused? */
MUST_CHECK struct error *refusal_is_there(
    const struct shop *shop, const char *email, bool *is_there);

/* Refuse by the key of a link. STATE_ERROR for one that is not whole. */
MUST_CHECK struct error *refusal_add(const struct shop *shop, const char *key);

#endif
