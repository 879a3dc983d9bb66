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
#include "store/user_store.h"
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/file.h>
#include <unistd.h>

#define SENDMAIL "/usr/sbin/sendmail"

/* ---- what is to do ---- */

static const char *token_path(struct arena *arena, const char *data)
{
	return arena_format(arena, "%s/setup-token", data);
}

static bool has_database(struct arena *arena, const char *data)
{
	return access(arena_format(arena, "%s/campuspass.db", data), F_OK) == 0;
}

static struct error *has_admin(const struct shop *shop, bool *has)
{
	int64_t count, others;

	TRY(user_store_count_admins(shop->db, shop->arena, 0, &count, &others));
	*has = count > 0;
	return NULL;
}

struct error *setup_find_state(
    const struct shop *shop, const char **data, enum setup_state *state)
{
	bool has = true;

	TRY(config_find_data(shop->arena, data));
	*state = SETUP_DONE;
	if (!has_database(shop->arena, *data))
		*state = SETUP_FIRST;
	else if (!shop->db)
		*state = SETUP_UPGRADE;
	else if (access(token_path(shop->arena, *data), F_OK) == 0) {
		TRY(has_admin(shop, &has));
		*state = has ? SETUP_DONE : SETUP_FIRST;
	}
	return NULL;
}

/* ---- the token ---- */

static struct error *make_token(struct arena *arena, const char *path)
{
	const char *line =
	    arena_format(arena, "%s\n", token_id(arena));
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

static struct error *open_site(
    const char *data, struct config *config, struct shop *shop)
{
	size_t count;
	const struct db_schema *files = schema_files(&count);
	int version;

	TRY(config_load(shop->arena, data, config));
	shop->config = config;
	TRY(db_open_any(shop->arena, config, &shop->db));
	return db_migrate(shop->db, files, count, &version);
}

static struct error *make_admin(
    const struct shop *shop, const struct setup_answers *answers)
{
	struct user user;
	bool has;

	TRY(has_admin(shop, &has));
	if (has)
		return fail(NOT_FOUND_ERROR, "Page not found");
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

static struct error *make_site_in(
    struct shop *shop, const char *data, const struct setup_answers *answers)
{
	struct config config;

	TRY(config_create(shop->arena, data));
	TRY(open_site(data, &config, shop));
	TRY(make_admin(shop, answers));
	TRY(keep_answers(shop, answers));
	unlink(token_path(shop->arena, data));
	return NULL;
}

/* One at a time, by a lock on the token: two owners who click at once. */
static struct error *lock_token(
    struct arena *arena, const char *data, int *lock)
{
	*lock = open(token_path(arena, data), O_RDONLY | O_CLOEXEC);
	if (*lock < 0)
		return fail(NOT_FOUND_ERROR, "Page not found");
	while (flock(*lock, LOCK_EX) != 0)
		if (errno != EINTR)
			return fail(CONFIGURATION_ERROR,
			    "DATA/setup-token cannot be locked");
	return NULL;
}

struct error *setup_make_site(struct arena *arena, const char *data,
    const struct setup_answers *answers)
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
		error = open_site(data, &config, &shop);
	if (shop.db)
		db_close(shop.db);
	if (!error)
		unlink(token_path(arena, data));
	close(lock);
	return error;
}
