/*
 * Routes: matching, the best row, what is checked before a page is called.
 */
#include "base/token.h"
#include "site.h"
#include "web/page.h"
#include "web/route.h"

static struct arena arena = ARENA_EMPTY;

/* ---- matching ---- */

struct match {
	const char *pattern;
	const char *path;
	bool fits;
	const char *first; /* value of the first parameter; NULL none */
};

static const struct match matches[] = {
    {"/", "/", true, NULL},
    {"/", "", false, NULL},
    {"/", "/x", false, NULL},
    {"/tickets", "/tickets", true, NULL},
    {"/tickets", "/tickets/", false, NULL},
    {"/tickets", "/ticket", false, NULL},
    {"/tickets", "/ticketss", false, NULL},
    {"/tickets", "tickets", false, NULL},
    {"/tickets", "//tickets", false, NULL},
    {"/tickets", "/Tickets", false, NULL},
    {"/book/{event}", "/book/jazz", true, "jazz"},
    {"/book/{event}", "/book/", false, NULL},
    {"/book/{event}", "/book", false, NULL},
    {"/book/{event}", "/book/jazz/", false, NULL},
    {"/book/{event}", "/book//jazz", false, NULL},
    {"/book/{event}", "/book/jazz/queue", false, NULL},
    {"/book/{event}", "/book/{event}", true, "{event}"},
    {"/book/{event}/queue", "/book/jazz/queue", true, "jazz"},
    {"/book/{event}/queue", "/book//queue", false, NULL},
    {"/book/{event}/queue", "/book/queue", false, NULL},
    {"/t/{ref}.pdf", "/t/AB12.pdf", true, "AB12"},
    {"/t/{ref}.pdf", "/t/AB12.ics", false, NULL},
    {"/t/{ref}.pdf", "/t/AB12", false, NULL},
    {"/t/{ref}.pdf", "/t/.pdf", false, NULL},
    {"/t/{ref}.pdf", "/t/pdf", false, NULL},
    {"/t/{ref}.pdf", "/t/", false, NULL},
    {"/t/{ref}.pdf", "/t/AB12.pdf/", false, NULL},
    {"/t/{ref}.pdf", "/t/AB12.pdfx", false, NULL},
    {"/t/{ref}.pdf", "/t/AB12.PDF", false, NULL},
    {"/t/{ref}.pdf", "/t/a.pdf.pdf", true, "a.pdf"},
    {"/t/{ref}.pdf", "/t/a/b.pdf", false, NULL},
    {"/t/{ref}/{code}.png", "/t/R/C.png", true, "R"},
    {"/t/{ref}", "/t/AB12.pdf", true, "AB12.pdf"},
    {"/{a}/{b}/{c}/{d}", "/1/2/3/4", true, "1"},
    {"/{a}/{b}/{c}/{d}", "/1/2/3", false, NULL},
    {"/{a}/{b}/{c}/{d}/{e}", "/1/2/3/4/5", false, NULL},
};

static void test_match(void)
{
	for (size_t i = 0; i < COUNT_OF(matches); i++) {
		struct field_pair params[REQUEST_PARAMS] = {{NULL, NULL}};
		bool fits = route_match(
		    &arena, matches[i].pattern, matches[i].path, params);

		ok(fits == matches[i].fits, "%s %s %s", matches[i].path,
		    matches[i].fits ? "fits" : "does not fit",
		    matches[i].pattern);
		if (fits)
			is_text(params[0].value, matches[i].first,
			    "its first parameter");
	}
}

static void test_all_params(void)
{
	struct field_pair params[REQUEST_PARAMS] = {{NULL, NULL}};

	ok(route_match(&arena, "/x/{key}/y/{other}", "/x/1/y/2", params),
	    "two parameters");
	is_text(params[0].name, "key", "first name");
	is_text(params[0].value, "1", "first value");
	is_text(params[1].name, "other", "second name");
	is_text(params[1].value, "2", "second value");
	ok(params[2].name == NULL, "no third");
}

/* ---- dispatching ---- */

static const char *called;

static struct error *literal(struct request *request)
{
	(void)request;
	called = "literal";
	return NULL;
}

static struct error *suffix(struct request *request)
{
	called = arena_format(
	    &arena, "suffix of %s", request_param(request, "name"));
	return NULL;
}

