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

#include "booking/report.h"
#include "model/booking.h"
#include "model/event.h"
#include "web/page.h"

/* ---- admin_frame.c ---- */

/* The parts of the back office, in the order of its navigation. */
enum staff_section {
	STAFF_DASHBOARD,
	STAFF_EVENTS,
	STAFF_BOOKINGS,
	STAFF_VENUES,
	STAFF_REPORTS,
	STAFF_MAIL,
	STAFF_USERS,
	STAFF_SETTINGS,
	STAFF_WEBHOOKS,
	STAFF_AUDIT,
	STAFF_CHECK,
};

/* The frame of a page of the back office, with its navigation. */
struct page_view staff_page(
    struct request *request, const char *title, enum staff_section section);

/* The number that the path names as {id}; NOT_FOUND_ERROR. */
MUST_CHECK struct error *staff_read_id(
    const struct request *request, int64_t *id);

/* The event that the path names, if the viewer runs it. NOT_FOUND_ERROR. */
MUST_CHECK struct error *staff_event(
    struct request *request, struct event *event);

/* A moment for a field with date and time; "" for 0. */
NONNULL_RESULT const char *staff_wall_text(
    struct arena *arena, const struct event *event, int64_t at);

/* A field of a long form, shown by its type. */
struct staff_input_view staff_input(const struct form *form, const char *name);

/* Degrees of a form's field; what is none is noted, and read as 0. */
double staff_read_degrees(struct form *form, const char *name);

/* The class that colours a ticket's status, a booking's state. */
NONNULL_RESULT const char *staff_ticket_badge(enum ticket_status status);
NONNULL_RESULT const char *staff_booking_badge(enum booking_state state);

/* Where a booking was made, by its source: "At the counter". */
NONNULL_RESULT const char *staff_source_words(const char *source);

/* The pages of one event, in the order of their tabs. */
enum staff_tab {
	STAFF_TAB_EDIT,
	STAFF_TAB_SELL,
	STAFF_TAB_TICKETS,
	STAFF_TAB_SEATS,
	STAFF_TAB_QUEUE,
	STAFF_TAB_REPORT,
	STAFF_TAB_DOOR,
};

/* ---- admin_tabs.c ---- */

/* The head of an event's pages, with its tabs. */
struct staff_tabs_view staff_tabs(
    struct request *request, const struct event *event, enum staff_tab current);

/* ---- admin_search.c ---- */

/*
 * What stands in a select of a search form must be one of its choices:
 * VALIDATION_ERROR, for anything else would find nothing, or all, silently.
 */
MUST_CHECK struct error *staff_check_choice(const struct form *form,
    const char *name, const struct option *choices, size_t count);

/* Such a select, with what was chosen in it. */
struct field_view staff_select(const struct form *form, const char *name,
    const struct option *choices, size_t count);

/* The address with what the form's inputs hold; what is wrong is left out. */
struct url staff_filtered(const struct form *form, struct url list);

/* A page number of a query, from 1. VALIDATION_ERROR. */
MUST_CHECK struct error *staff_read_page(const char *text, int64_t *number);

/*
 * Links to the pages before and after the one that begins at row `offset`, of
 * lists found by the form. *count rows were found, one more than the `size` of
 * a page if there are more; it is cut to that.
 */
struct turn_pages_view staff_turn_pages(const struct form *form,
    struct url list, int64_t offset, int64_t size, size_t *count);

/* The number that a page of a list comes before; 0 for the first page. */
MUST_CHECK struct error *staff_read_before(
    const struct form *form, int64_t *id);

/*
 * The beginning of a day on the wall of the site, or (`later` 1) of the next;
 * 0 for an empty one and a wrong one, which is noted.
 */
int64_t staff_read_day(
    struct request *request, struct form *form, const char *name, int later);

/*
 * Links of a list whose pages are told by the number that they come `before`
 * (0: the first page); `last` is the last number on this page, 0 if it is the
 * last page.
 */
struct turn_older_view staff_turn_older(
    const struct form *form, struct url list, int64_t before, int64_t last);

/* ---- admin_event.c, admin_event_act.c: one event ---- */

MUST_CHECK struct error *staff_show_new(struct request *request);
MUST_CHECK struct error *staff_create(struct request *request);
MUST_CHECK struct error *staff_show_event(struct request *request);
MUST_CHECK struct error *staff_change(struct request *request);
MUST_CHECK struct error *staff_publish(struct request *request);
MUST_CHECK struct error *staff_unpublish(struct request *request);
MUST_CHECK struct error *staff_complete(struct request *request);
MUST_CHECK struct error *staff_duplicate(struct request *request);
MUST_CHECK struct error *staff_ask_cancel(struct request *request);
MUST_CHECK struct error *staff_cancel_event(struct request *request);
MUST_CHECK struct error *staff_ask_delete(struct request *request);
MUST_CHECK struct error *staff_delete(struct request *request);

/* ---- admin_event_image.c, admin_tell.c, admin_venues.c ---- */

MUST_CHECK struct error *staff_save_image(struct request *request);
MUST_CHECK struct error *staff_show_tell(struct request *request);
MUST_CHECK struct error *staff_tell(struct request *request);
MUST_CHECK struct error *staff_drop_tell(struct request *request);
MUST_CHECK struct error *staff_show_venues(struct request *request);
MUST_CHECK struct error *staff_show_venue(struct request *request);
MUST_CHECK struct error *staff_save_venue(struct request *request);

