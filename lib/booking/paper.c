#include "booking/paper.h"

#include "base/clock.h"
#include "base/text.h"
#include "booking/event.h"
#include "booking/ticket.h"
#include "document/ics.h"
#include "document/pass.h"
#include "document/pdf.h"
#include "store/booking_store.h"
#include "store/ticket_store.h"
#include <ctype.h>
#include <inttypes.h>
#include <string.h>

const char *paper_pass(const struct shop *shop, const struct ticket *ticket)
{
	return pass_write(shop->arena, shop->config,
	    (struct pass){.code = ticket->code,
		.event_id = ticket->event_id,
		.tier_id = ticket->tier_id});
}

/* A path of this site as an address; "" when its own is not configured. */
static const char *site_url(const struct shop *shop, const char *path)
{
	if (!*shop->config->base_url)
		return "";
	return arena_format(shop->arena, "%s%s", shop->config->base_url, path);
}

/* ---- tickets ---- */

/* "cancelled" as a sentence begins: "Cancelled". */
static const char *begin_word(struct arena *arena, const char *word)
{
	char *text = arena_copy(arena, word);

	*text = (char)toupper((unsigned char)*text);
	return text;
}

static struct sheet_ticket make_page(
    const struct shop *shop, const struct ticket *ticket, int64_t now)
{
	enum ticket_status status = ticket_status_at(ticket, now);

	return (struct sheet_ticket){
	    .code = ticket->code,
	    .pass = paper_pass(shop, ticket),
	    .holder = ticket->holder_name,
	    .tier = ticket->tier_name,
	    .seat = ticket->seat,
	    .status = begin_word(shop->arena, ticket_status_word(status)),
	    .is_void = !ticket_is_valid(ticket),
	    .price = ticket->price,
	};
}

/* R37 in a sentence, for the small print. */
static const char *refund_terms(struct arena *arena, const struct event *event)
{
	const struct refund_policy *policy = &event->refunds;

	return arena_format(arena,
	    "Cancelled %" PRId64 " days or more before the start, everything "
	    "comes back; %" PRId64 " days or more, %" PRId64
	    " %%; later, nothing. If we cancel the event, you get everything "
	    "back.",
	    policy->full_days, policy->part_days, policy->part_percent);
}

static const char *terms(const struct shop *shop, const struct event *event)
{
	return arena_format(shop->arena,
	    "This ticket admits one person, once. It can be given back or "
	    "passed on until the start, on its page; its code is then dead, "
	    "and a copy opens no door. %s",
	    refund_terms(shop->arena, event));
}

static struct ticket_sheet make_sheet(const struct shop *shop,
    const struct booking *booking, const struct event *event, int64_t now)
{
	const struct config *config = shop->config;
	bool is_online = event->venue.id == 0;

	return (struct ticket_sheet){
	    .font_directory = config_path(shop->arena, config, "fonts"),
	    .site = config->site_name,
	    .organiser = config->organiser,
	    .contact = config->contact,
	    .title = event->title,
	    .timezone = event->timezone,
	    .doors_at = is_online
		? 0
		: event->starts_at - event->doors_minutes * MINUTE,
	    .starts_at = event->starts_at,
	    .ends_at = event->ends_at,
	    .venue = event->venue.name,
	    .address = is_online ? event->online_url : event->venue.address,
	    .reference = booking->reference,
	    .buyer = booking->name,
	    .booking_status =
		begin_word(shop->arena, booking_state_word(booking->state)),
	    .total = money_of(0, booking->total.currency),
	    .terms = terms(shop, event),
	    .terms_url = site_url(shop, "/terms"),
	    .made_at = now,
	};
}

struct error *paper_write_tickets(const struct shop *shop,
    const struct booking *booking, const struct event *event,
    const struct ticket *only, const struct viewer *viewer, int64_t now,
    struct out *out)
{
	const struct ticket_list *tickets = &booking->tickets;
	struct ticket_sheet sheet = make_sheet(shop, booking, event, now);
	struct sheet_ticket *pages =
	    arena_array(shop->arena, tickets->count, sizeof(*pages));

	for (size_t i = 0; i < tickets->count; i++) {
		const struct ticket *ticket = &tickets->items[i];

		if ((only && ticket != only) ||
		    !ticket_is_theirs(ticket, viewer))
			continue;
		pages[sheet.ticket_count++] = make_page(shop, ticket, now);
		sheet.total.minor += ticket->price.minor;
	}
	if (sheet.ticket_count == 0)
		return fail(
		    STATE_ERROR, "This booking has no tickets to print");
	sheet.tickets = pages;
	return pdf_write_tickets(shop->arena, out, &sheet);
}

