#include "web/waiting.h"

#include "base/clock.h"
#include "base/text.h"
#include "base/token.h"
#include "booking/event.h"
#include "store/booking_store.h"
#include "store/event_store.h"
#include "store/room.h"
#include "web/once.h"
#include "web/pace.h"
#include "web/page.h"
#include "web/present.h"
#include <inttypes.h>
#include <string.h>

enum {
	EARLY = 30 * MINUTE, /* before the opening people gather */
	RENEW = 15,          /* seconds, for who wants it by itself */
	RETRY = 60,          /* told to programs */
};

/* ---- the rule ---- */

static struct room_rule rule_of(
    const struct request *request, const struct event *event)
{
	return (struct room_rule){
	    .rate = request->shop.config->room_rate,
	    .vip_share = request->shop.config->room_vip_share,
	    .opens_at = event->booking_opens_at,
	};
}

/* Is there anything to stand in line for? */
static bool has_room(const struct request *request, const struct event *event)
{
	int64_t now = clock_now();

	if (request->shop.config->room_rate == 0)
		return false;
	switch (event_sale_state(event, now)) {
	case SALE_OPEN:
		return !event_is_sold_out(event);
	case SALE_NOT_YET:
		return event->booking_opens_at - now <= EARLY;
	default:
		return false;
	}
}

/* ---- the cookie ---- */

static const char *cookie_of(
    const struct request *request, const struct event *event)
{
	return arena_format(
	    request->shop.arena, "campuspass-room-%" PRId64, event->id);
}

/* "ROOM.LINE.NUMBER.SIGNATURE" */
static const char *write_place(const struct request *request,
    const struct event *event, const struct room_place *place)
{
	struct arena *arena = request->shop.arena;
	const char *text = arena_format(arena, "%" PRId64 ".%d.%" PRId64,
	    place->room, (int)place->line, place->number);

	return arena_format(arena, "%s.%s", text,
	    token_sign(arena, request->shop.config->cookie_key, "room",
		arena_format(arena, "%s/%" PRId64 "/%s",
		    request->viewer.browser, event->id, text)));
}

/* A number that ends at a full stop; moves on. */
static bool take_number(char **rest, int64_t *number)
{
	const char *word = strsep(rest, ".");

	return *rest && text_number(word, number) == NUMBER_OK;
}

static bool read_place(const struct request *request, const struct event *event,
    struct room_place *place)
{
	const char *cookie = request_cookie(request, cookie_of(request, event));
	char *rest = arena_copy(request->shop.arena, cookie);
	int64_t line;

	if (!*request->viewer.browser || !take_number(&rest, &place->room) ||
	    !take_number(&rest, &line) || !take_number(&rest, &place->number) ||
	    line < 0 || line >= ROOM_LINES)
		return false;
	place->line = (enum room_line)line;
	return token_equal(cookie, write_place(request, event, place));
}

static void give_place(struct request *request, const struct event *event,
    const struct room_place *place)
{
	request_need_browser(request);
	request_set_cookie(request, cookie_of(request, event),
	    write_place(request, event, place), DAY);
}

/* ---- the page ---- */

/* What the form held, but for what each form has of its own. */
static struct detail_list keep_typed(const struct request *request)
{
	static const char *const own[] = {"csrf_token", "form_key", "look"};
	const struct fields *form = &request->form;
	struct detail *kept =
	    arena_array(request->shop.arena, form->count, sizeof(*kept));
	size_t count = 0;

	for (size_t i = 0; i < form->count; i++) {
		bool is_own = false;

		for (size_t j = 0; j < COUNT_OF(own); j++)
			is_own |= text_equal(form->items[i].name, own[j]);
		if (!is_own)
			kept[count++] = (struct detail){
			    form->items[i].name, form->items[i].value};
	}
	return (struct detail_list){.items = kept, .count = count};
}

static void show(struct request *request, const struct event *event,
    const struct room_standing *standing)
{
	struct arena *arena = request->shop.arena;
	struct url here = url_local(arena, "/book/{}", event->slug);
	const struct renewal renewal = page_renewal(request, here, RENEW);
	struct room_view view = {
	    .page = page_frame(
		request, arena_format(arena, "In line - %s", event->title)),
	    .head = present_sale_head(arena, event, "Waiting room"),
	    .is_gathering = standing->state == ROOM_GATHERS,
	    .opens = present_when(event, event->booking_opens_at, WHEN_LONG),
	    .position = arena_format(arena, "%" PRId64, standing->position),
	    .gathered = arena_format(arena, "%" PRId64, standing->gathered),
	    .wait = clock_span(arena, standing->seconds),
	    .turn = clock_span(arena, ROOM_TURN),
	    .now = present_when(event, clock_now(), WHEN_TIME),
	    .refresh = renewal.refresh,
	    .live = renewal.live,
	    .kept = keep_typed(request),
	    .secret = page_secret(request, SECRET_PLAIN),
	};

	view_room(&request->response.body, &view);
}

