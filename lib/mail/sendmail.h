/*
 * Sendmail: hands one message to the program that takes mail.
 *
 * Every mail system comes with a program of that interface (sendmail -t -i,
 * message on standard input): postfix, exim, msmtp, what hosting companies
 * offer. It reads the recipient from the message's headers, so nothing that
 * a visitor typed stands in its arguments, and no shell is involved.
 *
 * It reads the message from memory that is whole before it starts: it never
 * sees half of one, whatever happens to us.
 */
#ifndef MAIL_SENDMAIL_H
#define MAIL_SENDMAIL_H

#include "base/arena.h"
#include "base/config.h"
#include <stdbool.h>

/* So many seconds it may take. */
enum {
	SENDMAIL_LIMIT = 20
};

enum delivery_outcome {
	DELIVERY_TAKEN,   /* the mail is its business now */
	DELIVERY_LATER,   /* not now; worth another try */
	DELIVERY_REFUSED, /* this message never */
};

struct delivery {
	enum delivery_outcome outcome;
	const char *reason; /* why not: a line for the operator; "" taken */
};

/* Can the configured program be run? */
bool sendmail_is_there(struct arena *arena, const struct config *config);

/*
 * Run the configured program with a message (mime_local). It is killed, with
 * what it started, when it takes longer than `limit` seconds.
 */
struct delivery sendmail_deliver(struct arena *arena,
    const struct config *config, const char *message, int limit);

#endif
