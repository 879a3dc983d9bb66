#include "web/route.h"

#include "account/bearer.h"
#include "base/text.h"
#include "web/once.h"
#include <stdio.h>
#include <string.h>
#include <strings.h>

static size_t segment_length(const char *text)
{
	return strcspn(text, "/");
}

/* Take the value of one {name} or {name}.suffix segment. */
static bool take_param(struct arena *arena, const char *pattern,
    size_t pattern_length, const char *path, size_t path_length,
    struct field_pair *param)
{
	size_t name = strcspn(pattern, "}") + 1;
	size_t suffix = pattern_length - name;

	if (path_length <= suffix)
		return false;
	path_length -= suffix;
	if (strncmp(pattern + name, path + path_length, suffix) != 0)
		return false;
	*param = (struct field_pair){
	    .name = arena_copy_bytes(arena, pattern + 1, name - 2),
	    .value = arena_copy_bytes(arena, path, path_length)};
	return true;
}

bool route_match(struct arena *arena, const char *pattern, const char *path,
    struct field_pair params[REQUEST_PARAMS])
{
	size_t used = 0;

	for (;;) {
		size_t a = segment_length(pattern), b = segment_length(path);

		if (*pattern == '{') {
			if (used == REQUEST_PARAMS ||
			    !take_param(
				arena, pattern, a, path, b, &params[used++]))
				return false;
		} else if (a != b || strncmp(pattern, path, a) != 0) {
			return false;
		}
		pattern += a;
		path += b;
		if (*pattern == '\0' || *path == '\0')
			return *pattern == *path;
		pattern++;
		path++;
	}
}

/* How much of a path a pattern leaves open: a suffix narrows it. */
static size_t openness(const char *pattern)
{
	size_t open = 0;

	for (const char *at = pattern; (at = strchr(at, '{')); at++)
		open += 2;
	for (const char *at = pattern; (at = strstr(at, "}.")); at++)
		open--;
	return open;
}

/*
 * Of the least open path, whatever its method: a page is not asked for by the
 * name of its neighbour. The table is short, so all rows are looked at.
 */
static const struct route *find_route(
    const struct program *program, struct request *request, int *allowed)
{
	const struct route *best = NULL;
	size_t best_openness = SIZE_MAX;

	*allowed = 0;
	for (size_t i = 0; i < program->route_count; i++) {
		const struct route *route = &program->routes[i];
		struct field_pair params[REQUEST_PARAMS] = {{NULL, NULL}};
		size_t open = openness(route->path);

		if (!route_match(request->shop.arena, route->path,
			request->path, params))
			continue;
		if (open > best_openness)
			continue;
		if (open < best_openness) {
			best = NULL;
			*allowed = 0;
		}
		best_openness = open;
		*allowed |= (int)route->method;
		if (!(route->method & request->method))
			continue;
		best = route;
		memcpy(request->params, params, sizeof(params));
	}
	return best;
}

static const struct {
	enum method method;
	const char *name;
} method_names[] = {
    {METHOD_GET, "GET"},
    {METHOD_POST, "POST"},
    {METHOD_PUT, "PUT"},
    {METHOD_DELETE, "DELETE"},
};

const char *route_method(const struct route *route)
{
	for (size_t i = 0; i < COUNT_OF(method_names); i++)
		if (route->method & method_names[i].method)
			return method_names[i].name;
	die("%s has no method", route->path);
}

/* The methods of a path, as the Allow header has them. */
static const char *allow_header(struct arena *arena, int allowed)
{
	struct out out = {.arena = arena};

	for (size_t i = 0; i < COUNT_OF(method_names); i++)
		if (allowed & (int)method_names[i].method)
			out_format(&out, "%s%s%s", out.length ? ", " : "",
			    method_names[i].name,
			    method_names[i].method == METHOD_GET ? ", HEAD"
								 : "");
	return out_string(&out);
}

