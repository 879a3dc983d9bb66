/*
 * Event_json: an event as the CampusPass front-end's calls have it, for them
 * and for /events/{event}.json.
 */
#ifndef WEB_EVENT_JSON_H
#define WEB_EVENT_JSON_H

#include "document/json.h"
#include "model/event.h"

/* {id, name, date, location, ..., tiers: {id: {...}}, bookings_enabled} */
NONNULL_RESULT json_t *event_json(
    struct arena *arena, const struct event *event, int64_t now);

#endif
