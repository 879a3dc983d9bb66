/*
 * admin: the back office, for organisers (their events) and admins (all).
 */
#include "admin.h"

#include "web/server.h"

static const struct route routes[] = {
    {METHOD_GET, "/admin", staff_show_events, ACCESS_ORGANISER, OWNER_VIEWER},
    {METHOD_GET, "/admin/events", staff_show_events, ACCESS_ORGANISER,
	OWNER_VIEWER},
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
