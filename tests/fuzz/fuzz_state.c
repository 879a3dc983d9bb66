/*
 * Files that may be damaged, DATA/run/limits, rooms and what is known of
 * gateways: whatever lies there, a rate still limits and still ends, a wait is
 * as long as it may be, a room says of each place a position that is one, and
 * a gateway that answers is called.
 *
 * The sources are taken in, for who and where are known to them alone.
 */
#include "fuzz.h"

#include "store/limit.c"
/* The two have names in common. */
#define entry room_entry
#include "store/room.c"
#define is_sane breaker_is_sane
#include "payment/breaker.c"

#include <ftw.h>

enum {
	NOW = 1781481600,
	BURST = 5,
	PERIOD = 60,
};

static struct config config = {.limits = "yes"};

static int remove_one(
    const char *path, const struct stat *status, int type, struct FTW *position)
{
	(void)status;
	(void)type;
	(void)position;
	return remove(path);
}

static void remove_data(void)
{
	nftw(config.data, remove_one, 16, FTW_DEPTH | FTW_PHYS);
}

static void make_data(void)
{
	static char data[PATH_MAX];
	const char *folder = getenv("TMPDIR");

	snprintf(data, sizeof(data), "%s/campuspass-XXXXXX",
	    folder ? folder : "/tmp");
	require(mkdtemp(data) != NULL);
	config.data = data;
	atexit(remove_data);
	log_open("fuzz", "/dev/null");
}

static void write_bytes(
    const char *name, off_t offset, const void *bytes, size_t size)
{
	char path[PATH_MAX];
	int file;

	snprintf(path, sizeof(path), "%s/run", config.data);
	mkdir(path, 0700);
	snprintf(path, sizeof(path), "%s/run/%s", config.data, name);
	file = open(path, O_RDWR | O_CREAT | O_TRUNC, 0600);
	require(file >= 0);
	require(pwrite(file, bytes, size, offset) == (ssize_t)size);
	close(file);
}

/* The bucket of somebody who is limited, with an entry of theirs. */
static void write_bucket(const char *name, const uint8_t *data, size_t size)
{
	struct bucket bucket = {.entries = {{.key = 0}}};
	uint64_t key = make_key(&config, name, "a");

	memcpy(&bucket, data, size < sizeof(bucket) ? size : sizeof(bucket));
	bucket.entries[3].key = key;
	write_bytes("limits", (off_t)(key % BUCKETS * sizeof(bucket)), &bucket,
	    sizeof(bucket));
}

static int64_t seconds_of(const struct error *error)
{
	int64_t seconds;

	require(error_is(error, RATE_LIMIT_ERROR));
	require(text_number(error_field_value(error, "retry_after"),
		    &seconds) == NUMBER_OK);
	return seconds;
}

static void try_rate(const uint8_t *data, size_t size)
{
	static const struct limit_rate rate = {
	    .name = "rate", .burst = BURST, .seconds = PERIOD};
	struct error *error = NULL;
	int count = 0;

	write_bucket(rate.name, data, size);
	while (!error && count++ <= BURST)
		error = limit_take(&config, &rate, "a", NOW);
	require(error && count <= BURST + 1);
	require(seconds_of(error) >= 1 && seconds_of(error) <= PERIOD);
	require(!limit_take(&config, &rate, "a", NOW + PERIOD));
}

static void try_wait(const uint8_t *data, size_t size)
{
	static const struct limit_wait wait = {
	    .name = "wait", .free = 2, .most = 300};
	struct error *error;

	write_bucket(wait.name, data, size);
	error = limit_check(&config, &wait, "a", NOW);
	require(!error || seconds_of(error) <= wait.most);
	for (int i = 0; i < 3; i++)
		limit_failed(&config, &wait, "a", NOW);
	error = limit_check(&config, &wait, "a", NOW);
	require(error && seconds_of(error) >= 1);
	require(seconds_of(error) <= wait.most);
	require(!limit_check(&config, &wait, "a", NOW + wait.most));
	limit_forgive(&config, &wait, "a");
	require(!limit_check(&config, &wait, "a", NOW));
}

/* The head is near one that is sane, or the fuzzer would never get there. */
static void try_room(const uint8_t *data, size_t size)
{
	struct room_rule rule = {.rate = 1 + data[0],
	    .vip_share = data[1] % 101,
	    .opens_at = NOW - 100 + data[2]};
	struct room_place place;
	struct room_standing standing;
	char bytes[sizeof(struct head) + 400] = {0};
	struct head *head = (struct head *)(void *)bytes;

	if (size > sizeof(bytes))
		size = sizeof(bytes);
	memcpy(bytes, data, size);
	if (data[3] & 1)
		head->last = NOW - data[4];
	for (int i = 0; i < ROOM_LINES; i++)
		head->lines[i].issued %= 50;
	write_bytes("room-e", 0, bytes, sizeof(bytes));
	for (int i = 0; i < 3; i++) {
		require(room_join(&config, "e", &rule,
		    (enum room_line)(i % ROOM_LINES), NOW, &place));
		require(room_look(
		    &config, "e", &rule, &place, NOW + 60 * i, &standing));
		require(standing.gathered >= 0);
		require(standing.state != ROOM_WAITS ||
		    (standing.seconds > 0 && standing.position > 0));
	}
	room_leave(&config, "e", &place, NOW + 200);
	room_walk_in(&config, "e", &rule, NOW + 200);
	require(!room_look(&config, "e", &rule, &place, NOW + 300, &standing) ||
	    standing.state != ROOM_ENTERS);
}

/* Near one that is sane, too. */
static void try_breaker(const uint8_t *data, size_t size)
{
	static const char gateway[] = "g";
	struct state state = {.failures = 0};
	struct breaker_call call;

	memcpy(&state, data, size < sizeof(state) ? size : sizeof(state));
	if (data[0] & 1) {
		state.failures = data[1] % (BREAKER_FAILURES + 1);
		state.since = NOW - data[2];
		state.until = NOW - 100 + data[3];
		state.pause = data[4] % (LONGEST_PAUSE + 1);
	}
	write_bytes("gateway-g", 0, &state, sizeof(state));
	require(breaker_wait(&config, gateway, NOW) <= LONGEST_PAUSE + SLACK);
	require(breaker_since(&config, gateway, NOW) >= 0);
	call = breaker_begin(&config, gateway, NOW);
	breaker_end(&call, BREAKER_UNANSWERED, NOW);
	require(breaker_wait(&config, gateway, NOW) >= 0);
	call = breaker_begin(&config, gateway, NOW);
	breaker_end(&call, BREAKER_ANSWERED, NOW);
	require(breaker_since(&config, gateway, NOW) == 0);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	if (!config.data)
		make_data();
	if (size < 6)
		return 0;
	if (data[0] % 4 == 0)
		try_rate(data + 1, size - 1);
	else if (data[0] % 4 == 1)
		try_wait(data + 1, size - 1);
	else if (data[0] % 4 == 2)
		try_breaker(data + 1, size - 1);
	else
		try_room(data + 1, size - 1);
	error_reset();
	return 0;
}
