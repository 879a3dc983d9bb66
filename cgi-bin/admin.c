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
