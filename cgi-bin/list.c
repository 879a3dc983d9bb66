/*
 * list: what is on. The events, one event, a comparison, the terms, and how
 * the site is; sharing an event by mail. Visitors' pages come from memory
 * (web/cache.h).
 */
#include "list.h"

#include "programs.h"
#include "web/page.h"

static const struct route routes[] = {
    {METHOD_GET, "/", list_show_events, ACCESS_ANYONE, OWNER_NOTHING},
    {METHOD_GET, "/events", list_move_to_events, ACCESS_ANYONE, OWNER_NOTHING},
    {METHOD_GET, "/events/{event}", list_show_event, ACCESS_ANYONE,
	OWNER_NOTHING},
    {METHOD_GET, "/events/{event}.ics", list_event_calendar, ACCESS_ANYONE,
	OWNER_NOTHING},
    {METHOD_GET, "/events/{event}.json", list_event_json, ACCESS_ANYONE,
	OWNER_NOTHING},
    {METHOD_GET, "/images/{name}", list_send_picture, ACCESS_ANYONE,
	OWNER_NOTHING},
    {METHOD_GET, "/events/{event}/share", list_show_share, ACCESS_ANYONE,
	OWNER_NOTHING},
    {METHOD_POST, "/events/{event}/share", list_share, ACCESS_ANYONE,
	OWNER_NOTHING},
    {METHOD_GET, "/events/{event}/share/sent", list_show_shared, ACCESS_ANYONE,
	OWNER_NOTHING},
    /* The link's signature is the permission: mail programs post it. */
    {METHOD_GET, "/mail/stop/{token}", list_show_stop, ACCESS_ANYONE,
	OWNER_NOTHING},
    {METHOD_POST, "/mail/stop/{token}", list_stop, ACCESS_ANYONE, OWNER_NOTHING,
	CSRF_NONE, BODY_ANY},
    {METHOD_GET, "/compare", list_show_comparison, ACCESS_ANYONE,
	OWNER_NOTHING},
    {METHOD_GET, "/terms", list_show_terms, ACCESS_ANYONE, OWNER_NOTHING},
    {METHOD_GET, "/status", list_show_status, ACCESS_ANYONE, OWNER_NOTHING},
    {METHOD_GET, "/cron/{secret}", list_do_chores, ACCESS_ANYONE,
	OWNER_NOTHING},
};

const struct program list_program = {
    .name = "list",
    .face = &page_face,
    .routes = routes,
    .route_count = COUNT_OF(routes),
};
