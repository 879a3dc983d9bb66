/*
 * Refused: who asked for places and found none, for the organiser (R60).
 */
#ifndef BOOKING_REFUSED_H
#define BOOKING_REFUSED_H

#include "base/error.h"
#include "booking/order.h"

/* So long (seconds) the same person asking again is not noted again. */
enum {
	REFUSED_AGAIN = 10 * 60
};

/*
 * After the refusal, outside any transaction: if the error is a
 * SOLD_OUT_ERROR, a line of the journal. Its failing is logged alone, for the
 * person is told what happened to them, not to the journal.
 */
void refused_note(const struct shop *shop, const struct order *order,
    const struct error *error);

#endif
