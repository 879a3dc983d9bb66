#include "mail/letter.h"

#include "base/clock.h"
#include "base/text.h"
#include "booking/refusal.h"
#include "mail/letter_parts.h"
#include "store/booking_store.h"
#include "store/user_store.h"
#include <string.h>

#define STATE(state) (1U << (state))

static const struct letter_kind kinds[] = {
    {
	.name = "confirmed",
	.title = "Your tickets",
	.states = STATE(BOOKING_CONFIRMED),
	.files = FILE_PDF | FILE_CALENDAR,
	.booking_text = view_mail_confirmed_text,
	.booking_html = view_mail_confirmed,
    },
    {
	.name = "offered",
	.title = "Places are free for you",
	.states = STATE(BOOKING_HELD),
	.path = "/book/{}/queue/{}",
	.booking_text = view_mail_offered_text,
	.booking_html = view_mail_offered,
    },
    {
	.name = "reserved",
	.title = "To be paid",
	/* Who tries to pay it online may not succeed. */
	.states = STATE(BOOKING_HELD) | STATE(BOOKING_PAYING),
	.booking_text = view_mail_reserved_text,
	.booking_html = view_mail_reserved,
    },
    {
	.name = "changed",
	.title = "Other seats",
	.states = STATE(BOOKING_CONFIRMED),
	.files = FILE_PDF | FILE_CALENDAR,
	.booking_text = view_mail_changed_text,
	.booking_html = view_mail_changed,
    },
    {
	.name = "cancelled",
	.title = "Cancelled tickets",
	.files = FILE_PDF | FILE_CALENDAR,
	.booking_text = view_mail_cancelled_text,
	.booking_html = view_mail_cancelled,
    },
    {
	.name = "refunded",
	.title = "Money back",
	.booking_text = view_mail_refunded_text,
	.booking_html = view_mail_refunded,
    },
    {
	.name = "ticket_given",
	.title = "Your ticket",
	.states = STATE(BOOKING_CONFIRMED),
	.files = FILE_PDF | FILE_CALENDAR,
	.booking_text = view_mail_ticket_given_text,
	.booking_html = view_mail_ticket_given,
    },
    {
	.name = "ticket_passed_on",
	.title = "You passed a ticket on",
	.booking_text = view_mail_ticket_passed_on_text,
	.booking_html = view_mail_ticket_passed_on,
    },
    {
	.name = "ticket_link",
	.title = "The way to your tickets",
	.booking_text = view_mail_ticket_link_text,
	.booking_html = view_mail_ticket_link,
    },
    {
	.name = "share",
	.title = "Somebody thought of you",
	.events_text = view_mail_share_text,
	.events_html = view_mail_share,
    },
    {
	.name = "promotion",
	.title = "What is on",
	.site_after = " at ",
	.events_text = view_mail_promotion_text,
	.events_html = view_mail_promotion,
    },
    {
	.name = "event_changed",
	.title = "Something has changed",
	.states = STATE(BOOKING_CONFIRMED) | STATE(BOOKING_HELD) |
	    STATE(BOOKING_PAYING),
	.files = FILE_PDF | FILE_CALENDAR | FILE_IF_MOVED,
	.event_text = view_mail_event_changed_text,
	.event_html = view_mail_event_changed,
    },
    {
	.name = "event_cancelled",
	.title = "Cancelled",
	.event_text = view_mail_event_cancelled_text,
	.event_html = view_mail_event_cancelled,
    },
    {
	.name = "verify_email",
	.title = "Confirm your email address",
	.site_after = " for ",
	.path = "/account/verify/{}",
	.account_text = view_mail_verify_email_text,
	.account_html = view_mail_verify_email,
    },
    {
	.name = "taken_email",
	.title = "You have an account",
	.site_after = " at ",
	.path = "/account/login",
	.account_text = view_mail_taken_email_text,
	.account_html = view_mail_taken_email,
    },
    {
	.name = "reset_password",
	.title = "Choose a new password",
	.site_after = " for ",
	.path = "/account/reset/{}",
	.account_text = view_mail_reset_password_text,
	.account_html = view_mail_reset_password,
    },
    {
	.name = "password_changed",
	.title = "Your password was changed",
	.site_after = " at ",
	.path = "/account/forgot",
	.account_text = view_mail_password_changed_text,
	.account_html = view_mail_password_changed,
    },
    {
	.name = "email_changed",
	.title = "Your email address was changed",
	.site_after = " at ",
	.path = "/account/login",
	.account_text = view_mail_email_changed_text,
	.account_html = view_mail_email_changed,
    },
};

/* ---- what the parts share ---- */

/* None of them has lines of its own, save a message. */
const char *letter_text(
    const struct letter_source *source, const json_t *object, const char *key)
{
	return mime_line(source->shop->arena, json_member_text(object, key));
}

struct money letter_money(
    const struct letter_source *source, const json_t *object, const char *key)
{
	return money_of(json_member_number(object, key),
	    letter_text(source, source->snapshot, "currency"));
}

/* An installation without an address is http://localhost. */
static const char *base_url(const struct config *config)
{
	return *config->base_url ? config->base_url : "http://localhost";
}

struct url letter_address(const struct letter_source *source, struct url path)
{
	return url_outside(source->shop->arena,
	    arena_format(source->shop->arena, "%s%s",
		base_url(source->shop->config), path.text));
}

/* ---- opening ---- */

