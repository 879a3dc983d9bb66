/*
 * Arena: memory that lives until one common end.
 *
 * A request allocates from one arena and frees nothing by hand; after the
 * answer the arena is reset. A process-lifetime arena holds configuration and
 * tables; a cache owns an arena that it resets when it is rebuilt.
 *
 * Invariants
 * - Memory from an arena is zeroed and aligned for any type.
 * - It stays valid until arena_reset() or arena_close(), never longer.
 * - Allocation does not fail: out of memory ends the process (the server
 *   starts another one), so no caller checks for NULL.
 * - Functions that allocate for their caller take the arena first.
 * - Under AddressSanitizer what is not handed out is poisoned and blocks have
 *   red zones between them, so overruns and use after reset are caught.
 */
#ifndef BASE_ARENA_H
#define BASE_ARENA_H

#include "base/compiler.h"
#include <stdarg.h>
#include <stddef.h>

struct arena_chunk;
struct arena_deferred;

struct arena {
	struct arena_chunk *chunk; /* newest chunk; older ones linked */
	struct arena_deferred
	    *deferred; /* what to run at reset, newest first */
	size_t used;   /* bytes handed out since reset */
};

/* An empty arena needs no set-up: struct arena a = ARENA_EMPTY; */
#define ARENA_EMPTY ((struct arena){.chunk = NULL})

/* Zeroed memory of `size` bytes (a size of 0 gives a valid pointer). */
NONNULL_RESULT void *arena_alloc(struct arena *arena, size_t size);

/* Zeroed memory for `count` elements of `size` bytes; dies on overflow. */
NONNULL_RESULT void *arena_array(
    struct arena *arena, size_t count, size_t size);

/*
 * Room for `count` elements at the end of a list that grows: `items`, or a
 * copy with twice the room. *room is how many fit; it begins at 0, with NULL.
 */
NONNULL_RESULT void *arena_grow(
    struct arena *arena, void *items, size_t size, size_t count, size_t *room);

/* One zeroed object of a type. */
#define ARENA_NEW(arena, type) ((type *)arena_alloc((arena), sizeof(type)))

/* A copy of a string; NULL stays NULL. */
char *arena_copy(struct arena *arena, const char *text);

/* A copy of `length` bytes with a NUL behind them. */
NONNULL_RESULT char *arena_copy_bytes(
    struct arena *arena, const void *bytes, size_t length);

/* A formatted string. */
NONNULL_RESULT char *arena_format(struct arena *arena, const char *format, ...)
    PRINTF_LIKE(2, 3);
NONNULL_RESULT char *arena_format_list(
    struct arena *arena, const char *format, va_list list) PRINTF_LIKE(2, 0);

/*
 * Run `release(resource)` when the arena is reset: for resources that are not
 * memory (a file, a JSON tree of a library). They run newest first.
 */
void arena_defer(
    struct arena *arena, void (*release)(void *resource), void *resource);

/*
 * End the life of everything handed out. One chunk is kept, so that the next
 * request allocates without asking the system.
 */
void arena_reset(struct arena *arena);

/* Reset, and give the last chunk back as well. */
void arena_close(struct arena *arena);

#endif
