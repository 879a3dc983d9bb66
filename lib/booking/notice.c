#include "booking/notice.h"

#include "base/clock.h"
#include "base/text.h"
#include "store/booking_store.h"
#include "store/event_store.h"
#include "store/outbox_store.h"

struct error *notice_add_in(const struct shop *shop, const char *kind,
    const char *recipient, int64_t booking_id, const json_t *snapshot,
    int64_t now)
{
	struct out text = {.arena = shop->arena};
	struct mail mail = {
	    .kind = kind,
	    .recipient = recipient,
	    .booking_id = booking_id,
	    .created_at = now,
	};

	if (text_is_empty(recipient))
		return NULL;
	if (!snapshot || !json_write(&text, snapshot))
		die("the snapshot of a mail \"%s\" cannot be written", kind);
	mail.snapshot = out_string(&text);
	return outbox_store_add(shop->db, shop->arena, &mail);
}

/* ---- about a booking ---- */

static json_t *pack_event(const struct event *event)
{
	return json_pack("{ss ss ss sI sI sI ss ss ss}", "title", event->title,
	    "slug", event->slug, "timezone", event->timezone, "starts_at",
	    event->starts_at, "doors_at",
	    event->starts_at - event->doors_minutes * MINUTE, "ends_at",
	    event->ends_at, "venue", event->venue.name, "address",
	    event->venue.address, "online_url", event->online_url);
}

static json_t *pack_lines(const struct booking_item_list *items)
{
	json_t *lines = json_array();

	for (size_t i = 0; i < items->count; i++) {
		const struct booking_item *item = &items->items[i];

		json_array_append_new(lines,
		    json_pack("{ss sI sI ss}", "tier", item->tier_name,
			"quantity", item->quantity, "price", item->price.minor,
			"seat", item->seat));
	}
	return lines;
}

static json_t *pack_tickets(const struct ticket_list *tickets)
{
	json_t *list = json_array();

	for (size_t i = 0; i < tickets->count; i++) {
		const struct ticket *ticket = &tickets->items[i];

		json_array_append_new(list,
		    json_pack("{ss ss ss ss sI}", "code", ticket->code, "tier",
			ticket->tier_name, "seat", ticket->seat, "holder",
			ticket->holder_name, "price", ticket->price.minor));
	}
	return list;
}

/* Read anew: the caller's may lack what was made with it, as tickets are. */
static struct error *pack_booking(
    const struct shop *shop, int64_t booking_id, int64_t now, json_t **snapshot)
{
	struct booking booking;
	struct event event;

	TRY(booking_store_find_id(shop->db, shop->arena, booking_id, &booking));
	TRY(event_store_find_id(
	    shop->db, shop->arena, booking.event_id, EVENTS_ALL, now, &event));
	json_use(shop->arena);
	*snapshot = json_pack("{ss ss ss sI so so so}", "name", booking.name,
	    "reference", booking.reference, "currency", booking.total.currency,
	    "total", booking.total.minor, "event", pack_event(&event), "lines",
	    pack_lines(&booking.items), "tickets",
	    pack_tickets(&booking.tickets));
	return NULL;
}

struct error *notice_confirmed_in(
    const struct shop *shop, const struct booking *booking, int64_t now)
{
	json_t *snapshot;

	if (text_is_empty(booking->email))
		return NULL;
	TRY(pack_booking(shop, booking->id, now, &snapshot));
	return notice_add_in(
	    shop, "confirmed", booking->email, booking->id, snapshot, now);
}

struct error *notice_offered_in(const struct shop *shop,
    const struct queue_entry *entry, const struct booking *booking, int64_t now)
{
	json_t *snapshot;

	if (text_is_empty(booking->email))
		return NULL;
	TRY(pack_booking(shop, booking->id, now, &snapshot));
	json_object_set_new(snapshot, "key", json_string(entry->key));
	json_object_set_new(
	    snapshot, "until", json_integer(booking->expires_at));
	json_object_set_new(
	    snapshot, "valid_until", json_integer(booking->expires_at));
	return notice_add_in(
	    shop, "offered", booking->email, booking->id, snapshot, now);
}
