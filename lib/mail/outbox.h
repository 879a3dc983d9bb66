/*
 * Outbox: sends what the domain put into it, at least once each.
 *
 * Invariants
 * - One process sends at a time (DATA/locks/mail.lock), oldest first,
 *   outside any transaction.
 * - An attempt is committed before it is made. When the process dies in it,
 *   or the answer is lost, the mail goes out again later, byte for byte the
 *   same with the same Message-ID: receivers can tell (I12).
 * - After an attempt in vain it waits 1, 5, 15, 60, 240 minutes, then 4
 *   hours each; after 8 attempts, or when the mail program says that it
 *   never will, it has failed, until `campuspass mail retry`.
 * - When the mail program is not well (OUTBOX_PATIENCE), the run ends.
 * - Without `sendmail` in the configuration everything waits; beyond
 *   `mail_per_hour` the rest waits.
 * - Nothing here harms a booking.
 */
#ifndef MAIL_OUTBOX_H
#define MAIL_OUTBOX_H

#include "booking/shop.h"
#include "model/viewer.h"
#include <stdbool.h>
#include <stddef.h>

/* What a run of the outbox did. */
struct outbox_report {
	int64_t sent;    /* taken by the mail program */
	int64_t failed;  /* attempts in vain, and mails given up */
	int64_t in_vain; /* the last so many attempts, one after the other */
	bool is_busy;    /* another process is at it: nothing was done */
};

enum {
	OUTBOX_ATTEMPTS = 8, /* of one mail before it has failed */
	OUTBOX_PATIENCE = 3, /* attempts in vain in a row that end a run */
	OUTBOX_RUN = 200,    /* mails that a run in passing sends at most */
};

/* Send at most `most` of the mails that are due. */
MUST_CHECK struct error *outbox_send_due(
    const struct shop *shop, int64_t most, struct outbox_report *report);

/* Is there something to send, a way to send it, and nobody at it? */
bool outbox_has_work(const struct shop *shop);

/* The chore: what was sent longer ago than `mail_keep_days`. */
MUST_CHECK struct error *outbox_forget(const struct shop *shop);

/* ---- what the staff and the operator do with one ---- */

/*
 * Send this mail, now or with the next that are due; the audit log says that
 * the viewer (user_id 0: the operator) did it. STATE_ERROR for one that was
 * sent, NOT_FOUND_ERROR for one that is not theirs to see.
 */
MUST_CHECK struct error *outbox_retry(
    const struct shop *shop, const struct viewer *viewer, int64_t id);

/*
 * Send what was sent once more, as a mail of its own with the number *copy.
 * STATE_ERROR for one that was not sent yet, or is of no use any more.
 */
MUST_CHECK struct error *outbox_resend(const struct shop *shop,
    const struct viewer *viewer, int64_t id, int64_t *copy);

#endif
