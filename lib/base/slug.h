/*
 * Slug: the name of an event, a venue or a ticket type in addresses, which
 * people can read, and which stays when the title changes.
 */
#ifndef BASE_SLUG_H
#define BASE_SLUG_H

#include "base/arena.h"
#include <stdbool.h>

/* [a-z0-9] and single hyphens between, 1 to 80 bytes? */
bool slug_is_valid(const char *text);

/*
 * A slug for a title in UTF-8: letters lowered, Latin ones without their
 * marks, digits kept, runs of the rest become one hyphen; "event" if nothing
 * is left. "Hip-Hop Bash" gives "hip-hop-bash", "Öffentliche Übung"
 * "offentliche-ubung".
 */
NONNULL_RESULT char *slug_make(struct arena *arena, const char *title);

#endif
