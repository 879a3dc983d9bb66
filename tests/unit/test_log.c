#include "base/log.h"
#include "tap.h"

#include <string.h>
#include <unistd.h>

static char text[65536];

/* What the log holds so far. */
static const char *read_log(const char *path)
{
	FILE *file = fopen(path, "r");
	size_t length;

	if (!file)
		die("cannot read %s", path);
	length = fread(text, 1, sizeof(text) - 1, file);
	fclose(file);
	text[length] = '\0';
	return text;
}

/* The last line from behind its time on, without the line feed. */
static const char *last_line(const char *path)
{
	const char *line;

	read_log(path);
	text[strlen(text) - 1] = '\0';
	line = strrchr(text, '\n') ? strrchr(text, '\n') + 1 : text;
	return line + strlen("2026-11-28T18:30:00Z");
}

static void test_turning_over(const char *path)
{
	struct arena arena = ARENA_EMPTY;
	const char *older = arena_format(&arena, "%s.1", path);

	log_info("small");
	log_turn_over(path, 1024 * 1024);
	ok(access(older, F_OK) != 0, "a small log stays");
	log_turn_over(path, 4);
	ok(access(path, F_OK) != 0, "a large one is put away");
	ok(strstr(read_log(older), "small") != NULL, "with its lines");
	log_info("fresh");
	ok(strstr(read_log(path), "fresh") && !strstr(text, "small"),
	    "the next line begins a new one");
	log_info("more");
	ok(strstr(read_log(path), "fresh") && strstr(text, "more"),
	    "and others follow it");
	log_info("old");
	log_turn_over(path, 4);
	ok(strstr(read_log(older), "old") && !strstr(text, "small"),
	    "one older log is kept");
	unlink(older);
	arena_close(&arena);
}

static void test_lines(const char *path)
{
	struct arena arena = ARENA_EMPTY;
	const char *start = arena_format(&arena, "test[%d]", (int)getpid());

	log_info("plain %d", 7);
	is_text(last_line(path),
	    arena_format(&arena, " info  %s - plain 7", start), "a line");
	log_set_request("7GQ2");
	log_warn("two\nlines \x1b[0m \xc2\x9b \xc3\xa4");
	is_text(last_line(path),
	    arena_format(&arena,
		" warn  %s 7GQ2 two\\x0alines \\x1b[0m \\xc2\x9b \xc3\xa4",
		start),
	    "controls are made visible");
	log_error(LOG_LEVEL_ERROR,
	    error_raise("a.c", 1, SOLD_OUT_ERROR,
		error_raise("b.c", 2, VALUE_ERROR, NULL, NO_FIELDS, "why"),
		FIELDS(error_text("tier", "Tier", "VIP"),
		    error_number("left", "Left", 0)),
		"none left"));
	is_text(last_line(path),
	    arena_format(&arena,
		" error %s 7GQ2 SoldOutError: none left {tier: VIP, left: 0}"
		" at a.c:1; caused by ValueError: why at b.c:2",
		start),
	    "an error with fields and a cause");
	log_set_request("");
	log_info("%20000d", 1);
	ok(strlen(last_line(path)) < 8192, "a long line is cut");
	error_reset();
	arena_close(&arena);
}

int main(void)
{
	char path[] = "/tmp/test_log.XXXXXX";
	int descriptor = mkstemp(path);

	if (descriptor < 0)
		die("no file for the test");
	close(descriptor);
	log_open("test", path);
	test_lines(path);
	test_turning_over(path);
	log_open("test", NULL);
	remove(path);
	return done_testing();
}
