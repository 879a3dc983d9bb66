#include "base/clock.h"
#include "base/log.h"
#include "base/text.h"
#include "booking/paper.h"
#include "mail/letter_parts.h"
#include "model/event.h"
#include "model/viewer.h"
#include "store/ticket_store.h"
#include <inttypes.h>

/* ---- the nouns, as they were when the mail was put into the outbox ---- */

static struct venue read_venue(const struct letter_source *source)
{
	const json_t *event = source->event;
	const json_t *position = json_object_get(event, "position");
	const char *name = letter_text(source, event, "venue");

	return (struct venue){
	    .id = *name != '\0',
	    .name = name,
	    .address = letter_text(source, event, "address"),
	    .has_location = position != NULL,
	    .latitude = json_number_value(json_array_get(position, 0)),
	    .longitude = json_number_value(json_array_get(position, 1)),
	};
}

static struct event read_event(const struct letter_source *source)
{
	const json_t *event = source->event;
	int64_t starts_at = json_member_number(event, "starts_at");
	bool is_off =
	    text_equal(json_member_text(event, "status"), "cancelled");

	return (struct event){
	    .id = json_member_number(event, "id"),
	    .slug = letter_text(source, event, "slug"),
	    .title = letter_text(source, event, "title"),
	    .summary = letter_text(source, event, "summary"),
	    .venue = read_venue(source),
	    .online_url = letter_text(source, event, "online_url"),
	    .timezone = letter_text(source, event, "timezone"),
	    .starts_at = starts_at,
	    .ends_at = json_member_number(event, "ends_at"),
	    .doors_minutes =
		(starts_at - json_member_number(event, "doors_at")) / MINUTE,
	    .status = is_off ? EVENT_CANCELLED : EVENT_PUBLISHED,
	    .refunds =
		{
		    .full_days = json_member_number(event, "full_days"),
		    .part_days = json_member_number(event, "part_days"),
		    .part_percent = json_member_number(event, "part_percent"),
		},
	    .version = json_member_number(event, "version"),
	    .updated_at = json_member_number(event, "updated_at"),
	};
}

static struct ticket_list read_tickets(const struct letter_source *source,
    const char *key, enum ticket_status status)
{
	const json_t *array = json_object_get(source->snapshot, key);
	size_t count = json_array_size(array);
	struct ticket *tickets =
	    arena_array(source->shop->arena, count, sizeof(*tickets));

	for (size_t i = 0; i < count; i++) {
		const json_t *ticket = json_array_get(array, i);

		tickets[i] = (struct ticket){
		    .id = json_member_number(ticket, "id"),
		    .event_id = json_member_number(source->event, "id"),
		    .tier_id = json_member_number(ticket, "tier_id"),
		    .code = letter_text(source, ticket, "code"),
		    .tier_name = letter_text(source, ticket, "tier"),
		    .holder_name = letter_text(source, ticket, "holder"),
		    .seat = letter_text(source, ticket, "seat"),
		    .status = status,
		    .price = letter_money(source, ticket, "price"),
		    .valid_until = json_member_number(source->event, "ends_at"),
		    .ended_at = source->mail->created_at,
		    .changes = json_member_number(ticket, "changes"),
		};
	}
	return (struct ticket_list){.items = tickets, .count = count};
}

static struct booking read_booking(const struct letter_source *source)
{
	const json_t *snapshot = source->snapshot;
	bool is_over =
	    text_equal(json_member_text(snapshot, "state"), "cancelled");

	return (struct booking){
	    .reference = letter_text(source, snapshot, "reference"),
	    .name = letter_text(source, snapshot, "buyer"),
	    .state = is_over ? BOOKING_CANCELLED : BOOKING_CONFIRMED,
	    .total = letter_money(source, snapshot, "total"),
	    .confirmed_at = json_member_number(snapshot, "confirmed_at"),
	    .ended_at = json_member_number(snapshot, "ended_at"),
	    .tickets = read_tickets(source, "tickets", TICKET_ACTIVE),
	};
}

/* ---- the files ---- */

static struct mail_attachment make_file(const struct letter_source *source,
    const char *suffix, const char *type, const struct out *out)
{
	return (struct mail_attachment){
	    .name = arena_format(source->shop->arena, "%s-%s.%s",
		letter_text(source, source->event, "slug"),
		letter_text(source, source->snapshot, "reference"), suffix),
	    .type = type,
	    .bytes = out->data,
	    .length = out->length,
	};
}

/* False when it cannot be had, for lack of fonts or of memory. */
static bool make_pdf(const struct letter_source *source,
    const struct event *event, const struct booking *booking,
    struct mail_attachment *file)
{
	const struct viewer nobody = {.role = ROLE_VISITOR, .browser = ""};
	struct out out = {.arena = source->shop->arena};
	struct error *error;

	if (booking->tickets.count == 0)
		return false;
	error = paper_write_tickets(source->shop, booking, event, NULL, &nobody,
	    source->mail->created_at, &out);
	if (error) {
		log_warn(
		    "mail %" PRId64 " goes without its PDF", source->mail->id);
		log_error(LOG_LEVEL_WARN, error);
		return false;
	}
	*file = make_file(source, "pdf", "application/pdf", &out);
	return true;
}

/*
 * The holder of one ticket has an entry of its own; the one in `ended` counts
 * as one change more than it had.
 */
static struct mail_attachment make_calendar(const struct letter_source *source,
    const struct event *event, const struct booking *booking)
{
	bool is_one = json_is_true(json_object_get(source->snapshot, "is_one"));
	int64_t changes = json_member_number(source->snapshot, "sequence");
	struct ticket_list tickets = booking->tickets;
	struct out out = {.arena = source->shop->arena};
	const struct ticket *only = NULL;

	if (tickets.count == 0)
		tickets = read_tickets(source, "ended", TICKET_CANCELLED);
	if (is_one && tickets.count > 0) {
		only = &tickets.items[0];
		changes = only->changes + (only->status == TICKET_CANCELLED);
	}
	paper_write_booking_calendar(
	    source->shop, booking, event, only, changes, &out);
	return make_file(source, "ics",
	    "text/calendar; charset=utf-8; method=PUBLISH", &out);
}

/* Whoever has passed on all their tickets has no visit to move. */
static bool is_moved(
    const struct letter_source *source, const struct booking *booking)
{
	return json_is_true(json_object_get(source->snapshot, "is_moved")) &&
	    booking->tickets.count > 0;
}

struct mail_attachment_list letter_files(const struct letter_source *source)
{
	enum {
		MOST = 2
	};
	unsigned wanted = source->kind->files;
	struct mail_attachment_list list = {.count = 0};
	struct mail_attachment *files =
	    arena_array(source->shop->arena, MOST, sizeof(*files));
	struct booking booking;
	struct event event;

	list.items = files;
	if (!wanted || !json_member_number(source->event, "id"))
		return list;
	event = read_event(source);
	booking = read_booking(source);
	if ((wanted & FILE_IF_MOVED) && !is_moved(source, &booking))
		return list;
	if (wanted & FILE_PDF)
		list.count += make_pdf(source, &event, &booking, files);
	if (wanted & FILE_CALENDAR)
		files[list.count++] = make_calendar(source, &event, &booking);
	return list;
}
