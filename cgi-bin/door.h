/*
 * The pages of program door, by subject, and what they share.
 */
#ifndef DOOR_PAGES_H
#define DOOR_PAGES_H

#include "booking/door.h"
#include "web/page.h"

/* ---- door_scan.c: the door itself ---- */

struct error *door_show(struct request *request);
struct error *door_take_scan(struct request *request);
struct error *door_take_back(struct request *request);

/* Scans of an event as pages show them. */
struct verdict_list door_verdicts(struct arena *arena,
    const struct event *event, const struct scan_list *scans);

/* ---- door_list.c: who has a ticket ---- */

struct error *door_show_list(struct request *request);

/* ---- door_merge.c, door_offline.c: without a network ---- */

struct error *door_show_hand_in(struct request *request);
struct error *door_take_file(struct request *request);
struct error *door_take_json(struct request *request);
struct error *door_show_offline(struct request *request);
struct error *door_send_data(struct request *request);

/* ---- what they share ---- */

/* The event of the path. NOT_FOUND_ERROR: not theirs to work at. */
MUST_CHECK struct error *door_find_event(
    struct request *request, struct event *event);

/* Why an event's door is no door: "Cancelled"; "" it takes place. */
NONNULL_RESULT const char *door_state_words(const struct event *event);

/* /door/{event}, and pages below it: part "/list", or "". */
struct url door_url(
    struct arena *arena, const struct event *event, const char *part);

#endif
