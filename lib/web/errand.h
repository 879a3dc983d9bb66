/*
 * Errand: a process that does what is due and may take long or needs more
 * than a program may - calls of gateways and webhooks, sending mail - and ends.
 *
 * It is the running program started again, by its own file, so nothing else
 * has to be found: with the environment variable CAMPUSPASS_ERRAND, which no
 * request can set, it does errands instead of serving. It has no file of the
 * process that started it, and outlives it.
 *
 * A program in its sandbox (sandbox.h) starts nothing. It has a helper, a
 * process made before, which starts errands when told through a pipe and ends
 * with the program, however that ends. A plain CGI process, which ends after
 * its request, starts its errand itself.
 */
#ifndef WEB_ERRAND_H
#define WEB_ERRAND_H

#include <stdbool.h>

/* Make the helper; before anything that it should not inherit. */
void errand_prepare(void);

/*
 * Start one. Nobody waits for it. If the helper is gone the program ends
 * after this request: who starts it again starts a helper, too.
 */
void errand_start(void);

/* Is this process one? */
bool errand_is_ours(void);

/* Do what is due; a main() returns what this returns. */
int errand_main(void);

#endif
