/*
 * Promote: mails about coming events to those who asked for them (R47).
 *
 * Invariants
 * - Only to accounts that said yes, with a proved address that has not
 *   refused such mails, and at most once a week: on the weekday that the
 *   configuration names (`promotion_weekday`), from PROMOTE_HOUR on by the
 *   site's clock.
 * - That somebody got one commits with their mail, so a run that is cut short
 *   goes on where it was, and nobody gets two.
 */
#ifndef ACCOUNT_PROMOTE_H
#define ACCOUNT_PROMOTE_H

#include "booking/shop.h"

enum {
	PROMOTE_HOUR = 9,   /* of the morning: nobody is mailed at night */
	PROMOTE_DAYS = 28,  /* events that start within these */
	PROMOTE_EVENTS = 5, /* at most in one mail */
	PROMOTE_SLICE = 50, /* people in one transaction */
	PROMOTE_RUN = 500,  /* people in one run, so that it ends */
};

/* A chore: put the mails that are due into the outbox. */
MUST_CHECK struct error *promote_sweep(const struct shop *shop);

#endif