static enum role least_role(enum access access)
{
	switch (access) {
	case ACCESS_ANYONE:
		return ROLE_VISITOR;
	case ACCESS_USER:
		return ROLE_USER;
	case ACCESS_DOOR:
		return ROLE_DOOR;
	case ACCESS_ORGANISER:
		return ROLE_ORGANISER;
	case ACCESS_ADMIN:
	case ACCESS_UNDECLARED:
	default:
		return ROLE_ADMIN;
	}
}

/* ---- who may ---- */

/* Is there a page to GET at this path? */
static bool has_page(
    const struct program *program, struct arena *arena, const char *path)
{
	struct field_pair params[REQUEST_PARAMS];

	for (size_t i = 0; i < program->route_count; i++)
		if (program->routes[i].method & METHOD_GET &&
		    route_match(arena, program->routes[i].path, path, params))
			return true;
	return false;
}

/* A path as an address: it was decoded when it came. */
static const char *encode_path(struct arena *arena, const char *path)
{
	struct out out = {.arena = arena};

	while (*path == '/') {
		size_t length = segment_length(++path);

		out_text(&out,
		    url_local(
			arena, "/{}", arena_copy_bytes(arena, path, length))
			.text);
		path += length;
	}
	return out_string(&out);
}

/*
 * Where to come back after the login: a page with its query; for what is no
 * page (a POST), the nearest one above it. Within the login's address a query
 * may be three times as long, and web servers take 8 KiB.
 */
static const char *find_page(
    const struct program *program, struct request *request)
{
	enum {
		QUERY_LONGEST = 1500
	};
	struct arena *arena = request->shop.arena;
	char *path = arena_copy(arena, request->path);
	const char *query = request->query_text;

	if (strlen(query) > QUERY_LONGEST)
		query = "";
	if (request->method == METHOD_GET)
		return arena_format(arena, "%s%s%s", encode_path(arena, path),
		    *query ? "?" : "", query);
	while (*path && !has_page(program, arena, path))
		*strrchr(path, '/') = '\0';
	return encode_path(arena, path);
}

static struct error *refuse(
    const struct program *program, struct request *request)
{
	if (request->viewer.role > ROLE_VISITOR)
		return fail(ACCESS_ERROR, "You may not open this page");
	request->come_back = find_page(program, request);
	return fail(LOGIN_ERROR, "Log in first");
}

static bool is_type(const struct request *request, const char *type)
{
	size_t length = strlen(type);
	const char *given = request->content_type;

	return strncasecmp(given, type, length) == 0 &&
	    (given[length] == '\0' || given[length] == ';' ||
		given[length] == ' ');
}

static struct error *read_body(
    const struct route *route, struct request *request)
{
	if (route->body == BODY_ANY)
		return NULL;
	if (route->body == BODY_FILE &&
	    !is_type(request, "application/x-www-form-urlencoded"))
		return multipart_read(request->shop.arena,
		    request->content_type, request->body, request->body_length,
		    &request->form, &request->upload);
	if (route->body == BODY_JSON) {
		if (!is_type(request, "application/json"))
			return fail(MEDIA_TYPE_ERROR,
			    "Send the body as application/json");
		return NULL;
	}
	if (request->body_length > 0 &&
	    !is_type(request, "application/x-www-form-urlencoded"))
		return fail(MEDIA_TYPE_ERROR, "This page takes forms alone");
	return fields_decode(request->shop.arena, request->body,
	    request->body_length, &request->form);
}

/* Who asks; LOGIN_ERROR for a token that is bad. */
static struct error *read_bearer(struct request *request)
{
	static const char scheme[] = "Bearer ";
	const char *header = request_variable(request, "HTTP_AUTHORIZATION");

	if (strncasecmp(header, scheme, strlen(scheme)) != 0)
		return NULL;
	return bearer_find(&request->shop,
	    text_trim(request->shop.arena, header + strlen(scheme)),
	    &request->viewer);
}