static void refuse(struct request *request, int64_t seconds)
{
	request->response.status = 429;
	request_header(request, "Retry-After",
	    arena_format(request->shop.arena, "%" PRId64,
		seconds > 0 ? seconds : RETRY));
}

/* ---- standing in line ---- */

/* Where signed-in people have a share, they have a line. */
static enum room_line line_of(const struct request *request)
{
	if (request->shop.config->room_vip_share == 0 ||
	    request->viewer.user_id == 0)
		return ROOM_REGULAR;
	return ROOM_VIP;
}

/* They have a place that still counts. */
static bool stands(const struct request *request, const struct event *event,
    const struct room_rule *rule, struct room_standing *standing)
{
	struct room_place place;

	return read_place(request, event, &place) &&
	    room_look(request->shop.config, event->slug, rule, &place,
		clock_now(), standing) &&
	    standing->state != ROOM_OVER;
}

/* A new place. Where there is no file to be had, everybody is let in. */
static struct error *take_place(struct request *request,
    const struct event *event, const struct room_rule *rule,
    struct room_standing *standing)
{
	const struct config *config = request->shop.config;
	struct room_place place;
	int64_t now = clock_now();

	TRY(pace_take_place(request));
	request_need_browser(request);
	standing->state = ROOM_ENTERS;
	if (!room_join(
		config, event->slug, rule, line_of(request), now, &place))
		return NULL;
	give_place(request, event, &place);
	if (!room_look(config, event->slug, rule, &place, now, standing))
		standing->state = ROOM_ENTERS;
	return NULL;
}

/* A form sent twice leads to what it made, though its place is used. */
static struct error *is_repeated(const struct request *request, bool *is_found)
{
	struct booking booking;
	const char *digest;

	TRY(booking_store_by_form_key(request->shop.db, request->shop.arena,
	    once_form_key(request, "book"), &booking, &digest));
	*is_found = booking.id != 0;
	return NULL;
}

bool waiting_looks(const struct request *request)
{
	return *request_form(request, "look") != '\0';
}

struct error *waiting_pass(
    struct request *request, const struct event *event, bool *is_in)
{
	const struct room_rule rule = rule_of(request, event);
	struct room_standing standing;

	*is_in = true;
	if (!has_room(request, event) || request->is_head)
		return NULL;
	if (!stands(request, event, &rule, &standing)) {
		*is_in = false;
		if (request->method != METHOD_GET)
			TRY(is_repeated(request, is_in));
		if (*is_in)
			return NULL;
		TRY(take_place(request, event, &rule, &standing));
	}
	*is_in = standing.state == ROOM_ENTERS;
	if (*is_in)
		return NULL;
	if (request->method != METHOD_GET && !waiting_looks(request))
		refuse(request, standing.seconds);
	show(request, event, &standing);
	return NULL;
}

void waiting_end(struct request *request, const struct event *event)
{
	struct room_place place;

	if (request->shop.config->room_rate > 0 &&
	    read_place(request, event, &place))
		room_leave(
		    request->shop.config, event->slug, &place, clock_now());
}

struct error *waiting_walk_in(struct request *request, const char *slug)
{
	const struct shop *shop = &request->shop;
	int64_t now = clock_now();
	struct room_rule rule;
	struct event event;

	if (shop->config->room_rate == 0)
		return NULL;
	TRY(event_store_find(
	    shop->db, shop->arena, slug, EVENTS_PUBLIC, now, &event));
	rule = rule_of(request, &event);
	if (event_sale_state(&event, now) != SALE_OPEN ||
	    !has_room(request, &event) ||
	    room_walk_in(shop->config, event.slug, &rule, now))
		return NULL;
	return fail_with(RATE_LIMIT_ERROR, NULL,
	    FIELDS(error_number("retry_after", "Try again in seconds", RETRY)),
	    "People are waiting in line for %s. Try again in %d seconds",
	    event.title, RETRY);
}
