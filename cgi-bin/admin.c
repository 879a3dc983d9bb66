/*
 * admin: the back office, for organisers (their events) and admins (all).
 */
#include "admin.h"

#include "web/server.h"

static const struct route routes[] = {
    {METHOD_GET, "/admin", staff_show_events, ACCESS_ORGANISER, OWNER_VIEWER},
    {METHOD_GET, "/admin/events", staff_show_events, ACCESS_ORGANISER,
	OWNER_VIEWER},
    {METHOD_GET, "/admin/webhooks", staff_show_webhooks, ACCESS_ORGANISER,
	OWNER_VIEWER},
    {METHOD_POST, "/admin/webhooks", staff_add_webhook, ACCESS_ORGANISER,
	OWNER_VIEWER},
    {METHOD_POST, "/admin/webhooks/{id}/toggle", staff_toggle_webhook,
	ACCESS_ORGANISER, OWNER_VIEWER},
    {METHOD_POST, "/admin/webhooks/{id}/secret", staff_reveal_webhook,
	ACCESS_ORGANISER, OWNER_VIEWER},
    {METHOD_POST, "/admin/webhooks/{id}/delete", staff_remove_webhook,
	ACCESS_ORGANISER, OWNER_VIEWER},
    {METHOD_POST, "/admin/webhooks/deliveries/{id}/retry", staff_retry_delivery,
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
    {METHOD_POST, "/admin/events/{event}/cancel", staff_cancel,
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