static const char *make_subject(const struct letter_source *source)
{
	struct arena *arena = source->shop->arena;
	const struct letter_kind *kind = source->kind;

	if (kind->site_after)
		return arena_format(arena, "%s%s%s", kind->title,
		    kind->site_after, source->shop->config->site_name);
	return arena_format(arena, "%s: %s", kind->title,
	    letter_text(source, source->event, "title"));
}

/* NULL: there is none of that name. */
static const struct letter_kind *find_kind(const struct mail *mail)
{
	for (size_t i = 0; i < COUNT_OF(kinds); i++)
		if (text_equal(kinds[i].name, mail->kind))
			return &kinds[i];
	return NULL;
}

const char *letter_title(const struct mail *mail)
{
	const struct letter_kind *kind = find_kind(mail);

	return kind ? kind->title : mail->kind;
}

static struct error *open_source(const struct shop *shop,
    const struct mail *mail, struct letter_source *source)
{
	const struct letter_kind *kind = find_kind(mail);

	if (!kind)
		return fail(
		    VALIDATION_ERROR, "There is no letter \"%s\"", mail->kind);
	*source =
	    (struct letter_source){.shop = shop, .mail = mail, .kind = kind};
	json_use(shop->arena);
	source->snapshot = json_loads(mail->snapshot, 0, NULL);
	if (!json_is_object(source->snapshot))
		return fail(VALIDATION_ERROR, "The snapshot is damaged");
	source->event = json_object_get(source->snapshot, "event");
	source->subject = make_subject(source);
	return NULL;
}

/* ---- writing ---- */

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

/* Where mail programs end such mails with one click; "" none (RFC 8058). */
static const char *stop_address(const struct letter_source *source)
{
	const char *path = letter_text(source, source->snapshot, "stop");

	if (!*path)
		return "";
	return letter_address(source, url_inside(source->shop->arena, path))
	    .text;
}

struct error *letter_write(
    const struct shop *shop, const struct mail *mail, const char **message)
{
	const struct config *config = shop->config;
	struct out text = {.arena = shop->arena};
	struct out html = {.arena = shop->arena};
	struct out out = {.arena = shop->arena};
	struct letter_source source;
	struct mime_message mime;

	TRY(open_source(shop, mail, &source));
	source.files = letter_files(&source);
	letter_render(&source, &text, &html);
	mime = (struct mime_message){
	    .from = {.name = *config->organiser ? config->organiser
						: config->site_name,
		.address = sender_address(shop)},
	    .to = {.name = letter_person(&source, source.snapshot, "name"),
		.address = mail->recipient},
	    .reply_to = {.name = "", .address = config->contact},
	    .subject = source.subject,
	    .date = mail->created_at,
	    .id = mail->message_id,
	    .unsubscribe = stop_address(&source),
	    .text = out_string(&text),
	    .html = out_string(&html),
	    .attachments = source.files,
	};
	TRY(mime_write(shop->arena, &mime, &out));
	*message = mime_local(shop->arena, &out);
	return NULL;
}

/*
 * The keys in links open a booking or a place in the line to whoever has
 * them: they are the only words of so many capitals and digits.
 */
static void hide_keys(char *text)
{
	enum {
		SHORTEST = 20
	};

	while (*text) {
		size_t length =
		    strspn(text, "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ");

		if (length >= SHORTEST)
			memset(text, '*', length);
		text += length ? length : 1;
	}
}

struct error *letter_read(const struct shop *shop, const struct mail *mail,
    const char **title, const char **text)
{
	struct out plain = {.arena = shop->arena};
	struct out html = {.arena = shop->arena};
	struct letter_source source;

	TRY(open_source(shop, mail, &source));
	if (json_object_get(source.snapshot, "secret"))
		return fail(ACCESS_ERROR,
		    "This mail has a secret link, which is for its reader "
		    "alone.");
	letter_render(&source, &plain, &html);
	*title = source.subject;
	*text = out_string(&plain);
	hide_keys(plain.data);
	return NULL;
}

/* ---- is it worth it? ---- */

static struct error *check_booking(
    const struct letter_source *source, const char **reason)
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

/* Somebody may have changed their mind since it was put into the outbox. */
static struct error *check_wish(
    const struct letter_source *source, const char **reason)
{
	const struct shop *shop = source->shop;
	int64_t user_id = json_member_number(source->snapshot, "user_id");
	bool is_unwanted;
	struct user user;

	TRY(refusal_is_there(shop, source->mail->recipient, &is_unwanted));
	if (user_id) {
		TRY(user_store_find(shop->db, shop->arena, user_id, &user));
		is_unwanted |= user.promotions_at == 0 ||
		    !text_equal(user.email, source->mail->recipient);
	}
	if (is_unwanted)
		*reason = "Not sent: they want no such mails";
	return NULL;
}

struct error *letter_check(const struct shop *shop, const struct mail *mail,
    int64_t now, const char **reason)
{
	struct letter_source source;
	int64_t until;

	*reason = "";
	TRY(open_source(shop, mail, &source));
	until = json_member_number(source.snapshot, "valid_until");
	if (until > 0 && now >= until)
		*reason = "Not sent: what it offers has ended";
	else if (source.kind->states && mail->booking_id)
		TRY(check_booking(&source, reason));
	else if (source.kind->events_text)
		TRY(check_wish(&source, reason));
	return NULL;
}
