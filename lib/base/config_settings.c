/*
 * The keys of campuspass.conf: their defaults, bounds and help; see config.h.
 */
#include "base/clock.h"
#include "base/config_parts.h"
#include "base/money.h"
#include "base/out.h"
#include "base/slug.h"
#include "base/text.h"
#include <string.h>

/* ---- the keys ---- */

enum setting_type {
	SETTING_TEXT,
	SETTING_NUMBER,
};

/* One key of campuspass.conf. */
struct setting {
	const char *key;
	enum setting_type type;
	size_t offset;       /* of the member in struct config */
	const char *value;   /* default */
	int64_t least, most; /* bounds of a number */
	bool (*is_valid)(const char *value); /* of a text; NULL: anything */
	const char *help;                    /* what the file says above it */
};

static bool is_base_url(const char *value)
{
	size_t length = strlen(value);

	if (length == 0)
		return true;
	return (text_starts_with(value, "http://") ||
		   text_starts_with(value, "https://")) &&
	    value[length - 1] != '/';
}

static bool is_journal_mode(const char *value)
{
	return text_equal(value, "wal") || text_equal(value, "truncate");
}

static bool is_yes_or_no(const char *value)
{
	return text_equal(value, "yes") || text_equal(value, "no");
}

/* Written as it is kept, so that nothing has to be mended later. */
static bool is_email_or_empty(const char *value)
{
	struct arena arena = ARENA_EMPTY;
	const char *reason;
	char *email;
	bool is_valid = *value == '\0' ||
	    (text_email(&arena, value, &email, &reason) && *value != '-');

	arena_close(&arena);
	return is_valid;
}

/* A program is named by its whole path: nothing is searched. */
static bool is_command_or_empty(const char *value)
{
	return *value == '\0' || *value == '/';
}

static bool is_slug_or_empty(const char *value)
{
	return *value == '\0' || slug_is_valid(value);
}

static bool is_not_empty(const char *value)
{
	return *value != '\0';
}

#define TEXT(member) SETTING_TEXT, offsetof(struct config, member)
#define NUMBER(member) SETTING_NUMBER, offsetof(struct config, member)

