/*
 * admin: the back office, for organisers (their events) and admins (all).
 */
#include "admin.h"

#include "web/server.h"

static const struct route routes[] = {
    {METHOD_GET, "/admin", staff_show_events, ACCESS_ORGANISER, OWNER_VIEWER},
    {METHOD_GET, "/admin/events", staff_show_events, ACCESS_ORGANISER,
	OWNER_VIEWER},
    /* bookings */
    {METHOD_GET, "/admin/bookings", staff_show_bookings, ACCESS_ORGANISER,
	OWNER_VIEWER},
    {METHOD_GET, "/admin/bookings/{reference}", staff_show_booking,
	ACCESS_ORGANISER, OWNER_VIEWER},
    {METHOD_POST, "/admin/bookings/{reference}/refund", staff_post_refund,
	ACCESS_ORGANISER, OWNER_VIEWER},
    {METHOD_POST, "/admin/bookings/{reference}/paid-back", staff_post_paid_back,
	ACCESS_ORGANISER, OWNER_VIEWER},
    {METHOD_POST, "/admin/bookings/{reference}/cancel", staff_post_cancel,
	ACCESS_ORGANISER, OWNER_VIEWER},
    {METHOD_POST, "/admin/bookings/{reference}/seats", staff_post_seats,
	ACCESS_ORGANISER, OWNER_VIEWER},
    {METHOD_POST, "/admin/bookings/{reference}/resend", staff_post_resend,
	ACCESS_ORGANISER, OWNER_VIEWER},
    {METHOD_POST, "/admin/bookings/{reference}/holder", staff_post_holder,
	ACCESS_ORGANISER, OWNER_VIEWER},
    {METHOD_POST, "/admin/bookings/{reference}/note", staff_post_note,
	ACCESS_ORGANISER, OWNER_VIEWER},
    {METHOD_POST, "/admin/bookings/{reference}/paid", staff_post_paid,
	ACCESS_ORGANISER, OWNER_VIEWER},
    {METHOD_GET, "/admin/transactions.csv", staff_send_transactions,
	ACCESS_ORGANISER, OWNER_VIEWER},
    {METHOD_GET, "/admin/availability.csv", staff_send_availability,
	ACCESS_ORGANISER, OWNER_VIEWER},
    {METHOD_GET, "/admin/availability.json", staff_send_availability_json,
	ACCESS_ORGANISER, OWNER_VIEWER},
    /* an event's box office, tickets, seats, waiting list */
    {METHOD_GET, "/admin/events/{event}/sell", staff_show_counter,
	ACCESS_ORGANISER, OWNER_VIEWER},
    {METHOD_POST, "/admin/events/{event}/sell", staff_sell, ACCESS_ORGANISER,
	OWNER_VIEWER},
    {METHOD_GET, "/admin/events/{event}/tickets", staff_show_tickets,
	ACCESS_ORGANISER, OWNER_VIEWER},
    {METHOD_GET, "/admin/events/{event}/tickets.csv", staff_send_tickets,
	ACCESS_ORGANISER, OWNER_VIEWER},
    {METHOD_GET, "/admin/events/{event}/queue", staff_show_queue,
	ACCESS_ORGANISER, OWNER_VIEWER},
    {METHOD_POST, "/admin/events/{event}/queue", staff_change_queue,
	ACCESS_ORGANISER, OWNER_VIEWER},
    {METHOD_GET, "/admin/events/{event}/queue.csv", staff_send_queue,
	ACCESS_ORGANISER, OWNER_VIEWER},
    {METHOD_GET, "/admin/events/{event}/seats", staff_show_seats,
	ACCESS_ORGANISER, OWNER_VIEWER},
    {METHOD_GET, "/admin/events/{event}/seats.json", staff_send_seats,
	ACCESS_ORGANISER, OWNER_VIEWER},
    /* One event. */
    {METHOD_GET, "/admin/events/new", staff_show_new, ACCESS_ORGANISER,
	OWNER_NOTHING},
    {METHOD_POST, "/admin/events/new", staff_create, ACCESS_ORGANISER,
	OWNER_NOTHING},
    {METHOD_GET, "/admin/events/{event}", staff_show_event, ACCESS_ORGANISER,
	OWNER_VIEWER},
    {METHOD_POST, "/admin/events/{event}", staff_change, ACCESS_ORGANISER,
	OWNER_VIEWER},
    {METHOD_POST, "/admin/events/{event}/publish", staff_publish,
	ACCESS_ORGANISER, OWNER_VIEWER},
    {METHOD_POST, "/admin/events/{event}/unpublish", staff_unpublish,
	ACCESS_ORGANISER, OWNER_VIEWER},
    {METHOD_POST, "/admin/events/{event}/complete", staff_complete,
	ACCESS_ORGANISER, OWNER_VIEWER},
    {METHOD_POST, "/admin/events/{event}/duplicate", staff_duplicate,
	ACCESS_ORGANISER, OWNER_VIEWER},
    {METHOD_POST, "/admin/events/{event}/cancel", staff_cancel_event,
	ACCESS_ORGANISER, OWNER_VIEWER},
    {METHOD_POST, "/admin/events/{event}/delete", staff_delete,
	ACCESS_ORGANISER, OWNER_VIEWER},
    {METHOD_POST, "/admin/events/{event}/image", staff_save_image,
	ACCESS_ORGANISER, OWNER_VIEWER, .body = BODY_FILE},
    {METHOD_GET, "/admin/events/{event}/tell", staff_show_tell,
	ACCESS_ORGANISER, OWNER_VIEWER},
    {METHOD_POST, "/admin/events/{event}/tell", staff_tell, ACCESS_ORGANISER,
	OWNER_VIEWER},
    {METHOD_POST, "/admin/events/{event}/tell/nobody", staff_drop_tell,
	ACCESS_ORGANISER, OWNER_VIEWER},
    /* Venues: events of several organisers share them. */
    {METHOD_GET, "/admin/venues", staff_show_venues, ACCESS_ORGANISER,
	OWNER_NOTHING},
    {METHOD_GET, "/admin/venues/{venue}", staff_show_venue, ACCESS_ORGANISER,
	OWNER_NOTHING},
    {METHOD_POST, "/admin/venues/{venue}", staff_save_venue, ACCESS_ADMIN,
	OWNER_NOTHING},
};

static const struct program program = {
    .name = "admin",
    .face = &page_face,
    .routes = routes,
    .route_count = COUNT_OF(routes),
};

int main(void)
{
	return server_main(&program);
}
