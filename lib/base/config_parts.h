/*
 * What the files of config share: config.c finds and reads,
 * config_settings.c knows the keys, config_write.c writes.
 */
#ifndef BASE_CONFIG_PARTS_H
#define BASE_CONFIG_PARTS_H

#include "base/config.h"

/* Every key has its default. */
MUST_CHECK struct error *config_apply_defaults(struct config *config);

/*
 * Set the member of a key; the value stays the caller's. CONFIGURATION_ERROR
 * for a key that there is not and a value that it cannot have.
 */
MUST_CHECK struct error *config_apply(
    struct config *config, const char *key, const char *value);

/*
 * Set all that a file's text says, over what is there. CONFIGURATION_ERROR
 * with path and line.
 */
MUST_CHECK struct error *config_apply_text(struct arena *arena,
    struct config *config, const char *path, const char *text);

/* The file that init writes: each key with its help, as a comment. */
NONNULL_RESULT const char *config_sample(struct arena *arena);

#endif
