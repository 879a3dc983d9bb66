/*
 * Share: somebody has an event mailed to a friend (R46).
 *
 * No open relay: subject and letter are ours, the only address in it leads to
 * the event, what the sender writes is quoted, short, and refused when a mail
 * program would make a link of a part of it. The same event goes to the same
 * friend once a day, and a friend gets SHARE_MOST a day in all. A friend who
 * has refused such mails gets none. The sender is told of neither.
 *
 * How many a person may send is for web/pace.h.
 */
#ifndef BOOKING_SHARE_H
#define BOOKING_SHARE_H

#include "booking/shop.h"
#include "model/event.h"

enum {
	SHARE_MOST = 3,     /* mails to one address a day */
	SHARE_LENGTH = 500, /* of a message, in characters */
};

/* What a sender fills in. */
struct share {
	const char *sender;       /* the name of an account; "" a visitor's */
	const char *friend_email; /* as typed */
	const char *message;      /* lines end with LF; may be "" */
};

/* STATE_ERROR for an event that is not to come (any more). */
MUST_CHECK struct error *share_check(const struct event *event, int64_t now);

/*
 * Put the mail into the outbox. VALIDATION_ERROR with the field, STATE_ERROR
 * as above.
 */
MUST_CHECK struct error *share_event(const struct shop *shop,
    const struct event *event, const struct share *share);

#endif
