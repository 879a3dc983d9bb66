/*
 * The breaker: when it opens, who tries, how pauses grow, what calls under
 * way mean, a file that is missing or damaged, and many processes at once.
 */
#include "payment/breaker.h"

#include "payment/gateway.h"
#include "site.h"
#include <sys/file.h>
#include <sys/stat.h>

enum {
	NOW = 1800000000,
	PROCESSES = 8,
};

/* The system's clock of calls under way goes on when a test says so. */
static int64_t since_boot = 1000000; /* milliseconds */

int clock_gettime(clockid_t clock, struct timespec *now)
{
	(void)clock;
	now->tv_sec = since_boot / 1000;
	now->tv_nsec = since_boot % 1000 * 1000000;
	return 0;
}

static struct site site;
/* Each test has a gateway of its own. */
static const char *gateway;

static void end(enum breaker_end how, int64_t now)
{
	const struct breaker_call call =
	    breaker_begin(&site.config, gateway, now);

	breaker_end(&call, how, now);
}

static int64_t pause_at(int64_t now)
{
	return breaker_wait(&site.config, gateway, now);
}

static int64_t since(int64_t now)
{
	return breaker_since(&site.config, gateway, now);
}

static void fail_calls(int count, int64_t now)
{
	for (int i = 0; i < count; i++)
		end(BREAKER_UNANSWERED, now);
}

static const char *file(void)
{
	return config_path(&site.arena, &site.config,
	    arena_format(&site.arena, "run/gateway-%s", gateway));
}

static void test_opening(void)
{
	gateway = "opening";
	is_number(pause_at(NOW), 0, "nobody has called yet");
	ok(access(file(), F_OK) != 0, "who only asks makes no file");
	fail_calls(BREAKER_FAILURES - 1, NOW);
	is_number(pause_at(NOW), 0, "two in a row are no outage");
	end(BREAKER_ANSWERED, NOW);
	fail_calls(BREAKER_FAILURES - 1, NOW);
	is_number(pause_at(NOW), 0, "an answer between them begins anew");
	end(BREAKER_UNTRIED, NOW);
	is_number(pause_at(NOW), 0, "a call that was not sent says nothing");
	is_number(since(NOW), 0, "so far it answers");
	end(BREAKER_UNANSWERED, NOW + 5);
	is_number(pause_at(NOW + 5), 10, "the third one opens it");
	is_number(pause_at(NOW + 9), 6, "for ten seconds");
	is_number(since(NOW + 9), NOW, "it is silent since the first");
}

static void test_trying(void)
{
	static const int64_t pauses[] = {20, 40, 80, 120, 120};
	int64_t now = NOW;

	gateway = "trying";
	fail_calls(BREAKER_FAILURES, now);
	fail_calls(5, now + 1);
	is_number(
	    pause_at(now + 1), 9, "others on their way make it no longer");
	now += 10;
	for (size_t i = 0; i < COUNT_OF(pauses); i++) {
		is_number(pause_at(now), 0, "after the pause one may try");
		is_number(pause_at(now), 5, "and nobody else meanwhile");
		end(BREAKER_UNANSWERED, now + 3);
		is_number(
		    pause_at(now + 3), pauses[i], "in vain: a longer pause");
		now += 3 + pauses[i];
	}
	is_number(pause_at(now), 0, "one may try");
	is_number(pause_at(now + 5), 0, "who never came back is replaced");
	is_number(since(now), NOW, "it is silent since the very first");
	end(BREAKER_ANSWERED, now + 6);
	is_number(pause_at(now + 6), 0, "one answer lets all in");
	is_number(pause_at(now + 6), 0, "all");
	is_number(since(now + 6), 0, "it answers");
	fail_calls(BREAKER_FAILURES, now + 7);
	is_number(
	    pause_at(now + 7), 10, "the next pauses begin with a short one");
	end(BREAKER_ANSWERED, now + 8);
	is_number(pause_at(now + 8), 0, "an errand's answer ends a pause, too");
}

/* Two calls of a time that hang keep others out, long before they end. */
static void test_slow_calls(void)
{
	struct breaker_call one, two, three;

	gateway = "slow";
	one = breaker_begin(&site.config, gateway, NOW);
	two = breaker_begin(&site.config, gateway, NOW);
	three = breaker_begin(&site.config, gateway, NOW);
	is_number(pause_at(NOW), 0, "calls that are young keep nobody out");
	since_boot += 1999;
	is_number(pause_at(NOW), 0, "nor for less than two seconds");
	since_boot += 1;
	is_number(pause_at(NOW), GATEWAY_SECONDS, "slow ones do");
	is_number(since(NOW), 0, "which is no outage yet");
	breaker_end(&one, BREAKER_ANSWERED, NOW);
	is_number(pause_at(NOW), GATEWAY_SECONDS, "two are enough");
	breaker_end(&two, BREAKER_ANSWERED, NOW);
	is_number(pause_at(NOW), 0, "a single one is not");
	one = breaker_begin(&site.config, gateway, NOW);
	two = breaker_begin(&site.config, gateway, NOW);
	since_boot += 2000;
	is_number(pause_at(NOW), GATEWAY_SECONDS, "two hang");
	since_boot += 2000;
	is_number(
	    pause_at(NOW), 0, "and are forgotten when their workers died");
	breaker_end(&three, BREAKER_UNANSWERED, NOW);
}

