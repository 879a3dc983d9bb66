/*
 * The waiting list (R16, R55-R59): join, see one's place in line, leave, take
 * an offer; and the summary of what is sold and left.
 */
#include "book.h"

#include "base/clock.h"
#include "base/text.h"
#include "booking/event.h"
#include "booking/queue.h"
#include "store/booking_store.h"
#include "store/event_store.h"
#include "store/queue_store.h"
#include "web/pace.h"
#include "web/page.h"
#include "web/present.h"
#include <inttypes.h>

enum {
	RENEW = 5 /* seconds */
};

/* ---- the summary ---- */

static struct error *make_rows(struct request *request,
    const struct event *event, struct summary_row_list *list)
{
	const struct shop *shop = &request->shop;
	size_t count = event->tiers.count;
	struct summary_row *rows =
	    arena_array(shop->arena, count, sizeof(*rows));

	for (size_t i = 0; i < count; i++) {
		const struct tier *tier = &event->tiers.items[i];

		rows[i] = present_summary_row(tier);
		TRY(queue_store_wanted(shop->db, shop->arena, event->id,
		    tier->id, &rows[i].waiting));
	}
	*list = (struct summary_row_list){.items = rows, .count = count};
	return NULL;
}

static struct error *make_summary(struct request *request,
    const struct event *event, struct summary_view *view)
{
	const struct renewal renewal = page_renewal(
	    request, url_local(request->shop.arena, request->path), RENEW);

	*view = (struct summary_view){
	    .now = present_when(event, clock_now(), WHEN_TIME),
	    .refresh = renewal.refresh,
	    .live = renewal.live,
	};
	return make_rows(request, event, &view->rows);
}

struct error *book_show_summary(struct request *request)
{
	const char *slug = request->shop.config->queue_event;
	struct event event;
	struct summary_page_view view;

	if (!*slug)
		return fail(NOT_FOUND_ERROR, "Page not found");
	TRY(event_store_find(request->shop.db, request->shop.arena, slug,
	    EVENTS_PUBLIC, clock_now(), &event));
	view = (struct summary_page_view){
	    .page = page_frame(request, "Summary"),
	    .title = event.title,
	    .event = present_event_url(request->shop.arena, &event),
	};
	TRY(make_summary(request, &event, &view.summary));
	view_summary_page(&request->response.body, &view);
	return NULL;
}

/* ---- joining ---- */

static struct queue_view make_view(
    struct request *request, const struct event *event)
{
	struct arena *arena = request->shop.arena;

	return (struct queue_view){
	    .page = page_frame(request,
		arena_format(arena, "Waiting list - %s", event->title)),
	    .head = present_sale_head(arena, event, "Waiting list"),
	    .action = url_local(arena, "/book/{}/queue", event->slug),
	};
}

static bool is_free(const struct event *event)
{
	for (size_t i = 0; i < event->tiers.count; i++)
		if (event->tiers.items[i].price.minor > 0)
			return false;
	return true;
}

static struct error *show(
    struct request *request, const struct form *form, const struct error *error)
{
	struct event event;
	struct queue_view view;

	TRY(request_event(request, &event));
	view = make_view(request, &event);
	view.box = page_problems(request, form, error);
	view.page.has_error = view.box.is_shown;
	view.secret = page_secret(request, SECRET_CREATES);
	view.name = form_field(form, "name");
	view.email = form_field(form, "email");
	view.quantity = form_field(form, "quantity");
	view.tier = book_tier_field(request, form, &event, CHOOSE_CLASS);
	view.is_open = queue_is_open(&event, clock_now(), &view.closed_why);
	view.is_free = is_free(&event);
	TRY(make_summary(request, &event, &view.summary));
	view_queue(&request->response.body, &view);
	return NULL;
}

struct error *book_show_queue(struct request *request)
{
	struct form form;

	TRY(book_start_form(request, FORM_PLACES, NULL, &form));
	return show(request, &form, NULL);
}

struct error *book_join_queue(struct request *request)
{
	struct order order;
	struct queue_entry entry;
	const struct error *mistake;
	struct error *error;
	struct form form;

