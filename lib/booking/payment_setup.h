/*
 * Payment setup: does the configuration name gateways that there are, with
 * what they need? Programs ask when they start, so that a misspelt name is
 * no shop that silently cannot be paid.
 */
#ifndef BOOKING_PAYMENT_SETUP_H
#define BOOKING_PAYMENT_SETUP_H

#include "base/arena.h"
#include "base/config.h"

/*
 * CONFIGURATION_ERROR for a name that is no gateway's, and for a gateway
 * without its settings.
 */
MUST_CHECK struct error *payment_check_setup(
    struct arena *arena, const struct config *config);

/* The names of simulations among them, blanks between; "" none. */
NONNULL_RESULT const char *payment_demo_names(
    struct arena *arena, const struct config *config);

/*
 * Which gateways do not answer, and since when: "PayPal has not answered since
 * Saturday 21 November 2026, 12:00 UTC."; "" when all do, as far as is known.
 */
NONNULL_RESULT const char *payment_silence(
    struct arena *arena, const struct config *config);

#endif
