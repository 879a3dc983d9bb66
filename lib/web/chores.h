/*
 * Chores: what has to be done now and then, without a daemon.
 *
 * After an answer is out, whoever gets DATA/locks/chores.lock without
 * waiting runs what is due; `campuspass sweep` runs everything. The lock
 * file itself keeps when each chore ran last. A chore that fails is logged
 * and tried again when it is due.
 *
 * A request that leaves work for at once says so by the file
 * DATA/run/chores-asked: whoever is at the chores then, of whatever program,
 * sees it when they are done.
 *
 * Mail is sent and gateways are called by a process of its own (errand.h),
 * started when there is something to do: however long the mail program or a
 * gateway takes, nobody waits for it.
 */
#ifndef WEB_CHORES_H
#define WEB_CHORES_H

#include "booking/shop.h"

/* What a request may have left to do. */
enum chores_left {
	CHORES_NOTHING, /* it changed nothing */
	CHORES_MAIL,    /* a mail in the outbox, a webhook */
	CHORES_MORE,    /* a refund, an event's bookings to end or to tell, too:
			   nobody else may come for long, so chores that do
			   these do not wait for their time */
};

/* After a request: run what is due, unless another process is at it. */
void chores_run(const struct shop *shop, enum chores_left left);

/* The same for an errand, which calls gateways and does not look for mail. */
void chores_run_due(const struct shop *shop);

/* Run every chore now, and send what mail is due; the first error ends it. */
MUST_CHECK struct error *chores_run_all(const struct shop *shop);

/* When chores_run_all() was last called; 0: never. */
int64_t chores_last_sweep(struct arena *arena, const struct config *config);

#endif
