/*
 * Which system calls a program may still make (seccomp); see sandbox.h.
 */
#include "web/sandbox_parts.h"

#include "base/compiler.h"
#include <errno.h>
#include <linux/audit.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <sched.h>
#include <stddef.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/syscall.h>

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

bool sandbox_restrict_calls(const struct sandbox *sandbox)
{
	struct filter filter = {.count = 0};
	struct sock_fprog program = {.filter = filter.steps};

	write_filter(&filter, sandbox->calls_gateways);
	program.len = filter.count;
	return prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &program, 0, 0) == 0;
}

#else

bool sandbox_restrict_calls(const struct sandbox *sandbox)
{
	(void)sandbox;
	(void)refused;
	(void)refused_alone;
	return false;
}

#endif
