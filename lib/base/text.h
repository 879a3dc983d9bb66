/*
 * Text: small, exact helpers for UTF-8 strings and numbers in them.
 *
 * Strings are NUL-terminated UTF-8. Lengths that users see are counted in
 * characters (code points), sizes in bytes.
 */
#ifndef BASE_TEXT_H
#define BASE_TEXT_H

#include "base/arena.h"
#include "base/error.h"
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* How a number in a text failed to be one. */
enum number_verdict {
	NUMBER_OK,
	NUMBER_EMPTY,     /* nothing but blanks */
	NUMBER_MALFORMED, /* letters, a point, an exponent, "1_0" */
	NUMBER_OVERFLOW,  /* digits alone, but beyond int64_t */
};

/* Equal? Two NULLs are; NULL and "" are not. */
bool text_equal(const char *a, const char *b);

/* NULL or "". */
bool text_is_empty(const char *text);

/* Does it begin with the prefix? */
bool text_starts_with(const char *text, const char *prefix);

/* Is it UTF-8 as RFC 3629 has it (no surrogates, no overlong forms)? */
bool text_is_utf8(const char *bytes, size_t length);

/* Characters (code points) in valid UTF-8. */
size_t text_length(const char *text);

/* Bytes of the first character of valid UTF-8; 0 at the end. */
size_t text_character_size(const char *text);

/*
 * Has it a control character other than tab, LF, CR? (0x7f is one; so are
 * those that turn what follows around, U+202A-202E and U+2066-2069: a name
 * with one bends the words of others beside it.)
 */
bool text_has_control(const char *text);

/* A copy without blanks (space, tab, CR, LF) at both ends. */
NONNULL_RESULT char *text_trim(struct arena *arena, const char *text);

/* A copy with ASCII letters in lower case; other bytes stay. */
NONNULL_RESULT char *text_lower(struct arena *arena, const char *text);

/* A copy with the letters of all scripts in lower case, for comparing. */
NONNULL_RESULT char *text_fold(struct arena *arena, const char *text);

/*
 * A decimal whole number: optional blanks around, an optional sign, ASCII
 * digits, nothing else. The result is set for NUMBER_OK alone.
 */
enum number_verdict text_number(const char *text, int64_t *result);

/*
 * A decimal number, at most `most` from 0: "52.52", "-1e-5". Nothing that is
 * hexadecimal, infinite or no number ("nan"), no blanks.
 */
bool text_decimal(const char *text, double most, double *result);

/*
 * Would a mail program make a link of a part of it? "http://x", "www.x",
 * "x@y", "shop.example"; not "e.g. this" nor "19.30".
 */
bool text_has_link(const char *text);

enum {
	EMAIL_LONGEST = 254 /* bytes; RFC 5321, 4.5.3.1.3 */
};

/*
 * An email address as CampusPass keeps it: trimmed, ASCII-lowered. Must have
 * one @ with something on both sides, a domain of letters, digits, dots and
 * hyphens (or non-ASCII), no blanks, controls, quotes, commas, angle
 * brackets; at most EMAIL_LONGEST bytes. On success *result is
 * the address; else *reason says why, for people ("must contain @").
 */
bool text_email(
    struct arena *arena, const char *text, char **result, const char **reason);

#endif
