#include "base/text.h"
#include "booking/ticket.h"
#include "mail/letter_parts.h"
#include <ctype.h>
#include <string.h>

/*
 * Would a mail program make a link of it? Anybody can have a mail sent to a
 * stranger under a name of their choice: such a name is not repeated.
 */
static bool looks_like_address(const char *name)
{
	for (const char *at = name; *at; at++) {
		if (strchr("/:@", *at))
			return true;
		if (*at == '.' && isalnum((unsigned char)at[1]) &&
		    isalnum((unsigned char)at[2]))
			return true;
	}
	return false;
}

const char *letter_person(
    const struct letter_source *source, const json_t *object, const char *key)
{
	const char *name = letter_text(source, object, key);

	return looks_like_address(name) ? "" : name;
}

static const char *person_name(
    const struct letter_source *source, const char *key)
{
	return letter_person(source, source->snapshot, key);
}

static struct mail_view make_frame(const struct letter_source *source)
{
	const struct config *config = source->shop->config;
	struct arena *arena = source->shop->arena;

	return (struct mail_view){
	    .subject = source->subject,
	    .site_name = config->site_name,
	    .organiser = config->organiser,
	    .contact = config->contact,
	    .contact_url = url_outside(
		arena, arena_format(arena, "mailto:%s", config->contact)),
	    .home = letter_address(source, url_local(arena, "/")),
	};
}

/* ---- about a booking or a ticket ---- */

static struct mail_line_list make_lines(const struct letter_source *source)
{
	const json_t *array = json_object_get(source->snapshot, "lines");
	size_t count = json_array_size(array);
	struct mail_line *lines =
	    arena_array(source->shop->arena, count, sizeof(*lines));

	for (size_t i = 0; i < count; i++) {
		const json_t *line = json_array_get(array, i);

		lines[i] = (struct mail_line){
		    .quantity = json_member_number(line, "quantity"),
		    .tier = letter_text(source, line, "tier"),
		    .seat = letter_text(source, line, "seat"),
		    .subtotal = letter_money(source, line, "price"),
		};
		lines[i].subtotal.minor *= lines[i].quantity;
	}
	return (struct mail_line_list){.items = lines, .count = count};
}

static struct mail_ticket_list make_tickets(
    const struct letter_source *source, const char *key)
{
	const json_t *array = json_object_get(source->snapshot, key);
	size_t count = json_array_size(array);
	struct mail_ticket *tickets =
	    arena_array(source->shop->arena, count, sizeof(*tickets));

	for (size_t i = 0; i < count; i++) {
		const json_t *ticket = json_array_get(array, i);

		tickets[i] = (struct mail_ticket){
		    .code = letter_text(source, ticket, "code"),
		    .tier = letter_text(source, ticket, "tier"),
		    .seat = letter_text(source, ticket, "seat"),
		    .holder = letter_person(source, ticket, "holder"),
		};
	}
	return (struct mail_ticket_list){.items = tickets, .count = count};
}

static struct mail_move_list make_moves(const struct letter_source *source)
{
	const json_t *array = json_object_get(source->snapshot, "moves");
	size_t count = json_array_size(array);
	struct mail_move *moves =
	    arena_array(source->shop->arena, count, sizeof(*moves));

	for (size_t i = 0; i < count; i++) {
		const json_t *move = json_array_get(array, i);

		moves[i] = (struct mail_move){
		    .from = letter_text(source, move, "from"),
		    .to = letter_text(source, move, "to"),
		};
	}
	return (struct mail_move_list){.items = moves, .count = count};
}

/* A moment that stands in `holder`, by the clocks of an event's place. */
static struct when event_when(const struct letter_source *source,
    const json_t *event, const json_t *holder, const char *key,
    enum when_style style)
{
	return (struct when){
	    .at = json_member_number(holder, key),
	    .zone = letter_text(source, event, "timezone"),
	    .style = style,
	};
}

/* The way to an online event is there for tickets alone. */
static struct url make_online_url(const struct letter_source *source)
{
	const json_t *tickets = json_object_get(source->snapshot, "tickets");

	if (json_array_size(tickets) == 0)
		return (struct url){""};
	return url_outside(source->shop->arena,
	    letter_text(source, source->event, "online_url"));
}

