/*
 * Hook: webhooks, by which programs of organisers and admins hear what
 * happens to their events.
 *
 * A call is a POST of JSON
 *
 *   {"id", "type", "createdAt", "data": {booking, event, tickets, refund}}
 *
 * with the headers
 *
 *   CampusPass-Delivery: the id, stable over attempts
 *   CampusPass-Signature: t=EPOCH,v1=HEX
 *
 * where HEX is HMAC-SHA-256, with the webhook's secret, over EPOCH, a point
 * and the body. An answer of 2xx is arrival; anything else is tried again
 * after 1, 5, 15, 60, 240 minutes, then 4 hours each; after HOOK_ATTEMPTS it
 * has failed, until somebody retries it.
 *
 * Invariants
 * - What happened and the deliveries that tell of it commit together (I12).
 * - Bodies have no personal data: whoever runs the event can look it up.
 * - Secrets are not in the database: they are made of a salt there and the
 *   key "cookie" of DATA/keys.
 * - No call goes to an address that is not public (`webhook_private`), and no
 *   redirect is followed: see payment/http_guard.h.
 * - One process sends at a time (DATA/locks/hooks.lock), outside any
 *   transaction, never one that a buyer waits for (web/errand.h).
 */
#ifndef BOOKING_HOOK_H
#define BOOKING_HOOK_H

#include "booking/shop.h"
#include "model/booking.h"
#include "model/viewer.h"
#include "model/webhook.h"

enum {
	HOOK_ATTEMPTS = 8, /* of one delivery before it has failed */
	HOOK_SECONDS = 5,  /* that a call may take */
	HOOK_RUN = 100,    /* calls that a run makes at most */
	HOOK_EACH = 20,    /* webhooks that one person may have */
	HOOK_DAYS = 30,    /* deliveries that ended are kept */
};

/* ---- what happened ---- */

/* What webhooks can be told. */
enum hook_type {
	HOOK_CONFIRMED,  /* booking.confirmed */
	HOOK_CANCELLED,  /* booking.cancelled: it, or tickets of it */
	HOOK_REFUNDED,   /* booking.refunded: the money is back */
	HOOK_CHECKED_IN, /* ticket.checked_in */
	HOOK_TYPE_COUNT
};

/* "booking.confirmed" */
NONNULL_RESULT const char *hook_type_word(enum hook_type type);

struct hook_news {
	enum hook_type type;
	int64_t event_id;
	int64_t booking_id;
	int64_t ticket_id;   /* the one it is about; 0: all of the booking's */
	struct money refund; /* HOOK_REFUNDED: what is back */
};

/* Within a TRANSACTION, after the change: tell whoever listens. */
MUST_CHECK struct error *hook_add_in(
    const struct shop *shop, const struct hook_news *news, int64_t now);

/* ---- managing; each leaves a line in the audit log ---- */

/*
 * Add one of the viewer's. VALIDATION_ERROR (fields `url`, `types`) for an
 * address that is not https, or none of the types; STATE_ERROR when they have
 * it already, or too many.
 */
MUST_CHECK struct error *hook_add(const struct shop *shop,
    const struct viewer *viewer, const char *url, const char *types);

/* Stop or go on telling it; remove it with its deliveries. NOT_FOUND_ERROR. */
MUST_CHECK struct error *hook_set_active(const struct shop *shop,
    const struct viewer *viewer, int64_t id, bool is_active);
MUST_CHECK struct error *hook_remove(
    const struct shop *shop, const struct viewer *viewer, int64_t id);

/* What signs its calls, for its own viewer. NOT_FOUND_ERROR. */
MUST_CHECK struct error *hook_reveal(const struct shop *shop,
    const struct viewer *viewer, int64_t id, struct webhook *webhook,
    const char **secret);

/* Try a delivery again, now. NOT_FOUND_ERROR, STATE_ERROR. */
MUST_CHECK struct error *hook_retry(
    const struct shop *shop, const struct viewer *viewer, int64_t id);

/* ---- sending ---- */

/* Make the calls that are due. */
MUST_CHECK struct error *hook_send_due(const struct shop *shop);

/* Is there one to be made, and nobody at it? */
bool hook_has_work(const struct shop *shop);

/* Forget deliveries that ended long ago; for the sweep. */
MUST_CHECK struct error *hook_forget(const struct shop *shop);

/* The secret of a webhook. */
NONNULL_RESULT const char *hook_secret(
    const struct shop *shop, const struct webhook *webhook);

#endif
