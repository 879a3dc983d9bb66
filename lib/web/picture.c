#include "web/picture.h"

#include "base/log.h"
#include "base/text.h"
#include "base/token.h"
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

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

/* ---- keeping ---- */

static struct error *cannot(const char *path)
{
	log_warn("%s: %s", path, strerror(errno));
	return fail(STORAGE_ERROR, "The picture cannot be kept at the moment");
}

static bool write_all(int file, const char *bytes, size_t length)
{
	while (length > 0) {
		ssize_t put = write(file, bytes, length);

		if (put < 0 && errno != EINTR)
			return false;
		if (put > 0) {
			bytes += put;
			length -= (size_t)put;
		}
	}
	return true;
}

/* The folder is synced too, so that the name survives with the bytes. */
static bool sync_folder(const char *folder)
{
	int file = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	bool is_done = file >= 0 && fsync(file) == 0;

	if (file >= 0)
		close(file);
	return is_done;
}

struct error *picture_save(
    const struct shop *shop, const struct image *image, const char **name)
{
	const char *folder = config_path(shop->arena, shop->config, "images");
	const char *path;
	bool is_done;
	int file;

	if (mkdir(folder, 0700) != 0 && errno != EEXIST)
		return cannot(folder);
	*name = arena_format(shop->arena, "%s%s",
	    text_lower(shop->arena, token_id(shop->arena)),
	    types[image->type].ending);
	path = path_of(shop, *name);
	file = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
	if (file < 0)
		return cannot(path);
	is_done =
	    write_all(file, image->bytes, image->length) && fsync(file) == 0;
	close(file);
	if (is_done && sync_folder(folder))
		return NULL;
	unlink(path);
	return cannot(path);
}

void picture_remove(const struct shop *shop, const char *name)
{
	if (*name && unlink(path_of(shop, name)) != 0 && errno != ENOENT)
		log_warn("picture %s: %s", name, strerror(errno));
}

/* ---- handing out ---- */

/* What picture_save() names files; no path leads out of the folder. */
static const char *content_type_of(const char *name)
{
	size_t length = strspn(name, "0123456789abcdefghijklmnopqrstuvwxyz");

	for (size_t i = 0; i < COUNT_OF(types); i++)
		if (length == TOKEN_ID_LENGTH &&
		    text_equal(name + length, types[i].ending))
			return types[i].content_type;
	return NULL;
}

static bool read_all(int file, struct out *out)
{
	struct stat status;
	ssize_t got = 1;

	if (fstat(file, &status) != 0)
		return false;
	while (got > 0) {
		got = read(file, out_reserve(out, 65536), 65536);
		if (got > 0)
			out->length += (size_t)got;
	}
	return got == 0 && out->length == (size_t)status.st_size;
}

struct error *picture_send(struct request *request, const char *name)
{
	struct response *response = &request->response;
	const char *type = content_type_of(name);
	const char *tag = arena_format(request->shop.arena, "\"%s\"", name);
	bool is_whole;
	int file;

	if (!type)
		return fail(NOT_FOUND_ERROR, "Picture not found");
	file = open(path_of(&request->shop, name), O_RDONLY | O_CLOEXEC);
	if (file < 0)
		return fail(NOT_FOUND_ERROR, "Picture not found");
	response->content_type = type;
	response->cache_control = "public, max-age=31536000, immutable";
	request_header(request, "ETag", tag);
	if (text_equal(request->if_none_match, tag)) {
		close(file);
		response->status = 304;
		return NULL;
	}
	is_whole = read_all(file, &response->body);
	close(file);
	if (!is_whole)
		return fail(STORAGE_ERROR, "The picture cannot be read");
	return NULL;
}
