/*
 * Payment_parts: what payment.c, payment_return.c and payment_later.c share,
 * and nobody else.
 */
#ifndef BOOKING_PAYMENT_PARTS_H
#define BOOKING_PAYMENT_PARTS_H

#include "booking/payment.h"

/* When an answer came: with the charge, or to a question afterwards. */
enum answer_time {
	ANSWERED_AT_ONCE,
	ANSWERED_LATER,
};

/*
 * Settle what a gateway said of an attempt, in a transaction of its own with
 * a deadline of its own. Settling twice changes nothing.
 */
MUST_CHECK struct error *payment_settle(const struct shop *shop,
    struct payment_attempt *attempt, const struct gateway_answer *answer,
    enum answer_time when);

/* What the buyer is told of an answer that has been settled; NULL: paid. */
MUST_CHECK struct error *payment_tell(const struct booking *booking,
    const struct gateway *gateway, const struct gateway_answer *answer);

/* So long (seconds) who pays later has to approve a payment online. */
int64_t payment_approval_seconds(const struct shop *shop);

/* What a gateway is told of an attempt. */
struct gateway_payment payment_request(const struct payment_attempt *attempt);

/*
 * What became of an open attempt? An approved payment is taken, for the
 * buyer's places are still kept.
 */
struct gateway_answer payment_find_out(const struct shop *shop,
    const struct gateway *gateway, const struct payment_attempt *attempt);

/* Does it not answer? Then it is not called while somebody waits. */
bool payment_is_silent(const struct shop *shop, const char *gateway);

/*
 * When to ask again about an attempt that ended while its order was open: the
 * older, the later. 0 once no gateway lets it be approved any more.
 */
int64_t payment_ask_again_at(
    const struct payment_attempt *attempt, int64_t now);

#endif
