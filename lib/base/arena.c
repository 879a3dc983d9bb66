#include "base/arena.h"

#include "base/error.h"
#include <stdalign.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#if defined(__has_feature)
#if __has_feature(address_sanitizer)
#define ARENA_CHECKED
#endif
#elif defined(__SANITIZE_ADDRESS__)
#define ARENA_CHECKED
#endif

#ifdef ARENA_CHECKED
#include <sanitizer/asan_interface.h>
enum {
	RED_ZONE = 32
};
#else
#define ASAN_POISON_MEMORY_REGION(address, size) ((void)(address), (void)(size))
#define ASAN_UNPOISON_MEMORY_REGION(address, size)                             \
	((void)(address), (void)(size))
enum {
	RED_ZONE = 0
};
#endif

enum {
	ALIGNMENT = alignof(max_align_t),
	FIRST_CHUNK = 64 * 1024,
	/* Chunks double up to this; a larger one is never kept at reset. */
	LARGEST_CHUNK = 1024 * 1024,
};

struct arena_chunk {
	struct arena_chunk *older; /* the chunk before this one, or NULL */
	size_t size;               /* of bytes[] */
	size_t used; /* of bytes[], always a multiple of ALIGNMENT */
	alignas(max_align_t) char bytes[]; /* what is handed out */
};

struct arena_deferred {
	struct arena_deferred *older;    /* registered before, or NULL */
	void (*release)(void *resource); /* what to call */
	void *resource;                  /* and with what */
};

/* What a block takes: its size, a red zone, all of it aligned. */
static size_t block_size(size_t size)
{
	if (size >= SIZE_MAX / 2)
		die("an allocation of %zu bytes is too big", size);
	if (size == 0)
		size = 1;
	return (size + RED_ZONE + ALIGNMENT - 1) / ALIGNMENT * ALIGNMENT;
}

static void add_chunk(struct arena *arena, size_t least)
{
	size_t size = FIRST_CHUNK;
	struct arena_chunk *chunk;

	if (arena->chunk && arena->chunk->size < LARGEST_CHUNK)
		size = arena->chunk->size * 2;
	else if (arena->chunk)
		size = LARGEST_CHUNK;
	if (size > LARGEST_CHUNK)
		size = LARGEST_CHUNK;
	if (size < least)
		size = least;
	chunk = malloc(sizeof(*chunk) + size);
	if (!chunk)
		die("no memory for an arena's chunk of %zu bytes", size);
	*chunk = (struct arena_chunk){.older = arena->chunk, .size = size};
	ASAN_POISON_MEMORY_REGION(chunk->bytes, size);
	arena->chunk = chunk;
}

void *arena_alloc(struct arena *arena, size_t size)
{
	size_t taken = block_size(size);
	char *block;

	if (!arena->chunk || arena->chunk->size - arena->chunk->used < taken)
		add_chunk(arena, taken);
	block = arena->chunk->bytes + arena->chunk->used;
	arena->chunk->used += taken;
	arena->used += size;
	ASAN_UNPOISON_MEMORY_REGION(block, size);
	memset(block, 0, size);
	return block;
}

void *arena_array(struct arena *arena, size_t count, size_t size)
{
	if (size > 0 && count > SIZE_MAX / size)
		die("an array of %zu times %zu bytes is too big", count, size);
	return arena_alloc(arena, count * size);
}

void *arena_grow(
    struct arena *arena, void *items, size_t size, size_t count, size_t *room)
{
	size_t more = 2 * *room > count ? 2 * *room : count;
	void *copy;

	if (items && count <= *room)
		return items;
	copy = arena_array(arena, more, size);
	if (items)
		memcpy(copy, items, *room * size);
	*room = more;
	return copy;
}

char *arena_copy(struct arena *arena, const char *text)
{
	return text ? arena_copy_bytes(arena, text, strlen(text)) : NULL;
}

char *arena_copy_bytes(struct arena *arena, const void *bytes, size_t length)
{
	char *copy;

	if (length >= SIZE_MAX / 2)
		die("a copy of %zu bytes is too big", length);
	copy = arena_alloc(arena, length + 1);
	if (length > 0)
		memcpy(copy, bytes, length);
	return copy;
}

char *arena_format(struct arena *arena, const char *format, ...)
{
	va_list list;
	char *text;

	va_start(list, format);
	text = arena_format_list(arena, format, list);
	va_end(list);
	return text;
}

char *arena_format_list(struct arena *arena, const char *format, va_list list)
{
	va_list again;
	int length;
	char *text;

	va_copy(again, list);
	length = vsnprintf(NULL, 0, format, again);
	va_end(again);
	if (length < 0)
		die("the format \"%s\" failed", format);
	text = arena_alloc(arena, (size_t)length + 1);
	vsnprintf(text, (size_t)length + 1, format, list);
	return text;
}

void arena_defer(
    struct arena *arena, void (*release)(void *resource), void *resource)
{
	struct arena_deferred *deferred =
	    ARENA_NEW(arena, struct arena_deferred);

	*deferred = (struct arena_deferred){
	    .older = arena->deferred,
	    .release = release,
	    .resource = resource,
	};
	arena->deferred = deferred;
}

static void release_deferred(struct arena *arena)
{
	while (arena->deferred) {
		struct arena_deferred *deferred = arena->deferred;

		arena->deferred = deferred->older;
		deferred->release(deferred->resource);
	}
}

/* Is this chunk a better one to keep than that? */
static bool is_better(
    const struct arena_chunk *chunk, const struct arena_chunk *kept)
{
	return chunk->size <= LARGEST_CHUNK &&
	    (!kept || chunk->size > kept->size);
}

void arena_reset(struct arena *arena)
{
	struct arena_chunk *kept = NULL;
	struct arena_chunk *older;

	release_deferred(arena);
	for (struct arena_chunk *chunk = arena->chunk; chunk; chunk = older) {
		older = chunk->older;
		if (!is_better(chunk, kept)) {
			free(chunk);
			continue;
		}
		free(kept);
		kept = chunk;
	}
	if (kept) {
		/* What was not handed out is poisoned already. */
		ASAN_POISON_MEMORY_REGION(kept->bytes, kept->used);
		kept->older = NULL;
		kept->used = 0;
	}
	*arena = (struct arena){.chunk = kept};
}

void arena_close(struct arena *arena)
{
	arena_reset(arena);
	free(arena->chunk);
	*arena = ARENA_EMPTY;
}
