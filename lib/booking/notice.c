#include "booking/notice.h"

#include "base/text.h"
#include "booking/notice_parts.h"
#include "booking/paper.h"
#include "booking/ticket.h"
#include "payment/gateway.h"
#include "store/booking_store.h"
#include "store/event_store.h"
#include "store/outbox_store.h"
#include "store/ticket_store.h"

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

struct error *notice_confirmed_in(const struct shop *shop,
    const struct booking *booking, const struct event *event, int64_t now)
{
	if (text_is_empty(booking->email))
		return NULL;
	return notice_add_in(shop, "confirmed", booking->email, booking->id,
	    notice_pack_booking(shop, booking, event), now);
}

struct error *notice_offered_in(const struct shop *shop,
    const struct queue_entry *entry, const struct booking *booking, int64_t now)
{
	const char *recipient;
	json_t *snapshot;

	if (text_is_empty(booking->email))
		return NULL;
	TRY(notice_read_booking(shop, booking->id, now, &recipient, &snapshot));
	json_object_set_new(snapshot, "key", json_string(entry->key));
	json_object_set_new(
	    snapshot, "until", json_integer(booking->expires_at));
	json_object_set_new(
	    snapshot, "valid_until", json_integer(booking->expires_at));
	return notice_add_in(
	    shop, "offered", recipient, booking->id, snapshot, now);
}

struct error *notice_reserved_in(
    const struct shop *shop, int64_t booking_id, int64_t until, int64_t now)
{
	const char *recipient;
	json_t *snapshot;

	TRY(notice_read_booking(shop, booking_id, now, &recipient, &snapshot));
	if (text_is_empty(recipient))
		return NULL;
	json_object_set_new(snapshot, "until", json_integer(until));
	json_object_set_new(snapshot, "valid_until", json_integer(until));
	json_object_set_new(
	    snapshot, "details", json_string(shop->config->later_details));
	json_object_set_new(snapshot, "is_online",
	    json_boolean(gateway_at(shop->config, 0) != NULL));
	return notice_add_in(
	    shop, "reserved", recipient, booking_id, snapshot, now);
}

/* ---- about what happens to it ---- */

/* Tickets end with their event, or by themselves. */
static const char *ending_kind(const json_t *snapshot)
{
	const json_t *event = json_object_get(snapshot, "event");

	return text_equal(json_member_text(event, "status"), "cancelled")
	    ? "event_cancelled"
	    : "cancelled";
}

struct error *notice_unreserved_in(
    const struct shop *shop, int64_t booking_id, int64_t now)
{
	const char *recipient;
	json_t *snapshot;

	TRY(notice_read_booking(shop, booking_id, now, &recipient, &snapshot));
	if (text_is_empty(recipient))
		return NULL;
	json_object_set_new(snapshot, "is_reserved", json_true());
	json_object_set_new(snapshot, "is_all", json_true());
	return notice_add_in(
	    shop, ending_kind(snapshot), recipient, booking_id, snapshot, now);
}

/* The holder of a ticket that was passed on is told of that one alone. */
static struct error *tell_holder(const struct shop *shop, int64_t booking_id,
    const struct ticket *ticket, json_t *snapshot, int64_t now)
{
	json_t *own = json_copy(snapshot);
	json_t *ended = json_array();

	json_array_append_new(ended, notice_pack_ticket(ticket));
	json_object_set_new(own, "name", json_string(ticket->holder_name));
	json_object_set_new(own, "ended", ended);
	json_object_set_new(own, "code", json_string(ticket->code));
	json_object_set_new(own, "tickets", json_array());
	json_object_set_new(own, "lines", json_array());
	json_object_set_new(own, "refund", json_integer(0));
	json_object_set_new(own, "is_all", json_true());
	json_object_set_new(own, "is_one", json_true());
	return notice_add_in(shop, ending_kind(snapshot), ticket->holder_email,
	    booking_id, own, now);
}

