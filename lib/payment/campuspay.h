/*
 * CampusPay: a simulated gateway for demos and tests. It moves no money.
 *
 * Tokens: `tok_valid...` is captured with a fresh reference, `tok_decline...`
 * is declined, `tok_error...` cannot be reached; anything else is declined
 * with the reason "invalid token" (also " tok_valid" and "TOK_VALID").
 *
 * Cards: 4000 0000 0000 0002 gives a token that is declined, 4000 0000 0000
 * 0119 one that cannot be reached, any other right number one that is valid.
 *
 * Like a real gateway it remembers what it did on its own side: one file an
 * idempotency key in DATA/campuspay, written before it answers. A second
 * charge with the key answers what the first did.
 *
 * With TESTHOOKS=1 a file DATA/campuspay/behave makes it fail to answer:
 * "silent" charges and says nothing, "lost" does neither, "dead" answers no
 * question at all and makes no tokens of cards.
 */
#ifndef PAYMENT_CAMPUSPAY_H
#define PAYMENT_CAMPUSPAY_H

#include "payment/gateway.h"

extern const struct gateway campuspay_gateway;

/* ---- the memory of both simulations ---- */

/* DATA/campuspay/NAME */
NONNULL_RESULT const char *campuspay_path(
    struct arena *arena, const struct config *config, const char *name);

/*
 * Write that file, durable before anybody hears of it; false when the disk
 * does not take it.
 */
bool campuspay_keep(struct arena *arena, const struct config *config,
    const char *name, const char *text);

/* The same of money that moved: what it is told apart by, and how much. */
bool campuspay_keep_money(struct arena *arena, const struct config *config,
    const char *name, const struct gateway_payment *payment,
    const char *reference);

#endif
