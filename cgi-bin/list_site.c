/*
 * The terms of sale (R31), which parts of the site work (R72), pictures.
 */
#include "list.h"

#include "base/clock.h"
#include "booking/payment_setup.h"
#include "mail/sendmail.h"
#include "payment/gateway.h"
#include "store/booking_store.h"
#include "store/catalogue_store.h"
#include "store/desk_store.h"
#include "store/limit.h"
#include "web/cron.h"
#include "web/errand.h"
#include "web/page.h"
#include "web/picture.h"
#include "web/present.h"
#include "web/terms.h"
#include <inttypes.h>
#include <unistd.h>

/* ---- the list by its other name ---- */

/* Who cuts an event's address short looks for the list. */
struct error *list_move_to_events(struct request *request)
{
	request_redirect(request,
	    (struct url){arena_format(request->shop.arena, "/%s%s",
		*request->query_text ? "?" : "", request->query_text)});
	return NULL;
}

/* ---- the terms ---- */

struct error *list_show_terms(struct request *request)
{
	struct arena *arena = request->shop.arena;
	const char *text;
	struct terms_view view = {
	    .page = page_frame(request, "Terms of sale"),
	    .hold_time =
		clock_span(arena, request->shop.config->hold_minutes * MINUTE),
	};

	TRY(terms_read(&request->shop, &text));
	if (*text)
		view.text = page_markdown(arena, text);
	view_terms(&request->response.body, &view);
	return NULL;
}

/* ---- the status ---- */

/* What the parts are looked at with. */
struct status_source {
	const struct shop *shop;
	const struct desk *desk; /* NULL: not for the staff */
};

static struct status_part_view good(const char *name, const char *detail)
{
	return (struct status_part_view){.name = name,
	    .state = "Working",
	    .detail = detail,
	    .is_good = true};
}

static struct status_part_view bad(const char *name, const char *detail)
{
	return (struct status_part_view){
	    .name = name, .state = "Failing", .detail = detail, .is_bad = true};
}

static struct status_part_view not_set_up(const char *name, const char *detail)
{
	return (struct status_part_view){
	    .name = name, .state = "Not set up", .detail = detail};
}

/* Within a writer's turn, so that a stuck writer shows too. */
static struct status_part_view check_database(const struct shop *shop)
{
	int64_t version;

	if (TRANSACTION(
		shop->db, catalogue_version(shop->db, shop->arena, &version)))
		return bad("Database", "Bookings cannot be written.");
	return good("Database", "Events and bookings are read and written.");
}

/* A sentence with what the staff see beside. */
static const char *with_more(
    const struct status_source *source, const char *said, const char *more)
{
	if (!source->desk)
		return said;
	return arena_format(source->shop->arena, "%s %s", said, more);
}

static const char *mail_numbers(const struct status_source *source)
{
	const struct desk *desk = source->desk;

	if (!desk)
		return "";
	return arena_format(source->shop->arena,
	    "Late: %" PRId64 ", failed within 30 days: %" PRId64 ".",
	    desk->mails_late, desk->mails_failed);
}

static struct status_part_view check_mail(const struct status_source *source)
{
	const struct shop *shop = source->shop;
	const char *more = mail_numbers(source);

	if (!*shop->config->sendmail)
		return not_set_up("Mail",
		    with_more(source, "Mail waits in the outbox.", more));
	if (!sendmail_is_there(shop->arena, shop->config))
		return bad("Mail",
		    with_more(source, "The mail program is not there.", more));
	return good(
	    "Mail", with_more(source, "The mail program is there.", more));
}

static const char *payment_numbers(const struct status_source *source)
{
	const struct desk *desk = source->desk;

	if (!desk)
		return "";
	return arena_format(source->shop->arena,
	    "Payments without an answer: %" PRId64 ", refunds late: %" PRId64
	    ", refused: %" PRId64 ".",
	    desk->payments_open, desk->refunds_late, desk->refunds_refused);
}

static struct status_part_view check_gateway(const struct status_source *source)
{
	const struct shop *shop = source->shop;
	const struct gateway *gateway = gateway_at(shop->config, 0);
	const char *more = payment_numbers(source);
	const char *silence = payment_silence(shop->arena, shop->config);

	if (*silence)
		return bad("Payments", with_more(source, silence, more));
	if (!gateway)
		return good("Payments",
		    with_more(source,
			"Buyers pay later: by transfer or at the box office.",
			more));
	return good("Payments",
	    with_more(source,
		arena_format(
		    shop->arena, "Payments go through %s.", gateway->label),
		more));
}

/* A clock behind the last booking would sell what is over. */
static struct status_part_view check_clock(const struct status_source *source)
{
	const struct shop *shop = source->shop;
	int64_t newest;

	if (booking_store_newest(shop->db, shop->arena, &newest))
		return bad("Clock", "It cannot be compared.");
	if (newest > clock_now() + HOUR)
		return bad("Clock",
		    with_more(source, "It is behind the last booking.",
			arena_format(shop->arena, "That was at %s.",
			    clock_iso_utc(shop->arena, newest))));
	if (newest == 0)
		return good("Clock", "There is no booking to compare it with.");
	return good("Clock",
	    with_more(source, "It is in step with the bookings.",
		arena_format(shop->arena, "The newest was made at %s.",
		    clock_iso_utc(shop->arena, newest))));
}

/* Visitors learn what works, the staff how well. */
static const struct desk *count_for_staff(
    const struct request *request, struct desk *desk)
{
	const struct shop *shop = &request->shop;

	if (request->viewer.role < ROLE_ORGANISER ||
	    desk_store_count(
		shop->db, shop->arena, &request->viewer, clock_now(), desk))
		return NULL;
	return desk;
}

struct error *list_show_status(struct request *request)
{
	const struct shop *shop = &request->shop;
	struct desk desk;
	const struct status_source source = {
	    .shop = shop, .desk = count_for_staff(request, &desk)};
	const struct status_part_view parts[] = {
	    check_database(shop),
	    check_mail(&source),
	    check_gateway(&source),
	    check_clock(&source),
	};
	struct status_view view = {
	    .page = page_frame(request, "Status"),
	    .summary = "The box office works.",
	    .parts = {.items = parts, .count = COUNT_OF(parts)},
	    .now = present_site_when(shop->config, clock_now(), WHEN_LONG),
	};

	for (size_t i = 0; i < COUNT_OF(parts); i++) {
		if (!parts[i].is_bad)
			continue;
		view.summary = "Something needs a look.";
		request->response.status = 503;
	}
	view_status(&request->response.body, &view);
	return NULL;
}

/* ---- pictures ---- */

struct error *list_send_picture(struct request *request)
{
	return picture_send(request, request_param(request, "name"));
}

/* ---- chores, for a host's cron ---- */

struct error *list_do_chores(struct request *request)
{
	static const struct limit_rate rate = {
	    .name = "cron", .burst = 2, .seconds = 30};
	const struct shop *shop = &request->shop;

	if (!cron_is_right(
		shop->arena, shop->config, request_param(request, "secret")))
		return fail(NOT_FOUND_ERROR, "Page not found");
	TRY(limit_take(shop->config, &rate, "", clock_now()));
	errand_start();
	request->response.content_type = "text/plain; charset=utf-8";
	out_text(&request->response.body, "What is due is being done.\n");
	return NULL;
}
