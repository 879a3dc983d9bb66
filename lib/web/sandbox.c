#include "web/sandbox.h"

#include "base/compiler.h"
#include "base/out.h"
#include "web/sandbox_parts.h"
#include <errno.h>
#include <fcntl.h>
#include <linux/landlock.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <unistd.h>

/* ---- rlimits ---- */

enum {
	MEMORY_MIB = 1024, /* address space: pictures and Argon2id fit well */
	FILES = 256,
};

/* Lowers a limit; one that is lower already stays. */
static bool lower(int resource, rlim_t most)
{
	struct rlimit limit;

	if (getrlimit((__rlimit_resource_t)resource, &limit) != 0)
		return false;
	if (limit.rlim_max > most)
		limit.rlim_max = most;
	if (limit.rlim_cur > limit.rlim_max)
		limit.rlim_cur = limit.rlim_max;
	return setrlimit((__rlimit_resource_t)resource, &limit) == 0;
}

static bool limit_resources(void)
{
	return lower(RLIMIT_AS, (rlim_t)MEMORY_MIB * 1024 * 1024) &&
	    lower(RLIMIT_NOFILE, FILES) && lower(RLIMIT_CORE, 0);
}

/* ---- Landlock ---- */

/* The kernel's newer rights, for systems whose header is older. */
#ifndef LANDLOCK_ACCESS_FS_REFER
#define LANDLOCK_ACCESS_FS_REFER (1ULL << 13)
#endif
#ifndef LANDLOCK_ACCESS_FS_TRUNCATE
#define LANDLOCK_ACCESS_FS_TRUNCATE (1ULL << 14)
#endif

enum {
	ABI_REFER = 2,
	ABI_TRUNCATE = 3,
	RIGHTS_OF_FIRST_ABI = (1 << 13) - 1,
};

#define MAY_READ (LANDLOCK_ACCESS_FS_READ_FILE | LANDLOCK_ACCESS_FS_READ_DIR)
#define MAY_CHANGE                                                             \
	(MAY_READ | LANDLOCK_ACCESS_FS_WRITE_FILE |                            \
	    LANDLOCK_ACCESS_FS_MAKE_REG | LANDLOCK_ACCESS_FS_MAKE_DIR |        \
	    LANDLOCK_ACCESS_FS_REMOVE_FILE | LANDLOCK_ACCESS_FS_REMOVE_DIR |   \
	    LANDLOCK_ACCESS_FS_REFER | LANDLOCK_ACCESS_FS_TRUNCATE)
#define MAY_USE (LANDLOCK_ACCESS_FS_READ_FILE | LANDLOCK_ACCESS_FS_WRITE_FILE)
/* The rights that a file, which is no directory, can have. */
#define OF_FILES                                                               \
	(LANDLOCK_ACCESS_FS_READ_FILE | LANDLOCK_ACCESS_FS_WRITE_FILE |        \
	    LANDLOCK_ACCESS_FS_TRUNCATE)

/* Beside DATA. What is not there is passed over. */
static const struct {
	const char *path;
	bool is_for_gateways; /* for calls over the network alone */
	uint64_t rights;
} open_paths[] = {
    {"/usr/share/fonts", false, MAY_READ},
    {"/usr/share/zoneinfo", false, MAY_READ},
    {"/etc/localtime", false, MAY_READ},
    {"/usr/lib/locale", false, MAY_READ},
    {"/dev/null", false, MAY_USE},
    {"/dev/urandom", false, LANDLOCK_ACCESS_FS_READ_FILE},
    {"/usr/lib", true, MAY_READ},
    {"/lib", true, MAY_READ},
    {"/etc/ld.so.cache", true, MAY_READ},
    {"/etc/ssl", true, MAY_READ},
    {"/usr/share/ca-certificates", true, MAY_READ},
    {"/usr/local/share/ca-certificates", true, MAY_READ},
    {"/etc/resolv.conf", true, MAY_READ},
    {"/etc/hosts", true, MAY_READ},
    {"/etc/host.conf", true, MAY_READ},
    {"/etc/gai.conf", true, MAY_READ},
    {"/etc/nsswitch.conf", true, MAY_READ},
    {"/etc/services", true, MAY_READ},
};

/* All rights that this kernel knows to take away; 0: it has no Landlock. */
static uint64_t known_rights(void)
{
	long abi = syscall(SYS_landlock_create_ruleset, NULL, 0,
	    LANDLOCK_CREATE_RULESET_VERSION);
	uint64_t rights = RIGHTS_OF_FIRST_ABI;

	if (abi < 1)
		return 0;
	if (abi >= ABI_REFER)
		rights |= LANDLOCK_ACCESS_FS_REFER;
	if (abi >= ABI_TRUNCATE)
		rights |= LANDLOCK_ACCESS_FS_TRUNCATE;
	return rights;
}

/* A path's rights, as far as the kernel knows them and it can have them. */
static bool add_path(int ruleset, const char *path, uint64_t rights)
{
	struct landlock_path_beneath_attr rule = {.allowed_access = rights};
	bool is_added;

	rule.parent_fd = open(path, O_PATH | O_CLOEXEC | O_DIRECTORY);
	if (rule.parent_fd < 0) {
		rule.parent_fd = open(path, O_PATH | O_CLOEXEC);
		rule.allowed_access &= OF_FILES;
	}
	if (rule.parent_fd < 0)
		return false;
	is_added = syscall(SYS_landlock_add_rule, ruleset,
		       LANDLOCK_RULE_PATH_BENEATH, &rule, 0) == 0;
	close(rule.parent_fd);
	return is_added;
}

static bool restrict_files(struct arena *arena, const struct sandbox *sandbox)
{
	const struct landlock_ruleset_attr attributes = {
	    .handled_access_fs = known_rights()};
	uint64_t known = attributes.handled_access_fs;
	bool is_done;
	int ruleset;

	if (known == 0)
		return false;
	ruleset = (int)syscall(SYS_landlock_create_ruleset, &attributes,
	    sizeof(attributes.handled_access_fs), 0);
	if (ruleset < 0)
		return false;
	for (size_t i = 0; i < COUNT_OF(open_paths); i++)
		if (sandbox->calls_gateways || !open_paths[i].is_for_gateways)
			add_path(ruleset, open_paths[i].path,
			    open_paths[i].rights & known);
	/* An uploaded site brings its fonts and certificates along. */
	add_path(ruleset, config_beside(arena, "."), MAY_READ & known);
	is_done =
	    add_path(ruleset, sandbox->config->data, MAY_CHANGE & known) &&
	    syscall(SYS_landlock_restrict_self, ruleset, 0) == 0;
	close(ruleset);
	return is_done;
}

/* ---- all of it ---- */

#ifdef __SANITIZE_ADDRESS__
#define IS_SANITIZED true
#else
#define IS_SANITIZED false
#endif

static void note(struct out *lacks, bool is_done, const char *what)
{
	if (is_done)
		return;
	if (lacks->length > 0)
		OUT_LITERAL(lacks, ", ");
	out_text(lacks, what);
}

const char *sandbox_enter(struct arena *arena, const struct sandbox *sandbox)
{
	struct out lacks = {.arena = arena};

	if (IS_SANITIZED)
		return "";
	note(&lacks, limit_resources(), "resource limits");
	if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0)
		return "no_new_privs and what needs it";
	note(&lacks, restrict_files(arena, sandbox), "Landlock");
	note(&lacks, sandbox_restrict_calls(sandbox), "seccomp");
	return out_string(&lacks);
}
