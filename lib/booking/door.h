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
 * - A scan made off line is merged once (client_key). Its outcome is what was
 *   done there: one that let somebody in whom the rules would not have is a
 *   conflict, which counts as an admission and stays visible until a person
 *   undoes it, or until another telephone's scan shows that it was none.
 *   Leaving is never a conflict.
 * - What remains does not depend on the order in which telephones send their
 *   scans, but for which of two admissions is called the conflict.
 */
#ifndef BOOKING_DOOR_H
#define BOOKING_DOOR_H

#include "booking/shop.h"
#include "model/booking.h"
#include "model/event.h"
#include "model/scan.h"
#include "model/viewer.h"

enum {
	DOOR_MERGE_MOST = 1000,    /* scans merged at once */
	DOOR_REPEAT_SECONDS = 30,  /* the same request again is the same scan */
	DOOR_LOCATION_LONGEST = 80 /* characters; of a reason, too */
};

/* What a scanner sends. */
struct scan_request {
	const char *code; /* the QR's text, or a bare code */
	enum scan_type type;
	const char *location;   /* "North gate"; may be "" */
	const char *override;   /* why to admit in spite of the time; "" no */
	const char *client_key; /* of what may be sent twice; "" none */

	/* Of one made off line; online ones leave these 0. */
	int64_t scanned_at;  /* when; one in the future was now */
	const char *refused; /* why the telephone let nobody in; NULL: it did */
};

/* What the door is told. */
struct scan_answer {
	struct scan scan;     /* as it was recorded */
	struct ticket ticket; /* as it is now; id 0: none */
	bool is_repeated;     /* recorded before: the answer it got then */
};

/*
 * Judge a code at an event's door and record it; scan.verdict tells, and
 * scan.reason in R41's words. A verdict is no error: NOT_FOUND_ERROR is an
 * event that is not the viewer's to work at, VALIDATION_ERROR (field `code`,
 * `location`, `override`) a text that is too long or empty. The same client
 * key and code within DOOR_REPEAT_SECONDS get the first answer.
 */
MUST_CHECK struct error *door_scan(const struct shop *shop, const char *event,
    const struct viewer *viewer, const struct scan_request *request,
    struct scan_answer *answer);

/*
 * Record scans that were made off line, all or none, in the order of their
 * times; answers[i] belongs to requests[i]. Each needs a client key: one
 * merged before gives its answer of then. VALIDATION_ERROR for more than
 * DOOR_MERGE_MOST and for what door_scan() refuses.
 */
MUST_CHECK struct error *door_merge(const struct shop *shop, const char *event,
    const struct viewer *viewer, const struct scan_request *requests,
    size_t count, struct scan_answer *answers);

/*
 * Take a scan back, with a reason: the ticket is as it was before it.
 * STATE_ERROR when it is undone already, or let nobody in or out;
 * VALIDATION_ERROR (field `why`) without a reason.
 */
MUST_CHECK struct error *door_undo(const struct shop *shop, const char *event,
    const struct viewer *viewer, int64_t scan_id, const char *why);

/* How many are in at `now`, and how many are still to come. */
MUST_CHECK struct error *door_count(const struct shop *shop,
    const struct event *event, int64_t now, struct door_count *count);

/*
 * The list at the door: valid tickets by name - all (`text` and `letter` ""),
 * those with all words in name, code or reference, or those of a first letter.
 * `letters` (may be NULL) takes the first letters there are, once each.
 */
MUST_CHECK struct error *door_list(const struct shop *shop,
    const struct event *event, const char *text, const char *letter,
    struct door_ticket_list *list, const char **letters);

#endif
