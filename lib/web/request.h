/*
 * Request: one question of a browser and the answer under way.
 *
 * Page functions take a struct request *, read it through the functions
 * below, and write the answer into request->response. Whatever hangs on it
 * lives in request->shop.arena and dies after the answer.
 */
#ifndef WEB_REQUEST_H
#define WEB_REQUEST_H

#include "base/out.h"
#include "booking/shop.h"
#include "model/event.h"
#include "model/viewer.h"
#include "views/view.h"
#include "web/fields.h"
#include "web/multipart.h"
#include <stdbool.h>

/* Methods as bits, so that a route can allow several. */
enum method {
	METHOD_GET = 1, /* HEAD too */
	METHOD_POST = 2,
	METHOD_PUT = 4,
	METHOD_DELETE = 8,
	METHOD_OTHER = 16, /* of no route */
};

/* The most {parameters} of a route. */
enum {
	REQUEST_PARAMS = 4
};

struct response {
	int status;                /* 200 unless set */
	const char *content_type;  /* text/html; charset=utf-8 unless set */
	const char *cache_control; /* "no-store" unless set */
	const char *form_targets;  /* origins that forms lead to; "" ours */
	bool runs_scripts;         /* our own files; they may call us */
	bool uses_camera;          /* of the telephone, by these */
	struct out headers;        /* more lines, each ending in CR LF */
	struct out body;
};

struct request {
	struct shop shop; /* database, configuration, memory */

	enum method method;
	bool is_head;
	const char *path;    /* decoded: "/book/jazz-evening" */
	struct fields query; /* what follows '?' */
	const char *body;    /* of anything but a GET; NUL-terminated */
	size_t body_length;
	const char *content_type; /* of the body; "" none */
	struct fields form;       /* the body, where the route takes a form */
	struct upload upload;     /* and its file, where it takes one */
	struct fields cookies;
	const char *host;          /* Host header; for the origin check only */
	const char *origin;        /* Origin header; "" none */
	const char *fetch_site;    /* Sec-Fetch-Site header; "" none */
	const char *if_none_match; /* "" none */
	const char *idempotency_key; /* Idempotency-Key header; "" none */
	const char *query_text;      /* as it came; a part of cache keys */
	const char *remote;          /* address of the client: web/remote.h */
	bool is_https;
	bool is_only; /* this process gets no other: plain CGI */

	const struct route *route;                /* that matched */
	struct field_pair params[REQUEST_PARAMS]; /* of its pattern */

	struct viewer viewer;       /* who asks */
	const char *session_secret; /* of the live session; "" signed out */
	const char *come_back;      /* where to go after login; "" unknown */
	const char *(*variable)(const char *name); /* of the transport */
	const char *id;                            /* set by request_id() */
	struct response response;
};

/* A {parameter} of the route's path; dies if the pattern has none such. */
NONNULL_RESULT const char *request_param(
    const struct request *request, const char *name);

/* The event that {event} names, if visitors see it. NOT_FOUND_ERROR. */
MUST_CHECK struct error *request_event(
    const struct request *request, struct event *event);

/* A value of the query or the form; "" when it is not there. */
NONNULL_RESULT const char *request_query(
    const struct request *request, const char *name);
NONNULL_RESULT const char *request_form(
    const struct request *request, const char *name);

/* ---- what must not stay in memory ---- */

/* Overwrite a value of the form where it lies: it is "" from then on. */
void request_wipe_value(const char *value);

/* Overwrite the body; the form's fields were copied from it and stay. */
void request_wipe_body(struct request *request);

/* Names this request in the log and on error pages; made when needed. */
NONNULL_RESULT const char *request_id(struct request *request);

/* Answer 303: go and GET that (Post/Redirect/Get). */
void request_redirect(struct request *request, struct url url);

/* A header of the request by its CGI name; "" when it is not there. */
NONNULL_RESULT const char *request_variable(
    const struct request *request, const char *name);

/* Add a header line. The value must have no line break (checked). */
void request_header(
    struct request *request, const char *name, const char *value);

/*
 * Give the answer this ETag, "..." or W/"...". True: the browser has what it
 * names; the status is 304, and no body is wanted.
 */
bool request_knows(struct request *request, const char *etag);

/* ---- cookies ---- */

/* How long a cookie lasts, beside a number of seconds. */
enum {
	COOKIE_FORGET = -1, /* not any more */
	COOKIE_VISIT = 0,   /* until the browser ends */
};

/*
 * A cookie of ours; "" when it is not there. Its name ends with the site's mark
 * (cookie_mark), for a browser sends the cookies of a host to all sites there,
 * whatever their ports. On https it has the prefix __Host-: browsers then
 * refuse one that did not come over https, for this host alone and for all its
 * paths (RFC 6265bis, 4.1.3.2).
 */
NONNULL_RESULT const char *request_cookie(
    const struct request *request, const char *name);

/*
 * Set a cookie of ours: no script reads it, no form of another site sends
 * it. The value is of token characters.
 */
void request_set_cookie(struct request *request, const char *name,
    const char *value, int64_t seconds);

/* ---- the browser's own id ---- */

/*
 * Read the signed cookie into viewer.browser; a cookie with a wrong
 * signature is no cookie.
 */
void request_read_browser(struct request *request);

/* The browser's id; one without gets an id and the cookie. */
NONNULL_RESULT const char *request_need_browser(struct request *request);

/* Give the browser another id: it is somebody else's now. */
void request_renew_browser(struct request *request);

/*
 * The token that forms carry against requests forged on other sites: bound
 * to the browser's id, so another browser's does not fit, and to the session,
 * so that one from before the login is dead after it.
 */
NONNULL_RESULT const char *request_csrf_token(struct request *request);

/*
 * Is this POST from one of our own forms? ACCESS_ERROR if the token is not
 * this browser's, or if the browser says that another site sent it (Origin,
 * Sec-Fetch-Site).
 */
MUST_CHECK struct error *request_check_csrf(struct request *request);

#endif
