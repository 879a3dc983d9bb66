/*
 * Tickets: what somebody has, and what they can do with it. Each function
 * answers one route of tickets.c.
 */
#ifndef TICKETS_H
#define TICKETS_H

#include "base/error.h"
#include "model/booking.h"
#include "model/event.h"
#include "views/views.h"
#include "web/request.h"

/* tickets_list.c */
MUST_CHECK struct error *tickets_show_all(struct request *request);
MUST_CHECK struct error *tickets_mail_link(struct request *request);

/* tickets_show.c */
MUST_CHECK struct error *tickets_show_booking(struct request *request);
MUST_CHECK struct error *tickets_show_ticket(struct request *request);

/* tickets_files.c */
MUST_CHECK struct error *tickets_booking_pdf(struct request *request);
MUST_CHECK struct error *tickets_ticket_pdf(struct request *request);
MUST_CHECK struct error *tickets_booking_calendar(struct request *request);
MUST_CHECK struct error *tickets_ticket_calendar(struct request *request);
MUST_CHECK struct error *tickets_code_png(struct request *request);
MUST_CHECK struct error *tickets_code_svg(struct request *request);

/* tickets_cancel.c */
MUST_CHECK struct error *tickets_look_at_cancelling(struct request *request);
MUST_CHECK struct error *tickets_cancel(struct request *request);
MUST_CHECK struct error *tickets_look_at_returning(struct request *request);
MUST_CHECK struct error *tickets_return(struct request *request);

/* tickets_seats.c */
MUST_CHECK struct error *tickets_show_seats(struct request *request);
MUST_CHECK struct error *tickets_change_seats(struct request *request);

/* tickets_give.c */
MUST_CHECK struct error *tickets_show_transfer(struct request *request);
MUST_CHECK struct error *tickets_transfer(struct request *request);
MUST_CHECK struct error *tickets_resend(struct request *request);

/* ---- shared by them: tickets_own.c ---- */

/* What the path names, if it is the viewer's. */
struct own {
	struct booking booking;
	struct event event;
	const struct ticket *ticket; /* NULL: the whole booking */
};

/*
 * Find the path's booking, and with a code the ticket of it. NOT_FOUND_ERROR
 * also for a ticket that the viewer passed on.
 */
MUST_CHECK struct error *tickets_find(
    struct request *request, const char *code, struct own *own);

/*
 * Where one goes back to: the booking's page, or, for whoever has but one of
 * its tickets, that one's (code NULL: the list). `done` says there what was
 * done; NULL nothing.
 */
struct url tickets_home(struct request *request, const char *reference,
    const char *code, const char *done);

/* What was just done, as the page's address says it; "" nothing. */
NONNULL_RESULT const char *tickets_notice(const struct request *request);

/* As shown on pages; `page` says whether it links to a page of its own. */
enum ticket_place {
	TICKET_LISTED,
	TICKET_ALONE,
};
MUST_CHECK struct error *tickets_make_view(struct request *request,
    const struct own *own, const struct ticket *ticket, enum ticket_place place,
    struct ticket_view *view);

#endif
