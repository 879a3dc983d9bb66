/*
 * api: the JSON calls. One domain with the pages, other faces.
 */
#include "api.h"

#include "web/route.h"
#include "web/server.h"

static const struct route routes[] = {
    {METHOD_GET, "/api/events", api_list_events, ACCESS_ANYONE, OWNER_NOTHING},
    {METHOD_GET, "/api/events/{event}", api_show_event, ACCESS_ANYONE,
	OWNER_NOTHING},
    {METHOD_POST, "/api/events/{event}/book", api_book, ACCESS_ANYONE,
	OWNER_NOTHING, CSRF_NONE, BODY_JSON},
    {METHOD_GET, "/api/bookings", api_list_bookings, ACCESS_ANYONE,
	OWNER_VIEWER},
    {METHOD_GET, "/api/status", api_show_status, ACCESS_ANYONE, OWNER_NOTHING},
    {METHOD_POST, "/api/register", queue_register, ACCESS_ANYONE, OWNER_NOTHING,
	CSRF_NONE, BODY_JSON},
    {METHOD_POST, "/api/process_user", queue_process, ACCESS_ANYONE,
	OWNER_VIEWER, CSRF_NONE, BODY_JSON},
    {METHOD_DELETE, "/api/cancel_ticket", queue_cancel, ACCESS_ANYONE,
	OWNER_VIEWER, CSRF_NONE, BODY_JSON},
    {METHOD_GET, "/queue", queue_show, ACCESS_ANYONE, OWNER_NOTHING},
    {METHOD_GET, "/availability", queue_show_availability, ACCESS_ANYONE,
	OWNER_NOTHING},
    {METHOD_GET, "/summary_data", queue_show_summary, ACCESS_ANYONE,
	OWNER_NOTHING},
    {METHOD_POST, "/auth/register", auth_register, ACCESS_ANYONE, OWNER_NOTHING,
	CSRF_NONE, BODY_JSON, &detail_face, true},
    {METHOD_POST, "/auth/login", auth_login, ACCESS_ANYONE, OWNER_NOTHING,
	CSRF_NONE, BODY_JSON, &detail_face, true},
    {METHOD_POST, "/auth/refresh", auth_refresh, ACCESS_ANYONE, OWNER_NOTHING,
	CSRF_NONE, BODY_JSON, &detail_face, true},
    {METHOD_GET, "/auth/me", auth_show_me, ACCESS_USER, OWNER_VIEWER,
	.face = &detail_face},
    {METHOD_POST, "/event/{id}/book", order_place, ACCESS_USER, OWNER_NOTHING,
	CSRF_NONE, BODY_ANY, &detail_face},
    {METHOD_POST, "/event/{id}/book/", order_place, ACCESS_USER, OWNER_NOTHING,
	CSRF_NONE, BODY_ANY, &detail_face},
    {METHOD_GET, "/api/v1/events", v1_list_events, ACCESS_ANYONE, OWNER_NOTHING,
	.face = &v1_face},
    {METHOD_GET, "/api/v1/events/{id}", v1_show_event, ACCESS_ANYONE,
	OWNER_NOTHING, .face = &v1_face},
    {METHOD_POST, "/api/v1/tickets/purchase", v1_purchase, ACCESS_USER,
	OWNER_NOTHING, CSRF_NONE, BODY_JSON, &v1_face},
    {METHOD_GET, "/api/v1/tickets", v1_list_tickets, ACCESS_USER, OWNER_VIEWER,
	.face = &v1_face},
    {METHOD_GET, "/api/v1/tickets/{id}", v1_show_ticket, ACCESS_USER,
	OWNER_VIEWER, .face = &v1_face},
    {METHOD_PUT, "/api/v1/tickets/{id}/cancel", v1_cancel_ticket, ACCESS_USER,
	OWNER_VIEWER, CSRF_NONE, BODY_ANY, &v1_face},
    {METHOD_POST, "/api/v1/tickets/{code}/validate", v1_validate_ticket,
	ACCESS_ANYONE, OWNER_NOTHING, CSRF_NONE, BODY_ANY, &v1_face},
    {METHOD_GET, "/api/v1/admin/events/{id}/tickets", v1_list_event_tickets,
	ACCESS_ORGANISER, OWNER_VIEWER, .face = &v1_face},
};

const struct program api_program = {
    .name = "api",
    .face = &campuspass_face,
    .routes = routes,
    .route_count = COUNT_OF(routes),
    .takes_bearer = true,
};

int main(void)
{
	return server_main(&api_program);
}
