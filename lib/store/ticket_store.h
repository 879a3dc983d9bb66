/*
 * Ticket store: admissions in the database, each with one live code.
 *
 * A ticket keeps its row, and so its id and its money, when its holder, its
 * seat or its code change; codes it had before stay known as dead ones.
 *
 * Writes run within a TRANSACTION. Whoever ends a ticket also gives its
 * place back: see stock_take_back().
 */
#ifndef STORE_TICKET_STORE_H
#define STORE_TICKET_STORE_H

#include "model/booking.h"
#include "store/db.h"

/* The tickets of a booking, in the order they were made. */
MUST_CHECK struct error *ticket_store_of_booking(struct db *db,
    struct arena *arena, int64_t booking_id, struct ticket_list *list);

/*
 * A ticket by a code it has or had; id 0: none. *is_old: it has another one
 * by now.
 */
MUST_CHECK struct error *ticket_store_find(struct db *db, struct arena *arena,
    const char *code, struct ticket *ticket, bool *is_old);

/*
 * Add a ticket: what it belongs to, its tier, seat, code, holder and price.
 * Its id is set.
 */
MUST_CHECK struct error *ticket_store_add(struct db *db, struct ticket *ticket);

/*
 * Another holder, and a new code: the old one opens no door any more.
 * `passed_on`: it was given to somebody else. *changed is false when the
 * ticket is not active (any more).
 */
MUST_CHECK struct error *ticket_store_give(struct db *db,
    const struct ticket *ticket, const char *name, const char *email,
    bool passed_on, const char *code, int64_t now, bool *changed);

/*
 * Another seat, with its tier and price, and a new code. `kept` is what was
 * paid beyond the new price and is not given back.
 */
MUST_CHECK struct error *ticket_store_move(struct db *db,
    const struct ticket *ticket, const struct booking_item *item, int64_t kept,
    const char *code, int64_t now, bool *changed);

/*
 * So much more is given back: of its price, then of what was kept beyond. A
 * cancelled ticket is a refunded one with that (R37).
 */
MUST_CHECK struct error *ticket_store_refunded(
    struct db *db, int64_t ticket_id, int64_t amount);

/* ---- words of the database ---- */

NONNULL_RESULT const char *ticket_status_word(enum ticket_status status);

/* A cell with one of these words. */
enum ticket_status ticket_read_status(struct db_row row, int column);

#endif
