/*
 * Keys: DATA/keys, the secrets of an installation. One "name version hex" a
 * line, mode 0600. Only `campuspass init`, `migrate` and `rotate-keys` write
 * it; programs read it when they start, and when it is another file.
 *
 *   cookie  signs cookies and forms
 *   pass    signs tickets
 *   card    seals what is kept of people's cards and second factors; it has
 *           versions: the highest seals, all open
 */
#ifndef BASE_KEYS_H
#define BASE_KEYS_H

#include "base/config.h"

/*
 * Read all keys into the configuration, whose `data` is set. NOT_FOUND_ERROR
 * without the file, CONFIGURATION_ERROR when a key is missing or damaged.
 */
MUST_CHECK struct error *keys_read(struct arena *arena, struct config *config);

/*
 * Add the keys that this program has and an older one had not. Those that
 * stand there stay, damaged ones too. A DATA without the file is left as it
 * is: keys_read() says what to do.
 */
MUST_CHECK struct error *keys_add(struct arena *arena, const char *data);

/*
 * Add a new version of the key "card" to the file; *version is its number.
 * One that is newer than `sealed`, with which all was sealed last, is of a
 * rotation that was not finished: it is taken, and nothing added, so that
 * tries that fail do not use versions up. CONFIGURATION_ERROR when KEYS_MOST
 * versions stand there, or the highest is KEY_VERSION_MOST.
 */
MUST_CHECK struct error *keys_rotate(
    struct arena *arena, const char *data, int64_t sealed, int64_t *version);

/*
 * Is the file `path` one of keys, each that is needed in it? NOT_FOUND_ERROR,
 * CONFIGURATION_ERROR.
 */
MUST_CHECK struct error *keys_check(struct arena *arena, const char *path);

/* Copy a file of keys; see file_write(). */
MUST_CHECK struct error *keys_copy(
    struct arena *arena, const char *from, const char *to);

/* A version of a key, or NULL; version 0: the highest. */
const struct key *keys_find(const struct key_ring *ring, int64_t version);

#endif
