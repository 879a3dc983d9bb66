/*
 * Event store: events, tiers and venues in the database, and the catalogue's
 * version that tells caches when what visitors see has changed.
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
	const char *text; /* in title, summary, venue; "" any */
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

/* Venues that public events take place at, by name. */
MUST_CHECK struct error *event_store_venues(
    struct db *db, struct arena *arena, struct venue_list *list);

/* A venue by its name; id 0: there is none. */
MUST_CHECK struct error *event_store_find_venue(
    struct db *db, struct arena *arena, const char *name, struct venue *venue);

/* ---- the catalogue ---- */

/* The version of what visitors see. */
MUST_CHECK struct error *catalogue_version(
    struct db *db, struct arena *arena, int64_t *version);

/*
 * The next moment after `now` at which time alone changes what visitors see:
 * a hold's end, an edge of a booking window, a start, an end, or a start
 * coming within 90 days. INT64_MAX when there is none.
 */
MUST_CHECK struct error *catalogue_next_edge(
    struct db *db, struct arena *arena, int64_t now, int64_t *edge);

/* ---- writing: within a TRANSACTION ---- */

/* Raise the version; first of all in a transaction that changes stock. */
MUST_CHECK struct error *catalogue_raise(struct db *db);

/* Add a venue; its id is set. A slug that is taken gets a number behind. */
MUST_CHECK struct error *event_store_add_venue(
    struct db *db, struct arena *arena, struct venue *venue, int64_t now);

/*
 * Add an event with its tiers (ids are not filled in, save the event's own).
 * CONFLICT_ERROR for a slug that is taken.
 */
MUST_CHECK struct error *event_store_add(
    struct db *db, struct arena *arena, struct event *event, int64_t now);

/* Add a tier to an event that is there, at a place of its order. */
MUST_CHECK struct error *event_store_add_tier(struct db *db,
    const struct event *event, const struct tier *tier, int64_t position);

/* Set an event's status. */
MUST_CHECK struct error *event_store_set_status(
    struct db *db, int64_t event_id, enum event_status status, int64_t now);

/* What a search looks through: title, summary, venue. */
NONNULL_RESULT const char *event_search_text(
    struct arena *arena, const struct event *event);

/* ---- words of the database ---- */

/* "once", as the column has it. */
NONNULL_RESULT const char *door_rule_word(enum door_rule rule);

/* "published", as the column has it. */
NONNULL_RESULT const char *event_status_word(enum event_status status);

#endif
