/*
 * Errand: a process that sends the mail and the webhooks' calls that are due,
 * and ends.
 *
 * It is the running program started again, by its own file, so nothing else
 * has to be found: with the environment variable CAMPUSPASS_ERRAND, which no
 * request can set, it sends instead of serving. It has no file of the
 * process that started it, and outlives it.
 */
#ifndef WEB_ERRAND_H
#define WEB_ERRAND_H

#include "base/config.h"
#include <stdbool.h>

/* Start one. Nobody waits for it, and init takes it when it ends. */
void errand_start(const struct config *config);

/* Is this process one? */
bool errand_is_ours(void);

/* Send what is due; a main() returns what this returns. */
int errand_main(void);

#endif
