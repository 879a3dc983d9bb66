/*
 * The dashboard: what needs somebody, how the week went, what comes next.
 */
#include "admin.h"

#include "base/clock.h"
#include "base/text.h"
#include "booking/event.h"
#include "mail/sendmail.h"
#include "store/desk_store.h"
#include "store/event_store.h"
#include "web/present.h"
#include <inttypes.h>
#include <string.h>

enum {
	EVENTS_SHOWN = 8,
	EVENTS_COUNTED = 200, /* more are not looked through */
};

/* ---- what needs somebody ---- */

/* A number that should be 0, and what to say when it is not. */
struct worry {
	size_t offset; /* in struct desk */
	const char *one;
	const char *many; /* behind the number */
	const char *path;
};

/* The gravest first: money, then people, then mail. */
static const struct worry worries[] = {
    {offsetof(struct desk, refunds_refused),
	"refund was refused by its gateway: give it by hand",
	"refunds were refused by their gateway: give them by hand",
	"/admin/late"},
    {offsetof(struct desk, refunds_by_hand),
	"refund waits to be paid back by hand",
	"refunds wait to be paid back by hand", "/admin/late"},
    {offsetof(struct desk, refunds_late),
	"refund is on its way for more than two days",
	"refunds are on their way for more than two days",
	"/admin/bookings?status=cancelled"},
    {offsetof(struct desk, payments_open),
	"payment has no answer for more than an hour",
	"payments have no answer for more than an hour",
	"/admin/bookings?status=paying"},
    {offsetof(struct desk, late_money),
	"payment came after its booking had ended, this month",
	"payments came after their bookings had ended, this month",
	"/admin/late#late"},
    {offsetof(struct desk, mails_failed), "mail could not be sent",
	"mails could not be sent", "/admin/mail?state=failed"},
    {offsetof(struct desk, mails_late), "mail waits for more than an hour",
	"mails wait for more than an hour", "/admin/mail?state=waiting"},
    {offsetof(struct desk, unguarded),
	"account of the staff has no two-factor sign-in",
	"accounts of the staff have no two-factor sign-in",
	"/admin/users?role=staff"},
};

static int64_t count_of(const struct desk *desk, const struct worry *worry)
{
	return *(
	    const int64_t *)(const void *)((const char *)desk + worry->offset);
}

static struct link_list list_worries(
    struct arena *arena, const struct desk *desk)
{
	struct link *links =
	    arena_array(arena, COUNT_OF(worries), sizeof(*links));
	size_t found = 0;

	for (size_t i = 0; i < COUNT_OF(worries); i++) {
		const struct worry *worry = &worries[i];
		int64_t count = count_of(desk, worry);

		if (count == 0)
			continue;
		links[found].text = arena_format(arena, "%" PRId64 " %s", count,
		    count == 1 ? worry->one : worry->many);
		links[found++].url = (struct url){.text = worry->path};
	}
	return (struct link_list){.items = links, .count = found};
}

/* ---- the next events ---- */

static struct desk_event_view make_event(
    struct arena *arena, const struct event *event, int64_t now)
{
	struct desk_event_view view = {
	    .title = event->title,
	    .url = url_local(arena, "/admin/events/{}", event->slug),
	    .starts = present_when(event, event->starts_at, WHEN_SHORT),
	    .place = event_place(event),
	    .note = present_doors(arena, event, now),
	};

	view.status = staff_event_state(event, now, &view.badge);
	for (size_t i = 0; i < event->tiers.count; i++) {
		view.sold += event->tiers.items[i].sold;
		view.capacity += event->tiers.items[i].capacity;
		view.is_unlimited |= event->tiers.items[i].is_unlimited;
	}
	return view;
}

static struct desk_event_list make_events(
    struct arena *arena, const struct event_list *list, int64_t now)
{
	size_t count = list->count < EVENTS_SHOWN ? list->count : EVENTS_SHOWN;
	struct desk_event_view *views =
	    arena_array(arena, count, sizeof(*views));

	for (size_t i = 0; i < count; i++)
		views[i] = make_event(arena, &list->items[i], now);
	return (struct desk_event_list){.items = views, .count = count};
}

