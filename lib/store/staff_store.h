/*
 * Staff store: what the back office looks for - bookings and tickets by many
 * a filter, who waits, the journal, who is in.
 *
 * Invariant: every query takes the viewer, and finds what belongs to events
 * that they run (an organiser's own, an admin's all), and nothing else. What
 * they bought themselves at another's event is not theirs here.
 */
#ifndef STORE_STAFF_STORE_H
#define STORE_STAFF_STORE_H

#include "model/booking.h"
#include "model/event.h"
#include "model/viewer.h"
#include "store/db.h"
#include "store/stock_store.h"

/* ---- bookings ---- */

/* A booking in the staff's list. */
struct sale {
	const char *reference;
	const char *event;        /* title */
	const char *slug;         /* of the event */
	const char *timezone;     /* of the event */
	const char *name;         /* the buyer's; may be "" */
	const char *email;        /* "" none */
	enum booking_state state; /* at the moment of asking */
	bool is_later;            /* held, and pays later */
	int64_t quantity;
	struct money total;
	const char *source; /* "page", "api", "counter", "queue" */
	int64_t created_at;
};

struct sale_list {
	const struct sale *items;
	size_t count;
};

/* Which bookings; "" and 0 mean any. */
struct sale_filter {
	const char *status; /* a state's word, or "later" */
	const char *person; /* words of name and email, or a reference */
	const char *event;  /* slug */
	int64_t from;       /* made at this moment or later */
	int64_t before;     /* made before this moment */
	int64_t offset;     /* rows to pass over */
	int64_t limit;      /* rows at most */
};

/* The bookings that a filter lets through, newest first. */
MUST_CHECK struct error *staff_store_sales(struct db *db, struct arena *arena,
    const struct viewer *viewer, const struct sale_filter *filter, int64_t now,
    struct sale_list *list);

/*
 * A booking by its reference, with items and tickets, and the staff's note.
 * NOT_FOUND_ERROR "Booking not found".
 */
MUST_CHECK struct error *staff_store_booking(struct db *db, struct arena *arena,
    const char *reference, const struct viewer *viewer, struct booking *booking,
    const char **note);

/* Within a TRANSACTION: set the note. */
MUST_CHECK struct error *staff_store_set_note(
    struct db *db, int64_t booking_id, const char *note);

/* ---- tickets ---- */

/* A ticket in the staff's list. */
struct admission {
	const char *code;
	const char *tier;
	const char *seat;   /* "" in general admission */
	const char *holder; /* may be "" */
	const char *email;  /* the holder's; "" none */
	enum ticket_status status;
	struct money price;
	struct money refunded;
	const char *reference; /* of its booking */
	const char *buyer;     /* whose booking it is */
	int64_t check_in_at;   /* 0: not yet */
	int64_t created_at;
};

struct admission_list {
	const struct admission *items;
	size_t count;
};

/* Which tickets of an event; "" means any. */
struct admission_filter {
	const char *text;   /* words of holder, buyer, email, code; or a seat */
	const char *status; /* a ticket's word; "used": checked in */
	int64_t offset;     /* rows to pass over */
	int64_t limit;      /* rows at most */
};

/*
 * Tickets of an event that the caller found for the viewer, as they are at
 * `now`, by holder.
 */
MUST_CHECK struct error *staff_store_tickets(struct db *db, struct arena *arena,
    const struct event *event, const struct admission_filter *filter,
    int64_t now, struct admission_list *list);

/* The seats whose valid tickets were checked in. */
MUST_CHECK struct error *staff_store_seats_in(struct db *db,
    struct arena *arena, int64_t event_id, struct id_list *seats);

/*
 * A number that is another one when somebody of the event was checked in or
 * out, or a scan was undone. Cheap.
 */
MUST_CHECK struct error *staff_store_scan_mark(
    struct db *db, struct arena *arena, int64_t event_id, const char **mark);

/* ---- the waiting list ---- */

/* Within a TRANSACTION: open the list before it is sold out, or not. */
MUST_CHECK struct error *staff_store_open_queue(
    struct db *db, int64_t event_id, bool is_open, int64_t now);

/* ---- the journal ---- */

/* What happened to somebody's wish. */
struct happening {
	int64_t at;
	const char *event;     /* title */
	const char *slug;      /* of the event */
	const char *timezone;  /* of the event */
	const char *tier;      /* name; "" any, or several */
	const char *reference; /* of the booking; "" none */
	const char *kind;      /* the journal's word: "sold_out" */
	const char *name;
	const char *email;
	int64_t quantity;
};

struct happening_list {
	const struct happening *items;
	size_t count;
};

/* All of it, of one event (slug) or ("") of all that they run, in order. */
MUST_CHECK struct error *staff_store_journal(struct db *db, struct arena *arena,
    const struct viewer *viewer, const char *event,
    struct happening_list *list);

/* Did somebody ask in vain for a tier since then? By email ("" none). */
MUST_CHECK struct error *staff_store_was_refused(struct db *db,
    struct arena *arena, int64_t event_id, int64_t tier_id, const char *email,
    int64_t since, bool *was_refused);

#endif
