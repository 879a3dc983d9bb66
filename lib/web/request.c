#include "web/request.h"

#include "base/text.h"
#include "base/token.h"
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

void request_redirect(struct request *request, struct url url)
{
	request->response.status = 303;
	request_header(request, "Location", url.text);
	out_clear(&request->response.body);
}

/* ---- the browser's own id ---- */

/*
 * The prefix __Host- makes browsers refuse the cookie unless it came over
 * https, for this host alone and for all its paths (RFC 6265bis, 4.1.3.2).
 */
static const char *cookie_name(const struct request *request)
{
	return request->is_https ? "__Host-campuspass" : "campuspass";
}

static const char *sign_browser(
    const struct request *request, const char *purpose, const char *id)
{
	return token_sign(
	    request->shop.arena, request->shop.config->cookie_key, purpose, id);
}

void request_read_browser(struct request *request)
{
	const char *cookie =
	    fields_get(&request->cookies, cookie_name(request));
	const char *dot = cookie ? strchr(cookie, '.') : NULL;
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
	const char *id = request->viewer.browser;

	if (*id)
		return id;
	id = token_id(request->shop.arena);
	request->viewer.browser = id;
	request_header(request, "Set-Cookie",
	    arena_format(request->shop.arena,
		"%s=%s.%s; Path=/; Max-Age=%d; HttpOnly; SameSite=Lax%s",
		cookie_name(request), id, sign_browser(request, "browser", id),
		COOKIE_DAYS * DAY, request->is_https ? "; Secure" : ""));
	return id;
}

const char *request_csrf_token(struct request *request)
{
	return sign_browser(request, "csrf", request_need_browser(request));
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
	    !token_equal(
		token, sign_browser(request, "csrf", request->viewer.browser)))
		return fail(ACCESS_ERROR,
		    "This form does not belong to your browser any more. Go "
		    "back, reload the page and send it again; cookies must "
		    "be allowed");
	return NULL;
}
