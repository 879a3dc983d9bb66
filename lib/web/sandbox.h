/*
 * Sandbox: what a program gives up before it reads the first request.
 *
 * A fault in a parser must not become a shell, nor another's file. From
 * sandbox_enter() on the process
 *
 * - has bounded memory and files, and leaves no core (setrlimit);
 * - gains nothing by running a set-user-ID file (no_new_privs);
 * - sees of the file system DATA, and read-only what libraries open: fonts,
 *   time zones, certificates, how names are resolved (Landlock);
 * - starts no program and no process, makes no memory executable, traces
 *   and mounts nothing (seccomp); these calls fail with EPERM;
 * - opens no socket, unless the program calls payment gateways.
 *
 * What the kernel lacks is left out, and the caller is told. Under
 * AddressSanitizer, which needs more than this, nothing is given up.
 *
 * A plain CGI process lives for one request and enters none: the helper and
 * the rules would cost it more than its page.
 *
 * What has to run a program is done by the helper (errand.h), which starts
 * before.
 */
#ifndef WEB_SANDBOX_H
#define WEB_SANDBOX_H

#include "base/arena.h"
#include "base/config.h"
#include <stdbool.h>

struct sandbox {
	const struct config *config; /* DATA of which is open */
	bool calls_gateways;         /* may open sockets */
};

/*
 * Enter; there is no way back. What could not be done, for the log; "" all
 * was done.
 */
const char *sandbox_enter(struct arena *arena, const struct sandbox *sandbox);

#endif
