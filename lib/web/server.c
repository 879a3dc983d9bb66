#include "web/server.h"

#include "base/clock.h"
#include "base/config.h"
#include "base/log.h"
#include "base/text.h"
#include "booking/payment_setup.h"
#include "store/db.h"
#include "web/answer.h"
#include "web/cache.h"
#include "web/chores.h"
#include "web/errand.h"
#include "web/receive.h"
#include "web/sandbox.h"
#include "web/transport.h"
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

/* What lives as long as the process. */
struct server {
	struct server_parts parts;
	const struct transport *transport;
	struct arena lifetime; /* the connection, the path of DATA */
	struct arena settings; /* configuration, until its file changes */
	struct config config;  /* complete once is_configured */
	bool is_configured;
	struct db *db;      /* NULL until it could be opened */
	struct arena arena; /* of the request */
	struct out body;    /* kept from request to request */
	struct receiver in; /* of the request */
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
	cache_forget();
}

/* So that even the page that says so has a name and a frame. */
static const struct config bare_config = {
    .site_name = "CampusPass",
    .organiser = "",
    .contact = "",
    .base_url = "",
    .timezone = "UTC",
    .cookie_mark = "",
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

/* ---- answering ---- */

static const struct face *face_of(
    const struct server *server, const struct request *request)
{
	if (request->route && request->route->face)
		return request->route->face;
	return server->in.program->face;
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
	return find_part(
	    &server->parts, receive_variable(server->transport, "PATH_INFO"));
}

static void answer(struct server *server, struct request *request)
{
	struct error *error = open_shop(server, &request->shop);

	server->in.program = find_program(server);
	if (error && server->in.program->works_without_shop) {
		log_error(LOG_LEVEL_INFO, error);
		error = NULL;
	}
	if (!error)
		error = receive_request(&server->in, request);
	if (!error)
		error = route_dispatch(server->in.program, request);
	if (error)
		face_answer(face_of(server, request), request, error);
	answer_send(server->transport, request);
}

/* Also where it is refused: a payment that came too late goes back. */
static bool leaves_work(const struct request *request)
{
	enum {
		CONFLICT = 409
	};
	int status = request->response.status;

	return request->route && request->route->leaves_work &&
	    (status < 400 || status == CONFLICT);
}

/* A GET changes nothing, but for one that comes back from a gateway. */
static enum chores_left find_left(const struct request *request)
{
	if (leaves_work(request))
		return CHORES_MORE;
	return request->method != METHOD_GET || request->response.status == 303
	    ? CHORES_MAIL
	    : CHORES_NOTHING;
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
	    .is_head = text_equal(
		receive_variable(server->transport, "REQUEST_METHOD"), "HEAD"),
	    .is_only = !server->transport->is_lasting,
	    .variable = server->transport->variable,
	    .response = {.status = 200,
		.content_type = "text/html; charset=utf-8",
		.cache_control = "no-store",
		.form_targets = "",
		.headers = {.arena = &server->arena},
		.body = server->body},
	};

	server->in = (struct receiver){.transport = server->transport};
	clock_tick();
	out_clear(&request.response.body);
	answer(server, &request);
	server->body = request.response.body;
	log_set_request("");
	if (server->db) {
		chores_run(&request.shop, find_left(&request));
		db_check_idle(server->db);
	}
	error_reset();
	arena_reset(&server->arena);
}

/*
 * A page that no request would be sent to is a mistake in the parts. The build
 * asks each program once, so no process that serves has to.
 */
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
	if (getenv("CAMPUSPASS_ROUTES")) {
		check_parts(parts);
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
		db_leave(server.db);
	return 0;
}

int server_main(const struct program *program)
{
	const struct server_part part = {.segment = "", .program = program};

	return server_main_of(
	    &(const struct server_parts){.items = &part, .count = 1});
}
