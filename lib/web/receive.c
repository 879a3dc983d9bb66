#include "web/receive.h"

#include "base/config.h"
#include "base/text.h"
#include "web/opened.h"
#include "web/remote.h"
#include "web/sign_in.h"
#include <string.h>

enum {
	PATH_LONGEST = 1000,
};

const char *receive_variable(
    const struct transport *transport, const char *name)
{
	const char *value = transport->variable(name);

	return value ? value : "";
}

/* In KiB. A file comes with a form around it. */
static int64_t largest_body(const struct receiver *in, struct request *request)
{
	const struct config *config = request->shop.config;

	if (route_takes_file(in->program, request))
		return config->max_image_kib + config->max_body_kib;
	return config->max_body_kib;
}

static struct error *read_length(
    const struct receiver *in, struct request *request, size_t *length)
{
	const char *text = receive_variable(in->transport, "CONTENT_LENGTH");
	int64_t number, largest;

	if (*receive_variable(in->transport, "HTTP_TRANSFER_ENCODING") &&
	    !*text)
		return fail(
		    LENGTH_ERROR, "The request does not say its length");
	if (!*text)
		text = "0";
	if (text_number(text, &number) != NUMBER_OK || number < 0)
		return fail(REQUEST_ERROR, "The request's length is damaged");
	largest = largest_body(in, request);
	if (number > largest * 1024)
		return fail(TOO_LARGE_ERROR, "The form is larger than %d KiB",
		    (int)largest);
	*length = (size_t)number;
	return NULL;
}

static struct error *read_body(
    const struct receiver *in, struct request *request)
{
	size_t length, used = 0, got;
	char *text;

	TRY(read_length(in, request, &length));
	text = arena_alloc(request->shop.arena, length + 1);
	while (used < length &&
	    (got = in->transport->read(text + used, length - used)) > 0)
		used += got;
	if (used < length)
		return fail(REQUEST_ERROR, "The request did not arrive whole");
	request->body = text;
	request->body_length = length;
	return NULL;
}

/* A method that nobody takes is the router's to refuse, with Allow. */
static void read_method(const struct receiver *in, struct request *request)
{
	static const struct {
		const char *name;
		enum method method;
	} methods[] = {
	    {"GET", METHOD_GET},
	    {"HEAD", METHOD_GET},
	    {"POST", METHOD_POST},
	    {"PUT", METHOD_PUT},
	    {"DELETE", METHOD_DELETE},
	};
	const char *name = receive_variable(in->transport, "REQUEST_METHOD");

	for (size_t i = 0; i < COUNT_OF(methods); i++)
		if (text_equal(methods[i].name, name)) {
			request->method = methods[i].method;
			return;
		}
	request->method = METHOD_OTHER;
}

static struct error *read_path(
    const struct receiver *in, struct request *request)
{
	const char *path = receive_variable(in->transport, "PATH_INFO");
	size_t length = strlen(path);

	request->path = *path ? path : "/";
	if (length > PATH_LONGEST || !text_is_utf8(path, length) ||
	    text_has_control(path))
		return fail(REQUEST_ERROR, "The address is damaged");
	return NULL;
}

static void read_headers(const struct receiver *in, struct request *request)
{
	fields_read_cookies(request->shop.arena,
	    receive_variable(in->transport, "HTTP_COOKIE"), &request->cookies);
	request->host = receive_variable(in->transport, "HTTP_HOST");
	request->origin = receive_variable(in->transport, "HTTP_ORIGIN");
	request->fetch_site =
	    receive_variable(in->transport, "HTTP_SEC_FETCH_SITE");
	request->if_none_match =
	    receive_variable(in->transport, "HTTP_IF_NONE_MATCH");
	request->idempotency_key =
	    receive_variable(in->transport, "HTTP_IDEMPOTENCY_KEY");
	request->content_type = receive_variable(in->transport, "CONTENT_TYPE");
	request->remote = remote_address(request->shop.arena,
	    request->shop.config->trusted_proxies,
	    receive_variable(in->transport, "REMOTE_ADDR"),
	    receive_variable(in->transport, "HTTP_X_FORWARDED_FOR"));
	request->is_https =
	    text_starts_with(request->shop.config->base_url, "https://");
	request_read_browser(request);
	opened_read(request);
}

struct error *receive_request(
    const struct receiver *in, struct request *request)
{
	request->query_text = receive_variable(in->transport, "QUERY_STRING");
	read_method(in, request);
	TRY(read_path(in, request));
	read_headers(in, request);
	if (request->shop.db && !in->program->takes_bearer)
		TRY(sign_in_read(request));
	TRY(fields_decode(request->shop.arena, request->query_text,
	    strlen(request->query_text), &request->query));
	if (request->method != METHOD_GET)
		TRY(read_body(in, request));
	return NULL;
}
