/*
 * Paypal: payments through PayPal's Orders API, version 2.
 *
 * begin() creates an order; the buyer approves it at PayPal and comes back;
 * capture() looks at the order, then takes the money. An order can be
 * captured once (PayPal's rule), and every POST that does something carries a
 * PayPal-Request-Id made from the idempotency key, so that a repeated one is
 * answered as the first one was.
 *
 * Beyond gateway.h
 * - Every answer's order id, amount, currency and custom_id (the idempotency
 *   key, or its hash where it does not fit) are compared with what was asked.
 *   An order that differs is never captured.
 * - A payment whose capture is PENDING at PayPal is OPEN with `capture` set.
 * - ask() is never UNREACHED for lack of a connection, only when PayPal says
 *   that there is no such order. Without a reference it repeats the create,
 *   which finds the order of that key, or opens one that nobody pays.
 * - begin() of an order that is approved already has an empty `approve`.
 * - DECLINED by capture() is final for the key: try again with a new one.
 * - refund() answers with the refund's own id as `reference`. Repeat it with
 *   the same key to learn what became of one that is OPEN or SILENT.
 * - HUF and TWD have no decimals at PayPal: an amount with some is UNREACHED.
 * - The OAuth token is kept in memory until a minute before it expires.
 * - Trees of jansson live in the arena; the allocator that was set before is
 *   set again when a call returns.
 */
#ifndef PAYMENT_PAYPAL_H
#define PAYMENT_PAYPAL_H

#include "payment/gateway.h"

extern const struct gateway paypal_gateway;

#endif
