/*
 * Route: which page function answers which method and path.
 *
 * A program's routes are one table. Each row says who may call it and what
 * is checked before: role, CSRF. Deny by default: a row without a role does
 * not compile into a usable route (route_check). A visitor at a row for users
 * is sent to the login and comes back (R4); somebody with too small a role is
 * refused (R5).
 *
 * A segment is literal, a {parameter}, or a parameter with what stands behind
 * it: {reference}.pdf. Literal segments win over those with a suffix, these
 * over bare ones. HEAD is answered as GET.
 */
#ifndef WEB_ROUTE_H
#define WEB_ROUTE_H

#include "base/error.h"
#include "model/viewer.h"
#include "web/face.h"
#include "web/request.h"

/* Who may call a route. The zero value allows nobody. */
enum access {
	ACCESS_UNDECLARED,
	ACCESS_ANYONE,
	ACCESS_USER,
	ACCESS_DOOR,
	ACCESS_ORGANISER,
	ACCESS_ADMIN,
};

/* Whose thing the path names. */
enum owner_check {
	OWNER_UNDECLARED,
	OWNER_NOTHING, /* public, or names nothing of anybody's */
	OWNER_VIEWER,  /* found through the viewer: foreign ones are 404 */
};

/* What proves that a POST comes from our own form. */
enum csrf_check {
	CSRF_TOKEN, /* the hidden field: the default */
	CSRF_NONE,  /* its body type, or a signature, proves it */
};

/* What a request's body must be. */
enum body_type {
	BODY_FORM, /* application/x-www-form-urlencoded: the default */
	BODY_JSON, /* application/json; no form of another site can send it */
	BODY_FILE, /* multipart/form-data: a form with a file, and larger;
		    * or a plain form, without one */
	BODY_ANY,  /* the page itself reads it, or the path says it all */
};

/*
 * What a description of a call says of it. Names are those of the program's
 * schemas.
 */
struct route_doc {
	const char *summary; /* a sentence without its point */
	const char *query;   /* parameters, blanks between; NULL none */
	const char *takes;   /* of the body; NULL none */
	const char *gives;   /* of the answer */
	int status;          /* of the answer; 0: 200 */
	int also;            /* another one that gives the same; 0 none */
	bool is_once;        /* Idempotency-Key counts */
};

struct route {
	enum method method;
	const char *path; /* "/book/{event}" */
	struct error *(*handler)(struct request *request);
	enum access access;
	enum owner_check owner;
	enum csrf_check csrf;
	enum body_type body;
	const struct face *face; /* how its errors look; NULL: the program's */
	bool ignores_bearer;     /* who asks does not matter: old tokens pass */
	struct route_doc doc;    /* of calls; pages speak for themselves */
	bool leaves_work;        /* for chores at once (web/chores.h) */
};

struct program {
	const char *name;        /* "book": in the log */
	const struct face *face; /* how its errors look */
	const struct route *routes;
	size_t route_count;

	/*
	 * Callers are programs: they say who they are by a token in
	 * Authorization: Bearer, never by the session's cookie, so that no
	 * other site can make a browser act for its owner.
	 */
	bool takes_bearer;

	/*
	 * It calls payment gateways while somebody waits, so it may open
	 * sockets (sandbox.h).
	 */
	bool calls_gateways;
	/* For setting a site up, when there is no database to open yet. */
	bool works_without_shop;
	bool (*is_due)(void); /* every request is for this one; or NULL */
};

/* Does a path fit a pattern? Fills the parameters if so. */
bool route_match(struct arena *arena, const char *pattern, const char *path,
    struct field_pair params[REQUEST_PARAMS]);

/*
 * Find the route, check role, body and CSRF, and call it. NOT_FOUND_ERROR,
 * METHOD_ERROR with field `allow`, ACCESS_ERROR, LOGIN_ERROR (with
 * request->come_back set to a page that GET opens), MEDIA_TYPE_ERROR,
 * REQUEST_ERROR, and what the page raises.
 */
MUST_CHECK struct error *route_dispatch(
    const struct program *program, struct request *request);

/* May this request's body be a file, and not only a form? */
bool route_takes_file(const struct program *program, struct request *request);

/* "GET": the method of a row that has one. */
NONNULL_RESULT const char *route_method(const struct route *route);

/* Die unless each route declares access and owner; at the start. */
void route_check(const struct program *program);

/*
 * Print the table, a route a line, tabs between: program, method, path,
 * access, owner, csrf, body, how callers say who they are.
 */
void route_print(const struct program *program);

#endif
