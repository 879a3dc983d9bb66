#include "web/event_json.h"

#include "base/clock.h"
#include "booking/event.h"
#include "web/json.h"
#include "web/present.h"

static json_t *show_tier(const struct tier *tier)
{
	return json_pack("{s:s, s:o, s:o, s:o}", "name", tier->name, "price",
	    json_money(tier->price), "remaining",
	    tier->is_unlimited ? json_null() : json_integer(tier->left),
	    "capacity",
	    tier->is_unlimited ? json_null() : json_integer(tier->capacity));
}

/* Is any of its ticket types sold at the moment? Sold out ones count. */
static bool is_on_sale(const struct event *event, int64_t now)
{
	if (event_sale_state(event, now) != SALE_OPEN)
		return false;
	for (size_t i = 0; i < event->tiers.count; i++)
		if (tier_sale_state(event, &event->tiers.items[i], now) ==
		    SALE_OPEN)
			return true;
	return false;
}

json_t *event_json(struct arena *arena, const struct event *event, int64_t now)
{
	struct out date = {.arena = arena};
	json_t *tiers = json_object();

	when_print_iso(&date, present_when(event, event->starts_at, WHEN_LONG));
	for (size_t i = 0; i < event->tiers.count; i++)
		json_object_set_new(tiers, event->tiers.items[i].slug,
		    show_tier(&event->tiers.items[i]));
	return json_pack("{s:s, s:s, s:s, s:s, s:s, s:s, s:o, s:b}", "id",
	    event->slug, "name", event->title, "date", out_string(&date),
	    "location", event_place(event), "description",
	    *event->summary ? event->summary : event->description, "image",
	    present_picture(arena, event).text, "tiers", tiers,
	    "bookings_enabled", is_on_sale(event, now));
}
