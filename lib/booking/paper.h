/*
 * Paper: what leaves the site as a file - tickets as PDF (R40), the text of
 * their QR codes (R39), calendars (R43). From the nouns to what lib/document
 * writes.
 */
#ifndef BOOKING_PAPER_H
#define BOOKING_PAPER_H

#include "base/out.h"
#include "booking/shop.h"
#include "model/booking.h"
#include "model/event.h"
#include "model/viewer.h"

/* What a ticket's QR code says: signed, see document/pass.h. */
NONNULL_RESULT const char *paper_pass(
    const struct shop *shop, const struct ticket *ticket);

/*
 * The tickets of a booking that are the viewer's as they are at `now`, a page
 * each; `only` NULL: all. Those that ended are stamped. Their number and total
 * are those of these pages: who holds one ticket sees no other's price.
 * STATE_ERROR when there is none; the errors of pdf_write_tickets().
 */
MUST_CHECK struct error *paper_write_tickets(const struct shop *shop,
    const struct booking *booking, const struct event *event,
    const struct ticket *only, const struct viewer *viewer, int64_t now,
    struct out *out);

/* How often its tickets, or (not NULL) this one, were changed or given back. */
int64_t paper_changes(const struct booking *booking, const struct ticket *only);

/*
 * A booking, or (`only` not NULL) one ticket of it, in somebody's calendar;
 * the same entry again after a change. `changes`: see paper_changes().
 */
void paper_write_booking_calendar(const struct shop *shop,
    const struct booking *booking, const struct event *event,
    const struct ticket *only, int64_t changes, struct out *out);

/* An event in somebody's calendar. */
void paper_write_event_calendar(
    const struct shop *shop, const struct event *event, struct out *out);

#endif