/* ---- calendars ---- */

/* What makes an id ours for all the world: the host of base_url. */
static const char *host_of(const struct shop *shop)
{
	const char *host = strstr(shop->config->base_url, "://");

	if (!host)
		return "campuspass";
	host += strlen("://");
	return arena_copy_bytes(shop->arena, host, strcspn(host, ":/"));
}

static const char *location_of(struct arena *arena, const struct event *event)
{
	const struct venue *venue = &event->venue;

	if (venue->id == 0)
		return "Online";
	return arena_format(arena, "%s%s%s", venue->name,
	    *venue->address ? ", " : "", venue->address);
}

/* What both calendars say; the event's version counts its changes. */
static struct ics_event make_entry(
    const struct shop *shop, const struct event *event)
{
	return (struct ics_event){
	    .uid = arena_format(
		shop->arena, "event-%" PRId64 "@%s", event->id, host_of(shop)),
	    .stamp_at = event->updated_at,
	    .sequence = event->version,
	    .starts_at = event->starts_at,
	    .ends_at = event->ends_at,
	    .is_cancelled = event->status == EVENT_CANCELLED,
	    .summary = event->title,
	    .description = event->summary,
	    .location = location_of(shop->arena, event),
	    .has_position = event->venue.has_location,
	    .latitude = event->venue.latitude,
	    .longitude = event->venue.longitude,
	    .url = site_url(
		shop, arena_format(shop->arena, "/events/%s", event->slug)),
	    .organiser = shop->config->organiser,
	    .organiser_email = shop->config->contact,
	};
}

static void write_entry(const struct ics_event *entry, struct out *out)
{
	const struct ics_calendar calendar = {
	    .name = entry->summary, .events = entry, .count = 1};

	ics_write(out, &calendar);
}

void paper_write_event_calendar(
    const struct shop *shop, const struct event *event, struct out *out)
{
	const struct ics_event entry = make_entry(shop, event);

	write_entry(&entry, out);
}

/* "2 tickets: A7, A8. Reference 7GQ2XK9MVT." */
static const char *describe(const struct shop *shop,
    const struct booking *booking, const struct ticket *only)
{
	struct out seats = {.arena = shop->arena};
	size_t count = 0;

	for (size_t i = 0; i < booking->tickets.count; i++) {
		const struct ticket *ticket = &booking->tickets.items[i];

		if (!ticket_is_valid(ticket) || (only && ticket != only))
			continue;
		count++;
		if (*ticket->seat)
			out_format(&seats, "%s%s", seats.length ? ", " : ": ",
			    ticket->seat);
	}
	return arena_format(shop->arena, "%zu ticket%s%s. Reference %s.", count,
	    count == 1 ? "" : "s", out_string(&seats), booking->reference);
}

int64_t paper_changes(const struct booking *booking, const struct ticket *only)
{
	const struct ticket_list *tickets = &booking->tickets;
	int64_t changes = 0;

	for (size_t i = 0; i < tickets->count; i++)
		if (!only || only == &tickets->items[i])
			changes += tickets->items[i].changes +
			    !ticket_is_valid(&tickets->items[i]);
	return changes;
}

void paper_write_booking_calendar(const struct shop *shop,
    const struct booking *booking, const struct event *event,
    const struct ticket *only, int64_t changes, struct out *out)
{
	struct ics_event entry = make_entry(shop, event);
	bool is_over =
	    only ? !ticket_is_valid(only) : booking->state == BOOKING_CANCELLED;
	int64_t ended_at = only ? only->ended_at : booking->ended_at;

	/* A ticket's code changes, its id stays. */
	entry.uid = only ? arena_format(shop->arena, "ticket-%" PRId64 "@%s",
			       only->id, host_of(shop))
			 : arena_format(shop->arena, "booking-%s@%s",
			       booking->reference, host_of(shop));
	/* It must count for more than what it was before. */
	entry.sequence += changes;
	if (entry.stamp_at < booking->confirmed_at)
		entry.stamp_at = booking->confirmed_at;
	if (is_over && entry.stamp_at < ended_at)
		entry.stamp_at = ended_at;
	entry.is_cancelled |= is_over;
	entry.description = describe(shop, booking, only);
	write_entry(&entry, out);
}
