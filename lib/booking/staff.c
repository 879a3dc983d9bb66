#include "booking/staff.h"

#include "base/clock.h"
#include "base/text.h"
#include "booking/audit.h"
#include "booking/cancel.h"
#include "booking/checkout.h"
#include "booking/event.h"
#include "booking/hold.h"
#include "booking/notice.h"
#include "booking/queue.h"
#include "booking/refund.h"
#include "booking/settle.h"
#include "booking/ticket.h"
#include "store/refund_store.h"
#include "store/staff_store.h"
#include "store/ticket_store.h"
#include <inttypes.h>

static struct error *find(const struct shop *shop, const char *reference,
    const struct viewer *viewer, struct booking *booking)
{
	const char *text;

	return staff_store_booking(
	    shop->db, shop->arena, reference, viewer, booking, &text);
}

/* Within a TRANSACTION; `after` may be NULL. */
/* `reason`: as they put it; "" none is asked for. */
static struct error *note_why(const struct shop *shop,
    const struct viewer *viewer, const struct booking *booking,
    const char *action, const json_t *after, const char *reason, int64_t now)
{
	const struct audit audit = {
	    .action = action,
	    .event_id = booking->event_id,
	    .subject =
		arena_format(shop->arena, "booking %s", booking->reference),
	    .after = after,
	    .reason = reason,
	};

	return audit_in(shop, viewer, &audit, now);
}

static struct error *note(const struct shop *shop, const struct viewer *viewer,
    const struct booking *booking, const char *action, const json_t *after,
    int64_t now)
{
	return note_why(shop, viewer, booking, action, after, "", now);
}

/* ---- refunds ---- */

static int64_t worth_of(const struct ticket *ticket)
{
	return ticket->price.minor - ticket->refunded.minor +
	    ticket->kept.minor;
}

struct money staff_refundable(const struct booking *booking)
{
	struct money sum = money_of(0, booking->total.currency);

	for (size_t i = 0; i < booking->tickets.count; i++)
		sum.minor += worth_of(&booking->tickets.items[i]);
	return sum;
}

static struct error *check_amount(
    const struct shop *shop, const struct booking *booking, struct money amount)
{
	struct money most = staff_refundable(booking);

	if (most.minor == 0)
		return fail_with(STATE_ERROR, NULL,
		    FIELDS(error_text(
			"reference", "Reference", booking->reference)),
		    "Nothing is left to give back");
	if (amount.minor > 0 && amount.minor <= most.minor)
		return NULL;
	return fail_with(VALIDATION_ERROR, NULL,
	    FIELDS(error_text("field", "Field", "amount"),
		error_text(
		    "value", "Amount", money_format(shop->arena, amount)),
		error_text("left", "Can be refunded",
		    money_format(shop->arena, most))),
	    "The amount must be more than 0 and at most %s",
	    money_format(shop->arena, most));
}

/* Off the tickets: what ended comes first, then valid ones in their order. */
static struct error *take_off(
    const struct shop *shop, const struct booking *booking, int64_t amount)
{
	const struct ticket_list *tickets = &booking->tickets;

	for (int round = 0; round < 2; round++)
		for (size_t i = 0; i < tickets->count && amount > 0; i++) {
			const struct ticket *ticket = &tickets->items[i];
			int64_t part = worth_of(ticket);

			if (ticket_is_valid(ticket) != (round == 1) ||
			    part <= 0)
				continue;
			if (part > amount)
				part = amount;
			TRY(ticket_store_refunded(shop->db, ticket->id, part));
			amount -= part;
		}
	return NULL;
}

/* *is_repeated: this form has started that refund before. */
static struct error *find_repeated(const struct shop *shop,
    const struct staff_refund *refund, bool *is_repeated)
{
	struct refund_list list;
	int64_t sum = 0;

	TRY(refund_store_by_form(
	    shop->db, shop->arena, refund->form_key, &list));
	for (size_t i = 0; i < list.count; i++)
		sum += list.items[i].amount.minor;
	*is_repeated = list.count > 0;
	if (list.count == 0 || sum == refund->amount.minor)
		return NULL;
	return fail(STATE_ERROR,
	    "This form was sent before with another amount. Look at the "
	    "booking again");
}

static struct error *refund_in(const struct shop *shop, const char *reference,
    const struct viewer *viewer, const struct staff_refund *refund, int64_t now)
{
	const struct refund_order order = {
	    .amount = refund->amount,
	    .reason = refund->reason,
	    .form_key = refund->form_key,
	    .is_given = refund->is_given,
	};
	struct booking booking;
	bool is_repeated;

	TRY(find(shop, reference, viewer, &booking));
	TRY(find_repeated(shop, refund, &is_repeated));
	if (is_repeated)
		return NULL;
	TRY(check_amount(shop, &booking, refund->amount));
	TRY(take_off(shop, &booking, refund->amount.minor));
	TRY(refund_order_in(shop, booking.id, &order, now));
	json_use(shop->arena);
	return note_why(shop, viewer, &booking, "booking.refund",
	    json_pack("{ss sb}", "amount",
		money_format(shop->arena, refund->amount), "by_hand",
		refund->is_given),
	    refund->reason, now);
}

