/*
 * Sales reports (R52): of all events that somebody runs, of one, as a file.
 */
#include "admin.h"

#include "base/clock.h"
#include "base/text.h"
#include "document/csv.h"
#include "store/event_store.h"
#include <inttypes.h>

static const struct form_field fields[] = {
    {.name = "from",
	.label = "First day",
	.type = "date",
	.longest = 10,
	.is_short = true},
    {.name = "to",
	.label = "Last day",
	.type = "date",
	.longest = 10,
	.is_short = true},
    {.name = "timeframe", .label = "Time", .has_no_input = true},
    {.name = "event", .label = "Event", .has_no_input = true},
};

static const struct {
	const char *value;
	const char *text;
} frames[] = {
    {"7days", "7 days"},
    {"30days", "30 days"},
    {"1year", "1 year"},
};

/* ---- what is asked ---- */

/* Which figures a page shows. */
struct question {
	struct form form;
	const char *slug;      /* of the one event; "" all */
	int64_t event_id;      /* the same; 0 all */
	const char *zone;      /* whose days */
	const char *currency;  /* where there are no figures */
	struct error *refusal; /* of what was typed; NULL none */
	struct report report;
};

static struct error *ask(struct request *request, const struct event *event,
    struct question *question)
{
	const struct config *config = request->shop.config;
	struct form *form = &question->form;
	struct report_period period;
	int64_t now = clock_now();

	*question = (struct question){
	    .slug = event ? event->slug : "",
	    .event_id = event ? event->id : 0,
	    .zone = event ? event->timezone : config->timezone,
	    .currency = event ? event->currency : config->currency,
	};
	form_read(form, request->shop.arena, fields, COUNT_OF(fields),
	    &request->query);
	question->refusal =
	    report_read_period(question->zone, form_value(form, "timeframe"),
		form_value(form, "from"), form_value(form, "to"), now, &period);
	if (question->refusal && !form_take_error(form, question->refusal))
		return question->refusal;
	if (question->refusal)
		period = report_last_days(question->zone, 30, now);
	return report_make(&request->shop, &request->viewer, question->event_id,
	    &period, question->currency, &question->report);
}

/* Is it one of the usual times that is shown? */
static bool shows_frame(const struct question *question, const char *frame)
{
	const struct form *form = &question->form;
	const char *asked = form_value(form, "timeframe");

	if (question->refusal || *form_value(form, "from") ||
	    *form_value(form, "to"))
		return false;
	return text_equal(*asked ? asked : "30days", frame);
}

static struct nav_link_list make_frames(
    struct arena *arena, const struct question *question)
{
	struct nav_link *links =
	    arena_array(arena, COUNT_OF(frames), sizeof(*links));

	for (size_t i = 0; i < COUNT_OF(frames); i++)
		links[i] = (struct nav_link){
		    .text = frames[i].text,
		    .url = question->event_id
			? url_local(arena, "/admin/reports/{}?timeframe={}",
			      question->slug, frames[i].value)
			: url_local(arena, "/admin/reports?timeframe={}",
			      frames[i].value),
		    .is_current = shows_frame(question, frames[i].value),
		};
	return (struct nav_link_list){
	    .items = links, .count = COUNT_OF(frames)};
}

/* ---- pages ---- */

static struct when day_of(const struct question *question, size_t day)
{
	return (struct when){
	    .at = question->report.days[day],
	    .zone = question->zone,
	    .style = WHEN_DATE,
	};
}

/* "2026-11-28" */
static const char *date_of(
    struct arena *arena, const struct report *report, size_t day)
{
	return clock_format_date(
	    arena, clock_wall(report->days[day], report->period.zone));
}

static struct url csv_url(struct arena *arena, const struct question *question)
{
	const struct report *report = &question->report;
	const char *from = date_of(arena, report, 0);
	const char *to = date_of(arena, report, report->day_count - 1);

	if (question->event_id)
		return url_local(arena,
		    "/admin/reports.csv?from={}&to={}&event={}", from, to,
		    question->slug);
	return url_local(arena, "/admin/reports.csv?from={}&to={}", from, to);
}

static void show(
    struct request *request, const char *title, const struct question *question)
{
	const struct report *report = &question->report;
	struct arena *arena = request->shop.arena;
	struct report_part_view *parts =
	    arena_array(arena, report->part_count, sizeof(*parts));
	struct staff_report_view view = {
	    .page = staff_page(request, title, STAFF_REPORTS),
	    .frames = make_frames(arena, question),
	    .action = question->event_id
		? url_local(arena, "/admin/reports/{}", question->slug)
		: url_local(arena, "/admin/reports"),
	    .from = form_field(&question->form, "from"),
	    .to = form_field(&question->form, "to"),
	    .csv = csv_url(arena, question),
	    .first = day_of(question, 0),
	    .last = day_of(question, report->day_count - 1),
	    .zone = question->zone,
	};

	if (question->refusal) {
		view.box = page_problems(request, &question->form, NULL);
		view.page.has_error = true;
		page_set_status(request, question->refusal);
	}
	for (size_t i = 0; i < report->part_count; i++)
		parts[i] = staff_report_part(&request->shop, report,
		    &report->parts[i], question->event_id != 0);
	view.parts = (struct report_part_list){
	    .items = parts, .count = report->part_count};
	view_staff_report(&request->response.body, &view);
}

struct error *staff_show_report(struct request *request)
{
	struct question question;

	TRY(ask(request, NULL, &question));
	show(request, "Sales report", &question);
	return NULL;
}

struct error *staff_show_event_report(struct request *request)
{
	struct question question;
	struct event event;

	TRY(staff_event(request, &event));
	TRY(ask(request, &event, &question));
	show(request,
	    arena_format(request->shop.arena, "Sales report: %s", event.title),
	    &question);
	return NULL;
}

/* ---- the file ---- */

static void write_part(struct request *request, const struct report *report,
    const struct report_part *part)
{
	struct arena *arena = request->shop.arena;
	const char *currency = part->currency;

	for (size_t i = 0; i < report->day_count; i++) {
		const struct report_sum *sum = &part->days[i];
		const char *cells[7];

		cells[0] = date_of(arena, report, i);
		cells[1] = currency;
		cells[2] = arena_format(arena, "%" PRId64, sum->bookings);
		cells[3] = arena_format(arena, "%" PRId64, sum->tickets);
		cells[4] = money_plain(arena, money_of(sum->gross, currency));
		cells[5] = money_plain(arena, money_of(sum->refunds, currency));
		cells[6] =
		    money_plain(arena, money_of(report_net(sum), currency));
		csv_write_row(&request->response.body, cells, COUNT_OF(cells));
	}
}

/* A line a day and currency; `event` narrows it down to one. */
struct error *staff_send_report(struct request *request)
{
	static const char *const head[] = {"date", "currency", "bookings",
	    "tickets", "gross", "refunds", "net"};
	const char *slug = request_query(request, "event");
	struct question question;
	struct event event;

	if (*slug)
		TRY(event_store_find_managed(request->shop.db,
		    request->shop.arena, slug, &request->viewer, clock_now(),
		    &event));
	TRY(ask(request, *slug ? &event : NULL, &question));
	if (question.refusal)
		return question.refusal;
	staff_begin_csv(request, "sales");
	csv_write_row(&request->response.body, head, COUNT_OF(head));
	for (size_t i = 0; i < question.report.part_count; i++)
		write_part(
		    request, &question.report, &question.report.parts[i]);
	return NULL;
}
