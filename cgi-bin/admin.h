/*
 * The pages of program admin, the back office, and what they share. Functions
 * begin with staff_.
 *
 * Organisers see their own events and what belongs to them, admins all: each
 * page finds its event by staff_event() or asks a store with the viewer, so
 * that what is not theirs is 404. Each action leaves a line in the audit log
 * within its transaction (booking/audit.h).
 */
#ifndef ADMIN_H
#define ADMIN_H

#include "model/event.h"
#include "web/page.h"

/* ---- admin_frame.c ---- */

/* The parts of the back office, in the order of its navigation. */
enum staff_section {
	STAFF_DASHBOARD,
	STAFF_EVENTS,
	STAFF_BOOKINGS,
	STAFF_REPORTS,
	STAFF_MAIL,
	STAFF_USERS,
	STAFF_SETTINGS,
	STAFF_WEBHOOKS,
	STAFF_AUDIT,
};

/* The frame of a page of the back office, with its navigation. */
struct page_view staff_page(
    struct request *request, const char *title, enum staff_section section);

/* The event that the path names, if the viewer runs it. NOT_FOUND_ERROR. */
MUST_CHECK struct error *staff_event(
    struct request *request, struct event *event);

/* ---- admin_events.c: the list ---- */

MUST_CHECK struct error *staff_show_events(struct request *request);

/* ---- admin_webhooks.c ---- */

MUST_CHECK struct error *staff_show_webhooks(struct request *request);
MUST_CHECK struct error *staff_add_webhook(struct request *request);
MUST_CHECK struct error *staff_toggle_webhook(struct request *request);
MUST_CHECK struct error *staff_reveal_webhook(struct request *request);
MUST_CHECK struct error *staff_remove_webhook(struct request *request);
MUST_CHECK struct error *staff_retry_delivery(struct request *request);

#endif
