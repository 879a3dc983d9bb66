/*
 * Pass: the text in a ticket's QR code, signed, so that a door can judge it
 * without the database and without a network (B7).
 *
 *   CP1:EVENT:TIER:CODE:SIGNATURE
 *
 * EVENT and TIER are decimal ids, CODE the 16 hex digits of the ticket's code
 * "TKT-...", SIGNATURE the Ed25519 signature (RFC 8032) over the bytes before
 * its colon, in Crockford's base32: 103 characters. All characters belong to
 * QR's alphanumeric set, which makes the picture small (ISO/IEC 18004, 7.4.4).
 *
 * A signature proves that this site made the ticket. Whether it was cancelled
 * since, passed on or used stands in the database alone.
 *
 * The key is the line "pass" of DATA/keys: the seed of the key pair.
 */
#ifndef DOCUMENT_PASS_H
#define DOCUMENT_PASS_H

#include "base/arena.h"
#include "base/config.h"
#include <stdbool.h>
#include <stdint.h>

/* What a code at the door says. */
struct pass {
	const char *code; /* "TKT-" and 16 upper-case hex digits */
	int64_t event_id; /* above 0; 0 when not signed */
	int64_t tier_id;  /* above 0; 0 when not signed */
	bool is_signed;   /* by this site's key: ids and code are true */
};

/*
 * The text for a ticket's QR code. Ids must be above 0 and the code whole, as
 * the database has them: anything else is a programming error.
 */
NONNULL_RESULT char *pass_write(
    struct arena *arena, const struct config *config, struct pass pass);

/*
 * What somebody scanned or typed: a signed text, or a bare code "TKT-...";
 * any case, blanks around. False for everything else: another signature or
 * key, a part missing, leading zeros, ids beyond int64_t. Then *pass is empty.
 */
bool pass_read(struct arena *arena, const struct config *config,
    const char *text, struct pass *pass);

/*
 * The public half of the key, for pages that judge without a server: 32 bytes
 * in unpadded base64url, as the member "x" of a JSON Web Key has them
 * (RFC 8037, 2).
 */
NONNULL_RESULT char *pass_public_key(
    struct arena *arena, const struct config *config);

#endif
