/*
 * Report: what was sold, day by day (R52). Read from the ledger and the
 * tickets alone, so that its figures are the books' to the cent.
 *
 * Days are those of a zone: 23 to 25 hours where the clocks change. Each
 * currency is a part of its own; nothing is added up over them.
 */
#ifndef BOOKING_REPORT_H
#define BOOKING_REPORT_H

#include "base/error.h"
#include "booking/shop.h"
#include "model/report.h"
#include "model/viewer.h"

enum {
	REPORT_DAYS_MOST = 731 /* two years, one of them a leap year */
};

/* Which days somebody asks for. */
struct report_period {
	const char *zone; /* IANA name */
	int64_t from;     /* start of the first day */
	int64_t to;       /* end of the last one: not included */
};

/* The figures of one currency. */
struct report_part {
	const char *currency;
	struct report_sum total;
	struct report_sum *days; /* as many as the report has */
	struct report_sum_list events;
	struct report_sum_list tiers;
	struct report_sum_list gateways;
};

struct report {
	struct report_period period;
	const int64_t *days; /* when each begins */
	size_t day_count;
	const struct report_part *parts; /* at least one; by currency */
	size_t part_count;
};

/*
 * The days that a `timeframe` ("7days", "30days", "1year"; "": 30days) or an
 * own range (`from`, `to` as YYYY-MM-DD, both included; "" is today, and a
 * month before) names at `now`. VALIDATION_ERROR with the field: no such time,
 * no such day, upside down, longer than REPORT_DAYS_MOST.
 */
MUST_CHECK struct error *report_read_period(const char *zone,
    const char *timeframe, const char *from, const char *to, int64_t now,
    struct report_period *period);

/* The period of the last `days` days with today. */
struct report_period report_last_days(
    const char *zone, int64_t days, int64_t now);

/*
 * The figures of the events that the viewer runs, or of one event
 * (event_id; the caller has found it through the viewer). Without any figures
 * there is one part with zeros, in `currency`.
 */
MUST_CHECK struct error *report_make(const struct shop *shop,
    const struct viewer *viewer, int64_t event_id,
    const struct report_period *period, const char *currency,
    struct report *report);

#endif
