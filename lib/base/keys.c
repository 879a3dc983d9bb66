#include "base/keys.h"

#include "base/file.h"
#include "base/out.h"
#include "base/text.h"
#include "base/token.h"
#include <errno.h>
#include <fcntl.h>
#include <sodium.h>
#include <string.h>
#include <sys/file.h>
#include <unistd.h>

/* The key that rotates. */
#define ROTATING "card"

/* One key of DATA/keys. */
struct key_row {
	const char *name;
	size_t offset; /* of the member in struct config */
	bool is_ring;  /* the member is a key_ring, else one key's bytes */
};

static const struct key_row key_rows[] = {
    {"cookie", offsetof(struct config, cookie_key)},
    {"pass", offsetof(struct config, pass_key)},
    {ROTATING, offsetof(struct config, card_keys), .is_ring = true},
};

const struct key *keys_find(const struct key_ring *ring, int64_t version)
{
	const struct key *found = NULL;

	for (size_t i = 0; i < ring->count; i++) {
		const struct key *key = &ring->keys[i];

		if (version ? key->version == version
			    : !found || key->version > found->version)
			found = key;
	}
	return found;
}

/* ---- reading ---- */

static const struct key_row *find_row(const char *name)
{
	for (size_t i = 0; i < COUNT_OF(key_rows); i++)
		if (text_equal(key_rows[i].name, name))
			return &key_rows[i];
	return NULL;
}

/* Where the row's next key goes; NULL: the ring is full, or has it. */
static unsigned char *next_key(
    struct config *config, const struct key_row *row, int64_t version)
{
	unsigned char *member = (unsigned char *)config + row->offset;
	struct key_ring *ring = (struct key_ring *)(void *)member;

	if (!row->is_ring)
		return member;
	if (ring->count == KEYS_MOST || keys_find(ring, version))
		return NULL;
	ring->keys[ring->count].version = version;
	return ring->keys[ring->count++].bytes;
}

/* A version and 64 hex digits into the row's member. */
static bool read_key(struct config *config, const struct key_row *row,
    const char *version, const char *digits)
{
	unsigned char *bytes;
	size_t length = 0;
	int64_t number;

	if (text_number(version, &number) != NUMBER_OK || number < 1 ||
	    number > KEY_VERSION_MOST)
		return false;
	bytes = next_key(config, row, number);
	return bytes &&
	    sodium_hex2bin(bytes, TOKEN_KEY_BYTES, digits, strlen(digits), NULL,
		&length, NULL) == 0 &&
	    length == TOKEN_KEY_BYTES;
}

/* Names of other programs' versions are passed over. */
static struct error *read_file(
    struct arena *arena, const char *path, struct config *config)
{
	bool found[COUNT_OF(key_rows)] = {false};
	char *text, *line, *rest;

	config->card_keys.count = 0;
	TRY(config_read_file(arena, path, &text));
	for (rest = text; (line = strsep(&rest, "\n"));) {
		const struct key_row *row = find_row(strsep(&line, " "));
		const char *version = strsep(&line, " ");

		if (!row)
			continue;
		if (!version || !line || !read_key(config, row, version, line))
			return fail(
			    CONFIGURATION_ERROR, "%s: damaged key", path);
		found[row - key_rows] = true;
	}
	for (size_t i = 0; i < COUNT_OF(key_rows); i++)
		if (!found[i])
			return fail(CONFIGURATION_ERROR,
			    "%s: no key named %s: run campuspass migrate", path,
			    key_rows[i].name);
	return NULL;
}

struct error *keys_read(struct arena *arena, struct config *config)
{
	enum {
		MARK = 6
	};

	TRY(read_file(arena, config_path(arena, config, "keys"), config));
	config->cookie_mark = arena_copy_bytes(
	    arena, token_sign(arena, config->cookie_key, "mark", ""), MARK);
	return NULL;
}

struct error *keys_check(struct arena *arena, const char *path)
{
	struct config config = {.data = ""};
	struct error *error;

	if (sodium_init() < 0)
		die("libsodium does not start");
	error = read_file(arena, path, &config);
	sodium_memzero(&config, sizeof(config));
	return error;
}

/* ---- writing ---- */

/* The highest version of a name in a file's text; 0: it has no line. */
static int64_t highest_version(
    struct arena *arena, const char *text, const char *name)
{
	char *line, *rest = arena_copy(arena, text);
	int64_t highest = 0, number;

	while ((line = strsep(&rest, "\n"))) {
		const char *version;

		if (!text_equal(strsep(&line, " "), name))
			continue;
		version = strsep(&line, " ");
		/* A damaged line is somebody's to look at, not to replace. */
		if (!version || text_number(version, &number) != NUMBER_OK)
			number = 1;
		if (number > highest)
			highest = number;
	}
	return highest;
}

