#include "booking/report.h"

#include "base/clock.h"
#include "base/text.h"
#include "store/report_store.h"
#include <stdlib.h>
#include <string.h>

/* ---- days ---- */

/* Half a day more or less stays within the day, however long it is. */
static int64_t move_days(const char *zone, int64_t day_start, int64_t days)
{
	return clock_day_start(day_start + days * DAY + DAY / 2, zone);
}

struct report_period report_last_days(
    const char *zone, int64_t days, int64_t now)
{
	int64_t today = clock_day_start(now, zone);

	return (struct report_period){
	    .zone = zone,
	    .from = move_days(zone, today, 1 - days),
	    .to = move_days(zone, today, 1),
	};
}

static struct error *refuse(
    const char *field, const char *label, const char *value, const char *reason)
{
	return fail_with(VALIDATION_ERROR, NULL,
	    FIELDS(error_text("field", "Field", field),
		error_text("value", "Value", value),
		error_text("reason", "Reason", reason)),
	    "%s %s", label, reason);
}

static struct error *read_day(const char *field, const char *label,
    const char *text, const char *zone, int64_t *start)
{
	struct wall_time day;

	if (clock_parse_date(text, &day))
		return refuse(
		    field, label, text, "must be a date like 2026-11-28");
	*start = clock_day_start(clock_from_wall(day, zone), zone);
	return NULL;
}

static struct error *read_range(const char *zone, const char *from,
    const char *to, int64_t now, struct report_period *period)
{
	int64_t last = clock_day_start(now, zone);

	if (*to)
		TRY(read_day("to", "The last day", to, zone, &last));
	period->from = move_days(zone, last, -29);
	if (*from)
		TRY(read_day(
		    "from", "The first day", from, zone, &period->from));
	period->to = move_days(zone, last, 1);
	if (period->from > last)
		return refuse(
		    "to", "The last day", to, "must not be before the first");
	if (period->from < move_days(zone, last, 1 - REPORT_DAYS_MOST))
		return refuse("from", "The first day", from,
		    "must be at most two years before the last");
	return NULL;
}

struct error *report_read_period(const char *zone, const char *timeframe,
    const char *from, const char *to, int64_t now, struct report_period *period)
{
	static const struct {
		const char *word;
		int64_t days;
	} frames[] = {{"", 30}, {"7days", 7}, {"30days", 30}, {"1year", 365}};

	*period = (struct report_period){.zone = zone};
	if (*from || *to)
		return read_range(zone, from, to, now, period);
	for (size_t i = 0; i < COUNT_OF(frames); i++)
		if (text_equal(frames[i].word, timeframe)) {
			*period = report_last_days(zone, frames[i].days, now);
			return NULL;
		}
	return refuse("timeframe", "The time", timeframe,
	    "must be 7days, 30days or 1year");
}

static void make_days(struct arena *arena, struct report *report)
{
	const struct report_period *period = &report->period;
	int64_t *days = arena_array(arena, REPORT_DAYS_MOST, sizeof(*days));

	for (int64_t day = period->from;
	     day < period->to && report->day_count < REPORT_DAYS_MOST;
	     day = move_days(period->zone, day, 1))
		days[report->day_count++] = day;
	report->days = days;
}

/* ---- currencies ---- */

/* Those of a list that are of the part's currency. */
static struct report_sum_list pick(struct arena *arena,
    const struct report_sum_list *all, const char *currency)
{
	struct report_sum *sums = arena_array(arena, all->count, sizeof(*sums));
	size_t count = 0;

	for (size_t i = 0; i < all->count; i++)
		if (text_equal(all->items[i].currency, currency))
			sums[count++] = all->items[i];
	return (struct report_sum_list){.items = sums, .count = count};
}

static struct report_part *find_part(
    struct report_part *parts, size_t count, const char *currency)
{
	for (size_t i = 0; i < count; i++)
		if (text_equal(parts[i].currency, currency))
			return &parts[i];
	return NULL;
}

static int by_currency(const void *a, const void *b)
{
	const struct report_part *left = a, *right = b;

	return strcmp(left->currency, right->currency);
}

/* A part a currency; its total is what its events add up to. */
static struct report_part *make_parts(struct arena *arena,
    const struct report_sum_list *events, const char *currency, size_t *count)
{
	struct report_part *parts =
	    arena_array(arena, events->count + 1, sizeof(*parts));

	*count = 0;
	for (size_t i = 0; i < events->count; i++) {
		const struct report_sum *event = &events->items[i];
		struct report_part *part =
		    find_part(parts, *count, event->currency);

		if (!part) {
			part = &parts[(*count)++];
			part->currency = event->currency;
			part->total = (struct report_sum){
			    .key = "", .name = "", .currency = event->currency};
		}
		part->total.bookings += event->bookings;
		part->total.tickets += event->tickets;
		part->total.gross += event->gross;
		part->total.refunds += event->refunds;
	}
	qsort(parts, *count, sizeof(*parts), by_currency);
	if (*count > 0)
		return parts;
	parts[0] = (struct report_part){
	    .currency = currency,
	    .total = {.key = "", .name = "", .currency = currency},
	};
	*count = 1;
	return parts;
}

/* A sum a day for each part, zeros where nothing moved. */
static struct error *fill_days(const struct shop *shop,
    struct report_scope scope, const struct report *report,
    struct report_part *parts)
{
	for (size_t p = 0; p < report->part_count; p++)
		parts[p].days = arena_array(
		    shop->arena, report->day_count, sizeof(*parts[p].days));
	for (size_t i = 0; i < report->day_count; i++) {
		struct report_sum_list sums;

		scope.from = report->days[i];
		scope.to = i + 1 < report->day_count ? report->days[i + 1]
						     : report->period.to;
		TRY(report_store_total(shop->db, shop->arena, &scope, &sums));
		for (size_t p = 0; p < report->part_count; p++) {
			struct report_sum_list own =
			    pick(shop->arena, &sums, parts[p].currency);

			if (own.count > 0)
				parts[p].days[i] = own.items[0];
		}
	}
	return NULL;
}

/* Whoever is no admin and has no account runs nothing. */
static int64_t owner_of(const struct viewer *viewer)
{
	if (viewer->role == ROLE_ADMIN)
		return 0;
	return viewer->user_id ? viewer->user_id : -1;
}

struct error *report_make(const struct shop *shop, const struct viewer *viewer,
    int64_t event_id, const struct report_period *period, const char *currency,
    struct report *report)
{
	const struct report_scope scope = {
	    .event_id = event_id,
	    .owner_id = owner_of(viewer),
	    .from = period->from,
	    .to = period->to,
	};
	struct report_sum_list events, tiers, gateways;
	struct arena *arena = shop->arena;
	struct report_part *parts;

	*report = (struct report){.period = *period};
	make_days(arena, report);
	TRY(report_store_events(shop->db, arena, &scope, &events));
	TRY(report_store_tiers(shop->db, arena, &scope, &tiers));
	TRY(report_store_gateways(shop->db, arena, &scope, &gateways));
	parts = make_parts(arena, &events, currency, &report->part_count);
	for (size_t i = 0; i < report->part_count; i++) {
		parts[i].events = pick(arena, &events, parts[i].currency);
		parts[i].tiers = pick(arena, &tiers, parts[i].currency);
		parts[i].gateways = pick(arena, &gateways, parts[i].currency);
	}
	report->parts = parts;
	return fill_days(shop, scope, report, parts);
}
