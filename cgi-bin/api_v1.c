/*
 * What the calls of /api/v1 share; see api_v1.h.
 */
#include "api_v1.h"

#include "base/clock.h"
#include "base/text.h"
#include "booking/event.h"
#include "booking/ticket.h"
#include "document/pass.h"
#include "document/qr.h"
#include "store/ticket_store.h"
#include "web/present.h"
#include <inttypes.h>
#include <string.h>

/* ---- the face ---- */

/* What cannot be bought is 400 here: clients know the words. */
static const struct kind_status statuses[] = {
    {AVAILABILITY_ERROR, 409},
    {SOLD_OUT_ERROR, 400},
    {BOOKING_CLOSED_ERROR, 400},
    {PAYMENT_ERROR, 502},
    {PAYMENT_DECLINED_ERROR, 402},
    {PAYMENT_PENDING_ERROR, 409},
    {PAYMENT_OUTAGE_ERROR, 503},
};

const struct face v1_face = {
    .statuses = statuses,
    .status_count = COUNT_OF(statuses),
    .fallback = 400,
    .render = campuspass_render,
};

/* ---- parts of objects ---- */

/* What was kept is JSON: it was written by us. */
static json_t *show_metadata(const char *metadata)
{
	json_t *tree = json_loads(metadata, 0, NULL);

	return json_is_object(tree) ? tree : json_object();
}

static json_t *count_or_null(bool is_unlimited, int64_t count)
{
	return is_unlimited ? json_null() : json_integer(count);
}

/* ---- events ---- */

static json_t *show_tier(const struct tier *tier)
{
	return json_pack("{s:I, s:s, s:s, s:o, s:s, s:o, s:I, s:o}", "id",
	    (json_int_t)tier->id, "slug", tier->slug, "name", tier->name,
	    "price", json_money(tier->price), "currency", tier->price.currency,
	    "capacity", count_or_null(tier->is_unlimited, tier->capacity),
	    "sold", (json_int_t)tier->sold, "remaining",
	    count_or_null(tier->is_unlimited, tier->left));
}

static json_t *show_tiers(const struct event *event)
{
	json_t *tiers = json_array();

	for (size_t i = 0; i < event->tiers.count; i++)
		json_array_append_new(tiers, show_tier(&event->tiers.items[i]));
	return tiers;
}

/* The price of the tier that "standard" stands for. */
static json_t *show_price(const struct event *event)
{
	if (event->tiers.count == 0)
		return json_null();
	return json_money(event->tiers.items[0].price);
}

static void add_places(json_t *tree, const struct event *event)
{
	int64_t capacity = 0, sold = 0;
	bool is_unlimited = false;

	for (size_t i = 0; i < event->tiers.count; i++) {
		capacity += event->tiers.items[i].capacity;
		sold += event->tiers.items[i].sold;
		is_unlimited |= event->tiers.items[i].is_unlimited;
	}
	json_object_set_new(
	    tree, "maxParticipants", count_or_null(is_unlimited, capacity));
	json_object_set_new(tree, "currentParticipants", json_integer(sold));
}

struct error *v1_show_an_event(
    const struct shop *shop, const struct event *event, json_t **tree)
{
	struct arena *arena = shop->arena;
	const char *metadata;

	TRY(api_store_event_metadata(shop->db, arena, event->id, &metadata));
	*tree = json_pack("{s:I, s:s, s:s, s:s, s:s, s:o, s:o, s:s, s:b, s:o,"
			  " s:s, s:s, s:o, s:o, s:o, s:o}",
	    "id", (json_int_t)event->id, "slug", event->slug, "name",
	    event->title, "description",
	    *event->description ? event->description : event->summary,
	    "eventType", event->type, "startDate",
	    json_moment(event->starts_at), "endDate",
	    json_moment(event->ends_at), "location", event_place(event),
	    "isOnline", event->venue.id == 0, "ticketPrice", show_price(event),
	    "status", event_status_word(event->status), "imageUrl",
	    arena_format(arena, "%s%s", shop->config->base_url,
		present_picture(arena, event).text),
	    "metadata", show_metadata(metadata), "createdAt",
	    json_moment(event->created_at), "updatedAt",
	    json_moment(event->updated_at), "tiers", show_tiers(event));
	add_places(*tree, event);
	return NULL;
}

/* ---- tickets ---- */

static bool hides_code(const struct ticket *ticket, enum v1_reader reader)
{
	return reader == V1_BUYER && ticket->passed_on_at != 0;
}

/* The picture of the code while it opens a door. */
static struct error *add_picture(const struct shop *shop,
    const struct ticket *ticket, enum v1_reader reader, json_t *tree)
{
	const struct pass pass = {
	    .code = ticket->code,
	    .event_id = ticket->event_id,
	    .tier_id = ticket->tier_id,
	};
	const char *url;

	if (hides_code(ticket, reader) || !ticket_is_valid(ticket))
		return NULL;
	TRY(qr_data_url(
	    shop->arena, pass_write(shop->arena, shop->config, pass), &url));
	json_object_set_new(tree, "qrCodeUrl", json_string(url));
	return NULL;
}

