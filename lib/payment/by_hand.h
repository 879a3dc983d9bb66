/*
 * By_hand: money that goes through the staff's hands - cash at the counter,
 * and what is paid later, by transfer or in cash.
 *
 * No service is asked: who marks a payment as received has received it, so
 * it is captured with that. Money that goes back waits for somebody of the
 * staff, who gives it and says so (booking/refund.h). The configuration does
 * not name these gateways, so buyers are never offered them.
 */
#ifndef PAYMENT_BY_HAND_H
#define PAYMENT_BY_HAND_H

#include "payment/gateway.h"

extern const struct gateway cash_gateway;  /* taken at the counter */
extern const struct gateway later_gateway; /* marked as paid */

/* Does what was paid so, by its name, go back by hand? */
bool gateway_is_by_hand(const char *name);

#endif