static const struct setting settings[] = {
    {"site_name", TEXT(site_name), "CampusPass", 0, 0, is_not_empty,
	"Name of the site, in every page's title."},
    {"organiser", TEXT(organiser), "", 0, 0, NULL,
	"Who sells the tickets: shown in the footer and on tickets."},
    {"contact", TEXT(contact), "", 0, 0, is_email_or_empty,
	"Email address for visitors' questions."},
    {"base_url", TEXT(base_url), "", 0, 0, is_base_url,
	"Public address without a slash at its end, for links in mails and\n"
	"# for gateways: https://tickets.example.org. Cookies are marked Secure\n"
	"# when it begins with https."},
    {"timezone", TEXT(timezone), "UTC", 0, 0, clock_is_zone,
	"Time zone of new events and of reports: Europe/Berlin."},
    {"currency", TEXT(currency), "USD", 0, 0, money_is_currency,
	"Currency of new events, an ISO 4217 code."},
    {"terms_file", TEXT(terms_file), "", 0, 0, NULL,
	"File in this directory with the terms of sale, in Markdown. Empty:\n"
	"# the terms that come with CampusPass."},
    {"hold_minutes", NUMBER(hold_minutes), "10", 1, 1440, NULL,
	"How many minutes places are held while somebody pays."},
    {"extend_minutes", NUMBER(extend_minutes), "10", 1, 1440, NULL,
	"What a click on \"I need more time\" adds."},
    {"extend_limit", NUMBER(extend_limit), "3", 0, 100, NULL,
	"How often a hold can be extended."},
    {"gateways", TEXT(gateways), "campuspay", 0, 0, NULL,
	"Payment gateways, in the order of the checkout page, with blanks\n"
	"# between: paypal, campuspay and campuspay_page (simulations for demos:\n"
	"# they move no money), later (by transfer or at the box office; the staff\n"
	"# mark it paid). Empty: later alone."},
    {"paypal_url", TEXT(paypal_url), "https://api-m.paypal.com", 0, 0,
	is_base_url,
	"Address of PayPal's API; https://api-m.sandbox.paypal.com for trying."},
    {"paypal_client", TEXT(paypal_client), "", 0, 0, NULL,
	"Client id of your PayPal app."},
    {"paypal_secret", TEXT(paypal_secret), "", 0, 0, NULL, "Its secret."},
    {"paypal_webhook", TEXT(paypal_webhook), "", 0, 0, NULL,
	"Id of the webhook that calls BASE_URL/checkout/hook/paypal."},
    {"queue_event", TEXT(queue_event), "", 0, 0, is_slug_or_empty,
	"The event whose waiting list the queue calls of the API serve."},
    {"queue_open", TEXT(queue_open), "no", 0, 0, is_yes_or_no,
	"yes: everybody may process and cancel everybody's entries through\n"
	"# the queue calls, and sees full names. For demos."},
    {"later_hours", NUMBER(later_hours), "72", 1, 2160, NULL,
	"How many hours places are reserved for buyers who pay later."},
    {"later_details", TEXT(later_details), "", 0, 0, NULL,
	"What such buyers are told: bank account, hours of the box office."},
    {"offer_minutes", NUMBER(offer_minutes), "120", 1, 10080, NULL,
	"How many minutes an offer of the waiting list lasts."},
    {"quiet_from", NUMBER(quiet_from), "22", 0, 23, NULL,
	"Hour from which, at night, the time of offers stands still."},
    {"quiet_to", NUMBER(quiet_to), "8", 0, 23, NULL,
	"Hour at which it goes on. The same hour twice: no quiet hours."},
    {"map_url", TEXT(map_url),
	"https://www.openstreetmap.org/?mlat={latitude}&mlon={longitude}"
	"#map=17/{latitude}/{longitude}",
	0, 0, NULL, "Where \"Show on a map\" leads."},
    {"trusted_proxies", TEXT(trusted_proxies), "", 0, 0, NULL,
	"Addresses of proxies whose X-Forwarded-For is believed, blanks\n"
	"# between them."},
    {"sendmail", TEXT(sendmail), "", 0, 0, is_command_or_empty,
	"Program that takes mail, with arguments if need be:\n"
	"# /usr/sbin/sendmail. It is given -t and -i. Empty: mail waits in the\n"
	"# outbox."},
    {"mail_from", TEXT(mail_from), "", 0, 0, is_email_or_empty,
	"Address that mails come from. Empty: contact, else noreply@ the host\n"
	"# of base_url."},
    {"envelope_from", TEXT(envelope_from), "", 0, 0, is_email_or_empty,
	"Address that mails which cannot be delivered go back to. Empty: what\n"
	"# the mail program chooses."},
    {"mail_per_hour", NUMBER(mail_per_hour), "0", 0, 1000000, NULL,
	"Most mails in an hour, where the host allows so many; the rest waits.\n"
	"# 0: no limit."},
    {"mail_keep_days", NUMBER(mail_keep_days), "365", 0, 36500, NULL,
	"How many days what was sent stays in the outbox; what was not sent\n"
	"# always stays. 0: for ever."},
    {"promotion_weekday", NUMBER(promotion_weekday), "0", 0, 7, NULL,
	"Day of the week on which those who asked for it get a mail about\n"
	"# coming events: 1 Monday ... 7 Sunday. 0: never."},
    {"journal_mode", TEXT(journal_mode), "wal", 0, 0, is_journal_mode,
	"wal, or truncate where this directory is on a network file system."},
    {"admin_email", TEXT(admin_email), "", 0, 0, NULL,
	"The first admin, made by init or migrate while there is none. Or set\n"
	"# ADMIN_EMAIL, ADMIN_USERNAME and ADMIN_PASSWORD in the environment, or\n"
	"# use: campuspass user add --role admin. Remove the password afterwards."},
    {"admin_username", TEXT(admin_username), "", 0, 0, NULL,
	"The first admin's user name."},
    {"admin_password", TEXT(admin_password), "", 0, 0, NULL,
	"The first admin's password."},
    {"limits", TEXT(limits), "yes", 0, 0, is_yes_or_no,
	"no: nobody is told to slow down. For measuring and for demos; leave\n"
	"# it on where strangers come, for it is what slows down the guessing\n"
	"# of passwords."},
    {"webhook_private", TEXT(webhook_private), "no", 0, 0, is_yes_or_no,
	"yes: webhooks may call addresses that are not public, such as those\n"
	"# of this machine and its network, and this machine without https."},
    {"person_orders", NUMBER(person_orders), "30", 1, 1000000, NULL,
	"How many bookings and waiting list entries one person (an account, or\n"
	"# a browser) may send at once; as many again in the next five minutes."},
    {"network_orders", NUMBER(network_orders), "3000", 1, 1000000, NULL,
	"The same for all people behind one network address. A campus often\n"
	"# has a single one: let it be as many as may come when a sale opens."},
    {"room_rate", NUMBER(room_rate), "0", 0, 1000000, NULL,
	"For rushes: how many people a minute may go on to an event's booking\n"
	"# form; more than that wait in line. Those there at the opening are put\n"
	"# in line by lot. 0: there is no line."},
    {"room_vip_share", NUMBER(room_vip_share), "0", 0, 100, NULL,
	"Of those let in, how many percent come from a line of their own for\n"
	"# people who are signed in. 0: there is one line for all."},
    {"max_body_kib", NUMBER(max_body_kib), "64", 4, 1024, NULL,
	"Largest form in KiB; larger ones get 413. Some hosts stop at 128."},
    {"max_image_kib", NUMBER(max_image_kib), "2048", 16, 8192, NULL,
	"Largest picture of an event in KiB; the web server's own limit must\n"
	"# be higher. On a host that stops at 128 KiB make it 100."},
    {"geocode_url", TEXT(geocode_url), "", 0, 0, NULL,
	"Service that knows where an address is, {address} in its place; it\n"
	"# answers as Nominatim does:\n"
	"# https://nominatim.example.org/search?format=json&limit=1&q={address}\n"
	"# Empty: coordinates are entered by hand."},
};

