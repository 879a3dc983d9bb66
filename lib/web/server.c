#include "web/server.h"

#include "base/clock.h"
#include "base/config.h"
#include "base/log.h"
#include "base/text.h"
#include "booking/payment_setup.h"
#include "store/db.h"
#include "web/chores.h"
#include "web/errand.h"
#include "web/opened.h"
#include "web/remote.h"
#include "web/sandbox.h"
#include "web/sign_in.h"
#include "web/transport.h"
#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum {
	DRAIN_MOST = 8 * 1024 * 1024, /* of a refused body, read and dropped */
	PATH_LONGEST = 1000,
	HEAD_USUAL = 1024, /* bytes of an answer's headers, mostly less */
};

/* What lives as long as the process. */
struct server {
	struct server_parts parts;
	const struct program *program; /* of the request */
	const struct transport *transport;
	struct arena lifetime; /* the connection, the path of DATA */
	struct arena settings; /* configuration, until its file changes */
	struct config config;  /* complete once is_configured */
	bool is_configured;
	struct db *db;      /* NULL until it could be opened */
	struct arena arena; /* of the request */
	struct out body;    /* kept from request to request */
	size_t body_left;   /* of the request's body, not read yet */
};

/* ---- starting ---- */

/* Does any program in this executable? */
static bool calls_gateways(const struct server *server)
{
	for (size_t i = 0; i < server->parts.count; i++)
		if (server->parts.items[i].program->calls_gateways)
			return true;
	return false;
}

/* A CGI would say so at each request. */
static void enter_sandbox(struct server *server)
{
	const struct sandbox sandbox = {.config = &server->config,
	    .calls_gateways = calls_gateways(server)};
	const char *lacks;

	if (!server->transport->is_lasting)
		return;
	lacks = sandbox_enter(&server->lifetime, &sandbox);
	if (*lacks)
		log_warn("the sandbox is without %s", lacks);
}

static struct error *configure(struct server *server)
{
	const char *data;

	TRY(config_find_data(&server->lifetime, &data));
	clock_set_directory(data);
	clock_tick();
	log_open(server->parts.items[0].program->name,
	    arena_format(&server->lifetime, "%s/log/campuspass.log", data));
	arena_reset(&server->settings);
	TRY(config_load(&server->settings, data, &server->config));
	TRY(payment_check_setup(&server->settings, &server->config));
	enter_sandbox(server);
	server->is_configured = true;
	return NULL;
}

/*
 * A file was changed, here or by another process. With one that is damaged
 * the site goes on as before: the log says why, once.
 */
static void configure_again(struct server *server)
{
	struct arena settings = ARENA_EMPTY;
	struct config config;
	struct error *error =
	    config_load(&settings, server->config.data, &config);

	if (!error)
		error = payment_check_setup(&settings, &config);
	if (error) {
		log_error(LOG_LEVEL_ERROR, error);
		server->config.stamp = config.stamp;
		server->config.keys_stamp = config.keys_stamp;
		arena_close(&settings);
		return;
	}
	arena_close(&server->settings);
	server->settings = settings;
	server->config = config;
}

/* So that even the page that says so has a name and a frame. */
static const struct config bare_config = {
    .site_name = "CampusPass",
    .organiser = "",
    .contact = "",
    .base_url = "",
    .timezone = "UTC",
    .max_body_kib = 64,
};

static struct error *open_shop(struct server *server, struct shop *shop)
{
	shop->arena = &server->arena;
	shop->config = &bare_config;
	if (!server->is_configured)
		TRY(configure(server));
	else if (!config_is_current(&server->config))
		configure_again(server);
	shop->config = &server->config;
	if (server->db)
		db_start_deadline(server->db);
	if (server->db && !db_is_current(server->db, &server->arena)) {
		db_close(server->db);
		server->db = NULL;
	}
	if (!server->db) {
		TRY(db_open(&server->lifetime, &server->config, &server->db));
		if (!server->transport->is_lasting)
			db_keep_log_short(server->db);
	}
	shop->db = server->db;
	return NULL;
}

/* ---- reading the request ---- */

static const char *variable(const struct server *server, const char *name)
{
	const char *value = server->transport->variable(name);

	return value ? value : "";
}

/*
 * Read and drop what is left of a body: some servers lose the answer over
 * unread input. Never more than the server said: it may leave the stream
 * open (RFC 3875, 4.2).
 */
static void drain(struct server *server)
{
	char scrap[4096];
	size_t left =
	    server->body_left < DRAIN_MOST ? server->body_left : DRAIN_MOST;

	while (left > 0) {
		size_t size = left < sizeof(scrap) ? left : sizeof(scrap);
		size_t got = server->transport->read(scrap, size);

		if (got == 0)
			return;
		left -= got;
	}
}

/* In KiB. A file comes with a form around it. */
static int64_t largest_body(
    const struct server *server, struct request *request)
{
	const struct config *config = request->shop.config;

	if (route_takes_file(server->program, request))
		return config->max_image_kib + config->max_body_kib;
	return config->max_body_kib;
}