static struct error *parameter(struct request *request)
{
	called = request_param(request, "name");
	return NULL;
}

static struct error *post(struct request *request)
{
	(void)request;
	called = "post";
	return NULL;
}

static const struct route routes[] = {
    {METHOD_GET, "/x/{name}", parameter, ACCESS_ANYONE, OWNER_NOTHING},
    {METHOD_GET, "/x/{name}.pdf", suffix, ACCESS_ANYONE, OWNER_NOTHING},
    {METHOD_GET, "/x/old.pdf", literal, ACCESS_ANYONE, OWNER_NOTHING},
    {METHOD_GET, "/x/new", literal, ACCESS_ANYONE, OWNER_NOTHING},
    {METHOD_POST, "/x/{name}", post, ACCESS_ANYONE, OWNER_NOTHING},
    {METHOD_GET, "/user", literal, ACCESS_USER, OWNER_NOTHING},
    {METHOD_GET, "/door", literal, ACCESS_DOOR, OWNER_NOTHING},
    {METHOD_GET, "/organiser", literal, ACCESS_ORGANISER, OWNER_NOTHING},
    {METHOD_GET, "/admin", literal, ACCESS_ADMIN, OWNER_NOTHING},
    {METHOD_GET, "/my/{name}", parameter, ACCESS_USER, OWNER_VIEWER},
    {METHOD_POST, "/my/{name}/end/now", post, ACCESS_USER, OWNER_VIEWER},
    {METHOD_POST, "/mine", post, ACCESS_USER, OWNER_VIEWER},
    {METHOD_POST, "/called", post, ACCESS_ANYONE, OWNER_NOTHING, CSRF_NONE,
	BODY_ANY},
};
static const struct program program = {.name = "test",
    .face = &page_face,
    .routes = routes,
    .route_count = COUNT_OF(routes)};

static const char *query_text = ""; /* of the next request */
static const char *content_type = "";
static const char *body = "";
static const char *come_back; /* of the last one */

static struct error *ask(enum method method, const char *path, enum role role)
{
	struct request request = {
	    .shop = {.arena = &arena},
	    .method = method,
	    .path = path,
	    .origin = "",
	    .fetch_site = "",
	    .host = "",
	    .content_type = content_type,
	    .body = body,
	    .body_length = strlen(body),
	    .viewer = {.role = role, .browser = ""},
	    .query_text = query_text,
	    .come_back = "",
	};
	struct error *error;

	called = "";
	error = route_dispatch(&program, &request);
	come_back = request.come_back;
	return error;
}

static void test_dispatch(void)
{
	struct error *error;

	ok(error_is(ask(METHOD_GET, "/", ROLE_VISITOR), NOT_FOUND_ERROR),
	    "R13 a program that has no first page leads to none");
	must(ask(METHOD_GET, "/x/new", ROLE_VISITOR));
	is_text(called, "literal", "a literal segment wins over a parameter");
	must(ask(METHOD_GET, "/x/newer", ROLE_VISITOR));
	is_text(called, "newer", "others are the parameter");
	must(ask(METHOD_GET, "/x/new.pdf", ROLE_VISITOR));
	is_text(called, "suffix of new", "a suffix wins over a bare one");
	must(ask(METHOD_GET, "/x/old.pdf", ROLE_VISITOR));
	is_text(called, "literal", "a literal segment wins over a suffix");
	must(ask(METHOD_GET, "/x/new.ics", ROLE_VISITOR));
	is_text(called, "new.ics", "another suffix is a part of the name");
	error = ask(METHOD_GET, "/y", ROLE_ADMIN);
	ok(error_is(error, NOT_FOUND_ERROR), "an unknown path");
	error = ask(METHOD_POST, "/user", ROLE_ADMIN);
	ok(error_is(error, METHOD_ERROR), "a known path, another method");
	is_text(error_field_value(error, "allow"), "GET, HEAD", "Allow");
	error = ask(METHOD_POST, "/x/new", ROLE_ADMIN);
	ok(error_is(error, METHOD_ERROR),
	    "a literal segment wins, whatever methods the parameter has");
	is_text(error_field_value(error, "allow"), "GET, HEAD",
	    "and Allow is the literal's");
	error = ask(METHOD_POST, "/x/a", ROLE_ADMIN);
	ok(error_is(error, ACCESS_ERROR), "a POST without its token");
	is_text(called, "", "the page is not called");
}

