#include "account/password.h"

#include "base/clock.h"
#include "base/text.h"
#include "store/db.h"
#include "store/turn.h"
#include <errno.h>
#include <fcntl.h>
#include <sodium.h>
#include <string.h>
#include <sys/file.h>
#include <sys/mman.h>
#include <unistd.h>

enum {
	PASSES = 2,
	MEMORY = 19 * 1024 * 1024, /* bytes */
	SPARE = 1024 * 1024,       /* of what else hashing allocates */
	GATES = 2,                 /* hashes at once */
};

/* Of a password that nobody knows: it costs what a real one costs. */
static const char nobody[] = "$argon2id$v=19$m=19456,t=2,p=1"
			     "$8q/wWljj4PnLhC92PkWvDg"
			     "$eoNgOgNfRcYjGZIwvRGLFzAyPXARHsHSDeLm1tDVg7E";

/* ---- the gates ---- */

static struct error *open_gate(
    const struct shop *shop, int number, int *descriptor)
{
	const char *path = config_path(shop->arena, shop->config,
	    arena_format(shop->arena, "locks/hash-%d.lock", number));

	*descriptor = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0600);
	if (*descriptor < 0)
		return fail(
		    CONFIGURATION_ERROR, "%s: %s", path, strerror(errno));
	return NULL;
}

static struct error *wait_at_gate(int gate)
{
	struct error *error =
	    turn_lock(gate, clock_running_ms() + DB_DEADLINE * 1000);

	if (error)
		close(gate);
	return error;
}

/*
 * A free gate, else the last that was tried, which is not everybody's last;
 * closing it lets the next in.
 */
static struct error *enter_gate(const struct shop *shop, int *gate)
{
	for (int i = 1;; i++) {
		TRY(open_gate(shop, (int)(getpid() + i) % GATES, gate));
		if (flock(*gate, LOCK_EX | LOCK_NB) == 0)
			return NULL;
		if (i == GATES)
			return wait_at_gate(*gate);
		close(*gate);
	}
}

/* ---- hashing ---- */

static struct error *too_little_memory(void)
{
	return fail(BUSY_ERROR, "There is too little memory just now");
}

/* Libsodium tells no wrong password from a hash it had no memory for. */
static bool has_memory(void)
{
	void *memory = mmap(NULL, MEMORY + SPARE, PROT_READ | PROT_WRITE,
	    MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	if (memory == MAP_FAILED)
		return false;
	munmap(memory, MEMORY + SPARE);
	return true;
}

struct error *password_hash(
    const struct shop *shop, const char *password, const char **hash)
{
	char *result = arena_alloc(shop->arena, crypto_pwhash_STRBYTES);
	int gate, failed;

	TRY(enter_gate(shop, &gate));
	failed = crypto_pwhash_str(
	    result, password, strlen(password), PASSES, MEMORY);
	close(gate);
	if (failed)
		return too_little_memory();
	*hash = result;
	return NULL;
}

struct error *password_verify(
    const struct shop *shop, const char *hash, const char *password, bool *fits)
{
	bool is_somebody = *hash != '\0';
	int gate;

	TRY(enter_gate(shop, &gate));
	*fits = crypto_pwhash_str_verify(is_somebody ? hash : nobody, password,
		    strlen(password)) == 0;
	close(gate);
	if (!*fits && !has_memory())
		return too_little_memory();
	*fits &= is_somebody;
	return NULL;
}
