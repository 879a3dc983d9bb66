#include "web/sandbox.h"

#include "base/compiler.h"
#include "base/out.h"
#include <errno.h>
#include <fcntl.h>
#include <linux/audit.h>
#include <linux/filter.h>
#include <linux/landlock.h>
#include <linux/seccomp.h>
#include <sched.h>
#include <stddef.h>
#include <string.h>
#include <sys/mman.h>
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

/* ---- seccomp ---- */

#if defined(__x86_64__)
#define ARCHITECTURE AUDIT_ARCH_X86_64
#elif defined(__aarch64__)
#define ARCHITECTURE AUDIT_ARCH_AARCH64
#elif defined(__riscv) && __riscv_xlen == 64
#define ARCHITECTURE AUDIT_ARCH_RISCV64
#endif

/* These two have no number in older headers; it is the same everywhere. */
#ifndef SYS_open_tree
#define SYS_open_tree 428
#endif
#ifndef SYS_move_mount
#define SYS_move_mount 429
#endif

/*
 * Refused to all. A list of what is allowed would be shorter lived: it breaks
 * with the next version of a library. On 64 bits the numbers of the other
 * calling convention begin at FOREIGN_CALLS; none of them is allowed.
 */
enum {
	FOREIGN_CALLS = 0x40000000
};

static const int refused[] = {
    /* other programs and processes */
    SYS_execve,
    SYS_execveat,
#ifdef SYS_fork
    SYS_fork,
    SYS_vfork,
#endif
    SYS_ptrace,
    SYS_process_vm_readv,
    SYS_process_vm_writev,
    SYS_pidfd_getfd,
    SYS_kcmp,
    /* the world around */
    SYS_mount,
    SYS_umount2,
    SYS_open_tree,
    SYS_move_mount,
    SYS_pivot_root,
    SYS_chroot,
    SYS_unshare,
    SYS_setns,
    SYS_name_to_handle_at,
    SYS_open_by_handle_at,
    SYS_personality,
    SYS_quotactl,
    SYS_acct,
    SYS_swapon,
    SYS_swapoff,
    SYS_reboot,
    SYS_sethostname,
    SYS_setdomainname,
    SYS_settimeofday,
    SYS_clock_settime,
    SYS_syslog,
    SYS_mknodat,
    /* doors into the kernel that few use and many faults were found behind */
    SYS_bpf,
    SYS_perf_event_open,
    SYS_userfaultfd,
    SYS_io_uring_setup,
    SYS_io_uring_enter,
    SYS_io_uring_register,
    SYS_keyctl,
    SYS_add_key,
    SYS_request_key,
    SYS_init_module,
    SYS_finit_module,
    SYS_delete_module,
    SYS_kexec_load,
};

/* Refused, besides, to a program that calls nobody. */
static const int refused_alone[] = {
    SYS_socket,
    SYS_socketpair,
    SYS_connect,
    SYS_bind,
    SYS_listen,
};

#ifdef ARCHITECTURE

enum {
	STEPS_MOST = 2 * (COUNT_OF(refused) + COUNT_OF(refused_alone)) + 40,
};

/* A filter while it is written. */
struct filter {
	struct sock_filter steps[STEPS_MOST];
	unsigned short count;
};

#define AT(member) ((unsigned int)offsetof(struct seccomp_data, member))
/* The lower half, where all flags are. */
#if __BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__
#define ARGUMENT(n) (AT(args) + (n) * (unsigned int)sizeof(uint64_t))
#else
#define ARGUMENT(n) (AT(args) + (n) * (unsigned int)sizeof(uint64_t) + 4)
#endif

static void add(struct filter *filter, struct sock_filter step)
{
	filter->steps[filter->count++] = step;
}

static void load(struct filter *filter, unsigned int offset)
{
	add(filter,
	    (struct sock_filter)BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offset));
}

static void answer(struct filter *filter, unsigned int what)
{
	add(filter, (struct sock_filter)BPF_STMT(BPF_RET | BPF_K, what));
}

static void answer_error(struct filter *filter, int number)
{
	answer(filter,
	    SECCOMP_RET_ERRNO | ((unsigned int)number & SECCOMP_RET_DATA));
}

/* Unless the comparison holds, pass over so many steps. */
static void unless(struct filter *filter, unsigned short comparison,
    unsigned int value, unsigned char passed)
{
	add(filter,
	    (struct sock_filter)BPF_JUMP(
		BPF_JMP | comparison | BPF_K, value, 0, passed));
}

static void refuse(struct filter *filter, int call, int number)
{
	unless(filter, BPF_JEQ, (unsigned int)call, 1);
	answer_error(filter, number);
}

/* Memory is written or run, never both, and never first one, then the other. */
static void refuse_code(struct filter *filter)
{
	static const int calls[] = {SYS_mprotect, SYS_pkey_mprotect};

	for (size_t i = 0; i < COUNT_OF(calls); i++) {
		unless(filter, BPF_JEQ, (unsigned int)calls[i], 4);
		load(filter, ARGUMENT(2));
		unless(filter, BPF_JSET, PROT_EXEC, 1);
		answer_error(filter, EPERM);
		load(filter, AT(nr));
	}
	unless(filter, BPF_JEQ, SYS_mmap, 5);
	load(filter, ARGUMENT(2));
	unless(filter, BPF_JSET, PROT_EXEC, 2);
	unless(filter, BPF_JSET, PROT_WRITE, 1);
	answer_error(filter, EPERM);
	load(filter, AT(nr));
}

/*
 * Threads alone: libcurl asks for names in one. The flags of clone3() lie in
 * memory, where no filter sees them; without it the library takes clone().
 */
static void refuse_processes(struct filter *filter)
{
	refuse(filter, SYS_clone3, ENOSYS);
	unless(filter, BPF_JEQ, SYS_clone, 4);
	load(filter, ARGUMENT(0));
	unless(filter, BPF_JSET, CLONE_THREAD, 1);
	answer(filter, SECCOMP_RET_ALLOW);
	answer_error(filter, EPERM);
}

static void write_filter(struct filter *filter, bool calls_gateways)
{
	load(filter, AT(arch));
	add(filter,
	    (struct sock_filter)BPF_JUMP(
		BPF_JMP | BPF_JEQ | BPF_K, ARCHITECTURE, 1, 0));
	answer(filter, SECCOMP_RET_KILL_PROCESS);
	load(filter, AT(nr));
	unless(filter, BPF_JGE, FOREIGN_CALLS, 1);
	answer_error(filter, ENOSYS);
	for (size_t i = 0; i < COUNT_OF(refused); i++)
		refuse(filter, refused[i], EPERM);
	for (size_t i = 0; !calls_gateways && i < COUNT_OF(refused_alone); i++)
		refuse(filter, refused_alone[i], EPERM);
	refuse_code(filter);
	refuse_processes(filter);
	answer(filter, SECCOMP_RET_ALLOW);
}

static bool restrict_calls(const struct sandbox *sandbox)
{
	struct filter filter = {.count = 0};
	struct sock_fprog program = {.filter = filter.steps};

	write_filter(&filter, sandbox->calls_gateways);
	program.len = filter.count;
	return prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &program, 0, 0) == 0;
}

#else

static bool restrict_calls(const struct sandbox *sandbox)
{
	(void)sandbox;
	(void)refused;
	(void)refused_alone;
	return false;
}

#endif

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
	note(&lacks, restrict_calls(sandbox), "seccomp");
	return out_string(&lacks);
}
