/*
 * Mail: the operator's look into the outbox (campuspass mail ...). Each
 * prints to standard output.
 */
#ifndef DB_MAIL_H
#define DB_MAIL_H

#include "booking/shop.h"

/* A line a mail, newest first: id, state, kind, recipient, attempts, due,
 * error. */
MUST_CHECK struct error *mail_list(const struct shop *shop);

/* The message of a mail, as the mail program gets it. */
MUST_CHECK struct error *mail_show(const struct shop *shop, const char *id);

/* Send all that is due; BUSY_ERROR when another process is at it. */
MUST_CHECK struct error *mail_send(const struct shop *shop);

/* A mail that failed is to be sent again. */
MUST_CHECK struct error *mail_retry(const struct shop *shop, const char *id);

#endif
