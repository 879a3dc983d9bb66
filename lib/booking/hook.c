#include "booking/hook.h"

#include "base/clock.h"
#include "base/text.h"
#include "base/token.h"
#include "booking/audit.h"
#include "document/json.h"
#include "payment/http_guard.h"
#include "store/booking_store.h"
#include "store/event_store.h"
#include "store/ticket_store.h"
#include "store/webhook_store.h"
#include <inttypes.h>
#include <string.h>

static const char *const type_words[] = {
    [HOOK_CONFIRMED] = "booking.confirmed",
    [HOOK_CANCELLED] = "booking.cancelled",
    [HOOK_REFUNDED] = "booking.refunded",
    [HOOK_CHECKED_IN] = "ticket.checked_in",
};

const char *hook_type_word(enum hook_type type)
{
	return type_words[type];
}

const char *hook_secret(const struct shop *shop, const struct webhook *webhook)
{
	return arena_format(shop->arena, "whsec_%s",
	    token_sign(shop->arena, shop->config->cookie_key, "webhook",
		webhook->salt));
}

/* ---- what is told ---- */

static json_t *pack_booking(const struct booking *booking)
{
	return json_pack("{ss ss sI so ss ss so}", "reference",
	    booking->reference, "status", booking_state_word(booking->state),
	    "quantity", (json_int_t)booking->quantity, "total",
	    json_money(booking->total), "currency", booking->total.currency,
	    "source", booking->source, "createdAt",
	    json_moment(booking->created_at));
}

static json_t *pack_ticket(const struct ticket *ticket)
{
	return json_pack("{sI ss ss so ss so}", "id", (json_int_t)ticket->id,
	    "tierName", ticket->tier_name, "status",
	    ticket_status_word(ticket->status), "pricePaid",
	    json_money(ticket->price), "seat", ticket->seat, "checkInTime",
	    json_moment(ticket->check_in_at));
}

static json_t *pack_tickets(
    const struct booking *booking, const struct hook_news *news)
{
	json_t *list = json_array();

	for (size_t i = 0; i < booking->tickets.count; i++)
		if (!news->ticket_id ||
		    booking->tickets.items[i].id == news->ticket_id)
			json_array_append_new(
			    list, pack_ticket(&booking->tickets.items[i]));
	return list;
}

/* Read anew: the caller's are as they were before. */
static struct error *pack_data(const struct shop *shop,
    const struct hook_news *news, int64_t now, json_t **data)
{
	struct booking booking;
	struct event event;

	TRY(booking_store_find_id(
	    shop->db, shop->arena, news->booking_id, &booking));
	TRY(event_store_find_id(
	    shop->db, shop->arena, news->event_id, EVENTS_ALL, now, &event));
	json_use(shop->arena);
	*data =
	    json_pack("{so s{sI ss ss} so}", "booking", pack_booking(&booking),
		"event", "id", (json_int_t)event.id, "slug", event.slug, "name",
		event.title, "tickets", pack_tickets(&booking, news));
	if (news->type == HOOK_REFUNDED)
		json_object_set_new(*data, "refund",
		    json_pack("{so ss}", "amount", json_money(news->refund),
			"currency", news->refund.currency));
	return NULL;
}

static struct error *add_one(const struct shop *shop, int64_t webhook_id,
    const struct hook_news *news, json_t *data, int64_t now)
{
	const char *key = token_id(shop->arena);
	struct out body = {.arena = shop->arena};
	json_t *tree = json_pack("{ss ss so sO}", "id", key, "type",
	    hook_type_word(news->type), "createdAt", json_moment(now), "data",
	    data);

	if (!json_write(&body, tree))
		die("the body of a webhook cannot be written");
	return delivery_store_add(shop->db, webhook_id, key,
	    hook_type_word(news->type), out_string(&body), now);
}

struct error *hook_add_in(
    const struct shop *shop, const struct hook_news *news, int64_t now)
{
	struct id_list webhooks;
	json_t *data;

	TRY(webhook_store_listeners(shop->db, shop->arena, news->event_id,
	    hook_type_word(news->type), &webhooks));
	if (webhooks.count == 0)
		return NULL;
	TRY(pack_data(shop, news, now, &data));
	for (size_t i = 0; i < webhooks.count; i++)
		TRY(add_one(shop, webhooks.items[i], news, data, now));
	return NULL;
}

/* ---- managing ---- */

