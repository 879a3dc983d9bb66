/*
 * Seal: short texts that must not lie open in the database: payment tokens,
 * billing addresses, the secrets of second factors.
 *
 * XChaCha20-Poly1305 with a random nonce. A box is "VERSION.BASE64URL": the
 * version of the key "card" in DATA/keys, then nonce and ciphertext. The
 * newest version seals, all versions open.
 *
 * A box opens only with the context it was sealed for, a text that names
 * table, column, owner and what else must not be exchanged: a box that is
 * changed, or put into another row, is refused.
 */
#ifndef BASE_SEAL_H
#define BASE_SEAL_H

#include "base/arena.h"
#include "base/config.h"
#include "base/error.h"

/* A box for the text. */
NONNULL_RESULT const char *seal_text(struct arena *arena,
    const struct config *config, const char *context, const char *text);

/*
 * Open a box. STORAGE_ERROR when it is not what seal_text() made for this
 * context, or its key is gone. A version that the configuration does not
 * have is looked for in DATA/keys, so that programs need no restart when the
 * keys were rotated.
 */
MUST_CHECK struct error *seal_open(struct arena *arena,
    const struct config *config, const char *context, const char *box,
    const char **text);

/* Was it sealed with the newest key of the configuration? */
bool seal_is_newest(const struct config *config, const char *box);

#endif
