/*
 * Erase: forget the people of events that are long over (B12). Names, email
 * addresses, notes, the staff's reasons and mails go; bookings, tickets,
 * amounts, the ledger, the audit log and all totals stay.
 *
 * Invariants
 * - In slices of a transaction each, so that buyers hardly wait; one that is
 *   interrupted is finished by the next run. Twice does what once does.
 * - A booking that is being paid, or whose refund is on its way, waits for
 *   the next run.
 * - Accounts are their owners' to delete.
 */
#ifndef BOOKING_ERASE_H
#define BOOKING_ERASE_H

#include "base/error.h"
#include "booking/shop.h"
#include <stdint.h>

/* What a run forgot. */
struct erase_report {
	int64_t bookings; /* with their tickets, mails and journal */
	int64_t entries;  /* of waiting lists, journals and the door */
	int64_t mails;    /* of no booking */
};

/* Of events that ended `days` days ago or earlier. */
MUST_CHECK struct error *erase_past(
    const struct shop *shop, int64_t days, struct erase_report *report);

#endif
