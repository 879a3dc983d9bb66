#include "account/promote.h"

#include "account/account.h"
#include "base/clock.h"
#include "booking/event.h"
#include "booking/notice.h"
#include "booking/refusal.h"
#include "store/event_store.h"
#include "store/refusal_store.h"

/* Is it the day, and late enough? */
static bool is_time(const struct config *config, int64_t now)
{
	struct wall_time wall = clock_wall(now, config->timezone);
	int64_t day = clock_from_wall(wall, "UTC") / DAY;

	/* 1 January 1970 was a Thursday, the fourth day. */
	return config->promotion_weekday == (day + 3) % 7 + 1 &&
	    wall.hour >= PROMOTE_HOUR;
}

/* What can be booked, the next first. */
static struct error *pack_events(
    const struct shop *shop, int64_t now, json_t **events)
{
	const struct event_filter filter = {
	    .starts_from = now,
	    .starts_before = now + PROMOTE_DAYS * DAY,
	    .limit = PROMOTE_EVENTS * 4,
	};
	struct event_list list;

	TRY(event_store_list(shop->db, shop->arena, &filter, now, &list));
	json_use(shop->arena);
	*events = json_array();
	for (size_t i = 0; i < list.count; i++)
		if (event_can_book(&list.items[i], now) &&
		    json_array_size(*events) < PROMOTE_EVENTS)
			json_array_append_new(
			    *events, notice_pack_event(&list.items[i]));
	return NULL;
}

static struct error *add_mail(const struct shop *shop, const struct user *user,
    json_t *events, int64_t now)
{
	const char *name =
	    *user->first_name ? user->first_name : user->username;
	const char *stop = arena_format(shop->arena, "/account/unsubscribe/%s",
	    account_unsubscribe_key(shop, user->id));
	json_t *snapshot =
	    json_pack("{ss sI sO ss sI}", "name", name, "user_id", user->id,
		"events", events, "stop", stop, "valid_until", now + 3 * DAY);

	return notice_add_in(shop, "promotion", user->email, 0, snapshot, now);
}

/* Who has refused is noted too: nobody is looked at twice. */
static struct error *promote_in(const struct shop *shop, json_t *events,
    int64_t now, struct user_list *slice)
{
	TRY(promotion_store_due(
	    shop->db, shop->arena, now - 6 * DAY, PROMOTE_SLICE, slice));
	for (size_t i = 0; i < slice->count; i++) {
		const struct user *user = &slice->items[i];
		bool is_refused;

		TRY(refusal_is_there(shop, user->email, &is_refused));
		if (!is_refused)
			TRY(add_mail(shop, user, events, now));
		TRY(promotion_store_note(shop->db, user->id, now));
	}
	return NULL;
}

struct error *promote_sweep(const struct shop *shop)
{
	int64_t now = clock_now();
	struct user_list slice;
	json_t *events;

	if (!is_time(shop->config, now))
		return NULL;
	/* Looks first: a write that changes nothing would queue for its turn.
	 */
	TRY(promotion_store_due(
	    shop->db, shop->arena, now - 6 * DAY, 1, &slice));
	if (slice.count == 0)
		return NULL;
	TRY(pack_events(shop, now, &events));
	if (json_array_size(events) == 0)
		return NULL;
	for (size_t done = 0; done < PROMOTE_RUN; done += slice.count) {
		TRY(TRANSACTION(
		    shop->db, promote_in(shop, events, now, &slice)));
		if (slice.count < PROMOTE_SLICE)
			break;
	}
	return NULL;
}
