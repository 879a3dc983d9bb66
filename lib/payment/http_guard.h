/*
 * Http_guard: addresses that people enter and the program calls must not lead
 * into the network the program stands in.
 *
 * A name is looked up once, every address it has must be public, and the call
 * is made to one of these (the pin): a name that answers otherwise the next
 * time changes nothing.
 */
#ifndef PAYMENT_HTTP_GUARD_H
#define PAYMENT_HTTP_GUARD_H

#include "base/arena.h"
#include <netinet/in.h>
#include <stdbool.h>

/*
 * Is it https with a host, written plainly in ASCII (xn--..., 192.0.2.1), and
 * without a password? Where private addresses may be called, http to this
 * very machine, too.
 */
bool http_guard_is_right(const char *url, bool may_be_private);

/*
 * Where to call: *pin is for http_request ("" when the address itself names
 * the place). False, with the *problem, when
 * the address is not right, not found, or not public.
 */
bool http_guard_resolve(struct arena *arena, const char *url,
    bool may_be_private, const char **pin, const char **problem);

/* Is it an address of the public network? */
bool http_guard_is_public_4(struct in_addr address);
bool http_guard_is_public_6(const struct in6_addr *address);

#endif
