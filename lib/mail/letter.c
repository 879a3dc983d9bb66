#include "mail/letter.h"

#include "base/clock.h"
#include "base/text.h"
#include "booking/ticket.h"
#include "document/json.h"
#include "mail/mime.h"
#include "store/booking_store.h"
#include "views/views.h"
#include <ctype.h>
#include <string.h>

/* What a subject ends with. */
enum subject_end {
	SUBJECT_EVENT,
	SUBJECT_SITE,
};

#define STATE(state) (1U << (state))

/* A kind of letter: of a booking, an event, an account, with its views. */
struct letter_kind {
	const char *name;
	const char *subject; /* its beginning */
	enum subject_end end;
	unsigned states;  /* STATE()s of the booking it is good for; 0: any */
	const char *path; /* of its link; {} is replaced; NULL: the tickets */
	void (*booking_text)(struct out *, const struct mail_booking_view *);
	void (*booking_html)(struct out *, const struct mail_booking_view *);
	void (*event_text)(struct out *, const struct mail_event_view *);
	void (*event_html)(struct out *, const struct mail_event_view *);
	void (*account_text)(struct out *, const struct mail_account_view *);
	void (*account_html)(struct out *, const struct mail_account_view *);
};

static const struct letter_kind kinds[] = {
    {
	.name = "confirmed",
	.subject = "Your tickets: ",
	.end = SUBJECT_EVENT,
	.states = STATE(BOOKING_CONFIRMED),
	.booking_text = view_mail_confirmed_text,
	.booking_html = view_mail_confirmed,
    },
    {
	.name = "offered",
	.subject = "Places are free for you: ",
	.end = SUBJECT_EVENT,
	.states = STATE(BOOKING_HELD),
	.path = "/book/{}/queue/{}",
	.booking_text = view_mail_offered_text,
	.booking_html = view_mail_offered,
    },
    {
	.name = "event_changed",
	.subject = "Something has changed: ",
	.end = SUBJECT_EVENT,
	.states = STATE(BOOKING_CONFIRMED),
	.event_text = view_mail_event_changed_text,
	.event_html = view_mail_event_changed,
    },
    {
	.name = "event_cancelled",
	.subject = "Cancelled: ",
	.end = SUBJECT_EVENT,
	.event_text = view_mail_event_cancelled_text,
	.event_html = view_mail_event_cancelled,
    },
    {
	.name = "verify_email",
	.subject = "Confirm your email address for ",
	.end = SUBJECT_SITE,
	.path = "/account/verify/{}",
	.account_text = view_mail_verify_email_text,
	.account_html = view_mail_verify_email,
    },
    {
	.name = "taken_email",
	.subject = "You have an account at ",
	.end = SUBJECT_SITE,
	.path = "/account/login",
	.account_text = view_mail_taken_email_text,
	.account_html = view_mail_taken_email,
    },
    {
	.name = "reset_password",
	.subject = "Choose a new password for ",
	.end = SUBJECT_SITE,
	.path = "/account/reset/{}",
	.account_text = view_mail_reset_password_text,
	.account_html = view_mail_reset_password,
    },
    {
	.name = "password_changed",
	.subject = "Your password was changed at ",
	.end = SUBJECT_SITE,
	.path = "/account/forgot",
	.account_text = view_mail_password_changed_text,
	.account_html = view_mail_password_changed,
    },
    {
	.name = "email_changed",
	.subject = "Your email address was changed at ",
	.end = SUBJECT_SITE,
	.path = "/account/login",
	.account_text = view_mail_email_changed_text,
	.account_html = view_mail_email_changed,
    },
};

/* What a letter is made of. */
struct source {
	const struct shop *shop;
	const struct mail *mail;
	const struct letter_kind *kind;
	const json_t *snapshot;
	const json_t *event; /* within it; NULL: none */
};

static struct error *open_source(
    const struct shop *shop, const struct mail *mail, struct source *source)
{
	*source = (struct source){.shop = shop, .mail = mail};
	for (size_t i = 0; i < COUNT_OF(kinds); i++)
		if (text_equal(kinds[i].name, mail->kind))
			source->kind = &kinds[i];
	if (!source->kind)
		return fail(
		    VALIDATION_ERROR, "There is no letter \"%s\"", mail->kind);
	json_use(shop->arena);
	source->snapshot = json_loads(mail->snapshot, 0, NULL);
	if (!json_is_object(source->snapshot))
		return fail(VALIDATION_ERROR, "The snapshot is damaged");
	source->event = json_object_get(source->snapshot, "event");
	return NULL;
}

/* A text of the snapshot; none has lines of its own. */
static const char *text_at(
    const struct source *source, const json_t *object, const char *key)
{
	return mime_line(source->shop->arena, json_member_text(object, key));
}

/* ---- addresses ---- */

static const char *base_url(const struct config *config)
{
	return *config->base_url ? config->base_url : "http://localhost";
}