static void test_roles(void)
{
	static const struct {
		const char *path;
		enum role least;
	} rows[] = {
	    {"/user", ROLE_USER},
	    {"/door", ROLE_DOOR},
	    {"/organiser", ROLE_ORGANISER},
	    {"/admin", ROLE_ADMIN},
	};

	for (size_t i = 0; i < COUNT_OF(rows); i++)
		for (enum role role = ROLE_VISITOR; role <= ROLE_ADMIN;
		     role++) {
			struct error *error =
			    ask(METHOD_GET, rows[i].path, role);

			if (role >= rows[i].least)
				ok(!error, "role %d opens %s", (int)role,
				    rows[i].path);
			else
				ok(error_is(error,
				       role == ROLE_VISITOR ? LOGIN_ERROR
							    : ACCESS_ERROR) &&
					!*called,
				    "R5 role %d does not open %s", (int)role,
				    rows[i].path);
		}
	ok(!error_is(ask(METHOD_GET, "/admin", ROLE_USER), LOGIN_ERROR),
	    "R5 logging in once more does not help a small role");
}

/* Where somebody comes back to after the login. */
static void test_come_back(void)
{
	static const struct {
		enum method method;
		const char *path, *query, *expected;
	} rows[] = {
	    {METHOD_GET, "/user", "", "/user"},
	    {METHOD_GET, "/my/a", "x=1&y=%20", "/my/a?x=1&y=%20"},
	    {METHOD_GET, "/my/a b?\xc3\xa4", "", "/my/a%20b%3F%C3%A4"},
	    {METHOD_POST, "/my/a/end/now", "x=1", "/my/a"},
	    {METHOD_POST, "/mine", "", ""},
	};

	for (size_t i = 0; i < COUNT_OF(rows); i++) {
		query_text = rows[i].query;
		ok(error_is(ask(rows[i].method, rows[i].path, ROLE_VISITOR),
		       LOGIN_ERROR),
		    "R4 a visitor has to log in");
		is_text(come_back, rows[i].expected, "R4 and comes back");
	}
	query_text = "";
}

static void test_bodies(void)
{
	must(ask(METHOD_POST, "/called", ROLE_VISITOR));
	is_text(called, "post", "a body that is not looked at");
}

/* What a form's type may look like. */
static void test_types(void)
{
	static const struct {
		const char *type;
		const char *body;
		bool fits;
	} rows[] = {
	    {"application/x-www-form-urlencoded", "a=b", true},
	    {"Application/X-WWW-Form-Urlencoded; charset=utf-8", "a=b", true},
	    {"application/x-www-form-urlencoded ; charset=utf-8", "a=b", true},
	    {"application/x-www-form-urlencoded2", "a=b", false},
	    {"application/x-www-form", "a=b", false},
	    {"text/plain", "a=b", false},
	    {"", "a=b", false},
	    {"text/plain", "", true},
	};

	for (size_t i = 0; i < COUNT_OF(rows); i++) {
		struct error *error;

		content_type = rows[i].type;
		body = rows[i].body;
		error = ask(METHOD_POST, "/x/a", ROLE_VISITOR);
		/* Without a token it is refused, but not for its type. */
		ok(error_is(
		       error, rows[i].fits ? ACCESS_ERROR : MEDIA_TYPE_ERROR),
		    "a body of type \"%s\"", rows[i].type);
	}
	content_type = "";
	body = "";
}

/* ---- forms of other sites ---- */

