#include "web/request.h"

#include "base/clock.h"
#include "base/text.h"
#include "base/token.h"
#include "store/event_store.h"
#include <inttypes.h>
#include <sodium.h>
#include <string.h>

enum {
	COOKIE_DAYS = 180
};

const char *request_param(const struct request *request, const char *name)
{
	for (size_t i = 0; i < REQUEST_PARAMS; i++)
		if (request->params[i].name &&
		    text_equal(request->params[i].name, name))
			return request->params[i].value;
	die("the route has no parameter %s", name);
}

struct error *request_event(const struct request *request, struct event *event)
{
	return event_store_find(request->shop.db, request->shop.arena,
	    request_param(request, "event"), EVENTS_PUBLIC, clock_now(), event);
}

const char *request_query(const struct request *request, const char *name)
{
	const char *value = fields_get(&request->query, name);

	return value ? value : "";
}

const char *request_form(const struct request *request, const char *name)
{
	const char *value = fields_get(&request->form, name);

	return value ? value : "";
}

/* The arena's memory is ours to write, though nobody else may change it. */
void request_wipe_value(const char *value)
{
	sodium_memzero((void *)(uintptr_t)value, strlen(value));
}

void request_wipe_body(struct request *request)
{
	if (request->body_length > 0)
		sodium_memzero(
		    (void *)(uintptr_t)request->body, request->body_length);
	request->body_length = 0;
}

const char *request_variable(const struct request *request, const char *name)
{
	const char *value = request->variable(name);

	return value ? value : "";
}

const char *request_id(struct request *request)
{
	if (!request->id)
		request->id = token_reference(request->shop.arena);
	return request->id;
}

void request_header(
    struct request *request, const char *name, const char *value)
{
	if (strpbrk(value, "\r\n"))
		die("a line break in the header %s", name);
	out_format(&request->response.headers, "%s: %s\r\n", name, value);
}

/* A part of an ETag behind W/: comparison is weak (RFC 9110, 13.1.2). */
static const char *opaque(const char *tag)
{
	return text_starts_with(tag, "W/") ? tag + 2 : tag;
}

/*
 * Is it the same ETag? A web server that compresses has put "-gzip" or the
 * like before the closing quote.
 */
static bool is_same_etag(const char *theirs, const char *own)
{
	size_t length = strlen(own) - 1; /* all but that quote */

	return strncmp(theirs, own, length) == 0 &&
	    (theirs[length] == '"' || theirs[length] == '-');
}

/* Does an If-None-Match header, a list of ETags or *, name this one? */
static bool etag_matches(const char *header, const char *own)
{
	while (*header) {
		header += strspn(header, " \t,");
		if (*header == '*' || is_same_etag(opaque(header), opaque(own)))
			return true;
		header += strcspn(header, ",");
	}
	return false;
}

bool request_knows(struct request *request, const char *etag)
{
	request_header(request, "ETag", etag);
	if (!etag_matches(request->if_none_match, etag))
		return false;
	request->response.status = 304;
	return true;
}

void request_redirect(struct request *request, struct url url)
{
	request->response.status = 303;
	request_header(request, "Location", url.text);
	out_clear(&request->response.body);
}

/* ---- cookies ---- */

static const char *cookie_name(const struct request *request, const char *name)
{
	return arena_format(request->shop.arena, "%s%s-%s",
	    request->is_https ? "__Host-" : "", name,
	    request->shop.config->cookie_mark);
}

const char *request_cookie(const struct request *request, const char *name)
{
	const char *value =
	    fields_get(&request->cookies, cookie_name(request, name));

	return value ? value : "";
}

void request_set_cookie(struct request *request, const char *name,
    const char *value, int64_t seconds)
{
	struct arena *arena = request->shop.arena;
	const char *lasts = "";

	if (seconds != COOKIE_VISIT)
		lasts = arena_format(arena, "; Max-Age=%" PRId64,
		    seconds == COOKIE_FORGET ? 0 : seconds);
	request_header(request, "Set-Cookie",
	    arena_format(arena, "%s=%s; Path=/%s; HttpOnly; SameSite=Lax%s",
		cookie_name(request, name), value, lasts,
		request->is_https ? "; Secure" : ""));
}

/* ---- the browser's own id ---- */

#define BROWSER_COOKIE "campuspass"

static const char *sign_browser(
    const struct request *request, const char *purpose, const char *id)
{
	return token_sign(
	    request->shop.arena, request->shop.config->cookie_key, purpose, id);
}

void request_read_browser(struct request *request)
{
	const char *cookie = request_cookie(request, BROWSER_COOKIE);
	const char *dot = strchr(cookie, '.');
	const char *id;

	request->viewer.browser = "";
	if (!dot || dot - cookie != TOKEN_ID_LENGTH)
		return;
	id = arena_copy_bytes(request->shop.arena, cookie, TOKEN_ID_LENGTH);
	if (token_equal(dot + 1, sign_browser(request, "browser", id)))
		request->viewer.browser = id;
}

const char *request_need_browser(struct request *request)
{
	struct arena *arena = request->shop.arena;
	const char *id = request->viewer.browser;

	if (*id)
		return id;
	id = token_id(arena);
	request->viewer.browser = id;
	request_set_cookie(request, BROWSER_COOKIE,
	    arena_format(
		arena, "%s.%s", id, sign_browser(request, "browser", id)),
	    COOKIE_DAYS * DAY);
	return id;
}

void request_renew_browser(struct request *request)
{
	request->viewer.browser = "";
	request_need_browser(request);
}

static const char *sign_form(const struct request *request)
{
	return sign_browser(request, "csrf",
	    arena_format(request->shop.arena, "%s/%s", request->viewer.browser,
		request->session_secret));
}

const char *request_csrf_token(struct request *request)
{
	request_need_browser(request);
	return sign_form(request);
}

/* Is an Origin header this site's own? */
static bool is_own_origin(const struct request *request, const char *origin)
{
	const char *host = strstr(origin, "://");

	if (text_equal(origin, request->shop.config->base_url))
		return true;
	return host && text_equal(host + 3, request->host);
}

struct error *request_check_csrf(struct request *request)
{
	const char *token = request_form(request, "csrf_token");

	if (*request->fetch_site &&
	    !text_equal(request->fetch_site, "same-origin") &&
	    !text_equal(request->fetch_site, "none"))
		return fail(ACCESS_ERROR, "Another site sent this form");
	if (*request->origin && !is_own_origin(request, request->origin))
		return fail(ACCESS_ERROR, "Another site sent this form");
	if (!*request->viewer.browser ||
	    !token_equal(token, sign_form(request)))
		return fail(ACCESS_ERROR,
		    "This form does not belong to your browser any more. Go "
		    "back, reload the page and send it again; cookies must "
		    "be allowed");
	return NULL;
}
