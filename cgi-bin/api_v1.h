/*
 * Api_v1: what the calls of /api/v1 share - how events and tickets look,
 * pages of lists, and free JSON.
 *
 * Names are camelCase, ids numbers (slugs are accepted too), moments ISO 8601
 * in UTC, amounts numbers in units, and what is not there is null: an object
 * has all its members always (R70).
 */
#ifndef API_V1_H
#define API_V1_H

#include "api.h"
#include "store/api_store.h"
#include "web/json.h"

/* ---- objects ---- */

MUST_CHECK struct error *v1_show_an_event(
    const struct shop *shop, const struct event *event, json_t **tree);

/* Who sees a ticket. */
enum v1_reader {
	V1_BUYER, /* one passed on to somebody else without code and picture */
	V1_STAFF,
};

/* A ticket with its event. */
MUST_CHECK struct error *v1_show_a_ticket(const struct shop *shop,
    const struct api_ticket *ticket, enum v1_reader reader, json_t **tree);

/*
 * The same for staff, without the picture of the code, whose making costs as
 * much as ten scans: whoever asks has just read it.
 */
MUST_CHECK struct error *v1_show_a_scanned_ticket(
    const struct shop *shop, const struct api_ticket *ticket, json_t **tree);

/* All of a list. */
MUST_CHECK struct error *v1_show_tickets(const struct shop *shop,
    const struct api_ticket_list *list, enum v1_reader reader, json_t **array);

/* ---- pages of lists ---- */

enum {
	V1_LIMIT = 25, /* a page has so many unless asked otherwise (R11) */
	V1_LIMIT_MOST = 100, /* and never more than this */
};

struct v1_page {
	int64_t number; /* from 1 */
	int64_t limit;
	int64_t offset;
};

/* `page` and `limit` of the query; VALIDATION_ERROR. */
MUST_CHECK struct error *v1_read_page(
    const struct request *request, struct v1_page *page);

/* Answer with a list, or with 304 to who has it already. */
void v1_answer_list(struct request *request, const char *name, json_t *items,
    const struct v1_page *page, int64_t total);

/* ---- reading ---- */

/*
 * A text of the body; `fallback` where it is not there, NULL: it must be.
 * VALIDATION_ERROR.
 */
MUST_CHECK struct error *v1_read_text(struct arena *arena, const json_t *body,
    const char *name, const char *fallback, const char **text);

/* The same of what may be a whole number too, like "eventId". */
MUST_CHECK struct error *v1_read_name(struct arena *arena, const json_t *body,
    const char *name, const char *fallback, const char **text);

/* A text of the query; VALIDATION_ERROR unless it is one of the `words`. */
MUST_CHECK struct error *v1_read_word(const struct request *request,
    const char *name, const char *const *words, size_t count,
    const char **word);

/* A moment: a date, or a date and time with a zone or (UTC) without. */
MUST_CHECK struct error *v1_read_moment(
    struct arena *arena, const char *name, const char *text, int64_t *moment);

/* An object kept as text, "{}" when it is not there; VALIDATION_ERROR. */
MUST_CHECK struct error *v1_read_metadata(
    struct arena *arena, const json_t *body, const char **metadata);

/* VALIDATION_ERROR with the field. */
NONNULL_RESULT struct error *v1_refuse(
    const char *field, const char *value, const char *reason);

/* The same where there is none, with the cause KEY_ERROR. */
NONNULL_RESULT struct error *v1_missing(const char *field);

/* A member of a body, and what the domain calls it. */
struct v1_member {
	const char *field;  /* "title" */
	const char *member; /* "name" */
};

/*
 * The error with its field as the caller sent it: the domain names fields as
 * the forms do. What names none of the `members`, and NULL, stay as they are.
 */
struct error *v1_name_field(struct arena *arena, struct error *error,
    const struct v1_member *members, size_t count);

#endif
