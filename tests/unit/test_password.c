/*
 * Passwords: what is refused and what is not (R2), and the hash (R3).
 */
#include "site.h"

#include "account/password.h"
#include "base/out.h"
#include <sys/file.h>
#include <time.h>

static struct site site;

static const char *const own[] = {
    "ada.l", "Ada", "Lovelace", "CampusPass", NULL};

static struct error *check(const char *password)
{
	return password_check(&site.arena, password, own);
}

static const char *repeat(const char *text, size_t count)
{
	struct out out = {.arena = &site.arena};

	while (count-- > 0)
		out_text(&out, text);
	return out_string(&out);
}

static void test_refused(void)
{
	static const char *const rows[] = {
	    /* too short, counted in characters */
	    "", "a", "kT9#x2q", "\u00fc\u00f6\u00e4\u00df\u00e9\u00e8\u00ea",
	    /* words, however they are dressed up */
	    "password", "Password", "PASSWORD1", "p@ssw0rd", "P4$$w0rd!!",
	    "password2026", "2026password", "passwordpassword", "iloveyou",
	    "letmein1", "Welcome123", "Summer2026!", "Winter2025", "dragon99",
	    "monkeydragon", "Campus2026", "trustno1!", "1password1",
	    "!!admin!!", "secret-secret", "admin admin admin",
	    /* the hand along the keys, the alphabet, numbers */
	    "qwertyui", "qwertz123", "asdfghjkl", "1qaz2wsx", "zaq12wsx",
	    "1q2w3e4r", "poiuytre", "abcdefgh", "hgfedcba", "12345678",
	    "87654321", "123123123", "0123456789", "!@#$%^&*", "147258369",
	    /* repetitions and dates */
	    "aaaaaaaa", "abababab", "aabbccdd", "abcabcabc", "11111111",
	    "xkq9xkq9xkq9", "19991231", "31121999", "20262026", "        ",
	    /* their own */
	    "lovelace!77x", "xxLoveLace9q", "l0vel4ce77pq", "my campuspass key",
	    "ada.l+kXq7w",
	    /* what nobody types */
	    "tab\tinside here", "line\nbreak here", "bell\x07inside",
	    "del\x7finside now", "not utf8 \xff\xfe ok"};

	for (size_t i = 0; i < COUNT_OF(rows); i++) {
		struct error *error = check(rows[i]);

		ok(error_is(error, VALIDATION_ERROR), "R2 refused: %s",
		    text_has_control(rows[i]) ? "(control)" : rows[i]);
		is_text(error ? error_field_value(error, "field") : NULL,
		    "password", "R2 the field is named");
		ok(error && !error_field_value(error, "value"),
		    "the password is not in it");
		error_reset();
	}
}

static void test_accepted(void)
{
	static const char *const rows[] = {"correct horse battery", "kT9#x2qV",
	    "vital kangaroo mops", "Tr4vel!ng88km",
	    "\u043f\u0430\u0440\u043e\u043b\u044c\u043d\u0430\u044f",
	    "\u00fcber den Wolken", "z9 z9 q4 m1", "thepasswordisnotit",
	    "ada bakes pies", "  blanks count  x", "mwxqpzvt",
	    /* what begins like a year is none */
	    "q19xk2vz", "w193kq2v"};

	for (size_t i = 0; i < COUNT_OF(rows); i++) {
		struct error *error = check(rows[i]);

		ok(!error, "R2 accepted: %s%s%s", rows[i], error ? ": " : "",
		    error ? error->message : "");
	}
}

static void test_length(void)
{
	const char *most = repeat("k\u00fcT9#x2q", 16);

	is_number((int64_t)text_length(most), 128, "128 characters");
	ok(!check(most), "R2 may be");
	most = arena_format(&site.arena, "%s%s",
	    "vital kangaroo mops the floor of 17 kitchens, then sleeps; "
	    "nobody asks why, and so it goes on for the rest of its lon",
	    "g life\u00fc\u00f6.");
	ok(text_length(most) <= 128, "%zu characters", text_length(most));
	ok(!check(most), "R2 as long as may be");
	ok(error_is(check(repeat("vital kangaroo mops ", 7)), VALIDATION_ERROR),
	    "R2 140 characters are too many");
	ok(error_is(check(repeat("kT9#x2qV", 1250)), VALIDATION_ERROR),
	    "R2 so are 10 kB");
}

static void test_hash(void)
{
	static const char password[] = "vital kangaroo mops";
	const char *first, *second;
	bool fits;

	must(password_hash(&site.shop, password, &first));
	must(password_hash(&site.shop, password, &second));
	ok(text_starts_with(first, "$argon2id$v=19$m=19456,t=2,p=1$"),
	    "Argon2id, 19 MiB, two passes");
	ok(!text_equal(first, second), "salted");
	must(password_verify(&site.shop, first, password, &fits));
	ok(fits, "it fits");
	must(password_verify(&site.shop, first, "vital kangaroo mop", &fits));
	ok(!fits, "another does not");
	must(password_verify(&site.shop, first, "", &fits));
	ok(!fits, "nor does none");
	must(password_verify(
	    &site.shop, first, repeat("kT9#x2qV", 1250), &fits));
	ok(!fits, "nor do 10 kB");
	must(password_verify(&site.shop, "", password, &fits));
	ok(!fits, "R3 nobody's password never fits");
	must(password_verify(&site.shop, "", "", &fits));
	ok(!fits, "R3 not even an empty one");
}