static struct mail_occasion_view make_occasion(
    const struct letter_source *source)
{
	const json_t *event = source->event;

	return (struct mail_occasion_view){
	    .title = letter_text(source, event, "title"),
	    .starts = event_when(source, event, event, "starts_at", WHEN_LONG),
	    .doors = event_when(source, event, event, "doors_at", WHEN_TIME),
	    .venue = letter_text(source, event, "venue"),
	    .address = letter_text(source, event, "address"),
	    .online_url = make_online_url(source),
	};
}

/* With a key, so that a guest can follow it from any browser (R34). */
static struct url ticket_address(const struct letter_source *source)
{
	const char *reference =
	    letter_text(source, source->snapshot, "reference");
	const char *code = letter_text(source, source->snapshot, "code");

	return url_outside(source->shop->arena,
	    ticket_link(source->shop, reference, *code ? code : NULL));
}

/*
 * The place in the waiting list; else the booking's page, or the ticket's.
 * Who is told of one ticket, and not its code, has no business there.
 */
static struct url booking_link(const struct letter_source *source)
{
	const json_t *snapshot = source->snapshot;

	if (source->kind->path)
		return letter_address(source,
		    url_local(source->shop->arena, source->kind->path,
			letter_text(source, source->event, "slug"),
			letter_text(source, snapshot, "key")));
	if (json_is_true(json_object_get(snapshot, "is_one")) &&
	    !*letter_text(source, snapshot, "code"))
		return (struct url){""};
	return ticket_address(source);
}

static struct mail_booking_view make_booking(const struct letter_source *source)
{
	const json_t *snapshot = source->snapshot;
	struct money total = letter_money(source, snapshot, "total");
	struct money refund = letter_money(source, snapshot, "refund");

	return (struct mail_booking_view){
	    .mail = make_frame(source),
	    .name = person_name(source, "name"),
	    .occasion = make_occasion(source),
	    .reference = letter_text(source, snapshot, "reference"),
	    .lines = make_lines(source),
	    .total = total,
	    .is_free = total.minor == 0,
	    .tickets = make_tickets(source, "tickets"),
	    .has_files = source->files.count > 0,
	    .ended = make_tickets(source, "ended"),
	    .is_all = json_is_true(json_object_get(snapshot, "is_all")),
	    .was_reserved =
		json_is_true(json_object_get(snapshot, "is_reserved")),
	    .moves = make_moves(source),
	    .has_refund = refund.minor > 0,
	    .refund = refund,
	    .amount = letter_money(source, snapshot, "amount"),
	    .reason = letter_text(source, snapshot, "reason"),
	    .giver = person_name(source, "giver"),
	    .holder = person_name(source, "holder"),
	    .tier = letter_text(source, snapshot, "tier"),
	    .seat = letter_text(source, snapshot, "seat"),
	    .is_new = json_is_true(json_object_get(snapshot, "is_new")),
	    .link = booking_link(source),
	    .until =
		event_when(source, source->event, snapshot, "until", WHEN_LONG),
	    .details = letter_text(source, snapshot, "details"),
	    .is_online = json_is_true(json_object_get(snapshot, "is_online")),
	};
}

/* ---- about what happens to somebody's event ---- */

static struct mail_change_list make_changes(const struct letter_source *source)
{
	const json_t *array = json_object_get(source->snapshot, "changes");
	size_t count = json_array_size(array);
	struct mail_change *changes =
	    arena_array(source->shop->arena, count, sizeof(*changes));

	for (size_t i = 0; i < count; i++) {
		const json_t *change = json_array_get(array, i);

		changes[i] = (struct mail_change){
		    .label = letter_text(source, change, "label"),
		    .before = letter_text(source, change, "before"),
		    .after = letter_text(source, change, "after"),
		};
	}
	return (struct mail_change_list){.items = changes, .count = count};
}

static struct mail_event_view make_event(const struct letter_source *source)
{
	const json_t *snapshot = source->snapshot;
	const char *venue = letter_text(source, source->event, "venue");
	struct money refund = letter_money(source, snapshot, "refund");
	struct when until = event_when(
	    source, source->event, snapshot, "refund_until", WHEN_LONG);