/* ---- one key ---- */

static const struct setting *find_setting(const char *key)
{
	for (size_t i = 0; i < COUNT_OF(settings); i++)
		if (text_equal(settings[i].key, key))
			return &settings[i];
	return NULL;
}

static const char **text_member(
    struct config *config, const struct setting *setting)
{
	return (const char **)(void *)((char *)config + setting->offset);
}

static int64_t *number_member(
    struct config *config, const struct setting *setting)
{
	return (int64_t *)(void *)((char *)config + setting->offset);
}

static struct error *apply_setting(
    struct config *config, const struct setting *setting, const char *value)
{
	int64_t number;

	/* Pages, mails and JSON show it as it is. */
	if (!text_is_utf8(value, strlen(value)) || text_has_control(value) ||
	    strchr(value, '\r'))
		return fail(CONFIGURATION_ERROR,
		    "%s must be one line of text in UTF-8", setting->key);
	if (setting->type == SETTING_TEXT) {
		if (setting->is_valid && !setting->is_valid(value))
			return fail(CONFIGURATION_ERROR, "%s cannot be \"%s\"",
			    setting->key, value);
		*text_member(config, setting) = value;
		return NULL;
	}
	if (text_number(value, &number) != NUMBER_OK ||
	    number < setting->least || number > setting->most)
		return fail(CONFIGURATION_ERROR,
		    "%s must be a whole number from %lld to %lld", setting->key,
		    (long long)setting->least, (long long)setting->most);
	*number_member(config, setting) = number;
	return NULL;
}

struct error *config_apply(
    struct config *config, const char *key, const char *value)
{
	const struct setting *setting = find_setting(key);

	if (!setting)
		return fail(CONFIGURATION_ERROR, "unknown key \"%s\"", key);
	return apply_setting(config, setting, value);
}

/* ---- all of them ---- */

struct error *config_apply_defaults(struct config *config)
{
	for (size_t i = 0; i < COUNT_OF(settings); i++)
		TRY(apply_setting(config, &settings[i], settings[i].value));
	return NULL;
}

const char *config_sample(struct arena *arena)
{
	struct out out = {.arena = arena};

	out_text(&out,
	    "# CampusPass. A line is: key = value. What stands behind a # is\n"
	    "# the default. Programs see a change with their next page.\n");
	for (size_t i = 0; i < COUNT_OF(settings); i++)
		out_format(&out, "\n# %s\n# %s = %s\n", settings[i].help,
		    settings[i].key, settings[i].value);
	return out_string(&out);
}

/* As it is read again: without blanks around. */
static struct error *check_value(
    const struct setting *setting, const char *value)
{
	struct arena arena = ARENA_EMPTY;
	struct config scratch;
	struct error *error =
	    apply_setting(&scratch, setting, text_trim(&arena, value));

	arena_close(&arena);
	return error;
}

struct error *config_check(const char *key, const char *value)
{
	const struct setting *setting = find_setting(key);
	struct error *error;

	if (!setting)
		die("there is no setting %s", key);
	if (strpbrk(value, "\t\r\n"))
		error = fail(VALIDATION_ERROR, "%s must be one line", key);
	else
		error = check_value(setting, value);
	if (!error)
		return NULL;
	return fail_field(key, "%s", error->message);
}

const char *config_value(
    struct arena *arena, const struct config *config, const char *key)
{
	const struct setting *setting = find_setting(key);
	/* The members are read alone: the struct is the caller's. */
	struct config *source = (struct config *)(uintptr_t)config;

	if (!setting)
		die("there is no setting %s", key);
	if (setting->type == SETTING_TEXT)
		return *text_member(source, setting);
	return arena_format(
	    arena, "%lld", (long long)*number_member(source, setting));
}
