/*
 * Setup: the first visit to a site that was uploaded, and the first one after
 * a newer version was.
 *
 * Who runs the site proves it with a code that stands in DATA/setup-token, a
 * file that only they can read. While there is no database every address
 * leads here. Once there is one the page is not there any more (404); it
 * comes back when the database is of an older schema.
 */
#ifndef SETUP_H
#define SETUP_H

#include "account/account.h"
#include "web/route.h"

extern const struct program setup_program;

/* ---- setup_site.c: the work ---- */

enum setup_state {
	SETUP_DONE,    /* nothing to do: the page is not there */
	SETUP_FIRST,   /* no database */
	SETUP_UPGRADE, /* the database is not of this program's schema */
};

/* Is there a database? One that cannot be looked at is there, too. */
bool setup_has_database(struct arena *arena, const char *data);

/*
 * What is to do. `shop` has its database when that could be opened; *data is
 * the data directory. CONFIGURATION_ERROR when there is none.
 */
MUST_CHECK struct error *setup_find_state(
    const struct shop *shop, const char **data, enum setup_state *state);

/* The code in DATA/setup-token; made when the file is not there. */
MUST_CHECK struct error *setup_find_token(
    struct arena *arena, const char *data, const char **token);

/* What the owner says of the site. */
struct setup_answers {
	const char *site_name;
	const char *base_url; /* "https://tickets.example.org" */
	struct registration admin;
};

/*
 * Make the database, the keys and the first admin, write the answers into
 * the configuration, and remove the token. VALIDATION_ERROR with the field
 * for a name, email or password that will not do: then it can be called
 * again. NOT_FOUND_ERROR when somebody else was first.
 */
MUST_CHECK struct error *setup_make_site(
    struct arena *arena, const char *data, const struct setup_answers *answers);

/* Add the keys that are new, bring the database to this program's schema. */
MUST_CHECK struct error *setup_upgrade(struct arena *arena, const char *data);

#endif
