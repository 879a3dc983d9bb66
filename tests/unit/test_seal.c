#include "base/file.h"
#include "base/keys.h"
#include "base/seal.h"
#include "site.h"

static struct site site;

static bool opens(const char *context, const char *box, const char *expected)
{
	const char *text;
	struct error *error =
	    seal_open(&site.arena, &site.config, context, box, &text);

	return expected ? !error && text_equal(text, expected)
			: error_is(error, STORAGE_ERROR);
}

static void test_round_trip(void)
{
	static const char *const texts[] = {
	    "", "tok_valid_1", "12 Straße, München", "ʻoʻ"};

	for (size_t i = 0; i < COUNT_OF(texts); i++) {
		const char *box =
		    seal_text(&site.arena, &site.config, "here", texts[i]);

		ok(opens("here", box, texts[i]), "R33 \"%s\" opens", texts[i]);
		ok(*texts[i] == '\0' || !strstr(box, texts[i]),
		    "R33 \"%s\" cannot be read in its box", texts[i]);
		ok(opens("there", box, NULL), "\"%s\" does not open elsewhere",
		    texts[i]);
	}
	ok(!text_equal(seal_text(&site.arena, &site.config, "here", "x"),
	       seal_text(&site.arena, &site.config, "here", "x")),
	    "the same text has another box each time");
}

/* A box with any one of its characters changed, or cut anywhere. */
static void test_tampered(void)
{
	const char *box =
	    seal_text(&site.arena, &site.config, "here", "tok_valid_1");
	size_t length = strlen(box);
	bool refused = true;

	for (size_t i = 0; i < length; i++) {
		char *changed = arena_copy(&site.arena, box);
		char *cut = arena_copy_bytes(&site.arena, box, i);

		changed[i] = changed[i] == 'A' ? 'B' : 'A';
		refused = refused && opens("here", changed, NULL);
		changed[i] = '\xfe';
		refused = refused && opens("here", changed, NULL) &&
		    opens("here", cut, NULL);
	}
	ok(refused, "a changed or cut box is refused, wherever it is changed");
	ok(opens("here", "", NULL), "nothing is no box");
	ok(opens("here", "0.AAAA", NULL), "version 0 is no box");
	ok(opens("here", arena_format(&site.arena, "0%s", box), NULL),
	    "nor is one with a zero in front");
	ok(opens("here", "99999999999999999999.AAAA", NULL),
	    "an endless version is no box");
	ok(opens("here", arena_format(&site.arena, "2%s", box + 1), NULL),
	    "another key's version does not open it");
	ok(opens("here", arena_format(&site.arena, "%s.", box), NULL),
	    "a tail is refused");
}

static void test_rotation(void)
{
	const char *before =
	    seal_text(&site.arena, &site.config, "here", "before");
	const struct config running = site.config;
	const char *after, *text;
	int64_t version;

	must(keys_rotate(&site.arena, site.data, 1, &version));
	is_number(version, 2, "a new version is the next one");
	must(keys_rotate(&site.arena, site.data, 1, &version));
	is_number(version, 2, "a rotation that was not finished goes on");
	must(keys_read(&site.arena, &site.config));
	after = seal_text(&site.arena, &site.config, "here", "after");
	ok(text_starts_with(after, "2."), "the newest key seals");
	ok(opens("here", before, "before"), "the older one still opens");
	ok(seal_is_newest(&site.config, after) &&
		!seal_is_newest(&site.config, before),
	    "it is seen which key sealed");
	ok(!seal_open(&site.arena, &running, "here", after, &text) &&
		text_equal(text, "after"),
	    "a program that runs since before opens the new box, too");
}

static void test_many_keys(void)
{
	struct error *error = NULL;
	int64_t version = 2;

	for (int i = 0; i <= KEYS_MOST && !error; i++)
		error = keys_rotate(&site.arena, site.data, version, &version);
	ok(error_is(error, CONFIGURATION_ERROR), "keys do not add up forever");
	is_number(version, KEYS_MOST, "so many are kept");
	ok(!keys_read(&site.arena, &site.config), "all of them are read");
}

static void test_last_key(void)
{
	static const char digits[] = "00000000000000000000000000000000"
				     "00000000000000000000000000000000";
	const char *path = config_path(&site.arena, &site.config, "keys");
	const char *old = arena_format(
	    &site.arena, "cookie 1 %s\npass 1 %s\n", digits, digits);
	struct error *error;
	const char *file;
	int64_t version;

	file = arena_format(
	    &site.arena, "%scard %d %s\n", old, KEY_VERSION_MOST, digits);
	must(file_write(&site.arena, path, file, strlen(file)));
	error = keys_rotate(&site.arena, site.data, KEY_VERSION_MOST, &version);
	ok(error_is(error, CONFIGURATION_ERROR) &&
		!keys_read(&site.arena, &site.config),
	    "no version comes after the last, and the file stays whole");
	file = arena_format(
	    &site.arena, "%scard 9223372036854775807 %s\n", old, digits);
	must(file_write(&site.arena, path, file, strlen(file)));
	ok(error_is(keys_read(&site.arena, &site.config), CONFIGURATION_ERROR),
	    "a version that no box can name is damage");
	file = arena_format(
	    &site.arena, "%scard 1 %s\ncard 1 %s\n", old, digits, digits);
	must(file_write(&site.arena, path, file, strlen(file)));
	ok(error_is(keys_read(&site.arena, &site.config), CONFIGURATION_ERROR),
	    "so is one that stands twice");
}

int main(void)
{
	site_open(&site);
	test_round_trip();
	test_tampered();
	test_rotation();
	test_many_keys();
	test_last_key();
	site_close(&site);
	return done_testing();
}
