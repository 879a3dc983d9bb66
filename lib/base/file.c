#include "base/file.h"

#include <errno.h>
#include <fcntl.h>
#include <libgen.h>
#include <limits.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static bool write_all(int descriptor, const char *text)
{
	size_t left = strlen(text);

	while (left > 0) {
		ssize_t written = write(descriptor, text, left);

		if (written < 0 && errno == EINTR)
			continue;
		if (written <= 0)
			return false;
		text += written;
		left -= (size_t)written;
	}
	return true;
}

/* Its name lasts once its directory is on the disk. */
static bool sync_directory(struct arena *arena, const char *path)
{
	int directory = open(dirname(arena_copy(arena, path)),
	    O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	bool done = directory >= 0 && fsync(directory) == 0;

	if (directory >= 0)
		close(directory);
	return done;
}

static bool write_beside(const char *path, const char *text, mode_t mode)
{
	int descriptor =
	    open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
	bool written;

	if (descriptor < 0)
		return false;
	written = fchmod(descriptor, mode) == 0 &&
	    write_all(descriptor, text) && fsync(descriptor) == 0;
	return close(descriptor) == 0 && written;
}

struct error *file_replace(
    struct arena *arena, const char *path, const char *text)
{
	char real[PATH_MAX];
	const char *target = realpath(path, real) ? real : path;
	const char *beside = arena_format(arena, "%s.new", target);
	struct stat status;
	mode_t mode = stat(target, &status) == 0 ? status.st_mode & 0777 : 0600;

	if (write_beside(beside, text, mode) && rename(beside, target) == 0 &&
	    sync_directory(arena, target))
		return NULL;
	unlink(beside);
	return fail(CONFIGURATION_ERROR, "%s: cannot be written", target);
}
