/*
 * Limit: how often somebody may do something, over all processes.
 *
 * Counting must not cost a durable write a request, so the counts live in a
 * file of fixed size, DATA/run/limits, that stays in the system's memory and
 * is never synced. It is lossy: it may be deleted, cut or damaged at any
 * time, and under pressure old entries give way to new ones; what is lost is
 * only somebody's wait. `who` is kept as a keyed hash: the file tells nobody's
 * address. Between processes each count is exact: no two of them pass on the
 * last one of a rate.
 *
 * `limits = no` in campuspass.conf switches all of it off. A file that cannot
 * be had limits nothing, and says so in the log.
 *
 * A rate is a leaky bucket (GCRA): `burst` at once, then one (or `count`)
 * each `seconds`.
 * A wait rises with each failure: 1, 2, 4 ... seconds after `free` failures,
 * up to `most`, and is forgotten after a success or an hour of quiet.
 */
#ifndef STORE_LIMIT_H
#define STORE_LIMIT_H

#include "base/arena.h"
#include "base/config.h"
#include "base/error.h"
#include <stdint.h>

struct limit_rate {
	const char *name; /* "register": rates with other names are others */
	int64_t burst;    /* at once */
	int64_t seconds;  /* then one in so many, */
	int64_t count;    /* or this many; 0: one */
};

struct limit_wait {
	const char *name;
	int64_t free; /* failures without a wait */
	int64_t most; /* longest wait in seconds */
};

/* Count one; RATE_LIMIT_ERROR with `retry_after` (seconds) if too many. */
MUST_CHECK struct error *limit_take(const struct config *config,
    const struct limit_rate *rate, const char *who, int64_t now);

/* RATE_LIMIT_ERROR with `retry_after` while a wait lasts. */
MUST_CHECK struct error *limit_check(const struct config *config,
    const struct limit_wait *wait, const char *who, int64_t now);

/* A failure: the wait rises. */
void limit_failed(const struct config *config, const struct limit_wait *wait,
    const char *who, int64_t now);

/* A success: forget the failures. */
void limit_forgive(const struct config *config, const struct limit_wait *wait,
    const char *who);

/*
 * Who an address stands for: an IPv4 address itself; of an IPv6 address its
 * /64, since a household has a whole one.
 */
NONNULL_RESULT const char *limit_network(
    struct arena *arena, const char *address);

#endif
