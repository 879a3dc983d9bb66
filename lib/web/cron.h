/*
 * Cron: the address that a host's cron service fetches, where no command can
 * be run: it does what is due, as `campuspass sweep` does. Its end is a
 * secret made of the cookie key; another key makes another one.
 */
#ifndef WEB_CRON_H
#define WEB_CRON_H

#include "base/arena.h"
#include "base/config.h"

/* "/cron/SECRET" */
NONNULL_RESULT const char *cron_path(
    struct arena *arena, const struct config *config);

/* Is that the secret? In a time that tells nothing of it. */
bool cron_is_right(
    struct arena *arena, const struct config *config, const char *secret);

#endif
