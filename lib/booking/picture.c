#include "booking/picture.h"

#include "base/file.h"
#include "base/log.h"
#include "base/text.h"
#include "base/token.h"
#include <errno.h>
#include <string.h>
#include <unistd.h>

enum {
	LARGEST = 16 * 1024 * 1024 /* re-encoded ones are far smaller */
};

static const struct {
	enum image_type type;
	const char *ending;
	const char *content_type;
} types[] = {
    {IMAGE_PNG, ".png", "image/png"},
    {IMAGE_JPEG, ".jpg", "image/jpeg"},
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

void picture_remove(const struct shop *shop, const char *name)
{
	if (*name && unlink(path_of(shop, name)) != 0 && errno != ENOENT)
		log_warn("picture %s: %s", name, strerror(errno));
}
