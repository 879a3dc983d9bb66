/*
 * A data directory for unit tests: made in a temporary folder, with keys, a
 * configuration, a clock that can be set and a database of the newest schema,
 * and removed again.
 *
 *   struct site site;
 *   site_open(&site);      site.shop is what the domain works with
 *   site_close(&site);
 */
#ifndef UNIT_SITE_H
#define UNIT_SITE_H

#include "base/clock.h"
#include "base/log.h"
#include "booking/shop.h"
#include "schema.h"
#include "store/db.h"
#include "tap.h"
#include <fcntl.h>
#include <ftw.h>
#include <inttypes.h>
#include <limits.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

struct site {
	char data[PATH_MAX];  /* the directory */
	struct arena arena;   /* of everything */
	struct config config; /* as init writes it */
	struct shop shop;     /* db, config, arena */
};

/* What cannot fail here ends the program when it does. */
static inline void must(struct error *error)
{
	if (!error)
		return;
	printf("Bail out! %s\n", error->message);
	exit(EXIT_FAILURE);
}

static inline int site_remove_one(
    const char *path, const struct stat *status, int type, struct FTW *position)
{
	(void)status;
	(void)type;
	(void)position;
	return remove(path);
}

static inline void site_open(struct site *site)
{
	const char *folder = getenv("TMPDIR");
	size_t count;
	const struct db_schema *files = schema_files(&count);
	int version;

	*site = (struct site){.arena = ARENA_EMPTY};
	snprintf(site->data, sizeof(site->data), "%s/campuspass-XXXXXX",
	    folder ? folder : "/tmp");
	if (!mkdtemp(site->data))
		must(fail(STORAGE_ERROR, "no temporary directory"));
	must(config_create(&site->arena, site->data));
	must(config_load(&site->arena, site->data, &site->config));
	site->shop.arena = &site->arena;
	site->shop.config = &site->config;
	must(db_open_any(&site->arena, &site->config, &site->shop.db));
	must(db_migrate(site->shop.db, files, count, &version));
	clock_set_directory(site->data);
	clock_tick();
}

static inline void site_close(struct site *site)
{
	db_close(site->shop.db);
	clock_set_directory(NULL);
	nftw(site->data, site_remove_one, 16, FTW_DEPTH | FTW_PHYS);
	arena_close(&site->arena);
}

/* That moment it is on the site, and stays (needs TESTHOOKS). */
static inline void site_set_clock(struct site *site, int64_t now)
{
	FILE *file =
	    fopen(arena_format(&site->arena, "%s/clock", site->data), "we");

	if (!file)
		die("no clock");
	fprintf(file, "@%" PRId64, now);
	fclose(file);
	clock_tick();
}

/*
 * Does this end the process by abort()? It runs in a child, so what it
 * breaks stays there.
 */
static inline bool dies(
    void (*action)(const void *context), const void *context)
{
	const struct rlimit no_core = {0, 0};
	int status = 0;
	pid_t child;

	fflush(stdout);
	child = fork();
	if (child == 0) {
		setrlimit(RLIMIT_CORE, &no_core);
		dup2(open("/dev/null", O_WRONLY | O_CLOEXEC), STDERR_FILENO);
		action(context);
		_exit(EXIT_SUCCESS);
	}
	waitpid(child, &status, 0);
	return WIFSIGNALED(status) && WTERMSIG(status) == SIGABRT;
}

#endif
