/*
 * Everything that is kept of somebody, to look at and to take along.
 */
#include "account.h"

#include "account/card.h"
#include "account/session.h"
#include "base/clock.h"
#include "store/booking_store.h"
#include "store/event_store.h"
#include "store/queue_store.h"
#include "store/ticket_store.h"
#include "web/json.h"

/* ---- the page ---- */

static const struct detail data_facts[] = {
    {"Your details", "Names, user name, email address, and when you joined."},
    {"Your bookings",
	"Events, tickets, seats, prices, and when you booked and paid. What was "
	"sold and paid must be kept even after you leave."},
    {"Your places on waiting lists", "Events and when you joined."},
    {"Your cards",
	"Brand, last four digits, expiry date, name and billing address of those "
	"that you saved; never a number."},
    {"Your sessions",
	"In which browsers and from which addresses you are signed in; "
	"forgotten when they end."},
};

static const struct link data_links[] = {
    {"Download all of it (JSON)", {"/account/data.json"}},
    {"Delete the account", {"/account/delete"}},
    {"Back to your account", {"/account"}},
};

struct error *my_show_data(struct request *request)
{
	struct message_view view = {
	    .page = page_frame(request, "Your data"),
	    .lead = "This is what we keep of you. Nobody gets it from us but "
		    "the organisers of the events that you book.",
	    .facts = {.items = data_facts, .count = COUNT_OF(data_facts)},
	    .links = {.items = data_links, .count = COUNT_OF(data_links)},
	};

	view.page.on_account = true;
	view_message(&request->response.body, &view);
	return NULL;
}

/* ---- the download ---- */

static struct error *add_details(struct request *request, json_t *data)
{
	struct user user;

	TRY(account_find(&request->shop, request->viewer.user_id, &user));
	json_object_set_new(data, "account",
	    json_pack("{s:s, s:s, s:s, s:s, s:o, s:o, s:o, s:o}", "username",
		user.username, "email", user.email, "first_name",
		user.first_name, "last_name", user.last_name, "created_at",
		json_moment(user.created_at), "email_verified_at",
		json_moment(user.verified_at), "two_factor_since",
		json_moment(user.two_factor_at), "promotions_since",
		json_moment(user.promotions_at)));
	return NULL;
}

static struct error *add_sessions(struct request *request, json_t *data)
{
	json_t *array = json_array();
	struct session_list list;

	TRY(session_list(&request->shop, &request->viewer, &list));
	for (size_t i = 0; i < list.count; i++) {
		const struct session *session = &list.items[i];

		json_array_append_new(array,
		    json_pack("{s:s, s:s, s:o, s:o, s:b, s:b}", "device",
			session->device, "address", session->address,
			"signed_in_at", json_moment(session->created_at),
			"seen_at", json_moment(session->seen_at), "remembered",
			session->is_remembered, "this_one",
			session->is_current));
	}
	json_object_set_new(data, "sessions", array);
	return NULL;
}

static json_t *show_tickets(const struct ticket_list *list)
{
	json_t *array = json_array();

	for (size_t i = 0; i < list->count; i++) {
		const struct ticket *ticket = &list->items[i];

		json_array_append_new(array,
		    json_pack("{s:s, s:s, s:s, s:o, s:s, s:o, s:o}", "code",
			ticket->code, "tier", ticket->tier_name, "holder",
			ticket->holder_name, "seat",
			json_text_or_null(ticket->seat), "status",
			ticket_status_word(ticket->status), "price",
			json_money(ticket->price), "checked_in_at",
			json_moment(ticket->check_in_at)));
	}
	return array;
}

static json_t *show_items(const struct booking_item_list *list)
{
	json_t *array = json_array();

	for (size_t i = 0; i < list->count; i++) {
		const struct booking_item *item = &list->items[i];

		json_array_append_new(array,
		    json_pack("{s:s, s:o, s:I, s:o, s:o}", "tier",
			item->tier_name, "seat", json_text_or_null(item->seat),
			"quantity", (json_int_t)item->quantity, "price",
			json_money(item->price), "subtotal",
			json_money(item->subtotal)));
	}
	return array;
}

static json_t *show_booking(const struct booking *booking)
{
	return json_pack(
	    "{s:s, s:s, s:s, s:s, s:s, s:o, s:s, s:o, s:o, s:o, s:o, s:o, "
	    "s:o}",
	    "reference", booking->reference, "event", booking->event->title,
	    "name", booking->name, "email", booking->email, "state",
	    booking_state_word(booking->state), "total",
	    json_money(booking->total), "currency", booking->total.currency,
	    "paid_through", json_text_or_null(booking->gateway), "created_at",
	    json_moment(booking->created_at), "confirmed_at",
	    json_moment(booking->confirmed_at), "ended_at",
	    json_moment(booking->ended_at), "items",
	    show_items(&booking->items), "tickets",
	    show_tickets(&booking->tickets));
}

static struct error *add_bookings(struct request *request, json_t *data)
{
	json_t *array = json_array();
	struct booking_list list;

	TRY(booking_store_list_user(request->shop.db, request->shop.arena,
	    request->viewer.user_id, clock_now(), &list));
	for (size_t i = 0; i < list.count; i++)
		json_array_append_new(array, show_booking(&list.items[i]));
	json_object_set_new(data, "bookings", array);
	return NULL;
}

static struct error *add_queue(struct request *request, json_t *data)
{
	json_t *array = json_array();
	struct queue_entry_list list;

	TRY(queue_store_list_user(request->shop.db, request->shop.arena,
	    request->viewer.user_id, &list));
	for (size_t i = 0; i < list.count; i++) {
		const struct queue_entry *entry = &list.items[i];
		struct event event;

		TRY(event_store_find_id(request->shop.db, request->shop.arena,
		    entry->event_id, EVENTS_ALL, clock_now(), &event));
		json_array_append_new(array,
		    json_pack("{s:s, s:o, s:s, s:s, s:I, s:s, s:o}", "event",
			event.title, "tier",
			json_text_or_null(entry->tier_name), "name",
			entry->name, "email", entry->email, "quantity",
			(json_int_t)entry->quantity, "state",
			queue_state_word(entry->state), "created_at",
			json_moment(entry->created_at)));
	}
	json_object_set_new(data, "waiting_lists", array);
	return NULL;
}

/* Without the tokens: whoever has one could pay with it. */
static struct error *add_cards(struct request *request, json_t *data)
{
	struct saved_card_list cards;
	json_t *array = json_array();

	TRY(card_list(&request->shop, &request->viewer, &cards));
	for (size_t i = 0; i < cards.count; i++) {
		const struct saved_card *card = &cards.items[i];

		json_array_append_new(array,
		    json_pack("{s:s, s:s, s:s, s:s, s:s, s:b, s:o}", "brand",
			card->brand, "last_four", card->last_four, "expires",
			card->expires, "holder", card->holder,
			"billing_address", card->address, "is_default",
			card->is_default, "created_at",
			json_moment(card->created_at)));
	}
	json_object_set_new(data, "cards", array);
	return NULL;
}

/* The sections of the download, each an object or a list of its own. */
static struct error *(*const sections[])(
    struct request *request, json_t *data) = {
    add_details,
    add_sessions,
    add_bookings,
    add_queue,
    add_cards,
};

struct error *my_download_data(struct request *request)
{
	json_t *data;

	json_begin(request);
	data = json_object();
	for (size_t i = 0; i < COUNT_OF(sections); i++)
		TRY(sections[i](request, data));
	json_answer(request, data);
	request_header(request, "Content-Disposition",
	    "attachment; filename=\"campuspass-data.json\"");
	return NULL;
}
