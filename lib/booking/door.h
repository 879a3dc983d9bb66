/*
 * Door: who comes in (R41, R42, B7). One verdict for the page at the door,
 * the API and the merge of scans that were made off line.
 *
 * Whether somebody is in follows from the ticket's scans in the order of
 * their times (scan_store): a check-in admits, a check-out lets out; the
 * event's door_rule says whether a ticket may come in again. The first
 * check-in's time stays with the ticket (R42) and makes it "used".
 *
 * Invariants
 * - I11: one admission per ticket by the event's rule, over all doors: the
 *   scan is judged and written in one transaction.
 * - Every scan is recorded, refused ones too. A scan is never removed; undone
 *   it counts no more, and says why.
 * - A scan made off line is merged once (client_key). One that admitted
 *   somebody whom another door admitted too is a conflict that stays visible.
 */
#ifndef BOOKING_DOOR_H
#define BOOKING_DOOR_H

#include "booking/shop.h"
#include "model/booking.h"
#include "model/event.h"
#include "model/viewer.h"

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
};

/* What a scanner sends. */
struct scan_request {
	const char *code; /* the QR's text, or a bare code */
	enum scan_type type;
	const char *location;   /* "North gate"; may be "" */
	const char *override;   /* why to admit in spite of the time; "" no */
	const char *client_key; /* of one made off line; "" made now */
	int64_t scanned_at;     /* of one made off line; 0 now */
};

/* What the door is told. */
struct scan_answer {
	int64_t id; /* of the recorded scan */
	enum scan_verdict verdict;
	const char *reason;     /* R41's words; "" admitted */
	struct ticket ticket;   /* id 0: none */
	int64_t seen_at;        /* ALREADY_IN: when it was admitted */
	const char *seen_where; /* and at which location */
	bool is_repeated;       /* merged before: the answer it got then */
	bool is_conflict;       /* admitted off line, and elsewhere too */
};

/* How many are in, and how many are still to come. */
struct door_count {
	int64_t inside;  /* admitted and not out */
	int64_t came;    /* admitted at least once */
	int64_t to_come; /* valid tickets that never were */
};

/*
 * Judge a code at an event's door and record it. A verdict is no error:
 * NOT_FOUND_ERROR is an event that is not the viewer's to work at.
 */
MUST_CHECK struct error *door_scan(const struct shop *shop, const char *event,
    const struct viewer *viewer, const struct scan_request *request,
    struct scan_answer *answer);

/*
 * Take a scan back, with a reason: the ticket is as it was before it.
 * STATE_ERROR when it is undone already.
 */
MUST_CHECK struct error *door_undo(const struct shop *shop, const char *event,
    const struct viewer *viewer, int64_t scan_id, const char *why);

MUST_CHECK struct error *door_count(
    const struct shop *shop, int64_t event_id, struct door_count *count);

#endif
