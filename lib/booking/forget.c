#include "booking/forget.h"

#include "base/clock.h"
#include "store/session_store.h"
#include "store/user_store.h"

static struct error *forget_in(
    const struct shop *shop, const struct id_list *bookings)
{
	for (size_t i = 0; i < bookings->count; i++)
		TRY(user_store_erase_booking(shop->db, bookings->items[i]));
	return NULL;
}

struct error *forget_bookings_in(const struct shop *shop, int64_t now)
{
	struct id_list bookings;

	TRY(user_store_erased_bookings(shop->db, shop->arena, now, &bookings));
	return forget_in(shop, &bookings);
}

static struct error *sweep_in(
    const struct shop *shop, const struct id_list *bookings, int64_t now)
{
	TRY(session_store_sweep(shop->db, now));
	return forget_in(shop, bookings);
}

/* Looks first: a write that changes nothing would still queue for its turn. */
struct error *forget_sweep(const struct shop *shop)
{
	int64_t now = clock_now();
	struct id_list bookings;
	bool is_due;

	TRY(session_store_is_due(shop->db, shop->arena, now, &is_due));
	TRY(user_store_erased_bookings(shop->db, shop->arena, now, &bookings));
	if (!is_due && bookings.count == 0)
		return NULL;
	return TRANSACTION(shop->db, sweep_in(shop, &bookings, now));
}
