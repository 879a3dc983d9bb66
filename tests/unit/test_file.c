/*
 * Whole files: what cannot be read is never taken for what is not there.
 */
#include "base/file.h"
#include "base/keys.h"
#include "site.h"

static char *bytes;
static size_t length;

static struct error *read_at(struct site *site, const char *name)
{
	return file_read(&site->arena,
	    config_path(&site->arena, &site->config, name), 1000, &bytes,
	    &length);
}

/* A link to itself: nobody can open it, root neither. */
static void tie(const struct site *site, const char *name)
{
	char path[PATH_MAX + 16];

	snprintf(path, sizeof(path), "%s/%s", site->data, name);
	unlink(path);
	if (symlink(path, path) != 0)
		must(fail(STORAGE_ERROR, "no link"));
}

static void is_storage_error(
    const struct error *error, const char *reason, const char *name)
{
	ok(error_is(error, STORAGE_ERROR) && strstr(error->message, reason),
	    "%s: %s", name, error ? error->message : "no error");
}

static void test_reading(struct site *site)
{
	const struct rlimit few = {.rlim_cur = 0, .rlim_max = 256};
	const struct rlimit many = {.rlim_cur = 256, .rlim_max = 256};
	struct error *error;

	must(file_write(&site->arena,
	    config_path(&site->arena, &site->config, "small"), "ab\n", 3));
	must(read_at(site, "small"));
	ok(length == 3 && text_equal(bytes, "ab\n"), "a file is read");
	ok(error_is(read_at(site, "none"), NOT_FOUND_ERROR), "none is there");
	is_storage_error(read_at(site, "run"), "Is a directory", "a folder");
	is_storage_error(
	    read_at(site, "small/x"), "Not a directory", "below a file");
	tie(site, "tied");
	is_storage_error(read_at(site, "tied"), "symbolic links", "a loop");
	setrlimit(RLIMIT_NOFILE, &few);
	error = read_at(site, "small");
	setrlimit(RLIMIT_NOFILE, &many);
	is_storage_error(error, "Too many open files", "no descriptor is left");
}

/*
 * A rotation would take the version of such a line for its own, and seal with
 * the key before it.
 */
static void test_cut_line(struct site *site)
{
	const char *path = config_path(&site->arena, &site->config, "keys");
	char *keys;

	must(config_read_file(&site->arena, path, &keys));
	must(file_replace(&site->arena, path,
	    arena_format(&site->arena, "%scard 2\n", keys)));
	ok(error_is(keys_check(&site->arena, path), CONFIGURATION_ERROR),
	    "a line without its key is damaged");
	must(file_replace(&site->arena, path,
	    arena_format(&site->arena, "%sdoor 2\n", keys)));
	ok(!keys_check(&site->arena, path), "a line of another name is not");
}

/* Keys that cannot be read stay; new ones would lock everybody out. */
static void test_keys(struct site *site)
{
	const char *path = config_path(&site->arena, &site->config, "keys");
	struct config config;
	struct stat state;

	tie(site, "keys");
	ok(error_is(keys_add(&site->arena, site->data), CONFIGURATION_ERROR),
	    "no keys are added to a file that cannot be opened");
	ok(error_is(
	       config_create(&site->arena, site->data), CONFIGURATION_ERROR),
	    "init makes none in its place");
	ok(error_is(config_load(&site->arena, site->data, &config),
	       CONFIGURATION_ERROR),
	    "no program starts with it");
	ok(lstat(path, &state) == 0 && S_ISLNK(state.st_mode),
	    "and it is as it was");
}

int main(void)
{
	struct site site;

	site_open(&site);
	test_reading(&site);
	test_cut_line(&site);
	test_keys(&site);
	site_close(&site);
	return done_testing();
}