	book_read_form(request, FORM_PLACES, NULL, &form);
	mistake = book_read_order(request, &form, &order);
	if (mistake) {
		page_set_status(request, mistake);
		return show(request, &form, mistake);
	}
	error = pace_take_order(request);
	if (!error)
		error = queue_join(&request->shop, &order, &entry);
	if (!error) {
		request_redirect(request,
		    url_local(request->shop.arena, "/book/{}/queue/{}",
			order.event, entry.key));
		return NULL;
	}
	if (!page_take_error(request, &form, error))
		return error;
	return show(request, &form, error);
}

/* ---- one's place ---- */

static const char *outcome_of(const struct queue_entry *entry)
{
	switch (entry->state) {
	case QUEUE_SERVED:
		return "You have got your places.";
	case QUEUE_LEFT:
		return "You left the waiting list.";
	default:
		return "The offer ended, or there was no place left. You can "
		       "join again.";
	}
}

/* What comes, and how one learns of it. */
static void fill_wait(struct request *request, const struct event *event,
    const struct queue_entry *entry, struct queue_view *view)
{
	const struct config *config = request->shop.config;
	struct arena *arena = request->shop.arena;

	view->is_free = is_free(event);
	view->offer_time = clock_span(arena, config->offer_minutes * MINUTE);
	view->quiet = config->quiet_from == config->quiet_to
	    ? ""
	    : arena_format(arena, "%" PRId64 ":00 to %" PRId64 ":00",
		  config->quiet_from, config->quiet_to);
	view->told = *config->sendmail ? entry->email : "";
}

static struct error *fill_offer(struct request *request,
    const struct queue_entry *entry, struct queue_view *view)
{
	struct arena *arena = request->shop.arena;
	struct booking booking;

	if (entry->booking_id == 0)
		return NULL;
	TRY(booking_store_find_id(
	    request->shop.db, arena, entry->booking_id, &booking));
	view->is_offered = entry->state == QUEUE_OFFERED &&
	    booking.state == BOOKING_HELD && booking.expires_at > clock_now();
	view->time_left = clock_span(arena, booking.expires_at - clock_now());
	if (entry->state == QUEUE_SERVED)
		view->tickets =
		    url_local(arena, "/tickets/{}", booking.reference);
	return NULL;
}

struct error *book_show_entry(struct request *request)
{
	struct arena *arena = request->shop.arena;
	struct event event;
	struct queue_entry entry;
	struct queue_view view;

	TRY(request_event(request, &event));
	TRY(queue_store_find(request->shop.db, arena, event.id,
	    request_param(request, "key"), &entry));
	view = make_view(request, &event);
	view.secret = page_secret(request, SECRET_PLAIN);
	view.has_joined = true;
	view.is_waiting = entry.state == QUEUE_WAITING;
	view.position = arena_format(arena, "%" PRId64, entry.position);
	view.class_name = entry.tier_name;
	view.outcome = outcome_of(&entry);
	fill_wait(request, &event, &entry, &view);
	TRY(fill_offer(request, &entry, &view));
	view.accept =
	    url_local(arena, "/book/{}/queue/{}/accept", event.slug, entry.key);
	if (view.is_waiting || view.is_offered)
		view.leave = url_local(
		    arena, "/book/{}/queue/{}/leave", event.slug, entry.key);
	TRY(make_summary(request, &event, &view.summary));
	view_queue(&request->response.body, &view);
	return NULL;
}

struct error *book_leave_queue(struct request *request)
{
	const char *event = request_param(request, "event");
	const char *key = request_param(request, "key");

	TRY(queue_leave(&request->shop, event, key));
	request_redirect(request,
	    url_local(request->shop.arena, "/book/{}/queue/{}", event, key));
	return NULL;
}

struct error *book_accept_offer(struct request *request)
{
	const char *reference;

	request_need_browser(request);
	TRY(queue_accept(&request->shop, request_param(request, "event"),
	    request_param(request, "key"), &request->viewer, &reference));
	request_redirect(
	    request, url_local(request->shop.arena, "/checkout/{}", reference));
	return NULL;
}
