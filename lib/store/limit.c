#include "store/limit.h"

#include "base/clock.h"
#include "base/file.h"
#include "base/log.h"
#include "base/text.h"
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <sodium.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

/*
 * The file is an array of buckets. Who is looked for in one bucket only, by
 * a lock on that bucket's bytes, so that strangers rarely wait for each
 * other and a process that dies leaves nothing locked. What does not fit
 * takes the place of the entry that would be forgotten first.
 */
enum {
	BUCKETS = 4096,
	BUCKET_ENTRIES = 16,
	LOCK_TRIES = 2000, /* of half a millisecond: a second */
	LOCK_PAUSE = 500 * 1000,
	FAILURES_MOST = 1000,
	QUIET = HOUR, /* failures are forgotten after it */
	SECOND = 1000,
};

struct entry {
	uint64_t key;  /* of name and who; 0: free */
	int64_t until; /* means nothing from then on; milliseconds */
	int64_t count; /* failures, of a wait */
};

struct bucket {
	struct entry entries[BUCKET_ENTRIES];
};

/* A bucket that is ours until bucket_close(). */
struct place {
	int descriptor;
	off_t offset;
	uint64_t key;
	struct bucket bucket;
	struct entry *entry; /* of the key; zeroed except for its key if new */
};

/* ---- the file ---- */

static bool lock(int descriptor, off_t offset, short type)
{
	const struct timespec pause = {.tv_nsec = LOCK_PAUSE};
	struct flock range = {
	    .l_type = type,
	    .l_whence = SEEK_SET,
	    .l_start = offset,
	    .l_len = sizeof(struct bucket),
	};

	for (int i = 0; i < LOCK_TRIES; i++) {
		if (fcntl(descriptor, F_OFD_SETLK, &range) == 0)
			return true;
		if (errno != EAGAIN && errno != EACCES)
			return false;
		nanosleep(&pause, NULL);
	}
	return false;
}

static uint64_t make_key(
    const struct config *config, const char *name, const char *who)
{
	unsigned char mac[crypto_auth_hmacsha256_BYTES];
	crypto_auth_hmacsha256_state state;
	uint64_t key;

	if (sodium_init() < 0)
		die("libsodium cannot start");
	crypto_auth_hmacsha256_init(
	    &state, config->cookie_key, TOKEN_KEY_BYTES);
	/* With their NULs, which no name has inside. */
	crypto_auth_hmacsha256_update(
	    &state, (const unsigned char *)"limit", sizeof("limit"));
	crypto_auth_hmacsha256_update(
	    &state, (const unsigned char *)name, strlen(name) + 1);
	crypto_auth_hmacsha256_update(
	    &state, (const unsigned char *)who, strlen(who));
	crypto_auth_hmacsha256_final(&state, mac);
	memcpy(&key, mac, sizeof(key));
	return key ? key : 1;
}

/* The key's entry, else a free one, else the first to be forgotten. */
static struct entry *find_entry(struct bucket *bucket, uint64_t key)
{
	struct entry *oldest = &bucket->entries[0];

	for (int i = 0; i < BUCKET_ENTRIES; i++) {
		struct entry *entry = &bucket->entries[i];

		if (entry->key == key)
			return entry;
		if (oldest->key != 0 &&
		    (entry->key == 0 || entry->until < oldest->until))
			oldest = entry;
	}
	*oldest = (struct entry){.key = key};
	return oldest;
}

/* False when the file cannot be had: then nothing is limited. */
static bool place_open(struct place *place, const struct config *config,
    const char *name, const char *who)
{
	*place = (struct place){.key = make_key(config, name, who)};
	place->offset = (off_t)(place->key % BUCKETS * sizeof(struct bucket));
	place->descriptor = file_open_run(config->data, "limits");
	if (place->descriptor < 0 ||
	    !lock(place->descriptor, place->offset, F_WRLCK)) {
		log_warn(
		    "DATA/run/limits: %s; nothing is limited", strerror(errno));
		if (place->descriptor >= 0)
			close(place->descriptor);
		return false;
	}
	/* What the file does not hold yet, or no longer, is zero. */
	if (pread(place->descriptor, &place->bucket, sizeof(struct bucket),
		place->offset) != (ssize_t)sizeof(struct bucket))
		place->bucket = (struct bucket){.entries = {{.key = 0}}};
	place->entry = find_entry(&place->bucket, place->key);
	return true;
}

static void place_save(struct place *place)
{
	if (pwrite(place->descriptor, &place->bucket, sizeof(struct bucket),
		place->offset) != (ssize_t)sizeof(struct bucket))
		log_warn("DATA/run/limits: cannot be written");
}

