#include "booking/settle.h"

#include "booking/queue.h"
#include "store/stock_store.h"

struct error *settle_event(
    const struct shop *shop, int64_t event_id, int64_t now)
{
	TRY(stock_end_lapsed(shop->db, shop->arena, event_id, now));
	return queue_serve(shop, event_id, now);
}
