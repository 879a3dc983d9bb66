/*
 * Event store: events and their tiers in the database. Changing them is
 * event_edit_store.h's, venues are venue_store.h's.
 *
 * Reads count what is left at `now` (see stock_store.h), so a lapsed hold
 * never makes a tier look sold out. Rows and texts live in the arena.
 */
#ifndef STORE_EVENT_STORE_H
#define STORE_EVENT_STORE_H

#include "model/event.h"
#include "model/viewer.h"
#include "store/db.h"

/* Whose eyes a read is for. */
enum event_scope {
	EVENTS_PUBLIC, /* drafts do not exist (R12) */
	EVENTS_ALL,
};

/* ---- reading ---- */

/* One event with its tiers by its slug. NOT_FOUND_ERROR "Event not found". */
MUST_CHECK struct error *event_store_find(struct db *db, struct arena *arena,
    const char *slug, enum event_scope scope, int64_t now, struct event *event);

/* The same by its id. */
MUST_CHECK struct error *event_store_find_id(struct db *db, struct arena *arena,
    int64_t id, enum event_scope scope, int64_t now, struct event *event);

/*
 * For those who run it - its organiser, an admin - and for those who work at
 * its door (who is named there; where nobody is and administrators alone run
 * it, all door staff). NOT_FOUND_ERROR for everybody else.
 */
MUST_CHECK struct error *event_store_find_managed(struct db *db,
    struct arena *arena, const char *slug, const struct viewer *viewer,
    int64_t now, struct event *event);
MUST_CHECK struct error *event_store_find_door(struct db *db,
    struct arena *arena, const char *slug, const struct viewer *viewer,
    int64_t now, struct event *event);

/* Which of their events the staff want to see. */
enum managed_time {
	MANAGED_ANY_TIME,
	MANAGED_COMING, /* not over: the next first */
	MANAGED_PAST,   /* over: the latest first */
};

struct managed_filter {
	const char *text; /* words of title, summary, venue; "" any */
	enum managed_time time;
	int64_t offset; /* rows to pass over */
	int64_t limit;  /* rows at most */
};

/* The events that a viewer runs or works at, drafts too, with tiers. */
MUST_CHECK struct error *event_store_list_managed(struct db *db,
    struct arena *arena, const struct viewer *viewer,
    const struct managed_filter *filter, int64_t now, struct event_list *list);

/* The id of an event, drafts too. NOT_FOUND_ERROR "Event not found". */
MUST_CHECK struct error *event_store_find_slug(
    struct db *db, struct arena *arena, const char *slug, int64_t *id);

/* Public events with their tiers that a filter lets through, by start. */
MUST_CHECK struct error *event_store_list(struct db *db, struct arena *arena,
    const struct event_filter *filter, int64_t now, struct event_list *list);

/* ---- writing: within a TRANSACTION ---- */

/*
 * Add an event with its tiers (ids are not filled in, save the event's own).
 * CONFLICT_ERROR for a slug that is taken.
 */
MUST_CHECK struct error *event_store_add(
    struct db *db, struct arena *arena, struct event *event, int64_t now);

/* Add a tier to an event that is there, at a place of its order. */
MUST_CHECK struct error *event_store_add_tier(struct db *db,
    const struct event *event, const struct tier *tier, int64_t position);

/* What a search looks through: title, summary, venue. */
NONNULL_RESULT const char *event_search_text(
    struct arena *arena, const struct event *event);

/* ---- words of the database ---- */

/* "once", as the column has it. */
NONNULL_RESULT const char *door_rule_word(enum door_rule rule);

/* "published", as the column has it. */
NONNULL_RESULT const char *event_status_word(enum event_status status);

#endif
