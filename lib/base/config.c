#include "base/config.h"

#include "base/clock.h"
#include "base/file.h"
#include "base/keys.h"
#include "base/log.h"
#include "base/money.h"
#include "base/out.h"
#include "base/text.h"
#include <errno.h>
#include <fcntl.h>
#include <libgen.h>
#include <limits.h>
#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

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
	return *value == '\0' || text_is_slug(value);
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

/* ---- finding DATA ---- */

struct error *config_read_file(
    struct arena *arena, const char *path, char **text)
{
	enum {
		LARGEST = 256 * 1024
	};
	struct out out = {.arena = arena};
	int descriptor = open(path, O_RDONLY | O_CLOEXEC);
	ssize_t got = 1;

	if (descriptor < 0)
		return fail(
		    errno == ENOENT ? NOT_FOUND_ERROR : CONFIGURATION_ERROR,
		    "%s: %s", path, strerror(errno));
	while (got > 0 && out.length < LARGEST) {
		got = read(descriptor, out_reserve(&out, 4096), 4096);
		if (got > 0)
			out.length += (size_t)got;
	}
	close(descriptor);
	if (got < 0)
		return fail(CONFIGURATION_ERROR, "%s: cannot be read", path);
	/* What would be passed over in silence is refused. */
	if (out.length >= LARGEST)
		return fail(CONFIGURATION_ERROR, "%s: is too large", path);
	if (out.length > 0 && memchr(out.data, '\0', out.length))
		return fail(CONFIGURATION_ERROR, "%s: is no text", path);
	*out_reserve(&out, 1) = '\0';
	*text = out.data;
	return NULL;
}

const char *config_beside(struct arena *arena, const char *name)
{
	char self[PATH_MAX];
	ssize_t length = readlink("/proc/self/exe", self, sizeof(self) - 1);

	if (length <= 0)
		return "";
	self[length] = '\0';
	return arena_format(arena, "%s/%s", dirname(self), name);
}

static struct error *read_data_file(struct arena *arena, const char **data)
{
	const char *path = config_beside(arena, "data-directory");
	char *text;

	if (!*path)
		return fail(CONFIGURATION_ERROR, "/proc is not mounted");
	TRY(config_read_file(arena, path, &text));
	text[strcspn(text, "\r\n")] = '\0';
	*data = text[0] == '/' ? text : config_beside(arena, text);
	return NULL;
}

struct error *config_find_data(struct arena *arena, const char **data)
{
	const char *named = getenv("CAMPUSPASS_DATA");
	char path[PATH_MAX];
	struct error *error = NULL;

	if (text_is_empty(named))
		error = read_data_file(arena, &named);
	if (error)
		return fail_with(CONFIGURATION_ERROR, error, NO_FIELDS,
		    "No data directory: set CAMPUSPASS_DATA, or write its "
		    "path into a file data-directory beside the program");
	if (!realpath(named, path))
		return fail(CONFIGURATION_ERROR, "Data directory %s: %s", named,
		    strerror(errno));
	*data = arena_copy(arena, path);
	return NULL;
}

/* ---- reading ---- */

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

static struct error *apply_line(
    struct arena *arena, struct config *config, const char *line)
{
	char *text = text_trim(arena, line);
	char *equals = strchr(text, '=');
	const struct setting *setting;

	if (*text == '\0' || *text == '#')
		return NULL;
	if (!equals)
		return fail(CONFIGURATION_ERROR, "expected key = value");
	*equals = '\0';
	setting = find_setting(text_trim(arena, text));
	if (!setting)
		return fail(CONFIGURATION_ERROR, "unknown key \"%s\"",
		    text_trim(arena, text));
	return apply_setting(config, setting, text_trim(arena, equals + 1));
}

static struct error *apply_text(struct arena *arena, struct config *config,
    const char *path, const char *text)
{
	char *rest = arena_copy(arena, text), *line;
	int number = 0;

	while ((line = strsep(&rest, "\n"))) {
		struct error *error = apply_line(arena, config, line);

		number++;
		if (error)
			return fail(CONFIGURATION_ERROR, "%s:%d: %s", path,
			    number, error->message);
	}
	return NULL;
}

static struct error *apply_file(
    struct arena *arena, struct config *config, const char *path)
{
	char *text;
	struct error *error = config_read_file(arena, path, &text);

