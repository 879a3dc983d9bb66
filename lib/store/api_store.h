/*
 * Api store: what the calls of /api/v1 ask beside the pages - tickets with
 * all that their objects show, in pages with a total, and the free JSON that
 * clients keep with events and bookings.
 *
 * Writes run within a TRANSACTION.
 */
#ifndef STORE_API_STORE_H
#define STORE_API_STORE_H

#include "model/booking.h"
#include "model/event.h"
#include "store/db.h"

/* A ticket as the calls show it. */
struct api_ticket {
	struct ticket ticket;  /* expired once it is active and over */
	int64_t user_id;       /* the buyer's account, or 0 */
	const char *reference; /* of its booking */
	const char *tier_slug; /* "vip" */
	const char *payment;   /* the gateway's id of the payment; "" none */
	const char *metadata;  /* JSON of the client that bought it */
	int64_t updated_at;    /* the last that happened to it */
};

struct api_ticket_list {
	const struct api_ticket *items;
	size_t count;
	int64_t total; /* of all pages */
};

/* Which tickets: of a buyer's account or of an event. */
struct api_ticket_filter {
	int64_t user_id;    /* 0: anybody's */
	int64_t event_id;   /* 0: of any event */
	const char *status; /* a word of the tickets' statuses; "" any */
	int64_t offset;     /* rows to pass over */
	int64_t limit;      /* rows at most */
};

/* ---- reading ---- */

/* Tickets, newest first. One of the two ids must be set. */
MUST_CHECK struct error *api_store_tickets(struct db *db, struct arena *arena,
    const struct api_ticket_filter *filter, int64_t now,
    struct api_ticket_list *list);

/* The tickets of a booking, in the order they were made. */
MUST_CHECK struct error *api_store_tickets_of(struct db *db,
    struct arena *arena, int64_t booking_id, int64_t now,
    struct api_ticket_list *list);

/* One by its id. NOT_FOUND_ERROR "Ticket not found". */
MUST_CHECK struct error *api_store_ticket(struct db *db, struct arena *arena,
    int64_t id, int64_t now, struct api_ticket *ticket);

/* How many events event_store_list() would give without a limit: by type,
 * starts_from and ends_after alone. */
MUST_CHECK struct error *api_store_count_events(struct db *db,
    struct arena *arena, const struct event_filter *filter, int64_t *count);

/* The JSON kept with an event. */
MUST_CHECK struct error *api_store_event_metadata(struct db *db,
    struct arena *arena, int64_t event_id, const char **metadata);

/* ---- writing ---- */

MUST_CHECK struct error *api_store_set_event_metadata(
    struct db *db, int64_t event_id, const char *metadata);
MUST_CHECK struct error *api_store_set_booking_metadata(
    struct db *db, int64_t booking_id, const char *metadata);

#endif
