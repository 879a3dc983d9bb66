/*
 * Quiet hours: the night of the configuration (quiet_from to quiet_to, the
 * same hour twice: none), in which the time of offers stands still.
 */
#ifndef BOOKING_QUIET_H
#define BOOKING_QUIET_H

#include "base/config.h"
#include <stdint.h>

/*
 * When `span` seconds will have passed from `at`, quiet hours in `zone` not
 * counted; not later than `latest`.
 */
int64_t quiet_end(const struct config *config, const char *zone, int64_t at,
    int64_t span, int64_t latest);

#endif
