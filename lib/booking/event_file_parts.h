/*
 * The members of an event file, between struct event and JSON; only
 * event_file.c includes this.
 */
#ifndef BOOKING_EVENT_FILE_PARTS_H
#define BOOKING_EVENT_FILE_PARTS_H

#include "base/error.h"
#include "document/json.h"
#include "model/event.h"

/* Event and place as an object, without tiers and picture. */
NONNULL_RESULT json_t *event_file_event(const struct event *event);

/* A tier, without its seats. */
NONNULL_RESULT json_t *event_file_tier(const struct tier *tier);

/*
 * The event of an object, a draft, with tiers and place, each member checked
 * as a stranger's. VALIDATION_ERROR names the member.
 */
MUST_CHECK struct error *event_file_take(
    struct arena *arena, const json_t *tree, struct event *event);

#endif
