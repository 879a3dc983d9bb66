/*
 * The terms of sale (R31), which parts of the site work (R72), pictures.
 */
#include "list.h"

#include "base/clock.h"
#include "mail/sendmail.h"
#include "payment/gateway.h"
#include "store/booking_store.h"
#include "store/event_store.h"
#include "web/page.h"
#include "web/picture.h"
#include <fcntl.h>
#include <unistd.h>

/* ---- the terms ---- */

/* The operator's own terms; "" when there are none. */
static const char *read_terms(const struct request *request)
{
	enum {
		LONGEST = 64 * 1024
	};
	struct arena *arena = request->shop.arena;
	const struct config *config = request->shop.config;
	struct out out = {.arena = arena};
	int file;
	ssize_t got;

	if (!*config->terms_file)
		return "";
	file = open(config_path(arena, config, config->terms_file),
	    O_RDONLY | O_CLOEXEC);
	if (file < 0)
		return "";
	got = read(file, out_reserve(&out, LONGEST), LONGEST);
	close(file);
	return got > 0 ? arena_copy_bytes(arena, out.data, (size_t)got) : "";
}

struct error *list_show_terms(struct request *request)
{
	struct arena *arena = request->shop.arena;
	const char *text = read_terms(request);
	struct terms_view view = {
	    .page = page_frame(request, "Terms of sale"),
	    .hold_time =
		clock_span(arena, request->shop.config->hold_minutes * MINUTE),
	};

	if (*text)
		view.text = page_markdown(arena, text);
	view_terms(&request->response.body, &view);
	return NULL;
}

/* ---- the status ---- */

static struct status_part good(const char *name, const char *detail)
{
	return (struct status_part){.name = name,
	    .state = "Working",
	    .detail = detail,
	    .is_good = true};
}

static struct status_part bad(const char *name, const char *detail)
{
	return (struct status_part){
	    .name = name, .state = "Failing", .detail = detail, .is_bad = true};
}

static struct status_part not_set_up(const char *name, const char *detail)
{
	return (struct status_part){
	    .name = name, .state = "Not set up", .detail = detail};
}

/* Within a writer's turn, so that a stuck writer shows too. */
static struct status_part check_database(const struct shop *shop)
{
	int64_t version;

	if (TRANSACTION(
		shop->db, catalogue_version(shop->db, shop->arena, &version)))
		return bad("Database", "Bookings cannot be written.");
	return good("Database", "Events and bookings are read and written.");
}

static struct status_part check_mail(const struct shop *shop)
{
	if (!*shop->config->sendmail)
		return not_set_up("Mail", "Mail waits in the outbox.");
	if (!sendmail_is_there(shop->arena, shop->config))
		return bad("Mail", "The mail program is not there.");
	return good("Mail", "The mail program is there.");
}

static struct status_part check_gateway(const struct shop *shop)
{
	const struct gateway *gateway = gateway_at(shop->config, 0);

	if (!gateway)
		return not_set_up(
		    "Payments", "Only free tickets can be booked.");
	return good("Payments",
	    arena_format(
		shop->arena, "Payments go through %s.", gateway->label));
}

/* A clock behind the last booking would sell what is over. */
static struct status_part check_clock(const struct shop *shop)
{
	int64_t newest;

	if (booking_store_newest(shop->db, shop->arena, &newest))
		return bad("Clock", "It cannot be compared.");
	if (newest > clock_now() + HOUR)
		return bad("Clock", "It is behind the last booking.");
	return good("Clock", "It is in step with the bookings.");
}

struct error *list_show_status(struct request *request)
{
	const struct shop *shop = &request->shop;
	const struct status_part parts[] = {
	    check_database(shop),
	    check_mail(shop),
	    check_gateway(shop),
	    check_clock(shop),
	};
	struct status_view view = {
	    .page = page_frame(request, "Status"),
	    .all_good = true,
	    .parts = {.items = parts, .count = COUNT_OF(parts)},
	    .now = {.at = clock_now(),
		.zone = shop->config->timezone,
		.style = WHEN_LONG},
	};

	for (size_t i = 0; i < COUNT_OF(parts); i++)
		view.all_good &= !parts[i].is_bad;
	view.summary =
	    view.all_good ? "The box office works." : "Something needs a look.";
	if (!view.all_good)
		request->response.status = 503;
	view_status(&request->response.body, &view);
	return NULL;
}

/* ---- pictures ---- */

struct error *list_send_picture(struct request *request)
{
	return picture_send(request, request_param(request, "name"));
}
