#include "web/face.h"

#include "base/log.h"
#include "web/request.h"

enum {
	RETRY_SECONDS = 3
};

int face_status(const struct face *face, enum error_kind kind)
{
	for (;;) {
		for (size_t i = 0; i < face->status_count; i++)
			if (face->statuses[i].kind == kind)
				return face->statuses[i].status;
		if (kind == TICKETING_ERROR)
			return face->fallback;
		kind = error_kind_parent(kind);
	}
}

static void add_headers(
    struct request *request, const struct error *error, int status)
{
	const char *allow = error_field_value(error, "allow");
	const char *wait = error_field_value(error, "retry_after");

	if (status == 405 && allow)
		request_header(request, "Allow", allow);
	if (status == 401)
		request_header(request, "WWW-Authenticate", "Bearer");
	if (status == 503 || status == 429)
		request_header(request, "Retry-After",
		    wait ? wait
			 : arena_format(
			       request->shop.arena, "%d", RETRY_SECONDS));
}

/* What an operator got wrong names paths: it stays in the log. */
static struct error safe_copy(const struct error *error)
{
	struct error safe = *error;

	if (error_is(error, CONFIGURATION_ERROR)) {
		safe.message = "The box office is not set up completely";
		safe.field_count = 0;
		safe.cause = NULL;
	}
	return safe;
}

void face_answer(
    const struct face *face, struct request *request, const struct error *error)
{
	int status = face_status(face, error->kind);
	const struct error safe = safe_copy(error);

	if (status >= 500) {
		log_set_request(request_id(request));
		log_error(LOG_LEVEL_ERROR, error);
	}
	request->response.status = status;
	request->response.cache_control = "no-store";
	out_clear(&request->response.body);
	add_headers(request, &safe, status);
	face->render(request, &safe);
}
