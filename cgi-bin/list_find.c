/*
 * The events, found by a form (R9-R14): everything chosen is in the address,
 * so it can be shared, and the form shows it again.
 */
#include "list.h"

#include "base/clock.h"
#include "base/slug.h"
#include "base/text.h"
#include "booking/event.h"
#include "store/event_store.h"
#include "store/venue_store.h"
#include "web/cache.h"
#include "web/page.h"
#include "web/present.h"
#include <inttypes.h>

enum {
	PAGE_SIZE = 25, /* R11 */
	LIMIT_MOST = 100,
	PAGE_MOST = 100 * 1000,
	LATER_DAYS = 90, /* R14 */
};

static const struct form_field fields[] = {
    {.name = "q", .label = "Search", .type = "search", .longest = 100},
    {.name = "type", .label = "Type"},
    {.name = "from", .label = "From", .type = "date", .is_short = true},
    {.name = "to", .label = "Until", .type = "date", .is_short = true},
    {.name = "price_min",
	.label = "Price from",
	.inputmode = "decimal",
	.is_short = true},
    {.name = "price_max",
	.label = "Price up to",
	.inputmode = "decimal",
	.is_short = true},
    {.name = "venue", .label = "Place"},
    {.name = "page", .label = "Page", .has_no_input = true},
    {.name = "limit", .label = "Limit", .has_no_input = true},
};

/* What was asked for, read from the form. */
struct search {
	struct form form;
	struct event_filter filter;
	int64_t page;     /* from 1 */
	bool is_filtered; /* anything but page and limit was asked */
	bool has_details; /* more than a text was asked */
};

/* ---- reading ---- */

static const char *trimmed(const struct search *search, const char *name)
{
	return text_trim(search->form.arena, form_value(&search->form, name));
}

static void read_count(struct search *search, const char *name,
    int64_t fallback, int64_t most, int64_t *result)
{
	const char *text = trimmed(search, name);
	const char *label = form_field(&search->form, name).label;

	*result = fallback;
	if (*text == '\0')
		return;
	if (text_number(text, result) == NUMBER_OK && *result >= 1 &&
	    *result <= most)
		return;
	*result = fallback;
	form_fail(&search->form, name,
	    arena_format(search->form.arena,
		"%s must be a whole number from 1 to %" PRId64, label, most));
}

/* A day on the wall of each event's own place, as its page shows it. */
static void read_date(
    struct search *search, const char *name, int64_t days, int64_t *result)
{
	const char *text = trimmed(search, name);
	struct wall_time wall;

	if (*text == '\0')
		return;
	search->is_filtered = true;
	if (clock_parse_date(text, &wall)) {
		form_fail(&search->form, name,
		    arena_format(search->form.arena,
			"%s must be a date like 2026-09-30",
			form_field(&search->form, name).label));
		return;
	}
	*result = clock_from_wall(wall, "UTC") + days * DAY;
}

static void read_price(struct search *search, const char *name,
    const char *currency, bool *is_set, int64_t *result)
{
	const char *text = trimmed(search, name);
	const struct error *error;
	struct money money;

	if (*text == '\0')
		return;
	search->is_filtered = true;
	error = money_parse(text, currency, &money);
	if (error) {
		form_fail(&search->form, name,
		    arena_format(search->form.arena, "%s %s",
			form_field(&search->form, name).label, error->message));
		return;
	}
	*is_set = true;
	*result = money.minor;
}

static void read_type(struct search *search)
{
	const char *type = trimmed(search, "type");

	if (*type == '\0')
		return;
	search->is_filtered = true;
	search->filter.type = type;
	if (!event_is_type(type))
		form_fail(&search->form, "type", "Choose a type from the list");
}

/* By slugs, as the form has them; whoever writes an address has names. */
static void read_venues(struct search *search, const struct request *request)
{
	const char **venues = arena_array(
	    request->shop.arena, EVENT_FILTER_VENUES, sizeof(*venues));
	const char *venue;
	size_t count = 0;

	for (size_t i = 0; (venue = fields_get_at(&request->query, "venue", i));
	     i++) {
		if (*venue && count == EVENT_FILTER_VENUES)
			form_fail(&search->form, "venue",
			    "Choose fewer places at once");
		else if (*venue)
			venues[count++] = slug_is_valid(venue)
			    ? venue
			    : slug_make(request->shop.arena, venue);
	}
	search->filter.venues = venues;
	search->filter.venue_count = count;
	search->is_filtered |= count > 0;
}