/* Closing the only descriptor gives the lock back. */
static void place_close(struct place *place)
{
	close(place->descriptor);
}

/* ---- rates ---- */

static struct error *refuse(int64_t seconds)
{
	return fail_with(RATE_LIMIT_ERROR, NULL,
	    FIELDS(
		error_number("retry_after", "Try again in seconds", seconds)),
	    "Too many attempts. Try again in %lld second%s", (long long)seconds,
	    seconds == 1 ? "" : "s");
}

static bool is_off(const struct config *config)
{
	return text_equal(config->limits, "no");
}

struct error *limit_take(const struct config *config,
    const struct limit_rate *rate, const char *who, int64_t now)
{
	int64_t one = rate->seconds * SECOND / (rate->count ? rate->count : 1);
	int64_t full = rate->burst * one;
	int64_t level, wait;
	struct place place;

	if (is_off(config) || !place_open(&place, config, rate->name, who))
		return NULL;
	/* Outside of these: another clock, or damage. */
	level = place.entry->until > now * SECOND &&
		place.entry->until <= now * SECOND + full
	    ? place.entry->until - now * SECOND
	    : 0;
	wait = level + one - full;
	if (wait <= 0) {
		place.entry->until = now * SECOND + level + one;
		place_save(&place);
	}
	place_close(&place);
	return wait > 0 ? refuse((wait + SECOND - 1) / SECOND) : NULL;
}

/* ---- waits ---- */

/* Failures that are not forgotten yet. */
static int64_t failures(const struct entry *entry, int64_t now)
{
	int64_t until = entry->until / SECOND;

	if (now >= until || until > now + 2 * QUIET || entry->count < 0 ||
	    entry->count > FAILURES_MOST)
		return 0;
	return entry->count;
}

/* Seconds after the last of `count` failures. */
static int64_t wait_after(const struct limit_wait *wait, int64_t count)
{
	int64_t seconds = 1;

	if (count <= wait->free)
		return 0;
	for (int64_t i = wait->free + 1; i < count; i++) {
		seconds *= 2;
		if (seconds >= wait->most || seconds >= QUIET)
			break;
	}
	if (seconds > wait->most)
		seconds = wait->most;
	return seconds < QUIET ? seconds : QUIET;
}

struct error *limit_check(const struct config *config,
    const struct limit_wait *wait, const char *who, int64_t now)
{
	struct place place;
	int64_t seconds, left;

	if (is_off(config) || !place_open(&place, config, wait->name, who))
		return NULL;
	seconds = wait_after(wait, failures(place.entry, now));
	left = place.entry->until / SECOND - QUIET + seconds - now;
	place_close(&place);
	if (seconds == 0 || left <= 0)
		return NULL;
	/* A clock that went back makes nobody wait longer. */
	return refuse(left < seconds ? left : seconds);
}

void limit_failed(const struct config *config, const struct limit_wait *wait,
    const char *who, int64_t now)
{
	struct place place;
	int64_t count;

	if (is_off(config) || !place_open(&place, config, wait->name, who))
		return;
	count = failures(place.entry, now);
	place.entry->count = count < FAILURES_MOST ? count + 1 : count;
	place.entry->until = (now + QUIET) * SECOND;
	place_save(&place);
	place_close(&place);
}

void limit_forgive(
    const struct config *config, const struct limit_wait *wait, const char *who)
{
	struct place place;

	if (is_off(config) || !place_open(&place, config, wait->name, who))
		return;
	/* A damaged file may name somebody twice. */
	for (int i = 0; i < BUCKET_ENTRIES; i++)
		if (place.bucket.entries[i].key == place.key)
			place.bucket.entries[i] = (struct entry){.key = 0};
	place_save(&place);
	place_close(&place);
}

/* ---- who ---- */

const char *limit_network(struct arena *arena, const char *address)
{
	unsigned char bytes[16];
	char text[INET6_ADDRSTRLEN];
	static const unsigned char mapped[12] = {
	    [10] = 0xff, [11] = 0xff}; /* ::ffff:192.0.2.1 */

	if (inet_pton(AF_INET6, address, bytes) != 1)
		return address;
	if (memcmp(bytes, mapped, sizeof(mapped)) == 0) {
		inet_ntop(AF_INET, bytes + 12, text, sizeof(text));
		return arena_copy(arena, text);
	}
	memset(bytes + 8, 0, 8);
	inet_ntop(AF_INET6, bytes, text, sizeof(text));
	return arena_format(arena, "%s/64", text);
}
