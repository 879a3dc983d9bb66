#include "payment/breaker.h"

#include "base/clock.h"
#include "base/file.h"
#include "base/log.h"
#include "payment/gateway.h"
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <sys/file.h>
#include <time.h>
#include <unistd.h>

enum {
	CALLS_MOST = 32,  /* noted at once */
	SLOW_MS = 2000,   /* longer than any call that goes well */
	LOST_MS = 4000,   /* nobody calls for so long: the worker died */
	FIRST_PAUSE = 10, /* seconds */
	LONGEST_PAUSE = 2 * MINUTE,
	TRIAL = GATEWAY_SECONDS + 2, /* seconds for the one who tries */
	SLACK = MINUTE,       /* each program's clock stands while it serves */
	TURN_PAUSE = 1000000, /* nanoseconds between two tries */
	TURN_TRIES = 200,
};

struct state {
	int64_t failures;          /* in a row */
	int64_t since;             /* when the first of them was */
	int64_t until;             /* nobody calls before; 0: all may */
	int64_t pause;             /* seconds, of the last one */
	int64_t is_tried;          /* one is calling, to try */
	int64_t begun[CALLS_MOST]; /* calls, in clock_running_ms(); 0: free */
};

/* ---- the file ---- */

static bool is_sane(const struct state *state, int64_t now)
{
	bool is_shut = state->failures >= BREAKER_FAILURES;

	/* What nobody found out for an hour is news no more. */
	return state->failures >= 0 && state->failures <= BREAKER_FAILURES &&
	    state->since >= 0 && state->since <= now + SLACK &&
	    state->pause >= (is_shut ? FIRST_PAUSE : 0) &&
	    state->pause <= LONGEST_PAUSE &&
	    state->until <= now + LONGEST_PAUSE + SLACK &&
	    state->until >= (is_shut ? now - HOUR : 0);
}

static void read_state(int descriptor, int64_t now, struct state *state)
{
	if (pread(descriptor, state, sizeof(*state), 0) !=
		(ssize_t)sizeof(*state) ||
	    !is_sane(state, now))
		*state = (struct state){.failures = 0};
}

/*
 * Nobody keeps the file for longer than it takes to write it, but a process
 * that was stopped: so not without end.
 */
static bool take_turn(int descriptor)
{
	const struct timespec pause = {.tv_nsec = TURN_PAUSE};

	for (int i = 0; i < TURN_TRIES; i++) {
		if (flock(descriptor, LOCK_EX | LOCK_NB) == 0)
			return true;
		if (errno != EWOULDBLOCK && errno != EINTR)
			return false;
		nanosleep(&pause, NULL);
	}
	return false;
}

/* Until it is closed the state is ours. -1: it cannot be had. */
static int open_state(const struct config *config, const char *gateway,
    int64_t now, struct state *state)
{
	char name[NAME_MAX];
	int descriptor;

	snprintf(name, sizeof(name), "gateway-%s", gateway);
	descriptor = file_open_run(config->data, name);
	if (descriptor < 0 || !take_turn(descriptor)) {
		log_warn(
		    "DATA/run/%s: %s; all may call", name, strerror(errno));
		if (descriptor >= 0)
			close(descriptor);
		return -1;
	}
	read_state(descriptor, now, state);
	return descriptor;
}

/*
 * Read it without keeping it. Who only looks makes no file: it may be another
 * user, and a simulation never has one.
 */
static void look_at_state(const struct config *config, const char *gateway,
    int64_t now, struct state *state)
{
	char path[PATH_MAX];
	int descriptor;

	*state = (struct state){.failures = 0};
	snprintf(
	    path, sizeof(path), "%s/run/gateway-%s", config->data, gateway);
	descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW);
	if (descriptor < 0)
		return;
	read_state(descriptor, now, state);
	close(descriptor);
}

