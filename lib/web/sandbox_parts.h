/*
 * Sandbox_parts: what sandbox.c and sandbox_calls.c share, and nobody else.
 */
#ifndef WEB_SANDBOX_PARTS_H
#define WEB_SANDBOX_PARTS_H

#include "web/sandbox.h"

/*
 * Refuse system calls from now on, after no_new_privs. False where that is
 * not possible.
 */
bool sandbox_restrict_calls(const struct sandbox *sandbox);

#endif