	if (error_is(error, NOT_FOUND_ERROR))
		return NULL;
	if (error)
		return error;
	config->fingerprint = token_hash(arena, text);
	return apply_text(arena, config, path, text);
}

/* Zeros where there is no file. */
static struct config_stamp stamp_of(const char *path)
{
	struct stat status;

	if (stat(path, &status) != 0)
		return (struct config_stamp){.file = 0};
	return (struct config_stamp){
	    .device = (int64_t)status.st_dev,
	    .file = (int64_t)status.st_ino,
	    .size = (int64_t)status.st_size,
	    .seconds = (int64_t)status.st_mtim.tv_sec,
	    .nanoseconds = (int64_t)status.st_mtim.tv_nsec,
	};
}

static bool is_stamp_of(const struct config_stamp *then, const char *path)
{
	const struct config_stamp now = stamp_of(path);

	return now.device == then->device && now.file == then->file &&
	    now.size == then->size && now.seconds == then->seconds &&
	    now.nanoseconds == then->nanoseconds;
}

bool config_is_current(const struct config *config)
{
	return is_stamp_of(&config->stamp, config->path) &&
	    is_stamp_of(&config->keys_stamp, config->keys_path);
}

static struct error *apply_defaults(struct config *config)
{
	for (size_t i = 0; i < COUNT_OF(settings); i++)
		TRY(apply_setting(config, &settings[i], settings[i].value));
	return NULL;
}

struct error *config_load(
    struct arena *arena, const char *data, struct config *config)
{
	struct error *error;

	if (sodium_init() < 0)
		die("libsodium does not start");
	*config =
	    (struct config){.data = arena_copy(arena, data), .fingerprint = ""};
	config->path = config_path(arena, config, "campuspass.conf");
	config->keys_path = config_path(arena, config, "keys");
	/* Before they are read: what changes meanwhile is seen the next time.
	 */
	config->stamp = stamp_of(config->path);
	config->keys_stamp = stamp_of(config->keys_path);
	TRY(apply_defaults(config));
	TRY(apply_file(arena, config, config->path));
	error = keys_read(arena, config);
	if (error_is(error, NOT_FOUND_ERROR))
		return fail_with(CONFIGURATION_ERROR, error, NO_FIELDS,
		    "%s has no keys: run campuspass init", data);
	return error;
}

/* ---- creating ---- */

static struct error *make_directory(const char *path)
{
	if (mkdir(path, 0700) != 0 && errno != EEXIST)
		return fail(
		    CONFIGURATION_ERROR, "%s: %s", path, strerror(errno));
	return NULL;
}

/* Write a file that is not there yet; one that exists stays. */
static struct error *write_new_file(const char *path, const char *text)
{
	size_t length = strlen(text);
	int descriptor =
	    open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
	bool written;

	if (descriptor < 0 && errno == EEXIST)
		return NULL;
	if (descriptor < 0)
		return fail(
		    CONFIGURATION_ERROR, "%s: %s", path, strerror(errno));
	written = write(descriptor, text, length) == (ssize_t)length &&
	    fsync(descriptor) == 0;
	close(descriptor);
	if (written)
		return NULL;
	unlink(path);
	return fail(CONFIGURATION_ERROR, "%s: cannot be written", path);
}

static const char *sample_file(struct arena *arena)
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

struct error *config_create(struct arena *arena, const char *data)
{
	if (sodium_init() < 0)
		die("libsodium does not start");
	TRY(make_directory(data));
	TRY(make_directory(arena_format(arena, "%s/locks", data)));
	TRY(make_directory(arena_format(arena, "%s/log", data)));
	TRY(make_directory(arena_format(arena, "%s/run", data)));
	TRY(write_new_file(arena_format(arena, "%s/campuspass.conf", data),
	    sample_file(arena)));
	TRY(write_new_file(arena_format(arena, "%s/keys", data), ""));
	return keys_add(arena, data);
}

/* ---- adding ---- */

static bool sets_key(struct arena *arena, const char *file, const char *key)
{
	char *rest = arena_copy(arena, file), *line;

	while ((line = strsep(&rest, "\n"))) {
		char *equals = strchr(line, '=');

		if (!equals)
			continue;
		*equals = '\0';
		if (text_equal(text_trim(arena, line), key))
			return true;
	}
	return false;
}

