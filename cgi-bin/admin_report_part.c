/*
 * What a sales report shows of one currency: figures, charts, tables.
 */
#include "admin.h"

#include "base/text.h"
#include "payment/gateway.h"
#include <inttypes.h>
#include <string.h>

enum {
	OPEN_DAYS = 7, /* more of them stand in a closed box */
};

static struct report_row make_row(const struct report_sum *sum)
{
	return (struct report_row){
	    .name = sum->name,
	    .bookings = sum->bookings,
	    .tickets = sum->tickets,
	    .gross = money_of(sum->gross, sum->currency),
	    .refunds = money_of(sum->refunds, sum->currency),
	    .net = money_of(report_net(sum), sum->currency),
	};
}

static struct report_row_list make_rows(
    struct arena *arena, const struct report_sum_list *sums)
{
	struct report_row *rows =
	    arena_array(arena, sums->count, sizeof(*rows));

	for (size_t i = 0; i < sums->count; i++)
		rows[i] = make_row(&sums->items[i]);
	return (struct report_row_list){.items = rows, .count = sums->count};
}

static struct report_table_view make_days(struct arena *arena,
    const struct report *report, const struct report_part *part)
{
	struct report_row *rows =
	    arena_array(arena, report->day_count, sizeof(*rows));

	for (size_t i = 0; i < report->day_count; i++) {
		struct report_sum sum = part->days[i];

		sum.currency = part->currency;
		rows[i] = make_row(&sum);
		rows[i].name = when_format(arena,
		    (struct when){.at = report->days[i],
			.zone = report->period.zone,
			.style = WHEN_DATE});
	}
	return (struct report_table_view){
	    .id = arena_format(arena, "days-%s", part->currency),
	    .caption = "Day by day",
	    .heading = "Day",
	    .is_unseen = true,
	    .rows = {.items = rows, .count = report->day_count},
	};
}

static struct report_table_view make_events(
    struct arena *arena, const struct report_part *part)
{
	struct report_row_list list = make_rows(arena, &part->events);
	struct report_row *rows = arena_array(arena, list.count, sizeof(*rows));

	for (size_t i = 0; i < list.count; i++) {
		rows[i] = list.items[i];
		rows[i].url = url_local(
		    arena, "/admin/reports/{}", part->events.items[i].key);
	}
	return (struct report_table_view){
	    .id = arena_format(arena, "events-%s", part->currency),
	    .caption = "By event",
	    .heading = "Event",
	    .rows = {.items = rows, .count = list.count},
	};
}

static struct report_table_view make_tiers(
    struct arena *arena, const struct report_part *part, bool is_of_one)
{
	struct report_row_list list = make_rows(arena, &part->tiers);
	struct report_row *rows = arena_array(arena, list.count, sizeof(*rows));

	for (size_t i = 0; i < list.count; i++) {
		rows[i] = list.items[i];
		if (!is_of_one)
			rows[i].note = part->tiers.items[i].key;
	}
	return (struct report_table_view){
	    .id = arena_format(arena, "tiers-%s", part->currency),
	    .caption = "By type of ticket",
	    .note = "What was paid for those sold in this time, and what of it "
		    "went back until now.",
	    .heading = "Type",
	    .rows = {.items = rows, .count = list.count},
	};
}

/* "desk" is the staff's own: money in hand. */
static struct report_table_view make_gateways(
    const struct shop *shop, const struct report_part *part)
{
	struct report_row_list list = make_rows(shop->arena, &part->gateways);
	struct report_row *rows =
	    arena_array(shop->arena, list.count, sizeof(*rows));

	for (size_t i = 0; i < list.count; i++) {
		const char *name = part->gateways.items[i].key;
		const struct gateway *gateway =
		    gateway_find(shop->config, name);

		rows[i] = list.items[i];
		rows[i].name = gateway ? gateway->label : name;
	}
	return (struct report_table_view){
	    .id = arena_format(shop->arena, "gateways-%s", part->currency),
	    .caption = "By way of payment",
	    .heading = "Gateway",
	    .is_money = true,
	    .rows = {.items = rows, .count = list.count},
	};
}

static struct figures_view make_figures(
    struct arena *arena, const struct report_part *part)
{
	const struct report_sum *total = &part->total;
	const struct figure_view figures[] = {
	    {.label = "Bookings",
		.value = arena_format(arena, "%" PRId64, total->bookings)},
	    {.label = "Tickets",
		.value = arena_format(arena, "%" PRId64, total->tickets)},
	    {.label = "Gross",
		.value = money_format(
		    arena, money_of(total->gross, part->currency))},
	    {.label = "Refunds",
		.value = money_format(
		    arena, money_of(total->refunds, part->currency))},
	    {.label = "Net",
		.value = money_format(
		    arena, money_of(report_net(total), part->currency))},
	};
	struct figure_view *copy = arena_alloc(arena, sizeof(figures));

	memcpy(copy, figures, sizeof(figures));
	return (struct figures_view){
	    .list = {.items = copy, .count = COUNT_OF(figures)}};
}

static struct report_table_list make_tables(
    const struct shop *shop, const struct report_part *part, bool is_of_one)
{
	const struct report_table_view all[] = {
	    make_events(shop->arena, part),
	    make_tiers(shop->arena, part, is_of_one),
	    make_gateways(shop, part),
	};
	struct report_table_view *tables =
	    arena_alloc(shop->arena, sizeof(all));
	size_t count = 0;

	for (size_t i = is_of_one ? 1 : 0; i < COUNT_OF(all); i++)
		if (all[i].rows.count > 0)
			tables[count++] = all[i];
	return (struct report_table_list){.items = tables, .count = count};
}

struct report_part_view staff_report_part(const struct shop *shop,
    const struct report *report, const struct report_part *part, bool is_of_one)
{
	struct arena *arena = shop->arena;
	struct chart_view *charts = arena_array(arena, 2, sizeof(*charts));

	charts[0] = staff_ticket_chart(arena,
	    arena_format(arena, "tickets-%s", part->currency), report, part);
	charts[1] = staff_money_chart(arena,
	    arena_format(arena, "money-%s", part->currency), report, part);
	for (size_t i = 0; i < 2; i++)
		charts[i].note = "The numbers stand below, day by day.";
	return (struct report_part_view){
	    .currency = part->currency,
	    .title = report->part_count > 1 ? part->currency : "Sales",
	    .figures = make_figures(arena, part),
	    .charts = {.items = charts, .count = 2},
	    .is_short = report->day_count <= OPEN_DAYS,
	    .days = make_days(arena, report, part),
	    .tables = make_tables(shop, part, is_of_one),
	};
}
