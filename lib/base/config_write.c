/*
 * Writing campuspass.conf: the first one, a key more, changes; see config.h.
 */
#include "base/config_parts.h"
#include "base/file.h"
#include "base/keys.h"
#include "base/log.h"
#include "base/out.h"
#include "base/text.h"
#include <errno.h>
#include <fcntl.h>
#include <sodium.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

/* ---- creating ---- */

static struct error *make_directory(const char *path)
{
	if (mkdir(path, 0700) != 0 && errno != EEXIST)
		return fail(
		    CONFIGURATION_ERROR, "%s: %s", path, strerror(errno));
	return NULL;
}

/* Write a file that is not there yet; one that exists stays. */
static struct error *write_new_file(const char *path, const char *text)
{
	size_t length = strlen(text);
	int descriptor =
	    open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
	bool written;

	if (descriptor < 0 && errno == EEXIST)
		return NULL;
	if (descriptor < 0)
		return fail(
		    CONFIGURATION_ERROR, "%s: %s", path, strerror(errno));
	written = write(descriptor, text, length) == (ssize_t)length &&
	    fsync(descriptor) == 0;
	close(descriptor);
	if (written)
		return NULL;
	unlink(path);
	return fail(CONFIGURATION_ERROR, "%s: cannot be written", path);
}

struct error *config_create(struct arena *arena, const char *data)
{
	if (sodium_init() < 0)
		die("libsodium does not start");
	TRY(make_directory(data));
	TRY(make_directory(arena_format(arena, "%s/locks", data)));
	TRY(make_directory(arena_format(arena, "%s/log", data)));
	TRY(make_directory(arena_format(arena, "%s/run", data)));
	TRY(write_new_file(arena_format(arena, "%s/campuspass.conf", data),
	    config_sample(arena)));
	TRY(write_new_file(arena_format(arena, "%s/keys", data), ""));
	return keys_add(arena, data);
}

/* ---- adding ---- */

static bool sets_key(struct arena *arena, const char *file, const char *key)
{
	char *rest = arena_copy(arena, file), *line;

	while ((line = strsep(&rest, "\n"))) {
		char *equals = strchr(line, '=');

		if (!equals)
			continue;
		*equals = '\0';
		if (text_equal(text_trim(arena, line), key))
			return true;
	}
	return false;
}

struct error *config_add(struct arena *arena, const struct config *config,
    const char *key, const char *value, bool *added)
{
	const char *path = config_path(arena, config, "campuspass.conf");
	const char *line = arena_format(arena, "\n%s = %s\n", key, value);
	ssize_t length = (ssize_t)strlen(line);
	int descriptor;
	char *file;

	*added = false;
	TRY(config_read_file(arena, path, &file));
	if (sets_key(arena, file, key))
		return NULL;
	descriptor = open(path, O_WRONLY | O_APPEND | O_CLOEXEC);
	if (descriptor < 0)
		return fail(
		    CONFIGURATION_ERROR, "%s: %s", path, strerror(errno));
	*added = write(descriptor, line, (size_t)length) == length &&
	    fsync(descriptor) == 0;
	close(descriptor);
	if (!*added)
		return fail(CONFIGURATION_ERROR, "%s: cannot be written", path);
	return NULL;
}

/* ---- changing ---- */

/* "# key = value": where config_sample() says what the default is. */
static bool shows_key(struct arena *arena, const char *line, const char *key)
{
	const char *text = text_trim(arena, line);

	return *text == '#' && sets_key(arena, text + 1, key);
}

/* Which line to replace (the last that counts), or to write below. */
struct spot {
	size_t set;   /* SIZE_MAX: none */
	size_t shown; /* the same */
};

static struct spot find_spot(
    struct arena *arena, const char *text, const char *key)
{
	struct spot spot = {.set = SIZE_MAX, .shown = SIZE_MAX};
	char *rest = arena_copy(arena, text), *line;

	for (size_t number = 0; (line = strsep(&rest, "\n")); number++) {
		if (sets_key(arena, line, key))
			spot.set = number;
		else if (shows_key(arena, line, key))
			spot.shown = number;
	}
	return spot;
}

/* The lines with the change in them, where somebody would look for it. */
static const char *changed_text(
    struct arena *arena, const char *text, const struct config_change *change)
{
	const struct spot spot = find_spot(arena, text, change->key);
	char *rest = arena_copy(arena, text);
	struct out out = {.arena = arena};
	size_t number = 0;

	while (rest && *rest) {
		const char *line = strsep(&rest, "\n");

		if (number != spot.set)
			out_format(&out, "%s\n", line);
		if (number == spot.set ||
		    (spot.set == SIZE_MAX && number == spot.shown))
			out_format(
			    &out, "%s = %s\n", change->key, change->value);
		number++;
	}
	if (spot.set == SIZE_MAX && spot.shown == SIZE_MAX)
		out_format(&out, "%s = %s\n", change->key, change->value);
	return out_string(&out);
}

/* Under the lock, so that of two at once neither is lost. */
static struct error *set_locked(struct arena *arena,
    const struct config *config, const struct config_change *changes,
    size_t count)
{
	struct config scratch = *config;
	char *old = NULL;
	struct error *error = config_read_file(arena, config->path, &old);
	const char *text = old ? old : "";

	if (error && !error_is(error, NOT_FOUND_ERROR))
		return error;
	for (size_t i = 0; i < count; i++)
		text = changed_text(arena, text, &changes[i]);
	TRY(config_apply_text(arena, &scratch, config->path, text));
	return file_replace(arena, config->path, text);
}

struct error *config_set(struct arena *arena, const struct config *config,
    const struct config_change *changes, size_t count)
{
	struct error *error;
	int lock;

	for (size_t i = 0; i < count; i++)
		TRY(config_check(changes[i].key, changes[i].value));
	lock = open(config_path(arena, config, "locks/config.lock"),
	    O_RDWR | O_CREAT | O_CLOEXEC, 0600);
	if (lock < 0 || flock(lock, LOCK_EX) != 0) {
		if (lock >= 0)
			close(lock);
		return fail(
		    CONFIGURATION_ERROR, "%s: cannot be locked", config->path);
	}
	error = set_locked(arena, config, changes, count);
	close(lock);
	return error;
}
