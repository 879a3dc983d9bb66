/*
 * Server: the life of a program - FastCGI or plain CGI from the same
 * executable, one request at a time.
 *
 * A request: clock, arena, errors and deadline afresh; read and decode;
 * route; answer written in one piece; then chores; then a check that no
 * transaction or statement was left open.
 *
 * Under FastCGI the process ends on SIGTERM after the request under way, and
 * when its parent dies. Configuration and database are opened when first
 * needed; while that fails each request is answered 503 and tried anew. With
 * the configuration read the process enters its sandbox (sandbox.h).
 */
#ifndef WEB_SERVER_H
#define WEB_SERVER_H

#include "web/route.h"

/*
 * Serve a program's routes, or print them (route_print) when the environment
 * has CAMPUSPASS_ROUTES, as the build does: a program whose table declares
 * too little does not build. No client can set a variable of that name. A
 * main() returns what this returns.
 */
int server_main(const struct program *program);

/* ---- several programs in one executable ---- */

struct server_part {
	const char *segment; /* first of its paths: "book" */
	const struct program *program;
};

struct server_parts {
	const struct server_part *items; /* the first takes all other paths */
	size_t count;
	const struct program *setup; /* while it is due; NULL: none */
};

/* The same for a program found by each request's path. */
int server_main_of(const struct server_parts *parts);

#endif
