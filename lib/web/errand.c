#include "web/errand.h"

#include "base/clock.h"
#include "base/log.h"
#include "booking/hook.h"
#include "mail/outbox.h"
#include "store/db.h"
#include "web/chores.h"
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <unistd.h>

#define ERRAND "CAMPUSPASS_ERRAND"

enum {
	ORDERS = 3 /* the helper's end of the pipe; the first of its own */
};

/* Our end of the pipe; -1 without a helper. */
static int to_helper = -1;

/* ---- the helper ---- */

/* Standard input is a FastCGI program's socket, output a CGI's answer. */
static void leave_files(int kept)
{
	int nothing = open("/dev/null", O_RDWR);

	for (int file = 0; file < ORDERS; file++)
		dup2(nothing, file);
	close_range((unsigned)kept, ~0U, 0);
}

static void take_orders(int orders)
{
	if (orders != ORDERS)
		dup2(orders, ORDERS);
	leave_files(ORDERS + 1);
	fcntl(ORDERS, F_SETFD, FD_CLOEXEC);
}

static void run_errand(void)
{
	static char name[] = "campuspass-errand";
	static char *const arguments[] = {name, NULL};

	if (fork() != 0)
		return;
	leave_files(ORDERS);
	/* An ignored one would be inherited, and waitpid() fail. */
	signal(SIGCHLD, SIG_DFL);
	setenv(ERRAND, "yes", true);
	execv("/proc/self/exe", arguments);
	_exit(EXIT_FAILURE);
}

/* Several orders that arrive together are one. */
NORETURN static void help(int orders)
{
	char scrap[64];
	ssize_t got;

	take_orders(orders);
	signal(SIGTERM, SIG_DFL);
	signal(SIGCHLD, SIG_IGN);
	prctl(PR_SET_NAME, "errands");
	while ((got = read(ORDERS, scrap, sizeof(scrap))) != 0)
		if (got > 0)
			run_errand();
		else if (errno != EINTR)
			break;
	_exit(EXIT_SUCCESS);
}

void errand_prepare(void)
{
	int ends[2];
	pid_t child;

	if (pipe2(ends, O_CLOEXEC) != 0)
		die("no pipe for errands");
	child = fork();
	if (child == 0) {
		/* Or it would not see the program end. */
		close(ends[1]);
		help(ends[0]);
	}
	if (child < 0)
		die("no process for errands");
	close(ends[0]);
	to_helper = ends[1];
	fcntl(to_helper, F_SETFL, O_NONBLOCK);
}

void errand_start(void)
{
	if (to_helper < 0) {
		run_errand();
		return;
	}
	if (write(to_helper, "", 1) == 1 || errno == EAGAIN)
		return;
	log_warn(
	    "the helper is gone, mail and webhooks wait: %s", strerror(errno));
	raise(SIGTERM);
}

/* ---- being one ---- */

bool errand_is_ours(void)
{
	return getenv(ERRAND) != NULL;
}

/* One that fails does not keep the other from being sent. */
static struct error *send_all(const struct shop *shop)
{
	struct outbox_report report;
	struct error *mail = outbox_send_due(shop, OUTBOX_RUN, &report);
	struct error *hooks = hook_send_due(shop);

	if (mail && hooks)
		log_error(LOG_LEVEL_WARN, hooks);
	return mail ? mail : hooks;
}

static struct error *run_due(struct arena *arena)
{
	struct config config;
	struct shop shop = {.arena = arena, .config = &config};
	struct error *error;
	const char *data;

	TRY(config_find_data(arena, &data));
	clock_set_directory(data);
	clock_tick();
	log_open("errand", arena_format(arena, "%s/log/campuspass.log", data));
	TRY(config_load(arena, data, &config));
	TRY(db_open(arena, &config, &shop.db));
	db_keep_log_short(shop.db);
	chores_run_due(&shop);
	db_start_deadline(shop.db);
	error = send_all(&shop);
	db_close(shop.db);
	return error;
}

int errand_main(void)
{
	struct arena arena = ARENA_EMPTY;
	struct error *error = run_due(&arena);

	if (error)
		log_error(LOG_LEVEL_WARN, error);
	arena_close(&arena);
	return error ? EXIT_FAILURE : EXIT_SUCCESS;
}