struct error *staff_refund(const struct shop *shop, const char *reference,
    const struct viewer *viewer, const struct staff_refund *refund)
{
	return TRANSACTION(
	    shop->db, refund_in(shop, reference, viewer, refund, clock_now()));
}

static struct error *paid_back_in(const struct shop *shop,
    const char *reference, const struct viewer *viewer, int64_t refund_id,
    int64_t now)
{
	struct refund_list refunds;
	struct booking booking;

	TRY(find(shop, reference, viewer, &booking));
	TRY(refund_store_of_booking(
	    shop->db, shop->arena, booking.id, &refunds));
	json_use(shop->arena);
	for (size_t i = 0; i < refunds.count; i++) {
		const struct refund *refund = &refunds.items[i];

		if (refund->id != refund_id)
			continue;
		TRY(note(shop, viewer, &booking, "booking.paid_back",
		    json_pack("{ss}", "amount",
			money_format(shop->arena, refund->amount)),
		    now));
		return refund_by_hand_in(shop, refund, now);
	}
	return fail(NOT_FOUND_ERROR, "Refund not found");
}

struct error *staff_paid_back(const struct shop *shop, const char *reference,
    const struct viewer *viewer, int64_t refund_id)
{
	return TRANSACTION(shop->db,
	    paid_back_in(shop, reference, viewer, refund_id, clock_now()));
}

/* ---- cancelling ---- */

static struct error *cancel_in(const struct shop *shop, const char *reference,
    const struct viewer *viewer, int64_t percent, const char *reason,
    int64_t now)
{
	struct booking booking;

	TRY(find(shop, reference, viewer, &booking));
	json_use(shop->arena);
	TRY(note_why(shop, viewer, &booking, "booking.cancel",
	    json_pack("{sI}", "percent", percent), reason, now));
	if (booking.state == BOOKING_CONFIRMED && !booking.changes_id)
		return cancel_booking_in(shop, &booking, percent, reason, now);
	TRY(hold_release_in(shop, &booking, now));
	return booking.is_later ? notice_unreserved_in(shop, booking.id, now)
				: NULL;
}

struct error *staff_cancel(const struct shop *shop, const char *reference,
    const struct viewer *viewer, int64_t percent, const char *reason)
{
	return TRANSACTION(shop->db,
	    cancel_in(shop, reference, viewer, percent, reason, clock_now()));
}

/* ---- the rest ---- */

static struct error *set_holder_in(const struct shop *shop,
    const char *reference, const char *code, const struct viewer *viewer,
    const char *name, const char *email, int64_t now)
{
	const struct ticket_gift gift = {.name = name, .email = email};
	struct booking booking;
	struct ticket given;

	TRY(find(shop, reference, viewer, &booking));
	TRY(ticket_give_in(shop, reference, code, viewer, &gift, now, &given));
	json_use(shop->arena);
	return note(shop, viewer, &booking, "booking.holder",
	    json_pack("{sI}", "ticket", given.id), now);
}

struct error *staff_set_holder(const struct shop *shop, const char *reference,
    const char *code, const struct viewer *viewer, const char *name,
    const char *email)
{
	return TRANSACTION(shop->db,
	    set_holder_in(
		shop, reference, code, viewer, name, email, clock_now()));
}

static struct error *resend_in(const struct shop *shop, const char *reference,
    const struct viewer *viewer, int64_t now)
{
	struct booking booking;
	struct event event;

	TRY(find(shop, reference, viewer, &booking));
	if (booking.state != BOOKING_CONFIRMED || booking.changes_id)
		return fail(STATE_ERROR, "This booking is not confirmed");
	if (text_is_empty(booking.email))
		return fail(STATE_ERROR, "This booking has no email address");
	TRY(note(shop, viewer, &booking, "booking.resend", NULL, now));
	TRY(event_of_booking(shop, &booking, now, &event));
	return notice_confirmed_in(shop, &booking, &event, now);
}

struct error *staff_resend(
    const struct shop *shop, const char *reference, const struct viewer *viewer)
{
	return TRANSACTION(
	    shop->db, resend_in(shop, reference, viewer, clock_now()));
}

static struct error *set_note_in(const struct shop *shop, const char *reference,
    const struct viewer *viewer, const char *text, int64_t now)
{
	struct booking booking;

	TRY(find(shop, reference, viewer, &booking));
	TRY(staff_store_set_note(shop->db, booking.id, text));
	return note(shop, viewer, &booking, "booking.note", NULL, now);
}

struct error *staff_set_note(const struct shop *shop, const char *reference,
    const struct viewer *viewer, const char *text)
{
	return TRANSACTION(
	    shop->db, set_note_in(shop, reference, viewer, text, clock_now()));
}

static struct error *mark_paid_in(const struct shop *shop,
    const char *reference, const struct viewer *viewer, int64_t now)
{
	struct booking booking;

	TRY(find(shop, reference, viewer, &booking));
	json_use(shop->arena);
	TRY(note(shop, viewer, &booking, "booking.paid",
	    json_pack(
		"{ss}", "total", money_format(shop->arena, booking.total)),
	    now));
	return checkout_mark_paid_in(shop, &booking, now);
}

struct error *staff_mark_paid(
    const struct shop *shop, const char *reference, const struct viewer *viewer)
{
	return TRANSACTION(
	    shop->db, mark_paid_in(shop, reference, viewer, clock_now()));
}
