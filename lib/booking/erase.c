#include "booking/erase.h"

#include "base/clock.h"
#include "store/upkeep_store.h"
#include "store/user_store.h"

enum {
	SLICE = 100 /* bookings in a transaction */
};

static struct error *erase_in(
    const struct shop *shop, const struct id_list *bookings)
{
	for (size_t i = 0; i < bookings->count; i++) {
		TRY(user_store_erase_booking(shop->db, bookings->items[i]));
		TRY(upkeep_store_erase_holders(shop->db, bookings->items[i]));
	}
	return NULL;
}

static struct error *erase_event(
    const struct shop *shop, int64_t event_id, struct erase_report *report)
{
	struct id_list bookings;
	int64_t changed;

	do {
		TRY(upkeep_store_named_bookings(
		    shop->db, shop->arena, event_id, SLICE, &bookings));
		db_start_deadline(shop->db);
		if (bookings.count)
			TRY(TRANSACTION(shop->db, erase_in(shop, &bookings)));
		report->bookings += (int64_t)bookings.count;
	} while (bookings.count == SLICE);
	TRY(TRANSACTION(
	    shop->db, upkeep_store_erase_event(shop->db, event_id, &changed)));
	report->entries += changed;
	return NULL;
}

struct error *erase_past(
    const struct shop *shop, int64_t days, struct erase_report *report)
{
	int64_t before = clock_now() - days * DAY;
	struct id_list events;

	*report = (struct erase_report){.bookings = 0};
	TRY(upkeep_store_past_events(shop->db, shop->arena, before, &events));
	for (size_t i = 0; i < events.count; i++)
		TRY(erase_event(shop, events.items[i], report));
	return TRANSACTION(shop->db,
	    upkeep_store_erase_mails(shop->db, before, &report->mails));
}
