#include "booking/refused.h"

#include "base/clock.h"
#include "base/log.h"
#include "base/text.h"
#include "booking/event.h"
#include "store/event_store.h"
#include "store/queue_store.h"
#include "store/staff_store.h"

static int64_t places_of(const struct order *order)
{
	int64_t count = order->seat_count > 0 ? (int64_t)order->seat_count
					      : order->quantity;

	for (size_t i = 0; i < order->place_count; i++)
		count += order->places[i].quantity;
	return count > 0 ? count : 1;
}

static struct error *note(const struct shop *shop, const struct order *order)
{
	const char *email = order->email ? order->email : "";
	int64_t now = clock_now();
	const struct tier *tier;
	struct journal_line line;
	struct event event;
	bool is_noted;

	TRY(event_store_find(
	    shop->db, shop->arena, order->event, EVENTS_ALL, now, &event));
	tier = text_is_empty(order->tier)
	    ? NULL
	    : event_find_tier(&event, order->tier);
	line = (struct journal_line){
	    .event_id = event.id,
	    .tier_id = tier ? tier->id : 0,
	    .kind = "sold_out",
	    .name = order->name,
	    .email = email,
	    .quantity = places_of(order),
	};
	TRY(staff_store_was_refused(shop->db, shop->arena, event.id,
	    line.tier_id, email, now - REFUSED_AGAIN, &is_noted));
	if (is_noted)
		return NULL;
	return TRANSACTION(shop->db, journal_add(shop->db, &line, now));
}

void refused_note(const struct shop *shop, const struct order *order,
    const struct error *error)
{
	struct error *failed;

	if (!error_is(error, SOLD_OUT_ERROR))
		return;
	failed = note(shop, order);
	if (failed)
		log_warn(
		    "a refused order could not be noted: %s", failed->message);
}