struct error *config_add(struct arena *arena, const struct config *config,
    const char *key, const char *value, bool *added)
{
	const char *path = config_path(arena, config, "campuspass.conf");
	const char *line = arena_format(arena, "\n%s = %s\n", key, value);
	ssize_t length = (ssize_t)strlen(line);
	int descriptor;
	char *file;

	*added = false;
	TRY(config_read_file(arena, path, &file));
	if (sets_key(arena, file, key))
		return NULL;
	descriptor = open(path, O_WRONLY | O_APPEND | O_CLOEXEC);
	if (descriptor < 0)
		return fail(
		    CONFIGURATION_ERROR, "%s: %s", path, strerror(errno));
	*added = write(descriptor, line, (size_t)length) == length &&
	    fsync(descriptor) == 0;
	close(descriptor);
	if (!*added)
		return fail(CONFIGURATION_ERROR, "%s: cannot be written", path);
	return NULL;
}

/* ---- changing ---- */

/* "# key = value": where sample_file() says what the default is. */
static bool shows_key(struct arena *arena, const char *line, const char *key)
{
	const char *text = text_trim(arena, line);

	return *text == '#' && sets_key(arena, text + 1, key);
}

/* Which line to replace (the last that counts), or to write below. */
struct spot {
	size_t set;   /* SIZE_MAX: none */
	size_t shown; /* the same */
};

static struct spot find_spot(
    struct arena *arena, const char *text, const char *key)
{
	struct spot spot = {.set = SIZE_MAX, .shown = SIZE_MAX};
	char *rest = arena_copy(arena, text), *line;

	for (size_t number = 0; (line = strsep(&rest, "\n")); number++) {
		if (sets_key(arena, line, key))
			spot.set = number;
		else if (shows_key(arena, line, key))
			spot.shown = number;
	}
	return spot;
}

/* The lines with the change in them, where somebody would look for it. */
static const char *changed_text(
    struct arena *arena, const char *text, const struct config_change *change)
{
	const struct spot spot = find_spot(arena, text, change->key);
	char *rest = arena_copy(arena, text);
	struct out out = {.arena = arena};
	size_t number = 0;

	while (rest && *rest) {
		const char *line = strsep(&rest, "\n");

		if (number != spot.set)
			out_format(&out, "%s\n", line);
		if (number == spot.set ||
		    (spot.set == SIZE_MAX && number == spot.shown))
			out_format(
			    &out, "%s = %s\n", change->key, change->value);
		number++;
	}
	if (spot.set == SIZE_MAX && spot.shown == SIZE_MAX)
		out_format(&out, "%s = %s\n", change->key, change->value);
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
	return fail_with(VALIDATION_ERROR, NULL,
	    FIELDS(error_text("field", "Field", key)), "%s", error->message);
}

/* Under the lock, so that of two at once neither is lost. */
static struct error *set_locked(struct arena *arena,
    const struct config *config, const struct config_change *changes,
    size_t count)
{
	struct config scratch = *config;
	char *old = NULL;
	struct error *error = config_read_file(arena, config->path, &old);
	const char *text = old ? old : "";

	if (error && !error_is(error, NOT_FOUND_ERROR))
		return error;
	for (size_t i = 0; i < count; i++)
		text = changed_text(arena, text, &changes[i]);
	TRY(apply_text(arena, &scratch, config->path, text));
	return file_replace(arena, config->path, text);
}

struct error *config_set(struct arena *arena, const struct config *config,
    const struct config_change *changes, size_t count)
{
	struct error *error;
	int lock;

	for (size_t i = 0; i < count; i++)
		TRY(config_check(changes[i].key, changes[i].value));
	lock = open(config_path(arena, config, "locks/config.lock"),
	    O_RDWR | O_CREAT | O_CLOEXEC, 0600);
	if (lock < 0 || flock(lock, LOCK_EX) != 0) {
		if (lock >= 0)
			close(lock);
		return fail(
		    CONFIGURATION_ERROR, "%s: cannot be locked", config->path);
	}
	error = set_locked(arena, config, changes, count);
	close(lock);
	return error;
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

/* ---- small things ---- */

char *config_path(
    struct arena *arena, const struct config *config, const char *name)
{
	return arena_format(arena, "%s/%s", config->data, name);
}

bool config_has_word(const char *list, const char *word)
{
	size_t length = strlen(word);

	if (length == 0)
		return false;
	for (const char *at = list; (at = strstr(at, word)); at += length)
		if ((at == list || at[-1] == ' ') &&
		    (at[length] == ' ' || at[length] == '\0'))
			return true;
	return false;
}