static void write_key(struct out *out, const char *name, int64_t version)
{
	unsigned char key[TOKEN_KEY_BYTES];
	char hex[2 * TOKEN_KEY_BYTES + 1];

	randombytes_buf(key, sizeof(key));
	sodium_bin2hex(hex, sizeof(hex), key, sizeof(key));
	out_format(out, "%s %lld %s\n", name, (long long)version, hex);
}

/* All of the text at the file's end, or nothing. */
static bool append(int descriptor, const char *text)
{
	off_t end = lseek(descriptor, 0, SEEK_END);
	size_t length = strlen(text);

	if (end < 0)
		return false;
	if (write(descriptor, text, length) == (ssize_t)length &&
	    fsync(descriptor) == 0)
		return true;
	/* Nothing more can be done if this fails, too: the error is told. */
	(void)!ftruncate(descriptor, end);
	return false;
}

/* What `write_lines` makes of the file's text, behind it. */
static struct error *extend(struct arena *arena, const char *path,
    int descriptor,
    struct error *(*write_lines)(struct arena *arena, const char *text,
	int64_t sealed, struct out *lines),
    int64_t sealed)
{
	struct out lines = {.arena = arena};
	char *text;

	/* Two at once must not both find a key missing. */
	if (flock(descriptor, LOCK_EX) != 0)
		return fail(
		    CONFIGURATION_ERROR, "%s: %s", path, strerror(errno));
	TRY(config_read_file(arena, path, &text));
	if (*text && text[strlen(text) - 1] != '\n')
		out_char(&lines, '\n');
	TRY(write_lines(arena, text, sealed, &lines));
	if (!append(descriptor, out_string(&lines)))
		return fail(CONFIGURATION_ERROR, "%s: cannot be written", path);
	return NULL;
}

static struct error *extend_file(struct arena *arena, const char *data,
    struct error *(*write_lines)(struct arena *arena, const char *text,
	int64_t sealed, struct out *lines),
    int64_t sealed)
{
	const char *path = arena_format(arena, "%s/keys", data);
	int descriptor = open(path, O_RDWR | O_CLOEXEC);
	struct error *error;

	if (sodium_init() < 0)
		die("libsodium does not start");
	if (descriptor < 0)
		return fail(
		    errno == ENOENT ? NOT_FOUND_ERROR : CONFIGURATION_ERROR,
		    "%s: %s", path, strerror(errno));
	error = extend(arena, path, descriptor, write_lines, sealed);
	close(descriptor);
	return error;
}

static struct error *write_missing(
    struct arena *arena, const char *text, int64_t sealed, struct out *lines)
{
	(void)sealed;
	for (size_t i = 0; i < COUNT_OF(key_rows); i++)
		if (highest_version(arena, text, key_rows[i].name) == 0)
			write_key(lines, key_rows[i].name, 1);
	return NULL;
}

struct error *keys_add(struct arena *arena, const char *data)
{
	struct error *error = extend_file(arena, data, write_missing, 0);

	return error_is(error, NOT_FOUND_ERROR) ? NULL : error;
}

static struct error *write_next(
    struct arena *arena, const char *text, int64_t sealed, struct out *lines)
{
	int64_t highest = highest_version(arena, text, ROTATING);
	size_t count = 0;

	if (highest > sealed)
		return NULL;
	for (const char *at = text; at && *at; at = strchr(at, '\n')) {
		at += *at == '\n';
		count += text_starts_with(at, ROTATING " ");
	}
	if (count >= KEYS_MOST)
		return fail(CONFIGURATION_ERROR,
		    "There are %d card keys already: remove the lines of old "
		    "ones that nothing is sealed with any more",
		    KEYS_MOST);
	if (highest >= KEY_VERSION_MOST)
		return fail(CONFIGURATION_ERROR,
		    "No version of a card key comes after %d",
		    KEY_VERSION_MOST);
	write_key(lines, ROTATING, highest + 1);
	return NULL;
}

struct error *keys_copy(struct arena *arena, const char *from, const char *to)
{
	char *text;

	TRY(config_read_file(arena, from, &text));
	return file_write(arena, to, text, strlen(text));
}

struct error *keys_rotate(
    struct arena *arena, const char *data, int64_t sealed, int64_t *version)
{
	char *text;

	TRY(extend_file(arena, data, write_next, sealed));
	TRY(config_read_file(
	    arena, arena_format(arena, "%s/keys", data), &text));
	*version = highest_version(arena, text, ROTATING);
	return NULL;
}
