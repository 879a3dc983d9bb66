/*
 * CampusPay with its own page: the simulation of a gateway that buyers are
 * sent to. It moves no money.
 *
 * begin() writes an order into DATA/campuspay/ORDER; the page of the program
 * checkout (/checkout/campuspay/ORDER) plays the gateway's: approve, decline,
 * go back, or walk away. capture() takes the money of an approved order once.
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

/* Read an order; false when there is none. */
bool campuspay_read_order(struct arena *arena, const struct config *config,
    const char *id, struct campuspay_order *order);

/* Write an order; false when the disk does not take it. */
bool campuspay_write_order(struct arena *arena, const struct config *config,
    const char *id, const struct campuspay_order *order);

#endif
