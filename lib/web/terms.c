#include "web/terms.h"

#include "base/file.h"
#include "base/log.h"
#include <string.h>

enum {
	LARGEST = 256 * 1024
};

const char *terms_path(const struct shop *shop)
{
	const char *name = shop->config->terms_file;

	if (strchr(name, '/'))
		return "";
	return config_path(
	    shop->arena, shop->config, *name ? name : TERMS_FILE);
}

struct error *terms_read(const struct shop *shop, const char **text)
{
	const struct config *config = shop->config;
	struct error *error;
	size_t length;
	char *read;

	*text = "";
	if (!*config->terms_file)
		return NULL;
	error = file_read(shop->arena,
	    config_path(shop->arena, config, config->terms_file), LARGEST,
	    &read, &length);
	if (error_is(error, NOT_FOUND_ERROR))
		return NULL;
	if (!error) {
		*text = read;
		return NULL;
	}
	log_error(LOG_LEVEL_WARN, error);
	return fail(
	    STORAGE_ERROR, "The terms of sale cannot be read at the moment");
}
