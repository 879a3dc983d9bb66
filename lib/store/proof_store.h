/*
 * Proof store: do the invariants hold? For `campuspass check`, for tests, and
 * for whoever asks whether something was ever oversold.
 *
 * Each statement looks for what must not be; new invariants are one more
 * PROVE in proof_store.c.
 */
#ifndef STORE_PROOF_STORE_H
#define STORE_PROOF_STORE_H

#include "base/arena.h"
#include "base/error.h"

struct db;

/*
 * I1 (nothing oversold), I2 (a seat is one booking's), I5, I6, I7 (money),
 * I12 (mail), and that counters equal what they count. Each violation is a
 * line of *findings; "" when all holds.
 */
MUST_CHECK struct error *proof_store_check(
    struct db *db, struct arena *arena, const char **findings);

#endif