	return (struct mail_event_view){
	    .has_files = source->files.count > 0,
	    .mail = make_frame(source),
	    .name = person_name(source, "name"),
	    .event = letter_text(source, source->event, "title"),
	    .starts = event_when(
		source, source->event, source->event, "starts_at", WHEN_LONG),
	    .place = *venue ? venue : "Online",
	    .reference = letter_text(source, snapshot, "reference"),
	    .was_reserved =
		json_is_true(json_object_get(snapshot, "is_reserved")),
	    .changes = make_changes(source),
	    .has_refund = refund.minor > 0,
	    .refund = refund,
	    .has_until = until.at > 0,
	    .refund_until = until,
	    .link = ticket_address(source),
	};
}

/* ---- about events to come ---- */

static struct mail_card make_card(
    const struct letter_source *source, const json_t *event)
{
	const char *venue = letter_text(source, event, "venue");
	struct arena *arena = source->shop->arena;

	return (struct mail_card){
	    .title = letter_text(source, event, "title"),
	    .summary = letter_text(source, event, "summary"),
	    .starts = event_when(source, event, event, "starts_at", WHEN_LONG),
	    .place = *venue ? venue : "Online",
	    .url = letter_address(source,
		url_local(
		    arena, "/events/{}", letter_text(source, event, "slug"))),
	};
}

/* One of a letter about one event, else those that it lists. */
static struct mail_card_list make_cards(const struct letter_source *source)
{
	const json_t *array = json_object_get(source->snapshot, "events");
	size_t count = source->event ? 1 : json_array_size(array);
	struct mail_card *cards =
	    arena_array(source->shop->arena, count, sizeof(*cards));

	for (size_t i = 0; i < count; i++)
		cards[i] = make_card(source,
		    source->event ? source->event : json_array_get(array, i));
	return (struct mail_card_list){.items = cards, .count = count};
}

/* Quoted line by line, so that none of it can pass for the letter's own. */
static struct mail_quote_list make_message(const struct letter_source *source)
{
	struct arena *arena = source->shop->arena;
	char *rest =
	    arena_copy(arena, json_member_text(source->snapshot, "message"));
	struct mail_quote *lines =
	    arena_array(arena, strlen(rest) + 1, sizeof(*lines));
	size_t count = 0;

	while (rest && *rest)
		lines[count++].line = mime_line(arena, strsep(&rest, "\n"));
	return (struct mail_quote_list){.items = lines, .count = count};
}

static struct mail_events_view make_events(const struct letter_source *source)
{
	struct arena *arena = source->shop->arena;

	return (struct mail_events_view){
	    .mail = make_frame(source),
	    .name = person_name(source, "name"),
	    .sender = person_name(source, "sender"),
	    .message = make_message(source),
	    .events = make_cards(source),
	    .stop = letter_address(source,
		url_inside(
		    arena, letter_text(source, source->snapshot, "stop"))),
	};
}

/* ---- about an account ---- */

static struct mail_account_view make_account(const struct letter_source *source)
{
	int64_t until = json_member_number(source->snapshot, "until");

	return (struct mail_account_view){
	    .mail = make_frame(source),
	    .name = person_name(source, "name"),
	    .email = source->mail->recipient,
	    .link = letter_address(source,
		url_local(source->shop->arena, source->kind->path,
		    letter_text(source, source->snapshot, "secret"))),
	    .has_until = until > 0,
	    .until = {.at = until,
		.zone = source->shop->config->timezone,
		.style = WHEN_LONG},
	};
}

void letter_render(
    const struct letter_source *source, struct out *text, struct out *html)
{
	const struct letter_kind *kind = source->kind;

	if (kind->booking_text) {
		struct mail_booking_view view = make_booking(source);

		kind->booking_text(text, &view);
		kind->booking_html(html, &view);
	} else if (kind->event_text) {
		struct mail_event_view view = make_event(source);

		kind->event_text(text, &view);
		kind->event_html(html, &view);
	} else if (kind->events_text) {
		struct mail_events_view view = make_events(source);

		kind->events_text(text, &view);
		kind->events_html(html, &view);
	} else {
		struct mail_account_view view = make_account(source);

		kind->account_text(text, &view);
		kind->account_html(html, &view);
	}
}
