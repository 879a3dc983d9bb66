/*
 * File: small files replaced whole, so that whoever reads one sees the old or
 * the new and never a part (rename(2)), also after a power cut.
 */
#ifndef BASE_FILE_H
#define BASE_FILE_H

#include "base/arena.h"
#include "base/error.h"

/*
 * Let the file hold this text from now on; it keeps its permissions, a new
 * one is for its owner alone. A symbolic link is followed. The old file stays
 * when it fails: CONFIGURATION_ERROR.
 */
MUST_CHECK struct error *file_replace(
    struct arena *arena, const char *path, const char *text);

#endif
