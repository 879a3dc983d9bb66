#include "booking/ticket.h"

#include "base/clock.h"
#include "base/text.h"
#include "base/token.h"
#include "booking/notice.h"
#include "booking/order.h"
#include "store/booking_store.h"
#include "store/event_store.h"
#include "store/queue_store.h"
#include "store/ticket_store.h"

/* ---- finding ---- */

static const struct ticket *find_ticket(
    const struct booking *booking, const char *code)
{
	for (size_t i = 0; i < booking->tickets.count; i++)
		if (text_equal(booking->tickets.items[i].code, code))
			return &booking->tickets.items[i];
	return NULL;
}

/* For one who has the key of a ticket alone, which is to be in the booking. */
static struct error *find_as_holder(const struct shop *shop,
    const char *reference, const char *code, const struct viewer *viewer,
    struct booking *booking)
{
	if (!viewer_has_key(viewer, code))
		return fail(NOT_FOUND_ERROR, "Ticket not found");
	return booking_store_by_reference(
	    shop->db, shop->arena, reference, booking);
}

struct error *ticket_find_own(const struct shop *shop, const char *reference,
    const char *code, const struct viewer *viewer, struct booking *booking,
    const struct ticket **ticket)
{
	struct error *error = booking_store_find(
	    shop->db, shop->arena, reference, viewer, booking);

	*ticket = NULL;
	if (!code)
		return error;
	if (error_is(error, NOT_FOUND_ERROR))
		error = find_as_holder(shop, reference, code, viewer, booking);
	TRY(error);
	*ticket = find_ticket(booking, code);
	if (!*ticket)
		return fail(NOT_FOUND_ERROR, "Ticket not found");
	return NULL;
}

/* One that is named; gcc's analyzer has to be told that it is there. */
static struct error *find_named(const struct shop *shop, const char *reference,
    const char *code, const struct viewer *viewer, struct booking *booking,
    const struct ticket **ticket)
{
	TRY(ticket_find_own(shop, reference, code, viewer, booking, ticket));
	if (!*ticket)
		die("a ticket that is named is neither there nor missing");
	return NULL;
}

/* ---- judging ---- */

bool ticket_is_valid(const struct ticket *ticket)
{
	return ticket->status == TICKET_ACTIVE ||
	    ticket->status == TICKET_USED || ticket->status == TICKET_EXPIRED;
}

bool ticket_has_seat(const struct ticket *ticket)
{
	return ticket_is_valid(ticket) && *ticket->seat;
}

enum ticket_status ticket_status_at(const struct ticket *ticket, int64_t now)
{
	if (ticket->status == TICKET_ACTIVE && now > ticket->valid_until)
		return TICKET_EXPIRED;
	return ticket->status;
}

bool ticket_is_theirs(const struct ticket *ticket, const struct viewer *viewer)
{
	return !ticket->passed_on_at || viewer->role >= ROLE_ORGANISER ||
	    viewer_has_key(viewer, ticket->code);
}

const char *ticket_judge(
    struct arena *arena, const struct ticket *ticket, bool is_old, int64_t now)
{
	if (ticket->id == 0)
		return "Ticket not found";
	if (is_old)
		return "Ticket status is cancelled";
	if (ticket->status != TICKET_ACTIVE)
		return arena_format(arena, "Ticket status is %s",
		    ticket_status_word(ticket->status));
	if (now < ticket->valid_from)
		return "Ticket not yet valid";
	return now > ticket->valid_until ? "Ticket has expired" : NULL;
}

/* ---- mailed links ---- */

static const char *key_of(
    const struct shop *shop, const char *reference, const char *code)
{
	return token_sign(shop->arena, shop->config->cookie_key,
	    code ? "ticket" : "booking", code ? code : reference);
}

const char *ticket_link(
    const struct shop *shop, const char *reference, const char *code)
{
	const char *base = shop->config->base_url;

	return arena_format(shop->arena, "%s/tickets/%s%s%s?key=%s",
	    *base ? base : "http://localhost", reference, code ? "/" : "",
	    code ? code : "", key_of(shop, reference, code));
}

bool ticket_key_fits(const struct shop *shop, const char *reference,
    const char *code, const char *key)
{
	return token_equal(key, key_of(shop, reference, code));
}

/* ---- another holder ---- */

static struct error *check_name(const char *name)
{
	if (*name && !text_has_control(name))
		return NULL;
	return order_refuse("holder_name", "Name", name,
	    *name ? "cannot be used" : "is missing", NULL);
}

