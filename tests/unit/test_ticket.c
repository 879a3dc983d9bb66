/*
 * Tickets and who holds them (B10, R34): what the key of one opens, when it
 * can still change hands, and a form that comes twice.
 */
#include "stage.h"

#include "base/text.h"
#include "booking/ticket.h"
#include "store/outbox_store.h"
#include "store/ticket_store.h"

/* Two places. */
static struct booking buy(const char *who, const char *event)
{
	const struct viewer viewer = viewer_of(who);
	struct order order = order_of(&viewer, event, "vip");
	struct booking booking;

	order.quantity = 2;
	must(hold_place(&site.shop, &order, &booking));
	must(pay(&viewer, booking.reference, "campuspay", &booking));
	return again(&booking);
}

static const char *code_of(const struct booking *booking, size_t number)
{
	return again(booking).tickets.items[number].code;
}

static struct error *give(const struct booking *booking, const char *code,
    const struct viewer *viewer, const struct ticket_gift *gift,
    struct ticket *given)
{
	return ticket_give(
	    &site.shop, booking->reference, code, viewer, gift, given);
}

/* Somebody with the key of one ticket, which a mail has brought. */
static struct viewer holder_of(const char *code)
{
	return (struct viewer){
	    .role = ROLE_VISITOR, .browser = "holder", .keys = code};
}

static bool finds(const struct viewer *viewer, const struct booking *booking,
    const char *code)
{
	const struct ticket *ticket = NULL;
	struct booking found;
	struct error *error = ticket_find_own(
	    &site.shop, booking->reference, code, viewer, &found, &ticket);

	if (error && !error_is(error, NOT_FOUND_ERROR))
		must(error);
	return !error && text_equal(ticket->code, code);
}

/* ---- keys ---- */

static void test_keys(void)
{
	struct booking mine, yours;
	struct viewer holder;
	struct ticket given;
	const char *code;

	add_event(event_of("keys"));
	mine = buy("kim", "keys");
	yours = buy("lou", "keys");
	code = code_of(&mine, 0);
	holder = holder_of(code);
	ok(finds(&holder, &mine, code), "B10 a ticket's key opens it");
	ok(!finds(&holder, &mine, code_of(&mine, 1)),
	    "R34 no other of the booking");
	ok(!finds(&holder, &yours, code),
	    "R34 nor under another booking's reference");
	ok(!finds(&holder, &yours, code_of(&yours, 0)),
	    "R34 nor another booking's");
	must(give(&mine, code, &(struct viewer){.browser = "kim"},
	    &(struct ticket_gift){"Hal", "hal@example.org", ""}, &given));
	ok(!finds(&holder, &mine, code), "B10 a dead code's key opens nothing");
	holder.keys = "TKT-0123456789ABCDEF";
	ok(!finds(&holder, &mine, holder.keys),
	    "R34 nor one of a ticket that a restored copy does not have");
	ok(is_sound(), "and the books are right");
}

/* ---- until when ---- */

static void test_over(void)
{
	struct event event = event_of("over");
	const struct viewer own = viewer_of("max");
	const int64_t now = clock_now();
	const struct ticket *ticket;
	struct booking booking;
	struct ticket given;

	event = add_event(event);
	booking = buy("max", "over");
	ticket = &booking.tickets.items[0];
	ok(ticket_status_at(ticket, event.ends_at) == TICKET_ACTIVE,
	    "a ticket is good until the end");
	ok(ticket_status_at(ticket, event.ends_at + 1) == TICKET_EXPIRED,
	    "then it has expired");
	site_set_clock(&site, event.ends_at);
	must(give(&booking, ticket->code, &own,
	    &(struct ticket_gift){"Max M.", "", ""}, &given));
	site_set_clock(&site, event.ends_at + 1);
	ok(error_is(give(&booking, given.code, &own,
			&(struct ticket_gift){"Nat", "", ""}, &given),
	       STATE_ERROR),
	    "B10 and changes hands no more");
	is_text(again(&booking).tickets.items[0].holder_name, "Max M.",
	    "whose it was it stays");
	site_set_clock(&site, now);
}

/* ---- the form ---- */

static void test_names(void)
{
	const struct viewer own = viewer_of("ned");
	struct booking booking;
	struct ticket given;
	struct error *error;

	add_event(event_of("names"));
	booking = buy("ned", "names");
	error = give(&booking, code_of(&booking, 0), &own,
	    &(struct ticket_gift){"Bell\x07", "", ""}, &given);
	ok(error_is(error, INVALID_BOOKING_ERROR) &&
		strstr(error->message, "cannot be used"),
	    "B10 a name has no control characters");
	error = give(&booking, code_of(&booking, 0), &own,
	    &(struct ticket_gift){" ", "", ""}, &given);
	ok(error_is(error, INVALID_BOOKING_ERROR) &&
		strstr(error->message, "is missing"),
	    "B10 and is one");
	is_text(code_of(&booking, 0), booking.tickets.items[0].code,
	    "the code is the old one");
}

static int64_t count_mails(void)
{
	struct mail_list list;

	must(outbox_store_list(site.shop.db, &site.arena, 1000, &list));
	return (int64_t)list.count;
}

/* What a double click does, where neither knows of the other before. */
static void test_twice(void)
{
	const struct viewer own = viewer_of("ola");
	const struct ticket_gift gift = {"Pam", "pam@example.org", "form-1"};
	const struct ticket_gift other = {"Quin", "pam@example.org", "form-1"};
	struct ticket first, second;
	struct booking booking;
	const char *code;
	int64_t mails;

	add_event(event_of("twice"));
	booking = buy("ola", "twice");
	code = code_of(&booking, 0);
	must(give(&booking, code, &own, &gift, &first));
	mails = count_mails();
	must(give(&booking, code, &own, &gift, &second));
	is_text(second.code, first.code, "B10 the same form finds the ticket");
	is_text(code_of(&booking, 0), first.code, "which has not changed");
	is_number(count_mails(), mails, "and nobody is told twice");
	ok(error_is(
	       give(&booking, code, &own, &other, &second), NOT_FOUND_ERROR),
	    "B10 with another name it is another gift, of a dead code");
	is_text(again(&booking).tickets.items[0].holder_name, "Pam",
	    "so the ticket is whose it was");
}

int main(void)
{
	site_open(&site);
	test_keys();
	test_over();
	test_names();
	test_twice();
	site_close(&site);
	return done_testing();
}