bool route_takes_file(const struct program *program, struct request *request)
{
	int allowed;
	const struct route *route = find_route(program, request, &allowed);

	return route && route->body == BODY_FILE &&
	    request->viewer.role >= least_role(route->access);
}

/*
 * The row whose face answers when no method fits: an address belongs to one
 * family of calls, whatever is asked of it.
 */
static const struct route *find_family(
    const struct program *program, struct request *request)
{
	struct field_pair params[REQUEST_PARAMS];

	for (size_t i = 0; i < program->route_count; i++)
		if (route_match(request->shop.arena, program->routes[i].path,
			request->path, params))
			return &program->routes[i];
	return NULL;
}

/* A page asked for with a slash behind it: people type it so, programs not. */
static bool moved_from_slash(
    const struct program *program, struct request *request)
{
	struct arena *arena = request->shop.arena;
	size_t length = strlen(request->path);
	const char *path;

	if (program->takes_bearer || request->method != METHOD_GET ||
	    length < 2 || request->path[length - 1] != '/')
		return false;
	path = arena_copy_bytes(arena, request->path, length - 1);
	if (!has_page(program, arena, path))
		return false;
	request_redirect(request,
	    (struct url){arena_format(arena, "%s%s%s", encode_path(arena, path),
		*request->query_text ? "?" : "", request->query_text)});
	return true;
}

struct error *route_dispatch(
    const struct program *program, struct request *request)
{
	int allowed;
	const struct route *route = find_route(program, request, &allowed);

	request->route = route ? route : find_family(program, request);
	if (!route && allowed)
		return fail_with(METHOD_ERROR, NULL,
		    FIELDS(error_text("allow", "Allowed",
			allow_header(request->shop.arena, allowed))),
		    "This page cannot be asked in that way");
	if (!route && moved_from_slash(program, request))
		return NULL;
	if (!route)
		return fail(NOT_FOUND_ERROR, "Page not found");
	if (program->takes_bearer && !route->ignores_bearer)
		TRY(read_bearer(request));
	if (request->viewer.role < least_role(route->access))
		return refuse(program, request);
	if (route->doc.is_once)
		TRY(once_check(request));
	if (request->method != METHOD_GET) {
		TRY(read_body(route, request));
		if (route->csrf == CSRF_TOKEN)
			TRY(request_check_csrf(request));
	}
	return route->handler(request);
}

void route_check(const struct program *program)
{
	for (size_t i = 0; i < program->route_count; i++) {
		const struct route *route = &program->routes[i];

		if (route->access == ACCESS_UNDECLARED ||
		    route->owner == OWNER_UNDECLARED)
			die("%s %s declares no access or owner", program->name,
			    route->path);
	}
}

/* ---- the table as text ---- */

static const char *const access_words[] = {
    [ACCESS_UNDECLARED] = "undeclared",
    [ACCESS_ANYONE] = "anyone",
    [ACCESS_USER] = "user",
    [ACCESS_DOOR] = "door",
    [ACCESS_ORGANISER] = "organiser",
    [ACCESS_ADMIN] = "admin",
};

static const char *const body_words[] = {
    [BODY_FORM] = "form",
    [BODY_JSON] = "json",
    [BODY_ANY] = "any",
    [BODY_FILE] = "file",
};

void route_print(const struct program *program)
{
	for (size_t i = 0; i < program->route_count; i++) {
		const struct route *route = &program->routes[i];

		for (size_t j = 0; j < COUNT_OF(method_names); j++)
			if (route->method & method_names[j].method)
				printf("%s\t%s\t%s\t%s\t%s\t%s\t%s\t%s\n",
				    program->name, method_names[j].name,
				    route->path, access_words[route->access],
				    route->owner == OWNER_VIEWER ? "viewer"
								 : "nothing",
				    route->csrf == CSRF_TOKEN ? "token"
							      : "none",
				    body_words[route->body],
				    program->takes_bearer ? "bearer"
							  : "session");
	}
}
