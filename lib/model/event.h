/*
 * The nouns of what is sold: venue, event, tier. Plain values without
 * functions, so that stores fill them and views show them.
 *
 * Moments are epoch seconds; 0 stands for "not set" where the comment says
 * so. Texts are never NULL: what is not there is "".
 */
#ifndef MODEL_EVENT_H
#define MODEL_EVENT_H

#include "base/money.h"
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum event_status {
	EVENT_DRAFT, /* does not exist for the public */
	EVENT_PUBLISHED,
	EVENT_CANCELLED, /* shown, sells nothing */
	EVENT_COMPLETED, /* shown, sells nothing */
};

/* How often a ticket opens the door. */
enum door_rule {
	DOOR_ONCE,    /* once */
	DOOR_REENTRY, /* again, after a check-out */
	DOOR_DAILY,   /* once a day, on the wall of the event's place */
};

enum event_seating {
	SEATING_GENERAL,  /* places are counted */
	SEATING_RESERVED, /* places are seats of a map, at least of one tier */
};

struct venue {
	int64_t id;
	const char *slug;    /* ?venue=city-jazz-club; JSON calls it id */
	const char *name;    /* "City Jazz Club" */
	const char *address; /* postal, on one line; "" unknown */
	bool has_location;   /* are the coordinates set? */
	double latitude;     /* WGS 84 degrees, north positive */
	double longitude;    /* WGS 84 degrees, east positive */
};

struct venue_list {
	const struct venue *items;
	size_t count;
};

/* A class of tickets with its own price and its own stock. */
struct tier {
	int64_t id;
	const char *slug;   /* unique in its event: "vip" */
	const char *name;   /* "VIP" */
	int rank;           /* 0 is served first from the queue */
	struct money price; /* of one ticket; 0 is free */
	bool is_unlimited;  /* a blank capacity */
	bool has_seats;     /* numbered; else its places are counted */
	int64_t capacity;   /* places; 0 when unlimited */
	int64_t sold;       /* with valid tickets */
	int64_t held;       /* on their way to be paid, or offered */
	int64_t free;       /* capacity - sold - held; INT64_MAX unlimited */
	int64_t left;       /* of these, not for the waiting list */
	const char *rows;   /* its seats, "A1-A10", while it is made; or "" */
	int64_t sale_opens_at;  /* own window; 0: the event's */
	int64_t sale_closes_at; /* own window; 0: the event's */
};

struct tier_list {
	const struct tier *items;
	size_t count;
};

/*
 * What the buyer who cancels gets back (R37): all so many days before the
 * start, a part from then until so many days before, nothing after.
 */
struct refund_policy {
	bool is_own;          /* the event's; else the rules of R37 */
	int64_t full_days;    /* so long before: everything */
	int64_t part_days;    /* so long before: a part; at most full_days */
	int64_t part_percent; /* of the price */
	int64_t full_until;   /* everything until then, come what may; 0 no */
};

struct event {
	int64_t id;
	int64_t owner_id;          /* the organiser's account, or 0 */
	const char *slug;          /* in addresses: "jazz-evening" */
	const char *title;         /* "Jazz Evening" */
	const char *type;          /* one of event_types (R69's words) */
	const char *summary;       /* one sentence for lists; may be "" */
	const char *description;   /* Markdown; may be "" */
	struct venue venue;        /* id 0: none (online) */
	const char *online_url;    /* where an online event is; "" none */
	const char *image;         /* file in DATA/images; "" none */
	const char *image_alt;     /* what it shows; "" decoration */
	const char *timezone;      /* IANA name; the wall clock of its place */
	const char *currency;      /* ISO 4217 */
	int64_t starts_at;         /* start */
	int64_t ends_at;           /* end; after the start */
	int64_t doors_minutes;     /* doors open so long before the start */
	int64_t booking_opens_at;  /* 0: from publishing on */
	int64_t booking_closes_at; /* 0: until the end */
	enum event_status status;
	enum event_seating seating;
	int64_t hold_minutes;    /* how long a hold lasts; 0: the site's */
	int64_t max_per_booking; /* most tickets in one booking; 0: no limit */
	int64_t max_per_person;  /* most tickets for one email; 0: no limit */
	bool one_booking_each;   /* an email may book once (R20) */
	enum door_rule door_rule;
	bool queue_is_open;   /* waiting list before it is sold out, too */
	bool queue_is_manual; /* served by staff or calls, not by itself */
	struct refund_policy refunds;
	int64_t version; /* raised by each edit */
	int64_t created_at;
	int64_t updated_at;
	struct tier_list tiers; /* by position */
};

struct event_list {
	const struct event *items;
	size_t count;
};

/* What a visitor asks the list for; "" and 0 mean "any". */
struct event_filter {
	const char *text;          /* words of title, summary, venue */
	const char *type;          /* one event type */
	const char *const *venues; /* slugs: any of these */
	size_t venue_count;        /* at most EVENT_FILTER_VENUES */
	int64_t starts_from;       /* start at this moment or later */
	int64_t starts_before;     /* start before this moment */
	/* So much on the wall of its place, in seconds as if that were UTC's.
	 */
	int64_t wall_from;   /* start then or later */
	int64_t wall_before; /* start before */
	bool has_price_min;  /* is price_min asked? (0 is a price) */
	int64_t price_min;   /* a tier costs this (minor units) or more */
	bool has_price_max;
	int64_t price_max;  /* the same tier costs this or less */
	int64_t ends_after; /* hides what is over; 0 shows all */
	int64_t offset;     /* rows to pass over */
	int64_t limit;      /* rows at most */
};

enum {
	EVENT_FILTER_VENUES = 16
};

/* The refund policy of events that have none of their own (R37). */
enum {
	REFUND_FULL_DAYS = 7,
	REFUND_PART_DAYS = 3,
	REFUND_PART_PERCENT = 50,
};

#endif