static int64_t nanoseconds(const char *hash)
{
	struct timespec from, to;
	bool fits;

	clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &from);
	for (int i = 0; i < 5; i++)
		must(password_verify(&site.shop, hash, "wrong", &fits));
	clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &to);
	return (to.tv_sec - from.tv_sec) * 1000000000 + to.tv_nsec -
	    from.tv_nsec;
}

/* Processor time, since others use the machine, too; both ways round. */
static void test_cost(void)
{
	int64_t somebody, nobody;
	const char *hash;

	must(password_hash(&site.shop, "vital kangaroo mops", &hash));
	somebody = nanoseconds(hash);
	nobody = nanoseconds("");
	ok(nobody > somebody / 3 && somebody > nobody / 3,
	    "R3 an unknown user costs the same: %" PRId64 " and %" PRId64 " us",
	    nobody / 5000, somebody / 5000);
}

/* Both gates are taken by another process: wait, and give up in the end. */
static void test_gates(void)
{
	int gates[2], go[2];
	char byte = 0;
	pid_t child;
	bool fits;

	if (pipe(go) != 0)
		return;
	for (int i = 0; i < 2; i++)
		gates[i] = open(
		    config_path(&site.arena, &site.config,
			arena_format(&site.arena, "locks/hash-%d.lock", i)),
		    O_RDWR | O_CREAT | O_CLOEXEC, 0600);
	fflush(stdout);
	flock(gates[0], LOCK_EX);
	flock(gates[1], LOCK_EX);
	ok(error_is(password_verify(&site.shop, "", "x", &fits), BUSY_ERROR),
	    "who waits for five seconds is told that all are busy");
	child = fork();
	if (child == 0) {
		/* Its copies share the locks: they end with the parent's. */
		close(gates[0]);
		close(gates[1]);
		if (password_verify(&site.shop, "", "x", &fits) ||
		    write(go[1], "x", 1) != 1)
			_exit(EXIT_FAILURE);
		_exit(EXIT_SUCCESS);
	}
	fcntl(go[0], F_SETFL, O_NONBLOCK);
	usleep(100 * 1000);
	ok(read(go[0], &byte, 1) < 1, "two hashes at once, no third");
	flock(gates[0], LOCK_UN);
	flock(gates[1], LOCK_UN);
	waitpid(child, NULL, 0);
	ok(read(go[0], &byte, 1) == 1, "and the next when one is done");
	for (int i = 0; i < 2; i++) {
		close(gates[i]);
		close(go[i]);
	}
}

/* The process may have a little more memory than now, or as much as before. */
static void limit_memory(bool is_limited)
{
	static struct rlimit before;
	struct rlimit less;
	long pages = 0;
	FILE *file;

	if (!is_limited) {
		setrlimit(RLIMIT_AS, &before);
		return;
	}
	file = fopen("/proc/self/statm", "re");
	if (!file || fscanf(file, "%ld", &pages) != 1)
		must(fail(STORAGE_ERROR, "/proc is not mounted"));
	fclose(file);
	getrlimit(RLIMIT_AS, &before);
	less = before;
	less.rlim_cur =
	    (rlim_t)(pages * sysconf(_SC_PAGESIZE) + 4 * 1024 * 1024);
	setrlimit(RLIMIT_AS, &less);
}

/* A right password is not wrong for want of memory. */
static void test_memory(void)
{
	struct error *hashed, *right, *nobody;
	const char *hash, *other;
	bool fits = false;

	must(password_hash(&site.shop, "vital kangaroo mops", &hash));
	limit_memory(true);
	hashed = password_hash(&site.shop, "vital kangaroo mops", &other);
	right = password_verify(&site.shop, hash, "vital kangaroo mops", &fits);
	nobody = password_verify(&site.shop, "", "x", &fits);
	limit_memory(false);
	ok(error_is(hashed, BUSY_ERROR), "without memory none is kept");
	ok(error_is(right, BUSY_ERROR), "nor is one judged");
	ok(error_is(nobody, BUSY_ERROR), "R3 and nobody's looks the same");
	must(password_verify(&site.shop, hash, "vital kangaroo mops", &fits));
	ok(fits, "with memory it fits");
}

int main(void)
{
	site_open(&site);
	test_refused();
	test_accepted();
	test_length();
	test_hash();
	test_cost();
	test_gates();
	test_memory();
	site_close(&site);
	return done_testing();
}