struct error *ticket_check_give(
    const struct ticket *ticket, const struct viewer *viewer, int64_t now)
{
	struct error_fields fields = FIELDS(
	    error_text("code", "Ticket code", ticket->code),
	    error_text("status", "Status", ticket_status_word(ticket->status)));

	if (!ticket_is_theirs(ticket, viewer))
		return fail(NOT_FOUND_ERROR, "Ticket not found");
	if (ticket->status != TICKET_ACTIVE)
		return fail_with(STATE_ERROR, NULL, fields,
		    "This ticket cannot be changed any more");
	if (now > ticket->valid_until)
		return fail_with(
		    STATE_ERROR, NULL, fields, "The event is over");
	return NULL;
}

static struct error *note(const struct shop *shop,
    const struct booking *booking, const struct ticket *given, int64_t now)
{
	const struct journal_line line = {
	    .event_id = given->event_id,
	    .tier_id = given->tier_id,
	    .booking_id = booking->id,
	    .kind = "passed_on",
	    .name = given->holder_name,
	    .email = given->holder_email,
	    .quantity = 1,
	};

	return journal_add(shop->db, &line, now);
}

/*
 * A form sent twice asks for the same code twice, so that nothing has to be
 * kept of it. Nobody else has its key, nor ours.
 */
static const char *code_after(
    const struct shop *shop, const char *code, const struct ticket_gift *gift)
{
	if (text_is_empty(gift->form_key))
		return token_ticket_code(shop->arena);
	return token_ticket_code_of(shop->arena, shop->config->cookie_key,
	    arena_format(shop->arena, "%s %s", gift->form_key, code));
}

struct error *ticket_find_given(const struct shop *shop, const char *reference,
    const char *code, const struct viewer *viewer,
    const struct ticket_gift *gift, struct ticket *given)
{
	const struct ticket *ticket;
	struct booking booking;
	struct error *error;

	*given = (struct ticket){.code = NULL};
	if (text_is_empty(gift->form_key))
		return NULL;
	error = find_named(shop, reference, code_after(shop, code, gift),
	    viewer, &booking, &ticket);
	if (error_is(error, NOT_FOUND_ERROR))
		return NULL;
	TRY(error);
	if (text_equal(ticket->holder_name, text_trim(shop->arena, gift->name)))
		*given = *ticket;
	return NULL;
}

static struct error *give_checked_in(const struct shop *shop,
    const char *reference, const char *code, const struct viewer *viewer,
    const struct ticket_gift *gift, int64_t now, struct ticket *given)
{
	const struct ticket *ticket;
	struct booking booking;
	bool is_passed_on, changed;

	TRY(find_named(shop, reference, code, viewer, &booking, &ticket));
	TRY(ticket_check_give(ticket, viewer, now));
	is_passed_on =
	    *gift->email && !text_equal(gift->email, ticket->holder_email);
	*given = *ticket;
	given->holder_name = gift->name;
	given->holder_email = *gift->email ? gift->email : ticket->holder_email;
	given->code = code_after(shop, code, gift);
	TRY(ticket_store_give(shop->db, ticket, given->holder_name,
	    given->holder_email, is_passed_on, given->code, now, &changed));
	if (!changed)
		die("a ticket changed within a transaction");
	if (is_passed_on) {
		given->passed_on_at = now;
		TRY(note(shop, &booking, given, now));
	}
	return notice_given_in(shop, &booking, ticket, given, now);
}

struct error *ticket_give_in(const struct shop *shop, const char *reference,
    const char *code, const struct viewer *viewer,
    const struct ticket_gift *gift, int64_t now, struct ticket *given)
{
	const char *email = text_trim(shop->arena, gift->email);
	struct ticket_gift checked = *gift;
	char *address = NULL;
	const char *reason;

	checked.name = text_trim(shop->arena, gift->name);
	TRY(check_name(checked.name));
	if (*email && !text_email(shop->arena, email, &address, &reason))
		return order_refuse(
		    "holder_email", "Email", email, reason, NULL);
	checked.email = address ? address : "";
	TRY(ticket_find_given(shop, reference, code, viewer, gift, given));
	if (given->code)
		return NULL;
	return give_checked_in(
	    shop, reference, code, viewer, &checked, now, given);
}

struct error *ticket_give(const struct shop *shop, const char *reference,
    const char *code, const struct viewer *viewer,
    const struct ticket_gift *gift, struct ticket *given)
{
	return TRANSACTION(shop->db,
	    ticket_give_in(
		shop, reference, code, viewer, gift, clock_now(), given));
}