static struct url absolute(const struct source *source, struct url path)
{
	return url_outside(source->shop->arena,
	    arena_format(source->shop->arena, "%s%s",
		base_url(source->shop->config), path.text));
}

/* noreply@tickets.example.org, of https://tickets.example.org:8443/shop. */
static const char *sender_address(const struct shop *shop)
{
	const struct config *config = shop->config;
	const char *host;

	if (*config->mail_from)
		return config->mail_from;
	if (*config->contact)
		return config->contact;
	host = strstr(base_url(config), "://") + strlen("://");
	return arena_format(
	    shop->arena, "noreply@%.*s", (int)strcspn(host, ":/"), host);
}

/* ---- what the views take ---- */

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

static const char *greeted_name(const struct source *source)
{
	const char *name = text_at(source, source->snapshot, "name");

	return looks_like_address(name) ? "" : name;
}

static const char *subject(const struct source *source)
{
	const char *end = source->kind->end == SUBJECT_EVENT
	    ? text_at(source, source->event, "title")
	    : source->shop->config->site_name;

	return arena_format(
	    source->shop->arena, "%s%s", source->kind->subject, end);
}

static struct mail_view make_frame(const struct source *source)
{
	const struct config *config = source->shop->config;
	struct arena *arena = source->shop->arena;

	return (struct mail_view){
	    .subject = subject(source),
	    .site_name = config->site_name,
	    .organiser = config->organiser,
	    .contact = config->contact,
	    .contact_url = url_outside(
		arena, arena_format(arena, "mailto:%s", config->contact)),
	    .home = absolute(source, url_local(arena, "/")),
	};
}

static struct money amount(
    const struct source *source, const json_t *object, const char *key)
{
	return money_of(json_member_number(object, key),
	    text_at(source, source->snapshot, "currency"));
}

static struct mail_line_list make_lines(const struct source *source)
{
	const json_t *array = json_object_get(source->snapshot, "lines");
	size_t count = json_array_size(array);
	struct mail_line *lines =
	    arena_array(source->shop->arena, count, sizeof(*lines));

	for (size_t i = 0; i < count; i++) {
		const json_t *line = json_array_get(array, i);

		lines[i] = (struct mail_line){
		    .quantity = json_member_number(line, "quantity"),
		    .tier = text_at(source, line, "tier"),
		    .seat = text_at(source, line, "seat"),
		    .subtotal = amount(source, line, "price"),
		};
		lines[i].subtotal.minor *= lines[i].quantity;
	}
	return (struct mail_line_list){.items = lines, .count = count};
}

static struct mail_ticket_list make_tickets(const struct source *source)
{
	const json_t *array = json_object_get(source->snapshot, "tickets");
	size_t count = json_array_size(array);
	struct mail_ticket *tickets =
	    arena_array(source->shop->arena, count, sizeof(*tickets));

	for (size_t i = 0; i < count; i++) {
		const json_t *ticket = json_array_get(array, i);

		tickets[i] = (struct mail_ticket){
		    .code = text_at(source, ticket, "code"),
		    .tier = text_at(source, ticket, "tier"),
		    .seat = text_at(source, ticket, "seat"),
		    .holder = text_at(source, ticket, "holder"),
		};
	}
	return (struct mail_ticket_list){.items = tickets, .count = count};
}

static struct when event_when(
    const struct source *source, int64_t at, enum when_style style)
{
	return (struct when){
	    .at = at,
	    .zone = text_at(source, source->event, "timezone"),
	    .style = style,
	};
}

/* The booking's page, opened by a key; or the place in the waiting list. */
static struct url booking_link(const struct source *source)
{
	struct arena *arena = source->shop->arena;

	if (!source->kind->path)
		return url_outside(arena,
		    ticket_link(source->shop,
			text_at(source, source->snapshot, "reference"), NULL));
	return absolute(source,
	    url_local(arena, source->kind->path,
		text_at(source, source->event, "slug"),
		text_at(source, source->snapshot, "key")));
}

/* The booking's; of somebody it was passed on to, their ticket's alone. */
static struct url tickets_link(const struct source *source)
{
	const char *code = text_at(source, source->snapshot, "code");

	return url_outside(source->shop->arena,
	    ticket_link(source->shop,
		text_at(source, source->snapshot, "reference"),
		*code ? code : NULL));
}

static struct mail_booking_view make_booking(const struct source *source)
{
	const json_t *event = source->event;
	struct money total = amount(source, source->snapshot, "total");

	return (struct mail_booking_view){
	    .mail = make_frame(source),
	    .name = greeted_name(source),
	    .event = text_at(source, event, "title"),
	    .starts = event_when(
		source, json_member_number(event, "starts_at"), WHEN_LONG),
	    .doors = event_when(
		source, json_member_number(event, "doors_at"), WHEN_TIME),
	    .venue = text_at(source, event, "venue"),
	    .address = text_at(source, event, "address"),
	    .online_url = url_outside(
		source->shop->arena, text_at(source, event, "online_url")),
	    .reference = text_at(source, source->snapshot, "reference"),
	    .lines = make_lines(source),
	    .total = total,
	    .is_free = total.minor == 0,
	    .tickets = make_tickets(source),
	    .link = booking_link(source),
	    .until = event_when(source,
		json_member_number(source->snapshot, "until"), WHEN_LONG),
	};
}