static int64_t count_on_sale(const struct event_list *list, int64_t now)
{
	int64_t count = 0;

	for (size_t i = 0; i < list->count; i++)
		count += event_sale_state(&list->items[i], now) == SALE_OPEN;
	return count;
}

/* ---- figures ---- */

static const char *number(struct arena *arena, int64_t value)
{
	return arena_format(arena, "%" PRId64, value);
}

/* Today's money, each currency by itself: "$45.00, €12.00". */
static const char *todays_money(
    struct arena *arena, const struct report *report)
{
	struct out out = {.arena = arena};

	for (size_t i = 0; i < report->part_count; i++) {
		const struct report_part *part = &report->parts[i];

		out_text(&out, i > 0 ? ", " : "");
		money_print(&out,
		    money_of(report_net(&part->days[report->day_count - 1]),
			part->currency));
	}
	return out_string(&out);
}

static int64_t todays_tickets(const struct report *report)
{
	int64_t tickets = 0;

	for (size_t i = 0; i < report->part_count; i++)
		tickets += report->parts[i].days[report->day_count - 1].tickets;
	return tickets;
}

static struct figures_view make_figures(struct arena *arena,
    const struct desk *desk, const struct report *report, int64_t on_sale)
{
	const struct figure_view figures[] = {
	    {.label = "Events on sale",
		.value = number(arena, on_sale),
		.url = {"/admin/events"}},
	    {.label = "Tickets sold today",
		.value = number(arena, todays_tickets(report)),
		.url = {"/admin/reports?timeframe=7days"}},
	    {.label = "Net today", .value = todays_money(arena, report)},
	    {.label = "Places on hold", .value = number(arena, desk->held)},
	    {.label = "To be paid later", .value = number(arena, desk->later)},
	    {.label = "Places waited for",
		.value = number(arena, desk->waiting)},
	};
	struct figure_view *copy = arena_alloc(arena, sizeof(figures));

	memcpy(copy, figures, sizeof(figures));
	return (struct figures_view){
	    .list = {.items = copy, .count = COUNT_OF(figures)}};
}

/* Tickets and money of each currency. */
static struct chart_view_list make_charts(
    struct arena *arena, const struct report *report)
{
	struct chart_view *charts =
	    arena_array(arena, 2 * report->part_count, sizeof(*charts));
	size_t count = 0;

	for (size_t i = 0; i < report->part_count; i++) {
		const struct report_part *part = &report->parts[i];

		charts[count++] = staff_ticket_chart(arena,
		    arena_format(arena, "tickets-%s", part->currency), report,
		    part);
		charts[count++] = staff_money_chart(arena,
		    arena_format(arena, "money-%s", part->currency), report,
		    part);
	}
	for (size_t i = 0; i < count; i++)
		charts[i].note = "The numbers stand in the reports.";
	return (struct chart_view_list){.items = charts, .count = count};
}

/* Leads to the page of bookings. */
static const struct field_view find_person = {
    .name = "person",
    .id = "person",
    .label = "Find a booking",
    .hint = "Name, email or reference",
    .type = "search",
    .value = "",
    .is_required = true,
};

struct error *staff_show_desk(struct request *request)
{
	const struct shop *shop = &request->shop;
	const struct managed_filter coming = {
	    .text = "", .time = MANAGED_COMING, .limit = EVENTS_COUNTED};
	struct report_period week;
	struct event_list events;
	struct report report;
	struct desk desk;
	int64_t now = clock_now();
	struct staff_desk_view view;

	week = report_last_days(shop->config->timezone, 7, now);
	TRY(desk_store_count(
	    shop->db, shop->arena, &request->viewer, now, &desk));
	TRY(event_store_list_managed(
	    shop->db, shop->arena, &request->viewer, &coming, now, &events));
	TRY(report_make(
	    shop, &request->viewer, 0, &week, shop->config->currency, &report));
	view = (struct staff_desk_view){
	    .page = staff_page(request, "Dashboard", STAFF_DASHBOARD),
	    .attention = list_worries(shop->arena, &desk),
	    .person = find_person,
	    .figures = make_figures(
		shop->arena, &desk, &report, count_on_sale(&events, now)),
	    .charts = make_charts(shop->arena, &report),
	    .events = make_events(shop->arena, &events, now),
	};
	view_staff_desk(&request->response.body, &view);
	return NULL;
}
