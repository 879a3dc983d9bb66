/*
 * Ticket: finding one that is one's own, judging a code, and another holder.
 *
 * A ticket that was passed on belongs to its holder, who has its key from a
 * mailed link; the buyer still sees that it exists, but neither its code nor
 * a button.
 */
#ifndef BOOKING_TICKET_H
#define BOOKING_TICKET_H

#include "booking/shop.h"
#include "model/booking.h"
#include "model/event.h"
#include "model/viewer.h"

/*
 * The booking, and of its tickets the one with that code (NULL: none is asked
 * for, *ticket is NULL). A holder finds the booking through the key of one of
 * its tickets. NOT_FOUND_ERROR for what is not the viewer's.
 */
MUST_CHECK struct error *ticket_find_own(const struct shop *shop,
    const char *reference, const char *code, const struct viewer *viewer,
    struct booking *booking, const struct ticket **ticket);

/* Is it valid, so that it counts as sold? */
bool ticket_is_valid(const struct ticket *ticket);

/* The same, and it is for a numbered seat. */
bool ticket_has_seat(const struct ticket *ticket);

/* As people see it: an active one has expired when the event is over. */
enum ticket_status ticket_status_at(const struct ticket *ticket, int64_t now);

/* May the viewer see its code and act on it? */
bool ticket_is_theirs(const struct ticket *ticket, const struct viewer *viewer);

/*
 * R41: may somebody come in with it at `now`? NULL: yes; else why not:
 * "Ticket not found" (id 0), "Ticket status is cancelled", "Ticket not yet
 * valid", "Ticket has expired". `is_old`: the code belongs to it no more.
 */
const char *ticket_judge(
    struct arena *arena, const struct ticket *ticket, bool is_old, int64_t now);

/*
 * The absolute address of a booking's page, or (code not NULL) of a ticket's,
 * with a key that opens it to whoever follows it: for mails alone. A ticket's
 * key dies with its code.
 */
NONNULL_RESULT const char *ticket_link(
    const struct shop *shop, const char *reference, const char *code);

/* Is it the key of a booking, or (code not NULL) of a ticket? */
bool ticket_key_fits(const struct shop *shop, const char *reference,
    const char *code, const char *key);

/*
 * May the viewer give it another name or holder at `now`? NOT_FOUND_ERROR
 * when it was passed on, STATE_ERROR when it is used, cancelled or over.
 */
MUST_CHECK struct error *ticket_check_give(
    const struct ticket *ticket, const struct viewer *viewer, int64_t now);

/* Whose a ticket becomes. */
struct ticket_gift {
	const char *name;
	const char *email;    /* as it is, or "": another name alone */
	const char *form_key; /* the form's one-time key; "" none */
};

/*
 * B10: another name on it, or another person altogether. It gets a new code;
 * the old one is dead. Whoever had it and whoever has it now are told by mail.
 * The same form again finds what it has made. VALIDATION_ERROR with the field,
 * STATE_ERROR when it is used, cancelled, expired or the event is over.
 */
MUST_CHECK struct error *ticket_give(const struct shop *shop,
    const char *reference, const char *code, const struct viewer *viewer,
    const struct ticket_gift *gift, struct ticket *given);

/*
 * What this form has made of the viewer's ticket, if it was sent before and
 * nothing has become of that since; else `given` is without a code.
 */
MUST_CHECK struct error *ticket_find_given(const struct shop *shop,
    const char *reference, const char *code, const struct viewer *viewer,
    const struct ticket_gift *gift, struct ticket *given);

/* The same within a caller's TRANSACTION. */
MUST_CHECK struct error *ticket_give_in(const struct shop *shop,
    const char *reference, const char *code, const struct viewer *viewer,
    const struct ticket_gift *gift, int64_t now, struct ticket *given);

#endif
