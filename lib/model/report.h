/*
 * The nouns of a sales report. Plain values.
 *
 * Money counts on the day it moved, as the ledger has it: gross is what was
 * charged, refunds are what went back, net is the difference. Tickets and
 * bookings count on the day they were sold, while a ticket is valid: a
 * cancelled one does not count, nor does a booking without a valid one.
 */
#ifndef MODEL_REPORT_H
#define MODEL_REPORT_H

#include <stddef.h>
#include <stdint.h>

/* Whose figures, and of when. */
struct report_scope {
	int64_t event_id; /* 0: of all events */
	int64_t owner_id; /* of this organiser's events; 0: of everybody's */
	int64_t from;     /* epoch seconds */
	int64_t to;       /* not included */
};

/* What something adds up to, in one currency. */
struct report_sum {
	const char *key;  /* of an event its slug, of a gateway its name, of a
			   * type of ticket its event's title; else "" */
	const char *name; /* the event's title, the type of ticket; or "" */
	const char *currency; /* "USD" */
	int64_t bookings;     /* with a valid ticket */
	int64_t tickets;      /* valid ones */
	int64_t gross;        /* minor units */
	int64_t refunds;      /* the same, not negative */
};

struct report_sum_list {
	const struct report_sum *items;
	size_t count;
};

static inline int64_t report_net(const struct report_sum *sum)
{
	return sum->gross - sum->refunds;
}

#endif
