/*
 * The configuration: changing it keeps what people wrote around it, all or
 * nothing, and readers notice.
 */
#include "site.h"

#include "base/clock.h"
#include "base/file.h"
#include <stdio.h>

static struct site site;

static const char *file_text(void)
{
	char text[65536];
	FILE *file = fopen(site.config.path, "re");
	size_t length = fread(text, 1, sizeof(text) - 1, file);

	fclose(file);
	text[length] = '\0';
	return arena_copy(&site.arena, text);
}

static void write_text(const char *text)
{
	must(file_replace(&site.arena, site.config.path, text));
}

static struct error *set(const char *key, const char *value)
{
	const struct config_change change = {.key = key, .value = value};

	return config_set(&site.arena, &site.config, &change, 1);
}

static void is_refused(const char *key, const char *value)
{
	const char *before = file_text();
	struct error *error = set(key, value);

	ok(error_is(error, VALIDATION_ERROR) &&
		text_equal(error_field_value(error, "field"), key) &&
		text_equal(file_text(), before),
	    "%s: %zu bytes are refused, the file stays", key, strlen(value));
}

static void test_lines(void)
{
	write_text("# Ours\nsite_name = Old \n\n#a note\n#currency = USD\n"
		   "# timezone = UTC\nlater_hours=5\n");
	must(set("site_name", "New"));
	must(set("currency", "EUR"));
	must(set("later_hours", "7"));
	must(set("contact", "a@example.org"));
	is_text(file_text(),
	    "# Ours\nsite_name = New\n\n#a note\n#currency = USD\n"
	    "currency = EUR\n# timezone = UTC\nlater_hours = 7\n"
	    "contact = a@example.org\n",
	    "comments and order stay");
	write_text("site_name = A\nsite_name = B");
	must(set("site_name", "C"));
	is_text(file_text(), "site_name = A\nsite_name = C\n",
	    "of two lines the one that counts changes");
	write_text("# site_name = A");
	must(set("site_name", "B"));
	is_text(file_text(), "# site_name = A\nsite_name = B\n",
	    "a file without an end of line");
	write_text("");
	must(set("site_name", "B = # c"));
	is_text(file_text(), "site_name = B = # c\n", "an empty file");
	unlink(site.config.path);
	must(set("site_name", "B"));
	is_text(file_text(), "site_name = B\n", "a file that was not there");
}

static void test_bad(void)
{
	is_refused("site_name", "");
	is_refused("site_name", "A\nadmin_email = eve@example.org");
	is_refused("site_name", "A\rB");
	is_refused("currency", "euro");
	is_refused("timezone", "Mars/Olympus");
	is_refused("contact", "nobody");
	is_refused("hold_minutes", "0");
	is_refused("hold_minutes", "1e3");
	is_refused("quiet_from", "24");
	write_text("site_name = A\nno_such_key = 1\n");
	ok(error_is(set("site_name", "B"), CONFIGURATION_ERROR),
	    "a damaged file is not written");
	write_text("");
}

static void test_many(void)
{
	const struct config_change changes[] = {
	    {.key = "site_name", .value = "B"},
	    {.key = "currency", .value = "nothing"},
	};

	write_text("site_name = A\n");
	ok(error_is(config_set(&site.arena, &site.config, changes, 2),
	       VALIDATION_ERROR) &&
		text_equal(file_text(), "site_name = A\n"),
	    "all or none");
}

static void test_current(void)
{
	struct config config;

	must(config_load(&site.arena, site.data, &config));
	ok(config_is_current(&config), "what was read is current");
	must(set("quiet_to", "9"));
	ok(!config_is_current(&config), "until somebody changes it");
	must(config_load(&site.arena, site.data, &config));
	ok(config_is_current(&config) && config.quiet_to == 9,
	    "and is so again once it is read");
	is_text(config_value(&site.arena, &config, "quiet_to"), "9",
	    "a number as text");
	is_text(config_value(&site.arena, &config, "currency"), "USD",
	    "a text as text");
	unlink(config.path);
	ok(!config_is_current(&config), "a removed file is a change");
	must(config_load(&site.arena, site.data, &config));
	ok(config_is_current(&config), "no file is a state, too");
}

static void test_permissions(void)
{
	struct stat status;

	write_text("");
	chmod(site.config.path, 0640);
	must(set("site_name", "B"));
	ok(stat(site.config.path, &status) == 0 &&
		(status.st_mode & 0777) == 0640,
	    "the file keeps its permissions");
	rename(site.config.path, config_path(&site.arena, &site.config, "x"));
	ok(symlink("x", site.config.path) == 0, "a link in its place");
	must(set("site_name", "C"));
	ok(lstat(site.config.path, &status) == 0 && S_ISLNK(status.st_mode) &&
		text_equal(file_text(), "site_name = C\n"),
	    "is followed");
}

/* Each of two processes sets a key of its own, many times. */
static void test_two(void)
{
	enum {
		ROUNDS = 50
	};
	pid_t child = fork();
	const char *key = child == 0 ? "quiet_from" : "quiet_to";
	struct config config;
	int status;

	for (int i = 0; i < ROUNDS; i++)
		must(set(key, i % 2 ? "1" : "2"));
	if (child == 0)
		_exit(EXIT_SUCCESS);
	waitpid(child, &status, 0);
	must(config_load(&site.arena, site.data, &config));
	ok(config.quiet_from == 1 && config.quiet_to == 1,
	    "of two at once neither change is lost");
}

/* Is the file refused, in these words? */
static void is_damaged(const char *bytes, size_t length, const char *why)
{
	struct config config;
	struct error *error;

	must(file_write(&site.arena, site.config.path, bytes, length));
	error = config_load(&site.arena, site.data, &config);
	ok(error_is(error, CONFIGURATION_ERROR) && strstr(error->message, why),
	    "refused: %s", why);
}

/* A value is judged as it is read again. */
static void test_blanks(void)
{
	write_text("");
	is_refused("site_name", "  ");
	is_refused("base_url", "https://example.org/ ");
	is_refused("organiser", "Caf\xe9");
	must(set("site_name", " New "));
	must(config_load(&site.arena, site.data, &site.config));
	is_text(site.config.site_name, "New", "blanks around do not count");
}

static void test_damage(void)
{
	static const char nul[] = "site_name = A\n\0\norganiser = B\n";
	static const char latin[] = "site_name = A\norganiser = Caf\xe9\n";
	static const char control[] = "base_url = http://a\rb\n";
	static char large[256 * 1024 + 1];

	is_damaged(nul, sizeof(nul) - 1, "is no text");
	is_damaged(latin, sizeof(latin) - 1, ":2: organiser must be one line");
	is_damaged(control, sizeof(control) - 1, ":1: base_url must be one");
	memset(large, '\n', sizeof(large));
	is_damaged(large, sizeof(large), "is too large");
}

int main(void)
{
	site_open(&site);
	test_lines();
	test_bad();
	test_many();
	test_current();
	test_permissions();
	test_two();
	test_blanks();
	test_damage();
	site_close(&site);
	return done_testing();
}
