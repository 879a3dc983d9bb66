/*
 * What the setup's pages do: the same as `campuspass init` and `migrate`,
 * where nobody can run a command.
 */
#include "setup.h"

#include "base/clock.h"
#include "base/config.h"
#include "base/keys.h"
#include "base/text.h"
#include "base/token.h"
#include "schema.h"
#include "store/db.h"
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#define SENDMAIL "/usr/sbin/sendmail"

/* ---- what is to do ---- */

static const char *token_path(struct arena *arena, const char *data)
{
	return arena_format(arena, "%s/setup-token", data);
}

bool setup_has_database(struct arena *arena, const char *data)
{
	return access(arena_format(arena, "%s/campuspass.db", data), F_OK) ==
	    0 ||
	    errno != ENOENT;
}

struct error *setup_find_state(
    const struct shop *shop, const char **data, enum setup_state *state)
{
	TRY(config_find_data(shop->arena, data));
	if (!setup_has_database(shop->arena, *data))
		*state = SETUP_FIRST;
	else
		*state = shop->db ? SETUP_DONE : SETUP_UPGRADE;
	return NULL;
}

/* ---- the token ---- */

static struct error *make_token(struct arena *arena, const char *path)
{
	const char *line = arena_format(arena, "%s\n", token_id(arena));
	ssize_t length = (ssize_t)strlen(line);
	int file = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
	bool is_written;

	if (file < 0 && errno == EEXIST)
		return NULL;
	if (file < 0)
		return fail(
		    CONFIGURATION_ERROR, "%s: %s", path, strerror(errno));
	is_written = write(file, line, (size_t)length) == length;
	close(file);
	if (is_written)
		return NULL;
	unlink(path);
	return fail(CONFIGURATION_ERROR, "%s: cannot be written", path);
}

struct error *setup_find_token(
    struct arena *arena, const char *data, const char **token)
{
	const char *path = token_path(arena, data);
	char *text;

	TRY(make_token(arena, path));
	TRY(config_read_file(arena, path, &text));
	*token = text_trim(arena, text);
	if (strlen(*token) < 20)
		return fail(CONFIGURATION_ERROR, "%s: no token", path);
	return NULL;
}

/* ---- setting up ---- */

/* `journal_mode` truncate keeps all of it in one file; NULL: as configured. */
static struct error *open_site(const char *data, const char *journal_mode,
    struct config *config, struct shop *shop)
{
	size_t count;
	const struct db_schema *files = schema_files(&count);
	int version;

	TRY(config_load(shop->arena, data, config));
	if (journal_mode)
		config->journal_mode = journal_mode;
	shop->config = config;
	TRY(db_open_any(shop->arena, config, &shop->db));
	db_keep_log_short(shop->db);
	return db_migrate(shop->db, files, count, &version);
}

static struct error *make_admin(
    const struct shop *shop, const struct setup_answers *answers)
{
	struct user user;

	return account_create(shop, &answers->admin, ROLE_ADMIN, true, &user);
}

static struct error *keep_answers(
    const struct shop *shop, const struct setup_answers *answers)
{
	const struct {
		const char *key;
		const char *value;
	} settings[] = {
	    {"site_name", answers->site_name},
	    {"base_url", answers->base_url},
	    {"contact", answers->admin.email},
	    {"sendmail", access(SENDMAIL, X_OK) == 0 ? SENDMAIL : ""},
	};
	bool added;

	for (size_t i = 0; i < COUNT_OF(settings); i++)
		if (*settings[i].value)
			TRY(config_add(shop->arena, shop->config,
			    settings[i].key, settings[i].value, &added));
	return NULL;
}

/*
 * A site is made in a folder of its own and then moved, the database last:
 * until then no process has anything to open, and an answer that will not do
 * leaves nothing behind that another one would find.
 */
static const char *const moved_out[] = {
    "locks", "log", "run", "campuspass.conf", "keys", "campuspass.db"};
static const char *const moved_in[] = {"campuspass.conf", "keys"};

static bool move(
    struct arena *arena, const char *from, const char *to, const char *name)
{
	return rename(arena_format(arena, "%s/%s", from, name),
		   arena_format(arena, "%s/%s", to, name)) == 0;
}

static void remove_database(struct arena *arena, const char *folder)
{
	unlink(arena_format(arena, "%s/campuspass.db", folder));
	unlink(arena_format(arena, "%s/campuspass.db-journal", folder));
}

/* What a try that failed has left is not the site's: its admin, above all. */
static struct error *prepare_folder(
    struct arena *arena, const char *data, const char **folder)
{
	*folder = arena_format(arena, "%s/setup", data);
	if (mkdir(*folder, 0700) != 0 && errno != EEXIST)
		return fail(
		    CONFIGURATION_ERROR, "%s: %s", *folder, strerror(errno));
	remove_database(arena, *folder);
	for (size_t i = 0; i < COUNT_OF(moved_in); i++)
		move(arena, data, *folder, moved_in[i]);
	return config_create(arena, *folder);
}

static struct error *publish(
    struct arena *arena, const char *folder, const char *data)
{
	/* A folder that is in use there already stays. */
	for (size_t i = 0; i < COUNT_OF(moved_out); i++)
		if (!move(arena, folder, data, moved_out[i]) &&
		    errno != ENOTEMPTY && errno != EEXIST)
			return fail(CONFIGURATION_ERROR, "%s/%s: %s", data,
			    moved_out[i], strerror(errno));
	unlink(token_path(arena, data));
	/* The journal is empty since the last commit, but there. */
	remove_database(arena, folder);
	rmdir(folder);
	return NULL;
}

static struct error *make_site_in(
    struct shop *shop, const char *data, const struct setup_answers *answers)
{
	struct config config;
	const char *folder;

	if (setup_has_database(shop->arena, data))
		return fail(NOT_FOUND_ERROR, "Page not found");
	TRY(prepare_folder(shop->arena, data, &folder));
	TRY(open_site(folder, "truncate", &config, shop));
	TRY(make_admin(shop, answers));
	TRY(keep_answers(shop, answers));
	db_close(shop->db);
	shop->db = NULL;
	return publish(shop->arena, folder, data);
}

/* One at a time, by a lock on the token: two owners who click at once. */
static struct error *lock_token(
    struct arena *arena, const char *data, int *lock)
{
	*lock = open(token_path(arena, data), O_RDONLY | O_CLOEXEC);
	if (*lock < 0 && errno == ENOENT)
		return fail(NOT_FOUND_ERROR, "Page not found");
	if (*lock < 0)
		return fail(CONFIGURATION_ERROR, "DATA/setup-token: %s",
		    strerror(errno));
	while (flock(*lock, LOCK_EX) != 0)
		if (errno != EINTR)
			return fail(CONFIGURATION_ERROR,
			    "DATA/setup-token cannot be locked");
	return NULL;
}

struct error *setup_make_site(
    struct arena *arena, const char *data, const struct setup_answers *answers)
{
	struct shop shop = {.arena = arena};
	struct error *error;
	int lock;

	TRY(lock_token(arena, data, &lock));
	error = make_site_in(&shop, data, answers);
	if (shop.db)
		db_close(shop.db);
	close(lock);
	return error;
}

struct error *setup_upgrade(struct arena *arena, const char *data)
{
	struct shop shop = {.arena = arena};
	struct config config;
	struct error *error;
	int lock;

	TRY(lock_token(arena, data, &lock));
	error = keys_add(arena, data);
	if (!error)
		error = open_site(data, NULL, &config, &shop);
	if (shop.db)
		db_close(shop.db);
	if (!error)
		unlink(token_path(arena, data));
	close(lock);
	return error;
}
