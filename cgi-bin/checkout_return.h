/*
 * checkout_return: what happens between a gateway and us - buyers that it
 * sends back, its calls, and the page that plays one.
 */
#ifndef CHECKOUT_RETURN_H
#define CHECKOUT_RETURN_H

#include "web/request.h"

/*
 * GET /checkout/return/{token}: the one GET that acts, for gateways send
 * browsers. The token is the permission, each settles once, and reloading
 * changes nothing.
 */
MUST_CHECK struct error *checkout_come_back(struct request *request);

/* GET /checkout/cancel/{token}: the buyer gave up there. */
MUST_CHECK struct error *checkout_give_up(struct request *request);

/* POST /checkout/hook/{gateway}: answered 200 after the commit alone (I14). */
MUST_CHECK struct error *checkout_take_notice(struct request *request);

/* GET, POST /checkout/campuspay/{order}: the simulated gateway's own page. */
MUST_CHECK struct error *checkout_show_approval(struct request *request);
MUST_CHECK struct error *checkout_answer_approval(struct request *request);

#endif
