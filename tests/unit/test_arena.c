#include "base/arena.h"

#include "base/log.h"
#include "tap.h"

#include <signal.h>
#include <stdalign.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#if defined(__SANITIZE_ADDRESS__)
#define CHECKED
#elif defined(__has_feature)
#if __has_feature(address_sanitizer)
#define CHECKED
#endif
#endif
#ifdef CHECKED
#include <sanitizer/asan_interface.h>
#endif

static bool is_zero(const char *bytes, size_t size)
{
	for (size_t i = 0; i < size; i++)
		if (bytes[i])
			return false;
	return true;
}

static void test_blocks(void)
{
	static const size_t sizes[] = {
	    0, 1, 7, 8, 9, 64, 4096, 65535, 65536, 65537, 3000000, 5};
	struct arena arena = ARENA_EMPTY;

	/* The second round meets dirty memory that was kept. */
	for (int round = 0; round < 2; round++) {
		bool is_right = true;

		for (size_t i = 0; i < COUNT_OF(sizes); i++) {
			char *block = arena_alloc(&arena, sizes[i]);

			if ((uintptr_t)block % alignof(max_align_t) != 0 ||
			    !is_zero(block, sizes[i]))
				is_right = false;
			memset(block, 0xff, sizes[i]);
		}
		ok(is_right, "blocks are aligned and zeroed");
		arena_reset(&arena);
		is_number((int64_t)arena.used, 0, "nothing used after reset");
	}
	ok(arena.chunk != NULL, "a chunk is kept");
	arena_close(&arena);
	ok(arena.chunk == NULL, "no chunk after close");
	arena_close(&arena);
	ok(arena.chunk == NULL, "closing twice is harmless");
}

static void test_distinct(void)
{
	enum {
		BLOCKS = 5000,
		SIZE = 40
	};
	struct arena arena = ARENA_EMPTY;
	char **blocks = arena_array(&arena, BLOCKS, sizeof(*blocks));
	bool is_right = true;

	for (int i = 0; i < BLOCKS; i++) {
		blocks[i] = arena_alloc(&arena, SIZE);
		memset(blocks[i], i % 251, SIZE);
	}
	for (int i = 0; i < BLOCKS; i++)
		for (int j = 0; j < SIZE; j++)
			if ((unsigned char)blocks[i][j] != i % 251)
				is_right = false;
	ok(is_right, "blocks do not overlap");
	arena_close(&arena);
}

static void test_texts(void)
{
	struct arena arena = ARENA_EMPTY;
	const char *original = "original";

	ok(arena_copy(&arena, NULL) == NULL, "NULL stays NULL");
	ok(arena_copy(&arena, original) != original, "a copy is another one");
	is_text(arena_copy(&arena, original), original, "copy");
	is_text(arena_copy(&arena, ""), "", "empty copy");
	is_text(arena_copy_bytes(&arena, original, 4), "orig", "bytes");
	is_text(arena_copy_bytes(&arena, NULL, 0), "", "no bytes");
	is_text(
	    arena_format(&arena, "%d of %s", 3, "five"), "3 of five", "format");
	is_number((int64_t)strlen(arena_format(&arena, "%100000d", 1)), 100000,
	    "long format");
	arena_close(&arena);
}

static char released[8];

static void release(void *resource)
{
	strncat(released, resource, sizeof(released) - strlen(released) - 1);
}

static void test_defer(void)
{
	struct arena arena = ARENA_EMPTY;

	arena_defer(&arena, release, arena_copy(&arena, "a"));
	arena_defer(&arena, release, arena_copy(&arena, "b"));
	is_text(released, "", "nothing released yet");
	arena_reset(&arena);
	is_text(released, "ba", "released newest first");
	arena_reset(&arena);
	is_text(released, "ba", "released once");
	arena_defer(&arena, release, arena_copy(&arena, "c"));
	arena_close(&arena);
	is_text(released, "bac", "close releases as well");
}

/* Does asking for an impossible array end the process? */
static void test_overflow(void)
{
	int status = 0;
	pid_t child = fork();

	if (child == 0) {
		struct arena arena = ARENA_EMPTY;

		log_open("test_arena", "/dev/null");
		arena_array(&arena, SIZE_MAX / 8, 16);
		_exit(EXIT_SUCCESS);
	}
	waitpid(child, &status, 0);
	ok(WIFSIGNALED(status) && WTERMSIG(status) == SIGABRT,
	    "an array too big ends the process");
}

#ifdef CHECKED
static void test_poison(void)
{
	struct arena arena = ARENA_EMPTY;
	char *block = arena_alloc(&arena, 10);

	ok(!__asan_address_is_poisoned(block + 9), "the block is usable");
	ok(__asan_address_is_poisoned(block + 10), "behind it is a red zone");
	arena_alloc(&arena, 10);
	ok(__asan_address_is_poisoned(block + 10), "also after another block");
	arena_reset(&arena);
	ok(__asan_address_is_poisoned(block), "not usable after reset");
	arena_close(&arena);
}
#endif

static void test_grow(void)
{
	struct arena arena = ARENA_EMPTY;
	size_t room = 0;
	int *items = NULL, *before;
	bool is_right = true;

	for (int i = 0; i < 1000; i++) {
		items = arena_grow(
		    &arena, items, sizeof(*items), (size_t)i + 1, &room);
		items[i] = i;
	}
	for (int i = 0; i < 1000; i++)
		is_right = is_right && items[i] == i;
	ok(is_right && room == 1024, "a list grows by doubling, and stays");
	before = items;
	items = arena_grow(&arena, items, sizeof(*items), room, &room);
	ok(items == before, "where there is room it is the same list");
	items = arena_grow(&arena, items, sizeof(*items), 5000, &room);
	ok(room == 5000 && items[999] == 999, "it grows to what is asked for");
	arena_close(&arena);
}

int main(void)
{
	test_blocks();
	test_grow();
	test_distinct();
	test_texts();
	test_defer();
	test_overflow();
#ifdef CHECKED
	test_poison();
#endif
	return done_testing();
}
