#include "booking/queue.h"

#include "base/clock.h"
#include "base/text.h"
#include "base/token.h"
#include "booking/event.h"
#include "store/event_store.h"
#include "store/queue_store.h"

bool queue_is_open(const struct event *event, int64_t now, const char **reason)
{
	enum sale_state state = event_sale_state(event, now);

	*reason = "";
	if (event->status == EVENT_CANCELLED)
		*reason = "This event has been cancelled.";
	else if (event->status == EVENT_COMPLETED || now >= event->starts_at)
		*reason = "This event has begun or is over.";
	else if (state == SALE_CLOSED)
		*reason = "Booking is closed.";
	else if (!event->queue_is_open && state == SALE_NOT_YET)
		*reason = "Booking has not opened yet.";
	else if (!event->queue_is_open && !event_is_sold_out(event))
		*reason = "There are places left: you can book them now.";
	return **reason == '\0';
}

static struct error *find_class(const struct event *event, const char *text,
    int64_t *tier_id)
{
	const struct tier *tier;

	*tier_id = 0;
	if (text_equal(text, "any"))
		return NULL;
	TRY(order_find_tier(event, text, &tier));
	*tier_id = tier->id;
	return NULL;
}

static struct error *join_in(const struct shop *shop,
    const struct order *order, int64_t now, struct queue_entry *entry)
{
	const char *reason;
	struct event event;
	int64_t tier_id;

	TRY(event_store_find(shop->db, shop->arena, order->event,
	    EVENTS_PUBLIC, now, &event));
	if (!queue_is_open(&event, now, &reason))
		return fail_with(BOOKING_CLOSED_ERROR, NULL,
		    FIELDS(error_text("event_name", "Event", event.title),
			error_text("reason", "Reason", reason)),
		    "The waiting list is closed. %s", reason);
	TRY(find_class(&event, order->tier, &tier_id));
	*entry = (struct queue_entry){
	    .event_id = event.id,
	    .tier_id = tier_id,
	    .key = token_id(shop->arena),
	    .browser = order->viewer->browser,
	    .user_id = order->viewer->user_id,
	    .name = order->name,
	    .email = order->email,
	    .quantity = order->quantity,
	    .created_at = now,
	};
	return queue_store_add(
	    shop->db, shop->arena, entry, order->form_key);
}

struct error *queue_join(const struct shop *shop, const struct order *order,
    struct queue_entry *entry)
{
	return TRANSACTION(
	    shop->db, join_in(shop, order, clock_now(), entry));
}