static struct error *read_length(
    struct server *server, struct request *request, size_t *length)
{
	const char *text = variable(server, "CONTENT_LENGTH");
	int64_t number, largest;

	if (*variable(server, "HTTP_TRANSFER_ENCODING") && !*text)
		return fail(
		    LENGTH_ERROR, "The request does not say its length");
	if (!*text)
		text = "0";
	if (text_number(text, &number) != NUMBER_OK || number < 0)
		return fail(REQUEST_ERROR, "The request's length is damaged");
	server->body_left = (size_t)number;
	largest = largest_body(server, request);
	if (number > largest * 1024)
		return fail(TOO_LARGE_ERROR, "The form is larger than %d KiB",
		    (int)largest);
	*length = (size_t)number;
	return NULL;
}

static struct error *read_body(struct server *server, struct request *request)
{
	size_t length, used = 0, got;
	char *text;

	TRY(read_length(server, request, &length));
	text = arena_alloc(request->shop.arena, length + 1);
	while (used < length &&
	    (got = server->transport->read(text + used, length - used)) > 0)
		used += got;
	server->body_left -= used;
	if (used < length)
		return fail(REQUEST_ERROR, "The request did not arrive whole");
	request->body = text;
	request->body_length = length;
	return NULL;
}

/* A method that nobody takes is the router's to refuse, with Allow. */
static void read_method(const struct server *server, struct request *request)
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
	const char *name = variable(server, "REQUEST_METHOD");

	for (size_t i = 0; i < COUNT_OF(methods); i++)
		if (text_equal(methods[i].name, name)) {
			request->method = methods[i].method;
			return;
		}
	request->method = METHOD_OTHER;
}

static struct error *read_path(
    const struct server *server, struct request *request)
{
	const char *path = variable(server, "PATH_INFO");
	size_t length = strlen(path);

	request->path = *path ? path : "/";
	if (length > PATH_LONGEST || !text_is_utf8(path, length) ||
	    text_has_control(path))
		return fail(REQUEST_ERROR, "The address is damaged");
	return NULL;
}

static void read_headers(const struct server *server, struct request *request)
{
	fields_read_cookies(request->shop.arena,
	    variable(server, "HTTP_COOKIE"), &request->cookies);
	request->host = variable(server, "HTTP_HOST");
	request->origin = variable(server, "HTTP_ORIGIN");
	request->fetch_site = variable(server, "HTTP_SEC_FETCH_SITE");
	request->if_none_match = variable(server, "HTTP_IF_NONE_MATCH");
	request->idempotency_key = variable(server, "HTTP_IDEMPOTENCY_KEY");
	request->content_type = variable(server, "CONTENT_TYPE");
	request->remote = remote_address(request->shop.arena,
	    request->shop.config->trusted_proxies,
	    variable(server, "REMOTE_ADDR"),
	    variable(server, "HTTP_X_FORWARDED_FOR"));
	request->is_https =
	    text_starts_with(request->shop.config->base_url, "https://");
	request_read_browser(request);
	opened_read(request);
}

static struct error *read_request(
    struct server *server, struct request *request)
{
	request->query_text = variable(server, "QUERY_STRING");
	read_method(server, request);
	TRY(read_path(server, request));
	read_headers(server, request);
	if (request->shop.db && !server->program->takes_bearer)
		TRY(sign_in_read(request));
	TRY(fields_decode(request->shop.arena, request->query_text,
	    strlen(request->query_text), &request->query));
	if (request->method != METHOD_GET)
		TRY(read_body(server, request));
	return NULL;
}

/* ---- answering ---- */

/*
 * No script, no style but our own file, no frames: what slips into a page
 * cannot run. A source is added here only with a page that needs it: scripts
 * of ours, and what they fetch from us, with response.runs_scripts.
 */
static void add_security_headers(
    struct out *head, const struct response *response)
{
	OUT_LITERAL(head, "Content-Security-Policy: default-src 'none'; ");
	if (response->runs_scripts)
		OUT_LITERAL(head,
		    "script-src 'self'; worker-src 'self'; "
		    "connect-src 'self'; media-src 'self'; ");
	OUT_LITERAL(head,
	    "style-src 'self'; img-src 'self' data:; base-uri 'none'; "
	    "frame-ancestors 'none'; form-action 'self' ");
	out_text(head, response->form_targets);
	OUT_LITERAL(head,
	    "\r\n"
	    "X-Content-Type-Options: nosniff\r\n"
	    "Referrer-Policy: same-origin\r\n"
	    "Cross-Origin-Opener-Policy: same-origin\r\n"
	    "Permissions-Policy: camera=(");
	if (response->uses_camera)
		OUT_LITERAL(head, "self");
	OUT_LITERAL(head, "), microphone=(), geolocation=()\r\n");
}

