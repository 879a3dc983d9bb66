#include "mail/sendmail.h"

#include "base/text.h"
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <spawn.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <sysexits.h>
#include <time.h>
#include <unistd.h>

enum {
	ARGUMENT_LIMIT = 24,   /* words of the configured command, and ours */
	COMPLAINT_SIZE = 2048, /* of standard error; what is more is lost */
	COMPLAINT_SHOWN = 300, /* of it, in the outbox */
	NAP = 5 * 1000 * 1000, /* nanoseconds between looks */
};

/* A run of the program. */
struct run {
	pid_t pid;     /* of it, and of its process group */
	int message;   /* its standard input; -1 none */
	int complaint; /* its standard error; -1 none */
};

static struct delivery put_off(const char *reason)
{
	return (struct delivery){.outcome = DELIVERY_LATER, .reason = reason};
}

/* ---- its files ---- */

static bool write_all(int file, const char *text)
{
	size_t left = strlen(text);

	while (left > 0) {
		ssize_t put = write(file, text, left);

		if (put <= 0)
			return false;
		text += put;
		left -= (size_t)put;
	}
	return lseek(file, 0, SEEK_SET) == 0;
}

/* A file in memory that cannot grow: a program gone wild fills nothing. */
static int make_complaint_file(void)
{
	int file = memfd_create("complaint", MFD_CLOEXEC | MFD_ALLOW_SEALING);

	if (file >= 0 &&
	    (ftruncate(file, COMPLAINT_SIZE) != 0 ||
		fcntl(file, F_ADD_SEALS, F_SEAL_GROW) != 0)) {
		close(file);
		return -1;
	}
	return file;
}

static bool open_files(struct run *run, const char *message)
{
	run->message = memfd_create("message", MFD_CLOEXEC);
	run->complaint = make_complaint_file();
	return run->message >= 0 && run->complaint >= 0 &&
	    write_all(run->message, message);
}

static void close_files(const struct run *run)
{
	if (run->message >= 0)
		close(run->message);
	if (run->complaint >= 0)
		close(run->complaint);
}

/* The beginning of what it said, on one line. */
static const char *read_complaint(struct arena *arena, const struct run *run)
{
	char *text = arena_alloc(arena, COMPLAINT_SIZE + 1);
	size_t length;

	if (pread(run->complaint, text, COMPLAINT_SIZE, 0) < 0)
		return "";
	text = text_trim(arena, text);
	length = strlen(text);
	if (length > COMPLAINT_SHOWN)
		length = COMPLAINT_SHOWN;
	for (size_t i = 0; i < length; i++)
		if ((unsigned char)text[i] < ' ' || text[i] == 0x7f)
			text[i] = ' ';
	while (length > 0 && !text_is_utf8(text, length))
		length--;
	return arena_copy_bytes(arena, text, length);
}

/* ---- running it ---- */

/* The configured words and ours; the list ends with NULL. */
static void make_arguments(struct arena *arena, const struct config *config,
    char *arguments[ARGUMENT_LIMIT + 1])
{
	char *rest = arena_copy(arena, config->sendmail);
	size_t count = 0;
	char *word;

	while ((word = strsep(&rest, " \t")) && count < ARGUMENT_LIMIT - 4)
		if (*word)
			arguments[count++] = word;
	arguments[count++] = arena_copy(arena, "-t");
	arguments[count++] = arena_copy(arena, "-i");
	if (*config->envelope_from) {
		arguments[count++] = arena_copy(arena, "-f");
		arguments[count++] = arena_copy(arena, config->envelope_from);
	}
	arguments[count] = NULL;
}

bool sendmail_is_there(struct arena *arena, const struct config *config)
{
	char *arguments[ARGUMENT_LIMIT + 1];

	make_arguments(arena, config, arguments);
	return *config->sendmail && access(arguments[0], X_OK) == 0;
}

/*
 * In a group of its own, with default signals, and with no file of ours:
 * standard input is a FastCGI program's socket.
 */
