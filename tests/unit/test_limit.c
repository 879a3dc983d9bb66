/*
 * Limits: the bucket and the wait, what is forgotten when, a file that is
 * missing, cut or damaged, and many processes at once.
 */
#include "base/clock.h"
#include "site.h"
#include "store/limit.h"
#include <stdatomic.h>
#include <sys/mman.h>
#include <sys/stat.h>

enum {
	NOW = 1800000000,
	PROCESSES = 8,
	TRIES = 2000,
	BURST = 8000, /* half of what they try together */
};

static const struct limit_rate three = {
    .name = "three", .burst = 3, .seconds = 10};
static const struct limit_wait patience = {
    .name = "patience", .free = 2, .most = 30};

static struct site site;

/* How many seconds they are told to wait; 0: they pass. */
static int64_t seconds_of(struct error *error)
{
	const char *value;

	if (!error)
		return 0;
	value = error_field_value(error, "retry_after");
	return error_is(error, RATE_LIMIT_ERROR) && value ? atoll(value) : -1;
}

static int64_t take(const char *who, int64_t now)
{
	return seconds_of(limit_take(&site.config, &three, who, now));
}

static int64_t check(const char *who, int64_t now)
{
	return seconds_of(limit_check(&site.config, &patience, who, now));
}

static void failed(const char *who, int64_t now)
{
	limit_failed(&site.config, &patience, who, now);
}

static const char *file(void)
{
	return config_path(&site.arena, &site.config, "run/limits");
}

static void test_rate(void)
{
	for (int i = 0; i < three.burst; i++)
		is_number(take("a", NOW), 0, "the burst passes");
	is_number(take("a", NOW), 10, "then one waits for the next");
	is_number(take("a", NOW + 9), 1, "for ever less");
	is_number(take("a", NOW + 10), 0, "and passes");
	is_number(take("a", NOW + 10), 10, "one alone");
	is_number(take("b", NOW), 0, "somebody else is not limited");
	is_number(take("a", NOW + 100), 0, "after a pause the burst is back");
	is_number(take("a", NOW + 100), 0, "the second of it");
	is_number(take("a", NOW + 100), 0, "the third of it");
	is_number(take("a", NOW + 100), 10, "and no fourth");
	is_number(take("a", NOW - DAY), 0, "a clock that went back forgets");
}

static void test_names(void)
{
	static const struct limit_rate other = {
	    .name = "other", .burst = 1, .seconds = 10};

	for (int i = 0; i < three.burst; i++)
		take("c", NOW);
	is_number(seconds_of(limit_take(&site.config, &other, "c", NOW)), 0,
	    "another rate counts by itself");
}

static void test_count(void)
{
	static const struct limit_rate rush = {
	    .name = "rush", .burst = 100, .seconds = 10, .count = 100};
	int passed = 0;

	for (int i = 0; i < 200; i++)
		passed += !limit_take(&site.config, &rush, "n", NOW);
	is_number(passed, 100, "a burst of a hundred");
	for (int i = 0; i < 200; i++)
		passed += !limit_take(&site.config, &rush, "n", NOW + 1);
	is_number(passed, 110, "then ten a second");
	is_number(seconds_of(limit_take(&site.config, &rush, "n", NOW + 1)), 1,
	    "who waits less than a second is told one");
}

static void test_wait(void)
{
	static const int64_t waits[] = {0, 0, 1, 2, 4, 8, 16, 30, 30};
	int64_t now = NOW;

	is_number(check("a", now), 0, "nobody waits at first");
	for (size_t i = 0; i < COUNT_OF(waits); i++) {
		failed("a", now);
		is_number(
		    check("a", now), waits[i], "the wait after a failure");
		is_number(check("a", now + waits[i]), 0, "and its end");
		now += waits[i];
	}
	is_number(check("b", NOW), 0, "somebody else does not wait");
	limit_forgive(&site.config, &patience, "a");
	is_number(check("a", now), 0, "a success forgets");
	failed("a", now);
	is_number(check("a", now), 0, "and counting begins anew");
}

static void test_quiet(void)
{
	for (int i = 0; i < 10; i++)
		failed("q", NOW);
	is_number(check("q", NOW), 30, "ten failures");
	failed("q", NOW + HOUR - 1);
	is_number(check("q", NOW + HOUR - 1), 30, "are known for an hour");
	failed("q", NOW + 2 * HOUR);
	is_number(check("q", NOW + 2 * HOUR), 0, "and then forgotten");
	for (int i = 0; i < 10; i++)
		failed("r", NOW + DAY);
	is_number(check("r", NOW), 0, "a clock that went back forgets");
}

static void test_file(void)
{
	struct stat status;
	int descriptor;

	stat(file(), &status);
	is_number(status.st_mode & 0777, 0600, "the file is nobody else's");
	for (int i = 0; i < three.burst; i++)
		take("f", NOW);
	ok(take("f", NOW) > 0, "limited before");
	unlink(file());
	is_number(take("f", NOW), 0, "a deleted file is made again");
	ok(truncate(file(), 100) == 0, "cut it");
	is_number(take("f", NOW), 0, "a cut file counts on");
	rename(file(), config_path(&site.arena, &site.config, "elsewhere"));
	rmdir(config_path(&site.arena, &site.config, "run"));
	is_number(take("f", NOW), 0, "the folder is made again, too");

	descriptor = open(file(), O_WRONLY | O_TRUNC | O_CLOEXEC);
	for (int i = 0; i < 4096 * 16 * 24 / 4; i++)
		if (write(descriptor, "\x7f\xfe\xfd\xfc", 4) != 4)
			break;
	close(descriptor);
	is_number(take("f", NOW), 0, "a damaged file limits nobody");
	is_number(check("f", NOW), 0, "and makes nobody wait");
	descriptor = open(file(), O_WRONLY | O_TRUNC | O_CLOEXEC);
	for (int i = 0; i < 4096 * 16 * 24 / 8; i++)
		if (write(descriptor, "\0\0\0\0\0\0\0\x80", 8) != 8)
			break;
	close(descriptor);
	is_number(take("f", NOW), 0, "nor does one of the longest past");
	unlink(file());
	ok(mkdir(file(), 0700) == 0, "something else stands there");
	is_number(take("f", NOW), 0, "then nothing is limited");
	rmdir(file());
}

