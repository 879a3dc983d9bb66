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
 * of bookings: confirmed, offered (it ends at `until`; key: of the entry),
 * reserved (to be paid later, `until`; details: how, or ""; is_online: also
 * online)
 *   reference, buyer, state, currency, total, confirmed_at, ended_at, until,
 *   key
 *   sequence paper_changes(): how often its tickets were changed
 *   event    id, title, slug, summary, status, timezone, starts_at, doors_at,
 *            ends_at, venue, address, position (latitude, longitude; may be
 *            missing), online_url, version, updated_at, full_days, part_days,
 *            part_percent
 *   lines    of these: tier, quantity, price, seat
 *   tickets  of these: id, tier_id, code, tier, seat, holder, price, changes;
 *            those alone that are valid and the buyer's, so none that was
 *            passed on
 *
 * of what happens to a booking: all that `confirmed` has, and
 *   cancelled  ended: the tickets that were given back (as tickets); refund:
 *              what is on its way back (minor units, 0 nothing); is_all: no
 *              ticket is left; is_one: it is told to the holder of the one
 *              ticket in `ended`, whom the booking is no business of;
 *              is_reserved: it had no tickets yet, and was to be paid
 *   changed    moves of these: from, to (seats); refund: as above
 *   refunded   amount: what the gateway gave back; reason: why
 *
 * of its event
 *   event_cancelled  as cancelled; to the waiting list without a reference
 *   event_changed    name, reference, currency, event; changes of these:
 *                    label, before, after; refund_until (epoch seconds): all
 *                    is given back until then, 0 no; is_moved: another time
 *                    or place, so that sequence and tickets (as above, or
 *                    the one of is_one) are sent as files; is_reserved: there
 *                    are none yet, as above
 *   code             of the one ticket that is theirs; "" the whole booking
 *
 * of tickets: ticket_given to whoever holds it now (its one ticket is
 * `tickets`), ticket_passed_on to whoever held it before
 *   name, reference, buyer, currency, total, confirmed_at, event
 *   code, is_one   ticket_given: the ticket's, which is all they see; the
 *                other has is_one alone
 *   giver, holder  names: who held it before, who holds it now
 *   tier, seat     of it
 *   is_new         another person's now; else renamed, or moved by the staff
 *
 * ticket_link: somebody asked for the way to their tickets
 *   name, reference, currency, event
 *   code           of the one ticket that is theirs; "" the whole booking
 *
 * Links to tickets carry a key: ticket_link() of booking/ticket.h makes them
 * from reference and code.
 *
 * share: somebody thinks of a friend (booking/share.h)
 *   event, sender (name, or ""), message (with lines, or ""), stop: path that
 *   ends such mails
 *
 * promotion: coming events (account/promote.h)
 *   name, user_id, events (of these: event as above), stop: as above
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
#include "model/event.h"
#include "model/queue.h"

/*
 * Within a TRANSACTION: a mail of a kind to somebody, about a booking or (0)
 * none. Call json_use(shop->arena) before making the snapshot. A recipient
 * of "" gets none.
 */
MUST_CHECK struct error *notice_add_in(const struct shop *shop,
    const char *kind, const char *recipient, int64_t booking_id,
    const json_t *snapshot, int64_t now);

/* An event as snapshots have it. */
json_t *notice_pack_event(const struct event *event);

/*
 * Within a TRANSACTION: a booking is confirmed; here are its tickets. Items
 * and tickets are in `booking`.
 */
MUST_CHECK struct error *notice_confirmed_in(const struct shop *shop,
    const struct booking *booking, const struct event *event, int64_t now);

/* Within a TRANSACTION: places are held for an entry of the waiting list. */
MUST_CHECK struct error *notice_offered_in(const struct shop *shop,
    const struct queue_entry *entry, const struct booking *booking,
    int64_t now);

/* Within a TRANSACTION: places are reserved, to be paid later. */
MUST_CHECK struct error *notice_reserved_in(
    const struct shop *shop, int64_t booking_id, int64_t until, int64_t now);

/*
 * Within a TRANSACTION, after the fact: by no doing of the buyer's, places that
 * were reserved are given back and not to be paid any more (cancelled, or
 * event_cancelled).
 */
MUST_CHECK struct error *notice_unreserved_in(
    const struct shop *shop, int64_t booking_id, int64_t now);

/*
 * Within a TRANSACTION, after the fact: tickets of a booking ended, and so
 * much is on its way back. Holders they were passed on to are told as well.
 * Of a cancelled event the mail says that (event_cancelled).
 */
MUST_CHECK struct error *notice_cancelled_in(const struct shop *shop,
    int64_t booking_id, const struct ticket_list *ended, struct money refund,
    int64_t now);

/* A ticket's seat before and after a change. */
struct notice_move {
	const char *from;
	const char *to;
};

struct notice_move_list {
	const struct notice_move *items;
	size_t count;
};

/* Within a TRANSACTION, after the fact: seats were changed. */
MUST_CHECK struct error *notice_changed_in(const struct shop *shop,
    int64_t booking_id, const struct notice_move_list *moves,
    struct money refund, int64_t now);

/* Within a TRANSACTION: an event is cancelled that somebody waited for. */
MUST_CHECK struct error *notice_event_cancelled_in(const struct shop *shop,
    int64_t event_id, const char *name, const char *email, int64_t now);

/*
 * Within a TRANSACTION: the event of a booking was changed; `changes` is JSON,
 * as above. Holders that tickets were passed on to are told as well.
 */
MUST_CHECK struct error *notice_event_changed_in(const struct shop *shop,
    int64_t booking_id, const char *changes, int64_t refund_until, int64_t now);

/* Within a TRANSACTION: the gateway has given money back. */
MUST_CHECK struct error *notice_refunded_in(
    const struct shop *shop, const struct refund *refund, int64_t now);

/*
 * Within a TRANSACTION: a ticket has another holder, name, or seat, and so
 * another code. Its holder gets it; who held it before is told when it is
 * another person's now.
 */
MUST_CHECK struct error *notice_given_in(const struct shop *shop,
    const struct booking *booking, const struct ticket *before,
    const struct ticket *given, int64_t now);

/* Within a TRANSACTION: the link of a booking, or (code) of a ticket of it. */
MUST_CHECK struct error *notice_link_in(const struct shop *shop,
    const struct booking *booking, const char *recipient, const char *name,
    const char *code, int64_t now);

#endif
