#include "base/clock.h"
#include "base/log.h"
#include "base/text.h"
#include "booking/confirm.h"
#include "booking/hold.h"
#include "booking/payment_parts.h"
#include "booking/queue.h"
#include "booking/settle.h"
#include "payment/breaker.h"
#include "store/booking_store.h"
#include "store/event_store.h"
#include "store/payment_store.h"
#include "store/stock_store.h"

enum {
	/* So long an order can be approved: 3 hours at PayPal, and some. */
	ORDER_LIFE = 6 * HOUR
};

/* ---- finding out ---- */

int64_t payment_ask_again_at(const struct payment_attempt *attempt, int64_t now)
{
	int64_t age = now - attempt->created_at;

	if (age >= ORDER_LIFE)
		return 0;
	return now + (age / 4 > MINUTE ? age / 4 : MINUTE);
}

/*
 * What became of an open attempt? An approved payment is taken, for the
 * buyer's places are still kept. UNREACHED of capture() says nothing of what
 * an earlier call did; ask() does.
 */
static struct gateway_answer find_out(const struct shop *shop,
    const struct gateway *gateway, const struct payment_attempt *attempt)
{
	const struct gateway_payment request = payment_request(attempt);
	struct gateway_answer answer = {.outcome = GATEWAY_UNREACHED};

	if (gateway->capture && *attempt->gateway_reference)
		answer = gateway->capture(shop->arena, shop->config, &request);
	if (answer.outcome == GATEWAY_UNREACHED)
		answer = gateway->ask(shop->arena, shop->config, &request);
	return answer;
}

/* Somebody waits: a gateway that does not answer is not called. */
static bool is_silent_now(const struct shop *shop, const char *gateway)
{
	return breaker_wait(shop->config, gateway, clock_now()) > 0;
}

