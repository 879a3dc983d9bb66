/*
 * Payment: an attempt to be paid, from its start to its end, and money that
 * comes late.
 *
 * The ladder: the hold becomes "paying" and an attempt with its idempotency
 * key is committed; then the gateway is called, outside any transaction;
 * then its answer is settled:
 *
 *   captured   tickets, ledger lines and the mail, in one transaction
 *   declined   the hold lives on until its time, another card can be tried
 *              (in a one-call booking: everything is given back)
 *   open       the buyer is at the gateway; asked again later
 *   unreached  the booking failed, everything is given back
 *   silent     it stays "paying"; the gateway is asked later, the buyer is
 *              never charged twice
 *
 * A booking that was to be paid later and is paid online after all climbs the
 * same ladder, but keeps its places and its deadline: whatever is not
 * captured leaves it reserved until then.
 *
 * Invariants
 * - Settling is idempotent: an attempt is settled once, by whoever comes
 *   first (buyer, gateway's call, chore, another worker).
 * - A worker that dies in between leaves an open attempt, which
 *   payment_settle_open() finds.
 * - A booking that is being paid keeps its places past its time, until the
 *   gateway says that it is not paid (I8).
 * - An attempt that ended while its order was open, or whose last answer was
 *   lost, is asked about again, until the gateway is sure.
 * - A gateway that is known not to answer is not called while anybody waits:
 *   no attempt is begun, one that was begun stays as after silence.
 * - Money that comes after the end confirms the booking if its places are
 *   still free, else exactly one refund follows; either way the journal has
 *   a line (B3). A late "failed" never undoes "captured" (I9).
 */
#ifndef BOOKING_PAYMENT_H
#define BOOKING_PAYMENT_H

#include "booking/shop.h"
#include "model/booking.h"
#include "payment/gateway.h"

struct return_tokens;

/*
 * So long (seconds) an attempt is left to the worker that began it; longer
 * than any gateway call may take.
 */
enum {
	PAYMENT_GRACE = 10
};

/* How somebody wants to pay. */
struct payment {
	const char *gateway; /* name; "" for a free booking */
	const char *token;   /* stands for a card; never kept, never logged */
};

/* The gateway that was chosen; VALIDATION_ERROR (field `method`). */
MUST_CHECK struct error *payment_find_gateway(const struct shop *shop,
    const struct payment *payment, const struct gateway **gateway);

/*
 * Before an attempt: may a payment be begun through this gateway? A
 * PAYMENT_OUTAGE_ERROR while it does not answer (payment/breaker.h);
 * whatever was held stays so, and can be paid in another way.
 */
MUST_CHECK struct error *payment_check_answers(
    const struct shop *shop, const struct gateway *gateway);

/*
 * Within a TRANSACTION: a held booking in time becomes "paying", with an
 * attempt. PAYMENT_PENDING_ERROR when somebody was faster.
 */
MUST_CHECK struct error *payment_start_in(const struct shop *shop,
    const struct booking *booking, const struct gateway *gateway, int64_t now,
    struct payment_attempt *attempt, struct return_tokens *tokens);

/*
 * Charge a token, or open the payment at the gateway: *approve is then where
 * the buyer goes ("" otherwise). PAYMENT_DECLINED_ERROR, PAYMENT_ERROR
 * caused by CONNECTION_ERROR, PAYMENT_PENDING_ERROR.
 */
MUST_CHECK struct error *payment_run(const struct shop *shop,
    const struct booking *booking, struct payment_attempt *attempt,
    const struct return_tokens *tokens, const struct payment *payment,
    const char **approve);

/* What was said of a booking that failed, once more: the same error. */
MUST_CHECK struct error *payment_retell(
    const struct shop *shop, const struct booking *booking);

/*
 * The buyer came back from the gateway: take the money if they approved it.
 * Of a booking that ended it is taken only while its places are free.
 * *reference is the booking's. NOT_FOUND_ERROR for an unknown token, else
 * the errors of payment_run() and, when it is too late, HOLD_EXPIRED_ERROR.
 */
MUST_CHECK struct error *payment_come_back(
    const struct shop *shop, const char *token, const char **reference);

/*
 * The buyer gave up at the gateway: the places are given back at once (those
 * to be paid later stay reserved), unless it says that they paid, or a
 * capture was sent and never answered. Money that moves at the gateway later
 * is late money. *reference is the booking's.
 */
MUST_CHECK struct error *payment_give_up(
    const struct shop *shop, const char *token, const char **reference);

/*
 * A gateway called: ask it about the payment that the call is about.
 * ACCESS_ERROR for a call that is not genuine, NOT_FOUND_ERROR for a gateway
 * that makes none.
 */
MUST_CHECK struct error *payment_take_notice(const struct shop *shop,
    const char *gateway, const struct gateway_hook *hook);

/* Is there an attempt for payment_settle_open() to ask about? */
bool payment_has_open(const struct shop *shop);

/* Ask the gateways about attempts older than PAYMENT_GRACE. */
MUST_CHECK struct error *payment_settle_open(const struct shop *shop);

/*
 * Before an event counts as sold out, bookings that are being paid past their
 * time are settled. `refused` is what came of an order: *made_room when it was
 * SOLD_OUT_ERROR and there was such a booking, so that it is worth trying
 * again.
 */
MUST_CHECK struct error *payment_make_room(const struct shop *shop,
    const char *event_slug, const struct error *refused, bool *made_room);

#endif