static void read_search(const struct request *request, struct search *search)
{
	const struct config *config = request->shop.config;
	struct event_filter *filter = &search->filter;

	*search = (struct search){.page = 1};
	form_read(&search->form, request->shop.arena, fields, COUNT_OF(fields),
	    &request->query);
	filter->text = trimmed(search, "q");
	read_type(search);
	read_venues(search, request);
	read_date(search, "from", 0, &filter->wall_from);
	read_date(search, "to", 1, &filter->wall_before);
	read_price(search, "price_min", config->currency,
	    &filter->has_price_min, &filter->price_min);
	read_price(search, "price_max", config->currency,
	    &filter->has_price_max, &filter->price_max);
	search->has_details = search->is_filtered;
	search->is_filtered |= *filter->text != '\0';
	read_count(search, "page", 1, PAGE_MOST, &search->page);
	read_count(search, "limit", PAGE_SIZE, LIMIT_MOST, &filter->limit);
	if (filter->wall_from == 0)
		filter->ends_after = clock_now();
	filter->offset = (search->page - 1) * filter->limit;
}

/* ---- showing ---- */

/* "Other" above a title would say nothing. */
static const char *type_above(const struct event *event)
{
	return text_equal(event->type, "other") ? ""
						: event_type_label(event->type);
}

static struct event_card_view make_card(
    struct arena *arena, const struct event *event, int64_t now)
{
	static const char *const months[] = {"Jan", "Feb", "Mar", "Apr", "May",
	    "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
	struct wall_time wall = clock_wall(event->starts_at, event->timezone);
	struct tier_view_list tiers = {.count = 0};

	/* The price and the places of a single one are the event's. */
	if (event->tiers.count > 1)
		tiers = present_tiers(arena, event, now);
	return (struct event_card_view){
	    .title = event->title,
	    .url = present_event_url(arena, event),
	    .picture = present_picture(arena, event),
	    .type = type_above(event),
	    .summary = event->summary,
	    .starts = present_when(event, event->starts_at, WHEN_SHORT),
	    .day = arena_format(arena, "%d", wall.day),
	    .month = months[wall.month - 1],
	    .place = event_place(event),
	    .price = present_price_range(arena, event),
	    .stock = present_event_stock(arena, event),
	    .state = present_sale(event_sale_state(event, now)),
	    .tiers = tiers,
	};
}

/* The events from `first` on that start before `before`. */
static struct event_card_list make_cards(struct arena *arena,
    const struct event_list *events, size_t first, int64_t before)
{
	struct event_card_view *cards =
	    arena_array(arena, events->count, sizeof(*cards));
	size_t count = 0;

	for (size_t i = first; i < events->count; i++)
		if (events->items[i].starts_at < before)
			cards[count++] =
			    make_card(arena, &events->items[i], clock_now());
	return (struct event_card_list){.items = cards, .count = count};
}

static struct option_list type_options(
    struct arena *arena, const struct search *search)
{
	size_t count;
	const struct event_type *types = event_types(&count);
	struct option *options =
	    arena_array(arena, count + 1, sizeof(*options));

