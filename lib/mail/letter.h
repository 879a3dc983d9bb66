/*
 * Letter: what a row of the outbox says, as a message ready to go. One table
 * of kinds, each with a pair of views (lib/views/mail_KIND.html and .txt).
 *
 * Everything a letter shows comes from the row's snapshot (booking/notice.h)
 * and from the configuration. The same row gives the same bytes, so that a
 * mail that is sent again is the same mail.
 *
 * It comes from the organiser (else the site's name) at mail_from, else
 * contact, else noreply@ the host of base_url. Links begin with base_url; an
 * installation without one is being tried out: http://localhost.
 */
#ifndef MAIL_LETTER_H
#define MAIL_LETTER_H

#include "booking/shop.h"
#include "model/mail.h"

/*
 * Why a mail is not worth sending any more: its time is over, or its booking
 * is no longer what it says. *reason "": it is.
 */
MUST_CHECK struct error *letter_check(const struct shop *shop,
    const struct mail *mail, int64_t now, const char **reason);

/*
 * The message with this system's line ends, in shop->arena. VALIDATION_ERROR
 * when it never can be sent: an unknown kind, a damaged snapshot, an address
 * that no header can hold.
 */
MUST_CHECK struct error *letter_write(
    const struct shop *shop, const struct mail *mail, const char **message);

/* What it is about, without whom or what: "Your tickets". */
NONNULL_RESULT const char *letter_title(const struct mail *mail);

/*
 * Its subject and its text, for the staff to look at; the keys in its links
 * are hidden, for with them one acts as the buyer. ACCESS_ERROR for one
 * with a secret, which is its reader's alone: with it one could sign in as
 * them. VALIDATION_ERROR as above.
 */
MUST_CHECK struct error *letter_read(const struct shop *shop,
    const struct mail *mail, const char **subject, const char **text);

#endif
