#include "store/turn.h"

#include "base/clock.h"
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <string.h>
#include <sys/file.h>
#include <sys/time.h>
#include <unistd.h>

enum {
	TICK_MICROSECONDS = 50 * 1000
};

static struct error *open_lock(struct arena *arena, const struct config *config,
    const char *name, int *descriptor)
{
	const char *path = config_path(arena, config, name);

	*descriptor = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0600);
	if (*descriptor < 0)
		return fail(
		    CONFIGURATION_ERROR, "%s: %s", path, strerror(errno));
	return NULL;
}

struct error *turn_open(
    struct arena *arena, const struct config *config, struct turn *turn)
{
	*turn = (struct turn){.queue = -1, .writer = -1};
	TRY(open_lock(arena, config, "locks/queue.lock", &turn->queue));
	return open_lock(arena, config, "locks/writer.lock", &turn->writer);
}

/* The handler has nothing to do: being called interrupts flock(). */
static void on_tick(int signal_number)
{
	(void)signal_number;
}

/*
 * The timer repeats, for a tick that falls between the look at the clock and
 * the call would otherwise be the last.
 */
static void start_ticks(void)
{
	const struct sigaction action = {.sa_handler = on_tick};
	const struct itimerval every = {
	    .it_interval.tv_usec = TICK_MICROSECONDS,
	    .it_value.tv_usec = TICK_MICROSECONDS};

	sigaction(SIGALRM, &action, NULL);
	setitimer(ITIMER_REAL, &every, NULL);
}

static void stop_ticks(void)
{
	const struct itimerval never = {.it_value.tv_sec = 0};

	setitimer(ITIMER_REAL, &never, NULL);
}

static struct error *wait_for_lock(int descriptor, int64_t deadline)
{
	while (flock(descriptor, LOCK_EX) != 0) {
		if (errno != EINTR)
			return fail(
			    STORAGE_ERROR, "A lock file cannot be locked");
		if (clock_running_ms() >= deadline)
			return fail(BUSY_ERROR,
			    "The box office is very busy at the moment");
	}
	return NULL;
}

static struct error *wait_for_turn(struct turn *turn, int64_t deadline)
{
	struct error *error;

	TRY(wait_for_lock(turn->queue, deadline));
	error = wait_for_lock(turn->writer, deadline);
	flock(turn->queue, LOCK_UN);
	return error;
}

struct error *turn_take(struct turn *turn, int64_t deadline)
{
	struct error *error;

	if (flock(turn->queue, LOCK_EX | LOCK_NB) == 0) {
		bool is_free = flock(turn->writer, LOCK_EX | LOCK_NB) == 0;

		flock(turn->queue, LOCK_UN);
		if (is_free)
			return NULL;
	}
	start_ticks();
	error = wait_for_turn(turn, deadline);
	stop_ticks();
	return error;
}

struct error *turn_lock(int descriptor, int64_t deadline)
{
	struct error *error;

	start_ticks();
	error = wait_for_lock(descriptor, deadline);
	stop_ticks();
	return error;
}

void turn_give(struct turn *turn)
{
	flock(turn->writer, LOCK_UN);
}

void turn_close(struct turn *turn)
{
	if (turn->queue >= 0)
		close(turn->queue);
	if (turn->writer >= 0)
		close(turn->writer);
}
