/*
 * Reseal: everything of a kind that is sealed (base/seal.h), sealed anew with
 * the newest key, some rows at a time, so that nobody waits long for the
 * writer's turn.
 */
#ifndef ACCOUNT_RESEAL_H
#define ACCOUNT_RESEAL_H

#include "booking/shop.h"

/* How far it is. */
struct resealing {
	int64_t last;   /* id of the last row looked at; 0: none yet */
	int64_t count;  /* rows that had an older key */
	int64_t broken; /* rows that do not open: they stay as they are */
};

/*
 * Call `next` until it leaves state->last as it is; *result is the last state.
 * It looks at some rows after that, in the order of their ids, within a
 * transaction of its own: what it reads nobody changes before it is written.
 */
MUST_CHECK struct error *reseal_all(const struct shop *shop,
    struct error *(*next)(const struct shop *shop, struct resealing *state),
    struct resealing *result);

#endif
