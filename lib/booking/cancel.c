#include "booking/cancel.h"

#include "booking/queue.h"
#include "booking/settle.h"
#include "store/booking_store.h"
#include "store/queue_store.h"
#include "store/stock_store.h"

struct error *cancel_booking_in(
    const struct shop *shop, const struct booking *booking, int64_t now)
{
	const struct journal_line line = {
	    .event_id = booking->event_id,
	    .tier_id =
		booking->items.count == 1 ? booking->items.items[0].tier_id : 0,
	    .booking_id = booking->id,
	    .kind = "cancelled",
	    .name = booking->name,
	    .email = booking->email,
	    .quantity = booking->quantity,
	};
	bool taken_back;

	TRY(settle_event(shop, booking->event_id, now));
	TRY(stock_take_back(shop->db, booking->id, now, &taken_back));
	if (!taken_back)
		return fail_with(STATE_ERROR, NULL,
		    FIELDS(error_text("status", "Status",
			booking_state_word(booking->state))),
		    "This booking cannot be cancelled");
	TRY(journal_add(shop->db, &line, now));
	return queue_serve(shop, booking->event_id, now);
}
