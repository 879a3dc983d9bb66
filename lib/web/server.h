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

#endif