struct error *notice_cancelled_in(const struct shop *shop, int64_t booking_id,
    const struct ticket_list *ended, struct money refund, int64_t now)
{
	json_t *snapshot, *list;
	const char *recipient;
	struct ticket_list left;
	bool is_all = true;

	TRY(ticket_store_of_booking(shop->db, shop->arena, booking_id, &left));
	for (size_t i = 0; i < left.count; i++)
		is_all &= !ticket_is_valid(&left.items[i]);
	TRY(notice_read_booking(shop, booking_id, now, &recipient, &snapshot));
	list = json_array();
	for (size_t i = 0; i < ended->count; i++)
		json_array_append_new(
		    list, notice_pack_ticket(&ended->items[i]));
	json_object_set_new(snapshot, "ended", list);
	json_object_set_new(snapshot, "refund", json_integer(refund.minor));
	json_object_set_new(snapshot, "is_all", json_boolean(is_all));
	for (size_t i = 0; i < ended->count; i++)
		if (ended->items[i].passed_on_at)
			TRY(tell_holder(
			    shop, booking_id, &ended->items[i], snapshot, now));
	return notice_add_in(
	    shop, ending_kind(snapshot), recipient, booking_id, snapshot, now);
}

struct error *notice_changed_in(const struct shop *shop, int64_t booking_id,
    const struct notice_move_list *moves, struct money refund, int64_t now)
{
	json_t *snapshot, *list;
	const char *recipient;

	TRY(notice_read_booking(shop, booking_id, now, &recipient, &snapshot));
	list = json_array();
	for (size_t i = 0; i < moves->count; i++)
		json_array_append_new(list,
		    json_pack("{ss ss}", "from", moves->items[i].from, "to",
			moves->items[i].to));
	json_object_set_new(snapshot, "moves", list);
	json_object_set_new(snapshot, "refund", json_integer(refund.minor));
	return notice_add_in(
	    shop, "changed", recipient, booking_id, snapshot, now);
}

/* Of a change of seats, the booking that was changed is told of. */
struct error *notice_refunded_in(
    const struct shop *shop, const struct refund *refund, int64_t now)
{
	struct booking booking;
	const char *recipient;
	json_t *snapshot;
	int64_t id;

	TRY(booking_store_find_id(
	    shop->db, shop->arena, refund->booking_id, &booking));
	id = booking.changes_id ? booking.changes_id : booking.id;
	TRY(notice_read_booking(shop, id, now, &recipient, &snapshot));
	json_object_set_new(
	    snapshot, "amount", json_integer(refund->amount.minor));
	json_object_set_new(snapshot, "reason", json_string(refund->reason));
	return notice_add_in(shop, "refunded", recipient, id, snapshot, now);
}

/* ---- about a ticket ---- */

static void set_given(json_t *snapshot, const struct ticket *before,
    const struct ticket *given, bool is_new)
{
	json_object_set_new(
	    snapshot, "giver", json_string(before->holder_name));
	json_object_set_new(
	    snapshot, "holder", json_string(given->holder_name));
	json_object_set_new(snapshot, "tier", json_string(given->tier_name));
	json_object_set_new(snapshot, "seat", json_string(given->seat));
	json_object_set_new(snapshot, "is_new", json_boolean(is_new));
}

struct error *notice_given_in(const struct shop *shop,
    const struct booking *booking, const struct ticket *before,
    const struct ticket *given, int64_t now)
{
	bool is_new = !text_equal(before->holder_email, given->holder_email);
	json_t *snapshot, *tickets;

	TRY(notice_read_about(
	    shop, booking, given->holder_name, now, &snapshot));
	set_given(snapshot, before, given, is_new);
	tickets = json_array();
	json_array_append_new(tickets, notice_pack_ticket(given));
	json_object_set_new(snapshot, "tickets", tickets);
	json_object_set_new(snapshot, "code", json_string(given->code));
	json_object_set_new(snapshot, "is_one", json_true());
	TRY(notice_add_in(shop, "ticket_given", given->holder_email,
	    booking->id, snapshot, now));
	if (!is_new)
		return NULL;
	TRY(notice_read_about(
	    shop, booking, before->holder_name, now, &snapshot));
	set_given(snapshot, before, given, is_new);
	json_object_set_new(snapshot, "is_one", json_true());
	return notice_add_in(shop, "ticket_passed_on", before->holder_email,
	    booking->id, snapshot, now);
}

