#include "base/config.h"

#include "base/config_parts.h"
#include "base/keys.h"
#include "base/log.h"
#include "base/out.h"
#include "base/text.h"
#include <errno.h>
#include <fcntl.h>
#include <libgen.h>
#include <limits.h>
#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* ---- finding DATA ---- */

struct error *config_read_file(
    struct arena *arena, const char *path, char **text)
{
	enum {
		LARGEST = 256 * 1024
	};
	struct out out = {.arena = arena};
	int descriptor = open(path, O_RDONLY | O_CLOEXEC);
	ssize_t got = 1;

	if (descriptor < 0)
		return fail(
		    errno == ENOENT ? NOT_FOUND_ERROR : CONFIGURATION_ERROR,
		    "%s: %s", path, strerror(errno));
	while (got > 0 && out.length < LARGEST) {
		got = read(descriptor, out_reserve(&out, 4096), 4096);
		if (got > 0)
			out.length += (size_t)got;
	}
	close(descriptor);
	if (got < 0)
		return fail(CONFIGURATION_ERROR, "%s: cannot be read", path);
	/* What would be passed over in silence is refused. */
	if (out.length >= LARGEST)
		return fail(CONFIGURATION_ERROR, "%s: is too large", path);
	if (out.length > 0 && memchr(out.data, '\0', out.length))
		return fail(CONFIGURATION_ERROR, "%s: is no text", path);
	*out_reserve(&out, 1) = '\0';
	*text = out.data;
	return NULL;
}

const char *config_beside(struct arena *arena, const char *name)
{
	char self[PATH_MAX];
	ssize_t length = readlink("/proc/self/exe", self, sizeof(self) - 1);

	if (length <= 0)
		return "";
	self[length] = '\0';
	return arena_format(arena, "%s/%s", dirname(self), name);
}

static struct error *read_data_file(struct arena *arena, const char **data)
{
	const char *path = config_beside(arena, "data-directory");
	char *text;

	if (!*path)
		return fail(CONFIGURATION_ERROR, "/proc is not mounted");
	TRY(config_read_file(arena, path, &text));
	text[strcspn(text, "\r\n")] = '\0';
	*data = text[0] == '/' ? text : config_beside(arena, text);
	return NULL;
}

struct error *config_find_data(struct arena *arena, const char **data)
{
	const char *named = getenv("CAMPUSPASS_DATA");
	char path[PATH_MAX];
	struct error *error = NULL;

	if (text_is_empty(named))
		error = read_data_file(arena, &named);
	if (error)
		return fail_with(CONFIGURATION_ERROR, error, NO_FIELDS,
		    "No data directory: set CAMPUSPASS_DATA, or write its "
		    "path into a file data-directory beside the program");
	if (!realpath(named, path))
		return fail(CONFIGURATION_ERROR, "Data directory %s: %s", named,
		    strerror(errno));
	*data = arena_copy(arena, path);
	return NULL;
}

/* ---- reading ---- */

static struct error *apply_line(
    struct arena *arena, struct config *config, const char *line)
{
	char *text = text_trim(arena, line);
	char *equals = strchr(text, '=');

	if (*text == '\0' || *text == '#')
		return NULL;
	if (!equals)
		return fail(CONFIGURATION_ERROR, "expected key = value");
	*equals = '\0';
	return config_apply(
	    config, text_trim(arena, text), text_trim(arena, equals + 1));
}

struct error *config_apply_text(struct arena *arena, struct config *config,
    const char *path, const char *text)
{
	char *rest = arena_copy(arena, text), *line;
	int number = 0;

	while ((line = strsep(&rest, "\n"))) {
		struct error *error = apply_line(arena, config, line);

		number++;
		if (error)
			return fail(CONFIGURATION_ERROR, "%s:%d: %s", path,
			    number, error->message);
	}
	return NULL;
}

static struct error *apply_file(
    struct arena *arena, struct config *config, const char *path)
{
	char *text;
	struct error *error = config_read_file(arena, path, &text);

	if (error_is(error, NOT_FOUND_ERROR))
		return NULL;
	if (error)
		return error;
	return config_apply_text(arena, config, path, text);
}

/* Zeros where there is no file. */
static struct config_stamp stamp_of(const char *path)
{
	struct stat status;

	if (stat(path, &status) != 0)
		return (struct config_stamp){.file = 0};
	return (struct config_stamp){
	    .device = (int64_t)status.st_dev,
	    .file = (int64_t)status.st_ino,
	    .size = (int64_t)status.st_size,
	    .seconds = (int64_t)status.st_mtim.tv_sec,
	    .nanoseconds = (int64_t)status.st_mtim.tv_nsec,
	};
}

static bool is_stamp_of(const struct config_stamp *then, const char *path)
{
	const struct config_stamp now = stamp_of(path);

	return now.device == then->device && now.file == then->file &&
	    now.size == then->size && now.seconds == then->seconds &&
	    now.nanoseconds == then->nanoseconds;
}

bool config_is_current(const struct config *config)
{
	return is_stamp_of(&config->stamp, config->path) &&
	    is_stamp_of(&config->keys_stamp, config->keys_path);
}

struct error *config_load(
    struct arena *arena, const char *data, struct config *config)
{
	struct error *error;

	if (sodium_init() < 0)
		die("libsodium does not start");
	*config = (struct config){.data = arena_copy(arena, data)};
	config->path = config_path(arena, config, "campuspass.conf");
	config->keys_path = config_path(arena, config, "keys");
	/* Before they are read: what changes meanwhile is seen the next time.
	 */
	config->stamp = stamp_of(config->path);
	config->keys_stamp = stamp_of(config->keys_path);
	TRY(config_apply_defaults(config));
	TRY(apply_file(arena, config, config->path));
	error = keys_read(arena, config);
	if (error_is(error, NOT_FOUND_ERROR))
		return fail_with(CONFIGURATION_ERROR, error, NO_FIELDS,
		    "%s has no keys: run campuspass init", data);
	return error;
}

/* ---- small things ---- */

char *config_path(
    struct arena *arena, const struct config *config, const char *name)
{
	return arena_format(arena, "%s/%s", config->data, name);
}

bool config_has_word(const char *list, const char *word)
{
	size_t length = strlen(word);

	if (length == 0)
		return false;
	for (const char *at = list; (at = strstr(at, word)); at += length)
		if ((at == list || at[-1] == ' ') &&
		    (at[length] == ' ' || at[length] == '\0'))
			return true;
	return false;
}
