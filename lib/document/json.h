/*
 * Json: trees of jansson in an arena.
 *
 * Invariants
 * - Trees live in the arena that was named last (json_use); json_decref() is
 *   not needed, freeing does nothing.
 * - What is written is compact and has its keys sorted, so that equal trees
 *   are equal texts.
 */
#ifndef DOCUMENT_JSON_H
#define DOCUMENT_JSON_H

#include "base/arena.h"
#include "base/money.h"
#include "base/out.h"
#include <jansson.h>
#include <stdbool.h>
#include <stdint.h>

/* Make trees in this arena from now on. */
void json_use(struct arena *arena);

/*
 * "line 1: ...": why a text is no JSON. What jansson quotes of it may end
 * amid a character, or be no UTF-8 at all; that is left out.
 */
NONNULL_RESULT const char *json_problem(
    struct arena *arena, const json_error_t *problem);

/* Append a tree of any type. False if it holds what is not UTF-8. */
bool json_write(struct out *out, const json_t *tree);

/* Is it missing or null? A member that is null is one that was not sent. */
bool json_is_absent(const json_t *value);

/* A member of an object as text; "" where there is no string. */
NONNULL_RESULT const char *json_member_text(
    const json_t *object, const char *key);

/* A member of an object as a whole number; 0 where there is none. */
int64_t json_member_number(const json_t *object, const char *key);

/* ---- values ---- */

/* An amount as a number in units: 15, 12.5. */
NONNULL_RESULT json_t *json_money(struct money money);

/* A string, or null for NULL and "". */
NONNULL_RESULT json_t *json_text_or_null(const char *text);

/* A moment as "2026-11-28T18:30:00Z"; null for 0. */
NONNULL_RESULT json_t *json_moment(int64_t at);

#endif
