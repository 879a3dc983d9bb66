#include "web/own_hold.h"

#include "base/clock.h"
#include "store/booking_store.h"
#include "store/event_store.h"
#include "web/page.h"
#include "web/present.h"

struct error *own_hold_make(
    struct request *request, struct own_hold_view *view, struct booking *own)
{
	const struct shop *shop = &request->shop;
	int64_t now = clock_now();
	struct event event;

	*view = (struct own_hold_view){.is_shown = false};
	TRY(booking_store_unfinished(
	    shop->db, shop->arena, &request->viewer, now, own));
	if (own->id == 0)
		return NULL;
	TRY(event_store_find_id(
	    shop->db, shop->arena, own->event_id, EVENTS_ALL, now, &event));
	*view = (struct own_hold_view){
	    .is_shown = true,
	    .event = event.title,
	    .places = present_places(shop->arena, own),
	    .is_paying = own->state == BOOKING_PAYING,
	    .time_left = clock_span(shop->arena, own->expires_at - now),
	    .checkout = url_local(shop->arena, "/checkout/{}", own->reference),
	    .release =
		url_local(shop->arena, "/checkout/{}/release", own->reference),
	    .extend =
		url_local(shop->arena, "/checkout/{}/extend", own->reference),
	    .can_extend = own->state == BOOKING_HELD &&
		own->extensions < shop->config->extend_limit,
	    .secret = page_secret(request, SECRET_PLAIN),
	};
	return NULL;
}
