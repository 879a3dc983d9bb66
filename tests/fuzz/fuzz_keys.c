/*
 * DATA/keys: any file is read with all its keys or refused; adding what is
 * missing and rotating make a file that reads, in which each key so far still
 * is what it was.
 */
#include "fuzz.h"

#include "base/keys.c"

#include <sys/mman.h>

static int file = -1;
static const char *file_path;

static void write_whole(const void *bytes, size_t length)
{
	require(ftruncate(file, 0) == 0);
	require(pwrite(file, bytes, length, 0) == (ssize_t)length);
}

/* Versions are 1 or more, none stands twice. */
static void check_ring(const struct key_ring *ring)
{
	require(ring->count >= 1 && ring->count <= KEYS_MOST);
	for (size_t i = 0; i < ring->count; i++) {
		require(ring->keys[i].version >= 1);
		require(
		    keys_find(ring, ring->keys[i].version) == &ring->keys[i]);
	}
}

static void check_rotated(struct arena *arena, const struct config *before)
{
	struct config after = {.data = ""};
	const struct key *newest = keys_find(&before->card_keys, 0);
	const struct key *next;

	require(newest != NULL);
	if (extend(arena, file_path, file, write_next, newest->version))
		return;
	require(!read_file(arena, file_path, &after));
	check_ring(&after.card_keys);
	next = keys_find(&after.card_keys, 0);
	require(next && next->version > newest->version);
	for (size_t i = 0; i < before->card_keys.count; i++) {
		const struct key *old = &before->card_keys.keys[i];
		const struct key *same =
		    keys_find(&after.card_keys, old->version);

		require(same &&
		    memcmp(same->bytes, old->bytes, TOKEN_KEY_BYTES) == 0);
	}
	require(
	    memcmp(after.cookie_key, before->cookie_key, TOKEN_KEY_BYTES) == 0);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static struct arena arena;
	static struct arena lasting;
	struct config config = {.data = ""};
	struct error *error;

	if (file < 0) {
		require(sodium_init() >= 0);
		file = memfd_create("keys", MFD_CLOEXEC);
		file_path = arena_format(&lasting, "/proc/self/fd/%d", file);
	}
	write_whole(data, size);
	error = read_file(&arena, file_path, &config);
	if (error && !extend(&arena, file_path, file, write_missing, 0))
		error = read_file(&arena, file_path, &config);
	if (!error) {
		check_ring(&config.card_keys);
		check_rotated(&arena, &config);
	}
	error_reset();
	arena_reset(&arena);
	return 0;
}
