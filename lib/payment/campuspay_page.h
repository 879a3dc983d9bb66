/*
 * CampusPay with its own page: the simulation of a gateway that buyers are
 * sent to. It moves no money.
 *
 * begin() writes an order into DATA/campuspay/order-ID; the page of the
 * program checkout (/checkout/campuspay/ID) plays the gateway's:
 *
 *   approve   the order is approved; capture() takes the money, once
 *   pay       the money is taken there and then, as bank transfers by
 *             redirect do; the buyer stays on the page
 *   decline   the gateway says no
 *   cancel    back to the shop; the order stays open
 *
 * An answered order is answered for good. The gateway's call to the shop is a
 * form on its page, so that whoever tries it decides whether it comes, how
 * often, and whether before the buyer. It is what a gateway's own server
 * would send:
 *
 *   POST /checkout/hook/campuspay_page
 *   notice=ORDER.STATE.SIGNATURE
 *
 * signed with the site's own key. The same state is the same call, however
 * often it comes.
 */
#ifndef PAYMENT_CAMPUSPAY_PAGE_H
#define PAYMENT_CAMPUSPAY_PAGE_H

#include "payment/gateway.h"

extern const struct gateway campuspay_page_gateway;

/* What stands in an order's file, a line each. */
struct campuspay_order {
	char state[16]; /* "open", "approved", "declined", "captured" */
	char amount[32];
	char currency[8];
	char return_url[300];
	char cancel_url[300];
};

/*
 * Read an order. False when there is none, errno is ENOENT then; with any
 * other errno there is one that cannot be read.
 */
bool campuspay_read_order(struct arena *arena, const struct config *config,
    const char *id, struct campuspay_order *order);

/* Write an order; false when the disk does not take it. */
bool campuspay_write_order(struct arena *arena, const struct config *config,
    const char *id, const struct campuspay_order *order);

/* What the gateway's call about an order says: ORDER.STATE.SIGNATURE. */
NONNULL_RESULT const char *campuspay_notice(struct arena *arena,
    const struct config *config, const char *id,
    const struct campuspay_order *order);

#endif
