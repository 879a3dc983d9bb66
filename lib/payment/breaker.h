/*
 * Breaker: what all processes know of a gateway that does not answer, so that
 * not each of them waits for it.
 *
 * A gateway that hangs takes a worker for GATEWAY_SECONDS a call, and those
 * who pay in another way wait for a free worker. So each call over the
 * network is noted, with its end. After BREAKER_FAILURES in a row without an
 * answer (time-out, no connection, a status of 5xx) nobody calls for a pause;
 * then one caller at a time tries, and each time in vain the pause doubles.
 * One answer, to anybody, ends it. Until that many have failed, nobody more
 * calls while BREAKER_SLOW calls are under way for more than two seconds.
 *
 * A "no" is an answer. A token that stands for an outage (campuspay.h) says
 * nothing of the gateway, which makes no call over the network.
 *
 * Errands ask whatever the breaker says: they keep nobody waiting, and their
 * answer counts for all. Whoever is not let through has sent nothing, so a
 * payment is not begun, and of one that was begun nothing is known: SILENT.
 *
 * The state is a file of the gateway's, DATA/run/gateway-NAME, never synced:
 * it may be lost or damaged at any time, and then all may call again. A file
 * that cannot be had, or is not given back in time, keeps nobody from calling.
 *
 * Measured while PayPal's double answers nobody, 20 buyers who try to
 * pay by it, four workers on two busy cores, without this and with it: the
 * page of a checkout, p99, 11.6 s and 0.09 s; another buyer's way through the
 * simulation, 14.5 s and 0.19 s. Once, at its beginning, somebody waits 3 s.
 */
#ifndef PAYMENT_BREAKER_H
#define PAYMENT_BREAKER_H

#include "base/config.h"
#include <stdint.h>

enum {
	BREAKER_FAILURES = 3,
	BREAKER_SLOW = 2, /* half of the workers of a small site */
};

/* A call under way, from breaker_begin() to breaker_end(). */
struct breaker_call {
	const struct config *config;
	const char *gateway; /* its name */
	int place;           /* among the calls under way; -1: not noted */
};

/* How a call ended. */
enum breaker_end {
	BREAKER_UNTRIED, /* nothing was sent, for reasons of ours */
	BREAKER_ANSWERED,
	BREAKER_UNANSWERED,
};

/* Somebody is about to call. */
struct breaker_call breaker_begin(
    const struct config *config, const char *gateway, int64_t now);

/* The call is over. */
void breaker_end(
    const struct breaker_call *call, enum breaker_end end, int64_t now);

/*
 * May somebody call who would keep others waiting? 0: yes, now; maybe nobody
 * else may for some seconds. Else in how many seconds to try again.
 */
int64_t breaker_wait(
    const struct config *config, const char *gateway, int64_t now);

/* Since when it does not answer, as far as is known; 0: it does. */
int64_t breaker_since(
    const struct config *config, const char *gateway, int64_t now);

#endif
