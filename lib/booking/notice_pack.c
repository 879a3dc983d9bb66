#include "booking/notice_parts.h"

#include "base/clock.h"
#include "booking/paper.h"
#include "booking/ticket.h"
#include "store/booking_store.h"
#include "store/event_store.h"

json_t *notice_pack_event(const struct event *event)
{
	json_t *pack = json_pack("{ss ss ss ss sI sI sI ss ss ss}", "title",
	    event->title, "slug", event->slug, "summary", event->summary,
	    "timezone", event->timezone, "starts_at", event->starts_at,
	    "doors_at", event->starts_at - event->doors_minutes * MINUTE,
	    "ends_at", event->ends_at, "venue", event->venue.name, "address",
	    event->venue.address, "online_url", event->online_url);

	if (event->venue.has_location)
		json_object_set_new(pack, "position",
		    json_pack("[f f]", event->venue.latitude,
			event->venue.longitude));
	json_object_update_new(pack,
	    json_pack("{sI sI sI ss sI sI sI}", "id", event->id, "version",
		event->version, "updated_at", event->updated_at, "status",
		event_status_word(event->status), "full_days",
		event->refunds.full_days, "part_days", event->refunds.part_days,
		"part_percent", event->refunds.part_percent));
	return pack;
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

json_t *notice_pack_ticket(const struct ticket *ticket)
{
	return json_pack("{sI sI ss ss ss ss sI sI}", "id", ticket->id,
	    "tier_id", ticket->tier_id, "code", ticket->code, "tier",
	    ticket->tier_name, "seat", ticket->seat, "holder",
	    ticket->holder_name, "price", ticket->price.minor, "changes",
	    paper_changes(&(struct booking){.tickets = {ticket, 1}}, ticket));
}

json_t *notice_pack_tickets(const struct ticket_list *tickets)
{
	json_t *list = json_array();

	for (size_t i = 0; i < tickets->count; i++)
		if (ticket_is_valid(&tickets->items[i]) &&
		    !tickets->items[i].passed_on_at)
			json_array_append_new(
			    list, notice_pack_ticket(&tickets->items[i]));
	return list;
}

json_t *notice_pack_booking(const struct shop *shop,
    const struct booking *booking, const struct event *event)
{
	json_use(shop->arena);
	return json_pack("{ss ss ss ss ss sI sI sI sI so so so}", "name",
	    booking->name, "buyer", booking->name, "reference",
	    booking->reference, "state", booking_state_word(booking->state),
	    "currency", booking->total.currency, "total", booking->total.minor,
	    "confirmed_at", booking->confirmed_at, "ended_at",
	    booking->ended_at, "sequence", paper_changes(booking, NULL),
	    "event", notice_pack_event(event), "lines",
	    pack_lines(&booking->items), "tickets",
	    notice_pack_tickets(&booking->tickets));
}

struct error *notice_read_booking(const struct shop *shop, int64_t booking_id,
    int64_t now, const char **recipient, json_t **snapshot)
{
	struct booking booking;
	struct event event;

	TRY(booking_store_find_id(shop->db, shop->arena, booking_id, &booking));
	TRY(event_store_find_id(
	    shop->db, shop->arena, booking.event_id, EVENTS_ALL, now, &event));
	*recipient = booking.email;
	*snapshot = notice_pack_booking(shop, &booking, &event);
	return NULL;
}

struct error *notice_read_about(const struct shop *shop,
    const struct booking *booking, const char *name, int64_t now,
    json_t **snapshot)
{
	struct event event;

	TRY(event_store_find_id(
	    shop->db, shop->arena, booking->event_id, EVENTS_ALL, now, &event));
	json_use(shop->arena);
	*snapshot = json_pack("{ss ss ss ss sI sI so}", "name", name, "buyer",
	    booking->name, "reference", booking->reference, "currency",
	    event.currency, "total", booking->total.minor, "confirmed_at",
	    booking->confirmed_at, "event", notice_pack_event(&event));
	return NULL;
}
