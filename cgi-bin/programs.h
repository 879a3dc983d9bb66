/*
 * Programs: the parts of the site. Each is a table of routes in NAME.c, and
 * an executable of its own (main.c); one.c is all of them in one executable,
 * for hosts where files are uploaded.
 */
#ifndef PROGRAMS_H
#define PROGRAMS_H

#include "web/server.h"

extern const struct program list_program;
extern const struct program book_program;
extern const struct program checkout_program;
extern const struct program tickets_program;
extern const struct program account_program;
extern const struct program admin_program;
extern const struct program door_program;
extern const struct program api_program;

/*
 * All of them, for one executable: a request goes to the program that
 * lighttpd.conf would send it to. It can set a site up, too (setup.h).
 */
extern const struct server_parts site_parts;

#endif
