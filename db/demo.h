/*
 * Demo: events to look around with, dated from the moment of loading.
 */
#ifndef DB_DEMO_H
#define DB_DEMO_H

#include "booking/shop.h"

/*
 * Add the demo events, all or none. STATE_ERROR when one of them exists. If
 * the configuration names no queue_event, it gets the demo's, and
 * queue_open = yes unless that is set.
 */
MUST_CHECK struct error *demo_load(const struct shop *shop);

/*
 * STATE_ERROR when money was ever taken for real: such books are not for
 * throwing away.
 */
MUST_CHECK struct error *demo_refuse_real(const struct shop *shop);

#endif
