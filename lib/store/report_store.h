/*
 * Report store: sums over ledger and tickets, a row a currency and group.
 * Nothing is added up over currencies. All read by the indexes of time.
 */
#ifndef STORE_REPORT_STORE_H
#define STORE_REPORT_STORE_H

#include "model/report.h"
#include "store/db.h"

/* Everything in the scope: a row a currency. */
MUST_CHECK struct error *report_store_total(struct db *db, struct arena *arena,
    const struct report_scope *scope, struct report_sum_list *list);

/* By event, in the order of their starts. */
MUST_CHECK struct error *report_store_events(struct db *db, struct arena *arena,
    const struct report_scope *scope, struct report_sum_list *list);

/* By gateway: money alone, as the ledger's accounts have it. */
MUST_CHECK struct error *report_store_gateways(struct db *db,
    struct arena *arena, const struct report_scope *scope,
    struct report_sum_list *list);

/*
 * By type of ticket, of the tickets sold in the scope: what was paid for
 * them, and what of it was given back until now, whenever that was. Keys are
 * the event's title.
 */
MUST_CHECK struct error *report_store_tiers(struct db *db, struct arena *arena,
    const struct report_scope *scope, struct report_sum_list *list);

#endif