static struct mail_change_list make_changes(const struct source *source)
{
	const json_t *array = json_object_get(source->snapshot, "changes");
	size_t count = json_array_size(array);
	struct mail_change *changes =
	    arena_array(source->shop->arena, count, sizeof(*changes));

	for (size_t i = 0; i < count; i++) {
		const json_t *change = json_array_get(array, i);

		changes[i] = (struct mail_change){
		    .label = text_at(source, change, "label"),
		    .before = text_at(source, change, "before"),
		    .after = text_at(source, change, "after"),
		};
	}
	return (struct mail_change_list){.items = changes, .count = count};
}

static struct mail_event_view make_event(const struct source *source)
{
	const json_t *event = source->event;
	const char *venue = text_at(source, event, "venue");
	int64_t until = json_member_number(source->snapshot, "refund_until");
	struct money refund = amount(source, source->snapshot, "refund");

	return (struct mail_event_view){
	    .mail = make_frame(source),
	    .name = greeted_name(source),
	    .event = text_at(source, event, "title"),
	    .starts = event_when(
		source, json_member_number(event, "starts_at"), WHEN_LONG),
	    .place = *venue ? venue : "Online",
	    .reference = text_at(source, source->snapshot, "reference"),
	    .changes = make_changes(source),
	    .has_refund = refund.minor > 0,
	    .refund = refund,
	    .has_until = until > 0,
	    .refund_until = event_when(source, until, WHEN_LONG),
	    .link = tickets_link(source),
	};
}

static struct mail_account_view make_account(const struct source *source)
{
	int64_t until = json_member_number(source->snapshot, "until");

	return (struct mail_account_view){
	    .mail = make_frame(source),
	    .name = greeted_name(source),
	    .email = source->mail->recipient,
	    .link = absolute(source,
		url_local(source->shop->arena, source->kind->path,
		    text_at(source, source->snapshot, "secret"))),
	    .has_until = until > 0,
	    .until = {.at = until,
		.zone = source->shop->config->timezone,
		.style = WHEN_LONG},
	};
}

/* ---- writing ---- */

static void render(
    const struct source *source, struct out *text, struct out *html)
{
	if (source->kind->booking_text) {
		struct mail_booking_view view = make_booking(source);

		source->kind->booking_text(text, &view);
		source->kind->booking_html(html, &view);
	} else if (source->kind->event_text) {
		struct mail_event_view view = make_event(source);

		source->kind->event_text(text, &view);
		source->kind->event_html(html, &view);
	} else {
		struct mail_account_view view = make_account(source);

		source->kind->account_text(text, &view);
		source->kind->account_html(html, &view);
	}
}

struct error *letter_write(
    const struct shop *shop, const struct mail *mail, const char **message)
{
	const struct config *config = shop->config;
	struct out text = {.arena = shop->arena};
	struct out html = {.arena = shop->arena};
	struct out out = {.arena = shop->arena};
	struct mime_message mime;
	struct source source;

	TRY(open_source(shop, mail, &source));
	render(&source, &text, &html);
	mime = (struct mime_message){
	    .from = {.name = *config->organiser ? config->organiser
						: config->site_name,
		.address = sender_address(shop)},
	    .to = {.name = text_at(&source, source.snapshot, "name"),
		.address = mail->recipient},
	    .reply_to = {.name = "", .address = config->contact},
	    .subject = subject(&source),
	    .date = mail->created_at,
	    .id = mail->message_id,
	    .unsubscribe = "",
	    .text = out_string(&text),
	    .html = out_string(&html),
	};
	TRY(mime_write(shop->arena, &mime, &out));
	*message = mime_local(shop->arena, &out);
	return NULL;
}

/* ---- is it worth it? ---- */

static struct error *check_booking(
    const struct source *source, const char **reason)
{
	struct booking booking;

	TRY(booking_store_find_id(source->shop->db, source->shop->arena,
	    source->mail->booking_id, &booking));
	if (!(source->kind->states & STATE(booking.state)))
		*reason = arena_format(source->shop->arena,
		    "Not sent: the booking is %s by now",
		    booking_state_word(booking.state));
	return NULL;
}

struct error *letter_check(const struct shop *shop, const struct mail *mail,
    int64_t now, const char **reason)
{
	struct source source;
	int64_t until;

	*reason = "";
	TRY(open_source(shop, mail, &source));
	until = json_member_number(source.snapshot, "valid_until");
	if (until > 0 && now >= until)
		*reason = "Not sent: what it offers has ended";
	else if (source.kind->states && mail->booking_id)
		TRY(check_booking(&source, reason));
	return NULL;
}
