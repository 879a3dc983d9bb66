#include "booking/picture.h"

#include "base/clock.h"
#include "base/file.h"
#include "base/log.h"
#include "base/text.h"
#include "base/token.h"
#include "store/event_edit_store.h"
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum {
	LARGEST = 16 * 1024 * 1024 /* re-encoded ones are far smaller */
};

static const struct {
	const char *ending;
	const char *content_type;
} types[] = {
    [IMAGE_PNG] = {".png", "image/png"},
    [IMAGE_JPEG] = {".jpg", "image/jpeg"},
};

static const char *path_of(const struct shop *shop, const char *name)
{
	return config_path(shop->arena, shop->config,
	    arena_format(shop->arena, "images/%s", name));
}

struct error *picture_save(
    const struct shop *shop, const struct image *image, const char **name)
{
	struct error *error;

	*name = arena_format(shop->arena, "%s%s",
	    text_lower(shop->arena, token_id(shop->arena)),
	    types[image->type].ending);
	error =
	    file_make_folder(config_path(shop->arena, shop->config, "images"));
	if (!error)
		error = file_write(shop->arena, path_of(shop, *name),
		    image->bytes, image->length);
	if (!error)
		return NULL;
	log_error(LOG_LEVEL_WARN, error);
	return fail(STORAGE_ERROR, "The picture cannot be kept at the moment");
}

/* NULL for what picture_save() never named so. */
static const char *content_type_of(const char *name)
{
	size_t length = strspn(name, "0123456789abcdefghijklmnopqrstuvwxyz");

	for (size_t i = 0; i < COUNT_OF(types); i++)
		if (length == TOKEN_ID_LENGTH &&
		    text_equal(name + length, types[i].ending))
			return types[i].content_type;
	return NULL;
}

struct error *picture_read(const struct shop *shop, const char *name,
    const char **content_type, char **bytes, size_t *length)
{
	struct error *error;

	*content_type = content_type_of(name);
	if (!*content_type)
		return fail(NOT_FOUND_ERROR, "Picture not found");
	error =
	    file_read(shop->arena, path_of(shop, name), LARGEST, bytes, length);
	if (error_is(error, NOT_FOUND_ERROR))
		return fail(NOT_FOUND_ERROR, "Picture not found");
	if (!error)
		return NULL;
	log_error(LOG_LEVEL_WARN, error);
	return fail(STORAGE_ERROR, "The picture cannot be read at the moment");
}

/* What the last restore replaced, and may be put back; NULL: nothing. */
static struct error *open_aside(const struct shop *shop, struct db **aside)
{
	struct error *error =
	    db_open_put_aside(shop->arena, shop->config, aside);

	if (!error_is(error, NOT_FOUND_ERROR))
		return error;
	*aside = NULL;
	return NULL;
}

static void close_aside(struct db *aside)
{
	if (aside)
		db_close(aside);
}

static struct error *remove_beside(
    const struct shop *shop, struct db *aside, const char *name)
{
	int64_t count = 0;

	if (aside)
		TRY(event_edit_store_count_image(
		    aside, shop->arena, name, &count));
	if (count == 0 && unlink(path_of(shop, name)) != 0 && errno != ENOENT)
		log_warn("picture %s: %s", name, strerror(errno));
	return NULL;
}

void picture_remove(const struct shop *shop, const char *name)
{
	struct db *aside = NULL;
	struct error *error;

	if (!*name)
		return;
	error = open_aside(shop, &aside);
	if (!error)
		error = remove_beside(shop, aside, name);
	if (error)
		log_error(LOG_LEVEL_WARN, error);
	close_aside(aside);
}

/* ---- what no event shows ---- */

/*
 * Of regular files alone. The moment is that of the inode, which no copy from
 * another machine brings along: there the pictures may come before the
 * database.
 */
static bool may_go(int folder, const char *name)
{
	struct stat state;

	return content_type_of(name) &&
	    fstatat(folder, name, &state, AT_SYMLINK_NOFOLLOW) == 0 &&
	    S_ISREG(state.st_mode) && state.st_ctime < clock_now() - DAY;
}

static struct error *sweep_folder(
    const struct shop *shop, struct db *aside, DIR *folder)
{
	struct dirent *entry;
	int64_t shown;

	while ((entry = readdir(folder))) {
		if (!may_go(dirfd(folder), entry->d_name))
			continue;
		TRY(event_edit_store_count_image(
		    shop->db, shop->arena, entry->d_name, &shown));
		if (shown == 0)
			TRY(remove_beside(shop, aside, entry->d_name));
	}
	return NULL;
}

struct error *picture_sweep(const struct shop *shop)
{
	const char *path = config_path(shop->arena, shop->config, "images");
	DIR *folder = opendir(path);
	struct db *aside = NULL;
	struct error *error;

	if (!folder && errno == ENOENT)
		return NULL;
	if (!folder)
		return fail(STORAGE_ERROR, "%s: %s", path, strerror(errno));
	error = open_aside(shop, &aside);
	if (!error)
		error = sweep_folder(shop, aside, folder);
	close_aside(aside);
	closedir(folder);
	return error;
}
