/*
 * Config: what the operator decided, read at start and when the file changes.
 *
 * DATA, the data directory, holds everything that is not program: the
 * database, this configuration, keys, locks and the log. It is found through
 * $CAMPUSPASS_DATA, else through the file `data-directory` beside the
 * executable (its first line; relative to the executable), because suEXEC
 * strips the environment.
 *
 *   DATA/campuspass.conf   key = value, '#' comments; every key is documented
 *                          in the file that `campuspass init` writes
 *   DATA/keys              one "name version hex" a line, mode 0600
 *   DATA/campuspass.db     the database
 *   DATA/locks/            files for flock(2)
 *   DATA/log/              campuspass.log
 *   DATA/run/              sockets, and what may be lost (file_open_run)
 *
 * Invariants
 * - A struct config is complete: keys that the file does not name have their
 *   default. Nothing in it changes while a request lasts; between two the
 *   server looks whether the files are others by now (config_is_current).
 * - Unknown keys and values that do not parse are CONFIGURATION_ERRORs that
 *   name file and line: a misspelt setting is never ignored. A value is one
 *   line of UTF-8 without control characters.
 */
#ifndef BASE_CONFIG_H
#define BASE_CONFIG_H

#include "base/arena.h"
#include "base/error.h"
#include "base/token.h"
#include <stdbool.h>
#include <stdint.h>

/* One version of a key. */
struct key {
	int64_t version; /* 1, 2 ...: the highest is in use */
	unsigned char bytes[TOKEN_KEY_BYTES];
};

enum {
	KEYS_MOST = 16, /* versions that are kept of one key */
	KEY_VERSION_MOST = 999999999,
};

/* A key that changes: all of its versions, in the order of the file. */
struct key_ring {
	struct key keys[KEYS_MOST];
	size_t count;
};

/* Which file it was, and of when. All zero: there was none. */
struct config_stamp {
	int64_t device;
	int64_t file; /* its inode */
	int64_t size;
	int64_t seconds; /* of its last change */
	int64_t nanoseconds;
};

struct config {
	const char *data; /* absolute path of DATA, without a slash behind */
	const char *path; /* of campuspass.conf */
	const char *keys_path;
	struct config_stamp stamp;      /* of the file when it was read */
	struct config_stamp keys_stamp; /* the same of DATA/keys */

	const char *site_name;     /* "CampusPass" */
	const char *organiser;     /* who sells; on pages and tickets; or "" */
	const char *contact;       /* email for questions; or "" */
	const char *base_url;      /* "https://tickets.example.org"; or "" */
	const char *timezone;      /* of new events and of reports */
	const char *currency;      /* of new events */
	const char *later_details; /* how who pays later does; or "" */
	const char *terms_file;    /* Markdown of the terms; or "": built in */
	const char *gateways;      /* names, blanks between: "campuspay" */
	const char *paypal_url;    /* of PayPal's API, without a slash behind */
	const char *paypal_client; /* id of the app; or "" */
	const char *paypal_secret; /* its secret */
	const char *paypal_webhook; /* id of the webhook; or "" */
	const char *queue_event;    /* slug that the queue calls serve; or "" */
	const char *map_url; /* pattern with {latitude} and {longitude} */
	const char
	    *trusted_proxies;  /* addresses whose X-Forwarded-For counts */
	const char *sendmail;  /* its path and arguments; or "": mail waits */
	const char *mail_from; /* sender's address; or "": see letter.h */
	const char *envelope_from; /* where bounces go; or "" */
	const char *journal_mode;  /* "wal", or "truncate" on NFS */
	const char
	    *queue_open; /* "yes": the queue calls ask nobody who they are */
	const char *admin_email;    /* of the first admin (R6); or "" */
	const char *admin_username; /* their user name */
	const char *admin_password; /* and password: better not in a file */
	const char *limits; /* "yes", or "no": nobody is ever too fast */
	const char *webhook_private; /* "yes": webhooks may call our network */
	int64_t person_orders;       /* bookings one person may send at once */
	int64_t network_orders;      /* and those behind one network address */
	int64_t room_rate;      /* people a minute let in to book; 0: no line */
	int64_t room_vip_share; /* percent of them who are signed in */
	int64_t later_hours;    /* to pay later, by transfer or in cash */
	int64_t offer_minutes;  /* how long the waiting list's offers last */
	int64_t quiet_from;     /* hour of the night when they stand still */
	int64_t quiet_to;       /* hour of the morning when they go on */
	int64_t hold_minutes;   /* how long places are held */
	int64_t extend_minutes; /* what "I need more time" gives */
	int64_t extend_limit;   /* how often */
	int64_t promotion_weekday; /* of mails about events: 1 Monday; 0 off */
	int64_t mail_per_hour;     /* most mails in an hour; 0: no limit */
	int64_t mail_keep_days;    /* sent mails stay so long; 0: for ever */
	int64_t max_body_kib;      /* largest request body */
	int64_t max_image_kib;     /* largest picture that is taken */
	const char *geocode_url;   /* pattern with {address}; or "": none */

