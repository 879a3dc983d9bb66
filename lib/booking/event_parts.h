/*
 * Event parts: what the files about editing events share. For them alone.
 */
#ifndef BOOKING_EVENT_PARTS_H
#define BOOKING_EVENT_PARTS_H

#include "booking/event_edit.h"
#include "booking/event_facts.h"

/* The viewer's event. NOT_FOUND_ERROR. */
MUST_CHECK struct error *event_find_theirs(const struct shop *shop,
    const struct viewer *viewer, const char *slug, struct event *event);

/* All facts of an event as the database has it, with seats and staff. */
MUST_CHECK struct error *event_read_facts(const struct shop *shop,
    const struct event *event, struct event_fact_list *facts);

/* An action on an event, for the audit log: "event.publish". */
MUST_CHECK struct error *event_audit_in(const struct shop *shop,
    const struct viewer *viewer, const char *action, const struct event *event,
    const struct fact_change_list *changes, int64_t now);

/*
 * Within a TRANSACTION: tiers, seats and door staff become as wished.
 * `before` is the event as it stands: without tiers when it is new.
 */
MUST_CHECK struct error *event_put_tiers(const struct shop *shop,
    const struct event *before, struct event_wish *wish);
MUST_CHECK struct error *event_put_seats(
    const struct shop *shop, const struct event_wish *wish, int64_t now);
MUST_CHECK struct error *event_remove_tiers(const struct shop *shop,
    const struct event *before, const struct event_wish *wish);
MUST_CHECK struct error *event_put_people(
    const struct shop *shop, struct event_wish *wish);

/*
 * Within a TRANSACTION, after a change: if bookers have to be told of it,
 * note what they know so far, and open the full refund of R76.
 */
MUST_CHECK struct error *event_note_change_in(const struct shop *shop,
    const struct event *event, const struct event_fact_list *before,
    const struct event_fact_list *after, int64_t now, bool *must_tell);

#endif
