/*
 * Desk store: what the staff should look at, counted. For the dashboard.
 */
#ifndef STORE_DESK_STORE_H
#define STORE_DESK_STORE_H

#include "model/viewer.h"
#include "store/db.h"

/* Numbers of the events that somebody runs; an admin runs all. */
struct desk {
	int64_t held;            /* places on hold */
	int64_t later;           /* bookings that wait to be paid later */
	int64_t waiting;         /* places that waiting lists want */
	int64_t mails_failed;    /* given up within 30 days */
	int64_t mails_late;      /* should have gone an hour ago */
	int64_t refunds_refused; /* by their gateway, within 90 days */
	int64_t refunds_by_hand; /* wait for the staff to give them */
	int64_t refunds_late;    /* on their way for over REFUND_IS_SLOW */
	int64_t payments_open;   /* without an answer for over an hour */
	int64_t late_money;      /* came after the end, within 30 days */
	int64_t unguarded; /* staff without a second factor; admins only */
};

MUST_CHECK struct error *desk_store_count(struct db *db, struct arena *arena,
    const struct viewer *viewer, int64_t now, struct desk *desk);

#endif
