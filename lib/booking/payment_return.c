/*
 * The buyer comes back from the gateway, or gives up there.
 */
#include "base/clock.h"
#include "booking/confirm.h"
#include "booking/hold.h"
#include "booking/payment_parts.h"
#include "booking/queue.h"
#include "booking/settle.h"
#include "store/booking_store.h"
#include "store/payment_store.h"
#include "store/stock_store.h"

/* How it is by now, without taking money. */
static struct gateway_answer ask(const struct shop *shop,
    const struct gateway *gateway, const struct payment_attempt *attempt)
{
	const struct gateway_payment question = payment_request(attempt);

	if (payment_is_silent(shop, gateway->name))
		return (struct gateway_answer){.outcome = GATEWAY_SILENT};
	return gateway->ask(shop->arena, shop->config, &question);
}

/* ---- coming back ---- */

static struct error *too_late(const struct booking *booking, const char *money)
{
	return fail_with(HOLD_EXPIRED_ERROR, NULL,
	    FIELDS(error_text("reference", "Reference", booking->reference)),
	    "The time to pay is over and the places were given back. %s",
	    money);
}

static struct error *find_booking(const struct shop *shop,
    const struct payment_attempt *attempt, struct booking *booking)
{
	if (attempt->id == 0)
		return fail(NOT_FOUND_ERROR, "Payment not found");
	return booking_store_find_id(
	    shop->db, shop->arena, attempt->booking_id, booking);
}

static struct error *find_gateway(const struct shop *shop,
    const struct payment_attempt *attempt, const struct gateway **gateway)
{
	*gateway = gateway_find(shop->config, attempt->gateway);
	if (*gateway)
		return NULL;
	return fail(NOT_FOUND_ERROR, "Payment not found");
}

/* An approval of an ended booking is taken only where it leads to tickets. */
static struct error *capture_late(const struct shop *shop,
    const struct gateway *gateway, struct payment_attempt *attempt,
    const struct booking *booking, struct gateway_answer *answer)
{
	struct gateway_payment request;
	bool is_possible;

	TRY(confirm_is_possible(shop, booking, clock_now(), &is_possible));
	if (!is_possible)
		return NULL;
	attempt->gateway_reference = answer->reference;
	request = payment_request(attempt);
	*answer = gateway->capture(shop->arena, shop->config, &request);
	return NULL;
}

/* The buyer comes back to a booking that has ended (B3). */
static struct error *come_late(const struct shop *shop,
    struct payment_attempt *attempt, struct booking *booking)
{
	const struct gateway *gateway;
	struct gateway_answer answer;

	TRY(find_gateway(shop, attempt, &gateway));
	answer = ask(shop, gateway, attempt);
	if (answer.outcome == GATEWAY_OPEN &&
	    !gateway_has_money_moving(&answer))
		TRY(capture_late(shop, gateway, attempt, booking, &answer));
	if (answer.outcome != GATEWAY_CAPTURED &&
	    !gateway_has_money_moving(&answer))
		return too_late(booking, "Nothing was charged");
	TRY(payment_settle(shop, attempt, &answer, ANSWERED_LATER));
	TRY(booking_store_find_id(shop->db, shop->arena, booking->id, booking));
	if (booking->state == BOOKING_CONFIRMED)
		return NULL;
	if (answer.outcome == GATEWAY_CAPTURED)
		return too_late(booking, "Your money is on its way back");
	return too_late(booking,
	    "If the payment service charged you, you get your tickets or your "
	    "money back");
}

/* To the tickets, to the checkout for another try, or too late. */
static struct error *come_again(const struct shop *shop,
    struct payment_attempt *attempt, struct booking *booking)
{
	enum booking_state state = hold_state(booking, clock_now());
	const struct gateway_answer declined = {
	    .outcome = GATEWAY_DECLINED, .reason = attempt->reason};
	const struct gateway *gateway;

	if (attempt->state == ATTEMPT_CAPTURED || state == BOOKING_CONFIRMED ||
	    state == BOOKING_CANCELLED)
		return NULL;
	if (!hold_is_unfinished(state))
		return come_late(shop, attempt, booking);
	TRY(find_gateway(shop, attempt, &gateway));
	return payment_tell(booking, gateway, &declined);
}

struct error *payment_come_back(
    const struct shop *shop, const char *token, const char **reference)
{
	const struct gateway *gateway;
	struct payment_attempt attempt;
	struct gateway_answer answer = {.outcome = GATEWAY_SILENT};
	struct booking booking;

	TRY(payment_store_by_return(shop->db, shop->arena, token, &attempt));
	TRY(find_booking(shop, &attempt, &booking));
	*reference = booking.reference;
	if (attempt.settled_at)
		return come_again(shop, &attempt, &booking);
	TRY(find_gateway(shop, &attempt, &gateway));
	if (payment_is_silent(shop, gateway->name))
		return payment_tell(&booking, gateway, &answer);
	answer = payment_find_out(shop, gateway, &attempt);
	TRY(payment_settle(shop, &attempt, &answer, ANSWERED_LATER));
	TRY(booking_store_find_id(shop->db, shop->arena, booking.id, &booking));
	if (answer.outcome == GATEWAY_OPEN && booking.state == BOOKING_EXPIRED)
		return too_late(&booking, "Nothing was charged");
	return payment_tell(&booking, gateway, &answer);
}

/* ---- giving up ---- */

/* The order stays open at the gateway: an eye is kept on it. */
static struct error *give_up_in(const struct shop *shop,
    struct payment_attempt *attempt, const struct booking *booking, int64_t now)
{
	bool settled, moved;

	TRY(settle_event(shop, booking->event_id, now));
	attempt->state = ATTEMPT_DECLINED;
	attempt->reason = "cancelled by the buyer";
	TRY(payment_store_settle(shop->db, attempt, now, &settled));
	if (!settled)
		return NULL;
	TRY(payment_store_ask_again(
	    shop->db, attempt->id, payment_ask_again_at(attempt, now)));
	if (booking->is_later && booking->expires_at > now)
		return booking_store_hold_again(shop->db, booking->id, &moved);
	TRY(stock_give_back(
	    shop->db, booking->id, BOOKING_RELEASED, now, &moved));
	return queue_serve(shop, booking->event_id, now);
}

/*
 * A buyer may cancel on one tab what was approved on another. Silence counts
 * only when the money was asked for before: it moves by capture() alone, or
 * the gateway says so later.
 */
struct error *payment_give_up(
    const struct shop *shop, const char *token, const char **reference)
{
	const struct gateway *gateway;
	struct payment_attempt attempt;
	struct gateway_answer answer;
	struct booking booking;
	bool is_unsent;

	TRY(payment_store_by_cancel(shop->db, shop->arena, token, &attempt));
	TRY(find_booking(shop, &attempt, &booking));
	*reference = booking.reference;
	if (attempt.settled_at)
		return NULL;
	TRY(find_gateway(shop, &attempt, &gateway));
	answer = ask(shop, gateway, &attempt);
	is_unsent = answer.outcome == GATEWAY_SILENT &&
	    attempt.state == ATTEMPT_STARTED;
	if (answer.outcome == GATEWAY_CAPTURED ||
	    (gateway_has_money_moving(&answer) && !is_unsent))
		return payment_settle(shop, &attempt, &answer, ANSWERED_LATER);
	db_start_deadline(shop->db);
	return TRANSACTION(
	    shop->db, give_up_in(shop, &attempt, &booking, clock_now()));
}
