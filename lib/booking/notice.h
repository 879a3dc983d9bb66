/*
 * Notice: what the domain has to tell somebody by mail. It never sends: it
 * puts a row into the outbox within the caller's transaction, so that what
 * happened and the mail about it commit together (I12).
 *
 * A row carries a snapshot: every value that its letter shows, as it was at
 * that moment. Nothing is looked up when it is sent (mail/letter.h), so that
 * a ticket passed on later is not mailed to its old holder.
 *
 * A snapshot is a JSON object. Every kind may have
 *   name         the person's; "" unknown
 *   valid_until  after this moment (epoch seconds) it is not sent any more
 *
 * of bookings: confirmed, offered (it ends at `until`; key: of the entry)
 *   reference, currency, total, until, key
 *   event    title, slug, timezone, starts_at, doors_at, ends_at, venue,
 *            address, online_url
 *   lines    of these: tier, quantity, price, seat
 *   tickets  of these: code, tier, seat, holder, price
 *
 * of accounts: verify_email, taken_email, reset_password, password_changed,
 * email_changed
 *   secret   at the end of the link; "" where the letter has none
 *   until    the link's end; 0 none
 */
#ifndef BOOKING_NOTICE_H
#define BOOKING_NOTICE_H

#include "booking/shop.h"
#include "document/json.h"
#include "model/booking.h"
#include "model/queue.h"

/*
 * Within a TRANSACTION: a mail of a kind to somebody, about a booking or (0)
 * none. Call json_use(shop->arena) before making the snapshot. A recipient
 * of "" gets none.
 */
MUST_CHECK struct error *notice_add_in(const struct shop *shop,
    const char *kind, const char *recipient, int64_t booking_id,
    const json_t *snapshot, int64_t now);

/* Within a TRANSACTION: a booking is confirmed; here are its tickets. */
MUST_CHECK struct error *notice_confirmed_in(
    const struct shop *shop, const struct booking *booking, int64_t now);

/* Within a TRANSACTION: places are held for an entry of the waiting list. */
MUST_CHECK struct error *notice_offered_in(const struct shop *shop,
    const struct queue_entry *entry, const struct booking *booking,
    int64_t now);

#endif
