/*
 * Remote: whose request it is, where proxies stand between.
 */
#ifndef WEB_REMOTE_H
#define WEB_REMOTE_H

#include "base/arena.h"

/*
 * The address of the client. Each proxy appends to X-Forwarded-For whom it
 * heard; what stands further left was said by somebody else and may be
 * invented. So the list is read from its end, for as long as the one who
 * speaks is one of the `trusted` (addresses, blanks between); what is no
 * address ends it. `peer` is who has connected.
 */
NONNULL_RESULT const char *remote_address(struct arena *arena,
    const char *trusted, const char *peer, const char *forwarded);

#endif