/* Closing gives the lock back. */
static void close_state(int descriptor, const struct state *state)
{
	if (pwrite(descriptor, state, sizeof(*state), 0) !=
	    (ssize_t)sizeof(*state))
		log_warn("DATA/run: a gateway's state cannot be written");
	close(descriptor);
}

/* ---- calls under way ---- */

/* Milliseconds that a call is under way; -1: there is none. */
static int64_t age_of(int64_t begun)
{
	int64_t now = clock_running_ms();

	return begun > 0 && begun <= now && now - begun < LOST_MS ? now - begun
								  : -1;
}

static int count_slow(const struct state *state)
{
	int count = 0;

	for (int i = 0; i < CALLS_MOST; i++)
		count += age_of(state->begun[i]) >= SLOW_MS;
	return count;
}

struct breaker_call breaker_begin(
    const struct config *config, const char *gateway, int64_t now)
{
	struct breaker_call call = {
	    .config = config, .gateway = gateway, .place = -1};
	struct state state;
	int descriptor = open_state(config, gateway, now, &state);

	if (descriptor < 0)
		return call;
	for (int i = 0; i < CALLS_MOST && call.place < 0; i++)
		if (age_of(state.begun[i]) < 0)
			call.place = i;
	if (call.place >= 0)
		state.begun[call.place] = clock_running_ms();
	close_state(descriptor, &state);
	return call;
}

/* ---- answers ---- */

static void note_answer(const char *gateway, struct state *state)
{
	if (state->failures >= BREAKER_FAILURES)
		log_warn("%s answers again", gateway);
	state->failures = 0;
	state->until = 0;
	state->pause = 0;
	state->is_tried = 0;
}

/* In a pause only who tries makes the next one longer. */
static void note_silence(const char *gateway, struct state *state, int64_t now)
{
	bool is_shut = state->failures >= BREAKER_FAILURES;

	if (is_shut && !state->is_tried)
		return;
	if (state->failures == 0)
		state->since = now;
	if (!is_shut)
		state->failures++;
	if (state->failures < BREAKER_FAILURES)
		return;
	state->pause = is_shut ? 2 * state->pause : FIRST_PAUSE;
	if (state->pause > LONGEST_PAUSE)
		state->pause = LONGEST_PAUSE;
	state->until = now + state->pause;
	state->is_tried = 0;
	log_warn("%s does not answer: nobody waits for it for %" PRId64
		 " seconds",
	    gateway, state->pause);
}

void breaker_end(
    const struct breaker_call *call, enum breaker_end end, int64_t now)
{
	struct state state;
	int descriptor = open_state(call->config, call->gateway, now, &state);

	if (descriptor < 0)
		return;
	if (call->place >= 0)
		state.begun[call->place] = 0;
	if (end == BREAKER_ANSWERED)
		note_answer(call->gateway, &state);
	else if (end == BREAKER_UNANSWERED)
		note_silence(call->gateway, &state, now);
	close_state(descriptor, &state);
}

/* ---- questions ---- */

int64_t breaker_wait(
    const struct config *config, const char *gateway, int64_t now)
{
	struct state state;
	int64_t wait;
	int descriptor;

	look_at_state(config, gateway, now, &state);
	if (state.failures < BREAKER_FAILURES)
		return count_slow(&state) >= BREAKER_SLOW ? GATEWAY_SECONDS : 0;
	if (now < state.until)
		return state.until - now;
	descriptor = open_state(config, gateway, now, &state);
	if (descriptor < 0)
		return 0;
	/* Somebody may have been faster. */
	wait = state.until > now ? state.until - now : 0;
	if (wait == 0 && state.failures >= BREAKER_FAILURES) {
		state.until = now + TRIAL;
		state.is_tried = 1;
	}
	close_state(descriptor, &state);
	return wait;
}

int64_t breaker_since(
    const struct config *config, const char *gateway, int64_t now)
{
	struct state state;

	look_at_state(config, gateway, now, &state);
	return state.failures >= BREAKER_FAILURES ? state.since : 0;
}
