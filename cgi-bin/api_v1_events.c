/*
 * /api/v1: events, for everybody.
 */
#include "api_v1.h"

#include "base/clock.h"
#include "base/text.h"
#include "booking/event.h"
#include "web/cache.h"

static struct error *read_type(
    const struct request *request, struct event_filter *filter)
{
	size_t count;
	const struct event_type *types = event_types(&count);
	const char **words =
	    arena_array(request->shop.arena, count, sizeof(*words));

	for (size_t i = 0; i < count; i++)
		words[i] = types[i].name;
	return v1_read_word(request, "type", words, count, &filter->type);
}

/* Without a date what is not over yet; with one what starts from then on. */
static struct error *read_filter(
    const struct request *request, struct event_filter *filter)
{
	const char *start = request_query(request, "startDate");

	*filter = (struct event_filter){.text = ""};
	TRY(read_type(request, filter));
	if (!*start) {
		filter->ends_after = clock_now();
		return NULL;
	}
	return v1_read_moment(
	    request->shop.arena, "startDate", start, &filter->starts_from);
}

struct error *v1_list_events(struct request *request)
{
	const struct shop *shop = &request->shop;
	struct event_filter filter;
	struct event_list events;
	struct v1_page page;
	json_t *shown, *tree;
	int64_t total;

	json_begin(request);
	TRY(v1_read_page(request, &page));
	TRY(read_filter(request, &filter));
	TRY(api_store_count_events(shop->db, shop->arena, &filter, &total));
	filter.offset = page.offset;
	filter.limit = page.limit;
	TRY(event_store_list(
	    shop->db, shop->arena, &filter, clock_now(), &events));
	shown = json_array();
	for (size_t i = 0; i < events.count; i++) {
		TRY(v1_show_an_event(shop, &events.items[i], &tree));
		json_array_append_new(shown, tree);
	}
	request->response.cache_control = "no-cache";
	v1_answer_list(request, "events", shown, &page, total);
	return NULL;
}

static struct error *build_event(struct request *request)
{
	struct event event;
	json_t *tree;

	json_begin(request);
	TRY(api_find_event(
	    request, request_param(request, "id"), EVENTS_PUBLIC, &event));
	TRY(v1_show_an_event(&request->shop, &event, &tree));
	json_answer(request, tree);
	return NULL;
}

struct error *v1_show_event(struct request *request)
{
	return cache_answer(request, build_event);
}