/* ---- admin_events.c: the list ---- */

/* "On sale", "Draft"; and the class that colours it. */
NONNULL_RESULT const char *staff_event_state(
    const struct event *event, int64_t now, const char **badge);

MUST_CHECK struct error *staff_show_events(struct request *request);

/* ---- admin_bookings.c, admin_booking.c: what was booked ---- */

MUST_CHECK struct error *staff_show_bookings(struct request *request);
MUST_CHECK struct error *staff_show_booking(struct request *request);
MUST_CHECK struct error *staff_post_refund(struct request *request);
MUST_CHECK struct error *staff_post_paid_back(struct request *request);
MUST_CHECK struct error *staff_post_cancel(struct request *request);
MUST_CHECK struct error *staff_post_seats(struct request *request);
MUST_CHECK struct error *staff_post_resend(struct request *request);
MUST_CHECK struct error *staff_post_holder(struct request *request);
MUST_CHECK struct error *staff_post_note(struct request *request);
MUST_CHECK struct error *staff_post_paid(struct request *request);

/* ---- admin_sell.c: the box office ---- */

MUST_CHECK struct error *staff_show_counter(struct request *request);
MUST_CHECK struct error *staff_sell(struct request *request);

/*
 * Names of seats as people write them, with blanks, commas or semicolons
 * between, in capitals; *count of them.
 */
NONNULL_RESULT const char *const *staff_split_seats(
    struct arena *arena, const char *text, size_t *count);

/* ---- admin_tickets.c, admin_queue.c, admin_seats.c: of an event ---- */

MUST_CHECK struct error *staff_show_tickets(struct request *request);
MUST_CHECK struct error *staff_send_tickets(struct request *request);
MUST_CHECK struct error *staff_show_queue(struct request *request);
MUST_CHECK struct error *staff_change_queue(struct request *request);
MUST_CHECK struct error *staff_send_queue(struct request *request);
MUST_CHECK struct error *staff_show_seats(struct request *request);
MUST_CHECK struct error *staff_send_seats(struct request *request);

/* ---- admin_files.c: what is taken out as a file ---- */

/* The answer is a CSV file of that name (without .csv). */
void staff_begin_csv(struct request *request, const char *name);

MUST_CHECK struct error *staff_send_transactions(struct request *request);
MUST_CHECK struct error *staff_send_availability(struct request *request);
MUST_CHECK struct error *staff_send_availability_json(struct request *request);

/* ---- admin_check.c: is the installation right? ---- */

MUST_CHECK struct error *staff_show_check(struct request *request);

/* ---- admin_desk.c: the dashboard ---- */

MUST_CHECK struct error *staff_show_desk(struct request *request);

/* ---- admin_late.c: money that came late, or waits to go back ---- */

MUST_CHECK struct error *staff_show_late(struct request *request);

/* ---- admin_chart.c: bars a day ---- */

/* Tickets sold a day, and money that came and went. */
struct chart_view staff_ticket_chart(struct arena *arena, const char *id,
    const struct report *report, const struct report_part *part);
struct chart_view staff_money_chart(struct arena *arena, const char *id,
    const struct report *report, const struct report_part *part);

/* ---- admin_report_part.c ---- */

/* The part of a report in one currency; `is_of_one`: of one event. */
struct report_part_view staff_report_part(const struct shop *shop,
    const struct report *report, const struct report_part *part,
    bool is_of_one);

/* ---- admin_reports.c ---- */

MUST_CHECK struct error *staff_show_report(struct request *request);
MUST_CHECK struct error *staff_show_event_report(struct request *request);
MUST_CHECK struct error *staff_send_report(struct request *request);

/* ---- admin_mail.c: the outbox ---- */

MUST_CHECK struct error *staff_show_mails(struct request *request);
MUST_CHECK struct error *staff_show_mail(struct request *request);
MUST_CHECK struct error *staff_retry_mail(struct request *request);
MUST_CHECK struct error *staff_resend_mail(struct request *request);

/* ---- admin_users.c ---- */

MUST_CHECK struct error *staff_show_users(struct request *request);
MUST_CHECK struct error *staff_show_user(struct request *request);
MUST_CHECK struct error *staff_set_role(struct request *request);
MUST_CHECK struct error *staff_disable_user(struct request *request);
MUST_CHECK struct error *staff_enable_user(struct request *request);

/* ---- admin_settings.c ---- */

MUST_CHECK struct error *staff_show_settings(struct request *request);
MUST_CHECK struct error *staff_save_settings(struct request *request);

/* ---- admin_audit.c ---- */

MUST_CHECK struct error *staff_show_audit(struct request *request);
MUST_CHECK struct error *staff_send_audit(struct request *request);

/* ---- admin_webhooks.c ---- */

MUST_CHECK struct error *staff_show_webhooks(struct request *request);
MUST_CHECK struct error *staff_add_webhook(struct request *request);
MUST_CHECK struct error *staff_toggle_webhook(struct request *request);
MUST_CHECK struct error *staff_reveal_webhook(struct request *request);
MUST_CHECK struct error *staff_remove_webhook(struct request *request);
MUST_CHECK struct error *staff_retry_delivery(struct request *request);

#endif