static struct error *refuse(
    const char *field, const char *value, const char *reason)
{
	return fail_with(VALIDATION_ERROR, NULL,
	    FIELDS(error_text("field", "Field", field),
		error_text("value", "Value", value),
		error_text("reason", "Reason", reason)),
	    "%s", reason);
}

static struct error *check(
    const struct shop *shop, const char *url, const char *types)
{
	enum {
		LONGEST = 500
	};

	if (strlen(url) > LONGEST || text_has_control(url) ||
	    !http_guard_is_right(
		url, text_equal(shop->config->webhook_private, "yes")))
		return refuse(
		    "url", url, "Enter an address that begins with https://");
	if (!*types)
		return refuse("types", "", "Choose what the address is told");
	return NULL;
}

static struct error *note(const struct shop *shop, const struct viewer *viewer,
    const char *action, const char *url, int64_t now)
{
	const struct audit audit = {
	    .action = action,
	    .subject = arena_format(shop->arena, "webhook %s", url),
	};

	return audit_in(shop, viewer, &audit, now);
}

static struct error *add_in(const struct shop *shop,
    const struct viewer *viewer, struct webhook *webhook)
{
	int64_t count;

	TRY(webhook_store_count(
	    shop->db, shop->arena, viewer->user_id, &count));
	if (count >= HOOK_EACH)
		return fail(
		    STATE_ERROR, "You have %d webhooks already", HOOK_EACH);
	TRY(webhook_store_add(shop->db, shop->arena, webhook));
	return note(
	    shop, viewer, "webhook.add", webhook->url, webhook->created_at);
}

struct error *hook_add(const struct shop *shop, const struct viewer *viewer,
    const char *url, const char *types)
{
	struct webhook webhook = {
	    .user_id = viewer->user_id,
	    .url = text_trim(shop->arena, url),
	    .types = types,
	    .salt = token_id(shop->arena),
	    .created_at = clock_now(),
	};
	struct error *error;

	TRY(check(shop, webhook.url, types));
	error = TRANSACTION(shop->db, add_in(shop, viewer, &webhook));
	if (error_is(error, CONFLICT_ERROR))
		return fail(STATE_ERROR, "You have this address already");
	return error;
}

static struct error *set_active_in(const struct shop *shop,
    const struct viewer *viewer, int64_t id, bool is_active, int64_t now)
{
	struct webhook webhook;

	TRY(webhook_store_find(shop->db, shop->arena, viewer, id, &webhook));
	TRY(webhook_store_set_active(shop->db, id, is_active));
	return note(shop, viewer,
	    is_active ? "webhook.resume" : "webhook.pause", webhook.url, now);
}

struct error *hook_set_active(const struct shop *shop,
    const struct viewer *viewer, int64_t id, bool is_active)
{
	return TRANSACTION(
	    shop->db, set_active_in(shop, viewer, id, is_active, clock_now()));
}

static struct error *remove_in(const struct shop *shop,
    const struct viewer *viewer, int64_t id, int64_t now)
{
	struct webhook webhook;

	TRY(webhook_store_find(shop->db, shop->arena, viewer, id, &webhook));
	TRY(webhook_store_remove(shop->db, id));
	return note(shop, viewer, "webhook.remove", webhook.url, now);
}

struct error *hook_remove(
    const struct shop *shop, const struct viewer *viewer, int64_t id)
{
	return TRANSACTION(shop->db, remove_in(shop, viewer, id, clock_now()));
}

static struct error *reveal_in(const struct shop *shop,
    const struct viewer *viewer, int64_t id, int64_t now,
    struct webhook *webhook)
{
	TRY(webhook_store_find(shop->db, shop->arena, viewer, id, webhook));
	return note(shop, viewer, "webhook.reveal", webhook->url, now);
}

struct error *hook_reveal(const struct shop *shop, const struct viewer *viewer,
    int64_t id, struct webhook *webhook, const char **secret)
{
	TRY(TRANSACTION(
	    shop->db, reveal_in(shop, viewer, id, clock_now(), webhook)));
	*secret = hook_secret(shop, webhook);
	return NULL;
}

static struct error *retry_in(const struct shop *shop,
    const struct viewer *viewer, int64_t id, int64_t now)
{
	TRY(delivery_store_retry(shop->db, shop->arena, viewer, id, now));
	return note(shop, viewer, "webhook.retry",
	    arena_format(shop->arena, "delivery %" PRId64, id), now);
}

struct error *hook_retry(
    const struct shop *shop, const struct viewer *viewer, int64_t id)
{
	return TRANSACTION(shop->db, retry_in(shop, viewer, id, clock_now()));
}
