/*
 * Chores: what has to be done now and then, without a daemon.
 *
 * After an answer is out, whoever gets DATA/locks/chores.lock without
 * waiting runs what is due; `campuspass sweep` runs everything. The lock
 * file itself keeps when each chore ran last. A chore that fails is logged
 * and tried again when it is due.
 */
#ifndef BOOKING_CHORES_H
#define BOOKING_CHORES_H

#include "booking/shop.h"

/* Run what is due, unless another process is at it. */
void chores_run(const struct shop *shop);

/* Run every chore now; the first error ends it. */
MUST_CHECK struct error *chores_run_all(const struct shop *shop);

#endif