static void test_csrf(void)
{
	static const struct config config = {
	    .base_url = "https://tickets.example.org",
	    .cookie_key = "key",
	    .cookie_mark = ""};
	static const struct {
		const char *fetch_site, *origin, *host;
		bool has_browser, is_ours;
	} rows[] = {
	    {"", "", "a.org", true, true},
	    {"same-origin", "", "a.org", true, true},
	    {"none", "", "a.org", true, true},
	    {"same-site", "", "a.org", true, false},
	    {"cross-site", "", "a.org", true, false},
	    {"", "http://a.org", "a.org", true, true},
	    {"", "https://tickets.example.org", "a.org", true, true},
	    {"", "http://b.org", "a.org", true, false},
	    {"", "null", "a.org", true, false},
	    {"", "", "a.org", false, false},
	};

	for (size_t i = 0; i < COUNT_OF(rows); i++) {
		struct request request = {
		    .shop = {.arena = &arena, .config = &config},
		    .fetch_site = rows[i].fetch_site,
		    .origin = rows[i].origin,
		    .host = rows[i].host,
		    .session_secret = "",
		    .viewer = {.browser = "browser"},
		};
		const struct field_pair token = {
		    "csrf_token", request_csrf_token(&request)};
		struct error *error;

		request.form = (struct fields){.items = &token, .count = 1};
		if (!rows[i].has_browser)
			request.viewer.browser = "";
		error = request_check_csrf(&request);
		ok(rows[i].is_ours ? !error : error_is(error, ACCESS_ERROR),
		    "a form from \"%s\" \"%s\"", rows[i].fetch_site,
		    rows[i].origin);
	}
}

static const struct config marked = {
    .cookie_key = "key", .cookie_mark = "mark"};

/* The browser's id as its cookie says; "" when it is not one of ours. */
static const char *browser_of(const char *cookie)
{
	const struct field_pair pair = {"campuspass-mark", cookie};
	struct request request = {
	    .shop = {.arena = &arena, .config = &marked},
	    .cookies = {.items = &pair, .count = 1},
	};

	request_read_browser(&request);
	return request.viewer.browser;
}

static void test_browser(void)
{
	static const char id[] = "0123456789ABCDEFGHJKMNPQRS";
	const char *signature =
	    token_sign(&arena, marked.cookie_key, "browser", id);
	const char *bent[] = {"", id, ".", "0123", "0123.4567",
	    arena_format(&arena, ".%s", signature),
	    arena_format(&arena, "%.25s.%s", id, signature),
	    arena_format(&arena, "%s0.%s", id, signature),
	    arena_format(&arena, "%s.%s", id, signature + 1),
	    arena_format(&arena, "%s.%s.", id, signature)};

	is_text(browser_of(arena_format(&arena, "%s.%s", id, signature)), id,
	    "R34 a signed id is the browser's");
	for (size_t i = 0; i < COUNT_OF(bent); i++)
		is_text(browser_of(bent[i]), "", "R34 a bent one is nobody's");
}

/* A page of a route that has no such parameter is a mistake. */
static void ask_wrongly(const void *context)
{
	const struct request request = {.params = {{"event", "jazz"}}};

	is_text(request_param(&request, "event"), "jazz", "what is there");
	request_param(&request, context);
}

static void break_header(const void *context)
{
	struct request request = {.response = {.headers = {.arena = &arena}}};

	request_header(&request, "Location", context);
}

static void name_method(const void *context)
{
	route_method(context);
}

static void test_mistakes(void)
{
	static const struct route none = {.path = "/", .method = METHOD_OTHER};

	ok(dies(ask_wrongly, "reference"), "a parameter that is not there");
	ok(dies(break_header, "/a\r\nSet-Cookie: b"), "a header of two lines");
	ok(!dies(break_header, "/a"), "one line is");
	ok(dies(name_method, &none), "no method");
}

/* ---- tables that declare nothing ---- */

static void check(const void *context)
{
	route_check(context);
}

static void test_declarations(void)
{
	static const struct route no_access[] = {{.method = METHOD_GET,
	    .path = "/",
	    .handler = literal,
	    .owner = OWNER_NOTHING}};
	static const struct route no_owner[] = {{.method = METHOD_GET,
	    .path = "/",
	    .handler = literal,
	    .access = ACCESS_ANYONE}};
	struct program bad = {
	    .name = "bad", .routes = no_access, .route_count = 1};
	struct program good = program;

	ok(dies(check, &bad), "a route without access dies at the start");
	bad.routes = no_owner;
	ok(dies(check, &bad), "a route without owner dies at the start");
	ok(!dies(check, &good), "a complete table does not");
}

int main(void)
{
	test_match();
	test_all_params();
	test_dispatch();
	test_roles();
	test_come_back();
	test_bodies();
	test_types();
	test_csrf();
	test_browser();
	test_mistakes();
	test_declarations();
	arena_close(&arena);
	return done_testing();
}
