/*
 * Bars a day: tickets that were sold, money that came and went.
 */
#include "admin.h"

#include "base/clock.h"
#include <inttypes.h>
#include <string.h>

enum {
	SLOT = 10,       /* of a bar with the gap behind it */
	HEIGHT = 200,    /* of the drawing */
	SMALLEST = 2,    /* so that what is there is seen */
	WEEK_DAYS = 7,   /* so few have a label each */
	MANY_DAYS = 300, /* the first and last may have one date */
};

/* What a day has: above the line, and below it. */
struct pair {
	int64_t up;
	int64_t down;
};

static struct when day_of(const struct report *report, size_t day)
{
	return (struct when){
	    .at = report->days[day],
	    .zone = report->period.zone,
	    .style = WHEN_DATE,
	};
}

/* Of few days "Sat 28", of many "28 Nov", of very many "28 Nov 2026". */
static const char *short_day(
    struct arena *arena, const struct report *report, size_t day)
{
	struct when when = day_of(report, day);
	const char *text;
	size_t length;

	when.style = WHEN_SHORT;
	text = when_format(arena, when); /* "Sat 28 Nov 2026, 00:00" */
	if (report->day_count <= WEEK_DAYS)
		return arena_copy_bytes(
		    arena, text, strcspn(text + 4, " ") + 4);
	length = strcspn(text + 4, ",");
	if (report->day_count < MANY_DAYS)
		length -= strlen(" 2026");
	return arena_copy_bytes(arena, text + 4, length);
}

static struct link_list label_days(
    struct arena *arena, const struct report *report)
{
	size_t all = report->day_count;
	size_t count = all <= WEEK_DAYS ? all : 3;
	struct link *labels = arena_array(arena, count, sizeof(*labels));

	for (size_t i = 0; i < count; i++)
		labels[i].text = short_day(
		    arena, report, all <= WEEK_DAYS ? i : i * (all - 1) / 2);
	return (struct link_list){.items = labels, .count = count};
}

static int64_t scale(int64_t value, int64_t span)
{
	int64_t height = value > 0 ? value * HEIGHT / span : 0;

	return value > 0 && height < SMALLEST ? SMALLEST : height;
}

static const char *title_of(struct arena *arena, const struct report *report,
    size_t day, const char *what)
{
	return arena_format(
	    arena, "%s: %s", when_format(arena, day_of(report, day)), what);
}

/* The words of a value, for titles. */
typedef const char *words(
    struct arena *arena, int64_t value, const char *currency);

static const char *ticket_words(
    struct arena *arena, int64_t value, const char *currency)
{
	(void)currency;
	return arena_format(arena, "%" PRId64, value);
}

static const char *money_words(
    struct arena *arena, int64_t value, const char *currency)
{
	return money_format(arena, money_of(value, currency));
}

static struct pair find_most(const struct pair *pairs, size_t count)
{
	struct pair most = {.up = 0};

	for (size_t i = 0; i < count; i++) {
		most.up = pairs[i].up > most.up ? pairs[i].up : most.up;
		most.down =
		    pairs[i].down > most.down ? pairs[i].down : most.down;
	}
	return most;
}

static struct chart_view draw(struct arena *arena, const struct report *report,
    const struct pair *pairs, const char *currency, words *print)
{
	struct bar_view *bars =
	    arena_array(arena, 2 * report->day_count, sizeof(*bars));
	const struct pair most = find_most(pairs, report->day_count);
	int64_t span = most.up + most.down > 0 ? most.up + most.down : 1;
	int64_t base = most.down > 0 ? HEIGHT * most.up / span : HEIGHT - 1;
	size_t count = 0;

	for (size_t i = 0; i < report->day_count; i++) {
		int64_t x = (int64_t)i * SLOT + 1;
		int64_t up = scale(pairs[i].up, span);

		if (pairs[i].up > 0)
			bars[count++] = (struct bar_view){
			    .x = x,
			    .y = base > up ? base - up : 0,
			    .height = up,
			    .title = title_of(arena, report, i,
				print(arena, pairs[i].up, currency)),
			};
		if (pairs[i].down > 0)
			bars[count++] = (struct bar_view){
			    .x = x,
			    .y = base + 1,
			    .height = scale(pairs[i].down, span),
			    .title = title_of(arena, report, i,
				print(arena, -pairs[i].down, currency)),
			    .is_back = true,
			};
	}
	return (struct chart_view){
	    .most = arena_format(
		arena, "Most: %s", print(arena, most.up, currency)),
	    .least = most.down > 0
		? arena_format(arena, "Most refunded: %s (striped)",
		      print(arena, most.down, currency))
		: "",
	    .note = "",
	    .width = (int64_t)report->day_count * SLOT,
	    .height = HEIGHT,
	    .base = base,
	    .bars = {.items = bars, .count = count},
	    .is_week = report->day_count <= WEEK_DAYS,
	    .labels = label_days(arena, report),
	};
}

struct chart_view staff_ticket_chart(struct arena *arena, const char *id,
    const struct report *report, const struct report_part *part)
{
	struct pair *pairs =
	    arena_array(arena, report->day_count, sizeof(*pairs));
	struct chart_view chart;

	for (size_t i = 0; i < report->day_count; i++)
		pairs[i].up = part->days[i].tickets;
	chart = draw(arena, report, pairs, part->currency, ticket_words);
	chart.id = id;
	chart.title = "Tickets a day";
	return chart;
}

struct chart_view staff_money_chart(struct arena *arena, const char *id,
    const struct report *report, const struct report_part *part)
{
	struct pair *pairs =
	    arena_array(arena, report->day_count, sizeof(*pairs));
	struct chart_view chart;

	for (size_t i = 0; i < report->day_count; i++)
		pairs[i] = (struct pair){
		    .up = part->days[i].gross,
		    .down = part->days[i].refunds,
		};
	chart = draw(arena, report, pairs, part->currency, money_words);
	chart.id = id;
	chart.title = arena_format(
	    arena, "Revenue a day, in %s, refunds below", part->currency);
	return chart;
}
