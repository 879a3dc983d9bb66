/*
 * Stock store: how many places are left, and every change of it.
 *
 * Invariant I1: sold + held <= capacity of each tier, at every moment; a
 * CHECK of the table is the last line. `held` counts places of bookings that
 * are held or being paid - also of holds whose time is over, until somebody
 * settles them. So
 * - each read counts  left = capacity - sold - held + lapsed holds  by one
 *   SQL fragment, TIER_HELD;
 * - each writer calls settle_event() first (booking/settle.h).
 * A booking that is being paid keeps its places however late it is: only the
 * gateway's answer ends that (booking/payment.h).
 *
 * All functions but the reads run within a TRANSACTION.
 */
#ifndef STORE_STOCK_STORE_H
#define STORE_STOCK_STORE_H

#include "model/booking.h"
#include "store/db.h"

/*
 * SQL: places of tier `t` that are held at $1, without lapsed holds. The
 * statement's $1 is the moment.
 */
#define TIER_HELD                                                              \
	"(t.held - coalesce(("                                                 \
	"SELECT sum(i.quantity) FROM booking b"                                \
	" JOIN booking_item i ON i.booking_id = b.id"                          \
	" WHERE b.event_id = t.event_id AND b.state = 'held'"                  \
	" AND b.expires_at <= $1 AND i.tier_id = t.id AND i.is_live = 1"       \
	"), 0))"

/*
 * Raise the catalogue's version and end the event's lapsed holds: their
 * bookings expire, their places are free, their emails may book again, and
 * offers of the waiting list that they were have lapsed.
 */
MUST_CHECK struct error *stock_end_lapsed(
    struct db *db, struct arena *arena, int64_t event_id, int64_t now);

/*
 * Hold places of a tier. *taken is false (and nothing changed) when fewer
 * are left.
 */
MUST_CHECK struct error *stock_hold(
    struct db *db, int64_t tier_id, int64_t quantity, bool *taken);

/*
 * End a booking that is held or being paid and give its places back, once.
 * *given is false when it was in another state (nothing changed). `state` is
 * what it becomes: released, expired or failed.
 */
MUST_CHECK struct error *stock_give_back(struct db *db, int64_t booking_id,
    enum booking_state state, int64_t now, bool *given);

/* Turn the held places of a booking's items into sold ones. */
MUST_CHECK struct error *stock_sell(
    struct db *db, const struct booking_item_list *items);

/*
 * End a valid ticket and give its place back, once: it is cancelled, or
 * refunded when part of its price is given back, now or earlier. *taken_back
 * is false when it was ended before (nothing changed).
 */
MUST_CHECK struct error *stock_take_back(struct db *db,
    const struct ticket *ticket, int64_t refunded, int64_t now,
    bool *taken_back);

/* Give back what a booking that changes another holds: its items end. */
MUST_CHECK struct error *stock_end_items(struct db *db, int64_t booking_id);

/*
 * A sold ticket moves to the seat of an item, in its booking and in the
 * stock. *moved is false when the item's tier has no place left.
 */
MUST_CHECK struct error *stock_move(struct db *db, const struct ticket *ticket,
    const struct booking_item *item, bool *moved);

/* Are places of the event kept by bookings being paid past their time? */
MUST_CHECK struct error *stock_overdue(struct db *db, struct arena *arena,
    int64_t event_id, int64_t now, bool *found);

/* Events that have lapsed holds, for the sweep. */
MUST_CHECK struct error *stock_lapsed_events(
    struct db *db, struct arena *arena, int64_t now, struct id_list *list);

#endif
