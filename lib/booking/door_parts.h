/*
 * Parts of the door that several of its files use.
 */
#ifndef BOOKING_DOOR_PARTS_H
#define BOOKING_DOOR_PARTS_H

#include "booking/door.h"

/* VALIDATION_ERROR unless its texts can be kept. */
MUST_CHECK struct error *door_check(
    struct arena *arena, const struct scan_request *request);

/* Within a TRANSACTION: judge and record one scan. */
MUST_CHECK struct error *door_scan_in(const struct shop *shop,
    const struct event *event, const struct viewer *viewer,
    const struct scan_request *request, struct scan_answer *answer);

/*
 * Would the event's rule let a ticket in at `at` that has these scans? NULL:
 * yes; else the admission in the way.
 */
const struct scan *door_find_admission(
    const struct event *event, const struct scan_list *past, int64_t at);

#endif
