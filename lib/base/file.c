#include "base/file.h"

#include "base/out.h"
#include <errno.h>
#include <fcntl.h>
#include <libgen.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static bool write_all(int descriptor, const char *bytes, size_t length)
{
	while (length > 0) {
		ssize_t put = write(descriptor, bytes, length);

		if (put < 0 && errno == EINTR)
			continue;
		if (put <= 0)
			return false;
		bytes += put;
		length -= (size_t)put;
	}
	return fsync(descriptor) == 0;
}

/* Into a file with a name of its own; errno says why not. */
static bool write_temporary(char *temporary, const void *bytes, size_t length)
{
	int descriptor = mkostemp(temporary, O_CLOEXEC);
	bool is_written;

	if (descriptor < 0)
		return false;
	is_written = write_all(descriptor, bytes, length);
	return close(descriptor) == 0 && is_written;
}

struct error *file_write(
    struct arena *arena, const char *path, const void *bytes, size_t length)
{
	char *temporary = arena_format(arena, "%s.XXXXXX", path);
	struct error *error;

	if (write_temporary(temporary, bytes, length) &&
	    rename(temporary, path) == 0)
		return file_sync_folder(arena, path);
	error = fail(STORAGE_ERROR, "%s: %s", path, strerror(errno));
	unlink(temporary);
	return error;
}

struct error *file_replace(
    struct arena *arena, const char *path, const char *text)
{
	char real[PATH_MAX];
	const char *target = realpath(path, real) ? real : path;
	struct stat status;
	mode_t mode = stat(target, &status) == 0 ? status.st_mode & 0777 : 0600;

	TRY(file_write(arena, target, text, strlen(text)));
	if (chmod(target, mode) != 0)
		return fail(STORAGE_ERROR, "%s: %s", target, strerror(errno));
	return NULL;
}

static struct error *read_all(
    int descriptor, const char *path, size_t most, struct out *out)
{
	enum {
		CHUNK = 64 * 1024
	};
	ssize_t got;

	do {
		got = read(descriptor, out_reserve(out, CHUNK), CHUNK);
		if (got > 0)
			out->length += (size_t)got;
	} while (got > 0 && out->length <= most);
	if (got < 0)
		return fail(STORAGE_ERROR, "%s: %s", path, strerror(errno));
	if (out->length > most)
		return fail(TOO_LARGE_ERROR, "%s is too large", path);
	return NULL;
}

struct error *file_read(struct arena *arena, const char *path, size_t most,
    char **bytes, size_t *length)
{
	struct out out = {.arena = arena};
	int descriptor = open(path, O_RDONLY | O_CLOEXEC);
	struct error *error;

	/* What is there and does not open is not to be taken for absent. */
	if (descriptor < 0)
		return fail(errno == ENOENT ? NOT_FOUND_ERROR : STORAGE_ERROR,
		    "%s: %s", path, strerror(errno));
	error = read_all(descriptor, path, most, &out);
	close(descriptor);
	if (error)
		return error;
	*out_reserve(&out, 1) = '\0';
	*bytes = out.data;
	*length = out.length;
	return NULL;
}

struct error *file_sync_folder(struct arena *arena, const char *path)
{
	const char *folder = dirname(arena_copy(arena, path));
	int descriptor = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	bool is_synced = descriptor >= 0 && fsync(descriptor) == 0;
	int why = errno;

	if (descriptor >= 0)
		close(descriptor);
	if (is_synced)
		return NULL;
	return fail(STORAGE_ERROR, "%s: %s", folder, strerror(why));
}

struct error *file_make_folder(const char *path)
{
	if (mkdir(path, 0700) == 0 || errno == EEXIST)
		return NULL;
	return fail(STORAGE_ERROR, "%s: %s", path, strerror(errno));
}

int file_open_run(const char *data, const char *name)
{
	char path[PATH_MAX];
	int flags = O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW;
	int descriptor;

	snprintf(path, sizeof(path), "%s/run/%s", data, name);
	descriptor = open(path, flags, 0600);
	if (descriptor >= 0 || errno != ENOENT)
		return descriptor;
	snprintf(path, sizeof(path), "%s/run", data);
	mkdir(path, 0700);
	snprintf(path, sizeof(path), "%s/run/%s", data, name);
	return open(path, flags, 0600);
}
