/*
 * One event (R9, R12, R13, R15, R16), and several side by side (R62).
 */
#include "list.h"

#include "base/clock.h"
#include "base/text.h"
#include "booking/event.h"
#include "booking/share.h"
#include "store/event_store.h"
#include "web/cache.h"
#include "web/page.h"
#include "web/present.h"

enum {
	COMPARED_MOST = 4,
	CHOICES_MOST = 200, /* events offered for adding */
};

/* ---- one event ---- */

static bool is_same_day(const struct event *event)
{
	return clock_day_start(event->starts_at, event->timezone) ==
	    clock_day_start(event->ends_at - 1, event->timezone);
}

static void fill_sale(struct arena *arena, const struct event *event,
    int64_t now, struct event_view *view)
{
	const struct sale_offer offer = present_offer(arena, event, now, false);
	enum sale_state state = event_sale_state(event, now);

	view->state = offer.is_sold_out ? offer.title : present_sale(state);
	view->is_off = state == SALE_CANCELLED;
	view->can_book = offer.is_open;
	view->offers_queue = offer.offers_queue;
	view->closed_title = offer.title;
	view->closed_why = offer.is_sold_out
	    ? "All places are taken. When one comes free, the waiting list "
	      "gets it first."
	    : offer.why;
}

static struct error *build_event(struct request *request)
{
	struct arena *arena = request->shop.arena;
	int64_t now = clock_now();
	struct event event;
	struct event_view view;

	TRY(request_event(request, &event));
	view = (struct event_view){
	    .page = page_frame(request, event.title),
	    .title = event.title,
	    .type = event_type_label(event.type),
	    .summary = event.summary,
	    .description = page_markdown(arena, event.description),
	    .picture = present_picture(arena, &event),
	    .picture_alt = *event.image ? event.image_alt : "",
	    .starts = present_when(&event, event.starts_at, WHEN_LONG),
	    .ends = present_when(&event, event.ends_at,
		is_same_day(&event) ? WHEN_TIME : WHEN_SHORT),
	    .doors = present_when(&event,
		event.starts_at - event.doors_minutes * MINUTE, WHEN_TIME),
	    .venue = event.venue.name,
	    .address = event.venue.address,
	    .map = present_map_url(arena, request->shop.config, &event.venue),
	    .is_online = event.venue.id == 0,
	    .tiers = present_tiers(arena, &event, now),
	    .price = present_price_range(arena, &event),
	    .book = url_local(arena, "/book/{}", event.slug),
	    .queue = url_local(arena, "/book/{}/queue", event.slug),
	    .compare = url_local(arena, "/compare?event={}", event.slug),
	};
	if (event.status != EVENT_CANCELLED)
		view.calendar = url_local(arena, "/events/{}.ics", event.slug);
	if (!share_check(&event, now))
		view.share = url_local(arena, "/events/{}/share", event.slug);
	fill_sale(arena, &event, now, &view);
	view_event(&request->response.body, &view);
	return NULL;
}

struct error *list_show_event(struct request *request)
{
	return cache_answer(request, build_event);
}

/* ---- side by side ---- */

/* The slugs asked for, each once, in order. */
struct chosen {
	const char *slugs[COMPARED_MOST];
	size_t count;
	bool is_too_many;
};

static bool is_in(const struct chosen *chosen, const char *slug)
{
	for (size_t i = 0; i < chosen->count; i++)
		if (text_equal(chosen->slugs[i], slug))
			return true;
	return false;
}

static struct chosen read_chosen(const struct request *request)
{
	struct chosen chosen = {.count = 0};
	const char *slug;

	for (size_t i = 0; (slug = fields_get_at(&request->query, "event", i));
	     i++) {
		if (*slug == '\0' || is_in(&chosen, slug))
			continue;
		if (chosen.count == COMPARED_MOST) {
			chosen.is_too_many = true;
			break;
		}
		chosen.slugs[chosen.count++] = slug;
	}
	return chosen;
}

/* The comparison without one of its events. */
static struct url url_without(
    struct arena *arena, const struct chosen *chosen, const char *slug)
{
	struct url url = {"/compare"};