static void test_many_calls(void)
{
	gateway = "many";
	for (int i = 0; i < 100; i++)
		breaker_begin(&site.config, gateway, NOW);
	fail_calls(BREAKER_FAILURES, NOW);
	is_number(pause_at(NOW), 10, "more calls than can be noted do no harm");
}

static void damage(const void *bytes, size_t size)
{
	FILE *out = fopen(file(), "we");

	if (!out || fwrite(bytes, 1, size, out) != size || fclose(out) != 0)
		must(fail(STORAGE_ERROR, "no file"));
}

static void test_losses(void)
{
	unsigned char junk[4096];

	gateway = "lost";
	fail_calls(BREAKER_FAILURES, NOW);
	is_number(pause_at(NOW + 10 + HOUR), 0, "old news");
	is_number(pause_at(NOW + 10 + HOUR), 5, "of an hour is news yet");
	fail_calls(1, NOW + 10 + HOUR);
	is_number(pause_at(NOW + DAY), 0, "of a day no more");
	is_number(pause_at(NOW + DAY), 0, "for anybody");
	fail_calls(BREAKER_FAILURES, NOW);
	is_number(pause_at(NOW - DAY), 0, "a clock that went back forgets");
	fail_calls(BREAKER_FAILURES, NOW);
	is_number(
	    pause_at(NOW - 3), 13, "a program that began before does not");
	unlink(file());
	is_number(pause_at(NOW), 0, "a file that is gone");
	fail_calls(BREAKER_FAILURES, NOW);
	damage("cut", 3);
	is_number(pause_at(NOW), 0, "a file that is cut");
	for (int byte = 0; byte < 256; byte += 5) {
		memset(junk, byte, sizeof(junk));
		damage(junk, sizeof(junk));
		ok(pause_at(NOW) <= 2 * MINUTE + MINUTE,
		    "junk %d is no long wait", byte);
		end(BREAKER_ANSWERED, NOW);
		is_number(pause_at(NOW), 0, "and an answer ends it");
	}
	unlink(file());
	if (mkdir(file(), 0700) != 0)
		must(fail(STORAGE_ERROR, "no folder"));
	fail_calls(BREAKER_FAILURES, NOW);
	is_number(pause_at(NOW), 0, "no file at all keeps nobody out");
	rmdir(file());
}

/* Whoever stopped a process while it had the file stops no other. */
static void test_waiting(void)
{
	const struct timespec pause = {.tv_nsec = 100000000};
	int other, status;
	pid_t child;

	gateway = "stuck";
	fail_calls(BREAKER_FAILURES, NOW);
	other = open(file(), O_RDWR | O_CLOEXEC);
	if (other < 0 || flock(other, LOCK_EX) != 0)
		must(fail(STORAGE_ERROR, "no lock"));
	child = fork();
	if (child == 0) {
		end(BREAKER_ANSWERED, NOW);
		_exit(pause_at(NOW + 10) == 0 ? 0 : 1);
	}
	for (int i = 0; i < 600 && waitpid(child, &status, WNOHANG) == 0; i++)
		nanosleep(&pause, NULL);
	ok(kill(child, 0) != 0, "a lock that nobody gives back stops nobody");
	kill(child, SIGKILL);
	close(other);
	is_number(pause_at(NOW + 9), 1, "what was known is known yet");
}

/* However many come at once, one of them tries. */
static void test_processes(void)
{
	int passed = 0;

	gateway = "crowd";
	fail_calls(BREAKER_FAILURES, NOW);
	for (int i = 0; i < PROCESSES; i++)
		if (fork() == 0)
			_exit(pause_at(NOW + 10) == 0);
	for (int i = 0; i < PROCESSES; i++) {
		int status = 0;

		waitpid(-1, &status, 0);
		passed += WIFEXITED(status) && WEXITSTATUS(status) == 1;
	}
	is_number(passed, 1, "one of many tries");
}

int main(void)
{
	site_open(&site);
	log_open("test_breaker",
	    config_path(&site.arena, &site.config, "log/campuspass.log"));
	test_opening();
	test_trying();
	test_slow_calls();
	test_many_calls();
	test_losses();
	test_waiting();
	test_processes();
	log_open("test_breaker", NULL);
	site_close(&site);
	return done_testing();
}
