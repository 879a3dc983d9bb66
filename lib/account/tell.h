/*
 * Tell: mail about accounts, put into the outbox within a TRANSACTION. Used
 * within lib/account alone.
 *
 * A mailed secret is in its mail's snapshot until that is sent or dropped
 * (the schema's trigger outbox_forget), and as a hash in account_token.
 */
#ifndef ACCOUNT_TELL_H
#define ACCOUNT_TELL_H

#include "booking/shop.h"
#include "model/user.h"
#include "store/session_store.h"

/*
 * May the address have one more mail about accounts? So that nobody fills
 * somebody's mailbox. Asked before the TRANSACTION.
 */
bool tell_is_allowed(const struct shop *shop, const char *email, int64_t now);

/* A mail of a kind without a secret. */
MUST_CHECK struct error *tell_in(const struct shop *shop, const char *kind,
    const struct user *user, const char *recipient, int64_t now);

/*
 * A new secret, mailed to the address. To prove an address that somebody else
 * has proved already, its owner is told that it is taken, with no secret.
 */
MUST_CHECK struct error *tell_secret_in(const struct shop *shop,
    enum secret_purpose purpose, const struct user *user, const char *email,
    int64_t now);

/* What a mail costs the database, without one. */
MUST_CHECK struct error *tell_nobody_in(const struct shop *shop, int64_t now);

#endif