static json_t *show_ticket(
    const struct api_ticket *shown, enum v1_reader reader, json_t *event)
{
	const struct ticket *ticket = &shown->ticket;

	return json_pack("{s:I, s:o, s:I, s:s, s:s, s:o, s:s, s:o, s:o, s:o,"
			 " s:o, s:o, s:o, s:o, s:s, s:s, s:o, s:o, s:n, s:O}",
	    "id", (json_int_t)ticket->id, "userId",
	    shown->user_id ? json_integer(shown->user_id) : json_null(),
	    "eventId", (json_int_t)ticket->event_id, "ticketType",
	    shown->tier_slug, "status", ticket_status_word(ticket->status),
	    "pricePaid", json_money(ticket->price), "currency",
	    ticket->price.currency, "validFrom",
	    json_moment(ticket->valid_from), "validUntil",
	    json_moment(ticket->valid_until), "paymentId",
	    json_text_or_null(shown->payment), "checkInTime",
	    json_moment(ticket->check_in_at), "metadata",
	    show_metadata(shown->metadata), "createdAt",
	    json_moment(ticket->created_at), "updatedAt",
	    json_moment(shown->updated_at), "bookingReference",
	    shown->reference, "holderName", ticket->holder_name, "seat",
	    json_text_or_null(ticket->seat), "ticketCode",
	    hides_code(ticket, reader) ? json_null()
				       : json_string(ticket->code),
	    "qrCodeUrl", "event", event);
}

static struct error *show_event_of(
    const struct shop *shop, const struct api_ticket *ticket, json_t **tree)
{
	struct event event;

	TRY(event_store_find_id(shop->db, shop->arena, ticket->ticket.event_id,
	    EVENTS_ALL, clock_now(), &event));
	return v1_show_an_event(shop, &event, tree);
}

struct error *v1_show_a_scanned_ticket(
    const struct shop *shop, const struct api_ticket *ticket, json_t **tree)
{
	json_t *event;

	TRY(show_event_of(shop, ticket, &event));
	*tree = show_ticket(ticket, V1_STAFF, event);
	return NULL;
}

struct error *v1_show_a_ticket(const struct shop *shop,
    const struct api_ticket *ticket, enum v1_reader reader, json_t **tree)
{
	json_t *event;

	TRY(show_event_of(shop, ticket, &event));
	*tree = show_ticket(ticket, reader, event);
	return add_picture(shop, &ticket->ticket, reader, *tree);
}

/* Tickets that lie beside each other are mostly of one event. */
struct error *v1_show_tickets(const struct shop *shop,
    const struct api_ticket_list *list, enum v1_reader reader, json_t **array)
{
	json_t *event = NULL;
	int64_t event_id = 0;

	*array = json_array();
	for (size_t i = 0; i < list->count; i++) {
		const struct api_ticket *ticket = &list->items[i];
		json_t *tree;

		if (ticket->ticket.event_id != event_id)
			TRY(show_event_of(shop, ticket, &event));
		event_id = ticket->ticket.event_id;
		tree = show_ticket(ticket, reader, event);
		TRY(add_picture(shop, &ticket->ticket, reader, tree));
		json_array_append_new(*array, tree);
	}
	return NULL;
}

/* ---- pages of lists ---- */

static struct error *read_count(const struct request *request, const char *name,
    int64_t fallback, int64_t most, int64_t *count)
{
	const char *text = request_query(request, name);

	*count = fallback;
	if (!*text)
		return NULL;
	if (text_number(text, count) != NUMBER_OK || *count < 1 ||
	    *count > most)
		return v1_refuse(name, text,
		    arena_format(request->shop.arena,
			"must be a whole number from 1 to %" PRId64, most));
	return NULL;
}

struct error *v1_read_page(const struct request *request, struct v1_page *page)
{
	enum {
		PAGE_MOST = 1000 * 1000
	};

	TRY(read_count(request, "page", 1, PAGE_MOST, &page->number));
	TRY(read_count(
	    request, "limit", V1_LIMIT, V1_LIMIT_MOST, &page->limit));
	page->offset = (page->number - 1) * page->limit;
	return NULL;
}

/* The address of another page: the query as it is, but for its number. */
static const char *page_address(
    const struct request *request, const struct v1_page *page, int64_t number)
{
	struct arena *arena = request->shop.arena;
	struct url url = {.text = request->path};

	for (size_t i = 0; i < request->query.count; i++) {
		const struct field_pair *pair = &request->query.items[i];

		if (!text_equal(pair->name, "page") &&
		    !text_equal(pair->name, "limit"))
			url = url_with(arena, url, pair->name, pair->value);
	}
	url = url_with(
	    arena, url, "page", arena_format(arena, "%" PRId64, number));
	url = url_with(
	    arena, url, "limit", arena_format(arena, "%" PRId64, page->limit));
	return arena_format(
	    arena, "%s%s", request->shop.config->base_url, url.text);
}

/* {page, limit, total, pages, next, previous}: two are addresses. */
static json_t *show_page(
    const struct request *request, const struct v1_page *page, int64_t total)
{
	int64_t pages = (total + page->limit - 1) / page->limit;
	bool has_next = page->number < pages;
	bool has_previous = page->number > 1 && page->number <= pages + 1;

	return json_pack("{s:I, s:I, s:I, s:I, s:o, s:o}", "page",
	    (json_int_t)page->number, "limit", (json_int_t)page->limit, "total",
	    (json_int_t)total, "pages", (json_int_t)pages, "next",
	    json_text_or_null(
		has_next ? page_address(request, page, page->number + 1) : ""),
	    "previous",
	    json_text_or_null(has_previous
		    ? page_address(request, page, page->number - 1)
		    : ""));
}

void v1_answer_list(struct request *request, const char *name, json_t *items,
    const struct v1_page *page, int64_t total)
{
	json_answer_tagged(request,
	    json_pack("{s:o, s:o}", name, items, "pagination",
		show_page(request, page, total)));
}
