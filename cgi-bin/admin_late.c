/*
 * Money that came after its booking had ended (B3), and refunds that wait for
 * the staff: what became of it, and what to do.
 */
#include "admin.h"

#include "base/clock.h"
#include "store/refund_store.h"
#include "web/present.h"

enum {
	PAGE_SIZE = 50,
	DUE_MOST = 100, /* refunds; those behind come up as these are given */
};

static const struct form_field fields[] = {
    {.name = "before", .label = "Page", .has_no_input = true},
};

/* ---- refunds that wait ---- */

static struct url refunds_url(struct arena *arena, const char *reference)
{
	return url_local(arena, "/admin/bookings/{}#refunds", reference);
}

static struct due_refund_view_list make_due(
    struct arena *arena, const struct due_refund_list *list, size_t count)
{
	struct due_refund_view *views =
	    arena_array(arena, count, sizeof(*views));

	for (size_t i = 0; i < count; i++) {
		const struct due_refund *refund = &list->items[i];

		views[i] = (struct due_refund_view){
		    .since = {.at = refund->since,
			.zone = refund->timezone,
			.style = WHEN_SHORT},
		    .reference = refund->reference,
		    .url = refunds_url(arena, refund->reference),
		    .name = refund->name,
		    .email = refund->email,
		    .event = refund->event,
		    .amount = refund->amount,
		    .reason = refund->reason,
		    .is_refused = refund->is_refused,
		};
	}
	return (struct due_refund_view_list){.items = views, .count = count};
}

/* ---- late money ---- */

/* What became of it, in words. */
struct fate {
	const char *words;
	const char *badge;
	const char *advice;
};

static const struct fate fates[] = {
    [LATE_ON_ITS_WAY] = {"Refund on its way", "low",
	"Nothing: the payment service is asked again until it is sure."},
    [LATE_BY_HAND] = {"Waits to be paid back by hand", "bad",
	"Give it back, and note that at the booking."},
    [LATE_REFUSED] = {"Refund refused", "bad",
	"Give it back by hand, and note that at the booking."},
    [LATE_REFUNDED] = {"Refunded", "good", "Nothing."},
};

/* Its places were still free, or staff have dealt with it since. */
static const struct fate confirmed = {"Confirmed", "good",
    "Nothing: the places were still free. The booking can be refunded or "
    "cancelled."};
static const struct fate unclear = {"Refund unclear", "bad",
    "The payment service has not answered for two days. Look there: it is "
    "asked again with the same key, so nothing goes back twice."};

static struct fate fate_of(const struct late_money *money, int64_t now)
{
	if (money->fate == LATE_ON_ITS_WAY &&
	    money->open_since < now - REFUND_IS_SLOW)
		return unclear;
	if (money->fate != LATE_KEPT)
		return fates[money->fate];
	if (money->state == BOOKING_CONFIRMED)
		return confirmed;
	return (struct fate){present_state(money->state, false), "off",
	    "The booking says what happened since."};
}

static struct late_money_view make_late(
    struct arena *arena, const struct late_money *money, int64_t now)
{
	const struct fate fate = fate_of(money, now);

	return (struct late_money_view){
	    .came = {.at = money->came_at,
		.zone = money->timezone,
		.style = WHEN_SHORT},
	    .reference = money->reference,
	    .url = refunds_url(arena, money->reference),
	    .name = money->name,
	    .email = money->email,
	    .event = money->event,
	    .total = money->total,
	    .fate = fate.words,
	    .badge = fate.badge,
	    .advice = fate.advice,
	};
}

static struct late_money_view_list make_lates(struct arena *arena,
    const struct late_money_list *list, size_t count, int64_t now)
{
	struct late_money_view *views =
	    arena_array(arena, count, sizeof(*views));

	for (size_t i = 0; i < count; i++)
		views[i] = make_late(arena, &list->items[i], now);
	return (struct late_money_view_list){.items = views, .count = count};
}

/* ---- the page ---- */

static size_t at_most(size_t count, size_t most)
{
	return count < most ? count : most;
}

struct error *staff_show_late(struct request *request)
{
	const struct shop *shop = &request->shop;
	struct arena *arena = shop->arena;
	int64_t now = clock_now(), before;
	struct due_refund_list due;
	struct late_money_list late;
	struct staff_late_view view;
	struct form form;
	size_t count;

	form_read(&form, arena, fields, COUNT_OF(fields), &request->query);
	TRY(staff_read_before(&form, &before));
	TRY(refund_store_due(
	    shop->db, arena, &request->viewer, now, DUE_MOST + 1, &due));
	TRY(late_money_list(
	    shop->db, arena, &request->viewer, before, PAGE_SIZE + 1, &late));
	count = at_most(late.count, PAGE_SIZE);
	view = (struct staff_late_view){
	    .page =
		staff_page(request, "Late and waiting money", STAFF_BOOKINGS),
	    .due = make_due(arena, &due, at_most(due.count, DUE_MOST)),
	    .is_more_due = due.count > DUE_MOST,
	    .late = make_lates(arena, &late, count, now),
	};
	view.pages = staff_turn_older(&form, url_local(arena, "/admin/late"),
	    before, late.count > PAGE_SIZE ? late.items[count - 1].id : 0);
	view_staff_late(&request->response.body, &view);
	return NULL;
}