	unsigned char cookie_key[TOKEN_KEY_BYTES]; /* signs cookies and forms */
	const char *cookie_mark; /* made of it; ends the names of cookies */
	unsigned char pass_key[TOKEN_KEY_BYTES]; /* seed; signs tickets */
	struct key_ring card_keys; /* seal what is kept of people; see seal.h */
};

/*
 * Find DATA: $CAMPUSPASS_DATA, else the file beside the executable.
 * CONFIGURATION_ERROR when neither names a directory.
 */
MUST_CHECK struct error *config_find_data(
    struct arena *arena, const char **data);

/*
 * Read DATA/campuspass.conf (may be missing) and DATA/keys (may not). The
 * stamp is set in any case.
 */
MUST_CHECK struct error *config_load(
    struct arena *arena, const char *data, struct config *config);

/*
 * Write what is missing of DATA: the directory (0700), locks/, log/, the
 * commented configuration, fresh keys. What exists is left alone.
 */
MUST_CHECK struct error *config_create(struct arena *arena, const char *data);

/*
 * A whole file of less than 256 KiB, NUL-terminated. NOT_FOUND_ERROR where
 * there is none; CONFIGURATION_ERROR when it cannot be read, or has a NUL
 * inside.
 */
MUST_CHECK struct error *config_read_file(
    struct arena *arena, const char *path, char **text);

/*
 * Append "key = value" to DATA/campuspass.conf, unless the file sets the key
 * already. *added says whether it did.
 */
MUST_CHECK struct error *config_add(struct arena *arena,
    const struct config *config, const char *key, const char *value,
    bool *added);

/* Are campuspass.conf and DATA/keys what this was read from, unchanged? */
bool config_is_current(const struct config *config);

/* ---- changing ---- */

/* A key with its new value. */
struct config_change {
	const char *key;
	const char *value;
};

/* May the key have this value? VALIDATION_ERROR with field `field`. */
MUST_CHECK struct error *config_check(const char *key, const char *value);

/*
 * Write the values into campuspass.conf, all or none: comments and order
 * stay, a new line stands below the one that shows its default. The file is
 * replaced whole, and two at once wait for each other. VALIDATION_ERROR as
 * above; CONFIGURATION_ERROR when the file is damaged or cannot be written.
 * `config` itself keeps its values: see config_is_current().
 */
MUST_CHECK struct error *config_set(struct arena *arena,
    const struct config *config, const struct config_change *changes,
    size_t count);

/* The value of a key as text, also of a number. Dies for an unknown key. */
NONNULL_RESULT const char *config_value(
    struct arena *arena, const struct config *config, const char *key);

/* ---- small things ---- */

/* DATA/name, for a file in the data directory. */
NONNULL_RESULT char *config_path(
    struct arena *arena, const struct config *config, const char *name);

/* A file in the executable's folder, there or not; "" without /proc. */
NONNULL_RESULT const char *config_beside(struct arena *arena, const char *name);

/* Is `word` one of the blank-separated words of `list`? */
bool config_has_word(const char *list, const char *word);

#endif