static void send_answer(struct server *server, struct request *request)
{
	struct response *response = &request->response;
	struct out head = {.arena = request->shop.arena};

	out_reserve(&head, HEAD_USUAL);
	out_format(&head, "Status: %d\r\n", response->status);
	if (response->body.length > 0)
		out_format(&head, "Content-Type: %s\r\nContent-Length: %zu\r\n",
		    response->content_type, response->body.length);
	out_format(&head, "Cache-Control: %s\r\n", response->cache_control);
	add_security_headers(&head, response);
	if (request->is_https)
		OUT_LITERAL(
		    &head, "Strict-Transport-Security: max-age=31536000\r\n");
	out_text(&head, out_string(&response->headers));
	OUT_LITERAL(&head, "\r\n");
	server->transport->send(head.data, head.length, response->body.data,
	    request->is_head ? 0 : response->body.length);
}

static const struct face *face_of(
    const struct server *server, const struct request *request)
{
	if (request->route && request->route->face)
		return request->route->face;
	return server->program->face;
}

/* The one that the path's first segment names. */
static const struct program *find_part(
    const struct server_parts *parts, const char *path)
{
	size_t length;

	path += *path == '/';
	length = strcspn(path, "/");
	for (size_t i = 1; i < parts->count; i++)
		if (strlen(parts->items[i].segment) == length &&
		    strncmp(parts->items[i].segment, path, length) == 0)
			return parts->items[i].program;
	return parts->items[0].program;
}

static const struct program *find_program(const struct server *server)
{
	const struct program *setup = server->parts.setup;

	if (setup && !server->is_configured && setup->is_due())
		return setup;
	return find_part(&server->parts, variable(server, "PATH_INFO"));
}

static void answer(struct server *server, struct request *request)
{
	struct error *error = open_shop(server, &request->shop);

	server->program = find_program(server);
	if (error && server->program->works_without_shop) {
		log_error(LOG_LEVEL_INFO, error);
		error = NULL;
	}
	if (!error)
		error = read_request(server, request);
	if (!error)
		error = route_dispatch(server->program, request);
	if (error)
		face_answer(face_of(server, request), request, error);
	drain(server);
	send_answer(server, request);
}

/* A GET changes nothing, but for one that comes back from a gateway. */
static bool may_have_changed(const struct request *request)
{
	return request->method != METHOD_GET || request->response.status == 303;
}

static void serve(struct server *server)
{
	struct request request = {
	    .viewer = {.role = ROLE_VISITOR, .browser = ""},
	    .host = "",
	    .origin = "",
	    .fetch_site = "",
	    .if_none_match = "",
	    .idempotency_key = "",
	    .content_type = "",
	    .query_text = "",
	    .remote = "",
	    .session_secret = "",
	    .come_back = "",
	    .upload = {.field = "", .name = "", .bytes = ""},
	    .body = "",
	    .path = "/",
	    .is_head = text_equal(variable(server, "REQUEST_METHOD"), "HEAD"),
	    .variable = server->transport->variable,
	    .response = {.status = 200,
		.content_type = "text/html; charset=utf-8",
		.cache_control = "no-store",
		.form_targets = "",
		.headers = {.arena = &server->arena},
		.body = server->body},
	};

	server->body_left = 0;
	clock_tick();
	out_clear(&request.response.body);
	answer(server, &request);
	server->body = request.response.body;
	log_set_request("");
	if (server->db) {
		chores_run(&request.shop, may_have_changed(&request));
		db_check_idle(server->db);
	}
	error_reset();
	arena_reset(&server->arena);
}

/* A page that no request would be sent to is a mistake in the parts. */
static void check_parts(const struct server_parts *parts)
{
	for (size_t i = 0; i < parts->count; i++) {
		const struct program *program = parts->items[i].program;

		route_check(program);
		if (program == parts->setup)
			continue;
		for (size_t j = 0; j < program->route_count; j++)
			if (find_part(parts, program->routes[j].path) !=
			    program)
				die("%s is not a path of %s",
				    program->routes[j].path, program->name);
	}
}

static void print_routes(const struct server_parts *parts)
{
	for (size_t i = 0; i < parts->count; i++) {
		size_t first = 0;

		while (parts->items[first].program != parts->items[i].program)
			first++;
		if (first == i)
			route_print(parts->items[i].program);
	}
}

int server_main_of(const struct server_parts *parts)
{
	static struct server server;

	umask(077);
	signal(SIGPIPE, SIG_IGN);
	signal(SIGXFSZ, SIG_IGN);
	if (errand_is_ours())
		return errand_main();
	log_open(parts->items[0].program->name, NULL);
	check_parts(parts);
	if (getenv("CAMPUSPASS_ROUTES")) {
		print_routes(parts);
		return EXIT_SUCCESS;
	}
	server.parts = *parts;
	server.transport = transport_choose();
	if (server.transport->is_lasting)
		errand_prepare();
	while (server.transport->next())
		serve(&server);
	if (server.db)
		db_close(server.db);
	return 0;
}

int server_main(const struct program *program)
{
	const struct server_part part = {.segment = "", .program = program};

	return server_main_of(
	    &(const struct server_parts){.items = &part, .count = 1});
}
