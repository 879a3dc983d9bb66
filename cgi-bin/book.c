/*
 * book: from an event to a hold, or to a place in the waiting list.
 */
#include "book.h"

#include "programs.h"
#include "web/page.h"

static const struct route routes[] = {
    {METHOD_GET, "/book/{event}", book_show_form, ACCESS_ANYONE, OWNER_NOTHING},
    {METHOD_POST, "/book/{event}", book_place, ACCESS_ANYONE, OWNER_NOTHING},
    {METHOD_GET, "/book/{event}/queue", book_show_queue, ACCESS_ANYONE,
	OWNER_NOTHING},
    {METHOD_POST, "/book/{event}/queue", book_join_queue, ACCESS_ANYONE,
	OWNER_NOTHING},
    {METHOD_GET, "/book/{event}/queue/{key}", book_show_entry, ACCESS_ANYONE,
	OWNER_NOTHING},
    {METHOD_GET, "/book/{event}/queue/{key}/leave", book_show_entry,
	ACCESS_ANYONE, OWNER_NOTHING},
    {METHOD_POST, "/book/{event}/queue/{key}/leave", book_leave_queue,
	ACCESS_ANYONE, OWNER_NOTHING},
    {METHOD_GET, "/book/{event}/queue/{key}/accept", book_show_entry,
	ACCESS_ANYONE, OWNER_NOTHING},
    {METHOD_POST, "/book/{event}/queue/{key}/accept", book_accept_offer,
	ACCESS_ANYONE, OWNER_NOTHING},
    {METHOD_GET, "/summary", book_show_summary, ACCESS_ANYONE, OWNER_NOTHING},
};

const struct program book_program = {
    .name = "book",
    .face = &page_face,
    .routes = routes,
    .route_count = COUNT_OF(routes),
    .calls_gateways = true,
};
