/*
 * list: what is on. The events, one event, a comparison, the terms, and how
 * the site is. Reads only; visitors' pages come from memory (web/cache.h).
 */
#include "list.h"

#include "web/page.h"
#include "web/server.h"

static const struct route routes[] = {
    {METHOD_GET, "/", list_show_events, ACCESS_ANYONE, OWNER_NOTHING},
    {METHOD_GET, "/events/{event}", list_show_event, ACCESS_ANYONE,
	OWNER_NOTHING},
    {METHOD_GET, "/events/{event}.ics", list_event_calendar, ACCESS_ANYONE,
	OWNER_NOTHING},
    {METHOD_GET, "/events/{event}.json", list_event_json, ACCESS_ANYONE,
	OWNER_NOTHING},
    {METHOD_GET, "/images/{name}", list_send_picture, ACCESS_ANYONE,
	OWNER_NOTHING},
    {METHOD_GET, "/compare", list_show_comparison, ACCESS_ANYONE,
	OWNER_NOTHING},
    {METHOD_GET, "/terms", list_show_terms, ACCESS_ANYONE, OWNER_NOTHING},
    {METHOD_GET, "/status", list_show_status, ACCESS_ANYONE, OWNER_NOTHING},
};

static const struct program program = {
    .name = "list",
    .face = &page_face,
    .routes = routes,
    .route_count = COUNT_OF(routes),
};

int main(void)
{
	return server_main(&program);
}
