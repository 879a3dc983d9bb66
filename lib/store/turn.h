/*
 * Turn: whose write it is. Processes that want to write queue up, so that
 * each gets its turn; SQLite's own lock alone starves some of them for
 * seconds. The locks give order only, correctness is SQLite's.
 *
 * DATA/locks/queue.lock is held while waiting for DATA/locks/writer.lock, so
 * one process waits for the writer and the others for it. flock(2) has no
 * time-out: a timer's signal interrupts it.
 */
#ifndef STORE_TURN_H
#define STORE_TURN_H

#include "base/arena.h"
#include "base/config.h"
#include "base/error.h"
#include <stdint.h>

struct turn {
	int queue;  /* descriptor of queue.lock */
	int writer; /* descriptor of writer.lock */
};

/* Open the lock files. */
MUST_CHECK struct error *turn_open(
    struct arena *arena, const struct config *config, struct turn *turn);

/*
 * Wait for the turn until `deadline` (clock_running_ms()); BUSY_ERROR after
 * it.
 */
MUST_CHECK struct error *turn_take(struct turn *turn, int64_t deadline);

/*
 * Wait for another lock file (flock) until `deadline`; BUSY_ERROR after it.
 * Not while the turn is waited for.
 */
MUST_CHECK struct error *turn_lock(int descriptor, int64_t deadline);

/* Let the next one write. */
void turn_give(struct turn *turn);

void turn_close(struct turn *turn);

#endif
