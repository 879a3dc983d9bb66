#include "web/errand.h"

#include "base/clock.h"
#include "base/log.h"
#include "base/text.h"
#include "booking/hook.h"
#include "mail/outbox.h"
#include "store/db.h"
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#define ERRAND "CAMPUSPASS_ERRAND"
#define ERRAND_SEND ERRAND "=send"

/* ---- starting one ---- */

/* Standard input is a FastCGI program's socket, output a CGI's answer. */
NORETURN static void become(char *environment[])
{
	char *arguments[] = {"campuspass-errand", NULL};
	int nothing = open("/dev/null", O_RDWR);

	for (int file = 0; file <= 2; file++)
		dup2(nothing, file);
	close_range(3, ~0U, 0);
	execve("/proc/self/exe", arguments, environment);
	_exit(EXIT_FAILURE);
}

/* Ours, but for what is said of DATA and the errand. */
static char **make_environment(struct arena *arena, const struct config *config)
{
	size_t count = 0, kept = 0;
	char **environment;

	while (environ[count])
		count++;
	environment = arena_array(arena, count + 3, sizeof(*environment));
	for (size_t i = 0; i < count; i++)
		if (!text_starts_with(environ[i], "CAMPUSPASS_DATA="))
			environment[kept++] = environ[i];
	environment[kept++] =
	    arena_format(arena, "CAMPUSPASS_DATA=%s", config->data);
	environment[kept] = arena_copy(arena, ERRAND_SEND);
	return environment;
}

/* Twice, so that it is nobody's child who would have to wait for it. */
void errand_start(const struct config *config)
{
	struct arena arena = ARENA_EMPTY;
	char **environment = make_environment(&arena, config);
	pid_t child = fork();

	if (child == 0) {
		if (fork() == 0)
			become(environment);
		_exit(EXIT_SUCCESS);
	}
	if (child < 0)
		log_warn("mail and webhooks wait: %s", strerror(errno));
	while (child > 0 && waitpid(child, NULL, 0) < 0 && errno == EINTR)
		continue;
	arena_close(&arena);
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

static struct error *run(struct arena *arena)
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
	error = send_all(&shop);
	db_close(shop.db);
	return error;
}

int errand_main(void)
{
	struct arena arena = ARENA_EMPTY;
	struct error *error = run(&arena);

	if (error)
		log_error(LOG_LEVEL_WARN, error);
	arena_close(&arena);
	return error ? EXIT_FAILURE : EXIT_SUCCESS;
}
