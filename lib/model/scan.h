/*
 * The nouns of the door: a scan, and a line of the door's list. Plain values.
 */
#ifndef MODEL_SCAN_H
#define MODEL_SCAN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum scan_type {
	SCAN_CHECK_IN,
	SCAN_CHECK_OUT,
	SCAN_ACCESS, /* noted, changes nothing: a cloakroom, a bar */
};

enum scan_verdict {
	SCAN_ADMITTED,
	SCAN_NOT_FOUND,   /* "Ticket not found" */
	SCAN_WRONG_EVENT, /* a ticket of another event */
	SCAN_DEAD,        /* cancelled, refunded, passed on: the old code */
	SCAN_ALREADY_IN,  /* by the event's rule */
	SCAN_NOT_IN,      /* a check-out of somebody who is not in */
	SCAN_TOO_EARLY,   /* before the doors open: staff may admit */
	SCAN_TOO_LATE,    /* after the event: staff may admit */
	SCAN_OTHER,       /* refused off line, for a reason of the page's */
};

enum scan_outcome {
	OUTCOME_ADMITTED,
	OUTCOME_REFUSED,
	OUTCOME_CONFLICT, /* let in off line, though the verdict is another */
};

/* Something that happened at a door; what is known of its ticket with it. */
struct scan {
	int64_t id;
	int64_t event_id;
	int64_t ticket_id; /* 0: nobody's code */
	const char *code;  /* a ticket's, or what was read instead */
	enum scan_type type;
	enum scan_verdict verdict;
	enum scan_outcome outcome;
	const char *reason;     /* of a refusal, or why let in; or "" */
	const char *location;   /* "North gate"; or "" */
	int64_t user_id;        /* who scanned; 0: the operator */
	const char *client_key; /* of one that may come twice; "" none */
	int64_t other_id;       /* the admission it stands against, or 0 */
	int64_t scanned_at;     /* by the scanner's clock */
	int64_t recorded_at;    /* here */
	int64_t undone_at;      /* 0: it counts */
	const char *undone_why; /* "" */

	const char *holder_name;    /* of the ticket; "" none */
	const char *tier_name;      /* "" none */
	const char *seat;           /* "A7"; "" none */
	const char *ticket_code;    /* the ticket's newest; "" none */
	const char *ticket_event;   /* whose ticket it is: its title; or "" */
	int64_t ticket_starts_at;   /* when that begins */
	const char *ticket_zone;    /* by this time zone; or "" */
	int64_t other_at;           /* when the other admission was; or 0 */
	const char *other_location; /* and where; or "" */
};

struct scan_list {
	const struct scan *items;
	size_t count;
};

/* A valid ticket as the list at the door has it. */
struct door_ticket {
	int64_t id;
	const char *code;        /* "TKT-..." */
	const char *holder_name; /* may be "" */
	const char *reference;   /* of its booking */
	int64_t tier_id;
	const char *tier_name;
	const char *seat;    /* "A7"; "" none */
	int64_t check_in_at; /* the first; 0 none */
	int64_t last_in_at;  /* the last check-in; 0 none */
	bool is_inside;      /* no check-out since */
};

struct door_ticket_list {
	const struct door_ticket *items;
	size_t count;
};

/* A code that opens no door. */
struct dead_code {
	const char *code;
	const char *status; /* its ticket's; "replaced": that has another */
};

struct dead_code_list {
	const struct dead_code *items;
	size_t count;
};

/* How many are in, and how many are still to come. */
struct door_count {
	int64_t inside;  /* admitted and not out */
	int64_t came;    /* admitted at least once */
	int64_t to_come; /* valid tickets that never were */
};

#endif
