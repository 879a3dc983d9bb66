#include "booking/remind.h"

#include "base/clock.h"
#include "base/text.h"
#include "booking/event.h"
#include "booking/notice.h"
#include "booking/ticket.h"
#include "store/booking_store.h"
#include "store/outbox_store.h"

static struct error *count_mails(const struct shop *shop,
    const struct booking *booking, const char *kind, int64_t now,
    int64_t *count)
{
	return outbox_store_count_made(
	    shop->db, shop->arena, booking->id, kind, now - HOUR, count);
}

/* ---- the way to them ---- */

static struct error *send_links(const struct shop *shop,
    const struct booking *booking, const char *email, int64_t now)
{
	if (text_equal(booking->email, email))
		TRY(notice_link_in(
		    shop, booking, email, booking->name, "", now));
	for (size_t i = 0; i < booking->tickets.count; i++) {
		const struct ticket *ticket = &booking->tickets.items[i];

		if (ticket->passed_on_at && ticket_is_valid(ticket) &&
		    text_equal(ticket->holder_email, email))
			TRY(notice_link_in(shop, booking, email,
			    ticket->holder_name, ticket->code, now));
	}
	return NULL;
}

static struct error *remind_in(const struct shop *shop, const char *email,
    const char *reference, int64_t now)
{
	struct booking booking;
	int64_t count;

	TRY(booking_store_by_reference(
	    shop->db, shop->arena, reference, &booking));
	if (booking.id == 0)
		return NULL;
	TRY(count_mails(shop, &booking, "ticket_link", now, &count));
	if (count >= REMIND_MOST)
		return NULL;
	return send_links(shop, &booking, email, now);
}

struct error *remind_link(
    const struct shop *shop, const char *email, const char *reference)
{
	return TRANSACTION(
	    shop->db, remind_in(shop, email, reference, clock_now()));
}

/* ---- the tickets ---- */

static struct error *check_again(
    const struct shop *shop, const struct booking *booking, int64_t now)
{
	int64_t count;

	if (booking->state != BOOKING_CONFIRMED || booking->changes_id)
		return fail(STATE_ERROR, "This booking is not confirmed");
	if (!*booking->email)
		return fail(STATE_ERROR, "This booking has no email address");
	TRY(count_mails(shop, booking, "confirmed", now, &count));
	if (count >= REMIND_MOST)
		return fail_with(RATE_LIMIT_ERROR, NULL,
		    FIELDS(error_number("retry_after", "Seconds", HOUR)),
		    "The tickets were mailed %d times within an hour. Wait a "
		    "while, and look among unwanted mail",
		    REMIND_MOST);
	return NULL;
}

static struct error *again_in(const struct shop *shop, const char *reference,
    const struct viewer *viewer, int64_t now)
{
	struct booking booking;
	struct event event;

	TRY(booking_store_find(
	    shop->db, shop->arena, reference, viewer, &booking));
	TRY(check_again(shop, &booking, now));
	TRY(event_of_booking(shop, &booking, now, &event));
	return notice_confirmed_in(shop, &booking, &event, now);
}

struct error *remind_tickets(
    const struct shop *shop, const char *reference, const struct viewer *viewer)
{
	return TRANSACTION(
	    shop->db, again_in(shop, reference, viewer, clock_now()));
}