struct error *notice_link_in(const struct shop *shop,
    const struct booking *booking, const char *recipient, const char *name,
    const char *code, int64_t now)
{
	json_t *snapshot;

	TRY(notice_read_about(shop, booking, name, now, &snapshot));
	json_object_set_new(snapshot, "code", json_string(code));
	return notice_add_in(
	    shop, "ticket_link", recipient, booking->id, snapshot, now);
}

/* ---- about an event ---- */

struct error *notice_event_cancelled_in(const struct shop *shop,
    int64_t event_id, const char *name, const char *email, int64_t now)
{
	struct event event;
	json_t *snapshot;

	if (text_is_empty(email))
		return NULL;
	TRY(event_store_find_id(
	    shop->db, shop->arena, event_id, EVENTS_ALL, now, &event));
	json_use(shop->arena);
	snapshot = json_pack("{ss ss ss si so}", "name", name, "reference", "",
	    "currency", event.currency, "refund", 0, "event",
	    notice_pack_event(&event));
	return notice_add_in(shop, "event_cancelled", email, 0, snapshot, now);
}

static bool has_moved(const json_t *changes)
{
	for (size_t i = 0; i < json_array_size(changes); i++)
		if (json_is_true(json_object_get(
			json_array_get(changes, i), "is_moving")))
			return true;
	return false;
}

/* Of a ticket that was passed on its holder learns, and gets that one. */
static struct error *tell_change(const struct shop *shop,
    const struct booking *booking, const struct ticket *ticket,
    const json_t *snapshot, int64_t now)
{
	json_t *own = json_copy((json_t *)(uintptr_t)snapshot);
	json_t *tickets = json_array();

	json_array_append_new(tickets, notice_pack_ticket(ticket));
	json_object_set_new(own, "name", json_string(ticket->holder_name));
	json_object_set_new(own, "refund_until", json_integer(0));
	json_object_set_new(own, "code", json_string(ticket->code));
	json_object_set_new(own, "tickets", tickets);
	json_object_set_new(own, "is_one", json_true());
	return notice_add_in(
	    shop, "event_changed", ticket->holder_email, booking->id, own, now);
}

struct error *notice_event_changed_in(const struct shop *shop,
    int64_t booking_id, const char *changes, int64_t refund_until, int64_t now)
{
	struct booking booking;
	json_t *snapshot, *list;
	bool is_reserved;

	TRY(booking_store_find_id(shop->db, shop->arena, booking_id, &booking));
	is_reserved = booking.state != BOOKING_CONFIRMED;
	TRY(notice_read_about(shop, &booking, booking.name, now, &snapshot));
	list = json_loads(changes, 0, NULL);
	json_object_set_new(snapshot, "is_reserved", json_boolean(is_reserved));
	json_object_set_new(snapshot, "is_moved",
	    json_boolean(has_moved(list) && !is_reserved));
	json_object_set_new(snapshot, "changes", list);
	json_object_set_new(snapshot, "refund_until",
	    json_integer(is_reserved ? 0 : refund_until));
	json_object_set_new(
	    snapshot, "sequence", json_integer(paper_changes(&booking, NULL)));
	json_object_set_new(
	    snapshot, "tickets", notice_pack_tickets(&booking.tickets));
	TRY(notice_add_in(
	    shop, "event_changed", booking.email, booking_id, snapshot, now));
	for (size_t i = 0; i < booking.tickets.count; i++) {
		const struct ticket *ticket = &booking.tickets.items[i];

		if (ticket_is_valid(ticket) && ticket->passed_on_at)
			TRY(tell_change(shop, &booking, ticket, snapshot, now));
	}
	return NULL;
}
