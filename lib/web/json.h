/*
 * Json: reading and writing JSON bodies through jansson, in the arena of the
 * request (document/json.h).
 *
 * Invariants
 * - Trees live in the arena of the request they were made for (json_begin).
 * - What is read has no duplicate keys, is valid UTF-8, and is an object.
 * - What is written has its keys sorted, so answers can be compared.
 */
#ifndef WEB_JSON_H
#define WEB_JSON_H

#include "document/json.h"
#include "web/request.h"

/* Use the request's arena from now on; first in each JSON handler. */
void json_begin(struct request *request);

/*
 * Parse the body as an object. INVALID_BOOKING_ERROR with the field `body`
 * and a cause: VALUE_ERROR (not JSON, or a key twice), TYPE_ERROR (not an
 * object), OVERFLOW_ERROR (a number out of range: field `unknown`).
 */
MUST_CHECK struct error *json_read_body(struct request *request, json_t **body);

/* Answer with a tree. */
void json_answer(struct request *request, const json_t *tree);

/* The same with an ETag of its own, or 304 to who has it already. */
void json_answer_tagged(struct request *request, const json_t *tree);

/* A tree as compact text, for messages; cut after 100 bytes. */
NONNULL_RESULT const char *json_show(struct arena *arena, const json_t *tree);

#endif
