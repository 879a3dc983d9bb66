/*
 * Event facts: what can be said of an event, each as a line for people. Two
 * lists side by side are what the audit log keeps, what the second of two
 * editors is shown, and what bookers are told (R45).
 */
#ifndef BOOKING_EVENT_FACTS_H
#define BOOKING_EVENT_FACTS_H

#include "booking/shop.h"
#include "document/json.h"
#include "model/event.h"

/* What a change of a fact means. */
enum fact_weight {
	FACT_INNER,  /* the staff's business */
	FACT_TOLD,   /* bookers are told (R45) */
	FACT_MOVING, /* and may give their tickets back for it (R76) */
};

struct event_fact {
	const char *name;  /* for programs: "start" */
	const char *label; /* for people: "Start" */
	const char *value; /* "Saturday 28 November 2026, 19:30 UTC"; "" none */
	enum fact_weight weight;
};

struct event_fact_list {
	const struct event_fact *items;
	size_t count;
};

/*
 * All facts of an event. Seats (booking/seats.h) and door staff stand beside
 * it in the database and come as texts.
 */
struct event_fact_list event_facts(struct arena *arena,
    const struct event *event, const char *seats, const char *staff);

/* A fact that two lists do not have in common. */
struct fact_change {
	const char *name;
	const char *label;
	const char *before; /* "" it was not there */
	const char *after;  /* "" it is not there any more */
	enum fact_weight weight;
};

struct fact_change_list {
	const struct fact_change *items;
	size_t count;
};

/* What differs, in the order of `after`; of that weight or more. */
struct fact_change_list event_facts_compare(struct arena *arena,
    const struct event_fact_list *before, const struct event_fact_list *after,
    enum fact_weight least);

/* {"start": "..."}: one side of what differs, for the audit log. */
enum fact_side {
	FACT_BEFORE,
	FACT_AFTER,
};
json_t *event_facts_json(
    struct arena *arena, const struct fact_change_list *list, enum fact_side);

#endif
