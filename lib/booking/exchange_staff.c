#include "booking/exchange_staff.h"

#include "base/clock.h"
#include "booking/audit.h"
#include "booking/checkout.h"
#include "booking/exchange_parts.h"
#include "booking/settle.h"
#include "payment/by_hand.h"
#include "store/staff_store.h"

struct error *exchange_staff_look(const struct shop *shop,
    const struct seat_choice *choice, const struct viewer *viewer,
    struct exchange *exchange)
{
	struct booking booking;
	const char *text;

	TRY(staff_store_booking(
	    shop->db, shop->arena, choice->reference, viewer, &booking, &text));
	return exchange_look(shop, choice, viewer, exchange);
}

/* Each ticket keeps what it is worth, so that the books add up (I5). */
static void waive(const struct shop *shop, struct exchange *exchange)
{
	struct exchange_move *moves =
	    arena_array(shop->arena, exchange->move_count, sizeof(*moves));

	for (size_t i = 0; i < exchange->move_count; i++) {
		moves[i] = exchange->moves[i];
		moves[i].price.minor = exchange_value_of(moves[i].ticket);
	}
	exchange->moves = moves;
	exchange->difference.minor = 0;
}

static struct error *pay_in_cash(const struct shop *shop,
    const struct seat_choice *choice, const struct exchange *exchange,
    int64_t now)
{
	static const struct viewer nobody = {
	    .role = ROLE_VISITOR, .browser = ""};
	struct booking held;

	TRY(exchange_hold_in(shop, choice, &nobody, exchange, now, &held));
	return checkout_take_in(shop, &held, &cash_gateway, now);
}

static struct error *note(const struct shop *shop, const struct viewer *viewer,
    const struct exchange *exchange, const char *how, int64_t now)
{
	struct audit audit = {
	    .action = "booking.seats",
	    .event_id = exchange->event.id,
	    .subject = arena_format(
		shop->arena, "booking %s", exchange->booking.reference),
	};
	json_t *before = NULL, *after = NULL;

	json_use(shop->arena);
	before = json_array();
	after = json_array();
	for (size_t i = 0; i < exchange->move_count; i++) {
		json_array_append_new(
		    before, json_string(exchange->moves[i].ticket->seat));
		json_array_append_new(
		    after, json_string(exchange->moves[i].seat->name));
	}
	audit.before = json_pack("{so}", "seats", before);
	audit.after = json_pack("{so ss ss}", "seats", after, "difference",
	    money_format(shop->arena, exchange->difference), "how", how);
	return audit_in(shop, viewer, &audit, now);
}

static struct error *do_in(const struct shop *shop,
    const struct seat_choice *choice, const struct viewer *viewer,
    enum exchange_due due, int64_t shown, int64_t now,
    struct exchange *exchange)
{
	TRY(exchange_staff_look(shop, choice, viewer, exchange));
	TRY(settle_event(shop, exchange->event.id, now));
	TRY(exchange_staff_look(shop, choice, viewer, exchange));
	if (exchange->move_count == 0)
		return NULL;
	if (exchange->difference.minor > shown)
		return fail(STATE_ERROR,
		    "What the change costs is not the same any more: look "
		    "again");
	if (exchange->difference.minor == 0) {
		TRY(note(shop, viewer, exchange, "nothing to pay", now));
		return exchange_change_in(shop, exchange, now);
	}
	if (due == EXCHANGE_IN_CASH) {
		TRY(note(shop, viewer, exchange, "cash", now));
		return pay_in_cash(shop, choice, exchange, now);
	}
	TRY(note(shop, viewer, exchange, "waived", now));
	waive(shop, exchange);
	return exchange_change_in(shop, exchange, now);
}

struct error *exchange_staff_do(const struct shop *shop,
    const struct seat_choice *choice, const struct viewer *viewer,
    enum exchange_due due, int64_t shown, struct exchange *exchange)
{
	return TRANSACTION(shop->db,
	    do_in(shop, choice, viewer, due, shown, clock_now(), exchange));
}
