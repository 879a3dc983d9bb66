/*
 * Out: a text buffer that grows, and the only way pages are built.
 *
 * Invariants
 * - `data[length]` is always NUL once something was written.
 * - Growth doubles; lack of memory ends the process.
 * - A buffer with an arena grows inside it and dies with it; one without uses
 *   malloc and is kept for reuse (out_clear) until out_close.
 */
#ifndef BASE_OUT_H
#define BASE_OUT_H

#include "base/arena.h"
#include "base/compiler.h"
#include <stddef.h>
#include <stdint.h>

struct out {
	char *data;          /* the text; NULL while nothing was written */
	size_t length;       /* bytes in use */
	size_t capacity;     /* bytes at hand */
	struct arena *arena; /* where it grows; NULL: malloc */
};

/* Append bytes, a string (NULL: nothing), a number, a format. */
void out_bytes(struct out *out, const void *bytes, size_t length);
void out_text(struct out *out, const char *text);
void out_char(struct out *out, char character);
void out_integer(struct out *out, int64_t number);
void out_format(struct out *out, const char *format, ...) PRINTF_LIKE(2, 3);

/*
 * Append a value so that no character of it has a meaning in an address: what
 * is not unreserved is percent-encoded (RFC 3986, 2.3).
 */
void out_encoded(struct out *out, const char *value);

/* Append a literal; its length is known to the compiler. */
#define OUT_LITERAL(out, literal)                                              \
	out_bytes((out), "" literal, sizeof(literal) - 1)

/* Make room for `more` bytes and return where they go; add to length then. */
NONNULL_RESULT char *out_reserve(struct out *out, size_t more);

/* The text as a string; "" when nothing was written. */
NONNULL_RESULT const char *out_string(const struct out *out);

/* Forget the text, keep the memory. */
void out_clear(struct out *out);

/* Give malloc'd memory back. */
void out_close(struct out *out);

#endif
