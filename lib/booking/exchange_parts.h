/*
 * Exchange_parts: what the files of exchange share, and nobody else.
 * Everything runs within a TRANSACTION, after exchange_look().
 */
#ifndef BOOKING_EXCHANGE_PARTS_H
#define BOOKING_EXCHANGE_PARTS_H

#include "booking/exchange.h"

/* What a ticket is worth: its price less what was given back of it. */
int64_t exchange_value_of(const struct ticket *ticket);

/* What is kept of a choice beside its form key: another one is no repeat. */
NONNULL_RESULT const char *exchange_digest(
    struct arena *arena, const struct seat_choice *choice);

/* Make a change that costs nothing more; what is too much goes back. */
MUST_CHECK struct error *exchange_change_in(
    const struct shop *shop, const struct exchange *exchange, int64_t now);

/* Hold the new seats in a booking of the owner's, whose total is due. */
MUST_CHECK struct error *exchange_hold_in(const struct shop *shop,
    const struct seat_choice *choice, const struct viewer *owner,
    const struct exchange *exchange, int64_t now, struct booking *held);

#endif