/* Old entries give way: a file of fixed size takes any number of people. */
static void test_crowd(void)
{
	struct stat status;
	int refused = 0;

	for (int i = 0; i < 100000; i++)
		refused +=
		    take(arena_format(&site.arena, "p%d", i), NOW + i) != 0;
	is_number(refused, 0, "100,000 people, none is taken for another");
	stat(file(), &status);
	ok(status.st_size <= 2 * 1024 * 1024, "the file does not grow");
}

/* What the children count together. */
static int count_passes(void)
{
	static const struct limit_rate rate = {
	    .name = "crowd", .burst = BURST, .seconds = 3600};
	atomic_int *passed = mmap(NULL, sizeof(*passed), PROT_READ | PROT_WRITE,
	    MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	int gate[2], result;
	char byte;

	if (pipe(gate) != 0)
		return -1;
	fflush(stdout);
	for (int i = 0; i < PROCESSES; i++) {
		if (fork() != 0)
			continue;
		/* All begin when the gate opens. */
		close(gate[1]);
		if (read(gate[0], &byte, 1) != 0)
			_exit(EXIT_FAILURE);
		for (int j = 0; j < TRIES; j++)
			if (!limit_take(&site.config, &rate, "all", NOW))
				atomic_fetch_add(passed, 1);
		_exit(EXIT_SUCCESS);
	}
	close(gate[0]);
	close(gate[1]);
	while (wait(NULL) > 0)
		continue;
	result = *passed;
	munmap(passed, sizeof(*passed));
	return result;
}

static void test_processes(void)
{
	is_number(count_passes(), BURST,
	    "of eight processes at once exactly the burst passes");
	unlink(file());
	is_number(count_passes(), BURST, "also while the file is being made");
}

static void test_off(void)
{
	site.config.limits = "no";
	for (int i = 0; i < 10; i++)
		failed("off", NOW);
	for (int i = 0; i < 10; i++)
		is_number(take("off", NOW), 0, "limits = no: no rate");
	is_number(check("off", NOW), 0, "limits = no: no wait");
	site.config.limits = "yes";
}

/* A limit is no lock on the door: without its file everybody passes. */
static void test_no_file(void)
{
	struct flock all = {.l_type = F_WRLCK, .l_whence = SEEK_SET};
	int other;

	for (int i = 0; i < 10; i++) {
		failed("none", NOW);
		take("none", NOW);
	}
	ok(check("none", NOW) && take("none", NOW), "one waits");
	other = open(file(), O_RDWR | O_CLOEXEC);
	ok(fcntl(other, F_OFD_SETLK, &all) == 0, "somebody keeps the lock");
	ok(!take("none", NOW), "then nobody waits");
	close(other);
	ok(take("none", NOW), "and again");
	unlink(file());
	must(symlink("/dev/null", file()) == 0 ? NULL
					       : fail(STORAGE_ERROR, "link"));
	ok(!check("none", NOW) && !take("none", NOW),
	    "nobody waits for what is no file of ours");
	failed("none", NOW);
	limit_forgive(&site.config, &patience, "none");
	unlink(file());
	ok(!check("none", NOW), "and nothing was counted");
}

/* However long the wait may become, after an hour all is forgotten. */
static void test_longest(void)
{
	const struct limit_wait endless = {
	    .name = "endless", .free = 0, .most = 10 * DAY};

	for (int i = 0; i < 1010; i++)
		limit_failed(&site.config, &endless, "x", NOW);
	is_number(seconds_of(limit_check(&site.config, &endless, "x", NOW)),
	    HOUR, "a thousand failures are an hour");
	limit_failed(&site.config, &endless, "x", NOW + HOUR);
	is_number(
	    seconds_of(limit_check(&site.config, &endless, "x", NOW + HOUR)), 1,
	    "and after it the first one counts again");
	site.config.limits = "no";
	limit_forgive(&site.config, &endless, "x");
	site.config.limits = "yes";
	is_number(
	    seconds_of(limit_check(&site.config, &endless, "x", NOW + HOUR)), 1,
	    "limits = no: nothing is forgotten either");
}

static void test_network(void)
{
	is_text(limit_network(&site.arena, "192.0.2.1"), "192.0.2.1",
	    "an IPv4 address is itself");
	is_text(limit_network(&site.arena, "2001:db8:1:2:3:4:5:6"),
	    "2001:db8:1:2::/64", "of IPv6 a /64 is one");
	is_text(limit_network(&site.arena, "::ffff:192.0.2.1"), "192.0.2.1",
	    "IPv4 written as IPv6");
	is_text(limit_network(&site.arena, "what"), "what", "anything else");
}

int main(void)
{
	site_open(&site);
	test_rate();
	test_names();
	test_count();
	test_wait();
	test_quiet();
	test_file();
	test_crowd();
	test_processes();
	test_off();
	test_no_file();
	test_longest();
	test_network();
	site_close(&site);
	return done_testing();
}
