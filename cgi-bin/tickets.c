/*
 * tickets: what somebody has booked, and what can be done with it after the
 * sale (R34-R37, R39, R40, R43, B10). A booking is shown to its buyer - the
 * browser or account it was made with, or that followed a mailed link - a
 * ticket that was passed on to its holder, and both to nobody else.
 */
#include "tickets.h"

#include "programs.h"
#include "web/page.h"

static const struct route routes[] = {
    {METHOD_GET, "/tickets", tickets_show_all, ACCESS_ANYONE, OWNER_VIEWER},
    {METHOD_GET, "/tickets/find", tickets_show_all, ACCESS_ANYONE,
	OWNER_VIEWER},
    {METHOD_POST, "/tickets/find", tickets_mail_link, ACCESS_ANYONE,
	OWNER_NOTHING},
    {METHOD_GET, "/tickets/{reference}", tickets_show_booking, ACCESS_ANYONE,
	OWNER_VIEWER},
    {METHOD_GET, "/tickets/{reference}.pdf", tickets_booking_pdf, ACCESS_ANYONE,
	OWNER_VIEWER},
    {METHOD_GET, "/tickets/{reference}.ics", tickets_booking_calendar,
	ACCESS_ANYONE, OWNER_VIEWER},
    {METHOD_GET, "/tickets/{reference}/cancel", tickets_look_at_cancelling,
	ACCESS_ANYONE, OWNER_VIEWER},
    {METHOD_POST, "/tickets/{reference}/cancel", tickets_cancel, ACCESS_ANYONE,
	OWNER_VIEWER, .leaves_work = true},
    {METHOD_GET, "/tickets/{reference}/seats", tickets_show_seats,
	ACCESS_ANYONE, OWNER_VIEWER},
    {METHOD_POST, "/tickets/{reference}/seats", tickets_change_seats,
	ACCESS_ANYONE, OWNER_VIEWER, .leaves_work = true},
    {METHOD_GET, "/tickets/{reference}/resend", tickets_show_booking,
	ACCESS_ANYONE, OWNER_VIEWER},
    {METHOD_POST, "/tickets/{reference}/resend", tickets_resend, ACCESS_ANYONE,
	OWNER_VIEWER},
    {METHOD_GET, "/tickets/{reference}/{code}", tickets_show_ticket,
	ACCESS_ANYONE, OWNER_VIEWER},
    {METHOD_GET, "/tickets/{reference}/{code}.pdf", tickets_ticket_pdf,
	ACCESS_ANYONE, OWNER_VIEWER},
    {METHOD_GET, "/tickets/{reference}/{code}.ics", tickets_ticket_calendar,
	ACCESS_ANYONE, OWNER_VIEWER},
    {METHOD_GET, "/tickets/{reference}/{code}.png", tickets_code_png,
	ACCESS_ANYONE, OWNER_VIEWER},
    {METHOD_GET, "/tickets/{reference}/{code}.svg", tickets_code_svg,
	ACCESS_ANYONE, OWNER_VIEWER},
    {METHOD_GET, "/tickets/{reference}/{code}/cancel",
	tickets_look_at_returning, ACCESS_ANYONE, OWNER_VIEWER},
    {METHOD_POST, "/tickets/{reference}/{code}/cancel", tickets_return,
	ACCESS_ANYONE, OWNER_VIEWER, .leaves_work = true},
    {METHOD_GET, "/tickets/{reference}/{code}/transfer", tickets_show_transfer,
	ACCESS_ANYONE, OWNER_VIEWER},
    {METHOD_POST, "/tickets/{reference}/{code}/transfer", tickets_transfer,
	ACCESS_ANYONE, OWNER_VIEWER},
};

const struct program tickets_program = {
    .name = "tickets",
    .face = &page_face,
    .routes = routes,
    .route_count = COUNT_OF(routes),
    .calls_gateways = true,
};
