/*
 * One event as a file: for calendars (R43), and for programs.
 */
#include "base/clock.h"
#include "booking/paper.h"
#include "list.h"
#include "web/cache.h"
#include "web/event_json.h"
#include "web/json.h"

struct error *list_event_calendar(struct request *request)
{
	struct event event;

	TRY(request_event(request, &event));
	paper_write_event_calendar(
	    &request->shop, &event, &request->response.body);
	request->response.content_type = "text/calendar; charset=utf-8";
	request_header(request, "Content-Disposition",
	    arena_format(request->shop.arena, "attachment; filename=\"%s.ics\"",
		event.slug));
	return NULL;
}

static struct error *build_json(struct request *request)
{
	struct event event;

	json_begin(request);
	TRY(request_event(request, &event));
	json_answer(
	    request, event_json(request->shop.arena, &event, clock_now()));
	return NULL;
}

/* A program that asks gets its "no" as JSON, too. */
struct error *list_event_json(struct request *request)
{
	struct error *error = cache_answer(request, build_json);

	if (!error_is(error, NOT_FOUND_ERROR))
		return error;
	request->response.status = 404;
	json_answer(request, json_pack("{s:s}", "error", error->message));
	return NULL;
}
