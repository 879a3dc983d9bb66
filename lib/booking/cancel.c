#include "booking/cancel.h"

#include "base/clock.h"
#include "base/text.h"
#include "booking/hook.h"
#include "booking/notice.h"
#include "booking/queue.h"
#include "booking/refund.h"
#include "booking/settle.h"
#include "booking/ticket.h"
#include "store/booking_store.h"
#include "store/event_store.h"
#include "store/queue_store.h"
#include "store/stock_store.h"
#include "store/ticket_store.h"

/* ---- the policy ---- */

int64_t refund_percent(const struct event *event, int64_t now, int64_t *until)
{
	const struct refund_policy *policy = &event->refunds;
	int64_t full = event->starts_at - policy->full_days * DAY;
	int64_t part = event->starts_at - policy->part_days * DAY;
	int64_t scrap;

	if (!until)
		until = &scrap;
	if (full < policy->full_until)
		full = policy->full_until;
	*until = full;
	if (now <= full)
		return 100;
	*until = part;
	if (now <= part && policy->part_percent > 0)
		return policy->part_percent;
	*until = 0;
	return 0;
}

int64_t refund_part(int64_t minor, int64_t percent)
{
	return (minor * percent + 50) / 100;
}

/* Of what is not given back yet. */
static int64_t refund_of(const struct ticket *ticket, int64_t percent)
{
	return refund_part(
	    ticket->price.minor - ticket->refunded.minor, percent);
}

static void quote(struct cancellation *cancellation, int64_t now)
{
	struct refund_quote *result = &cancellation->quote;
	const struct ticket_list *tickets = &cancellation->booking.tickets;
	const char *currency = cancellation->booking.total.currency;

	*result = (struct refund_quote){.paid = money_of(0, currency),
	    .returned = money_of(0, currency),
	    .refund = money_of(0, currency)};
	result->percent =
	    refund_percent(&cancellation->event, now, &result->until);
	for (size_t i = 0; i < tickets->count; i++) {
		const struct ticket *ticket = &tickets->items[i];

		if (!ticket_is_valid(ticket) ||
		    (cancellation->ticket && ticket != cancellation->ticket))
			continue;
		result->paid.minor += ticket->price.minor;
		result->returned.minor += ticket->refunded.minor;
		result->refund.minor += refund_of(ticket, result->percent);
	}
}

/* ---- may they? ---- */

static struct error *refuse_ticket(
    const struct ticket *ticket, const char *message)
{
	return fail_with(STATE_ERROR, NULL,
	    FIELDS(error_text("code", "Ticket code", ticket->code),
		error_text(
		    "status", "Status", ticket_status_word(ticket->status))),
	    "%s", message);
}

static struct error *check_ticket(
    const struct ticket *ticket, const struct viewer *viewer)
{
	if (!ticket_is_valid(ticket))
		return refuse_ticket(
		    ticket, "This ticket is cancelled already");
	if (ticket->status == TICKET_USED)
		return refuse_ticket(
		    ticket, "This ticket was used at the door already");
	if (!ticket_is_theirs(ticket, viewer))
		return refuse_ticket(ticket,
		    "This ticket was passed on: only its holder can give it "
		    "back");
	return NULL;
}

/* Of a booking, every valid ticket must be free to go. */
static struct error *check_tickets(
    const struct cancellation *cancellation, const struct viewer *viewer)
{
	const struct ticket_list *tickets = &cancellation->booking.tickets;

	if (cancellation->ticket)
		return check_ticket(cancellation->ticket, viewer);
	for (size_t i = 0; i < tickets->count; i++)
		if (ticket_is_valid(&tickets->items[i]))
			TRY(check_ticket(&tickets->items[i], viewer));
	return NULL;
}

static struct error *check(const struct cancellation *cancellation,
    const struct viewer *viewer, int64_t now)
{
	const struct booking *booking = &cancellation->booking;
	struct error_fields fields = FIELDS(
	    error_text("reference", "Reference", booking->reference),
	    error_text("status", "Status", booking_state_word(booking->state)));

	if (booking->state == BOOKING_CANCELLED)
		return fail_with(STATE_ERROR, NULL, fields,
		    "This booking is cancelled already");
	if (booking->state != BOOKING_CONFIRMED)
		return fail_with(
		    STATE_ERROR, NULL, fields, "This booking is not confirmed");
	if (booking->changes_id)
		return fail_with(STATE_ERROR, NULL, fields,
		    "This is a change of seats: cancel the booking itself");
	if (now >= cancellation->event.starts_at)
		return fail_with(
		    STATE_ERROR, NULL, fields, "The event has begun");
	return check_tickets(cancellation, viewer);
}

struct error *cancel_look(const struct shop *shop, const char *reference,
    const char *code, const struct viewer *viewer,
    struct cancellation *cancellation)
{
	int64_t now = clock_now();

	*cancellation = (struct cancellation){.ticket = NULL};
	TRY(ticket_find_own(shop, reference, code, viewer,
	    &cancellation->booking, &cancellation->ticket));
	TRY(event_store_find_id(shop->db, shop->arena,
	    cancellation->booking.event_id, EVENTS_ALL, now,
	    &cancellation->event));
	TRY(check(cancellation, viewer, now));
	quote(cancellation, now);
	return NULL;
}

/* ---- doing it ---- */

