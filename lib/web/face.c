#include "web/face.h"

#include "base/log.h"
#include "web/request.h"

enum {
	RETRY_SECONDS = 3
};

/* What these kinds mean to all, unless a face says otherwise. */
static const struct kind_status usual[] = {
    {STATE_ERROR, 409},
    {ACCESS_ERROR, 403},
    {LOGIN_ERROR, 401},
    {NOT_FOUND_ERROR, 404},
    {RATE_LIMIT_ERROR, 429},
    {METHOD_ERROR, 405},
    {LENGTH_ERROR, 411},
    {TOO_LARGE_ERROR, 413},
    {MEDIA_TYPE_ERROR, 415},
    {STORAGE_ERROR, 503},
    {CONFIGURATION_ERROR, 503},
};

/* 0: it has no row. */
static int find_status(
    const struct kind_status *rows, size_t count, enum error_kind kind)
{
	for (size_t i = 0; i < count; i++)
		if (rows[i].kind == kind)
			return rows[i].status;
	return 0;
}

int face_status(const struct face *face, enum error_kind kind)
{
	for (;; kind = error_kind_parent(kind)) {
		int status =
		    find_status(face->statuses, face->status_count, kind);

		if (!status)
			status = find_status(usual, COUNT_OF(usual), kind);
		if (status)
			return status;
		if (kind == TICKETING_ERROR)
			return face->fallback;
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
