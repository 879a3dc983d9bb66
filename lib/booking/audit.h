/*
 * Audit: the staff's actions leave a line, in the transaction that does
 * them. Values before and after are those that changed, and never personal
 * data of buyers: a booking is named by its reference. A reason, in the
 * staff's own words, goes when the booking's people do.
 */
#ifndef BOOKING_AUDIT_H
#define BOOKING_AUDIT_H

#include "booking/shop.h"
#include "document/json.h"
#include "model/viewer.h"

/* What was done. */
struct audit {
	const char *action;   /* "event.publish" */
	int64_t event_id;     /* 0: of no event */
	const char *subject;  /* "event jazz-evening", "booking 7GQ2K9MXTA" */
	const json_t *before; /* NULL: nothing to say */
	const json_t *after;
	const char *reason; /* NULL: none was asked for */
};

/* Within a TRANSACTION: note what the viewer did. */
MUST_CHECK struct error *audit_in(const struct shop *shop,
    const struct viewer *viewer, const struct audit *audit, int64_t now);

/* The same for a single value that changed. */
MUST_CHECK struct error *audit_value_in(const struct shop *shop,
    const struct viewer *viewer, const struct audit *audit, const char *name,
    const char *before, const char *after, int64_t now);

#endif