static struct error *note(const struct shop *shop,
    const struct booking *booking, int64_t tier_id, int64_t quantity,
    int64_t now)
{
	const struct journal_line line = {
	    .event_id = booking->event_id,
	    .tier_id = tier_id,
	    .booking_id = booking->id,
	    .kind = "cancelled",
	    .name = booking->name,
	    .email = booking->email,
	    .quantity = quantity,
	};

	return journal_add(shop->db, &line, now);
}

/* `ticket_id` 0: all that were left of it. */
static struct error *tell_hooks(const struct shop *shop,
    const struct booking *booking, int64_t ticket_id, int64_t now)
{
	const struct hook_news news = {
	    .type = HOOK_CANCELLED,
	    .event_id = booking->event_id,
	    .booking_id = booking->id,
	    .ticket_id = ticket_id,
	};

	return hook_add_in(shop, &news, now);
}

/* A ticket and its part of the price; *refund grows by it. */
static struct error *end_ticket(const struct shop *shop,
    const struct ticket *ticket, int64_t percent, int64_t now,
    struct money *refund)
{
	int64_t amount = refund_of(ticket, percent);
	bool taken_back;

	TRY(stock_take_back(shop->db, ticket, amount, now, &taken_back));
	if (!taken_back)
		return fail(STATE_ERROR, "This ticket is cancelled already");
	refund->minor += amount;
	return NULL;
}

static struct ticket_list valid_of(
    struct arena *arena, const struct ticket_list *tickets)
{
	struct ticket *valid =
	    arena_array(arena, tickets->count, sizeof(*valid));
	size_t count = 0;

	for (size_t i = 0; i < tickets->count; i++)
		if (ticket_is_valid(&tickets->items[i]))
			valid[count++] = tickets->items[i];
	return (struct ticket_list){.items = valid, .count = count};
}

/* Tickets of one tier are noted as of it, others as of several. */
static int64_t tier_of(const struct booking *booking)
{
	return booking->items.count == 1 ? booking->items.items[0].tier_id : 0;
}

struct error *cancel_booking_in(const struct shop *shop,
    const struct booking *booking, int64_t percent, const char *reason,
    int64_t now)
{
	struct money refund = money_of(0, booking->total.currency);
	struct ticket_list ended = valid_of(shop->arena, &booking->tickets);
	bool moved;

	TRY(settle_event(shop, booking->event_id, now));
	TRY(booking_store_cancel(shop->db, booking->id, now, &moved));
	if (!moved)
		return fail_with(STATE_ERROR, NULL,
		    FIELDS(error_text("status", "Status",
			booking_state_word(booking->state))),
		    "This booking cannot be cancelled");
	for (size_t i = 0; i < ended.count; i++)
		TRY(end_ticket(shop, &ended.items[i], percent, now, &refund));
	TRY(refund_give_in(shop, booking->id, refund, reason, now));
	TRY(note(shop, booking, tier_of(booking), (int64_t)ended.count, now));
	TRY(notice_cancelled_in(shop, booking->id, &ended, refund, now));
	TRY(tell_hooks(shop, booking, 0, now));
	return queue_serve(shop, booking->event_id, now);
}

/* The last valid ticket ends the booking with it. */
static struct error *cancel_ticket_in(const struct shop *shop,
    const struct booking *booking, const struct ticket *ticket, int64_t percent,
    const char *reason, int64_t now)
{
	const struct ticket_list ended = {.items = ticket, .count = 1};
	struct money refund = money_of(0, booking->total.currency);

	if (valid_of(shop->arena, &booking->tickets).count == 1)
		return cancel_booking_in(shop, booking, percent, reason, now);
	TRY(settle_event(shop, booking->event_id, now));
	TRY(end_ticket(shop, ticket, percent, now, &refund));
	TRY(refund_give_in(shop, booking->id, refund, reason, now));
	TRY(note(shop, booking, ticket->tier_id, 1, now));
	TRY(notice_cancelled_in(shop, booking->id, &ended, refund, now));
	TRY(tell_hooks(shop, booking, ticket->id, now));
	return queue_serve(shop, booking->event_id, now);
}

static struct error *cancel_in(const struct shop *shop, const char *reference,
    const char *code, const struct viewer *viewer, int64_t shown, int64_t now,
    struct cancellation *cancellation)
{
	static const char reason[] = "cancelled by the buyer";
	const struct refund_quote *quoted = &cancellation->quote;

	TRY(cancel_look(shop, reference, code, viewer, cancellation));
	if (quoted->refund.minor < shown)
		return fail_with(STATE_ERROR, NULL,
		    FIELDS(error_text("refund", "Refund",
			money_format(shop->arena, quoted->refund))),
		    "The refund has changed meanwhile: look again");
	if (cancellation->ticket)
		return cancel_ticket_in(shop, &cancellation->booking,
		    cancellation->ticket, quoted->percent, reason, now);
	return cancel_booking_in(
	    shop, &cancellation->booking, quoted->percent, reason, now);
}

struct error *cancel_do(const struct shop *shop, const char *reference,
    const char *code, const struct viewer *viewer, int64_t shown,
    struct cancellation *cancellation)
{
	return TRANSACTION(shop->db,
	    cancel_in(shop, reference, code, viewer, shown, clock_now(),
		cancellation));
}