static int spawn(struct run *run, char *arguments[])
{
	posix_spawn_file_actions_t files;
	posix_spawnattr_t attributes;
	sigset_t all, none;
	int problem;

	sigfillset(&all);
	sigemptyset(&none);
	posix_spawnattr_init(&attributes);
	posix_spawnattr_setsigdefault(&attributes, &all);
	posix_spawnattr_setsigmask(&attributes, &none);
	posix_spawnattr_setpgroup(&attributes, 0);
	posix_spawnattr_setflags(&attributes,
	    POSIX_SPAWN_SETSIGDEF | POSIX_SPAWN_SETSIGMASK |
		POSIX_SPAWN_SETPGROUP);
	posix_spawn_file_actions_init(&files);
	posix_spawn_file_actions_adddup2(&files, run->message, 0);
	posix_spawn_file_actions_addopen(&files, 1, "/dev/null", O_WRONLY, 0);
	posix_spawn_file_actions_adddup2(&files, run->complaint, 2);
	posix_spawn_file_actions_addclosefrom_np(&files, 3);
	problem = posix_spawn(
	    &run->pid, arguments[0], &files, &attributes, arguments, environ);
	posix_spawn_file_actions_destroy(&files);
	posix_spawnattr_destroy(&attributes);
	return problem;
}

/* Its wait status; false when the time was over and it was killed. */
static bool wait_for(const struct run *run, int limit, int *status)
{
	const struct timespec nap = {.tv_nsec = NAP};
	struct timespec start, now;

	clock_gettime(CLOCK_MONOTONIC, &start);
	do {
		if (waitpid(run->pid, status, WNOHANG) == run->pid)
			return true;
		nanosleep(&nap, NULL);
		clock_gettime(CLOCK_MONOTONIC, &now);
	} while (now.tv_sec - start.tv_sec < limit);
	kill(-run->pid, SIGKILL);
	while (waitpid(run->pid, status, 0) < 0 && errno == EINTR)
		continue;
	return false;
}

/* ---- what it answered ---- */

/* sysexits.h: what will be the same tomorrow. The rest may be over then. */
static bool is_final(int code)
{
	return code == EX_USAGE || code == EX_DATAERR || code == EX_NOUSER;
}

static struct delivery judge(
    struct arena *arena, const struct run *run, int status)
{
	const char *complaint = read_complaint(arena, run);

	if (WIFSIGNALED(status))
		return put_off(arena_format(arena,
		    "The mail program died of signal %d", WTERMSIG(status)));
	if (WEXITSTATUS(status) == EX_OK)
		return (struct delivery){
		    .outcome = DELIVERY_TAKEN, .reason = ""};
	return (struct delivery){
	    .outcome = is_final(WEXITSTATUS(status)) ? DELIVERY_REFUSED
						     : DELIVERY_LATER,
	    .reason = arena_format(arena, "The mail program ended with %d%s%s",
		WEXITSTATUS(status), *complaint ? ": " : "", complaint),
	};
}

static struct delivery deliver(struct arena *arena, const struct config *config,
    struct run *run, int limit)
{
	char *arguments[ARGUMENT_LIMIT + 1];
	int problem, status = 0;

	make_arguments(arena, config, arguments);
	problem = spawn(run, arguments);
	if (problem)
		return put_off(arena_format(
		    arena, "%s: %s", arguments[0], strerror(problem)));
	if (!wait_for(run, limit, &status))
		return put_off(arena_format(arena,
		    "The mail program did not end within %d seconds", limit));
	return judge(arena, run, status);
}

struct delivery sendmail_deliver(struct arena *arena,
    const struct config *config, const char *message, int limit)
{
	struct run run = {.message = -1, .complaint = -1};
	struct delivery delivery =
	    put_off("There is no memory for the message");

	if (open_files(&run, message))
		delivery = deliver(arena, config, &run, limit);
	close_files(&run);
	return delivery;
}
