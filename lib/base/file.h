/*
 * File: whole files, in and out.
 */
#ifndef BASE_FILE_H
#define BASE_FILE_H

#include "base/arena.h"
#include "base/error.h"
#include <stddef.h>

/*
 * Write a file of mode 0600. It has its name only once all of it is on the
 * disk; what had that name is replaced. STORAGE_ERROR that names file and
 * reason; nothing is left behind then.
 */
MUST_CHECK struct error *file_write(
    struct arena *arena, const char *path, const void *bytes, size_t length);

/*
 * The same for a text, keeping the permissions of the file that is there and
 * following a symbolic link to it.
 */
MUST_CHECK struct error *file_replace(
    struct arena *arena, const char *path, const char *text);

/*
 * A whole file of up to `most` bytes, with a NUL behind. NOT_FOUND_ERROR when
 * there is none, TOO_LARGE_ERROR, and STORAGE_ERROR, naming file and reason,
 * when there is one that cannot be read.
 */
MUST_CHECK struct error *file_read(struct arena *arena, const char *path,
    size_t most, char **bytes, size_t *length);

/* What was renamed into the folder of `path` is on the disk. */
MUST_CHECK struct error *file_sync_folder(
    struct arena *arena, const char *path);

/* Make a folder of mode 0700 unless it is there. STORAGE_ERROR. */
MUST_CHECK struct error *file_make_folder(const char *path);

/*
 * Open DATA/run/NAME, which may be lost at any time, to read and write it; it
 * and the folder are made where they are missing. The descriptor, or -1 and
 * errno.
 */
int file_open_run(const char *data, const char *name);

#endif