	options[0] = (struct option){.value = "", .label = "Any type"};
	for (size_t i = 0; i < count; i++)
		options[i + 1] = (struct option){
		    .value = types[i].name,
		    .label = types[i].label,
		    .is_selected =
			text_equal(types[i].name, search->filter.type),
		};
	return (struct option_list){.items = options, .count = count + 1};
}

static bool is_chosen(const struct event_filter *filter, const char *venue)
{
	for (size_t i = 0; i < filter->venue_count; i++)
		if (text_equal(filter->venues[i], venue))
			return true;
	return false;
}

static struct error *make_venues(const struct request *request,
    const struct search *search, struct field_view *field)
{
	struct arena *arena = request->shop.arena;
	struct venue_list venues;
	struct option *options;

	TRY(venue_store_list_public(request->shop.db, arena, &venues));
	options = arena_array(arena, venues.count, sizeof(*options));
	for (size_t i = 0; i < venues.count; i++)
		options[i] = (struct option){
		    .value = venues.items[i].slug,
		    .label = venues.items[i].name,
		    .id = arena_format(arena, "venue-%s", venues.items[i].slug),
		    .is_selected =
			is_chosen(&search->filter, venues.items[i].slug),
		};
	if (venues.count)
		options[0].id = "venue";
	*field = form_field(&search->form, "venue");
	field->options =
	    (struct option_list){.items = options, .count = venues.count};
	return NULL;
}

/* This address with another page. */
static struct url page_url(const struct request *request, int64_t page)
{
	struct arena *arena = request->shop.arena;
	struct url url = {"/"};

	for (size_t i = 0; i < request->query.count; i++) {
		const struct field_pair *pair = &request->query.items[i];

		if (*pair->value && !text_equal(pair->name, "page"))
			url = url_with(arena, url, pair->name, pair->value);
	}
	if (page > 1)
		url = url_with(
		    arena, url, "page", arena_format(arena, "%" PRId64, page));
	return url;
}

static void set_pages(const struct request *request,
    const struct search *search, bool has_more, struct list_view *view)
{
	if (view->is_empty && search->page > 1)
		view->first = page_url(request, 1);
	else if (search->page > 1)
		view->previous = page_url(request, search->page - 1);
	if (has_more)
		view->next = page_url(request, search->page + 1);
	if (search->page > 1 || has_more)
		view->page_number =
		    arena_format(request->shop.arena, "%" PRId64, search->page);
}

/* One row more than asked tells whether there is a next page. */
static struct error *find_events(const struct request *request,
    const struct search *search, struct event_list *events, bool *has_more)
{
	struct event_filter filter = search->filter;

	*events = (struct event_list){.count = 0};
	*has_more = false;
	if (!form_is_right(&search->form))
		return NULL;
	filter.limit++;
	TRY(event_store_list(request->shop.db, request->shop.arena, &filter,
	    clock_now(), events));
	*has_more = events->count == (size_t)filter.limit;
	if (*has_more)
		events->count--;
	return NULL;
}

static void fill_form(const struct request *request,
    const struct search *search, struct list_view *view)
{
	const struct form *form = &search->form;

	view->q = form_field(form, "q");
	view->type = form_field(form, "type");
	view->type.options = type_options(request->shop.arena, search);
	view->from = form_field(form, "from");
	view->to = form_field(form, "to");
	view->price_min = form_field(form, "price_min");
	view->price_max = form_field(form, "price_max");
	view->is_filtered = search->is_filtered || !form_is_right(form);
	view->filters_are_open = search->has_details || !form_is_right(form);
}

static struct error *build_list(struct request *request)
{
	struct arena *arena = request->shop.arena;
	int64_t later = clock_now() + (int64_t)LATER_DAYS * DAY + 1;
	struct search search;
	struct event_list events;
	struct list_view view = {.page = page_frame(request, "Events")};
	bool has_more;

	read_search(request, &search);
	TRY(find_events(request, &search, &events, &has_more));
	fill_form(request, &search, &view);
	TRY(make_venues(request, &search, &view.venue));
	view.box = page_problems(request, &search.form, NULL);
	view.page.has_error = view.box.is_shown;
	view.page.on_events = true;
	view.is_home = !view.is_filtered && search.page == 1;
	view.upcoming = make_cards(arena, &events, 0, later);
	view.later = make_cards(arena, &events, view.upcoming.count, INT64_MAX);
	view.is_empty = events.count == 0 && !view.box.is_shown;
	set_pages(request, &search, has_more, &view);
	request->response.status = view.box.is_shown ? 400 : 200;
	view_list(&request->response.body, &view);
	return NULL;
}

struct error *list_show_events(struct request *request)
{
	return cache_answer(request, build_list);
}
