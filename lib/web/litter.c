#include "web/litter.h"

#include "base/clock.h"
#include "base/log.h"
#include <dirent.h>
#include <fcntl.h>
#include <fnmatch.h>
#include <sys/stat.h>
#include <unistd.h>

/* In folders of ours alone: a person may keep files in DATA itself. */
static const struct {
	const char *folder;
	const char *pattern; /* fnmatch(3) */
} kinds[] = {
    {"run", "lighttpd-upload-*"},
    {"campuspay", "*.??????"},
    {"images", "*.png.??????"},
    {"images", "*.jpg.??????"},
};

static bool is_old(int folder, const char *name, int64_t before)
{
	struct stat state;

	return fstatat(folder, name, &state, AT_SYMLINK_NOFOLLOW) == 0 &&
	    S_ISREG(state.st_mode) && state.st_mtime < before;
}

static void clear(DIR *folder, const char *pattern, int64_t before)
{
	int at = dirfd(folder);
	struct dirent *entry;

	while ((entry = readdir(folder)))
		if (fnmatch(pattern, entry->d_name, 0) == 0 &&
		    is_old(at, entry->d_name, before) &&
		    unlinkat(at, entry->d_name, 0) != 0)
			log_warn("%s cannot be removed", entry->d_name);
}

struct error *litter_sweep(const struct shop *shop)
{
	for (size_t i = 0; i < COUNT_OF(kinds); i++) {
		/* A folder is made when it is first needed. */
		DIR *folder = opendir(
		    config_path(shop->arena, shop->config, kinds[i].folder));

		if (!folder)
			continue;
		clear(folder, kinds[i].pattern, clock_now() - HOUR);
		closedir(folder);
	}
	return NULL;
}