	for (size_t i = 0; i < chosen->count; i++)
		if (!text_equal(chosen->slugs[i], slug))
			url = url_with(arena, url, "event", chosen->slugs[i]);
	return url;
}

static struct compared_event make_compared(struct arena *arena,
    const struct chosen *chosen, const struct event *event, int64_t now)
{
	struct compared_event compared = {
	    .title = event->title,
	    .url = present_event_url(arena, event),
	    .starts = present_when(event, event->starts_at, WHEN_LONG),
	    .place = event_place(event),
	    .address = event->venue.address,
	    .type = event_type_label(event->type),
	    .tiers = present_tiers(arena, event, now),
	    .stock = present_event_stock(arena, event),
	    .remove = url_without(arena, chosen, event->slug),
	};

	/* What the list says of it, where there are no places to count. */
	if (event->status != EVENT_PUBLISHED || event->ends_at <= now)
		compared.stock = (struct stock_view){
		    .text = present_sale(event_sale_state(event, now)),
		    .is_sold_out = true};
	if (event_can_book(event, now))
		compared.book = url_local(arena, "/book/{}", event->slug);
	return compared;
}

static struct error *find_compared(const struct request *request,
    const struct chosen *chosen, struct compared_list *list)
{
	struct arena *arena = request->shop.arena;
	int64_t now = clock_now();
	struct compared_event *events =
	    arena_array(arena, COMPARED_MOST, sizeof(*events));

	for (size_t i = 0; i < chosen->count; i++) {
		struct event event;

		TRY(event_store_find(request->shop.db, arena, chosen->slugs[i],
		    EVENTS_PUBLIC, now, &event));
		events[i] = make_compared(arena, chosen, &event, now);
	}
	*list = (struct compared_list){.items = events, .count = chosen->count};
	return NULL;
}

/* Events that can be added: coming ones that are not there yet. */
static struct error *find_choices(const struct request *request,
    const struct chosen *chosen, struct option_list *list)
{
	struct arena *arena = request->shop.arena;
	int64_t now = clock_now();
	const struct event_filter filter = {
	    .ends_after = now, .limit = CHOICES_MOST};
	struct event_list events;
	struct option *options;
	size_t count = 0;

	TRY(event_store_list(request->shop.db, arena, &filter, now, &events));
	options = arena_array(arena, events.count, sizeof(*options));
	for (size_t i = 0; i < events.count; i++)
		if (!is_in(chosen, events.items[i].slug))
			options[count++] =
			    (struct option){.value = events.items[i].slug,
				.label = events.items[i].title};
	*list = (struct option_list){.items = options, .count = count};
	return NULL;
}

static struct option_list chosen_options(
    struct arena *arena, const struct chosen *chosen)
{
	struct option *options =
	    arena_array(arena, chosen->count, sizeof(*options));

	for (size_t i = 0; i < chosen->count; i++)
		options[i] = (struct option){.value = chosen->slugs[i]};
	return (struct option_list){.items = options, .count = chosen->count};
}

static struct error *build_comparison(struct request *request)
{
	struct arena *arena = request->shop.arena;
	struct chosen chosen = read_chosen(request);
	struct compare_view view = {
	    .page = page_frame(request, "Compare events"),
	    .chosen = chosen_options(arena, &chosen),
	    .choice = {.name = "event",
		.id = "event",
		.label = "Another event",
		.is_required = true},
	};

	TRY(find_compared(request, &chosen, &view.events));
	TRY(find_choices(request, &chosen, &view.choice.options));
	view.can_add =
	    chosen.count < COMPARED_MOST && view.choice.options.count > 0;
	if (chosen.is_too_many) {
		const struct error *error = fail(VALIDATION_ERROR,
		    "At most %d events can be compared", COMPARED_MOST);

		view.box = page_problems(request, NULL, error);
		view.page.has_error = true;
		page_set_status(request, error);
	}
	view_compare(&request->response.body, &view);
	return NULL;
}

struct error *list_show_comparison(struct request *request)
{
	return cache_answer(request, build_comparison);
}