static struct gateway_answer ask(const struct shop *shop,
    const struct gateway *gateway, const struct payment_attempt *attempt)
{
	const struct gateway_payment question = payment_request(attempt);

	if (is_silent_now(shop, gateway->name))
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
	if (is_silent_now(shop, gateway->name))
		return payment_tell(&booking, gateway, &answer);
	answer = find_out(shop, gateway, &attempt);
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

/* ---- asking ---- */

/* No answer: others come first the next time, and it is not forgotten. */
static struct error *note_silence_in(
    const struct shop *shop, const struct payment_attempt *attempt, int64_t now)
{
	int64_t age = now - attempt->created_at;
	int64_t wait = age / 4 > PAYMENT_GRACE ? age / 4 : PAYMENT_GRACE;

	TRY(payment_store_asked(shop->db, attempt->id, now));
	if (!attempt->settled_at)
		return NULL;
	return payment_store_ask_again(shop->db, attempt->id, now + wait);
}

/* An attempt that ended: is there money after all, or may there be yet? */
static struct error *settle_ended(const struct shop *shop,
    struct payment_attempt *attempt, const struct gateway_answer *answer)
{
	int64_t now = clock_now();
	int64_t again = answer->outcome == GATEWAY_OPEN
	    ? payment_ask_again_at(attempt, now)
	    : 0;

	if (answer->outcome == GATEWAY_CAPTURED ||
	    gateway_has_money_moving(answer))
		return payment_settle(shop, attempt, answer, ANSWERED_LATER);
	return TRANSACTION(
	    shop->db, payment_store_ask_again(shop->db, attempt->id, again));
}

/* *is_silent: the gateway is out of reach, so asking on only takes time. */
static struct error *ask_gateway(
    const struct shop *shop, struct payment_attempt *attempt, bool *is_silent)
{
	const struct gateway *gateway =
	    gateway_find(shop->config, attempt->gateway);
	const struct gateway_payment question = payment_request(attempt);
	struct gateway_answer answer = {.outcome = GATEWAY_SILENT};

	if (gateway && attempt->settled_at)
		answer = gateway->ask(shop->arena, shop->config, &question);
	else if (gateway)
		answer = find_out(shop, gateway, attempt);
	else
		log_warn("an open payment waits for %s, which is not "
			 "configured",
		    attempt->gateway);
	*is_silent = gateway && answer.outcome == GATEWAY_SILENT;
	db_start_deadline(shop->db);
	if (answer.outcome == GATEWAY_SILENT)
		return TRANSACTION(
		    shop->db, note_silence_in(shop, attempt, clock_now()));
	if (attempt->settled_at)
		return settle_ended(shop, attempt, &answer);
	return payment_settle(shop, attempt, &answer, ANSWERED_LATER);
}

/* Which attempts are asked about, and who waits for the answer. */
enum inquiry {
	OPEN_IN_ERRAND,
	ENDED_IN_ERRAND,
	OPEN_FOR_BUYER,
};

/* Each is read afresh: somebody may have settled it meanwhile. */
static struct error *ask_about(const struct shop *shop,
    const struct id_list *attempts, enum inquiry inquiry)
{
	bool are_ended = inquiry == ENDED_IN_ERRAND;
	struct payment_attempt attempt;
	bool is_silent = false;

	for (size_t i = 0; i < attempts->count && !is_silent; i++) {
		TRY(payment_store_find(
		    shop->db, shop->arena, attempts->items[i], &attempt));
		if ((attempt.settled_at != 0) != are_ended)
			continue;
		if (inquiry == OPEN_FOR_BUYER &&
		    is_silent_now(shop, attempt.gateway))
			is_silent = true;
		else
			TRY(ask_gateway(shop, &attempt, &is_silent));
	}
	return NULL;
}

/* Open attempts of an event; 0: of all. */
static struct error *find_open(const struct shop *shop, int64_t event_id,
    int64_t now, struct id_list *attempts)
{
	const struct open_filter filter = {
	    .event_id = event_id,
	    .before = now - PAYMENT_GRACE,
	    .abandoned_before = now - payment_approval_seconds(shop),
	    .now = now,
	};

	return payment_store_unsettled(
	    shop->db, shop->arena, &filter, attempts);
}

bool payment_has_open(const struct shop *shop)
{
	int64_t now = clock_now();
	struct id_list open, doubted;

	/* Whoever then tries meets the error, and logs it. */
	return find_open(shop, 0, now, &open) ||
	    payment_store_doubted(shop->db, shop->arena, now, &doubted) ||
	    open.count + doubted.count > 0;
}

struct error *payment_settle_open(const struct shop *shop)
{
	int64_t now = clock_now();
	struct id_list attempts;

	TRY(find_open(shop, 0, now, &attempts));
	TRY(ask_about(shop, &attempts, OPEN_IN_ERRAND));
	TRY(payment_store_doubted(shop->db, shop->arena, now, &attempts));
	return ask_about(shop, &attempts, ENDED_IN_ERRAND);
}

struct error *payment_settle_overdue(
    const struct shop *shop, const char *event_slug, bool *is_settled)
{
	int64_t event_id, now = clock_now();
	struct id_list attempts;

	TRY(event_store_find_slug(
	    shop->db, shop->arena, event_slug, &event_id));
	TRY(stock_overdue(shop->db, shop->arena, event_id, now, is_settled));
	if (!*is_settled)
		return NULL;
	TRY(find_open(shop, event_id, now, &attempts));
	return ask_about(shop, &attempts, OPEN_FOR_BUYER);
}

/* ---- the gateway's calls ---- */

static struct error *follow_notice(const struct shop *shop,
    const struct gateway *gateway, const struct gateway_notice *notice)
{
	struct payment_attempt attempt;
	bool is_silent;

	TRY(payment_store_by_reference(
	    shop->db, shop->arena, gateway->name, notice->reference, &attempt));
	if (attempt.id)
		TRY(ask_gateway(shop, &attempt, &is_silent));
	db_start_deadline(shop->db);
	return TRANSACTION(shop->db,
	    gateway_notice_add(
		shop->db, gateway->name, notice->id, clock_now()));
}

struct error *payment_take_notice(
    const struct shop *shop, const char *name, const struct gateway_hook *hook)
{
	const struct gateway *gateway = gateway_find(shop->config, name);
	struct gateway_notice notice;
	bool is_known;

	if (!gateway || !gateway->read_hook)
		return fail(NOT_FOUND_ERROR, "No such gateway");
	if (!gateway->read_hook(shop->arena, shop->config, hook, &notice))
		return fail(ACCESS_ERROR, "The call is not genuine");
	TRY(gateway_notice_find(
	    shop->db, shop->arena, name, notice.id, &is_known));
	return is_known ? NULL : follow_notice(shop, gateway, &notice);
}
