/*
 * Parts of the door that several of its files use.
 */
#ifndef BOOKING_DOOR_PARTS_H
#define BOOKING_DOOR_PARTS_H

#include "booking/door.h"

/* VALIDATION_ERROR for a text that is too long, or has control characters. */
MUST_CHECK struct error *door_check_text(
    const char *name, const char *label, const char *value);

/* VALIDATION_ERROR unless its texts can be kept. */
MUST_CHECK struct error *door_check(
    struct arena *arena, const struct scan_request *request);

/* Within a TRANSACTION: judge and record one scan. */
MUST_CHECK struct error *door_scan_in(const struct shop *shop,
    const struct event *event, const struct viewer *viewer,
    const struct scan_request *request, struct scan_answer *answer);

/*
 * Within a TRANSACTION: after a scan of a ticket came in or went, the ticket
 * says what its scans say, and conflicts that are none any more are cleared.
 */
MUST_CHECK struct error *door_settle_in(
    const struct shop *shop, const struct event *event, int64_t ticket_id);

#endif
