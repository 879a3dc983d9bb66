/*
 * Waiting: the line before the booking form (store/room.h), as a visitor meets
 * it. `room_rate` in campuspass.conf switches it on.
 *
 * A visitor's place is a cookie: which room, line and number, signed together
 * with the browser's id, so that it cannot be made up, nor handed to another
 * browser. It lets in once: booking uses it up.
 *
 * The room is there while the event sells and has something left, and for
 * half an hour before it opens. The list and the event's page have no line.
 */
#ifndef WEB_WAITING_H
#define WEB_WAITING_H

#include "model/event.h"
#include "web/request.h"

/*
 * May this visitor see, or send, the booking form? Without a place they take
 * one. *is_in false: the answer is made already, a page with their place; to
 * a POST it is a 429, and keeps what was typed. RATE_LIMIT_ERROR when one
 * network takes too many places.
 */
MUST_CHECK struct error *waiting_pass(
    struct request *request, const struct event *event, bool *is_in);

/*
 * Does the form that was sent only look whether it is their turn? Then it is
 * shown with what was typed, and nothing is booked.
 */
bool waiting_looks(const struct request *request);

/* They booked: the next time they stand in line again. */
void waiting_end(struct request *request, const struct event *event);

/*
 * For programs, which do not stand in line: RATE_LIMIT_ERROR while people
 * wait, or when the rate is used up.
 */
MUST_CHECK struct error *waiting_walk_in(
    struct request *request, const char *slug);

#endif
